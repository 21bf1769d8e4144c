import { useEffect, useRef, useState, type ReactElement } from "react";
import { Link, useLocation } from "wouter";
import type { Board, BoardAnswer, BoardTile, QuestionEcho, SavedQuestion } from "../api/model";
import { screenAddress } from "../lens/address";
import { writeLens, type Lens } from "../lens/lens";
import { useReading } from "../lens/Reading";
import { Block } from "../parts/Block";
import { Command } from "../parts/Command";
import { Failure } from "../parts/Failure";
import { PageHeading } from "../parts/PageHeading";
import { Skeleton } from "../parts/Skeleton";
import { useText } from "../text/Text";
import { Problem } from "../api/problem";
import { questionAddress, type Asked } from "./address";
import { AnswerView, useDrawing } from "./AnswerView";
import { DeleteDialog } from "./DeleteDialog";
import type { Report } from "./draw/draw";
import { savingProblem, useBoardAnswer, useMaySave, useSavedQuestions, useShelf } from "./queries";
import { askedOf, lensOver, resolvedPeriod } from "./saved";

type Tile = BoardAnswer["tiles"][number];

function TileAnswer({ asked, report, lens }: { asked: Asked; report: Report; lens: Lens }): ReactElement {
  const { shell } = useText();
  const { lens: now, day } = useReading();
  const drawing = useDrawing(asked, report, lens.audience);
  // A tile that is not read as the bar above says has to say so itself.
  const own = writeLens(lens).join() === writeLens(now).join() ? "" : shell.lens.inWords(shell.lens.sides[lens.audience], shell.lens.periodInWords(lens.from, lens.to), lens.asOf || day.day, lens.hypothesis);
  return (
    <>
      {(own !== "" || asked.filter !== "") && <p className="meaning">{[own, asked.filter].filter((part) => part !== "").join(" · ")}</p>}
      <AnswerView asked={asked} drawing={drawing} lens={lens} brief />
    </>
  );
}

function TileBlock({ tile, board, saved }: { tile: Tile; board: Board; saved: SavedQuestion | undefined }): ReactElement {
  const { questions: text } = useText();
  const { workspace, lens: now } = useReading();
  const said = lensOver([saved?.lens, board.lens], now);
  const echo = (tile.answer as { question?: QuestionEcho } | null)?.question;
  const fromNow = now.from === "" && now.to === "" && Boolean(saved?.lens?.period ?? board.lens?.period);
  const lens = fromNow ? { ...said, ...resolvedPeriod(echo, workspace.zone) } : said;
  const asked = saved === undefined ? null : askedOf(saved);
  const title = tile.title || tile.question || text.untitled;
  return (
    <Block title={title} className="tile">
      {tile.note && <p className="meaning">{tile.note}</p>}
      {tile.problem !== null && (
        <div className="failure">
          <p className="failure-title">{text.tileFailed}</p>
          <p className="failure-detail">{tile.problem.detail}</p>
        </div>
      )}
      {tile.answer !== null && asked !== null && saved !== undefined && <TileAnswer asked={asked} report={tile.answer as unknown as Report} lens={lens} />}
      {tile.answer !== null && asked === null && saved !== undefined && (
        <>
          <p className="meaning">{text.onlyTerminal}</p>
          <Command>{`habitue question run '${saved.name}' -w ${workspace.id}`}</Command>
        </>
      )}
      {asked !== null && saved !== undefined && (
        <p className="tile-open">
          <Link href={questionAddress(workspace.id, lens, asked)}>{text.open}</Link>
        </p>
      )}
    </Block>
  );
}

