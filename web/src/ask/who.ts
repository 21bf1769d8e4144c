// Who the people behind a number are, in words, from its cell alone: a link to them has to say so too. One function a question.

import type { Behind } from "./asking";
import { periodTitle, type Pen } from "./drawing";
import { valueWho } from "../value/who";

type Who = (behind: Behind, pen: Pen) => string;

const textOf = (value: unknown): string => (typeof value === "string" ? value : "");
const stageOf = (value: unknown, { text }: Pen): string => text.words.stages[textOf(value)] ?? textOf(value);

/** Moves are told between the days of the lens, which the link has set. */
const flows: Who = ({ cell }, pen) => {
  const words = pen.text.cycle.who;
  const day = (which: "from" | "to"): string => {
    const said = pen.period?.[which] ?? "";
    return said === "" ? "" : pen.formats.day(said);
  };
  if (cell.from === undefined) return words.ended(stageOf(cell.to, pen), day("to"));
  return cell.to === undefined ? words.began(stageOf(cell.from, pen), day("from")) : words.flow(stageOf(cell.from, pen), stageOf(cell.to, pen), day("from"), day("to"));
};

const stageHistory: Who = ({ cell }, pen) => pen.text.cycle.who.ended(stageOf(cell.stage, pen), pen.formats.dayOf(textOf(cell.at)));

const secondPurchase: Who = ({ cell }, pen) => {
  const words = pen.text.cycle.second.who;
  const what = cell.last_day === undefined ? words.all : words.again;
  return typeof cell.cohort === "string" ? words.of(what, periodTitle(pen, cell.cohort, "month")) : what;
};

const rhythm: Who = ({ cell }, pen) => {
  const words = pen.text.cycle.rhythm.who;
  const what = words[cell.who as "overdue"] ?? "";
  return cell.stage === undefined ? what : words.at(what, stageOf(cell.stage, pen));
};

const growth: Who = ({ cell }, pen) => `${pen.text.questions.growth.cell[cell.who as "active"] ?? textOf(cell.who)}, ${periodTitle(pen, textOf(cell.period), "month")}`;

const readiness: Who = ({ cell }, pen) => pen.text.cycle.readiness.who[textOf(cell.who)] ?? "";

const known: Record<string, Who> = { flows, "stages/history": stageHistory, "second-purchase": secondPurchase, rhythm, growth, readiness, ...valueWho };

/** What they have in common; empty when the question has no words for it. */
export const whoIs: Who = (behind, pen) => known[behind.question]?.(behind, pen) ?? "";
