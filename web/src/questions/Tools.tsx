import { useState, type ReactElement } from "react";
import { useLocation } from "wouter";
import { apiAddress } from "../api/client";
import type { SavedQuestion } from "../api/model";
import { workspacePath } from "../api/queries";
import { screenAddress } from "../lens/address";
import { useReading } from "../lens/Reading";
import { Command } from "../parts/Command";
import { useText } from "../text/Text";
import { questionAddress, type Asked } from "./address";
import { asCommand, asRequest } from "./body";
import { DeleteDialog } from "./DeleteDialog";
import { useMaySave, useShelf } from "./queries";
import { SaveDialog } from "./SaveDialog";

/** Copies the address, which says everything that is shown. */
function ShareButton(): ReactElement | null {
  const { questions: text } = useText();
  const [done, setDone] = useState(false);
  if (!("clipboard" in navigator)) return null;
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(location.href);
      setDone(true);
      setTimeout(() => setDone(false), 2_000);
    } catch {
      // Without the right to the clipboard the address is still in the browser's bar.
    }
  };
  return (
    <button type="button" className="button" onClick={() => void copy()}>
      <span aria-live="polite">{done ? text.shared : text.share}</span>
    </button>
  );
}

/** Save, share, delete: what is done with the question as a whole. */
export function QuestionTools({ asked, saved }: { asked: Asked; saved: SavedQuestion | undefined }): ReactElement {
  const { questions: text } = useText();
  const { workspace, lens } = useReading();
  const [, navigate] = useLocation();
  const shelf = useShelf();
  const maySave = useMaySave();
  const [dialog, setDialog] = useState<"" | "save" | "delete">("");
  const [news, setNews] = useState("");
  return (
    <div className="question-tools">
      <button type="button" className="button button-strong" aria-disabled={!maySave} aria-describedby={maySave ? undefined : "may-not"} onClick={() => maySave && setDialog("save")}>
        {text.save}
      </button>
      <ShareButton />
      {saved !== undefined && maySave && (
        <button type="button" className="button button-quiet" onClick={() => setDialog("delete")}>
          {text.remove}
        </button>
      )}
      {!maySave && (
        <p id="may-not" className="meaning">
          {text.mayNot}
        </p>
      )}
      <p role="status" className="news">
        {news}
      </p>
      {dialog === "save" && (
        <SaveDialog
          asked={asked}
          open={saved}
          onClose={() => setDialog("")}
          onSaved={(name, board) => {
            setDialog("");
            setNews(board === null ? text.savedAs(name) : text.savedOnBoard(name, board));
            navigate(questionAddress(workspace.id, lens, { ...asked, name }), { replace: true });
          }}
        />
      )}
      {dialog === "delete" && saved !== undefined && (
        <DeleteDialog
          name={saved.name}
          words={text.removeQuestionText}
          usedBy={saved.used_by}
          onClose={() => setDialog("")}
          onDelete={async () => {
            await shelf.deleteQuestion(saved.name, saved.version);
            navigate(screenAddress(workspace.id, "questions", lens));
          }}
        />
      )}
    </div>
  );
}

/** The whole body, for a terminal and for HTTP. */
export function Elsewhere({ asked }: { asked: Asked }): ReactElement {
  const { questions: text } = useText();
  const { workspace, lens, parameters } = useReading();
  const path = new URL(apiAddress(workspacePath(workspace.id, `/${asked.kind}`)), location.origin).pathname;
  const day = typeof parameters.as_of === "string" ? parameters.as_of : undefined;
  return (
    <details className="behind elsewhere">
      <summary>{text.elsewhere}</summary>
      <p className="meaning">{text.elsewhereText}</p>
      <Command>{asCommand(workspace.id, asked, lens, day)}</Command>
      <Command>{asRequest(location.origin, path, asked, { ...parameters, filter: asked.filter })}</Command>
    </details>
  );
}
