// Flows as the chart wants them: a column of stages at the start, one at the end, and a ribbon for each flow.

import type { Flow } from "../api/model";

export interface SankeyNode {
  /** `0:active` at the start, `1:active` at the end: a stage stands on both sides. */
  id: string;
  stage: string;
  side: 0 | 1;
  people: number;
}

export interface SankeyRibbon {
  source: string;
  target: string;
  people: number;
}

/** Nodes in the order of the business's stages, start first; only those that a flow touches. */
export function sankeyOf(flows: readonly Flow[], stages: readonly string[]): { nodes: SankeyNode[]; ribbons: SankeyRibbon[] } {
  const ribbons = flows.map((flow) => ({ source: `0:${flow.from}`, target: `1:${flow.to}`, people: flow.people }));
  const nodes: SankeyNode[] = [];
  for (const side of [0, 1] as const) {
    for (const stage of stages) {
      const people = flows.reduce((sum, flow) => sum + ((side === 0 ? flow.from : flow.to) === stage ? flow.people : 0), 0);
      if (people > 0) nodes.push({ id: `${side}:${stage}`, stage, side, people });
    }
  }
  return { nodes, ribbons };
}
