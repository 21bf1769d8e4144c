// Whom a planned action would reach: what its channels have brought so far, read inside the audience. Plain functions of plain values.

import type { ChannelFigures } from "../api/model";

export type Launch = "launch" | "narrow" | "stop" | "too_few";

export interface Reach {
  people: number;
  inside: number;
  outside: number;
  unknown: number;
  /** Of the people whose side is known; with its 95 % interval. */
  purity: number;
  low: number;
  high: number;
  verdict: Launch;
}

/** As channels are judged: hardly anybody else, mostly others, or too wide an interval to say. */
const exclusiveFrom = 0.8;
const vainUpTo = 0.3;
const widestInterval = 0.5;

export function verdictOf(low: number, high: number, known: number): Launch {
  if (known === 0 || high - low > widestInterval) return "too_few";
  if (low >= exclusiveFrom) return "launch";
  return high <= vainUpTo ? "stop" : "narrow";
}

/** A share with its 95 % Wilson interval (Wilson 1927), as the server computes it. */
export function wilson(part: number, whole: number): { value: number; low: number; high: number } {
  if (whole === 0) return { value: 0, low: 0, high: 1 };
  const z = 1.959963984540054;
  const value = part / whole;
  const scale = 1 + (z * z) / whole;
  const centre = (value + (z * z) / (2 * whole)) / scale;
  const spread = (z / scale) * Math.sqrt((value * (1 - value)) / whole + (z * z) / (4 * whole * whole));
  return { value, low: Math.max(0, centre - spread), high: Math.min(1, centre + spread) };
}

/**
 * What the channels together would bring among `people`, who come by them as people did so far. The interval is of the pooled
 * people: it says how well the past is known, not whether the next ones will be alike.
 */
export function reachOf(channels: readonly ChannelFigures[], people: number): Reach {
  let inside = 0;
  let outside = 0;
  let unknown = 0;
  for (const channel of channels) {
    inside += channel.inside;
    outside += channel.outside;
    unknown += channel.unknown;
  }
  const all = inside + outside + unknown;
  const { value, low, high } = wilson(inside, inside + outside);
  const share = (part: number): number => (all === 0 ? 0 : (people * part) / all);
  return { people, inside: share(inside), outside: share(outside), unknown: share(unknown), purity: value, low, high, verdict: verdictOf(low, high, inside + outside) };
}

/** Of people who are known one by one nothing is estimated, so that the interval is the share itself. */
export function reachOfSegment(inside: number, outside: number, unknown: number): Reach {
  const known = inside + outside;
  const purity = known === 0 ? 0 : inside / known;
  return { people: known + unknown, inside, outside, unknown, purity, low: purity, high: purity, verdict: verdictOf(purity, purity, known) };
}
