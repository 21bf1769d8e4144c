// Stages month by month, as a sentence, a chart and a table.

import type { StageHistoryReport } from "../api/model";
import { capitalised, periodTitle, type Pen, type Table } from "../ask/drawing";
import type { ChartModel } from "../chart/model";
import { colourOfStage } from "../parts/colours";
import { seenThrough } from "../parts/figures";
import { beyondProspects } from "./figures";

/** Who stays and who goes: the stages of customers, the closest below. Prospects would hide them. */
const drawnStages = ["active", "occasional", "back", "new", "trial", "at_risk", "dormant", "lost"];

export interface StageHistory {
  sentence: string;
  model: ChartModel | null;
  table: Table;
}

export function historyOf(report: StageHistoryReport, pen: Pen): StageHistory {
  const { text, formats, side } = pen;
  const words = text.cycle.history;
  const points = report.points.map((point) => ({ ...point, of: seenThrough(point.figures, side) }));
  const stages = Object.keys(points[0]?.of.stages ?? {});
  const known = drawnStages.filter((stage) => points.some(({ of }) => (of.stages[stage] ?? 0) > 0));
  const name = (stage: string): string => text.words.stages[stage] ?? stage;
  const last = points.at(-1);
  const yearBefore = points.at(-13);
  const sentence =
    last === undefined || beyondProspects(last.of) === 0
      ? words.nobody
      : yearBefore === undefined
        ? words.first(beyondProspects(last.of), points.length)
        : words.year(last.of.stages.active ?? 0, yearBefore.of.stages.active ?? 0, beyondProspects(last.of), beyondProspects(yearBefore.of));
  return {
    sentence,
    model:
      known.length === 0
        ? null
        : {
            kind: "bars",
            stacked: true,
            categories: points.map(({ start }) => periodTitle(pen, start, "month", true)),
            series: known.map((stage) => ({ name: name(stage), colour: colourOfStage(stage), data: points.map(({ of }) => ({ value: of.stages[stage] ?? 0 })) })),
            format: (value) => formats.number(value),
          },
    table: {
      caption: words.table,
      columns: [{ title: words.end }, ...stages.map((stage) => ({ title: name(stage), number: true }))],
      rows: [...points].reverse().map(({ start, at, complete, of }) => [
        { text: capitalised(periodTitle(pen, start, "month")), raw: start, ...(complete ? {} : { note: text.ask.unfinished }) },
        ...stages.map((stage) => {
          const people = of.stages[stage] ?? 0;
          return { text: formats.number(people), raw: people, ...(people > 0 ? { people: { at, stage, side } } : {}) };
        }),
      ]),
      head: 12,
    },
  };
}
