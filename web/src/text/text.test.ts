import { describe, expect, it } from "vitest";
import { makeTexts } from "./catalogue";
import { makeFormats, type Language } from "./formats";
import { frenchSpacing } from "./spacing";

const french = makeFormats("fr", "Europe/Paris");
const english = makeFormats("en", "Europe/London");

/** Every text without parameters, by its path. */
function plainTexts(texts: unknown, path = ""): [string, string][] {
  if (typeof texts === "string") return [[path, texts]];
  if (typeof texts !== "object" || texts === null) return [];
  return Object.entries(texts).flatMap(([key, value]) => plainTexts(value, `${path}.${key}`));
}

const keysOf = (language: Language): string[] => plainTexts(makeTexts(makeFormats(language, "UTC"))).map(([path]) => path);

describe("the catalogues", () => {
  it("have the same texts in both languages, none empty", () => {
    expect(keysOf("fr").sort()).toEqual(keysOf("en").sort());
    for (const language of ["fr", "en"] as const) {
      for (const [path, text] of plainTexts(makeTexts(makeFormats(language, "UTC")))) expect(text.trim(), path).not.toBe("");
    }
  });

  it("put no ordinary space before French double signs", () => {
    for (const [path, text] of plainTexts(makeTexts(french))) expect(text, path).not.toMatch(/ [;:!?»]|« /);
    expect(makeTexts(french).client.title).toBe("Qui est votre client\u202f?");
  });

  it("agree in number", () => {
    const fr = makeTexts(french).words;
    const en = makeTexts(english).words;
    expect([fr.people(0), fr.people(1), fr.people(2)]).toEqual(["0 personne", "1 personne", "2 personnes"]);
    expect([en.people(0), en.people(1), en.people(2)]).toEqual(["0 people", "1 person", "2 people"]);
    expect(fr.people(1_000_000)).toBe("1\u202f000\u202f000 personnes");
  });
});

describe("formats", () => {
  it("write money as each language does, from minor units", () => {
    expect(french.money({ minor_units: 123_456, currency: "EUR" })).toBe("1\u202f234,56\u00a0€");
    expect(english.money({ minor_units: 123_456, currency: "GBP" })).toBe("£1,234.56");
    expect(english.money({ minor_units: 1999, currency: "JPY" })).toBe("¥1,999");
    expect(english.money({ minor_units: -5, currency: "GBP" })).toBe("-£0.05");
  });

  it("round money only where it is large", () => {
    expect(english.roundMoney({ minor_units: 99_950, currency: "GBP" })).toBe("£999.50");
    expect(english.roundMoney({ minor_units: 888_740_890, currency: "GBP" })).toBe("£8,887,409");
  });

  it("name several currencies and never add them up", () => {
    const balance = (currency: string, net: number) => ({ currency, net, received: net, refunded: 0, charged_back: 0 });
    expect(english.balances([balance("EUR", 1000), balance("GBP", 2000)])).toBe("€10.00 and £20.00");
    expect(english.balances([])).toBe("");
  });

  it("write days and rates as each language does", () => {
    expect(french.day("2011-12-01")).toBe("1er décembre 2011");
    expect(french.day("2011-12-11")).toBe("11 décembre 2011");
    expect(french.rangeOfDays("2026-02-06", "2026-02-07")).toMatch(/^6[–-]7 février 2026$/);
    expect(french.rangeOfDays("2026-02-01", "2026-02-01")).toBe("1er février 2026");
    expect(french.shortDay("2011-12-01")).toBe("01/12/2011");
    expect(english.day("2011-12-09")).toBe("9 December 2011");
    expect(french.percent(0.4567)).toMatch(/^45,7[\u00a0\u202f]%$/);
    expect(english.signedPoints(0.1234)).toBe("+12.3");
    expect(english.signedPoints(0)).toBe("0");
  });

  it("put a moment on the business's day, not on the reader's", () => {
    expect(makeFormats("en", "America/New_York").dayOf("2011-12-09T02:00:00Z")).toBe("8 December 2011");
  });

  it("give French signs their spaces", () => {
    expect(frenchSpacing("Quoi ? « Oui » : 5 % !")).toBe("Quoi\u202f? «\u00a0Oui\u00a0»\u00a0: 5\u202f%\u202f!");
  });
});
