// A mapping as the page changes it: one meaning a column, one column a field.

/** What each column means, as the server writes and reads it. What the page does not change goes back as it came. */
export interface Mapping {
  format: { kind: string; decimal_comma: boolean } & Record<string, unknown>;
  shape: string;
  fields: Record<string, string>;
  traits: string[];
  ignored: string[];
  event_name: string;
  date_format: string;
  currency: string;
  [further: string]: unknown;
}

export const fields = [
  "at", "user_id", "email", "anonymous_id", "account_id", "event", "order_id", "total", "quantity", "unit_price", "currency", "refund", "product_id", "product_name", "name", "message_id",
] as const;
export const meanings: readonly string[] = [...fields, "trait", "property", "ignored"];

export function meaningOf(mapping: Mapping, column: string): string {
  if (mapping.traits.includes(column)) return "trait";
  if (mapping.ignored.includes(column)) return "ignored";
  return Object.entries(mapping.fields).find(([, name]) => name === column)?.[0] ?? "property";
}

/** What a row of each shape cannot do without: of each list, one. The server refuses what lacks one of them. */
const needed: Record<string, string[][]> = {
  event: [["at"]],
  order: [["at"], ["total"]],
  order_line: [["order_id"], ["at"], ["product_id", "product_name"], ["unit_price", "total"]],
  person: [["user_id", "email", "anonymous_id"]],
  account: [["account_id"]],
};

/** The fields that no column gives yet, each list to be met by one of its fields. */
export function missingFields(mapping: Mapping): string[][] {
  return (needed[mapping.shape] ?? []).filter((anyOf) => anyOf.every((field) => mapping.fields[field] === undefined));
}

/** The column takes the meaning; the one that had it is kept as it is. `dateFormat` is how the column's moments are written. */
export function withMeaning(mapping: Mapping, column: string, meaning: string, dateFormat = ""): Mapping {
  const others = (names: readonly string[]): string[] => names.filter((name) => name !== column);
  const kept = Object.entries(mapping.fields).filter(([field, name]) => name !== column && field !== meaning);
  const isField = meaning !== "trait" && meaning !== "ignored" && meaning !== "property";
  return {
    ...mapping,
    date_format: meaning === "at" && dateFormat !== "" ? dateFormat : mapping.date_format,
    fields: Object.fromEntries(isField ? [...kept, [meaning, column]] : kept),
    traits: meaning === "trait" ? [...others(mapping.traits), column] : others(mapping.traits),
    ignored: meaning === "ignored" ? [...others(mapping.ignored), column] : others(mapping.ignored),
  };
}

/** How dates may be written; the one that holds is always among them. */
export function dateForms(held: string): string[] {
  const known = ["iso", "dd/MM/yyyy", "dd/MM/yyyy HH:mm", "dd/MM/yyyy HH:mm:ss", "MM/dd/yyyy", "MM/dd/yyyy HH:mm", "yyyy-MM-dd", "dd.MM.yyyy", "fr_long", "en_long", "unix_s", "unix_ms", "excel"];
  return known.includes(held) || held === "" ? known : [held, ...known];
}
