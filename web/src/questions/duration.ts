// A length of time, between the API's seconds or text (`14 d`) and a number with its unit.

export const durationUnits = ["min", "h", "d"] as const;
export type DurationUnit = (typeof durationUnits)[number];
const seconds: Record<DurationUnit, number> = { min: 60, h: 3_600, d: 86_400 };

export interface Duration {
  count: number;
  unit: DurationUnit;
}

/** What a question's body says, in the largest unit that fits; null for what has no such form. */
export function readDuration(value: unknown): Duration | null {
  if (typeof value === "string") {
    const found = /^\s*(\d+)\s*(min|h|d)\s*$/.exec(value);
    return found === null ? null : { count: Number(found[1]), unit: found[2] as DurationUnit };
  }
  if (typeof value !== "number" || value <= 0) return null;
  const unit = [...durationUnits].reverse().find((known) => value % seconds[known] === 0);
  return unit === undefined ? null : { count: value / seconds[unit], unit };
}

export const writeDuration = ({ count, unit }: Duration): string => `${count} ${unit}`;
