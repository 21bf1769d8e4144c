// Whether the base grows: what came in beside what went out in the last months that are over.

import type { GrowthReport } from "../api/model";
import { capitalised, periodTitle, type Cell, type Drawing, type Pen } from "../ask/drawing";

type Period = GrowthReport["periods"]["all"][number];

/** A year and the month before it. */
const shown = 13;

/** The last months that are over, without those before anybody came. */
export function lastPeriods(periods: readonly Period[]): Period[] {
  const over = periods.filter(({ complete }) => complete);
  const first = over.findIndex(({ active }) => active > 0);
  return first < 0 ? [] : over.slice(Math.max(first, over.length - shown));
}

export function drawGrowth(report: GrowthReport, pen: Pen): Drawing {
  const { formats, side } = pen;
  const words = pen.text.cycle.growth;
  const periods = lastPeriods(report.periods[side]);
  const last = periods.at(-1);
  const title = (period: Period): string => capitalised(periodTitle(pen, period.from, "month"));
  const sentences: string[] = [];
  if (last !== undefined) {
    sentences.push(words.sentence(title(last), last.new + last.resurrected, last.churned));
    if (last.quick_ratio !== null) sentences.push(last.churned === 0 ? words.noneLeft : words.quick(formats.decimal(last.quick_ratio), last.quick_ratio));
  }
  const counted = (period: Period, who: string, count: number): Cell => ({ text: formats.number(count), raw: count, ...(count > 0 ? { people: { period: period.from, who, side } } : {}) });
  const series = (name: string, colour: string, of: (period: Period) => number) => ({ name, colour, data: periods.map((period) => ({ value: of(period) })) });
  return {
    sentences: sentences.length > 0 ? sentences : [words.none],
    notes: [],
    charts: [
      {
        label: words.chart,
        height: 18,
        model: {
          kind: "bars",
          stacked: true,
          categories: periods.map((period) => periodTitle(pen, period.from, "month", true)),
          series: [
            series(words.resurrected, "role-beneficiary", ({ resurrected }) => resurrected),
            series(words.fresh, "accent", (period) => period.new),
            series(words.churned, "stage-at-risk", ({ churned }) => -churned),
          ],
          format: (value) => formats.number(Math.abs(value)),
        },
      },
    ],
    tables: [
      {
        caption: words.table,
        columns: [{ title: words.month }, ...[words.fresh, words.resurrected, words.retained, words.churned, words.quickRatio].map((name) => ({ title: name, number: true }))],
        rows: [...periods].reverse().map((period) => [
          { text: title(period), raw: period.start },
          counted(period, "fresh", period.new),
          counted(period, "resurrected", period.resurrected),
          counted(period, "retained", period.retained),
          counted(period, "churned", period.churned),
          period.quick_ratio === null ? { text: "–", raw: null } : { text: formats.decimal(period.quick_ratio), raw: period.quick_ratio },
        ]),
      },
    ],
    empty: periods.length === 0,
  };
}
