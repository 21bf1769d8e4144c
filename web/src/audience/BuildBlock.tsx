import { useId, useMemo, useState, type ReactElement } from "react";
import { Link } from "wouter";
import { useCriteriaCheck } from "../criteria/check";
import { CriteriaError } from "../criteria/CriteriaError";
import { peopleAddress } from "../lens/address";
import { useReading } from "../lens/Reading";
import { Block } from "../parts/Block";
import { useSettled } from "../parts/useSettled";
import { useFormats, useText } from "../text/Text";
import { ClauseFields } from "./ClauseFields";
import { newClause, newGroup, writeBuilt, type Built, type Clause, type Group, type Join } from "./clauses";
import { hypothesisRead, says } from "./hypotheses";
import { SaveAudience } from "./SaveAudience";

const typingMs = 250;

function JoinField({ label, value, all, any, onChange }: { label: string; value: Join; all: string; any: string; onChange: (join: Join) => void }): ReactElement {
  return (
    <label className="field join">
      <span className="visually-hidden">{label}</span>
      <select value={value} onChange={(event) => onChange(event.target.value === "or" ? "or" : "and")}>
        <option value="and">{all}</option>
        <option value="or">{any}</option>
      </select>
    </label>
  );
}

function GroupFields({ group, place, only, onChange, onRemove }: { group: Group; place: number; only: boolean; onChange: (group: Group) => void; onRemove: () => void }): ReactElement {
  const text = useText().audience.build;
  const change = (index: number, to: Partial<Clause>): void => onChange({ ...group, clauses: group.clauses.map((clause, at) => (at === index ? { ...clause, ...to } : clause)) });
  const remove = (index: number): void => onChange({ ...group, clauses: group.clauses.filter((_, at) => at !== index) });
  return (
    <fieldset className="clauses">
      <legend>{text.group(place)}</legend>
      {group.clauses.length > 1 && <JoinField label={text.joinOf(place)} value={group.join} all={text.allOf} any={text.anyOf} onChange={(join) => onChange({ ...group, join })} />}
      {group.clauses.map((clause, index) => (
        <ClauseFields key={index} clause={clause} onChange={(to) => change(index, to)} onRemove={group.clauses.length > 1 ? () => remove(index) : null} />
      ))}
      <div className="clause-buttons">
        <button type="button" className="link-button" onClick={() => onChange({ ...group, clauses: [...group.clauses, newClause("trait")] })}>
          {text.addClause}
        </button>
        {!only && (
          <button type="button" className="link-button" onClick={onRemove}>
            {text.removeGroup(place)}
          </button>
        )}
      </div>
    </fieldset>
  );
}

function Clicked({ built, onChange }: { built: Built; onChange: (built: Built) => void }): ReactElement {
  const text = useText().audience.build;
  return (
    <>
      {built.groups.length > 1 && <JoinField label={text.joinGroups} value={built.join} all={text.allGroups} any={text.anyGroup} onChange={(join) => onChange({ ...built, join })} />}
      {built.groups.map((group, index) => (
        <GroupFields
          key={index}
          group={group}
          place={index + 1}
          only={built.groups.length === 1}
          onChange={(changed) => onChange({ ...built, groups: built.groups.map((each, at) => (at === index ? changed : each)) })}
          onRemove={() => onChange({ ...built, groups: built.groups.filter((_, at) => at !== index) })}
        />
      ))}
      <button type="button" className="link-button" onClick={() => onChange({ ...built, groups: [...built.groups, newGroup()] })}>
        {text.addGroup}
      </button>
    </>
  );
}

