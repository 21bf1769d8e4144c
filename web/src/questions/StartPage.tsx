import { useState, type FormEvent, type ReactElement } from "react";
import { Link, useLocation } from "wouter";
import type { SavedQuestion } from "../api/model";
import { useReading } from "../lens/Reading";
import { Answer } from "../parts/Answer";
import { Block } from "../parts/Block";
import { Command } from "../parts/Command";
import { Dialog } from "../parts/Dialog";
import { PageHeading } from "../parts/PageHeading";
import { Skeleton } from "../parts/Skeleton";
import { useText } from "../text/Text";
import { boardAddress, kinds, questionAddress } from "./address";
import { firstBody } from "./body";
import { savingProblem, useBoards, useMaySave, useSavedQuestions, useShelf } from "./queries";
import { askedOf, isName, lensOver } from "./saved";

function Saved({ question }: { question: SavedQuestion }): ReactElement {
  const { questions: text } = useText();
  const { workspace, lens } = useReading();
  const asked = askedOf(question);
  return (
    <li>
      {asked === null ? (
        <>
          <span className="row-title">{question.name}</span>
          <span className="meaning">{text.onlyTerminal}</span>
          <Command>{`habitue question run '${question.name}' -w ${workspace.id}`}</Command>
        </>
      ) : (
        <>
          <Link className="row-title" href={questionAddress(workspace.id, lensOver([question.lens], lens), asked)}>
            {question.name}
          </Link>
          <span className="meaning">
            {question.broken !== null ? text.cannotAnswer(question.broken) : [text.kinds[asked.kind].name, question.description, text.changedAt(question.updated_at)].filter((part) => part !== "").join(" · ")}
          </span>
        </>
      )}
    </li>
  );
}

function NewBoard({ taken, onClose }: { taken: readonly string[]; onClose: () => void }): ReactElement {
  const { questions: text, shell } = useText();
  const { workspace, lens } = useReading();
  const [, navigate] = useLocation();
  const shelf = useShelf();
  const [name, setName] = useState("");
  const [problem, setProblem] = useState("");
  const make = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (!isName(name.trim())) return setProblem(text.nameNeeded);
    if (taken.includes(name.trim())) return setProblem(text.nameTaken(name.trim()));
    try {
      await shelf.saveBoard(name.trim(), { tiles: [] });
      navigate(boardAddress(workspace.id, lens, name.trim()));
    } catch (error) {
      setProblem(savingProblem(error, text, shell.failed.offline));
    }
  };
  return (
    <Dialog title={text.newBoard} onClose={onClose}>
      <form onSubmit={(event) => void make(event)}>
        <label className="field">
          <span className="field-label">{text.boardName}</span>
          <input type="text" value={name} onChange={(event) => setName(event.target.value)} aria-invalid={problem !== ""} aria-describedby="board-problem" />
        </label>
        <p id="board-problem" className="field-problem" role="alert">
          {problem}
        </p>
        <div className="dialog-buttons">
          <button type="submit" className="button button-strong">
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

/** What may be asked, in words; and what has been saved. */
export function StartPage(): ReactElement {
  const { questions: text } = useText();
  const { workspace, lens } = useReading();
  const saved = useSavedQuestions();
  const boards = useBoards();
  const maySave = useMaySave();
  const [making, setMaking] = useState(false);
  return (
    <>
      <PageHeading title={text.title}>
        <p className="facts">{text.lead}</p>
      </PageHeading>
      <section aria-label={text.ask}>
        <ul className="question-cards">
          {kinds.map((kind) => (
            <li key={kind}>
              <Link className="question-card" href={questionAddress(workspace.id, lens, { kind, body: firstBody(kind, workspace.model), filter: "", name: "" })}>
                <span className="question-card-title">{text.kinds[kind].question}</span>
                <span className="meaning">{text.kinds[kind].meaning}</span>
                <span className="question-card-kind">{text.kinds[kind].name}</span>
              </Link>
            </li>
          ))}
        </ul>
      </section>
      <div className="blocks shelf">
        <Block title={text.saved}>
          <Answer query={saved} waiting={<Skeleton lines={3} />}>
            {(questions) =>
              questions.length === 0 ? (
                <p className="meaning">{text.savedNone}</p>
              ) : (
                <ul className="saved-list">
                  {questions.map((question) => (
                    <Saved key={question.name} question={question} />
                  ))}
                </ul>
              )
            }
          </Answer>
        </Block>
        <Block title={text.boards}>
          <Answer query={boards} waiting={<Skeleton lines={3} />}>
            {(known) =>
              known.length === 0 ? (
                <p className="meaning">{text.boardsNone}</p>
              ) : (
                <ul className="saved-list">
                  {known.map((board) => (
                    <li key={board.name}>
                      <Link className="row-title" href={boardAddress(workspace.id, lens, board.name)}>
                        {board.name}
                      </Link>
                      <span className="meaning">{[text.tiles(board.tiles.length), board.description, text.changedAt(board.updated_at)].filter((part) => part !== "").join(" · ")}</span>
                    </li>
                  ))}
                </ul>
              )
            }
          </Answer>
          {maySave ? (
            <button type="button" className="button new-board" onClick={() => setMaking(true)}>
              {text.newBoard}
            </button>
          ) : (
            <p className="meaning">{text.mayNot}</p>
          )}
        </Block>
      </div>
      {making && <NewBoard taken={(boards.data ?? []).map(({ name }) => name)} onClose={() => setMaking(false)} />}
    </>
  );
}
