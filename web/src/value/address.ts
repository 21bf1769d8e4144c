// What the address of the screen says besides the lens: which question, and what its form asks.

import { isDay } from "../lens/days";

export const parts = ["worth", "map", "products", "scenario", "chances", "money"] as const;
export type Part = (typeof parts)[number];

/** The first question stands at `/value` itself. */
export function partAt(rest: readonly string[]): Part | null {
  const word = rest[0];
  return word === undefined ? "worth" : (parts.find((part) => part === word && part !== "worth") ?? null);
}

/** The way of the screen in an address: `value`, `value/map`. */
export const wayTo = (part: Part): string => (part === "worth" ? "value" : `value/${part}`);

export const horizons = [30, 60, 90, 182, 365, 730] as const;

/** When customers can buy: at any time, once a period of the calendar, or once each time an event of the business happens. */
export const occasions = ["", "week", "month", "quarter", "year", "event"] as const;
export type Occasions = (typeof occasions)[number];
/** The shortest horizon with a whole occasion in it, in days. */
export const leastHorizon: Record<Occasions, number> = { "": 0, week: 7, month: 30, quarter: 90, year: 365, event: 0 };

/** What the forms ask. What an address leaves out, or says wrongly, is null, empty or its first choice. */
export interface Form {
  horizon: number | null;
  occasions: Occasions;
  /** Which events begin an occasion. */
  begins: string;
  since: string;
  keeps: "customers" | "margin";
  /** Of customers or margin to keep, in per cent. */
  share: number;
  /** Codes of products to drop. */
  cut: readonly string[];
  by: string;
  /** In per cent, points and per cent. */
  price: number;
  margin: number;
  retention: number;
  outcome: string;
  treated: string;
  control: string;
}

export const standard: Form = { horizon: null, occasions: "", begins: "", since: "", keeps: "customers", share: 90, cut: [], by: "", price: 5, margin: 0, retention: 0, outcome: "", treated: "", control: "" };

function numberIn(address: URLSearchParams, name: string, otherwise: number, least: number, most: number): number {
  const text = address.get(name);
  const value = Number(text);
  return text === null || text.trim() === "" || !Number.isFinite(value) || value < least || value > most ? otherwise : value;
}

export const limits = { price: [-90, 500], margin: [-99, 99], retention: [-100, 500], share: [1, 100] } as const;

/** Codes as one types them: between commas, each once. */
export const codesIn = (text: string): string[] => [...new Set(text.split(",").map((code) => code.trim()))].filter((code) => code !== "");

export function readForm(address: URLSearchParams): Form {
  const horizon = Number(address.get("horizon"));
  const since = address.get("since") ?? "";
  return {
    horizon: horizons.find((each) => each === horizon) ?? null,
    occasions: occasions.find((each) => each === address.get("occasions")) ?? "",
    begins: address.get("begins") ?? "",
    since: isDay(since) ? since : "",
    keeps: address.get("keeps") === "margin" ? "margin" : "customers",
    share: numberIn(address, "share", standard.share, ...limits.share),
    cut: codesIn(address.get("cut") ?? ""),
    by: address.get("by") ?? "",
    price: numberIn(address, "price", standard.price, ...limits.price),
    margin: numberIn(address, "margin", standard.margin, ...limits.margin),
    retention: numberIn(address, "retention", standard.retention, ...limits.retention),
    outcome: address.get("outcome") ?? "",
    treated: address.get("treated") ?? "",
    control: address.get("control") ?? "",
  };
}

/** The address with a change of the form; what is the standard is left out, so that links stay short. */
export function writeForm(search: string, change: Partial<Form>): string {
  const address = new URLSearchParams(search);
  for (const [name, value] of Object.entries(change)) {
    const text = value === null ? "" : Array.isArray(value) ? value.join(",") : String(value);
    const usual = standard[name as keyof Form];
    if (text === "" || text === String(usual ?? "")) address.delete(name);
    else address.set(name, text);
  }
  return address.toString();
}
