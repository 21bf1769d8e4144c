import { useState, type ReactElement } from "react";
import { apiAddress, type Parameters } from "../api/client";
import { Problem, readProblem } from "../api/problem";
import { useFormats, useText } from "../text/Text";
import { saveFile } from "./saveFile";

export interface CsvButtonProps {
  label: string;
  /** Of the file. */
  name: string;
  path: string;
  parameters: Parameters;
  /** Sent by POST; without one the list is fetched by GET. */
  body?: unknown;
  /** How many rows will come. */
  total: number;
}

/** The whole text; `onRows` hears how many lines have come. */
async function readRows(response: Response, onRows: (rows: number) => void): Promise<string> {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  const pieces: string[] = [];
  let rows = 0;
  for (let piece = await reader?.read(); piece !== undefined && !piece.done; piece = await reader?.read()) {
    pieces.push(piece.value);
    for (const sign of piece.value) if (sign === "\n") rows += 1;
    onRows(rows);
  }
  return pieces.join("");
}

/** Saves a list of the server as a file: all of it, not only the page that is shown. */
export function CsvButton({ label, name, path, parameters, body, total }: CsvButtonProps): ReactElement {
  const { shell } = useText();
  const formats = useFormats();
  const [rows, setRows] = useState<number | null>(null);
  const [failure, setFailure] = useState("");
  const save = async (): Promise<void> => {
    if (rows !== null) return;
    setRows(0);
    setFailure("");
    try {
      const address = apiAddress(path, { ...parameters, limit: "all", format: "csv" });
      const request = body === undefined ? undefined : { method: "POST", headers: { "Content-Type": "application/json", "X-Habitue": "1" }, body: JSON.stringify(body) };
      const response = await fetch(address, request);
      if (!response.ok) throw await readProblem(response);
      saveFile(name, await readRows(response, setRows));
    } catch (error) {
      setFailure(error instanceof Problem && error.detail !== "" ? error.detail : shell.failed.offline);
    } finally {
      setRows(null);
    }
  };
  return (
    <>
      <button type="button" className="button" onClick={() => void save()} aria-disabled={rows !== null}>
        {rows === null ? label : shell.exporting(formats.percent(Math.min(1, rows / Math.max(1, total))))}
      </button>
      {failure !== "" && (
        <span className="field-problem" role="alert">
          {failure}
        </span>
      )}
    </>
  );
}
