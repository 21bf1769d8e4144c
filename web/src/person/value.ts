import type { PersonValue } from "../api/model";

export type BalanceWord = "nothing" | "brings" | "costs" | "even" | "only_revenue" | "only_cost";

/** In which words a person's figures begin. Without a margin nobody can say what is left, and it is not guessed. */
export function balanceOf({ revenue, cost, profit }: Pick<PersonValue, "revenue" | "cost" | "profit">): BalanceWord {
  if (revenue.minor_units === 0 && cost.minor_units === 0) return "nothing";
  if (revenue.minor_units <= 0 && cost.minor_units > 0) return "only_cost";
  if (profit === null) return "only_revenue";
  if (profit.minor_units === 0) return "even";
  return profit.minor_units > 0 ? "brings" : "costs";
}
