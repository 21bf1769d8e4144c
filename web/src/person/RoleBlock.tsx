import type { ReactElement } from "react";
import type { RoleVerdict } from "../api/model";
import { Block, Sentence } from "../parts/Block";
import { ScrollTable } from "../parts/ScrollTable";
import { useFormats, useText } from "../text/Text";
import { Reasons } from "./Reasons";

/** The two questions that make a role, and the payments and the rule behind the answers. */
export function RoleBlock({ verdict, several }: { verdict: RoleVerdict; several: boolean }): ReactElement {
  const { person, words, shell } = useText();
  const text = person.role;
  const formats = useFormats();
  const title = words.titled(several ? text.onSide(shell.side(verdict.side)) : text.title, words.roles[verdict.role]);
  return (
    <Block title={title}>
      {verdict.reason !== "" && <Sentence>{verdict.reason}</Sentence>}
      <dl className="answers">
        <div>
          <dt>{text.supposed}</dt>
          <dd>{words.answers[verdict.supposed_to_pay]}</dd>
        </div>
        <div>
          <dt>{text.paid}</dt>
          <dd>{verdict.has_paid ? text.yes : text.no}</dd>
        </div>
      </dl>
      {verdict.rule.length > 0 && (
        <>
          <h3>{text.rule}</h3>
          <Reasons reasons={verdict.rule} />
        </>
      )}
      {verdict.movements.length === 0 ? (
        <p className="meaning">{text.noMovement}</p>
      ) : (
        <details open={verdict.movements.length <= 6}>
          <summary>{text.movements(verdict.movements.length)}</summary>
          <ScrollTable caption={text.movements(verdict.movements.length)} className="figures">
            <thead>
              <tr>
                <th scope="col">{text.when}</th>
                <th scope="col">{text.what}</th>
                <th scope="col">{text.order}</th>
                <th scope="col" className="number">
                  {text.amount}
                </th>
              </tr>
            </thead>
            <tbody>
              {verdict.movements.map((movement) => (
                <tr key={`${movement.seq} ${movement.move}`}>
                  <td>{formats.shortDayOf(movement.at)}</td>
                  <td>
                    {text.moves[movement.move]} <span className="meaning">{movement.event}</span>
                  </td>
                  <td>{movement.order_id}</td>
                  <td className="number">
                    {formats.money(movement.move === "payment" ? movement.amount : { ...movement.amount, minor_units: -movement.amount.minor_units })}
                  </td>
                </tr>
              ))}
            </tbody>
          </ScrollTable>
        </details>
      )}
    </Block>
  );
}
