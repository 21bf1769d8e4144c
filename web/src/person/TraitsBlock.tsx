import type { ReactElement } from "react";
import type { Trait } from "../api/model";
import { Block } from "../parts/Block";
import { ScrollTable } from "../parts/ScrollTable";
import { useFormats, useText } from "../text/Text";
import { valueText } from "./values";

export function TraitsBlock({ traits }: { traits: readonly Trait[] }): ReactElement {
  const { person } = useText();
  const text = person.traits;
  const formats = useFormats();
  return (
    <Block title={text.title}>
      {traits.length === 0 ? (
        <p className="meaning">{text.none}</p>
      ) : (
        <ScrollTable caption={text.table} className="figures">
          <thead>
            <tr>
              <th scope="col">{text.name}</th>
              <th scope="col">{text.value}</th>
              <th scope="col">{text.date}</th>
              <th scope="col">{text.source}</th>
            </tr>
          </thead>
          <tbody>
            {traits.map((trait) => (
              <tr key={trait.name}>
                <th scope="row">{trait.name}</th>
                <td>{valueText(trait.value, formats, person.role)}</td>
                <td>{formats.shortDayOf(trait.at)}</td>
                <td>{text.provenances[trait.provenance] ?? trait.provenance}</td>
              </tr>
            ))}
          </tbody>
        </ScrollTable>
      )}
    </Block>
  );
}
