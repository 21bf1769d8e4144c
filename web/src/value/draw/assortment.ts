import type { Answered, AssortmentReport } from "../../api/model";
import { listOf, numberOf } from "../body";
import type { Cell, Drawing, Pen, Table } from "../../ask/drawing";

const shown = 10;

type Product = AssortmentReport["kept"][number];

export function drawAssortment(report: Answered<AssortmentReport>, pen: Pen): Drawing {
  const { formats } = pen;
  const text = pen.text.value.assortment;
  const { range, best_sellers: best, cut } = report;
  const money = (minor: number): string => formats.roundMoney({ minor_units: minor, currency: report.currency });
  if (report.products === 0 || range === null) return { sentences: [text.none], notes: report.warnings, charts: [], tables: [], empty: true };

  const byCustomers = report.ask.keeps !== "margin";
  const kept = (of: NonNullable<typeof range>): number => (byCustomers ? of.customers_kept : of.value_kept);
  const sentences = [(byCustomers ? text.sentence : text.sentenceValue)(range.size, report.products, formats.percent(kept(range)))];
  if (best !== null) sentences.push(text.best(best.size, formats.percent(kept(best))));
  sentences.push(report.is_smallest || report.size_at_least >= range.size ? text.smallest : text.atLeast(report.size_at_least));
  if (cut !== null) sentences.push(text.cutSentence(listOf(report.ask.cut).length, cut.touched, cut.no_longer_kept, money(cut.lost_minor)));

  const percent = (value: number): Cell => ({ text: formats.percent(value), raw: value });
  const ranges = [{ name: text.range, colour: "accent", of: range }, ...(best === null ? [] : [{ name: text.bestSellers, colour: "stage-prospect", of: best }])];
  const products = (caption: string, of: readonly Product[]): Table => ({
    caption,
    head: shown,
    columns: [{ title: text.product }, { title: text.buyers, number: true }, { title: text.value, number: true }],
    rows: of.map(({ id, name, value_minor: minor, buyers }) => [{ text: name === "" ? id : name, raw: id, note: name === "" ? "" : id }, { text: formats.number(buyers), raw: buyers }, { text: money(minor), raw: minor }]),
  });
  const people = (count: number, who: string): Cell => ({ text: formats.number(count), raw: count, ...(count > 0 ? { people: { who } } : {}) });
  const tables: Table[] = [];
  if (cut !== null) {
    tables.push({
      caption: text.cutTable,
      open: true,
      columns: [text.touched, text.noLongerKept, text.lost, text.customersKept, text.valueKept].map((title, index) => ({ title, number: index > 0 })),
      rows: [[people(cut.touched, "touched"), people(cut.no_longer_kept, "no_longer_kept"), { text: money(cut.lost_minor), raw: cut.lost_minor }, percent(cut.left.customers_kept), percent(cut.left.value_kept)]],
    });
  }
  tables.push(
    {
      caption: text.rangeTable,
      open: true,
      columns: [{ title: "" }, ...[text.size, text.customersKept, text.valueKept].map((title) => ({ title, number: true }))].map((column, index) => (index === 0 ? { title: text.product } : column)),
      rows: ranges.map(({ name, of }) => [{ text: name }, { text: formats.number(of.size), raw: of.size }, percent(of.customers_kept), percent(of.value_kept)]),
    },
    products(text.keptTable, report.kept),
    products(text.droppedTable, report.dropped),
  );
  return {
    sentences,
    notes: [text.kept(formats.percent(numberOf(report.ask.customer_threshold, 0.8))), ...(report.value_is_revenue ? [text.isRevenue] : []), ...report.warnings],
    charts: [
      {
        label: text.chart,
        height: 16,
        model: { kind: "bars", categories: [text.customersKept, text.valueKept], series: ranges.map(({ name, colour, of }) => ({ name, colour, data: [{ value: of.customers_kept }, { value: of.value_kept }] })), format: formats.percent, most: 1 },
      },
    ],
    tables: tables.filter(({ rows }) => rows.length > 0),
    empty: false,
  };
}
