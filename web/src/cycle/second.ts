// The clock of the second purchase, as it is shown.

import type { SecondPurchaseReport } from "../api/model";
import { capitalised, intervalNote, periodTitle, type Cell, type Drawing, type Pen } from "../ask/drawing";
import { seenThrough } from "../parts/figures";

type Figures = SecondPurchaseReport["total"]["all"];
type Day = Figures["marks"][number];

/** Under so many a month says little, and is not shown. */
const peopleLeast = 10;
/** The last day that the question looks at, counted from 0. */
const lastDay = 364;
/** Day 29 ends the thirtieth day. */
const daysUntil = (day: Day): number => day.day + 1;

export function drawSecond(report: SecondPurchaseReport, pen: Pen): Drawing {
  const { formats, side } = pen;
  const words = pen.text.cycle.second;
  const total = seenThrough(report.total, side);
  const told = total.marks.filter(({ share }) => share !== null);
  const last = told.at(-1);
  const sentences = last?.share ? [words.sentence(total.people, formats.percent(last.share.value), daysUntil(last))] : [words.none];
  if (total.half_day !== null) sentences.push(words.half(total.half_day + 1));
  const best = total.best;
  if (best !== null) sentences.push(words.best(best.first_day + 1, best.last_day + 1, formats.decimal(best.per_thousand.value), formats.decimal(best.usual_per_thousand)));

  const shareCell = (figures: Figures, day: number): Cell => {
    const share = figures.marks.find((each) => each.day === day)?.share ?? null;
    if (share === null) return { text: "–", raw: null };
    return { text: formats.percent(share.value), raw: share.value, note: intervalNote(pen, { ...share, whole: figures.people }), share: share.value };
  };
  const counted = (count: number, cell: Record<string, unknown>): Cell => ({ text: formats.number(count), raw: count, ...(count > 0 ? { people: { ...cell, side } } : {}) });
  const row = (title: string, figures: Figures, cohort: string | null): Cell[] => [
    { text: title },
    counted(figures.people, { cohort }),
    counted(figures.again, { cohort, first_day: 0, last_day: lastDay }),
    ...told.map(({ day }) => shareCell(figures, day)),
  ];
  const cohorts = report.cohorts.map((cohort) => ({ ...cohort, of: seenThrough(cohort.figures, side) })).filter(({ of }) => of.people >= peopleLeast);
  return {
    sentences,
    notes: [words.note, ...report.warnings],
    charts: [
      {
        label: words.chart,
        height: 16,
        model: {
          kind: "lines",
          categories: total.days.map(({ day }) => words.day(day + 1)),
          series: [{ name: words.line, colour: "accent", data: total.days.map(({ share }) => (share === null ? { value: null } : { value: share.value, low: share.low, high: share.high })) }],
          format: (value) => formats.percent(value),
        },
      },
    ],
    tables: [
      {
        caption: words.table,
        columns: [{ title: words.cohort }, { title: words.people, number: true }, { title: words.again, number: true }, ...told.map((day) => ({ title: words.within(daysUntil(day)), number: true }))],
        rows: [row(words.all, total, null), ...[...cohorts].reverse().map(({ start, of }) => row(capitalised(periodTitle(pen, start, "month")), of, start))],
        head: 8,
      },
    ],
    empty: total.people === 0,
  };
}