/** An audience built by clicking or written as criteria, counted while it is, and kept as a version or a cohort. */
export function BuildBlock(): ReactElement {
  const { audience, people, words } = useText();
  const text = audience.build;
  const formats = useFormats();
  const { workspace, lens, day } = useReading();
  const inForce = hypothesisRead(workspace.hypotheses, lens.hypothesis, day.day);
  const [mode, setMode] = useState<"click" | "write">("click");
  const [built, setBuilt] = useState<Built>(() => ({ join: "and", groups: [newGroup()] }));
  const [written, setWritten] = useState("");
  const clicked = useMemo(() => writeBuilt(built), [built]);
  const draft = mode === "click" ? clicked : written.trim();
  const settled = useSettled(draft, typingMs);
  const { counted, problem, checking } = useCriteriaCheck(settled);
  const verdict = useId();
  const write = (): void => {
    // What was clicked is where writing begins, until something is written.
    if (written === "") setWritten(clicked);
    setMode("write");
  };
  const all = counted === null ? 0 : counted.inside + counted.outside + counted.unknown;
  const side = (name: "inside" | "outside" | "unknown", filter: string | null): ReactElement | null => {
    if (counted === null) return null;
    const said = (
      <>
        <strong>{formats.number(counted[name])}</strong> {words.verdicts[name].toLocaleLowerCase(formats.language)}
      </>
    );
    return (
      <li className={`count-${name}`}>
        <span className="badge-dot" style={{ background: `var(--audience-${name})` }} aria-hidden="true" />
        {filter === null || counted[name] === 0 ? <span>{said}</span> : <Link href={peopleAddress(workspace.id, { ...lens, audience: "all" }, { filter })}>{said}</Link>}
        <span className="meaning">{all > 0 && formats.percent(counted[name] / all)}</span>
      </li>
    );
  };
  return (
    <Block id="build" title={text.title} className="block-wide">
      <p className="meaning">{text.lead}</p>
      <div className="modes" role="group" aria-label={text.how}>
        <button type="button" className="button" aria-pressed={mode === "click"} onClick={() => setMode("click")}>
          {text.byClicking}
        </button>
        <button type="button" className="button" aria-pressed={mode === "write"} onClick={write}>
          {text.byWriting}
        </button>
        {inForce !== undefined && says(inForce) && (
          <button type="button" className="button button-quiet" onClick={() => (setWritten(inForce.audience), setMode("write"))}>
            {text.startFrom(inForce.version)}
          </button>
        )}
      </div>
      {mode === "click" ? (
        <Clicked built={built} onChange={setBuilt} />
      ) : (
        <label className="field">
          <span className="field-label">{people.criteria}</span>
          <textarea
            rows={Math.min(8, Math.max(2, written.split("\n").length, Math.ceil(written.length / 90)))}
            spellCheck={false}
            autoCapitalize="off"
            autoCorrect="off"
            value={written}
            placeholder={text.example}
            aria-invalid={problem !== null}
            aria-describedby={verdict}
            onChange={(event) => setWritten(event.target.value)}
          />
        </label>
      )}
      <div aria-live="polite" className="criteria-verdict" id={verdict} aria-busy={checking}>
        {draft === "" && <p className="meaning">{text.nothingYet}</p>}
        {draft !== "" && problem !== null && <CriteriaError id={`${verdict}-error`} problem={problem} draft={settled} />}
        {draft !== "" && problem === null && counted === null && <p className="meaning">{people.checking}</p>}
        {draft !== "" && counted !== null && (
          <>
            <ul className="counts counts-large">
              {side("inside", settled)}
              {side("outside", `not (${settled})`)}
              {side("unknown", null)}
            </ul>
            <p className="meaning">{people.inWords(counted.words)}</p>
            {mode === "click" && <code className="meaning criteria-text">{clicked}</code>}
            {counted.unknown > 0 && <p className="meaning">{text.unknownMeans}</p>}
            {counted.warnings.map((warning) => (
              <p key={warning} className="note">
                {warning}
              </p>
            ))}
          </>
        )}
      </div>
      {draft !== "" && counted !== null && settled === draft && <SaveAudience criteria={draft} />}
    </Block>
  );
}
