// Who is late by the own pace, beside the one rule for all.

import type { RhythmReport } from "../api/model";
import type { Cell, Drawing, Pen } from "../ask/drawing";
import { seenThrough } from "../parts/figures";

/** By the rule for all these are told to be going already. */
const lateByRule = new Set(["at_risk", "dormant"]);

export function drawRhythm(report: RhythmReport, pen: Pen): Drawing {
  const { formats, side, text } = pen;
  const words = text.cycle.rhythm;
  const check = formats.language === "fr" ? report.sentence_fr : report.sentence_en;
  const figures = report.figures === null ? null : seenThrough(report.figures, side);
  if (figures === null) return { sentences: [words.notTold, check], notes: report.warnings, charts: [], tables: [], empty: false };
  const sum = (who: "customers" | "overdue", stages: (stage: string) => boolean): number => figures.stages.reduce((all, of) => all + (stages(of.stage) ? of[who] : 0), 0);
  const soonLate = sum("overdue", (stage) => !lateByRule.has(stage));
  const stillInTime = sum("customers", (stage) => stage === "at_risk") - sum("overdue", (stage) => stage === "at_risk");
  const sentences = [words.sentence(figures.told, figures.overdue)];
  if (report.general_days !== null) sentences.push(words.beside(report.general_days, soonLate, stillInTime));
  const counted = (count: number, who: string, stage?: string): Cell => ({ text: formats.number(count), raw: count, ...(count > 0 ? { people: { who, ...(stage === undefined ? {} : { stage }), side } } : {}) });
  return {
    sentences,
    notes: [check, report.drives ? words.drives : words.shown, ...report.warnings],
    charts: [
      {
        label: words.chart,
        height: 16,
        model: {
          kind: "bars",
          categories: figures.cycles.map(({ from_days, to_days }) => words.span(from_days, to_days)),
          series: [{ name: words.customers, colour: "accent", data: figures.cycles.map(({ customers }) => ({ value: customers })) }],
          format: (value) => formats.number(value),
        },
      },
    ],
    tables: [
      {
        caption: words.table,
        open: true,
        columns: [{ title: words.stage }, { title: words.customers, number: true }, { title: words.overdue, number: true }, { title: words.due, number: true }],
        rows: [
          ...figures.stages
            .filter(({ customers }) => customers > 0)
            .map(({ stage, customers, overdue, due }) => [{ text: text.words.stages[stage] ?? stage, raw: stage }, counted(customers, "told", stage), counted(overdue, "overdue", stage), counted(due, "due", stage)]),
          [{ text: words.all }, counted(figures.told, "told"), counted(figures.overdue, "overdue"), counted(figures.due, "due")],
        ],
      },
    ],
    empty: figures.customers === 0,
  };
}
