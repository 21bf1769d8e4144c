// Values of properties and traits, whatever their type, as text.

import type { Formats } from "../text/formats";

/** Numbers and yes or no are written in the reader's language; what has parts stays JSON. */
export function valueText(value: unknown, formats: Formats, words: { yes: string; no: string }): string {
  if (value === null || value === undefined) return "–";
  if (typeof value === "boolean") return value ? words.yes : words.no;
  if (typeof value === "number") return new Intl.NumberFormat(formats.locale, { maximumFractionDigits: 6 }).format(value);
  if (typeof value === "string") return value;
  return JSON.stringify(value);
}

/** `a.b` paths for nested objects, so that a context reads as a list; arrays stay whole. */
export function flatten(object: Record<string, unknown>, prefix = ""): [string, unknown][] {
  return Object.entries(object).flatMap(([name, value]) =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? flatten(value as Record<string, unknown>, `${prefix}${name}.`)
      : [[`${prefix}${name}`, value] as [string, unknown]],
  );
}
