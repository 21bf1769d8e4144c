import { describe, expect, it } from "vitest";
import { dayAt, moved, readDates, stepOf, stepsBetween, writeDates } from "./dates";
import { bodyOf, noPlan, numberIn, planIn, planText, wrongIn } from "./plan";

const open = { from: "", to: "" };
const last = "2011-12-09";
const address = (text: string) => new URLSearchParams(text);

describe("the two dates", () => {
  it("are the last quarter, those of the lens, or those of the address", () => {
    expect(readDates(address(""), open, last)).toEqual({ start: "2011-09-10", end: last });
    expect(readDates(address(""), { from: "2011-01-01", to: "2011-02-01" }, last)).toEqual({ start: "2011-01-01", end: "2011-02-01" });
    expect(readDates(address("start=2011-03-01&end=2011-04-01"), { from: "2011-01-01", to: "" }, last)).toEqual({ start: "2011-03-01", end: "2011-04-01" });
  });

  it("are not believed when they do not exist, lie ahead or cross", () => {
    expect(readDates(address("start=2011-02-30&end=2012-01-01"), open, last)).toEqual({ start: "2011-09-10", end: last });
    expect(readDates(address("start=2011-06-01&end=2011-05-01"), open, last)).toEqual({ start: "2011-01-31", end: "2011-05-01" });
  });

  it("come back from the address as they were written, and go without saying when they are the usual ones", () => {
    const dates = { start: "2011-03-01", end: "2011-04-01" };
    const written = writeDates(address("audience=inside"), dates, open, last);
    expect(readDates(address(written), open, last)).toEqual(dates);
    expect(written).toContain("audience=inside");
    expect(writeDates(address(written), readDates(address(""), open, last), open, last)).toBe("audience=inside");
  });

  it("slide by weeks back from the last day, and push each other", () => {
    expect(dayAt(0, last)).toBe(last);
    expect(stepOf(dayAt(-5, last), last)).toBe(-5);
    expect(stepsBetween("2010-12-01", last)).toBe(54);
    expect(moved({ start: "2011-03-01", end: "2011-04-01" }, "start", "2011-05-01", "2010-12-01", last)).toEqual({ start: "2011-05-01", end: "2011-05-08" });
    expect(moved({ start: "2011-03-01", end: "2011-04-01" }, "end", "2011-02-01", "2010-12-01", last)).toEqual({ start: "2011-01-25", end: "2011-02-01" });
    expect(moved({ start: "2011-03-01", end: "2011-04-01" }, "start", "2011-12-08", "2010-12-01", last).end).toBe(last);
  });
});

describe("a plan", () => {
  it("reads amounts as people write them", () => {
    expect([numberIn("1 234,50"), numberIn("12.5"), numberIn("0"), numberIn("-1"), numberIn("a lot"), numberIn("")]).toEqual([1234.5, 12.5, 0, null, null, null]);
    expect(wrongIn({ ...noPlan, cost: "dear", lift: "5" })).toEqual(["cost"]);
  });

  it("asks for what was said and for nothing else", () => {
    expect(bodyOf(noPlan, 100)).toEqual({});
    expect(bodyOf({ segment: " stage = active ", cost: "4,99", setUp: "5000", lift: "5", source: "a test", beyond: "advice, evenings;" }, 100)).toEqual({
      segment: "stage = active",
      cost_of_one_minor: 499,
      set_up_minor: 500_000,
      lift: 0.05,
      lift_source: "a test",
      beyond_goods: ["advice", "evenings"],
    });
    expect(bodyOf({ ...noPlan, cost: "500" }, 1)).toEqual({ cost_of_one_minor: 500 });
  });

  it("comes back from the address", () => {
    const plan = { ...noPlan, segment: 'trait city = "A & B"', cost: "5" };
    expect(planIn(planText(plan))).toEqual(plan);
    expect(planIn(null)).toBeNull();
    expect(planIn("{broken")).toBeNull();
    expect(planIn('{"cost":5}')).toEqual(noPlan);
  });
});
