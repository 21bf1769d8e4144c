import type { GrowthReport } from "../../api/model";
import { capitalised, periodTitle, valueTitle, type Cell, type Drawing, type Pen } from "../../ask/drawing";

type Period = GrowthReport["periods"]["all"][number];

const quiet = (period: Period): boolean => period.active + period.churned === 0;

/** Without the stretches before the first and after the last activity, which would be most of the chart. */
export function withoutQuietEnds(periods: readonly Period[]): Period[] {
  const first = periods.findIndex((period) => !quiet(period));
  const last = periods.findLastIndex((period) => !quiet(period));
  return first < 0 ? [] : periods.slice(first, last + 1);
}

export function drawGrowth(report: GrowthReport, pen: Pen): Drawing {
  const { formats, side } = pen;
  const words = pen.text.questions;
  const text = words.growth;
  const unit = report.bucket;
  const periods = withoutQuietEnds(report.periods[side]);
  const last = periods.findLast(({ complete }) => complete);
  const sentences: string[] = [];
  if (last === undefined) sentences.push(text.none);
  else {
    sentences.push(text.sentence(capitalised(periodTitle(pen, last.from, unit)), last.active, last.new, last.resurrected, last.churned));
    const net = last.new + last.resurrected - last.churned;
    sentences.push(net > 0 ? text.grows(net) : net < 0 ? text.shrinks(-net) : text.still);
    if (last.quick_ratio !== null && last.churned > 0) sentences.push(text.quick(formats.decimal(last.quick_ratio)));
  }

  const series = (name: string, colour: string, of: (period: Period) => number) => ({ name, colour, data: periods.map((period) => ({ value: of(period), unfinished: !period.complete })) });
  // Who has not come yet in a period that still runs is not gone.
  const gone = periods.map((period) => ({ value: period.complete ? -period.churned : null }));
  const quickCell = (period: Period): Cell => (!period.complete ? { text: "–", raw: null } : period.quick_ratio === null ? { text: period.churned === 0 ? text.noLosses : "–", raw: null } : { text: formats.decimal(period.quick_ratio), raw: period.quick_ratio });
  const counts = (period: Period, extra: Record<string, unknown>): Cell[] =>
    (
      [
        ["active", period.active],
        ["fresh", period.new],
        ["retained", period.retained],
        ["resurrected", period.resurrected],
        ["churned", period.churned],
      ] as const
    ).map(([who, count]) => ({
      text: formats.number(count),
      raw: count,
      unfinished: !period.complete && who === "churned",
      ...(count > 0 ? { people: { period: period.from, who, side, ...extra } } : {}),
    }));
  const columns = [text.active, text.new, text.retained, text.resurrected, text.churned, text.quickRatio].map((title) => ({ title, number: true }));
  const tables: Drawing["tables"] = [
    {
      caption: text.table,
      open: true,
      columns: [{ title: words.periodWord[unit] }, ...columns],
      rows: [...periods].reverse().map((period) => [{ text: capitalised(periodTitle(pen, period.from, unit)), raw: period.start, ...(period.complete ? {} : { note: pen.text.ask.unfinished }) }, ...counts(period, {}), quickCell(period)]),
    },
  ];
  if (report.values.length > 0 && last !== undefined) {
    tables.push({
      caption: text.valuesTable,
      columns: [{ title: words.value }, ...columns],
      rows: report.values.flatMap(({ value, periods: of }) => {
        const period = of[side].find(({ from }) => from === last.from);
        return period === undefined ? [] : [[{ text: valueTitle(pen, value) }, ...counts(period, { value }), quickCell(period)]];
      }),
    });
  }
  return {
    sentences,
    notes: periods.some(({ complete }) => !complete) ? [words.unfinishedNote] : [],
    charts: [
      {
        label: text.chart,
        height: 20,
        model: {
          kind: "bars",
          stacked: true,
          categories: periods.map((period) => periodTitle(pen, period.from, unit, true)),
          series: [
            series(text.retained, "stage-occasional", ({ retained }) => retained),
            series(text.resurrected, "role-beneficiary", ({ resurrected }) => resurrected),
            series(text.new, "accent", ({ new: fresh }) => fresh),
            { name: text.churned, colour: "stage-at-risk", data: gone },
          ],
          format: (value) => formats.number(Math.abs(value)),
        },
      },
    ],
    tables,
    empty: periods.length === 0,
  };
}
