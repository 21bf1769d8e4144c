import { useEffect, useState, type FormEvent, type ReactElement } from "react";
import { Link, useLocation, useSearch } from "wouter";
import type { ReadinessReport } from "../api/model";
import { Asked } from "../ask/Asked";
import { useAsk } from "../ask/asking";
import { behindAddress } from "../ask/behind";
import type { Body } from "../ask/drawing";
import { useReading } from "../lens/Reading";
import { Block, Sentence } from "../parts/Block";
import { ScrollTable } from "../parts/ScrollTable";
import { TextField } from "../parts/TextField";
import { useFormats, useText } from "../text/Text";
import { bodyOf, noPlan, planIn, planText, wrongIn, type Plan } from "./plan";

type Light = ReadinessReport["profit"]["light"];

/** Shape and words tell a light, colour only repeats them. */
function LightMark({ light }: { light: Light }): ReactElement {
  const text = useText().cycle.readiness;
  return (
    <span className={`light light-${light}`}>
      <span className="light-shape" aria-hidden="true" />
      {text.lights[light]}
    </span>
  );
}

function Report({ report, body }: { report: ReadinessReport; body: Body }): ReactElement {
  const text = useText().cycle.readiness;
  const formats = useFormats();
  const { workspace, lens } = useReading();
  const french = formats.language === "fr";
  const money = (minor: number): string => formats.roundMoney({ minor_units: minor, currency: report.currency });
  const people = (who: string, count: number): ReactElement =>
    count === 0 ? <>{formats.number(0)}</> : <Link href={behindAddress(workspace.id, lens, "cycle", { question: "readiness", body, filter: "", cell: { who } })}>{formats.number(count)}</Link>;
  const { profit, offer, data } = report;
  const answers = [
    { key: "profit", of: profit },
    { key: "offer", of: offer },
    { key: "data", of: data },
  ] as const;
  const assumptions = french ? report.assumptions_fr : report.assumptions_en;
  const counts: [string, string, number][] = [
    [text.people.segment, "segment", report.people],
    [text.people.losing, "losing", profit.losing],
    [text.people.notReachable, "not_reachable", report.people - data.reachable.part],
    [text.people.boughtAgain, "bought_again", data.bought_again.part],
  ];
  return (
    <>
      <div role="status">
        <Sentence>{french ? report.sentence_fr : report.sentence_en}</Sentence>
      </div>
      <ol className="lights">
        {answers.map(({ key, of }) => (
          <li key={key}>
            <h3>{text.questions[key]}</h3>
            <LightMark light={of.light} />
            <p>{french ? of.sentence_fr : of.sentence_en}</p>
          </li>
        ))}
      </ol>
      <dl className="counts-behind">
        {counts.map(([name, who, count]) => (
          <div key={who}>
            <dt>{name}</dt>
            <dd>{people(who, count)}</dd>
          </div>
        ))}
      </dl>
      {profit.years.length > 0 && (
        <ScrollTable caption={text.table} className="figures">
          <thead>
            <tr>
              <th scope="col">{text.year}</th>
              {[text.contribution, text.more, text.programme, text.balance].map((title) => (
                <th scope="col" className="number" key={title}>
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {profit.years.map((year) => (
              <tr key={year.year}>
                <th scope="row">{text.yearOf(year.year)}</th>
                {[year.contribution_minor, year.lift_minor, -year.programme_minor, year.balance_minor].map((minor, column) => (
                  <td className="number" key={column}>
                    {money(minor)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </ScrollTable>
      )}
      {assumptions.length + report.warnings.length > 0 && (
        <ul className="answer-notes" aria-label={text.assumed}>
          {[...assumptions, ...report.warnings].map((each) => (
            <li key={each}>{each}</li>
          ))}
        </ul>
      )}
    </>
  );
}

interface FormProps {
  plan: Plan;
  onAsk: (plan: Plan) => void;
}

function PlanForm({ plan, onAsk }: FormProps): ReactElement {
  const text = useText().cycle.readiness;
  const { workspace } = useReading();
  const [draft, setDraft] = useState(plan);
  useEffect(() => setDraft(plan), [plan]);
  const [tried, setTried] = useState(false);
  const wrong = tried ? wrongIn(draft) : [];
  const change = (part: Partial<Plan>): void => setDraft({ ...draft, ...part });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if (wrongIn(draft).length === 0) onAsk(draft);
  };
  return (
    <form className="plan" onSubmit={submit}>
      <label className="field plan-wide">
        <span className="field-label">{text.segment}</span>
        <textarea rows={2} spellCheck={false} autoCapitalize="off" value={draft.segment} placeholder={text.segmentPlaceholder} onChange={(event) => change({ segment: event.target.value })} />
        <span className="meaning">{text.segmentHint}</span>
      </label>
      <TextField label={text.cost(workspace.currency)} value={draft.cost} onChange={(cost) => change({ cost })} invalid={wrong.includes("cost")} describedBy="plan-wrong" />
      <TextField label={text.setUp(workspace.currency)} value={draft.setUp} onChange={(setUp) => change({ setUp })} invalid={wrong.includes("setUp")} describedBy="plan-wrong" />
      <TextField label={text.lift} value={draft.lift} onChange={(lift) => change({ lift })} hint={text.liftHint} invalid={wrong.includes("lift")} describedBy="plan-wrong" />
      <TextField label={text.source} value={draft.source} onChange={(source) => change({ source })} hint={text.sourceHint} />
      <div className="plan-wide">
        <TextField label={text.beyond} value={draft.beyond} onChange={(beyond) => change({ beyond })} hint={text.beyondHint} />
      </div>
      <p className="field-problem plan-wide" id="plan-wrong" role="alert">
        {wrong.length > 0 && text.noNumber}
      </p>
      <button type="submit" className="button button-strong">
        {text.ask}
      </button>
    </form>
  );
}

/** May a programme begin for a segment? The plan stands in the address, so that a colleague sees the same answer. */
export function ReadinessBlock(): ReactElement {
  const text = useText().cycle.readiness;
  const formats = useFormats();
  const { workspace } = useReading();
  const [path, navigate] = useLocation();
  const search = useSearch();
  const said = new URLSearchParams(search).get("plan");
  const plan = planIn(said);
  const body = plan === null ? null : bodyOf(plan, formats.minorPerUnit(workspace.currency));
  const asking = useAsk<ReadinessReport>("readiness", body);
  const [shown, setShown] = useState({ text: said, plan: plan ?? noPlan });
  if (shown.text !== said) setShown({ text: said, plan: plan ?? noPlan });
  const ask = (to: Plan): void => {
    const address = new URLSearchParams(search);
    address.set("plan", planText(to));
    navigate(`${path}?${address.toString()}`);
  };
  return (
    <Block id="readiness" title={text.title} className="block-wide">
      <p className="meaning">{text.lead}</p>
      <PlanForm plan={shown.plan} onAsk={ask} />
      {body !== null && <Asked asking={asking}>{(report) => <Report report={report} body={body} />}</Asked>}
    </Block>
  );
}
