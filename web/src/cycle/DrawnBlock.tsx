import type { ReactElement } from "react";
import { Asked } from "../ask/Asked";
import { useAsk } from "../ask/asking";
import { behindAddress } from "../ask/behind";
import { DrawingView } from "../ask/DrawingView";
import type { Body, Drawing, Pen } from "../ask/drawing";
import { useReading } from "../lens/Reading";
import { Block } from "../parts/Block";
import { useFormats, useText } from "../text/Text";

export interface DrawnBlockProps<T> {
  id: string;
  title: string;
  question: string;
  /** Asked by its address rather than by POST. */
  byAddress?: boolean;
  draw: (report: T, pen: Pen) => Drawing;
}

/** A block that asks one question as it is and draws its answer. */
export function DrawnBlock<T>({ id, title, question, byAddress = false, draw }: DrawnBlockProps<T>): ReactElement {
  const text = useText();
  const formats = useFormats();
  const { workspace, lens } = useReading();
  const asking = useAsk<T>(question, {}, byAddress ? { byAddress: {} } : {});
  const behind = (cell: Body): string => behindAddress(workspace.id, lens, "cycle", { question, body: {}, filter: "", cell });
  return (
    <Block id={id} title={title}>
      <Asked asking={asking}>{(report) => <DrawingView drawing={draw(report, { text, formats, zone: workspace.zone, side: lens.audience })} behind={behind} />}</Asked>
    </Block>
  );
}
