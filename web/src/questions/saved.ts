// Between what is saved and what the address of the screen says.

import type { QuestionEcho, SavedLens, SavedQuestion, SavedQuestionBody } from "../api/model";
import { audienceSides, wideOpen, type Lens } from "../lens/lens";
import { addDays, dayIn, isDay } from "../lens/days";
import { isKind, type Asked } from "./address";
import { askable, growthBody, growthParameters, objectOf } from "./body";

/** The question as the form opens it; null for one that is not built here. */
export function askedOf(saved: SavedQuestion): Asked | null {
  if (!isKind(saved.ask)) return null;
  const body = saved.ask === "growth" ? growthBody(objectOf(saved.parameters) ?? {}) : (objectOf(saved.body) ?? {});
  return { kind: saved.ask, body, filter: saved.lens?.filter ?? "", name: saved.name };
}

/** The part of a saved lens that the page has fields for. A period said from now (`last 30 days`) has none. */
export function lensOf(saved: SavedLens | undefined): Partial<Lens> {
  const day = (text: string | null | undefined): string => (typeof text === "string" && isDay(text) ? text : "");
  const lens: Partial<Lens> = {
    audience: audienceSides.find((side) => side === saved?.audience) ?? "all",
    hypothesis: saved?.hypothesis ?? "",
    from: day(saved?.from),
    to: day(saved?.to),
    asOf: day(saved?.as_of),
  };
  return Object.fromEntries(Object.entries(lens).filter(([name, value]) => value !== wideOpen[name as keyof Lens]));
}

/** What the reader looks through now wins over what was saved. */
export function lensOver(saved: readonly (SavedLens | undefined)[], now: Lens): Lens {
  const said = Object.fromEntries(Object.entries(now).filter(([name, value]) => value !== wideOpen[name as keyof Lens]));
  return { ...wideOpen, ...saved.map(lensOf).reduce((all, each) => ({ ...all, ...each }), {}), ...said };
}

/** The days of a period that was resolved: from the moments between which the answer looked. */
export function resolvedPeriod(question: Pick<QuestionEcho, "from" | "to"> | undefined, zone: string): Pick<Lens, "from" | "to"> {
  return {
    from: question?.from ? dayIn(question.from, zone) : "",
    to: question?.to ? addDays(dayIn(question.to, zone), -1) : "",
  };
}

/** What is saved of a question and the lens through which it was seen. */
export function savedBody(asked: Asked, lens: Lens, description: string): SavedQuestionBody {
  const parts = { as_of: lens.asOf, from: lens.from, to: lens.to, hypothesis: lens.hypothesis, audience: lens.audience === "all" ? "" : lens.audience, filter: asked.filter };
  const said = Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== ""));
  const growth = Object.fromEntries(Object.entries(growthParameters(asked.body)).filter(([, value]) => value !== undefined));
  const own = asked.kind === "growth" ? { parameters: growth } : { body: askable(asked.kind, asked.body) ?? {} };
  return { ask: asked.kind, description, lens: said, ...own } as SavedQuestionBody;
}

/** Names that can be saved: 1 to 100 bytes without `/`, `"` and `\`. */
export const isName = (name: string): boolean => name.trim() !== "" && !/[/"\\]/.test(name) && new TextEncoder().encode(name).length <= 100;
