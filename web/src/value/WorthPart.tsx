import { useMemo, type ReactElement } from "react";
import { Link } from "wouter";
import { Asked } from "../ask/Asked";
import { useAsk } from "../ask/asking";
import type { Answered, ContractsReport, EquityReport, ForecastReport } from "../api/model";
import { personAddress, screenAddress } from "../lens/address";
import { DayInput } from "../lens/DayInput";
import { useReading } from "../lens/Reading";
import { Actions } from "../parts/Actions";
import { Badge } from "../parts/Badge";
import { Block } from "../parts/Block";
import { ScrollTable } from "../parts/ScrollTable";
import { TableBehind } from "../parts/TableBehind";
import { useFormats, useText } from "../text/Text";
import { leastHorizon, occasions, wayTo } from "./address";
import { comparedWith, contractsBody, equityBody, forecastBody, horizonOfWorth, usualHorizon } from "./ask";
import { drawCheck, originOf, trustOf, type Trust } from "./draw/check";
import { drawContracts } from "./draw/contracts";
import { drawEquity } from "./draw/equity";
import { drawForecast } from "./draw/forecast";
import { ChoiceField, WrittenField } from "./fields";
import { Form } from "./Form";
import { HorizonField } from "./HorizonField";
import { Refusal, Shown, usePen } from "./Shown";
import { Drawn, Told } from "./Told";
import { useForm } from "./useForm";
import { numberOf } from "./body";

const listed = 20;
const colourOfTrust: Record<Trust, string> = { trusted: "stage-active", cautious: "stage-at-risk", refused: "stage-lost" };

/** The test first: what it does not let pass is not told, and what can be read all the same is. */
function Check({ report, body }: { report: Answered<ForecastReport>; body: Record<string, unknown> }): ReactElement {
  const { value: text } = useText();
  const { workspace, lens } = useReading();
  const pen = usePen();
  const drawing = useMemo(() => drawCheck(report, pen), [report, pen]);
  const trust = trustOf(report.check, numberOf(report.ask.coverage, 0.8));
  const origin = originOf(report.check, workspace.zone);
  const plots = drawing.charts.length > 0;
  if (trust === "refused") {
    const actions = [
      { text: text.check.toChances, href: screenAddress(workspace.id, wayTo("chances"), lens) },
      { text: text.check.toMap, href: screenAddress(workspace.id, wayTo("map"), lens) },
      ...(origin === null ? [] : [{ text: text.check.earlier(origin), href: screenAddress(workspace.id, "value", { ...lens, asOf: origin }) }]),
    ];
    return (
      <>
        <Refusal sentences={drawing.sentences} />
        <Actions actions={actions} />
        {plots && (
          <TableBehind>
            <Shown drawing={drawing} part="worth" question="forecast" body={body} title={text.check.title} />
          </TableBehind>
        )}
      </>
    );
  }
  return (
    <>
      <p className="verdict">
        <Badge colour={colourOfTrust[trust]}>{text.trust[trust]}</Badge>
      </p>
      <Shown drawing={drawing} part="worth" question="forecast" body={body} title={text.check.title} />
    </>
  );
}

