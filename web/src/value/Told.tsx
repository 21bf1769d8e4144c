import { useMemo, type ReactElement, type ReactNode } from "react";
import { Asked } from "../ask/Asked";
import { useAsk, type Asking } from "../ask/asking";
import type { Body, Drawing, Pen } from "../ask/drawing";
import { Block } from "../parts/Block";
import type { Answered } from "../api/model";
import type { Part } from "./address";
import { Shown, usePen } from "./Shown";

export interface Telling<T> {
  part: Part;
  question: string;
  title: string;
  body: Body;
  draw: (report: Answered<T>, pen: Pen) => Drawing;
  /** The first day that is compared with, where it is not the lens's. */
  from?: string;
}

/** What is drawn from a report that is there, and what belongs below it. */
export function Drawn<T>({ report, part, question, title, body, draw, from, children }: Telling<T> & { report: Answered<T>; children?: ReactNode }): ReactElement {
  const pen = usePen();
  const drawing = useMemo(() => draw(report, pen), [draw, report, pen]);
  return (
    <>
      <Shown drawing={drawing} part={part} question={question} body={body} title={title} {...(from === undefined ? {} : { from })} />
      {children}
    </>
  );
}

export interface ToldProps<T> extends Telling<T> {
  /** Between the heading and the answer: fields of this question alone. */
  fields?: ReactNode;
  after?: (report: Answered<T>) => ReactNode;
}

/** One question of the screen, asked when it is drawn. */
export function Told<T>({ fields, after, ...telling }: ToldProps<T>): ReactElement {
  const asking: Asking<Answered<T>> = useAsk(telling.question, telling.body, telling.from === undefined ? {} : { instead: { from: telling.from } });
  return (
    <Block title={telling.title} className="block-wide">
      {fields}
      <Asked asking={asking}>{(report) => <Drawn {...telling} report={report}>{after?.(report)}</Drawn>}</Asked>
    </Block>
  );
}
