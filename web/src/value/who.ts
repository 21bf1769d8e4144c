// Who the people behind a number of this screen are, in words, from the question and its cell.

import type { Behind } from "../ask/asking";
import { periodTitle, type Body, type Pen, type TimeUnit } from "../ask/drawing";
import type { MapPlace } from "../api/model";
import { placeName } from "./draw/map";

const textOf = (value: unknown): string => (typeof value === "string" ? value : "");
const placeIn = (value: unknown): MapPlace | null => {
  if (typeof value !== "object" || value === null) return null;
  const { relation, value_class: level } = value as Body;
  return { relation: textOf(relation), value_class: textOf(level) };
};

function mapWho({ cell }: Behind, pen: Pen): string {
  const words = pen.text.value.map.cell;
  const [before, now] = [placeIn(cell.before), placeIn(cell.now)];
  if (before !== null && now !== null) return words.move(placeName(pen, before), placeName(pen, now));
  return now !== null ? words.now(placeName(pen, now)) : before !== null ? words.before(placeName(pen, before)) : words.everybody;
}

/** `of` and the period: "new subscribers, June 2026". */
function ofPeriod(words: string | undefined, { body, cell }: Behind, pen: Pen): string {
  const unit = (textOf(body.bucket) || "month") as TimeUnit;
  return [words ?? textOf(cell.who), ...(typeof cell.period === "string" ? [periodTitle(pen, cell.period, unit)] : [])].join(", ");
}

// The API's own bands of chances; a cell names them by their place.
const bandEnds = [0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9, 1];

type Who = (behind: Behind, pen: Pen) => string;

const known: Record<string, Who> = {
  forecast: (_, pen) => pen.text.value.forecast.cell,
  equity: ({ cell }, pen) => pen.text.value.equity.cell[textOf(cell.move)] ?? textOf(cell.move),
  contracts: (behind, pen) => ofPeriod(pen.text.value.contracts.cell[textOf(behind.cell.who)], behind, pen),
  recurring: (behind, pen) => ofPeriod(pen.text.value.recurring.cell[textOf(behind.cell.who)], behind, pen),
  map: mapWho,
  "cross-sell": ({ cell }, pen) => pen.text.value.crossSell.cell[cell.who === "followed" ? "followed" : "not_yet"](textOf(cell.first), textOf(cell.then)),
  assortment: ({ cell }, pen) => pen.text.value.assortment.cell[textOf(cell.who)] ?? textOf(cell.who),
  scenario: ({ cell }, pen) => [pen.text.value.scenario.cell[textOf(cell.who)] ?? textOf(cell.who), ...(typeof cell.value === "string" ? [cell.value] : [])].join(", "),
  propensity: ({ cell }, pen) => {
    const words = pen.text.value.propensity.cell;
    const [low, high] = typeof cell.band === "number" ? [bandEnds[cell.band], bandEnds[cell.band + 1]] : [];
    return low === undefined || high === undefined ? words.all : words.band(pen.formats.percent(low), pen.formats.percent(high));
  },
  uplift: ({ cell }, pen) => {
    const text = pen.text.value.uplift;
    return [text.arms[cell.who === "control" ? "control" : "treated"], ...(cell.came === true ? [text.did] : [])].join(", ");
  },
  costs: ({ cell }, pen) => {
    const text = pen.text.value.costs;
    const role = textOf(cell.role);
    return role === "" ? pen.text.words.titled(text.resource, textOf(cell.resource)) : pen.text.words.titled(text.role, pen.text.words.roles[role as keyof typeof pen.text.words.roles] ?? role);
  },
};

/** The questions of this screen, for the table of who is behind a number. */
export const valueWho: Record<string, Who> = Object.fromEntries(
  Object.entries(known).map(([question, who]) => [
    question,
    (behind, pen) => {
      const { side } = behind.cell;
      const among = side === "inside" || side === "outside" || side === "unknown" ? `, ${pen.text.shell.lens.sides[side]}` : "";
      return `${who(behind, pen)}${among}`;
    },
  ]),
);
