import { describe, expect, it } from "vitest";
import { beyondProspects, flowsToDraw, flowsToShow, movementOf } from "./figures";
import { sankeyOf } from "./sankey";

const flows = [
  { from: "active", to: "active", people: 50 },
  { from: "active", to: "at_risk", people: 12 },
  { from: "at_risk", to: "dormant", people: 20 },
  { from: "dormant", to: "back", people: 4 },
  { from: "prospect", to: "new", people: 6 },
  { from: "absent", to: "new", people: 30 },
  { from: "absent", to: "absent", people: 999 },
  { from: "new", to: "occasional", people: 3 },
];

describe("moves between two dates", () => {
  it("tell who came closer, who drifted away and who arrived, each once", () => {
    expect(movementOf(flows)).toEqual({ closer: 10, away: 32, arrived: 30, largestLoss: flows[2] });
  });

  it("say nothing of nobody", () => {
    expect(movementOf([])).toEqual({ closer: 0, away: 0, arrived: 0, largestLoss: null });
  });

  it("are listed with changes first, without those who were never there", () => {
    const shown = flowsToShow(flows);
    expect(shown[0]).toEqual({ from: "absent", to: "new", people: 30 });
    expect(shown.at(-1)).toEqual({ from: "active", to: "active", people: 50 });
    expect(shown.some(({ from, to }) => from === "absent" && to === "absent")).toBe(false);
  });

  it("are drawn without those who stayed prospects, who are counted instead", () => {
    const still = [{ from: "prospect", to: "prospect", people: 900 }, { from: "absent", to: "prospect", people: 50 }];
    expect(flowsToDraw([...still, ...flows.slice(0, 2)])).toEqual({ drawn: flows.slice(0, 2), leftOut: 950 });
    expect(flowsToDraw(still)).toEqual({ drawn: still, leftOut: 0 });
  });

  it("keep every person on both ends of the chart", () => {
    const { nodes, ribbons } = sankeyOf(flowsToShow(flows), ["prospect", "new", "active", "occasional", "back", "at_risk", "dormant", "absent"]);
    const total = ribbons.reduce((sum, ribbon) => sum + ribbon.people, 0);
    for (const side of [0, 1]) expect(nodes.filter((node) => node.side === side).reduce((sum, node) => sum + node.people, 0)).toBe(total);
    expect(nodes.filter(({ side }) => side === 0).map(({ stage }) => stage)).toEqual(["prospect", "new", "active", "at_risk", "dormant", "absent"]);
  });
});

describe("stages", () => {
  it("count everyone beyond the prospects", () => {
    expect(beyondProspects({ stages: { prospect: 3, new: 2 }, repeat: 0, total: 5 })).toBe(2);
  });
});
