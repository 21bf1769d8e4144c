import type { ReactElement } from "react";
import type { StageVerdict } from "../api/model";
import { Block, Sentence } from "../parts/Block";
import { useFormats, useText } from "../text/Text";
import { rhythmFacts } from "./rhythm";

export function StageBlock({ stage }: { stage: StageVerdict }): ReactElement {
  const { person, words } = useText();
  const text = person.stage;
  const formats = useFormats();
  const facts: [string, string][] = [[text.purchases, formats.number(stage.purchases)]];
  if (stage.first_purchase_at !== null) facts.push([text.first, formats.dayOf(stage.first_purchase_at)]);
  if (stage.last_purchase_at !== null) {
    const ago = stage.days_since_last === null ? "" : `, ${text.ago(stage.days_since_last)}`;
    facts.push([text.last, `${formats.dayOf(stage.last_purchase_at)}${ago}`]);
  }
  if (stage.last_gap_days !== null) facts.push([text.gap, words.days(stage.last_gap_days)]);
  if (stage.rhythm !== null) facts.push(...rhythmFacts(stage.rhythm, text, formats));
  return (
    <Block title={words.titled(text.title, `${words.stages[stage.stage] ?? stage.stage}${stage.repeat ? `, ${text.repeat}` : ""}`)}>
      {stage.reason !== "" && <Sentence>{stage.reason}</Sentence>}
      {stage.rhythm !== null && <Sentence>{stage.rhythm.reason}</Sentence>}
      <dl className="answers">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </Block>
  );
}
