import type { Balance, Movement } from "../api/model";

/** What movements leave, a balance for each currency that moved, in order of its letters. */
export function netOf(movements: readonly Movement[]): Balance[] {
  const balances = new Map<string, Balance>();
  for (const { move, amount } of movements) {
    const balance = balances.get(amount.currency) ?? { currency: amount.currency, received: 0, refunded: 0, charged_back: 0, net: 0 };
    if (move === "payment") balance.received += amount.minor_units;
    else if (move === "refund") balance.refunded += amount.minor_units;
    else balance.charged_back += amount.minor_units;
    balance.net = balance.received - balance.refunded - balance.charged_back;
    balances.set(amount.currency, balance);
  }
  return [...balances.values()].sort((one, other) => one.currency.localeCompare(other.currency));
}
