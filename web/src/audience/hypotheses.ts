// Which version of the hypothesis is read, and how two of them differ.

import type { Workspace } from "../api/model";

export type Hypothesis = Workspace["hypotheses"][number];

/** The version that the lens names, else the one in force on a day; undefined before the first. */
export function hypothesisRead(hypotheses: readonly Hypothesis[], named: string, day: string): Hypothesis | undefined {
  if (named !== "") return hypotheses.find(({ version }) => version === named);
  return hypotheses.filter(({ from }) => from <= day).at(-1);
}

/** Whether a version tells anybody from anybody else. */
export const says = ({ audience }: Hypothesis): boolean => audience !== "everyone";

/** The day on which a further version may begin: `today`, or the day after the last one begins. */
export function firstDay(hypotheses: readonly Hypothesis[], today: string, next: (day: string) => string): string {
  const last = hypotheses.at(-1)?.from ?? "";
  return last >= today ? next(last) : today;
}

/** The first of v1, v2 … that is free, from as many as there are on. */
export function nextVersion(hypotheses: readonly Hypothesis[]): string {
  let number = hypotheses.length + 1;
  while (hypotheses.some(({ version }) => version === `v${number}`)) number += 1;
  return `v${number}`;
}

/** Criteria of the people whom one version takes in and the other does not; who is in both; and who is in neither. */
export function differences(one: string, other: string): { both: string; first: string; second: string; neither: string } {
  return { both: `(${one}) and (${other})`, first: `(${one}) and not (${other})`, second: `not (${one}) and (${other})`, neither: `not (${one}) and not (${other})` };
}
