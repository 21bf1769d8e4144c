import { lazy, Suspense, type ReactElement } from "react";
import { Link, useLocation, useSearch } from "wouter";
import type { Flow, FlowsReport } from "../api/model";
import { useAnswer } from "../api/queries";
import { behindAddress } from "../ask/behind";
import { dayIn } from "../lens/days";
import { useReading } from "../lens/Reading";
import { Actions, type Action } from "../parts/Actions";
import { Answer } from "../parts/Answer";
import { Block, Sentence } from "../parts/Block";
import { ScrollTable } from "../parts/ScrollTable";
import { Skeleton } from "../parts/Skeleton";
import { TableBehind } from "../parts/TableBehind";
import { useFormats, useText } from "../text/Text";
import { seenThrough } from "../parts/figures";
import { readDates, writeDates, type Dates } from "./dates";
import { flowsToDraw, flowsToShow, movementOf } from "./figures";
import { TimeSlider } from "./TimeSlider";

// The chart library is two thirds of the page's weight and is fetched after everything else.
const FlowsChart = lazy(async () => ({ default: (await import("./FlowsChart")).FlowsChart }));

interface ReportProps {
  report: FlowsReport;
  dates: Dates;
}

function Report({ report, dates }: ReportProps): ReactElement {
  const { cycle, words } = useText();
  const text = cycle.flows;
  const formats = useFormats();
  const { workspace, lens } = useReading();
  const flows = flowsToShow(seenThrough(report.flows, lens.audience));
  const { drawn, leftOut } = flowsToDraw(flows);
  const movement = movementOf(flows);
  const stage = (name: string): string => words.stages[name] ?? name;
  // The people of a move are asked for through a lens whose period is that of the move.
  const behind = (cell: Partial<Pick<Flow, "from" | "to">>): string =>
    behindAddress(workspace.id, { ...lens, from: dates.start, to: dates.end }, "cycle", { question: "flows", body: {}, filter: "", cell: { ...cell, side: lens.audience } });

  const actions: Action[] = [];
  const loss = movement.largestLoss;
  if (loss !== null) actions.push({ text: text.doLargest(loss.people, stage(loss.from), stage(loss.to)), href: behind({ from: loss.from, to: loss.to }) });

  const changed = movement.closer + movement.away > 0;
  return (
    <>
      <Sentence>
        {changed ? text.sentence(report.from, report.to, movement.closer, movement.away) : text.still(report.from, report.to)}
        {movement.arrived > 0 && ` ${text.arrived(movement.arrived)}`}
      </Sentence>
      <p className="meaning">{text.closerMeaning}</p>
      {flows.length > 0 && (
        <>
          <Suspense fallback={<div className="chart" aria-hidden="true" />}>
            <FlowsChart flows={drawn} stages={report.stages} behind={behind} />
          </Suspense>
          {leftOut > 0 && <p className="meaning">{text.leftOut(leftOut)}</p>}
          <TableBehind>
            <ScrollTable caption={text.table} className="figures">
              <thead>
                <tr>
                  <th scope="col">{text.fromColumn}</th>
                  <th scope="col">{text.toColumn}</th>
                  <th scope="col" className="number">
                    {cycle.count}
                  </th>
                </tr>
              </thead>
              <tbody>
                {flows.map((flow) => (
                  <tr key={`${flow.from} ${flow.to}`}>
                    <td>{stage(flow.from)}</td>
                    <td>{stage(flow.to)}</td>
                    <td className="number">
                      <Link href={behind({ from: flow.from, to: flow.to })}>{formats.number(flow.people)}</Link>
                    </td>
                  </tr>
                ))}
              </tbody>
            </ScrollTable>
          </TableBehind>
        </>
      )}
      <Actions actions={actions} />
    </>
  );
}

/** Who moved from stage to stage between two dates that slide through time. */
export function FlowsBlock(): ReactElement {
  const text = useText().cycle.flows;
  const { workspace, lens, day } = useReading();
  const [path, navigate] = useLocation();
  const search = useSearch();
  const dates = readDates(new URLSearchParams(search), lens, day.day);
  const query = useAnswer<FlowsReport>("/flows", { from: dates.start, to: dates.end });
  const change = (to: Dates): void => {
    const address = writeDates(new URLSearchParams(search), to, lens, day.day);
    navigate(address === "" ? path : `${path}?${address}`, { replace: true });
  };
  return (
    <Block id="flows" title={text.title}>
      <Answer query={query} waiting={<Skeleton lines={9} tall />}>
        {(report) => <Report report={report} dates={dates} />}
      </Answer>
      {workspace.first_event_at !== null && <TimeSlider dates={dates} first={dayIn(workspace.first_event_at, workspace.zone)} last={day.day} onChange={change} />}
    </Block>
  );
}
