import type { ReactElement } from "react";
import type { StageVerdict } from "../api/model";
import { useReading } from "../lens/Reading";
import { Block, Sentence } from "../parts/Block";
import { useFormats, useText } from "../text/Text";

export function StageBlock({ stage }: { stage: StageVerdict }): ReactElement {
  const { person, words, overview } = useText();
  const text = person.stage;
  const formats = useFormats();
  const { workspace } = useReading();
  // As for the role: another language than the business's gets the reason from the facts.
  const own =
    workspace.model === "subscription"
      ? (overview.stages.subscriptionRules[stage.stage] ?? "")
      : (text.because[stage.stage]?.(stage.days_since_first ?? 0, stage.days_since_last ?? 0, stage.purchases, stage.last_gap_days ?? 0) ?? "");
  const reason = workspace.language === formats.language ? stage.reason : own.charAt(0).toLocaleUpperCase(formats.locale) + own.slice(1);
  const facts: [string, string][] = [[text.purchases, formats.number(stage.purchases)]];
  if (stage.first_purchase_at !== null) facts.push([text.first, formats.dayOf(stage.first_purchase_at)]);
  if (stage.last_purchase_at !== null) {
    const ago = stage.days_since_last === null ? "" : `, ${text.ago(stage.days_since_last)}`;
    facts.push([text.last, `${formats.dayOf(stage.last_purchase_at)}${ago}`]);
  }
  if (stage.last_gap_days !== null) facts.push([text.gap, words.days(stage.last_gap_days)]);
  return (
    <Block title={words.titled(text.title, `${words.stages[stage.stage] ?? stage.stage}${stage.repeat ? `, ${text.repeat}` : ""}`)}>
      {reason !== "" && <Sentence>{reason}</Sentence>}
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
