import { useState, type FormEvent, type ReactElement } from "react";
import type { Board, SavedQuestion } from "../api/model";
import { useReading } from "../lens/Reading";
import { Dialog } from "../parts/Dialog";
import { useText } from "../text/Text";
import type { Asked } from "./address";
import { savingProblem, useBoards, useSavedQuestions, useShelf } from "./queries";
import { isName, savedBody } from "./saved";

const noBoard = "";
const newBoard = "\u0000";

export interface SaveDialogProps {
  asked: Asked;
  /** The saved question that is open; saved again under its own name it is replaced. */
  open: SavedQuestion | undefined;
  onClose: () => void;
  onSaved: (name: string, board: string | null) => void;
}

/** Saves the question under a name, and puts it on a board if that is wanted. */
export function SaveDialog({ asked, open, onClose, onSaved }: SaveDialogProps): ReactElement {
  const { questions: text, shell } = useText();
  const { lens } = useReading();
  const shelf = useShelf();
  const saved = useSavedQuestions().data ?? [];
  const boards = useBoards().data ?? [];
  const [name, setName] = useState(open?.name ?? "");
  const [description, setDescription] = useState(open?.description ?? "");
  const [board, setBoard] = useState(noBoard);
  const [boardName, setBoardName] = useState("");
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);

  const putOn = async (wanted: string): Promise<void> => {
    const there: Board | undefined = boards.find((each) => each.name === wanted);
    const tiles = there?.tiles ?? [];
    if (tiles.some(({ question }) => question === name.trim())) return;
    await shelf.saveBoard(wanted, { description: there?.description ?? "", ...(there?.lens ? { lens: there.lens } : {}), tiles: [...tiles, { question: name.trim() }] }, there?.version);
  };
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (busy) return;
    const wanted = board === newBoard ? boardName.trim() : board;
    const there = saved.find((each) => each.name === name.trim());
    if (!isName(name.trim()) || (board === newBoard && !isName(wanted))) return setProblem(text.nameNeeded);
    if (there !== undefined && there.name !== open?.name) return setProblem(text.nameTaken(there.name));
    setBusy(true);
    try {
      await shelf.saveQuestion(name.trim(), savedBody(asked, lens, description.trim()), there?.version);
      if (wanted !== "") await putOn(wanted);
      onSaved(name.trim(), wanted === "" ? null : wanted);
    } catch (error) {
      setProblem(savingProblem(error, text, shell.failed.offline));
      setBusy(false);
    }
  };
  return (
    <Dialog title={open === undefined ? text.saveAs : text.update} onClose={onClose}>
      <form onSubmit={(event) => void submit(event)}>
        <label className="field">
          <span className="field-label">{text.name}</span>
          <input type="text" value={name} onChange={(event) => setName(event.target.value)} aria-invalid={problem !== ""} aria-describedby="save-problem" />
        </label>
        <label className="field">
          <span className="field-label">{text.description}</span>
          <input type="text" value={description} onChange={(event) => setDescription(event.target.value)} />
        </label>
        <label className="field">
          <span className="field-label">{text.onBoard}</span>
          <select value={board} onChange={(event) => setBoard(event.target.value)}>
            <option value={noBoard}>{text.noBoard}</option>
            {boards.map((each) => (
              <option key={each.name} value={each.name}>
                {each.name}
              </option>
            ))}
            <option value={newBoard}>{text.otherBoard}</option>
          </select>
        </label>
        {board === newBoard && (
          <label className="field">
            <span className="field-label">{text.boardName}</span>
            <input type="text" value={boardName} onChange={(event) => setBoardName(event.target.value)} />
          </label>
        )}
        <p id="save-problem" className="field-problem" role="alert">
          {problem}
        </p>
        <div className="dialog-buttons">
          <button type="submit" className="button button-strong" aria-disabled={busy}>
            {text.save}
          </button>
          <button type="button" className="button" onClick={onClose}>
            {text.cancelDialog}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
