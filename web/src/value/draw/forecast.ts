import type { Answered, AudienceSide, ForecastReport } from "../../api/model";
import { audienceSides } from "../../lens/lens";
import { numberOf } from "../body";
import { sentenceOf } from "./said";
import type { Cell, Drawing, Pen } from "../../ask/drawing";

const steps = [10, 20, 50, 100, 200, 500];

export interface Carried {
  count: number;
  /** Of the value of all, 0 to 1. */
  share: number;
}

/** Which share of the whole value the best so many carry. Customers come most valuable first. */
export function concentration(values: readonly number[], whole: number, base: number): Carried[] {
  if (whole <= 0) return [];
  return steps.flatMap((count) => (count > values.length || count >= base ? [] : [{ count, share: values.slice(0, count).reduce((sum, value) => sum + value, 0) / whole }]));
}

export function drawForecast(report: Answered<ForecastReport>, pen: Pen): Drawing {
  const { formats, side } = pen;
  const text = pen.text.value.forecast;
  const days = numberOf(report.ask.horizon_days, 365);
  const totals = report.totals;
  const own = totals?.[side];
  if (totals === null || own === undefined) return { sentences: [], notes: [], charts: [], tables: [], empty: true };
  const money = (minor: number | null): string => (minor === null ? "–" : formats.roundMoney({ minor_units: minor, currency: report.currency }));
  const told = own.value_minor !== null;
  const until = report.occasions?.until ?? null;
  const span = until === null ? text.days(days) : text.until(until);
  const sentences = [
    told ? text.sentence(own.customers, span, money(own.value_minor), money(own.value_low_minor), money(own.value_high_minor)) : text.sentenceNoMoney(own.customers, span, formats.number(own.purchases)),
    text.alive(formats.number(own.alive), formats.number(own.purchases)),
  ];
  const carried = told ? concentration(report.customers.map(({ value_minor: value }) => value ?? 0), own.value_minor ?? 0, own.customers) : [];
  const tenth = carried.findLast(({ count }) => count <= own.customers / 10) ?? carried[0];
  if (tenth !== undefined) sentences.push(text.bestShare(tenth.count, formats.percent(tenth.count / own.customers), formats.percent(tenth.share)));

  const row = (of: AudienceSide): Cell[] => {
    const { customers, alive, purchases, spend_minor: spend, value_minor: value, value_low_minor: low, value_high_minor: high } = totals[of];
    return [
      { text: pen.text.shell.lens.sides[of] },
      { text: formats.number(customers), raw: customers, ...(customers > 0 ? { people: { side: of } } : {}) },
      { text: formats.number(alive), raw: alive },
      { text: formats.number(purchases), raw: purchases },
      { text: money(spend), raw: spend },
      { text: money(value), raw: value, ...(low === null || high === null || customers === 0 ? {} : { note: pen.text.value.interval(money(low), money(high)) }) },
    ];
  };
  const sides = side === "all" ? audienceSides : [side];
  const tables: Drawing["tables"] = [
    {
      caption: text.table,
      open: true,
      columns: [{ title: text.side }, ...[pen.text.value.customersWord, text.aliveColumn, text.purchases, text.spend, text.value].map((title) => ({ title, number: true }))],
      rows: sides.map(row),
    },
  ];
  const charts: Drawing["charts"] = [];
  if (carried.length > 1) {
    charts.push({
      label: text.distributionChart,
      height: 16,
      model: { kind: "bars", categories: carried.map(({ count }) => text.best(count)), series: [{ name: text.value, colour: "accent", data: carried.map(({ share }) => ({ value: share })) }], format: formats.percent, most: 1 },
    });
    tables.push({
      caption: text.distributionTable,
      columns: [{ title: text.customer }, ...[pen.text.value.share, text.value].map((title) => ({ title, number: true }))],
      rows: carried.map(({ count, share }) => [{ text: text.best(count), raw: count }, { text: formats.percent(share), raw: share }, { text: money(Math.round(share * (own.value_minor ?? 0))), raw: Math.round(share * (own.value_minor ?? 0)) }]),
    });
  }
  const season = report.season === null || report.season.verdict === "not_sought" ? [] : [sentenceOf(formats, report.season)];
  const counted = report.occasions === null ? [] : [sentenceOf(formats, report.occasions)];
  return { sentences, notes: [report.margin_is_revenue ? text.isRevenue : text.isMargin, ...counted, ...season], charts, tables, empty: own.customers === 0 };
}
