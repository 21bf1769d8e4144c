// Periods with a name. They are kept in the address as days, so that a link shows the same tomorrow.

import { addDays } from "./days";
import type { Lens } from "./lens";

export type PeriodName = "whole" | "days30" | "days90" | "days365" | "own";
export const periodNames: readonly PeriodName[] = ["whole", "days30", "days90", "days365", "own"];

const lengths: [PeriodName, number][] = [
  ["days30", 30],
  ["days90", 90],
  ["days365", 365],
];

/** The days of a named period that ends on the reading day, that day with it. */
export function periodDays(name: PeriodName, readingDay: string): Pick<Lens, "from" | "to"> {
  const length = lengths.find(([known]) => known === name)?.[1];
  if (length === undefined) return { from: "", to: "" };
  return { from: addDays(readingDay, 1 - length), to: readingDay };
}

/** The name of a lens's period; `own` for days that no name has. */
export function periodName(lens: Pick<Lens, "from" | "to">, readingDay: string): PeriodName {
  if (lens.from === "" && lens.to === "") return "whole";
  const named = lengths.find(([name]) => {
    const days = periodDays(name, readingDay);
    return days.from === lens.from && days.to === lens.to;
  });
  return named?.[0] ?? "own";
}
