// What the screen computes from stages and moves: plain functions of plain values.

import type { Flow, StageFigures } from "../api/model";

/** Everyone who has been a customer in any way: all but the prospects. */
export function beyondProspects(figures: StageFigures): number {
  return figures.total - (figures.stages.prospect ?? 0);
}

const close = new Set(["trial", "new", "active", "back"]);
const far = new Set(["at_risk", "dormant", "lost"]);

export interface Movement {
  closer: number;
  away: number;
  arrived: number;
  /** The largest flow of people who drifted away. */
  largestLoss: Flow | null;
}

/** Sums the flows up. Who arrived in between has come closer to nothing: arrivals are counted apart. */
export function movementOf(flows: readonly Flow[]): Movement {
  const movement: Movement = { closer: 0, away: 0, arrived: 0, largestLoss: null };
  for (const flow of flows) {
    if (flow.to === "absent") continue;
    if (flow.from === "absent") {
      movement.arrived += flow.people;
    } else if (flow.from !== flow.to && close.has(flow.to)) {
      movement.closer += flow.people;
    } else if (flow.from !== flow.to && far.has(flow.to)) {
      movement.away += flow.people;
      if (movement.largestLoss === null || flow.people > movement.largestLoss.people) movement.largestLoss = flow;
    }
  }
  return movement;
}

/** Most people first, changes before those who stayed; without those who were not there at either end. */
export function flowsToShow(flows: readonly Flow[]): Flow[] {
  const stayed = (flow: Flow): number => (flow.from === flow.to ? 1 : 0);
  return flows
    .filter((flow) => flow.people > 0 && !(flow.from === "absent" && flow.to === "absent"))
    .sort((one, other) => stayed(one) - stayed(other) || other.people - one.people);
}

/** The flows that the chart draws: without those who were prospects, or nobody, and are prospects now. They would hide the rest. */
export function flowsToDraw(flows: readonly Flow[]): { drawn: Flow[]; leftOut: number } {
  const stillProspect = (flow: Flow): boolean => flow.to === "prospect" && (flow.from === "prospect" || flow.from === "absent");
  const drawn = flows.filter((flow) => !stillProspect(flow));
  // Where there is nothing else, they are all there is to see.
  if (drawn.length === 0) return { drawn: [...flows], leftOut: 0 };
  return { drawn, leftOut: flows.reduce((sum, flow) => sum + (stillProspect(flow) ? flow.people : 0), 0) };
}
