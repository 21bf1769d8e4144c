import type { ReactElement } from "react";
import type { Money, PersonValue } from "../api/model";
import { Block, Sentence } from "../parts/Block";
import { useFormats, useText } from "../text/Text";
import { balanceOf } from "./value";

/** What somebody brings and costs: said first, then in figures. Of the account where accounts are charged. */
export function ValueBlock({ value }: { value: PersonValue }): ReactElement {
  const { person, words } = useText();
  const text = person.value;
  const formats = useFormats();
  const known = (amount: Money | null) => (amount === null ? text.notKnown : formats.money(amount));
  const facts: [string, string][] = [
    [text.revenue, formats.money(value.revenue)],
    [text.margin, known(value.margin)],
    [text.cost, formats.money(value.cost)],
    [text.profit, known(value.profit)],
  ];
  for (const state of ["booked", "written_off", "open"] as const)
    if (value.given_away[state].minor_units !== 0) facts.push([text.given[state], formats.money(value.given_away[state])]);
  if (value.monthly.minor_units !== 0) facts.push([text.monthly, formats.money(value.monthly)]);
  if (value.monthly_at_risk.minor_units !== 0) facts.push([text.atRisk, formats.money(value.monthly_at_risk)]);
  const left = value.not_added;
  return (
    <Block title={value.account === null ? text.title : words.titled(text.title, text.ofAccount(value.account))}>
      <Sentence>{text.sentences[balanceOf(value)]}</Sentence>
      <dl className="answers">
        {facts.map(([name, amount]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{amount}</dd>
          </div>
        ))}
      </dl>
      {left.without_rate.length > 0 && <p className="meaning">{text.withoutRate(left.without_rate)}</p>}
      {left.costs_without_amount > 0 && <p className="meaning">{text.withoutAmount(left.costs_without_amount)}</p>}
    </Block>
  );
}
