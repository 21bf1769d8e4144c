import type { ReactElement } from "react";
import { Link } from "wouter";
import type { Answered, PropensityReport, UpliftReport } from "../api/model";
import { personAddress } from "../lens/address";
import { useReading } from "../lens/Reading";
import { Block } from "../parts/Block";
import { ScrollTable } from "../parts/ScrollTable";
import { useFormats, useText } from "../text/Text";
import { propensityBody, upliftBody, usualHorizon } from "./ask";
import { drawPropensity, outcomeOf } from "./draw/propensity";
import { said } from "./draw/said";
import { drawUplift } from "./draw/uplift";
import { ChoiceField, WrittenField } from "./fields";
import { Form } from "./Form";
import { HorizonField } from "./HorizonField";
import { Refusal } from "./Shown";
import { Told } from "./Told";
import { useForm } from "./useForm";

function Likeliest({ report }: { report: Answered<PropensityReport> }): ReactElement | null {
  const { value } = useText();
  const text = value.propensity;
  const formats = useFormats();
  const { workspace, lens } = useReading();
  if (report.totals === null || report.customers.length === 0) return null;
  return (
    <>
      <h3 className="list-title">{text.bestTitle}</h3>
      <ScrollTable caption={text.why} className="figures answer-table">
        <thead>
          <tr>
            <th scope="col">{value.forecast.customer}</th>
            <th scope="col" className="number">
              {text.chance}
            </th>
            <th scope="col">{text.why}</th>
          </tr>
        </thead>
        <tbody>
          {report.customers.map(({ key, probability, causes }, place) => (
            <tr key={key}>
              <th scope="row">
                <Link href={personAddress(workspace.id, lens, key)}>{value.customerRow(place + 1)}</Link>
              </th>
              <td className="number">{formats.percent(probability)}</td>
              <td>
                {causes
                  .slice(0, 3)
                  .map(({ what_en, what_fr, points }) => `${said(formats, formats.language === "fr" ? what_fr : what_en)}${points === null ? "" : ` (${text.points(formats.signedPoints(points / 100))})`}`)
                  .join("; ")}
              </td>
            </tr>
          ))}
        </tbody>
      </ScrollTable>
    </>
  );
}

/** Two events name an experiment; without both there is none, and nothing is asked. */
function UpliftBlock(): ReactElement {
  const { value } = useText();
  const text = value.uplift;
  const { lens } = useReading();
  const { form, change } = useForm();
  const fields = (
    <>
      <p className="meaning">{text.lead}</p>
      <Form label={text.title}>
        <WrittenField label={text.treated} hint={text.hint} value={form.treated} onChange={(treated) => change({ treated })} />
        <WrittenField label={text.control} hint={text.hint.replace('"A"', '"B"')} value={form.control} onChange={(control) => change({ control })} />
      </Form>
    </>
  );
  if (form.treated !== "" && form.control !== "") {
    return <Told<UpliftReport> part="chances" question="uplift" title={text.title} body={upliftBody(form, lens.audience)} draw={drawUplift} fields={fields} />;
  }
  return (
    <Block title={text.title} className="block-wide">
      {fields}
      <Refusal sentences={[text.waiting]} />
    </Block>
  );
}

/** Who will probably do it, how well that could be told in the past, and what an action changed. */
export function ChancesPart(): ReactElement {
  const { value } = useText();
  const text = value.propensity;
  const { lens } = useReading();
  const { form, change } = useForm();
  const outcome = outcomeOf(form.outcome);
  return (
    <>
      <Form>
        <ChoiceField label={text.outcome} value={outcome} choices={(["buying_again", "leaving", "upgrading"] as const).map((each) => [each, text.outcomes[each]])} onChange={(chosen) => change({ outcome: chosen === "buying_again" ? "" : chosen })} />
        <HorizonField value={form.horizon ?? usualHorizon.chances} onChange={(horizon) => change({ horizon: horizon === usualHorizon.chances ? null : horizon })} />
      </Form>
      <div className="blocks">
        <Told<PropensityReport> part="chances" question="propensity" title={text.title} body={propensityBody(form, lens.audience)} draw={drawPropensity} after={(report) => <Likeliest report={report} />} />
        <UpliftBlock />
      </div>
    </>
  );
}
