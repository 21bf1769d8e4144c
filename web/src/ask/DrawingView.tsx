import { lazy, Suspense, type ReactElement, type RefObject } from "react";
import { Sentence } from "../parts/Block";
import { useText } from "../text/Text";
import type { Body, Drawing } from "./drawing";
import { FiguresTable } from "./FiguresTable";
import "../style/ask.css";

// The chart library is heavier than the rest of the page and is fetched behind everything else.
const Chart = lazy(async () => ({ default: (await import("../chart/Chart")).Chart }));

export interface DrawingViewProps {
  drawing: Drawing;
  /** Where the people behind a number are. */
  behind: (cell: Body) => string;
  /** Filled with a way to get the first chart as SVG. */
  picture?: RefObject<(() => string) | null>;
  /** On a board: the sentence and the first chart; the tables are one click away. */
  brief?: boolean;
}

/** An answer: its sentences, its charts, its tables, and what there is to know about it. */
export function DrawingView({ drawing, behind, picture, brief = false }: DrawingViewProps): ReactElement {
  const { ask: text, shell } = useText();
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
