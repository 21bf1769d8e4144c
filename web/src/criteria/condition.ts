// A condition on one event, between its text (`Order Completed where total > 50`) and the fields of the form. The form knows
// one event with comparisons joined by `and`; what says more stays text.

export const operators = ["=", "!=", ">", ">=", "<", "<="] as const;
export type Operator = (typeof operators)[number];

export interface Comparison {
  property: string;
  operator: Operator;
  /** As typed: a number stays one, the rest is a text. */
  value: string;
}

export interface Condition {
  event: string;
  where: Comparison[];
}

const plainName = /^[\p{L}_$][\p{L}\p{N}_$./:-]*(?: [\p{L}\p{N}_$./:-]+)*$/u;
const words = new Set(["and", "or", "not", "in", "did", "where", "exists", "is", "missing", "contains", "starts", "ends", "with", "before", "after", "last", "first", "since", "between", "count", "sum", "true", "false", "within", "of", "by", "at", "least", "most", "exactly", "times", "everyone", "cohort", "trait", "account"]);

/** A name as the language wants it: quoted where it could be taken for something else. */
export function writeName(name: string): string {
  const safe = plainName.test(name) && !name.split(" ").some((word) => words.has(word));
  return safe ? name : quoted(name);
}

const quoted = (text: string): string => `"${text.replace(/[\\"]/g, "\\$&").replace(/\n/g, "\\n")}"`;
const isNumber = (text: string): boolean => /^-?\d+(?:\.\d+)?$/.test(text);
const writeSaid = (value: string): string => (isNumber(value) || value === "true" || value === "false" ? value : quoted(value));
/** French and others write a decimal comma. */
const typedValue = (value: string): string => (/^-?\d+,\d+$/.test(value.trim()) ? value.trim().replace(",", ".") : value.trim());

/** A value as the language wants it, from what somebody typed: a number stays one, the rest is a text. */
export const writeValue = (value: string): string => writeSaid(typedValue(value));

/** The text of a condition; comparisons without a property or a value are not yet said. Empty without an event. */
export function writeCondition({ event, where }: Condition): string {
  if (event === "") return "";
  const said = where
    .filter(({ property, value }) => property !== "" && value.trim() !== "")
    .map(({ property, operator, value }) => `${writeName(property)} ${operator} ${writeValue(value)}`);
  const narrow = said.length === 0 ? "" : said.length === 1 ? ` where ${said[0]}` : ` where (${said.join(" and ")})`;
  return writeName(event) + narrow;
}

interface Reader {
  text: string;
  at: number;
}

function readText(reader: Reader): string | null {
  const found = /^"((?:[^"\\]|\\.)*)"/.exec(reader.text.slice(reader.at));
  if (found === null) return null;
  reader.at += found[0].length;
  return (found[1] ?? "").replace(/\\n/g, "\n").replace(/\\(.)/g, "$1");
}

function readPart(reader: Reader, pattern: RegExp): string | null {
  const found = pattern.exec(reader.text.slice(reader.at));
  if (found === null) return null;
  reader.at += found[0].length;
  return found[1] ?? found[0];
}

function readComparison(reader: Reader): Comparison | null {
  const property = readText(reader) ?? readPart(reader, /^([\p{L}_$][\p{L}\p{N}_$./:-]*(?: [\p{L}\p{N}_$./:-]+)*?)(?=\s*(?:=|>|<|!=))/u);
  const operator = readPart(reader, /^\s*(>=|<=|!=|=|>|<)\s*/);
  const value = readText(reader) ?? readPart(reader, /^(-?\d+(?:\.\d+)?|true|false)\b/);
  if (property === null || operator === null || value === null) return null;
  return { property, operator: operator as Operator, value };
}

/** The fields that say the same as the text; null where the form has no fields for it. */
export function readCondition(text: string): Condition | null {
  const trimmed = text.trim();
  if (trimmed === "") return { event: "", where: [] };
  const reader: Reader = { text: trimmed, at: 0 };
  const event = readText(reader) ?? readPart(reader, /^(.*?)(?=\s+where\s|$)/s);
  if (event === null || event === "" || /[()"=<>,]|\bor\b|\band\b|\bdid\b/.test(trimmed.startsWith('"') ? "" : event)) return null;
  if (reader.at === trimmed.length) return { event, where: [] };
  if (readPart(reader, /^\s+where\s+/) === null) return null;
  const bracket = readPart(reader, /^\(\s*/) !== null;
  const where: Comparison[] = [];
  do {
    const comparison = readComparison(reader);
    if (comparison === null) return null;
    where.push(comparison);
  } while (bracket && readPart(reader, /^\s+and\s+/) !== null);
  if (bracket && readPart(reader, /^\s*\)/) === null) return null;
  return reader.at === trimmed.length ? { event, where } : null;
}
