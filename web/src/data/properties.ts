/** An event's properties on one line, for people: `total: 12.5, currency: EUR`. */
export function propertiesInWords(properties: Readonly<Record<string, unknown>> | null | undefined): string {
  return Object.entries(properties ?? {})
    .map(([name, value]) => `${name}: ${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join(", ");
}
