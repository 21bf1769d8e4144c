import type { ReactElement } from "react";
import { Link } from "wouter";
import type { PersonRow } from "../api/model";
import { personAddress } from "../lens/address";
import { useReading } from "../lens/Reading";
import { Badge } from "./Badge";
import { colourOfAudience, colourOfRole, colourOfStage } from "./colours";
import { ScrollTable } from "./ScrollTable";
import { useFormats, useText } from "../text/Text";
import { tellingIdentifier } from "./tellingIdentifier";

function Row({ person }: { person: PersonRow }): ReactElement {
  const { words } = useText();
  const formats = useFormats();
  const { workspace, lens } = useReading();
  const identifier = tellingIdentifier(person.identifiers, person.name);
  return (
    <tr>
      <th scope="row">
        <Link className="row-title" href={personAddress(workspace.id, lens, person.key)}>
          {person.name || words.unnamed}
        </Link>
        {identifier !== undefined && <span className="meaning identifier">{identifier.value}</span>}
      </th>
      <td>
        <Badge colour={colourOfRole(person.role)}>{words.roles[person.role]}</Badge>
      </td>
      <td>
        <Badge colour={colourOfStage(person.stage)}>{words.stages[person.stage] ?? person.stage}</Badge>
      </td>
      <td>
        <Badge colour={colourOfAudience(person.audience)}>{words.verdicts[person.audience]}</Badge>
      </td>
      <td className="number">{formats.balances(person.balances) || "–"}</td>
      <td className="number">{formats.number(person.purchases)}</td>
      <td className="number">{person.last_seen_at === null ? words.never : formats.shortDayOf(person.last_seen_at)}</td>
      <td>{words.channel(person.channel)}</td>
    </tr>
  );
}

export function PeopleTable({ people }: { people: readonly PersonRow[] }): ReactElement {
  const { people: text } = useText();
  return (
    <ScrollTable caption={text.table} className="people">
      <thead>
        <tr>
          <th scope="col">{text.name}</th>
          <th scope="col">{text.role}</th>
          <th scope="col">{text.stage}</th>
          <th scope="col">{text.audience}</th>
          <th scope="col" className="number">
            {text.money}
          </th>
          <th scope="col" className="number">
            {text.purchases}
          </th>
          <th scope="col" className="number">
            {text.lastSeen}
          </th>
          <th scope="col">{text.channel}</th>
        </tr>
      </thead>
      <tbody>
        {people.map((person) => (
          <Row key={person.key} person={person} />
        ))}
      </tbody>
    </ScrollTable>
  );
}
