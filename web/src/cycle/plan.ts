// What a programme is planned to be: from the fields of the form to what is asked, and back from the address.

import { objectIn } from "../ask/behind";
import type { Body } from "../ask/drawing";

export interface Plan {
  segment: string;
  /** As typed, in whole units of the company's currency. */
  cost: string;
  setUp: string;
  /** In hundredths, as typed. */
  lift: string;
  source: string;
  beyond: string;
}

export const noPlan: Plan = { segment: "", cost: "", setUp: "", lift: "", source: "", beyond: "" };

/** A number as people write it, with a comma or a point; null when it is none, or below nothing. */
export function numberIn(text: string): number | null {
  const bare = text.replace(/[\s\u00a0\u202f]/g, "").replace(",", ".");
  return /^\d+(?:\.\d+)?$/.test(bare) ? Number(bare) : null;
}

/** The fields that say something that is no number. */
export function wrongIn(plan: Plan): ("cost" | "setUp" | "lift")[] {
  return (["cost", "setUp", "lift"] as const).filter((name) => plan[name].trim() !== "" && numberIn(plan[name]) === null);
}

/** What is asked. What is not said is left out: the server has a default, or says that it is not known. */
export function bodyOf(plan: Plan, minorPerUnit: number): Body {
  const minor = (text: string): number => Math.round((numberIn(text) ?? 0) * minorPerUnit);
  const lift = numberIn(plan.lift);
  const beyond = plan.beyond.split(/[,;\n]/).map((name) => name.trim()).filter((name) => name !== "");
  return {
    ...(plan.segment.trim() === "" ? {} : { segment: plan.segment.trim() }),
    ...(plan.cost.trim() === "" ? {} : { cost_of_one_minor: minor(plan.cost) }),
    ...(plan.setUp.trim() === "" ? {} : { set_up_minor: minor(plan.setUp) }),
    ...(lift === null ? {} : { lift: lift / 100 }),
    ...(plan.source.trim() === "" ? {} : { lift_source: plan.source.trim() }),
    ...(beyond.length === 0 ? {} : { beyond_goods: beyond }),
  };
}

/** The plan that an address bears; null where it bears none. */
export function planIn(text: string | null): Plan | null {
  const said = objectIn(text);
  if (said === null) return null;
  const of = (name: keyof Plan): string => (typeof said[name] === "string" ? said[name] : "");
  return { segment: of("segment"), cost: of("cost"), setUp: of("setUp"), lift: of("lift"), source: of("source"), beyond: of("beyond") };
}
export const planText = (plan: Plan): string => JSON.stringify(Object.fromEntries(Object.entries(plan).filter(([, value]) => value.trim() !== "")));