/** The order of a board, changed by buttons; each change is saved at once. */
function Arrange({ board, questions }: { board: Board; questions: readonly SavedQuestion[] }): ReactElement {
  const { questions: text, shell } = useText();
  const shelf = useShelf();
  const [problem, setProblem] = useState("");
  const [adding, setAdding] = useState("");
  const [news, setNews] = useState("");
  const rows = useRef<HTMLOListElement>(null);
  /** The focus goes along with the tile that was moved, once it stands in its new place. */
  const focus = useRef<{ tile: number; what: string } | null>(null);
  useEffect(() => {
    if (focus.current === null) return;
    const row = rows.current?.children[focus.current.tile];
    (row?.querySelector<HTMLElement>(`[data-focus="${focus.current.what}"]:not([disabled])`) ?? row?.querySelector<HTMLElement>("button:not([disabled])"))?.focus();
    focus.current = null;
  }, [board.tiles]);
  const write = async (tiles: BoardTile[], said = ""): Promise<void> => {
    setProblem("");
    try {
      await shelf.saveBoard(board.name, { description: board.description, ...(board.lens ? { lens: board.lens } : {}), ...(board.layout ? { layout: board.layout } : {}), tiles }, board.version);
      setNews(said);
    } catch (error) {
      setProblem(savingProblem(error, text, shell.failed.offline));
    }
  };
  const move = (from: number, to: number): void => {
    const next = [...board.tiles];
    const [moved] = next.splice(from, 1);
    if (moved === undefined) return;
    next.splice(to, 0, moved);
    focus.current = { tile: to, what: to < from ? "up" : "down" };
    void write(next, text.tileMoved(to + 1));
  };
  const left = questions.filter(({ name }) => !board.tiles.some(({ question }) => question === name));
  return (
    <Block title={text.edit} className="arrange">
      <ol className="arrange-list" ref={rows}>
        {board.tiles.map((tile, index) => {
          const name = tile.title || tile.question || tile.note || text.untitled;
          return (
            <li key={`${tile.question ?? ""} ${index}`}>
              <span>{name}</span>
              <span className="step-moves">
                <button type="button" className="button button-quiet icon" data-focus="up" aria-label={text.moveUp(name)} disabled={index === 0} onClick={() => move(index, index - 1)}>
                  ↑
                </button>
                <button type="button" className="button button-quiet icon" data-focus="down" aria-label={text.moveDown(name)} disabled={index === board.tiles.length - 1} onClick={() => move(index, index + 1)}>
                  ↓
                </button>
                <button type="button" className="button button-quiet icon" aria-label={text.takeOff(name)} onClick={() => void write(board.tiles.filter((_, place) => place !== index))}>
                  ×
                </button>
              </span>
            </li>
          );
        })}
      </ol>
      {left.length > 0 && (
        <div className="add-tile">
          <label className="field">
            <span className="field-label">{text.addToBoard}</span>
            <select value={adding} onChange={(event) => setAdding(event.target.value)}>
              <option value="">–</option>
              {left.map(({ name }) => (
                <option key={name} value={name}>
                  {name}
                </option>
              ))}
            </select>
          </label>
          <button
            type="button"
            className="button"
            aria-disabled={adding === ""}
            onClick={() => {
              if (adding === "") return;
              void write([...board.tiles, { question: adding }]);
              setAdding("");
            }}
          >
            {text.add}
          </button>
        </div>
      )}
      <p role="status" className="visually-hidden">
        {news}
      </p>
      <p className="field-problem" role="alert">
        {problem}
      </p>
    </Block>
  );
}

/** Every question of a board, answered through the lens. */
export function BoardPage({ name }: { name: string }): ReactElement {
  const { questions: text } = useText();
  const { workspace, lens } = useReading();
  const [, navigate] = useLocation();
  const shelf = useShelf();
  const query = useBoardAnswer(name);
  const saved = useSavedQuestions();
  const maySave = useMaySave();
  const [arranging, setArranging] = useState(false);
  const [deleting, setDeleting] = useState(false);
  const gone = query.error instanceof Problem && query.error.status === 404;
  const answer = query.data;
  const ready = answer !== undefined && saved.data !== undefined;
  return (
    <>
      <p className="back">
        <Link href={screenAddress(workspace.id, "questions", lens)}>{text.back}</Link>
      </p>
      <PageHeading title={gone ? text.boardGone(name) : name}>{answer !== undefined && answer.board.description !== "" && <p className="facts">{answer.board.description}</p>}</PageHeading>
      {query.isError && !gone && <Failure error={query.error} onRetry={() => void query.refetch()} />}
      {query.isPending && <Skeleton lines={10} tall />}
      {ready && !query.isError && (
        <>
          <div className="question-tools">
            {maySave ? (
              <>
                <button type="button" className="button" aria-pressed={arranging} onClick={() => setArranging(!arranging)}>
                  {arranging ? text.editDone : text.edit}
                </button>
                <button type="button" className="button button-quiet" onClick={() => setDeleting(true)}>
                  {text.remove}
                </button>
              </>
            ) : (
              <p className="meaning">{text.mayNot}</p>
            )}
          </div>
          {arranging && <Arrange board={answer.board} questions={saved.data} />}
          {answer.tiles.length === 0 && (
            <div className="nothing">
              <p className="nothing-title">{text.boardEmpty}</p>
              <p>{text.boardEmptyText}</p>
            </div>
          )}
          <div className="tiles" aria-busy={query.isPlaceholderData}>
            {answer.tiles.map((tile, index) => (
              <TileBlock key={`${tile.question ?? ""} ${index}`} tile={tile} board={answer.board} saved={saved.data.find((each) => each.name === tile.question)} />
            ))}
          </div>
        </>
      )}
      {deleting && answer !== undefined && (
        <DeleteDialog
          name={name}
          words={text.removeBoardText}
          onClose={() => setDeleting(false)}
          onDelete={async () => {
            await shelf.deleteBoard(name, answer.board.version);
            navigate(screenAddress(workspace.id, "questions", lens));
          }}
        />
      )}
    </>
  );
}
