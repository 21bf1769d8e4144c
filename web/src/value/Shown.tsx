// An answer of this screen as it is shown: drawn with its exports, or, where there is no figure, refused in words.

import { useMemo, useRef, type ReactElement, type ReactNode } from "react";
import { behindAddress } from "../ask/behind";
import { DrawingView } from "../ask/DrawingView";
import type { Body, Drawing, Pen } from "../ask/drawing";
import { Exports } from "../ask/Exports";
import { useReading } from "../lens/Reading";
import { useFormats, useText } from "../text/Text";
import type { Part } from "./address";
import { wayTo } from "./address";

export function usePen(): Pen {
  const text = useText();
  const formats = useFormats();
  const { workspace, lens } = useReading();
  return useMemo(() => ({ text, formats, zone: workspace.zone, side: lens.audience }), [text, formats, workspace.zone, lens.audience]);
}

/** No figure, and why: an answer like any other, and no error. */
export function Refusal({ sentences, children }: { sentences: readonly string[]; children?: ReactNode }): ReactElement {
  const { value: text } = useText();
  const [first, ...others] = sentences;
  return (
    <div className="refusal">
      <p className="refusal-title">{text.refusedTitle}</p>
      <p className="sentence">{first}</p>
      {others.map((sentence) => (
        <p key={sentence}>{sentence}</p>
      ))}
      {children}
    </div>
  );
}

export interface ShownProps {
  drawing: Drawing;
  part: Part;
  question: string;
  body: Body;
  title: string;
  /** The first day that is compared with, where the lens does not say it: people are looked for with the same. */
  from?: string;
}

export function Shown({ drawing, part, question, body, title, from }: ShownProps): ReactElement {
  const { workspace, lens } = useReading();
  const { ask: text } = useText();
  const picture = useRef<(() => string) | null>(null);
  if (drawing.empty || (drawing.charts.length === 0 && drawing.tables.length === 0)) {
    return (
      <>
        <Refusal sentences={drawing.sentences.length > 0 ? drawing.sentences : [text.nothing]} />
        {drawing.notes.length > 0 && (
          <ul className="answer-notes" aria-label={text.warnings}>
            {drawing.notes.map((note) => (
              <li key={note}>{note}</li>
            ))}
          </ul>
        )}
      </>
    );
  }
  return (
    <>
      <DrawingView drawing={drawing} behind={(cell) => behindAddress(workspace.id, from === undefined ? lens : { ...lens, from }, wayTo(part), { question, body, filter: "", cell })} picture={picture} />
      <Exports drawing={drawing} title={title} picture={picture} />
    </>
  );
}
