// What several screens compute from reports: plain functions of plain values.

import type { AudienceSide, ByAudience } from "../api/model";

/** 0, and never NaN, when there is no whole. */
export function shareOf(part: number, whole: number): number {
  return whole > 0 ? part / whole : 0;
}

/** The part of a figure that the lens looks at. */
export function seenThrough<T>(figures: ByAudience<T>, side: AudienceSide): T {
  return figures[side];
}
