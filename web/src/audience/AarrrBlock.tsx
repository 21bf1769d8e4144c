import type { ReactElement } from "react";
import type { AarrrReport, PollutedStep, PollutionReport, StepFigures } from "../api/model";
import { useAnswer } from "../api/queries";
import { peopleAddress } from "../lens/address";
import { useReading } from "../lens/Reading";
import { Actions, type Action } from "../parts/Actions";
import { Answer } from "../parts/Answer";
import { Bar } from "../parts/Bar";
import { Block, Sentence } from "../parts/Block";
import { Skeleton } from "../parts/Skeleton";
import { TableBehind } from "../parts/TableBehind";
import { useFormats, useText } from "../text/Text";
import { AarrrTable } from "./AarrrTable";

interface RateProps {
  label: string;
  figures: StepFigures;
  colour: string;
  hatched?: boolean;
}

/** One rate in words, as a bar, and as the number of people behind it. */
function Rate({ label, figures, colour, hatched = false }: RateProps): ReactElement {
  const formats = useFormats();
  return (
    <div className="rate">
      <span className="rate-label">{label}</span>
      <Bar share={figures.of_previous.value} colour={colour} hatched={hatched} />
      <span className="rate-value">
        <strong>{formats.percent(figures.of_previous.value)}</strong>
        <span className="rate-count">{formats.number(figures.people)}</span>
      </span>
    </div>
  );
}

function Marks({ step, report }: { step: string; report: PollutionReport }): ReactElement | null {
  const { aarrr: text } = useText().audience;
  const overall = report.weakest_overall === step;
  const inside = report.weakest_inside === step;
  if (!overall && !inside) return null;
  if (overall && inside) return <span className="mark mark-inside">{text.weakestBoth}</span>;
  return inside ? <span className="mark mark-inside">{text.weakestInside}</span> : <span className="mark mark-overall">{text.weakestOverall}</span>;
}

interface StepProps {
  step: PollutedStep;
  figures: AarrrReport["figures"];
  index: number;
  report: PollutionReport;
}

function Step({ step, figures, index, report }: StepProps): ReactElement | null {
  const { audience, words } = useText();
  const { lens } = useReading();
  const all = figures.all.steps[index];
  const inside = figures.inside.steps[index];
  if (all === undefined || inside === undefined) return null;
  const third = lens.audience === "outside" || lens.audience === "unknown" ? figures[lens.audience].steps[index] : undefined;
  return (
    <li className="step" data-weakest={report.weakest_inside === step.step}>
      <div className="step-name">
        <span className="row-title">{words.steps[step.step] ?? step.step}</span>
        {inside.median_days !== null && index > 0 && <span className="meaning">{audience.aarrr.medianDays(inside.median_days)}</span>}
        <Marks step={step.step} report={report} />
      </div>
      <div className="step-rates">
        <Rate label={audience.aarrr.inside} figures={inside} colour="audience-inside" />
        <Rate label={audience.aarrr.everyone} figures={all} colour="audience-all" hatched />
        {third !== undefined && <Rate label={words.verdicts[lens.audience === "outside" ? "outside" : "unknown"]} figures={third} colour={`audience-${lens.audience}`} />}
      </div>
      <p className="step-pollution">{index > 0 && Math.abs(step.pollution) >= 0.0005 ? words.points(step.pollution) : ""}</p>
    </li>
  );
}

function Report({ aarrr, pollution }: { aarrr: AarrrReport; pollution: PollutionReport }): ReactElement {
  const { audience, words } = useText();
  const text = audience.aarrr;
  const formats = useFormats();
  const { workspace, lens } = useReading();
  const step = (name: string): string => words.steps[name] ?? name;
  const noAudience = pollution.outsiders.part === 0 && pollution.unknown.part === 0;

  const actions: Action[] = [];
  if (pollution.weakest_inside === null) actions.push({ text: text.doNothing });
  else if (pollution.weakest_flips && pollution.weakest_overall !== null) {
    actions.push({ text: text.doFlip(step(pollution.weakest_inside), step(pollution.weakest_overall)) });
  } else actions.push({ text: text.doSame(step(pollution.weakest_inside)) });
  if (pollution.outsiders.part > 0) actions.push({ text: text.seeOutsiders, href: peopleAddress(workspace.id, { ...lens, audience: "outside" }, {}) });

  return (
    <>
      <Sentence>{pollution.sentence}</Sentence>
      <p className="meaning">{text.meaning}</p>
      {noAudience && <p className="note">{text.noAudience}</p>}
      {pollution.unknown.part > 0 && <p className="meaning">{text.unknownShare(formats.percent(pollution.unknown.value))}</p>}
      <div className="steps-head" aria-hidden="true">
        <span>{text.step}</span>
        <span />
        <span>{text.pollution}</span>
      </div>
      <ol className="steps">
        {pollution.steps.map((polluted, index) => (
          <Step key={polluted.step} step={polluted} figures={aarrr.figures} index={index} report={pollution} />
        ))}
      </ol>
      <p className="meaning">{text.pollutionMeaning}</p>
      <TableBehind>
        <AarrrTable aarrr={aarrr} pollution={pollution} />
      </TableBehind>
      <Actions actions={actions} />
    </>
  );
}

export function AarrrBlock(): ReactElement {
  const text = useText().audience.aarrr;
  const aarrr = useAnswer<AarrrReport>("/aarrr");
  const pollution = useAnswer<PollutionReport>("/pollution");
  const waiting = <Skeleton lines={9} tall />;
  return (
    <Block id="aarrr" title={text.title} className="block-wide">
      <Answer query={pollution} waiting={waiting}>
        {(polluted) => (
          <Answer query={aarrr} waiting={waiting}>
            {(report) => <Report aarrr={report} pollution={polluted} />}
          </Answer>
        )}
      </Answer>
    </Block>
  );
}
