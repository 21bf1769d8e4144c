import { describe, expect, it } from "vitest";
import type { ChannelFigures } from "../api/model";
import { newClause, writeBuilt, writeClause, type Built } from "./clauses";
import { reachOf, reachOfSegment, wilson } from "./plan";

describe("an audience built by clicking", () => {
  it("says each condition as the language does", () => {
    expect(writeClause({ ...newClause("trait"), of: "country", value: "France" })).toBe('trait country = "France"');
    expect(writeClause({ ...newClause("trait"), of: "age", operator: ">=", value: "1,5" })).toBe("trait age >= 1.5");
    expect(writeClause({ ...newClause("event"), of: "Order Completed where total > 50", days: 30 })).toBe("did Order Completed where total > 50 in last 30 days");
    expect(writeClause({ ...newClause("event"), of: "Order Completed", times: 0 })).toBe("did not Order Completed");
    expect(writeClause({ ...newClause("event"), of: "Order Completed", times: 3 })).toBe("count(Order Completed) >= 3");
    expect(writeClause({ ...newClause("stage"), of: "at_risk" })).toBe("stage = at_risk");
    expect(writeClause({ ...newClause("cohort"), of: "in the cohort" })).toBe('in cohort "in the cohort"');
  });
  it("leaves out what is not said yet, and brackets where two joins meet", () => {
    const role = { ...newClause("role"), of: "client" };
    const one = { ...newClause("stage"), of: "new" };
    const other = { ...newClause("stage"), of: "active" };
    const built: Built = { join: "and", groups: [{ join: "and", clauses: [role, newClause("trait")] }, { join: "or", clauses: [one, other] }] };
    expect(writeBuilt(built)).toBe("role = client and (stage = new or stage = active)");
    expect(writeBuilt({ join: "or", groups: [{ join: "or", clauses: [one, other] }] })).toBe("stage = new or stage = active");
    expect(writeBuilt({ join: "and", groups: [{ join: "or", clauses: [newClause("event")] }] })).toBe("");
  });
});

const channel = (inside: number, outside: number, unknown: number): ChannelFigures => ({ channel: "x", inside, outside, unknown }) as ChannelFigures;

describe("whom an action would reach", () => {
  it("adds up to the people it is planned for", () => {
    const reach = reachOf([channel(90, 10, 0), channel(50, 50, 100)], 1000);
    expect(reach.inside + reach.outside + reach.unknown).toBeCloseTo(1000);
    expect(reach.inside).toBeCloseTo((1000 * 140) / 300);
    expect(reach.purity).toBeCloseTo(0.7);
    expect(reach.verdict).toBe("narrow");
  });
  it("gives the verdicts that channels are given", () => {
    expect(reachOf([channel(980, 20, 5)], 10).verdict).toBe("launch");
    expect(reachOf([channel(20, 980, 5)], 10).verdict).toBe("stop");
    expect(reachOf([channel(1, 1, 0)], 10).verdict).toBe("too_few");
    expect(reachOf([], 10).verdict).toBe("too_few");
    expect(reachOfSegment(0, 0, 12).verdict).toBe("too_few");
    expect(reachOfSegment(85, 15, 3).verdict).toBe("launch");
  });
  it("has the interval of Wilson", () => {
    // Newcombe (1998), Statistics in Medicine 17, table I: 81 of 263 is 0.2553 to 0.3662.
    const { low, high } = wilson(81, 263);
    expect(low).toBeCloseTo(0.2553, 4);
    expect(high).toBeCloseTo(0.3662, 4);
  });
});
