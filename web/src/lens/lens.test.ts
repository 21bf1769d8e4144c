import { describe, expect, it } from "vitest";
import { peopleAddress, personAddress, screenAddress } from "./address";
import { addDays, dayIn, daysBetween, isDay } from "./days";
import { lensParameters, readingDay, readLens, wideOpen, writeLens, type Lens } from "./lens";
import { periodDays, periodName, periodNames } from "./periods";

const full: Lens = { audience: "inside", hypothesis: "v2", from: "2011-01-01", to: "2011-06-30", asOf: "2011-12-09" };

describe("the lens in the address", () => {
  it.each([wideOpen, full, { ...wideOpen, audience: "unknown" as const }, { ...wideOpen, from: "2011-02-28" }])("comes back as it was written: %o", (lens) => {
    expect(readLens(new URLSearchParams(writeLens(lens)))).toEqual(lens);
  });

  it("leaves out what says nothing", () => {
    expect(writeLens(wideOpen)).toEqual([]);
    expect(screenAddress("shop", "cycle", wideOpen)).toBe("/shop/cycle");
  });

  it("does not believe an address: wrong sides and days that do not exist are not said", () => {
    expect(readLens(new URLSearchParams("audience=evil&from=2011-02-30&to=tomorrow&as_of=20111209"))).toEqual(wideOpen);
  });

  it("goes along to other screens, with the filter spelt safely", () => {
    expect(peopleAddress("shop", full, { filter: 'trait city = "A & B"', order: "last_seen", offset: 0 })).toBe(
      "/shop/people?audience=inside&hypothesis=v2&from=2011-01-01&to=2011-06-30&as_of=2011-12-09&filter=trait+city+%3D+%22A+%26+B%22",
    );
    expect(personAddress("my shop", wideOpen, "00ff")).toBe("/my%20shop/people/00ff");
  });
});

describe("the day of reading", () => {
  const now = new Date("2026-03-01T12:00:00Z");
  const shop = { last_event_at: "2011-12-09T12:50:00Z", zone: "Europe/London" };

  it("is the data's last day when they ended more than thirty days ago", () => {
    expect(readingDay(wideOpen, shop, now)).toEqual({ day: "2011-12-09", endOfData: true });
    expect(lensParameters(wideOpen, readingDay(wideOpen, shop, now)).as_of).toBe("2011-12-09");
  });

  it("is today for living data, and today is left to the server", () => {
    const living = { ...shop, last_event_at: "2026-01-30T23:00:00Z" };
    expect(readingDay(wideOpen, living, now)).toEqual({ day: "2026-03-01", endOfData: false });
    expect(lensParameters(wideOpen, readingDay(wideOpen, living, now)).as_of).toBeUndefined();
    expect(readingDay(wideOpen, { ...living, last_event_at: "2026-01-29T10:00:00Z" }, now).endOfData).toBe(true);
  });

  it("is what the reader says, always", () => {
    expect(readingDay(full, shop, now)).toEqual({ day: "2011-12-09", endOfData: false });
  });

  it("counts days in the business's zone", () => {
    expect(dayIn("2011-12-08T23:30:00Z", "Europe/Paris")).toBe("2011-12-09");
    expect(dayIn("2011-12-08T23:30:00Z", "America/New_York")).toBe("2011-12-08");
  });

  it("knows the calendar", () => {
    expect(isDay("2012-02-29")).toBe(true);
    expect(isDay("2011-02-29")).toBe(false);
    expect(addDays("2011-12-31", 1)).toBe("2012-01-01");
    expect(addDays("2012-03-25", 1)).toBe("2012-03-26");
    expect(daysBetween("2011-12-09", "2012-12-09")).toBe(366);
  });
});

describe("named periods", () => {
  it("are recognised by their days, on the same reading day", () => {
    for (const name of periodNames) {
      if (name !== "own") expect(periodName(periodDays(name, "2011-12-09"), "2011-12-09")).toBe(name);
    }
    expect(periodDays("days30", "2011-12-09")).toEqual({ from: "2011-11-10", to: "2011-12-09" });
    expect(periodName({ from: "2011-11-10", to: "2011-12-09" }, "2011-12-10")).toBe("own");
  });
});
