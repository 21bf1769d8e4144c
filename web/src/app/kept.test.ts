import { expect, it } from "vitest";
import { chooseLanguage } from "./kept";

it("takes the language of the address, else the one kept, else the browser's first that the page speaks, else English", () => {
  expect(chooseLanguage("fr", "en", ["en-GB"])).toBe("fr");
  expect(chooseLanguage("xx", "fr", ["en-GB"])).toBe("fr");
  expect(chooseLanguage(null, null, ["de-DE", "fr-CA", "en"])).toBe("fr");
  expect(chooseLanguage(null, null, ["de-DE"])).toBe("en");
});
