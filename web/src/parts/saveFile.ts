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
