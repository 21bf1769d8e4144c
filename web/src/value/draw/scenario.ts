import type { Answered, ScenarioReport } from "../../api/model";
import { said, sentenceOf } from "./said";
import type { Cell, Drawing, Pen, Table } from "../../ask/drawing";

type Segment = ScenarioReport["segments"][number];
type Verdict = Segment["elasticity"]["verdict"];

const answered = (verdict: Verdict): boolean => verdict === "told" || verdict === "given" || verdict === "not_needed";

/** Why the effect of the price is not told: of purchases, or of contracts where there are no purchases to learn from. */
export function refusalOf(report: ScenarioReport): Verdict | null {
  const { elasticity, outcome, subscriptions } = report.all;
  if (outcome === null && !answered(elasticity.verdict) && subscriptions === null) return elasticity.verdict;
  if (subscriptions !== null && subscriptions.leave_then === null && report.rises !== null && !answered(report.rises.verdict)) return report.rises.verdict;
  return outcome === null && subscriptions === null && !answered(elasticity.verdict) ? elasticity.verdict : null;
}

interface Change {
  name: string;
  today: string;
  raw: number;
  then: Cell;
  relative: { value: number; low: number; high: number };
}

function changesOf(segment: Segment, currency: string, pen: Pen): Change[] {
  const { formats } = pen;
  const text = pen.text.value.scenario;
  const { interval } = pen.text.value;
  const money = (minor: number): string => formats.roundMoney({ minor_units: minor, currency });
  const changes: Change[] = [];
  const add = (name: string, today: number, value: number, low: number, high: number, write: (value: number) => string): void => {
    if (today === 0) return;
    changes.push({ name, today: write(today), raw: today, then: { text: write(value), raw: value, note: interval(write(low), write(high)) }, relative: { value: value / today - 1, low: low / today - 1, high: high / today - 1 } });
  };
  const { base, outcome, subscriptions: contracts } = segment;
  if (outcome !== null) {
    const { purchases, revenue, margin } = outcome;
    add(text.purchases, base.purchases, purchases.value, purchases.low, purchases.high, formats.number);
    add(text.revenue, base.revenue_minor, revenue.minor, revenue.low_minor, revenue.high_minor, money);
    if (margin !== null && base.margin_minor !== null) add(text.marginLine, base.margin_minor, margin.minor, margin.low_minor, margin.high_minor, money);
  }
  if (contracts !== null) {
    const { leave_then: leave, revenue_then: revenue, margin_then: margin } = contracts;
    if (leave !== null) add(text.leaving, contracts.leave, leave.value, leave.low, leave.high, formats.percent);
    if (revenue !== null && outcome === null) add(text.revenue, contracts.revenue_minor, revenue.minor, revenue.low_minor, revenue.high_minor, money);
    if (margin !== null && contracts.margin_minor !== null && outcome === null) add(text.marginLine, contracts.margin_minor, margin.minor, margin.low_minor, margin.high_minor, money);
  }
  return changes;
}

/** What holds whatever customers do: it needs the margin alone. */
function certainties(segment: Segment, report: ScenarioReport, pen: Pen): string[] {
  const text = pen.text.value.scenario;
  const { formats } = pen;
  const told: string[] = [];
  const lost = segment.break_even?.purchases_lost;
  if (lost !== undefined) told.push(lost >= 0 ? text.always(formats.percent(lost)) : text.alwaysGain(formats.percent(-lost)));
  else if (report.margin_is_revenue) told.push(text.noMargin);
  const more = segment.subscriptions?.more_may_leave;
  if (more !== null && more !== undefined) told.push(text.mayLeave(formats.percent(more)));
  return told;
}

