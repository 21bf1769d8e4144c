import { lazy, Suspense, type ReactElement } from "react";
import type { StageHistoryReport } from "../api/model";
import { useAnswer } from "../api/queries";
import { behindAddress } from "../ask/behind";
import type { Body } from "../ask/drawing";
import { FiguresTable } from "../ask/FiguresTable";
import { useReading } from "../lens/Reading";
import { Answer } from "../parts/Answer";
import { Block, Sentence } from "../parts/Block";
import { Skeleton } from "../parts/Skeleton";
import { TableBehind } from "../parts/TableBehind";
import { useFormats, useText } from "../text/Text";
import { historyOf } from "./history";
import "../style/ask.css";

const Chart = lazy(async () => ({ default: (await import("../chart/Chart")).Chart }));

function Report({ report }: { report: StageHistoryReport }): ReactElement {
  const text = useText();
  const formats = useFormats();
  const { workspace, lens } = useReading();
  const { sentence, model, table } = historyOf(report, { text, formats, zone: workspace.zone, side: lens.audience });
  const behind = (cell: Body): string => behindAddress(workspace.id, { ...lens, from: "", to: "" }, "cycle", { question: "stages/history", body: {}, filter: "", cell });
  return (
    <>
      <Sentence>{sentence}</Sentence>
      {model !== null && (
        <>
          <Suspense fallback={<div className="history-chart" aria-hidden="true" />}>
            <Chart label={text.cycle.history.chart} model={model} height={18} />
          </Suspense>
          <TableBehind>
            <FiguresTable table={table} behind={behind} />
          </TableBehind>
        </>
      )}
    </>
  );
}

/** How many stood at each stage, month by month, in all of the data. */
export function HistoryBlock(): ReactElement {
  const text = useText().cycle.history;
  const query = useAnswer<StageHistoryReport>("/stages/history", { bucket: "month", from: undefined, to: undefined });
  return (
    <Block id="history" title={text.title}>
      <Answer query={query} waiting={<Skeleton lines={9} tall />}>
        {(report) => <Report report={report} />}
      </Answer>
    </Block>
  );
}
