// A number of an answer in the address, whole: a link to the people behind it shows a colleague the same.

import { withLens } from "../lens/address";
import type { Lens } from "../lens/lens";
import type { Behind } from "./asking";
import type { Body } from "./drawing";

export function objectIn(text: string | null): Body | null {
  if (text === null) return null;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Body) : null;
  } catch {
    return null;
  }
}

export function offsetIn(address: URLSearchParams): number {
  const offset = Number(address.get("offset") ?? 0);
  return Number.isSafeInteger(offset) && offset > 0 ? offset : 0;
}

/** Where the people behind a number of a screen are. `screen` is the address to go back to, behind the workspace: `value/map`. */
export function behindAddress(workspace: string, lens: Lens, screen: string, { question, body, filter, cell }: Behind, offset = 0): string {
  return withLens(workspace, "behind", lens, [
    ["of", screen],
    ["ask", question],
    ["body", Object.keys(body).length === 0 ? "" : JSON.stringify(body)],
    ["filter", filter],
    ["cell", JSON.stringify(cell)],
    ["offset", offset > 0 ? String(offset) : ""],
  ]);
}

/** What such an address says; null when it was cut short. */
export function readBehind(address: URLSearchParams): { screen: string; behind: Behind; offset: number } | null {
  const question = address.get("ask") ?? "";
  const body = objectIn(address.get("body") ?? "{}");
  const cell = objectIn(address.get("cell"));
  // Only words of our own addresses: a link must not lead anywhere else.
  const screen = /^[a-z]+(?:\/[a-z-]+)?$/.exec(address.get("of") ?? "")?.[0];
  if (!/^[a-z-]+(?:\/[a-z-]+)?$/.test(question) || body === null || cell === null || screen === undefined) return null;
  return { screen, behind: { question, body, filter: address.get("filter") ?? "", cell }, offset: offsetIn(address) };
}
