import { lazy, Suspense, useMemo, type ReactElement, type RefObject } from "react";
import { useReading } from "../lens/Reading";
import type { Lens } from "../lens/lens";
import { Sentence } from "../parts/Block";
import { useFormats, useText } from "../text/Text";
import { cellAddress, type Asked, type Body } from "./address";
import type { Drawing } from "./draw/drawing";
import { draw, type Report } from "./draw/draw";
import { FiguresTable } from "./FiguresTable";

// The chart library is heavier than the rest of the page and is fetched behind everything else.
const Chart = lazy(async () => ({ default: (await import("../chart/Chart")).Chart }));

/** The answer as sentences, charts and tables, in the reader's words. */
export function useDrawing(asked: Pick<Asked, "kind">, report: Report, side: Lens["audience"]): Drawing {
  const text = useText();
  const formats = useFormats();
  const { workspace } = useReading();
  const { kind } = asked;
  return useMemo(() => draw(kind, report, { text, formats, zone: workspace.zone, side }), [kind, report, text, formats, workspace.zone, side]);
}

export interface AnswerViewProps {
  asked: Asked;
  drawing: Drawing;
  /** The lens that the links to people carry. */
  lens: Lens;
  picture?: RefObject<(() => string) | null>;
  /** On a board: the sentence and the first chart; the tables are one click away. */
  brief?: boolean;
}

export function AnswerView({ asked, drawing, lens, picture, brief = false }: AnswerViewProps): ReactElement {
  const { questions: text, shell } = useText();
  const { workspace } = useReading();
  if (drawing.empty) {
    return (
      <div className="nothing">
        <p className="nothing-title">{text.nothing}</p>
        <p>{text.nothingText}</p>
        {drawing.notes.map((note) => (
          <p key={note}>{note}</p>
        ))}
      </div>
    );
  }
  const behind = (cell: Body): string => cellAddress(workspace.id, lens, asked, cell);
  const open = brief ? [] : drawing.tables.filter((table) => table.open);
  const folded = brief ? drawing.tables : drawing.tables.filter((table) => !table.open);
  const [first, ...others] = drawing.sentences;
  return (
    <>
      <Sentence>{first}</Sentence>
      {others.length > 0 && <p className="second-sentence">{(brief ? others.slice(0, 1) : others).join(" ")}</p>}
      {(brief ? drawing.charts.slice(0, 1) : drawing.charts).map(({ label, model, height }, index) => (
        <Suspense key={`${label} ${index}`} fallback={<div style={{ blockSize: `${height}rem` }} aria-hidden="true" />}>
          <Chart label={label} model={model} height={brief ? Math.min(height, 16) : height} {...(index === 0 && picture ? { picture } : {})} />
        </Suspense>
      ))}
      {open.map((table) => (
        <FiguresTable key={table.caption} table={table} behind={behind} />
      ))}
      {folded.map((table) => (
        <details key={table.caption} className="behind">
          <summary>{brief && folded.length === 1 ? shell.tableBehind : table.caption}</summary>
          <FiguresTable table={table} behind={behind} />
        </details>
      ))}
      {!brief && drawing.notes.length > 0 && (
        <ul className="answer-notes" aria-label={text.warnings}>
          {drawing.notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
        </ul>
      )}
    </>
  );
}
