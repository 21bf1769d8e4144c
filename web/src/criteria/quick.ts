// Quick filters are criteria like any other: choosing "at risk" writes `stage = at_risk` into the text. They are
// recognised again only where that is certain: as the first conditions of a text joined by `and` alone.

export interface QuickFilter {
  role: string;
  stage: string;
  /** What the quick filters do not say. */
  rest: string;
}

const leading = /^\s*(role|stage)\s*=\s*"?([a-z_]+)"?\s*(?:$|and\s+)/i;

/** Calls `visit` with each stretch of the text that stands outside quotes and brackets. */
function topLevel(text: string): string {
  let depth = 0;
  let quote = "";
  let plain = "";
  for (let at = 0; at < text.length; at += 1) {
    const sign = text.charAt(at);
    if (quote !== "") {
      if (sign === "\\") at += 1;
      else if (sign === quote) quote = "";
      continue;
    }
    if (sign === '"') quote = sign;
    else if (sign === "(") depth += 1;
    else if (sign === ")") depth -= 1;
    else if (depth === 0) plain += sign;
    if (depth > 0 || sign === '"') plain += "_";
  }
  return plain;
}

function hasTopLevelOr(text: string): boolean {
  return /\bor\b/i.test(topLevel(text));
}

/** `(a or b)` without its brackets, when they are one pair around everything. */
function unwrapped(text: string): string {
  const trimmed = text.trim();
  if (!trimmed.startsWith("(") || !trimmed.endsWith(")")) return trimmed;
  const inner = trimmed.slice(1, -1);
  let depth = 0;
  for (const sign of inner) {
    if (sign === "(") depth += 1;
    if (sign === ")") depth -= 1;
    if (depth < 0) return trimmed;
  }
  return depth === 0 ? inner.trim() : trimmed;
}

export function readQuickFilter(text: string): QuickFilter {
  const quick: QuickFilter = { role: "", stage: "", rest: text.trim() };
  if (hasTopLevelOr(text)) return quick;
  for (let found = leading.exec(quick.rest); found !== null; found = leading.exec(quick.rest)) {
    const kind = found[1]?.toLowerCase() === "role" ? "role" : "stage";
    if (quick[kind] !== "") break;
    quick[kind] = found[2] ?? "";
    quick.rest = quick.rest.slice(found[0].length);
  }
  quick.rest = unwrapped(quick.rest);
  return quick;
}

/** The text that says the same: readQuickFilter(writeQuickFilter(quick)) is quick. */
export function writeQuickFilter(quick: QuickFilter): string {
  const parts: string[] = [];
  if (quick.role !== "") parts.push(`role = ${quick.role}`);
  if (quick.stage !== "") parts.push(`stage = ${quick.stage}`);
  if (quick.rest !== "") parts.push(parts.length > 0 && hasTopLevelOr(quick.rest) ? `(${quick.rest})` : quick.rest);
  return parts.join(" and ");
}

/** People of whom both are true; the second may be empty, which says nothing. */
export function both(one: string, other: string): string {
  const part = (text: string): string => (hasTopLevelOr(text) ? `(${text})` : text);
  return other === "" ? one : `${part(one)} and ${part(other)}`;
}

export const roleIs = (role: string): string => `role = ${role}`;
export const stageIs = (stage: string): string => `stage = ${stage}`;
