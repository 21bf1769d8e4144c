// An audience built by clicking: groups of conditions, and the criteria text that says the same.

import { writeName, writeValue, type Operator } from "../criteria/condition";

export type Join = "and" | "or";
export type ClauseKind = "trait" | "event" | "role" | "stage" | "cohort";

export interface Clause {
  kind: ClauseKind;
  /** A trait or a cohort by its name, a role or a stage by its word, or an event with its own conditions. */
  of: string;
  /** Of a trait. */
  operator: Operator;
  value: string;
  /** Of an event: 0 is never, else at least so many times. */
  times: number;
  /** Of an event: within the last days; 0 is ever. */
  days: number;
}

export interface Group {
  join: Join;
  clauses: Clause[];
}

export interface Built {
  join: Join;
  groups: Group[];
}

export const newClause = (kind: ClauseKind): Clause => ({ kind, of: "", operator: "=", value: "", times: 1, days: 0 });
export const newGroup = (): Group => ({ join: "and", clauses: [newClause("trait")] });

/** Empty while the clause does not say anything yet. */
export function writeClause({ kind, of, operator, value, times, days }: Clause): string {
  if (of === "") return "";
  const window = days > 0 ? ` in last ${days} days` : "";
  switch (kind) {
    case "trait":
      return value.trim() === "" ? "" : `trait ${writeName(of)} ${operator} ${writeValue(value)}`;
    case "event":
      return times === 0 ? `did not ${of}${window}` : times === 1 ? `did ${of}${window}` : `count(${of}) >= ${times}${window}`;
    case "role":
      return `role = ${of}`;
    case "stage":
      return `stage = ${of}`;
    case "cohort":
      return `in cohort ${writeName(of)}`;
  }
}

function joined(parts: readonly string[], join: Join): string {
  return parts.join(` ${join} `);
}

/** The criteria that say the same; empty while nothing is said. Brackets stand wherever two joins meet. */
export function writeBuilt({ join, groups }: Built): string {
  const said = groups
    .map((group) => ({ join: group.join, parts: group.clauses.map(writeClause).filter((part) => part !== "") }))
    .filter(({ parts }) => parts.length > 0);
  const alone = said.length === 1;
  return joined(
    said.map((group) => (alone || group.parts.length === 1 || group.join === join ? joined(group.parts, group.join) : `(${joined(group.parts, group.join)})`)),
    join,
  );
}
