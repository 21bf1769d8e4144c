import { useId, useState, type ReactElement } from "react";
import type { ChannelsReport } from "../api/model";
import { useAnswer } from "../api/queries";
import { useCriteriaCheck } from "../criteria/check";
import { CriteriaError } from "../criteria/CriteriaError";
import { useNames } from "../criteria/names";
import { writeName } from "../criteria/condition";
import { useReading } from "../lens/Reading";
import { Actions } from "../parts/Actions";
import { Answer } from "../parts/Answer";
import { Bar } from "../parts/Bar";
import { Block } from "../parts/Block";
import { Skeleton } from "../parts/Skeleton";
import { useSettled } from "../parts/useSettled";
import { useFormats, useText } from "../text/Text";
import { hypothesisRead, says } from "./hypotheses";
import { reachOf, reachOfSegment, type Reach } from "./plan";

function Verdict({ reach, estimated }: { reach: Reach; estimated: boolean }): ReactElement {
  const { audience, words } = useText();
  const text = audience.plan;
  const formats = useFormats();
  const { purity, low, high, verdict } = reach;
  return (
    <div role="status">
      <p className="sentence">{text.verdicts[verdict]}</p>
      {verdict !== "too_few" && (
        <div className="plan-bar">
          <Bar share={purity} colour="audience-inside" {...(estimated ? { low, high } : {})} />
          <span>{estimated ? text.purityBetween(formats.percent(purity), formats.percent(low), formats.percent(high)) : text.purity(formats.percent(purity))}</span>
        </div>
      )}
      <ul className="counts">
        {(["inside", "outside", "unknown"] as const).map((side) => (
          <li key={side}>
            <span className="badge-dot" style={{ background: `var(--audience-${side})` }} aria-hidden="true" />
            <strong>{formats.number(Math.round(reach[side]))}</strong> {words.verdicts[side].toLocaleLowerCase(formats.language)}
          </li>
        ))}
      </ul>
      <p className="meaning">{estimated ? text.channelsMeaning : text.segmentMeaning}</p>
      <Actions actions={[{ text: text.what[verdict] }]} />
    </div>
  );
}

function ByChannels({ report }: { report: ChannelsReport }): ReactElement {
  const { audience, words } = useText();
  const text = audience.plan;
  const formats = useFormats();
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [people, setPeople] = useState(1_000);
  const channels = report.channels.filter(({ channel }) => chosen.includes(channel));
  return (
    <>
      <fieldset className="plan-channels">
        <legend className="field-label">{text.channels}</legend>
        {report.channels.map(({ channel, inside, outside, unknown }) => (
          <label key={channel} className="check">
            <input
              type="checkbox"
              checked={chosen.includes(channel)}
              onChange={(event) => setChosen(event.target.checked ? [...chosen, channel] : chosen.filter((each) => each !== channel))}
            />
            {words.channel(channel)} <span className="meaning">{formats.number(inside + outside + unknown)}</span>
          </label>
        ))}
      </fieldset>
      <label className="field short">
        <span className="field-label">{text.reach}</span>
        <input type="number" min={1} max={1_000_000_000} value={people} onChange={(event) => setPeople(Math.max(1, Math.round(Number(event.target.value)) || 1))} />
      </label>
      {channels.length === 0 ? <p className="note">{text.noVerdict}</p> : <Verdict reach={reachOf(channels, people)} estimated />}
    </>
  );
}

function BySegment({ audience }: { audience: string }): ReactElement {
  const { audience: texts, people } = useText();
  const text = texts.plan;
  const names = useNames().data;
  const [segment, setSegment] = useState("");
  const settled = useSettled(segment.trim(), 250);
  const told = useId();
  const { problem } = useCriteriaCheck(settled);
  const wrong = problem !== null;
  const inside = useCriteriaCheck(settled === "" || wrong ? "" : `(${settled}) and (${audience})`).counted;
  const outside = useCriteriaCheck(settled === "" || wrong ? "" : `(${settled}) and not (${audience})`).counted;
  const whole = useCriteriaCheck(wrong ? "" : settled).counted;
  const cohorts = names?.cohorts ?? [];
  return (
    <>
      {cohorts.length > 0 && (
        <label className="field">
          <span className="field-label">{text.cohort}</span>
          <select value="" onChange={(event) => setSegment(`in cohort ${writeName(event.target.value)}`)}>
            <option value="">{texts.build.choose}</option>
            {cohorts.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
      )}
      <label className="field">
        <span className="field-label">{text.segment}</span>
        <textarea rows={2} spellCheck={false} value={segment} placeholder={people.criteriaPlaceholder} aria-invalid={wrong} aria-describedby={told} onChange={(event) => setSegment(event.target.value)} />
      </label>
      <div id={told}>{wrong && problem !== null && <CriteriaError id={`${told}-error`} problem={problem} draft={settled} />}</div>
      {settled === "" ? (
        <p className="note">{text.noVerdict}</p>
      ) : inside !== null && outside !== null && whole !== null ? (
        <Verdict reach={reachOfSegment(inside.inside, outside.inside, whole.inside - inside.inside - outside.inside)} estimated={false} />
      ) : (
        !wrong && <p className="meaning">{people.checking}</p>
      )}
    </>
  );
}

/** Before an action is launched: whom it would reach, and a verdict. Without one it is not launched. */
export function PlanBlock(): ReactElement {
  const text = useText().audience.plan;
  const { workspace, lens, day } = useReading();
  const [by, setBy] = useState<"channels" | "segment">("channels");
  const query = useAnswer<ChannelsReport>("/channels");
  const read = hypothesisRead(workspace.hypotheses, lens.hypothesis, day.day);
  return (
    <Block id="plan" title={text.title} className="block-wide">
      <p className="meaning">{text.lead}</p>
      {read === undefined || !says(read) ? (
        <p className="note">{text.noAudience}</p>
      ) : (
        <>
          <div className="modes" role="group" aria-label={text.by}>
            <button type="button" className="button" aria-pressed={by === "channels"} onClick={() => setBy("channels")}>
              {text.byChannels}
            </button>
            <button type="button" className="button" aria-pressed={by === "segment"} onClick={() => setBy("segment")}>
              {text.bySegment}
            </button>
          </div>
          {by === "segment" ? (
            <BySegment audience={read.audience} />
          ) : (
            <Answer query={query} waiting={<Skeleton lines={4} />}>
              {(report) => <ByChannels report={report} />}
            </Answer>
          )}
        </>
      )}
    </Block>
  );
}
