import type { ReactElement } from "react";
import type { Person } from "../api/model";
import { useReading } from "../lens/Reading";
import { Block } from "../parts/Block";
import { useText } from "../text/Text";
import { Reasons } from "./Reasons";

export function AudienceBlock({ person }: { person: Person }): ReactElement {
  const { person: all, words } = useText();
  const text = all.audience;
  const { workspace } = useReading();
  return (
    <Block title={words.titled(text.title, words.verdicts[person.audience])}>
      {person.audience_reasons.length === 0 ? <p className="meaning">{text.everyone}</p> : <Reasons reasons={person.audience_reasons} />}
      {workspace.wanted_act !== "" && <p className="meaning">{person.took_part ? text.tookPart : text.notTookPart}</p>}
    </Block>
  );
}
