import type { ReactElement } from "react";
import { Link } from "wouter";
import type { Person } from "../api/model";
import { Problem } from "../api/problem";
import { useAnswer } from "../api/queries";
import { screenAddress } from "../lens/address";
import { useReading } from "../lens/Reading";
import { Answer } from "../parts/Answer";
import { Badge } from "../parts/Badge";
import { colourOfAudience, colourOfRole, colourOfStage } from "../parts/colours";
import { PageHeading } from "../parts/PageHeading";
import { Skeleton } from "../parts/Skeleton";
import { useFormats, useText } from "../text/Text";
import { AudienceBlock } from "./AudienceBlock";
import { IdentityBlock } from "./IdentityBlock";
import { RoleBlock } from "./RoleBlock";
import { StageBlock } from "./StageBlock";
import { TimelineBlock } from "./TimelineBlock";
import { TraitsBlock } from "./TraitsBlock";
import { ValueBlock } from "./ValueBlock";

function Summary({ person }: { person: Person }): ReactElement {
  const { person: text, words } = useText();
  const formats = useFormats();
  const roles = [...new Set(person.roles.map(({ role }) => role))];
  return (
    <PageHeading title={person.name || words.unnamed}>
      <ul className="badges">
        {roles.map((role) => (
          <li key={role}>
            <Badge colour={colourOfRole(role)}>{words.roles[role]}</Badge>
          </li>
        ))}
        <li>
          <Badge colour={colourOfStage(person.stage.stage)}>{words.stages[person.stage.stage] ?? person.stage.stage}</Badge>
        </li>
        <li>
          <Badge colour={colourOfAudience(person.audience)}>{words.audienceOf[person.audience]}</Badge>
        </li>
        <li className="badge-money">
          {words.titled(text.wide, formats.balances(person.balances) || words.noMoney)}
        </li>
      </ul>
      {person.first_seen_at !== null && person.last_seen_at !== null && (
        <p className="facts">{text.seen(person.first_seen_at, person.last_seen_at, person.events)}</p>
      )}
    </PageHeading>
  );
}

function Gone(): ReactElement {
  const { person: text } = useText();
  return (
    <div className="nothing">
      <PageHeading title={text.gone} />
      <p>{text.goneText}</p>
    </div>
  );
}

/** One person: role, stage and audience with their reasons, what is known, and everything that happened. */
export function PersonPage({ person: key }: { person: string }): ReactElement {
  const { person: text } = useText();
  const { workspace, lens } = useReading();
  const query = useAnswer<Person>(`/people/${encodeURIComponent(key)}`);
  const unknown = query.error instanceof Problem && query.error.status === 404;
  return (
    <>
      <p className="back">
        <Link href={screenAddress(workspace.id, "people", lens)}>{text.back}</Link>
      </p>
      {unknown ? (
        <Gone />
      ) : (
        <Answer query={query} waiting={<Skeleton lines={12} tall />}>
          {(person) => (
            <>
              <Summary person={person} />
              <div className="person-columns">
                <div className="person-knowledge">
                  {person.roles.map((verdict) => (
                    <RoleBlock key={verdict.side} verdict={verdict} several={person.roles.length > 1} />
                  ))}
                  <StageBlock stage={person.stage} />
                  <ValueBlock value={person.value} />
                  <AudienceBlock person={person} />
                  <TraitsBlock traits={person.traits} />
                  <IdentityBlock person={person} />
                </div>
                <TimelineBlock person={person.key} />
              </div>
            </>
          )}
        </Answer>
      )}
    </>
  );
}
