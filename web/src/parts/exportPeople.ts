// The whole list as one CSV file. The server gives at most a thousand rows an answer, so that the file is put together here.

import { apiAddress, type Parameters } from "../api/client";
import { Problem, readProblem } from "../api/problem";

const rowsAtOnce = 1_000;

/** Pages of one table as one: the header line of the first only. */
export function joinCsv(pages: readonly string[]): string {
  return pages
    .map((page, index) => (index === 0 ? page : page.slice(page.indexOf("\n") + 1)))
    .map((page) => (page === "" || page.endsWith("\n") ? page : `${page}\r\n`))
    .join("");
}

/** Asks for all pages, one after the other. `onProgress` hears the rows asked for so far. */
export async function exportPeople(path: string, parameters: Parameters, total: number, onProgress: (rows: number) => void): Promise<string> {
  const pages: string[] = [];
  for (let offset = 0; offset < Math.max(1, total); offset += rowsAtOnce) {
    const response = await fetch(apiAddress(path, { ...parameters, offset, limit: rowsAtOnce, format: "csv" })).catch(() => {
      throw new Problem(0, {});
    });
    if (!response.ok) throw await readProblem(response);
    pages.push(await response.text());
    onProgress(Math.min(total, offset + rowsAtOnce));
  }
  return joinCsv(pages);
}

/** Offers something as a file. */
export function saveBlob(name: string, blob: Blob): void {
  const address = URL.createObjectURL(blob);
  const anchor = document.createElement("a");
  anchor.href = address;
  anchor.download = name;
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/** Offers a table as a file. The mark at its start tells spreadsheets that it is UTF-8. */
export const saveFile = (name: string, text: string): void => saveBlob(name, new Blob(["\ufeff", text], { type: "text/csv;charset=utf-8" }));
