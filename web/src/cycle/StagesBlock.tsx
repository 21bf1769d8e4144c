import type { ReactElement } from "react";
import { Link } from "wouter";
import type { StagesReport } from "../api/model";
import { useAnswer } from "../api/queries";
import { stageIs } from "../criteria/quick";
import { peopleAddress } from "../lens/address";
import { useReading } from "../lens/Reading";
import { Actions, type Action } from "../parts/Actions";
import { Answer } from "../parts/Answer";
import { Bar } from "../parts/Bar";
import { Block, Sentence } from "../parts/Block";
import { colourOfStage } from "../parts/colours";
import { ScrollTable } from "../parts/ScrollTable";
import { Skeleton } from "../parts/Skeleton";
import { useFormats, useText } from "../text/Text";
import { seenThrough, shareOf } from "../parts/figures";
import { beyondProspects } from "./figures";

function Report({ report }: { report: StagesReport }): ReactElement {
  const { cycle, words } = useText();
  const text = cycle.stages;
  const formats = useFormats();
  const { workspace, lens } = useReading();
  const figures = seenThrough(report.figures, lens.audience);
  const of = (stage: string): number => figures.stages[stage] ?? 0;
  const customers = beyondProspects(figures);
  const subscription = workspace.model === "subscription";
  const rule = (stage: string): string => (subscription ? text.subscriptionRules[stage] : text.rules[stage]?.(report.rules)) ?? "";
  const to = (stage: string, order?: string): string => peopleAddress(workspace.id, lens, { filter: stageIs(stage), ...(order ? { order } : {}) });

  const sentence =
    customers === 0
      ? text.nobody
      : subscription
        ? text.sentenceSubscription(customers, of("active"), of("at_risk"), of("lost"))
        : text.sentencePurchases(customers, of("active"), of("at_risk"), of("dormant"));
  const actions: Action[] = [];
  if (of("at_risk") > 0) actions.push({ text: text.doAtRisk(of("at_risk")), href: to("at_risk", "money") });
  if (of("new") - figures.repeat > 0) actions.push({ text: text.doNew(of("new") - figures.repeat), href: to("new") });
  if (of("dormant") > 0) actions.push({ text: text.doDormant(of("dormant")), href: to("dormant", "money") });

  return (
    <>
      <Sentence>{sentence}</Sentence>
      <ScrollTable caption={text.table} className="figures figures-bars">
        <thead>
          <tr>
            <th scope="col">{text.stage}</th>
            <th scope="col" className="number">
              {cycle.count}
            </th>
            <th scope="col">{cycle.share}</th>
          </tr>
        </thead>
        <tbody>
          {Object.entries(figures.stages).map(([stage, people]) => (
            <tr key={stage}>
              <th scope="row">
                <span className="row-title">{words.stages[stage] ?? stage}</span>
                <span className="meaning">
                  {rule(stage)}
                  {stage === "new" && figures.repeat > 0 && `, ${text.repeat(figures.repeat)}`}
                </span>
              </th>
              <td className="number">
                <Link href={to(stage)}>{formats.number(people)}</Link>
              </td>
              <td className="bar-cell">
                <Bar share={shareOf(people, figures.total)} colour={colourOfStage(stage)} />
                <span className="bar-value">{formats.percent(shareOf(people, figures.total))}</span>
              </td>
            </tr>
          ))}
        </tbody>
      </ScrollTable>
      <Actions actions={actions} />
    </>
  );
}

export function StagesBlock(): ReactElement {
  const text = useText().cycle.stages;
  const query = useAnswer<StagesReport>("/stages");
  return (
    <Block id="stages" title={text.title}>
      <Answer query={query} waiting={<Skeleton lines={9} tall />}>
        {(report) => <Report report={report} />}
      </Answer>
    </Block>
  );
}
