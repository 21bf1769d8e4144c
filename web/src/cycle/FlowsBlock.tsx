import { lazy, Suspense, type ReactElement } from "react";
import { Link } from "wouter";
import type { FlowsReport } from "../api/model";
import { useAnswer } from "../api/queries";
import { stageIs } from "../criteria/quick";
import { peopleAddress } from "../lens/address";
import { addDays } from "../lens/days";
import { useReading } from "../lens/Reading";
import { Actions, type Action } from "../parts/Actions";
import { Answer } from "../parts/Answer";
import { Block, Sentence } from "../parts/Block";
import { ScrollTable } from "../parts/ScrollTable";
import { Skeleton } from "../parts/Skeleton";
import { TableBehind } from "../parts/TableBehind";
import { useFormats, useText } from "../text/Text";
import { seenThrough } from "../parts/figures";
import { flowsToDraw, flowsToShow, movementOf } from "./figures";

// The chart library is two thirds of the page's weight and is fetched after everything else.
const FlowsChart = lazy(async () => ({ default: (await import("./FlowsChart")).FlowsChart }));

/** Without a period the whole history would be one arrival of everyone; the last quarter says more. */
const defaultDays = 90;

function Report({ report, ownPeriod }: { report: FlowsReport; ownPeriod: boolean }): ReactElement {
  const { cycle, words } = useText();
  const text = cycle.flows;
  const formats = useFormats();
  const { workspace, lens } = useReading();
  const flows = flowsToShow(seenThrough(report.flows, lens.audience));
  const { drawn, leftOut } = flowsToDraw(flows);
  const movement = movementOf(flows);
  const stage = (name: string): string => words.stages[name] ?? name;
  const to = (name: string): string => peopleAddress(workspace.id, lens, { filter: stageIs(name) });

  const actions: Action[] = [];
  const loss = movement.largestLoss;
  if (loss !== null) actions.push({ text: text.doLargest(loss.people, stage(loss.from), stage(loss.to)), href: to(loss.to) });

  const changed = movement.closer + movement.away > 0;
  return (
    <>
      <Sentence>
        {changed ? text.sentence(report.from, report.to, movement.closer, movement.away) : text.still(report.from, report.to)}
        {movement.arrived > 0 && ` ${text.arrived(movement.arrived)}`}
      </Sentence>
      <p className="meaning">
        {text.closerMeaning}
        {ownPeriod && ` ${text.ownPeriod}`}
      </p>
      {flows.length > 0 && (
        <>
          <Suspense fallback={<div className="chart" aria-hidden="true" />}>
            <FlowsChart flows={drawn} stages={report.stages} />
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
                    <td>{flow.to === "absent" ? stage(flow.to) : <Link href={to(flow.to)}>{stage(flow.to)}</Link>}</td>
                    <td className="number">{formats.number(flow.people)}</td>
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

export function FlowsBlock(): ReactElement {
  const text = useText().cycle.flows;
  const { lens, day } = useReading();
  const ownPeriod = lens.from === "" && lens.to === "";
  const end = lens.to === "" ? day.day : lens.to;
  const query = useAnswer<FlowsReport>("/flows", { to: end, from: lens.from === "" ? addDays(end, -defaultDays) : lens.from });
  return (
    <Block id="flows" title={text.title}>
      <Answer query={query} waiting={<Skeleton lines={9} tall />}>
        {(report) => <Report report={report} ownPeriod={ownPeriod} />}
      </Answer>
    </Block>
  );
}
