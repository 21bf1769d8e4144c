import { describe, expect, it } from "vitest";
import { makeFormats } from "../text/formats";
import { byDay } from "./days";
import { flatten, valueText } from "./values";

const words = { yes: "oui", no: "non" };

describe("values", () => {
  it("are written for a reader, whatever their type", () => {
    const french = makeFormats("fr", "UTC");
    expect(valueText(1234.5, french, words)).toBe("1\u202f234,5");
    expect(valueText(true, french, words)).toBe("oui");
    expect(valueText(null, french, words)).toBe("–");
    expect(valueText(["a", 1], french, words)).toBe('["a",1]');
  });

  it("of nested objects become a list of paths", () => {
    expect(flatten({ campaign: { source: "press", deep: { id: 1 } }, tags: ["a"] })).toEqual([["campaign.source", "press"], ["campaign.deep.id", 1], ["tags", ["a"]]]);
  });
});

describe("the timeline", () => {
  it("groups events by the business's day and keeps their order", () => {
    const at = (seq: number, moment: string) => ({ seq, at: moment });
    const days = byDay([at(3, "2011-12-09T00:30:00Z"), at(2, "2011-12-08T23:10:00Z"), at(1, "2011-12-08T10:00:00Z")], "Europe/Paris");
    expect(days.map(([day, events]) => [day, events.map(({ seq }) => seq)])).toEqual([["2011-12-09", [3, 2]], ["2011-12-08", [1]]]);
  });
});
