// The line of a text with a caret below the word that is wrong.

export interface Mark {
  line: string;
  /** Spaces and carets, to be shown below the line in a fixed-width font. */
  caret: string;
}

/** Line and column count characters from 1, as the server does; the word that begins there is marked. A place outside the text is moved to its nearest end. */
export function markWord(text: string, lineNumber: number, column: number): Mark {
  const lines = text.split("\n");
  const line = lines[Math.min(Math.max(lineNumber, 1), lines.length) - 1] ?? "";
  const characters = Array.from(line);
  const start = Math.min(Math.max(column, 1) - 1, characters.length);
  const rest = characters.slice(start).join("");
  const word = /^(?:"[^"]*"?|[\p{L}\p{N}_$.]+)/u.exec(rest)?.[0] ?? "";
  const marked = Math.max(1, Array.from(word).length);
  return { line, caret: " ".repeat(start) + "^".repeat(marked) };
}
