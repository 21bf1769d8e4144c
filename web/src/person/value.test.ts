import { describe, expect, it } from "vitest";
import { balanceOf } from "./value";

const euros = (minor_units: number) => ({ minor_units, currency: "EUR" });
const word = (revenue: number, cost: number, profit: number | null) =>
  balanceOf({ revenue: euros(revenue), cost: euros(cost), profit: profit === null ? null : euros(profit) });

describe("what somebody brings and costs", () => {
  it("is said in words before figures, and never guessed", () => {
    expect(word(0, 0, 0)).toBe("nothing");
    expect(word(0, 500, -500)).toBe("only_cost");
    expect(word(0, 500, null)).toBe("only_cost");
    expect(word(1000, 200, null)).toBe("only_revenue");
    expect(word(1000, 200, 300)).toBe("brings");
    expect(word(1000, 500, 0)).toBe("even");
    expect(word(1000, 900, -400)).toBe("costs");
  });
});
