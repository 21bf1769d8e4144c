import { useState, type ReactElement } from "react";
import { apiAddress, send } from "../api/client";
import type { Import } from "../api/model";
import { workspacePath } from "../api/queries";
import { useReading } from "../lens/Reading";
import { Block, Sentence } from "../parts/Block";
import { Dialog } from "../parts/Dialog";
import { Failure } from "../parts/Failure";
import { ScrollTable } from "../parts/ScrollTable";
import { Skeleton } from "../parts/Skeleton";
import { useSending } from "../parts/useSending";
import { useFormats, useText } from "../text/Text";
import { useForgetFigures, useImports } from "./queries";

function UndoDialog({ record, onUndone, onClose }: { record: Import; onUndone: (removed: number) => void; onClose: () => void }): ReactElement {
  const { data } = useText();
  const text = data.imports;
  const { workspace } = useReading();
  const forget = useForgetFigures();
  const { busy, problem, run } = useSending();
  const undo = async (): Promise<void> => {
    let removed = 0;
    const done = await run(async () => {
      removed = (await send<{ events_removed: number }>("POST", workspacePath(workspace.id, `/imports/${record.id}/undo`))).events_removed;
    });
    if (!done) return;
    onUndone(removed);
    onClose();
    await forget();
  };
  return (
    <Dialog title={text.undoTitle(record.file)} onClose={onClose}>
      <p>{text.undoText(record.events_added)}</p>
      {problem !== null && <Failure error={problem} />}
      <div className="dialog-buttons">
        <button type="button" className="button button-strong" aria-disabled={busy} onClick={() => void undo()}>
          {text.undo}
        </button>
        <button type="button" className="button" onClick={onClose}>
          {text.keep}
        </button>
      </div>
    </Dialog>
  );
}

/** The files that came in, the latest first, each with what it brought, what it could not, and a way back. */
export function ImportsBlock({ mayDecide }: { mayDecide: boolean }): ReactElement {
  const { data } = useText();
  const text = data.imports;
  const formats = useFormats();
  const { workspace } = useReading();
  const imports = useImports(workspace.id);
  const [asked, setAsked] = useState<Import | null>(null);
  const [told, setTold] = useState("");
  if (imports.data === undefined) {
    return (
      <Block id="imports" title={text.title}>
        {imports.isError ? <Failure error={imports.error} onRetry={() => void imports.refetch()} /> : <Skeleton lines={3} />}
      </Block>
    );
  }
  const records = [...imports.data.imports].reverse();
  const kept = records.filter(({ state }) => state !== "undone");
  return (
    <Block id="imports" title={text.title}>
      <Sentence>{records.length === 0 ? text.none : text.sentence(kept.length, kept.reduce((sum, { events_added }) => sum + events_added, 0))}</Sentence>
      <p role="status" className="undone">
        {told}
      </p>
      {records.length > 0 && (
        <ScrollTable caption={text.table} className="imports-table">
          <thead>
            <tr>
              <th scope="col">{text.file}</th>
              <th scope="col">{text.when}</th>
              <th scope="col">{text.state}</th>
              <th scope="col" className="number">{text.rows}</th>
              <th scope="col" className="number">{text.added}</th>
              <th scope="col" className="number">{text.rejected}</th>
              {mayDecide && (
                <th scope="col">
                  <span className="visually-hidden">{text.undo}</span>
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {records.map((record) => (
              <tr key={record.id} data-state={record.state}>
                <th scope="row" className="identifier">{record.file}</th>
                <td>{formats.dayAndTimeOf(record.started_at)}</td>
                <td>{text.states[record.state] ?? record.state}</td>
                <td className="number">{formats.number(record.rows_done)}</td>
                <td className="number">{formats.number(record.events_added)}</td>
                <td className="number">
                  {record.rows_rejected > 0 && mayDecide ? (
                    <a href={apiAddress(workspacePath(workspace.id, `/imports/${record.id}/rejected`))} download aria-label={text.download(record.rows_rejected, record.file)}>
                      {formats.number(record.rows_rejected)}
                    </a>
                  ) : (
                    formats.number(record.rows_rejected)
                  )}
                </td>
                {mayDecide && (
                  <td>
                    {record.state !== "undone" && (
                      <button type="button" className="button button-quiet" aria-label={text.undoOf(record.file)} onClick={() => setAsked(record)}>
                        {text.undo}
                      </button>
                    )}
                  </td>
                )}
              </tr>
            ))}
          </tbody>
        </ScrollTable>
      )}
      {asked !== null && <UndoDialog record={asked} onUndone={(removed) => setTold(text.undone(asked.file, removed))} onClose={() => setAsked(null)} />}
    </Block>
  );
}
