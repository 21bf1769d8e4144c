import { describe, expect, it } from "vitest";
import { codesIn, partAt, readForm, standard, wayTo, writeForm } from "./address";
import { assortmentBody, comparedWith, forecastBody, scenarioBody } from "./ask";

describe("the address of a question", () => {
  it("says what the form asks, and comes back as it was", () => {
    const form = { ...standard, horizon: 90, occasions: "event" as const, begins: "Appeal Sent", price: -7.5, cut: ["22423", "85123A"], since: "2026-01-01", treated: 'Mail Assigned where variant = "A"' };
    expect(readForm(new URLSearchParams(writeForm("audience=inside", form)))).toEqual(form);
    expect(writeForm("audience=inside", form)).toMatch(/^audience=inside&/);
  });

  it("is short where the form is as usual, and never another question where it is wrong", () => {
    expect(writeForm("price=8&as_of=2011-09-30", { price: 5 })).toBe("as_of=2011-09-30");
    expect(readForm(new URLSearchParams("horizon=91&since=2011-13-01&price=9000&share=x&keeps=all"))).toEqual(standard);
  });

  it("names the part", () => {
    expect([partAt([]), partAt(["map"]), partAt(["worth"]), partAt(["maps"])]).toEqual(["worth", "map", null, null]);
    expect([wayTo("worth"), wayTo("chances")]).toEqual(["value", "value/chances"]);
  });

  it("takes codes as they are typed", () => {
    expect(codesIn(" 22423, 85123A,,22423 ")).toEqual(["22423", "85123A"]);
  });
});

describe("what is asked of the server", () => {
  it("is in shares, and leaves out what is not said", () => {
    expect(assortmentBody({ ...standard, share: 80, cut: ["a"] }, "inside")).toEqual({ share: 0.8, cut: ["a"], side: "inside" });
    expect(scenarioBody({ ...standard, price: 0, retention: -10, by: "trait" }, "all")).toEqual({ price_change: 0, retention_change: -0.1, horizon_days: 365 });
  });

  it("is a horizon with a whole occasion in it, and the event that begins one", () => {
    expect(forecastBody({ ...standard, horizon: 90, occasions: "year" }, "all")).toEqual({ horizon_days: 365, occasions: "year", limit: 500 });
    expect(forecastBody({ ...standard, horizon: 90, occasions: "month" }, "all")).toEqual({ horizon_days: 90, occasions: "month", limit: 500 });
    expect(forecastBody({ ...standard, occasions: "event", begins: "Appeal Sent" }, "all")).toEqual({ horizon_days: 365, occasions: "Appeal Sent", limit: 500 });
    expect(forecastBody({ ...standard, occasions: "event", begins: "" }, "all")).toEqual({ horizon_days: 365, limit: 500 });
  });

  it("compares with the day of the form, then of the lens, then of half a year before", () => {
    expect(comparedWith({ ...standard, since: "2011-02-01" }, "2011-03-01", "2011-09-30")).toBe("2011-02-01");
    expect(comparedWith(standard, "2011-03-01", "2011-09-30")).toBe("2011-03-01");
    expect(comparedWith(standard, "", "2011-09-30")).toBe("2011-04-01");
  });
});
