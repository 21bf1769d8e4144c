import { useState, type ReactElement } from "react";
import { Link } from "wouter";
import { useCriteriaCheck } from "../criteria/check";
import { peopleAddress, screenAddress } from "../lens/address";
import { useReading } from "../lens/Reading";
import { Badge } from "../parts/Badge";
import { Block, Sentence } from "../parts/Block";
import { ScrollTable } from "../parts/ScrollTable";
import { useFormats, useText } from "../text/Text";
import { differences, hypothesisRead, says, type Hypothesis } from "./hypotheses";

const waiting = "…";

/** A count that leads to the people, once it is there. */
function Count({ count, filter }: { count: number | undefined; filter: string }): ReactElement {
  const formats = useFormats();
  const { workspace, lens } = useReading();
  if (count === undefined) return <>{waiting}</>;
  return count === 0 ? <>{formats.number(0)}</> : <Link href={peopleAddress(workspace.id, { ...lens, audience: "all" }, { filter })}>{formats.number(count)}</Link>;
}

function Version({ hypothesis, read }: { hypothesis: Hypothesis; read: boolean }): ReactElement {
  const text = useText().audience.hypotheses;
  const formats = useFormats();
  const { workspace, lens } = useReading();
  const { counted, problem } = useCriteriaCheck(hypothesis.audience);
  const number = (count: number | undefined): string => (problem !== null ? "–" : count === undefined ? waiting : formats.number(count));
  return (
    <tr>
      <th scope="row">
        <Link href={screenAddress(workspace.id, "audience", { ...lens, hypothesis: hypothesis.version })} aria-current={read ? "true" : undefined}>
          {hypothesis.version}
        </Link>
        {read && <Badge colour="audience-inside">{text.read}</Badge>}
        <span className="meaning">{hypothesis.from === "1970-01-01" ? text.fromStart : text.from(hypothesis.from)}</span>
      </th>
      <td>
        <span className="row-title">{hypothesis.product || text.noProduct}</span>
        {hypothesis.message !== "" && <span className="meaning">{text.message(hypothesis.message)}</span>}
      </td>
      <td>
        {says(hypothesis) ? (counted?.words ?? hypothesis.audience) : text.everyone}
        {says(hypothesis) && <code className="meaning criteria-text">{hypothesis.audience}</code>}
      </td>
      <td className="number">{problem !== null ? "–" : <Count count={counted?.inside} filter={hypothesis.audience} />}</td>
      <td className="number">{problem !== null ? "–" : <Count count={counted?.outside} filter={`not (${hypothesis.audience})`} />}</td>
      <td className="number">{number(counted?.unknown)}</td>
    </tr>
  );
}

function Compared({ one, other }: { one: Hypothesis; other: Hypothesis }): ReactElement {
  const text = useText().audience.hypotheses;
  const filters = differences(one.audience, other.audience);
  const both = useCriteriaCheck(filters.both).counted;
  const first = useCriteriaCheck(filters.first).counted;
  const second = useCriteriaCheck(filters.second).counted;
  const neither = useCriteriaCheck(filters.neither).counted;
  if (one.version === other.version) return <p className="meaning">{text.same}</p>;
  const told = both === null || first === null || second === null || neither === null ? null : both.inside + first.inside + second.inside + neither.inside;
  const all = both === null ? 0 : both.inside + both.outside + both.unknown;
  return (
    <>
      <p className="second-sentence" role="status">
        {first !== null && second !== null && text.compared(one.version, other.version, second.inside, first.inside)}
      </p>
      <ul className="counts">
        <li>
          <Count count={both?.inside} filter={filters.both} /> {text.inBoth}
        </li>
        <li>
          <Count count={first?.inside} filter={filters.first} /> {text.onlyIn(one.version)}
        </li>
        <li>
          <Count count={second?.inside} filter={filters.second} /> {text.onlyIn(other.version)}
        </li>
        <li>
          <Count count={neither?.inside} filter={filters.neither} /> {text.inNeither}
        </li>
        {told !== null && all > told && <li>{text.cannotTell(all - told)}</li>}
      </ul>
    </>
  );
}

/** The versions of whom one aims at, with what each says of today's people, and what changes from one to another. */
export function HypothesesBlock(): ReactElement {
  const text = useText().audience.hypotheses;
  const { workspace, lens, day } = useReading();
  const { hypotheses } = workspace;
  const read = hypothesisRead(hypotheses, lens.hypothesis, day.day);
  const [pair, setPair] = useState<readonly [string, string]>(() => [hypotheses.at(-2)?.version ?? "", hypotheses.at(-1)?.version ?? ""]);
  const [one, other] = pair.map((wanted) => hypotheses.find(({ version }) => version === wanted));
  const choose = (label: string, value: string, onChange: (version: string) => void): ReactElement => (
    <label className="field">
      <span className="field-label">{label}</span>
      <select value={value} onChange={(event) => onChange(event.target.value)}>
        {hypotheses.map(({ version }) => (
          <option key={version}>{version}</option>
        ))}
      </select>
    </label>
  );
  return (
    <Block id="hypotheses" title={text.title} className="block-wide">
      <Sentence>{read === undefined ? text.none : says(read) ? text.sentence(read.version, read.product) : text.everybody}</Sentence>
      <p className="meaning">{text.meaning}</p>
      <ScrollTable caption={text.table} className="figures versions">
        <thead>
          <tr>
            <th scope="col">{text.version}</th>
            <th scope="col">{text.product}</th>
            <th scope="col">{text.audience}</th>
            <th scope="col" className="number">
              {text.inside}
            </th>
            <th scope="col" className="number">
              {text.outside}
            </th>
            <th scope="col" className="number">
              {text.unknown}
            </th>
          </tr>
        </thead>
        <tbody>
          {hypotheses.map((hypothesis) => (
            <Version key={hypothesis.version} hypothesis={hypothesis} read={hypothesis === read} />
          ))}
        </tbody>
      </ScrollTable>
      {hypotheses.length > 1 && one !== undefined && other !== undefined && (
        <>
          <h3>{text.compare}</h3>
          <div className="field-row">
            {choose(text.first, pair[0], (version) => setPair([version, pair[1]]))}
            {choose(text.second, pair[1], (version) => setPair([pair[0], version]))}
          </div>
          <Compared one={one} other={other} />
        </>
      )}
    </Block>
  );
}
