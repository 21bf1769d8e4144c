import { useState, type ReactElement } from "react";
import type { Parameters } from "../api/client";
import { Problem } from "../api/problem";
import { workspacePath } from "../api/queries";
import { useReading } from "../lens/Reading";
import { useFormats, useText } from "../text/Text";
import { exportPeople, saveFile } from "../parts/exportPeople";

/** Saves everyone who matches, not only the page that is shown. */
export function ExportButton({ parameters, total }: { parameters: Parameters; total: number }): ReactElement {
  const { people: text, shell } = useText();
  const formats = useFormats();
  const { workspace } = useReading();
  const [rows, setRows] = useState<number | null>(null);
  const [failure, setFailure] = useState("");

  const save = async (): Promise<void> => {
    if (rows !== null) return;
    setRows(0);
    setFailure("");
    try {
      saveFile(`${workspace.id}-people.csv`, await exportPeople(workspacePath(workspace.id, "/people"), parameters, total, setRows));
    } catch (error) {
      setFailure(error instanceof Problem && error.detail !== "" ? error.detail : shell.failed.offline);
    } finally {
      setRows(null);
    }
  };
  return (
    <>
      <button type="button" className="button" onClick={() => void save()} aria-disabled={rows !== null}>
        {rows === null ? text.export : text.exporting(formats.percent(total > 0 ? rows / total : 1))}
      </button>
      {failure !== "" && (
        <span className="field-problem" role="alert">
          {failure}
        </span>
      )}
    </>
  );
}
