import { dayIn } from "../lens/days";

/** Events of one day together, days in the order of the list. */
export function byDay<T extends { at: string }>(events: readonly T[], zone: string): [string, T[]][] {
  const days: [string, T[]][] = [];
  for (const event of events) {
    const day = dayIn(event.at, zone);
    const last = days.at(-1);
    if (last?.[0] === day) last[1].push(event);
    else days.push([day, [event]]);
  }
  return days;
}
