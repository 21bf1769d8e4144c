// The two dates between which moves are told. They stand in the address beside the lens, so that a link shows the same moves.

import { addDays, daysBetween, isDay } from "../lens/days";
import type { Lens } from "../lens/lens";

export interface Dates {
  start: string;
  end: string;
}

/** Without a period the whole history would be one arrival of everyone; the last quarter says more. */
const usualDays = 90;

/** What the address says, else the lens, else the last quarter. Whatever is said wrongly is left out. */
export function readDates(address: URLSearchParams, lens: Pick<Lens, "from" | "to">, lastDay: string): Dates {
  const said = (name: string): string => {
    const day = address.get(name) ?? "";
    return isDay(day) && day <= lastDay ? day : "";
  };
  const end = said("end") || lens.to || lastDay;
  const start = [said("start"), lens.from, addDays(end, -usualDays)].find((day) => day !== "" && day < end) ?? addDays(end, -1);
  return { start, end };
}

/** The same address with other dates; those that go without saying are not said. */
export function writeDates(address: URLSearchParams, dates: Dates, lens: Pick<Lens, "from" | "to">, lastDay: string): string {
  const written = new URLSearchParams(address);
  written.delete("start");
  written.delete("end");
  const usual = readDates(new URLSearchParams(), lens, lastDay);
  if (dates.end !== usual.end || dates.start !== usual.start) {
    written.set("start", dates.start);
    written.set("end", dates.end);
  }
  return written.toString();
}

/** A slider moves by weeks, counted back from the last day, so that this one can be reached. */
const stepDays = 7;
export const stepsBetween = (first: string, last: string): number => Math.max(1, Math.ceil(daysBetween(first, last) / stepDays));
export const stepOf = (day: string, last: string): number => Math.round(daysBetween(last, day) / stepDays);
export const dayAt = (step: number, last: string): string => addDays(last, step * stepDays);

/** Moves one date to a step and pushes the other where they would cross. */
export function moved(dates: Dates, which: keyof Dates, day: string, first: string, last: string): Dates {
  if (which === "start") return { start: day, end: day < dates.end ? dates.end : [addDays(day, stepDays), last].sort()[0]! };
  return { start: day > dates.start ? dates.start : addDays(day, -stepDays) > first ? addDays(day, -stepDays) : addDays(day, -1), end: day };
}
