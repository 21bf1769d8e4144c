import { describe, expect, it } from "vitest";
import { makeTexts } from "../text/catalogue";
import { makeFormats } from "../text/formats";
import { rhythmFacts } from "./rhythm";

const rhythm = {
  expected_from: "2024-05-03", expected_until: "2024-05-20", cycle_days: 21, intervals: 6, mean_days: 20.5, own_weight: 0.7,
  overdue_after_days: 38, overdue: true, lateness: 0.94, alike: "", drives: false, general_days: 90,
  reason: "Overdue: expected between 3 and 20 May 2024, by the own rhythm (about every 21 days); the rule for all says 90 days.",
};

describe("the own rhythm of a person", () => {
  it("stands beside the rule for all, in days of the calendar whatever the zone", () => {
    const formats = makeFormats("en", "America/New_York");
    expect(rhythmFacts(rhythm, makeTexts(formats).person.stage, formats)).toEqual([
      ["Next purchase expected", formats.rangeOfDays("2024-05-03", "2024-05-20")],
      ["Lateness", "94% of next purchases would have come by now"],
      ["At risk", "by the own rhythm after 38 days (shown only); by the rule for all after 90 days"],
    ]);
  });

  it("says nothing of lateness before it is late, and that it drives when it does", () => {
    const formats = makeFormats("fr", "Europe/Paris");
    const facts = rhythmFacts({ ...rhythm, overdue: false, drives: true }, makeTexts(formats).person.stage, formats);
    expect(facts).toHaveLength(2);
    expect(rhythmFacts({ ...rhythm, general_days: null }, makeTexts(formats).person.stage, formats)).toHaveLength(2);
    expect(facts[1]![1]).toContain("selon son rythme après 38");
    expect(facts[1]![1]).not.toContain("pour information");
  });
});
