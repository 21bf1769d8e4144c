import type { Answered, RecurringReport } from "../../api/model";
import { capitalised, periodTitle, type Cell, type Drawing, type Pen, type TimeUnit } from "../../ask/drawing";

type Period = RecurringReport["periods"][number];
const gains = ["fresh", "reactivated", "expansion"] as const;
const losses = ["contraction", "churned"] as const;
const colours = { fresh: "accent", reactivated: "role-beneficiary", expansion: "stage-occasional", contraction: "stage-at-risk", churned: "stage-lost" };

export function drawRecurring(report: Answered<RecurringReport>, pen: Pen): Drawing {
  const { formats, side } = pen;
  const text = pen.text.value.recurring;
  const unit = (typeof report.ask.bucket === "string" ? report.ask.bucket : "month") as TimeUnit;
  const first = report.periods.findIndex(({ closing }) => closing[side].subscribers > 0);
  const periods = first < 0 ? [] : report.periods.slice(first);
  const money = (minor: number): string => formats.roundMoney({ minor_units: minor, currency: report.currency });
  const last = periods.findLast(({ complete }) => complete);
  if (last === undefined) return { sentences: [text.none], notes: report.warnings, charts: [], tables: [], empty: true };

  const amount = (period: Period, which: (typeof gains)[number] | (typeof losses)[number]): number => period.moves[side][which].monthly_minor;
  const sum = (period: Period, of: readonly ((typeof gains)[number] | (typeof losses)[number])[]): number => of.reduce((total, which) => total + amount(period, which), 0);
  const kept = last.moves[side].net_retention;
  const sentences = [
    text.sentence(capitalised(periodTitle(pen, last.start, unit)), money(last.opening[side].monthly_minor), money(last.closing[side].monthly_minor)),
    text.movesSentence(money(sum(last, gains)), money(sum(last, losses))),
    ...(kept === null ? [] : [text.net(formats.percent(kept))]),
  ];
  const cell = (period: Period, minor: number, people: number, who: string): Cell => ({
    text: minor === 0 && people === 0 ? "–" : money(minor),
    raw: minor,
    ...(people > 0 ? { note: text.peopleNote(people), people: { period: period.from, who, side } } : {}),
  });
  const move = (period: Period, which: (typeof gains)[number] | (typeof losses)[number]): Cell => cell(period, amount(period, which), period.moves[side][which].people, which);
  const bars = (which: (typeof gains)[number] | (typeof losses)[number], sign: number) => ({
    name: text[which],
    colour: colours[which],
    data: periods.map((period) => ({ value: sign * amount(period, which), unfinished: !period.complete })),
  });
  const categories = periods.map(({ start }) => periodTitle(pen, start, unit, true));
  return {
    sentences,
    notes: [...(periods.some(({ complete }) => !complete) ? [pen.text.questions.unfinishedNote] : []), ...report.warnings],
    charts: [
      { label: text.chart, height: 20, model: { kind: "bars", stacked: true, categories, series: [...gains.map((which) => bars(which, 1)), ...losses.map((which) => bars(which, -1))], format: (value) => money(Math.abs(value)) } },
      { label: text.stockChart, height: 15, model: { kind: "lines", categories, series: [{ name: text.monthly, colour: "accent", data: periods.map(({ closing, complete }) => ({ value: closing[side].monthly_minor, unfinished: !complete })) }], format: money } },
    ],
    tables: [
      {
        caption: text.table,
        open: true,
        head: 12,
        columns: [{ title: pen.text.questions.periodWord[unit] }, ...[text.opening, text.fresh, text.reactivated, text.expansion, text.contraction, text.churned, text.closing, text.atRisk, text.netRetention].map((title) => ({ title, number: true }))],
        rows: [...periods].reverse().map((period) => [
          { text: capitalised(periodTitle(pen, period.start, unit)), raw: period.start, ...(period.complete ? {} : { note: pen.text.ask.unfinished }) },
          { text: money(period.opening[side].monthly_minor), raw: period.opening[side].monthly_minor },
          move(period, "fresh"),
          move(period, "reactivated"),
          move(period, "expansion"),
          move(period, "contraction"),
          move(period, "churned"),
          cell(period, period.closing[side].monthly_minor, period.closing[side].subscribers, "subscribers"),
          { text: period.closing[side].at_risk_minor === 0 ? "–" : money(period.closing[side].at_risk_minor), raw: period.closing[side].at_risk_minor, ...(period.closing[side].at_risk_minor > 0 ? { people: { period: period.from, who: "at_risk", side } } : {}) },
          period.moves[side].net_retention === null ? { text: "–", raw: null } : { text: formats.percent(period.moves[side].net_retention), raw: period.moves[side].net_retention },
        ]),
      },
    ],
    empty: false,
  };
}