export function drawScenario(report: Answered<ScenarioReport>, pen: Pen): Drawing {
  const { formats } = pen;
  const text = pen.text.value.scenario;
  const { all } = report;
  const refusal = refusalOf(report);
  const rises = all.outcome?.margin_rises;
  const sentences = [
    ...(refusal === null ? [sentenceOf(formats, report)] : [text.refused[refusal] ?? sentenceOf(formats, report)]),
    ...certainties(all, report, pen),
    ...(rises === null || rises === undefined ? [] : [text.rises(formats.percent(rises))]),
  ];
  const signed = (value: number): string => `${value > 0 ? "+" : ""}${formats.percent(value)}`;
  const changes = changesOf(all, report.currency, pen);
  const row = ({ name, today, raw, then, relative }: Change): Cell[] => [
    { text: name },
    { text: today, raw },
    then,
    { text: signed(relative.value), raw: relative.value, note: pen.text.value.interval(signed(relative.low), signed(relative.high)) },
  ];
  const people = (count: number, who: string, value?: string): Cell => ({ text: formats.number(count), raw: count, ...(count > 0 ? { people: { who, ...(value === undefined ? {} : { value }) } } : {}) });
  const likely = all.subscriptions?.likely ?? null;
  const whom: Cell[][] = [
    ...(all.base.customers > 0 ? [[{ text: text.customersLine }, people(all.base.customers, "customers")]] : []),
    ...(all.subscriptions !== null ? [[{ text: text.subscribersLine }, people(all.subscriptions.subscribers, "subscribers")]] : []),
    ...(likely === null ? [] : [[{ text: text.leaving }, people(likely, "leaving_likely")]]),
  ];
  const tables: Table[] = [
    { caption: text.table, open: true, columns: [{ title: text.figure }, ...[text.today, text.then, text.change].map((title) => ({ title, number: true }))], rows: changes.map(row) },
    { caption: text.customersLine, open: true, columns: [{ title: text.figure }, { title: pen.text.questions.people, number: true }], rows: whom },
    {
      caption: text.segments,
      open: true,
      columns: [{ title: text.segment }, { title: pen.text.value.customersWord, number: true }, { title: text.purchases, number: true }, { title: text.revenue, number: true }],
      rows: report.segments.map((segment) => {
        const own = changesOf(segment, report.currency, pen);
        const of = (name: string): Cell => {
          const found = own.find((change) => change.name === name);
          return found === undefined ? { text: "–", raw: null } : { text: signed(found.relative.value), raw: found.relative.value, note: pen.text.value.interval(signed(found.relative.low), signed(found.relative.high)) };
        };
        return [{ text: segmentTitle(segment.value, report, pen), raw: segment.value }, people(segment.base.customers, "customers", segment.value), of(text.purchases), of(text.revenue)];
      }),
    },
  ];
  const { elasticity } = all;
  if (elasticity.value !== null) {
    tables.push({
      caption: text.learnt,
      columns: [{ title: text.figure }, { title: text.elasticity, number: true }],
      rows: [[{ text: text.elasticity, note: `${text.elasticityMeaning}; ${text.moved(elasticity.products_that_moved, elasticity.products)}` }, { text: formats.decimal(elasticity.value), raw: elasticity.value, ...(elasticity.low === null || elasticity.high === null ? {} : { note: pen.text.value.interval(formats.decimal(elasticity.low), formats.decimal(elasticity.high)) }) }]],
    });
  }
  return {
    sentences,
    notes: [text.basis[all.base.basis], ...report.warnings].filter((note) => note !== ""),
    charts:
      changes.length === 0
        ? []
        : [
            {
              label: text.chart,
              height: 5 + changes.length * 2.4,
              model: { kind: "bars", lying: true, categories: changes.map(({ name }) => name), series: [{ name: text.change, colour: "accent", data: changes.map(({ relative }) => relative) }], format: formats.percent },
            },
          ],
    tables: tables.filter(({ rows }) => rows.length > 0),
    empty: false,
  };
}

/** Values of segments that the page has words for: sides, stages and roles. */
function segmentTitle(value: string, report: Answered<ScenarioReport>, { text }: Pen): string {
  if (report.ask.by === "side") return text.shell.lens.sides[value as keyof typeof text.shell.lens.sides] ?? value;
  if (report.ask.by === "stage") return text.words.stages[value] ?? value;
  if (report.ask.by === "role") return text.words.roles[value as keyof typeof text.words.roles] ?? value;
  return value;
}

export const assumptionsOf = (report: ScenarioReport, { formats }: Pen): string[] => (formats.language === "fr" ? report.assumptions_fr : report.assumptions_en).map((line) => said(formats, line));
