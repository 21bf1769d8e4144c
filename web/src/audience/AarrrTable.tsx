import type { ReactElement } from "react";
import type { AarrrReport, Money, PollutionReport, Share } from "../api/model";
import { ScrollTable } from "../parts/ScrollTable";
import { useFormats, useText } from "../text/Text";

/** Every figure of the cleaned and the polluted AARRR, with the people behind the rates. */
export function AarrrTable({ aarrr, pollution }: { aarrr: AarrrReport; pollution: PollutionReport }): ReactElement {
  const { audience, words } = useText();
  const text = audience.aarrr;
  const formats = useFormats();
  const rate = (share: Share): string => text.rate(formats.percent(share.value), formats.number(share.part), formats.number(share.whole));
  const gain = (money: Money | null): string => (money === null ? text.gainUnknown : formats.roundMoney(money));
  return (
    <ScrollTable caption={text.table} className="figures">
      <thead>
        <tr>
          <th scope="col">{text.step}</th>
          <th scope="col">{text.inside}</th>
          <th scope="col">{text.everyone}</th>
          <th scope="col" className="number">
            {text.pollution}
          </th>
          <th scope="col" className="number">
            {text.outsiders}
          </th>
          <th scope="col" className="number">
            {text.gain}
          </th>
        </tr>
      </thead>
      <tbody>
        {pollution.steps.map((step, index) => {
          const inside = aarrr.figures.inside.steps[index];
          const all = aarrr.figures.all.steps[index];
          return (
            <tr key={step.step}>
              <th scope="row">{words.steps[step.step] ?? step.step}</th>
              <td>{inside && rate(inside.of_previous)}</td>
              <td>{all && rate(all.of_previous)}</td>
              <td className="number">{index > 0 ? words.points(step.pollution) : ""}</td>
              <td className="number">{formats.percent(step.outsiders.value)}</td>
              <td className="number">{gain(step.gain_inside)}</td>
            </tr>
          );
        })}
      </tbody>
    </ScrollTable>
  );
}
