// One key of habitue.toml read and written, as text: whatever else the file holds, comments too, stays as it is. What is written is
// checked by the server, which reads all of TOML; this knows what one line, or a list over several, looks like.

const header = /^\s*\[/;
const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

interface Place {
  /** Of the line with the key; -1 where there is none. */
  at: number;
  /** One past the last line of the value. */
  end: number;
  /** Where a new key of the section goes; -1 where there is no such section. */
  insert: number;
}

/** Brackets that are opened and not closed, outside texts and comments. */
function openBrackets(line: string): number {
  const plain = line.replace(/"(?:[^"\\]|\\.)*"|'[^']*'/g, "").replace(/#.*$/, "");
  return (plain.match(/\[/g) ?? []).length - (plain.match(/\]/g) ?? []).length;
}

/** `section` is empty for the head of the file. */
function placeOf(lines: readonly string[], section: string, key: string): Place {
  const opens = new RegExp(`^\\s*\\[\\s*${escaped(section)}\\s*\\]\\s*(?:#.*)?$`);
  const names = new RegExp(`^\\s*${escaped(key)}\\s*=`);
  let inside = section === "";
  let insert = section === "" ? 0 : -1;
  let depth = 0;
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? "";
    if (depth === 0 && header.test(line)) {
      inside = section !== "" && opens.test(line);
      if (inside) insert = at + 1;
      continue;
    }
    if (inside && depth === 0 && names.test(line)) {
      let open = openBrackets(line);
      let end = at + 1;
      while (open > 0 && end < lines.length) open += openBrackets(lines[end++] ?? "");
      return { at, end, insert };
    }
    depth = Math.max(0, depth + openBrackets(line));
    if (inside && line.trim() !== "" && !line.trim().startsWith("#")) insert = at + 1;
  }
  return { at: -1, end: -1, insert };
}

/** What stands behind `key =`, without a comment; null where the key is not written. */
export function literalOf(toml: string, section: string, key: string): string | null {
  const lines = toml.split("\n");
  const { at, end } = placeOf(lines, section, key);
  if (at < 0) return null;
  const value = lines.slice(at, end).map((line) => line.replace(/^((?:[^"'#]|"(?:[^"\\]|\\.)*"|'[^']*')*)#.*$/, "$1").trim());
  return value.join(" ").replace(/^[^=]*=\s*/, "").trim();
}

/** The text with the key written so; its section is made at the end where there is none. */
export function withLiteral(toml: string, section: string, key: string, literal: string): string {
  const lines = toml.split("\n");
  const { at, end, insert } = placeOf(lines, section, key);
  const line = `${key} = ${literal}`;
  if (at >= 0) return [...lines.slice(0, at), line, ...lines.slice(end)].join("\n");
  if (insert >= 0) return [...lines.slice(0, insert), line, ...lines.slice(insert)].join("\n");
  return `${toml.replace(/\n*$/, "")}\n\n[${section}]\n${line}\n`;
}

const textOf = (literal: string): string => {
  if (!literal.startsWith('"')) return literal.replace(/^'(.*)'$/s, "$1");
  try {
    return JSON.parse(literal) as string;
  } catch {
    return literal.slice(1, -1);
  }
};

/** Texts in a list, as somebody reads them: `Order Completed, Payment Succeeded`. */
export function shownOf(literal: string | null): string {
  if (literal === null) return "";
  if (!literal.startsWith("[")) return textOf(literal);
  return (literal.match(/"(?:[^"\\]|\\.)*"|'[^']*'/g) ?? []).map(textOf).join(", ");
}

export type Kind = "text" | "number" | "list";

/** What somebody typed, as TOML writes it; null for a number that is none. */
export function literalFrom(typed: string, kind: Kind): string | null {
  if (kind === "text") return JSON.stringify(typed.trim());
  if (kind === "number") return /^\d+$/.test(typed.trim()) ? typed.trim() : null;
  const items = typed.split(",").map((item) => item.trim()).filter((item) => item !== "");
  return `[${items.map((item) => JSON.stringify(item)).join(", ")}]`;
}
