// Who the people behind a number are, in words, from the cell alone: a link to them has to say so too.

import type { Asked, Body } from "../address";
import { listOf, numberOf, objectOf, stepsOf, textOf } from "../body";
import { periodTitle, valueTitle, type Pen, type TimeUnit } from "../../ask/drawing";

const arrow = (before: boolean): string => (before ? " ← " : " → ");

function funnelWho(asked: Asked, cell: Body, pen: Pen): string {
  const { cell: words } = pen.text.questions.funnel;
  const steps = stepsOf(asked.body).filter(({ event }) => event !== "");
  const name = steps[numberOf(cell.step, 0)]?.event ?? "";
  switch (cell.what) {
    case "reached":
      return words.reached(name);
    case "stopped":
      return words.stopped(name);
    case "still_open":
      return words.still_open(name);
    default:
      return words.converted;
  }
}

function pathsWho(asked: Asked, cell: Body, pen: Pen): string {
  const { paths: words, purchase } = pen.text.questions;
  const { other } = pen.text.ask;
  const before = asked.body.direction === "before";
  const anchor = textOf(asked.body.anchor, purchase);
  const node = (value: unknown): string => {
    const { kind, name } = objectOf(value) ?? {};
    return kind === "start" ? anchor : kind === "other" ? other : kind === "ended" ? (before ? words.begun : words.ended) : textOf(name, words.cut);
  };
  if (Array.isArray(cell.names)) return words.cell([anchor, ...listOf(cell.names)].join(arrow(before)));
  if (objectOf(cell.to) !== null) return words.cell(`${node(cell.from)}${arrow(before)}${node(cell.to)}`);
  return words.cell(other);
}

function contrastWho(cell: Body, pen: Pen): string {
  const { contrast: words } = pen.text.questions;
  const feature = objectOf(cell.feature);
  const named = (): string => {
    const value = objectOf(feature?.value);
    const told = [textOf(feature?.event), textOf(feature?.property), textOf(value?.text)].filter((part) => part !== "").join(" · ");
    return feature?.kind === "at_least" ? `${told} × ${pen.formats.number(numberOf(feature.times, 1))}` : told;
  };
  if (cell.who === "first" || cell.who === "second") return feature === null ? words.cell.group[cell.who] : words.cell[cell.who](named());
  return words.reasons[cell.who as keyof typeof words.reasons] ?? textOf(cell.who);
}

/** What they have in common, to be read behind their number: "reached “Order Completed”". */
export function whoOf(asked: Asked, cell: Body, pen: Pen): string {
  const words = pen.text.questions;
  const base = ((): string => {
    switch (asked.kind) {
      case "funnel":
        return funnelWho(asked, cell, pen);
      case "retention": {
        const unit = textOf(asked.body.unit, "month") as TimeUnit;
        const cohort = typeof cell.cohort === "string" ? periodTitle(pen, cell.cohort, unit) : null;
        const column = typeof cell.column === "number" ? String(cell.column) : null;
        if (cohort === null) return words.retention.cell.returned_of_chance(column ?? "");
        return column === null ? words.retention.cell.all(cohort) : words.retention.cell.came_back(cohort, column);
      }
      case "growth": {
        const unit = textOf(asked.body.bucket, "month") as TimeUnit;
        const who = words.growth.cell[cell.who as keyof typeof words.growth.cell] ?? textOf(cell.who);
        return `${who}, ${periodTitle(pen, textOf(cell.period), unit)}`;
      }
      case "paths":
        return pathsWho(asked, cell, pen);
      case "attribution": {
        const channel = objectOf(cell.channel);
        if (channel === null) return words.attribution.cellOpen;
        return words.attribution.cell(channel.kind === "value" ? pen.text.words.channel(textOf(channel.text)) : valueTitle(pen, { kind: textOf(channel.kind), text: "" }));
      }
      case "contrast":
        return contrastWho(cell, pen);
    }
  })();
  const extra: string[] = [];
  const value = objectOf(cell.value);
  if (value !== null) extra.push(valueTitle(pen, { kind: textOf(value.kind), text: textOf(value.text) }));
  if (asked.kind === "funnel" && typeof cell.bucket === "string") extra.push(periodTitle(pen, cell.bucket, textOf(asked.body.trend, "day") as TimeUnit));
  const side = cell.side ?? cell.open_journeys;
  if (side === "inside" || side === "outside" || side === "unknown") extra.push(pen.text.shell.lens.sides[side]);
  return [base, ...extra].join(", ");
}
