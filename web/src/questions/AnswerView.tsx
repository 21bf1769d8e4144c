import { useMemo, type ReactElement, type RefObject } from "react";
import type { Body, Drawing } from "../ask/drawing";
import { DrawingView } from "../ask/DrawingView";
import { useReading } from "../lens/Reading";
import type { Lens } from "../lens/lens";
import { useFormats, useText } from "../text/Text";
import { cellAddress, type Asked } from "./address";
import { draw, type Report } from "./draw/draw";

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
  brief?: boolean;
}

/** The answer of a question that was built here: its numbers lead to their people. */
export function AnswerView({ asked, lens, ...shown }: AnswerViewProps): ReactElement {
  const { workspace } = useReading();
  return <DrawingView {...shown} behind={(cell: Body) => cellAddress(workspace.id, lens, asked, cell)} />;
}
