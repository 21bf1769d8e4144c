import type { Answered, EquityReport } from "../../api/model";
import { dayIn } from "../../lens/days";
import { said } from "./said";
import type { Cell, Drawing, Pen } from "../../ask/drawing";

const lines = ["opening", "revised", "fresh", "grown", "shrunk", "lost", "closing"] as const;
type Line = (typeof lines)[number];
const colours = { stock: "stage-prospect", gain: "accent", loss: "stage-at-risk" };
const kindOf = (line: Line, minor: number): keyof typeof colours => (line === "opening" || line === "closing" ? "stock" : minor < 0 ? "loss" : "gain");
const openable = (line: Line): boolean => line === "fresh" || line === "grown" || line === "shrunk" || line === "lost";

export function drawEquity(report: Answered<EquityReport>, pen: Pen): Drawing {
  const { formats, side, zone } = pen;
  const text = pen.text.value.equity;
  const french = formats.language === "fr";
  const figures = report.figures?.[side];
  if (report.verdict !== "told" || figures === undefined) {
    const checks = [french ? report.opening_check_fr : report.opening_check_en, french ? report.closing_check_fr : report.closing_check_en];
    const failed = report.verdict === "no_opening" ? checks[0] : report.verdict === "no_closing" ? checks[1] : "";
    return { sentences: [report.verdict === "told" ? "" : text.refused[report.verdict], ...(failed ? [said(formats, failed)] : [])], notes: report.warnings, charts: [], tables: [], empty: false };
  }
  const money = (minor: number): string => formats.roundMoney({ minor_units: minor, currency: report.currency });
  const moves = lines.slice(1, -1);
  const largest = moves.reduce<Line>((best, line) => (Math.abs(figures[line].minor) > Math.abs(figures[best].minor) ? line : best), "revised");
  return {
    sentences: [
      text.sentence(money(figures.opening.minor), money(figures.closing.minor), dayIn(report.opening_at, zone), dayIn(report.closing_at, zone)),
      ...(figures[largest].minor === 0 ? [] : [text.biggest(text.lines[largest].charAt(0).toLocaleLowerCase(formats.locale) + text.lines[largest].slice(1), money(figures[largest].minor))]),
      text.received(money(figures.received_minor)),
    ],
    notes: [report.margin_is_revenue ? pen.text.value.forecast.isRevenue : pen.text.value.forecast.isMargin, ...report.warnings],
    charts: [
      {
        label: text.chart,
        height: 18,
        model: {
          kind: "bars",
          lying: true,
          stacked: true,
          categories: lines.map((line) => text.lines[line]),
          series: (["stock", "gain", "loss"] as const).map((kind) => ({ name: text.kinds[kind], colour: colours[kind], data: lines.map((line) => ({ value: kindOf(line, figures[line].minor) === kind ? figures[line].minor : null })) })),
          format: money,
        },
      },
    ],
    tables: [
      {
        caption: text.table,
        open: true,
        columns: [{ title: text.line }, { title: pen.text.value.customersWord, number: true }, { title: text.amount, number: true }],
        rows: lines.map((line): Cell[] => [
          { text: text.lines[line], note: text.meanings[line] },
          { text: formats.number(figures[line].customers), raw: figures[line].customers, ...(openable(line) && figures[line].customers > 0 ? { people: { move: line, side } } : {}) },
          { text: money(figures[line].minor), raw: figures[line].minor },
        ]),
      },
    ],
    empty: figures.opening.customers + figures.closing.customers === 0,
  };
}
