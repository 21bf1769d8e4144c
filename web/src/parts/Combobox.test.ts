import { expect, it } from "vitest";
import { matching } from "./Combobox";

it("finds names without regard to capitals and accents, those that begin so first", () => {
  const choices = ["Order Completed", "Préorder", "Completed Order", "Été"].map((title) => ({ value: title, title }));
  expect(matching(choices, "order").map(({ title }) => title)).toEqual(["Order Completed", "Préorder", "Completed Order"]);
  expect(matching(choices, "ete").map(({ title }) => title)).toEqual(["Été", "Order Completed", "Completed Order"]);
  expect(matching(choices, " ")).toHaveLength(4);
});