function BestCustomers({ report }: { report: Answered<ForecastReport> }): ReactElement {
  const { value: text, words } = useText();
  const formats = useFormats();
  const { workspace, lens } = useReading();
  const money = (minor: number | null): string => (minor === null ? "–" : formats.roundMoney({ minor_units: minor, currency: report.currency }));
  const facts = ({ purchases, occasions_since_first: since, days_since_last: days }: (typeof report.customers)[number]): string => {
    const last = words.days(Math.floor(days));
    return since === null ? text.forecast.facts(purchases, last) : text.forecast.factsOfOccasions(purchases, since + 1, last);
  };
  return (
    <ScrollTable caption={text.forecast.customer} className="figures answer-table">
      <thead>
        <tr>
          <th scope="col">{text.forecast.customer}</th>
          <th scope="col" className="number">
            {text.forecast.chance}
          </th>
          <th scope="col" className="number">
            {text.forecast.purchases}
          </th>
          <th scope="col" className="number">
            {text.forecast.spend}
          </th>
          <th scope="col" className="number">
            {text.forecast.value}
          </th>
        </tr>
      </thead>
      <tbody>
        {report.customers.slice(0, listed).map((customer, place) => (
          <tr key={customer.key}>
            <th scope="row">
              <Link href={personAddress(workspace.id, lens, customer.key)}>{text.customerRow(place + 1)}</Link>
              <span className="meaning cell-note">{facts(customer)}</span>
            </th>
            <td className="number">{formats.percent(customer.alive)}</td>
            <td className="number">
              {formats.decimal(customer.expected_purchases)}
              {report.occasions !== null && <span className="meaning cell-note">{text.interval(formats.number(customer.purchases_low), formats.number(customer.purchases_high))}</span>}
            </td>
            <td className="number">
              {money(customer.spend_minor)}
              {customer.spend_low_minor !== null && customer.spend_high_minor !== null && <span className="meaning cell-note">{text.interval(money(customer.spend_low_minor), money(customer.spend_high_minor))}</span>}
            </td>
            <td className="number">{money(customer.value_minor)}</td>
          </tr>
        ))}
      </tbody>
    </ScrollTable>
  );
}

/** What the base will be worth: the test of the forecast, the forecast, and what moved it; of subscriptions how long they last. */
export function WorthPart(): ReactElement {
  const { value: text } = useText();
  const { workspace, lens, day } = useReading();
  const { form, change } = useForm();
  const body = forecastBody(form, lens.audience);
  const asking = useAsk<Answered<ForecastReport>>("forecast", body);
  const answer = asking.query.isError ? undefined : asking.query.data;
  // Without totals nothing is foretold, and the check says why.
  const foretold = answer === undefined || answer.totals === null ? null : answer;
  const since = comparedWith(form, lens.from, day.day);
  const contracts = (
    <Told<ContractsReport> key="contracts" part="worth" question="contracts" title={text.contracts.title} body={contractsBody(lens.audience)} draw={drawContracts} />
  );
  return (
    <>
      <Form>
        <ChoiceField label={text.occasions.label} value={form.occasions} choices={occasions.map((each) => [each, text.occasions.choices[each]])} onChange={(chosen) => change({ occasions: occasions.find((each) => each === chosen) ?? "" })} />
        {form.occasions === "event" && <WrittenField label={text.occasions.begins} hint={text.occasions.hint} value={form.begins} onChange={(begins) => change({ begins })} />}
        <HorizonField value={horizonOfWorth(form)} least={leastHorizon[form.occasions]} onChange={(horizon) => change({ horizon: horizon === usualHorizon.worth ? null : horizon })} />
      </Form>
      <div className="blocks">
        {workspace.model === "subscription" && contracts}
        {foretold !== null && (
          <Block title={text.forecast.title} className="block-wide">
            <div className="answer" aria-busy={asking.query.isPlaceholderData}>
              <Drawn<ForecastReport> report={foretold} part="worth" question="forecast" body={body} title={text.forecast.title} draw={drawForecast} />
            </div>
          </Block>
        )}
        <Block title={text.check.title} className="block-wide">
          <Asked asking={asking}>{(report) => <Check report={report} body={body} />}</Asked>
        </Block>
        {foretold !== null && foretold.customers.length > 0 && (
          <Block title={text.forecast.bestTitle} className="block-wide">
            <BestCustomers report={foretold} />
          </Block>
        )}
        <Told<EquityReport>
          part="worth"
          question="equity"
          title={text.equity.title}
          body={equityBody(form, lens.audience)}
          from={since}
          draw={drawEquity}
          fields={
            <Form label={text.equity.title}>
              <DayInput label={text.since} value={since} max={day.day} onChange={(chosen) => change({ since: chosen })} />
            </Form>
          }
        />
      </div>
    </>
  );
}
