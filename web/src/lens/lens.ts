// The lens through which every figure is read. It lives in the address, so that a link shows the same to a colleague.

import type { AudienceSide, WorkspaceSummary } from "../api/model";
import type { Parameters } from "../api/client";
import { dayIn, daysBetween, isDay } from "./days";

/** An empty text means "not said": the whole period, the hypothesis in force, the default day. */
export interface Lens {
  audience: AudienceSide;
  hypothesis: string;
  from: string;
  to: string;
  asOf: string;
}

export const wideOpen: Lens = { audience: "all", hypothesis: "", from: "", to: "", asOf: "" };
export const audienceSides: readonly AudienceSide[] = ["all", "inside", "outside", "unknown"];

/** Data older than this are read on their last day, or every customer would seem asleep. */
const stillDays = 30;

function dayOrNothing(text: string | null): string {
  return text !== null && isDay(text) ? text : "";
}

/** What an address says; whatever it says wrongly is left out. */
export function readLens(address: URLSearchParams): Lens {
  const audience = address.get("audience");
  return {
    audience: audienceSides.find((side) => side === audience) ?? "all",
    hypothesis: address.get("hypothesis") ?? "",
    from: dayOrNothing(address.get("from")),
    to: dayOrNothing(address.get("to")),
    asOf: dayOrNothing(address.get("as_of")),
  };
}

/** The parts of an address, in a fixed order, without what is not said. readLens(writeLens(lens)) is the lens. */
export function writeLens(lens: Lens): [string, string][] {
  const parts: [string, string][] = [
    ["audience", lens.audience === "all" ? "" : lens.audience],
    ["hypothesis", lens.hypothesis],
    ["from", lens.from],
    ["to", lens.to],
    ["as_of", lens.asOf],
  ];
  return parts.filter(([, value]) => value !== "");
}

export interface ReadingDay {
  day: string;
  /** The day comes from the data, which end there, and not from the reader. */
  endOfData: boolean;
}

/** The day on which figures are read: what the lens says, else the data's last day when they are old, else today. */
export function readingDay(lens: Lens, workspace: Pick<WorkspaceSummary, "last_event_at" | "zone">, now: Date): ReadingDay {
  if (lens.asOf !== "") return { day: lens.asOf, endOfData: false };
  const today = dayIn(now, workspace.zone);
  if (workspace.last_event_at === null) return { day: today, endOfData: false };
  const last = dayIn(workspace.last_event_at, workspace.zone);
  return daysBetween(last, today) > stillDays ? { day: last, endOfData: true } : { day: today, endOfData: false };
}

/** The parameters that every question shares. A reading day of today is left to the server's clock. */
export function lensParameters(lens: Lens, reading: ReadingDay): Parameters {
  return {
    as_of: lens.asOf !== "" || reading.endOfData ? reading.day : undefined,
    from: lens.from,
    to: lens.to,
    hypothesis: lens.hypothesis,
    audience: lens.audience === "all" ? undefined : lens.audience,
  };
}
