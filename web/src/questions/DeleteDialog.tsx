import { useState, type ReactElement } from "react";
import { Dialog } from "../parts/Dialog";
import { useFormats, useText } from "../text/Text";
import { savingProblem } from "./queries";

export interface DeleteDialogProps {
  name: string;
  /** What stays and what goes. */
  words: string;
  /** Boards that hold it: it cannot go before it is taken off them. */
  usedBy?: readonly string[];
  onDelete: () => Promise<void>;
  onClose: () => void;
}

/** Asks once more before something that others may use is gone. */
export function DeleteDialog({ name, words, usedBy = [], onDelete, onClose }: DeleteDialogProps): ReactElement {
  const { questions: text, shell } = useText();
  const formats = useFormats();
  const [problem, setProblem] = useState("");
  const remove = async (): Promise<void> => {
    try {
      await onDelete();
    } catch (error) {
      setProblem(savingProblem(error, text, shell.failed.offline));
    }
  };
  return (
    <Dialog title={text.removeTitle(name)} onClose={onClose}>
      <p>{usedBy.length > 0 ? text.usedBy(formats.list(usedBy)) : words}</p>
      <p className="field-problem" role="alert">
        {problem}
      </p>
      <div className="dialog-buttons">
        {usedBy.length === 0 && (
          <button type="button" className="button button-strong" onClick={() => void remove()}>
            {text.remove}
          </button>
        )}
        <button type="button" className="button" onClick={onClose}>
          {text.cancelDialog}
        </button>
      </div>
    </Dialog>
  );
}
