import { expect, test } from "vitest";
import { dateForms, meaningOf, missingFields, withMeaning, type Mapping } from "./mapping";

const mapping: Mapping = {
  format: { kind: "csv", decimal_comma: true, delimiter: ";" },
  shape: "order", fields: { at: "Date", total: "Total" }, traits: ["Pays"], ignored: ["Vide"],
  event_name: "", date_format: "iso", currency: "EUR", source: "till", line_kinds: { POST: "shipping" },
};

test("a column has the meaning that the mapping gives it, or is kept as it is", () => {
  expect(["Date", "Pays", "Vide", "Note"].map((column) => meaningOf(mapping, column))).toEqual(["at", "trait", "ignored", "property"]);
});

test("a field is one column's: who had it before is kept as it is", () => {
  const changed = withMeaning(mapping, "Note", "total");
  expect(meaningOf(changed, "Note")).toBe("total");
  expect(meaningOf(changed, "Total")).toBe("property");
});

test("a column has one meaning: what it was before, it is no more", () => {
  for (const meaning of ["trait", "ignored", "property", "email"]) {
    for (const column of ["Date", "Pays", "Vide"]) {
      const changed = withMeaning(mapping, column, meaning);
      expect(meaningOf(changed, column)).toBe(meaning);
      const times = [...Object.values(changed.fields), ...changed.traits, ...changed.ignored].filter((name) => name === column).length;
      expect(times).toBe(meaning === "property" ? 0 : 1);
    }
  }
});

test("what the page does not know goes back as it came", () => {
  expect(withMeaning(mapping, "Note", "trait")).toMatchObject({ source: "till", line_kinds: { POST: "shipping" }, format: { delimiter: ";" } });
});

test("the form of dates that holds can be chosen again", () => {
  expect(dateForms("d MMM yyyy")).toContain("d MMM yyyy");
  expect(dateForms("iso").filter((form) => form === "iso")).toHaveLength(1);
});

test("what a row cannot do without is named until a column gives it", () => {
  expect(missingFields(mapping)).toEqual([]);
  expect(missingFields({ ...mapping, shape: "order_line", fields: { at: "Date", product_name: "Article" } })).toEqual([["order_id"], ["unit_price", "total"]]);
  expect(missingFields(withMeaning(mapping, "Date", "ignored"))).toEqual([["at"]]);
  expect(missingFields({ ...mapping, shape: "call", fields: {} })).toEqual([]);
});

test("a column that becomes the date is read as its own dates are written", () => {
  expect(withMeaning(mapping, "Fin", "at", "dd-MM-yyyy").date_format).toBe("dd-MM-yyyy");
  expect(withMeaning(mapping, "Fin", "total", "dd-MM-yyyy").date_format).toBe("iso");
});
