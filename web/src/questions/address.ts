// A question in the address, whole: which one, its body as the API takes it, and which number's people are shown.

import type { Body } from "../ask/drawing";
import { objectIn, offsetIn } from "../ask/behind";
import { withLens } from "../lens/address";
import type { Lens } from "../lens/lens";

export const kinds = ["funnel", "retention", "growth", "paths", "attribution", "contrast"] as const;
/** The questions that are built by clicking. */
export type Kind = (typeof kinds)[number];
export const isKind = (text: unknown): text is Kind => kinds.some((kind) => kind === text);

export type { Body };

export interface Asked {
  kind: Kind;
  body: Body;
  /** Criteria: only people who match. Empty for everybody. */
  filter: string;
  /** The name under which it is saved; empty for one that is not. */
  name: string;
}

export type Place =
  | { at: "start" }
  | { at: "board"; board: string }
  | { at: "question"; asked: Asked; cell: Body | null; offset: number }
  | { at: "unreadable" };

/** What the address of the screen shows. An address that was cut short is said to be unreadable, and never another question. */
export function readPlace(address: URLSearchParams): Place {
  const board = address.get("board");
  if (board !== null) return { at: "board", board };
  const kind = address.get("ask");
  if (kind === null) return { at: "start" };
  const body = objectIn(address.get("body") ?? "{}");
  const cell = address.has("cell") ? objectIn(address.get("cell")) : null;
  if (!isKind(kind) || body === null || (address.has("cell") && cell === null)) return { at: "unreadable" };
  return {
    at: "question",
    asked: { kind, body, filter: address.get("filter") ?? "", name: address.get("name") ?? "" },
    cell,
    offset: offsetIn(address),
  };
}

const parts = ({ kind, body, filter, name }: Asked): [string, string][] => [
  ["ask", kind],
  ["body", Object.keys(body).length === 0 ? "" : JSON.stringify(body)],
  ["filter", filter],
  ["name", name],
];

export const questionAddress = (workspace: string, lens: Lens, asked: Asked): string => withLens(workspace, "questions", lens, parts(asked));

export const cellAddress = (workspace: string, lens: Lens, asked: Asked, cell: Body, offset = 0): string =>
  withLens(workspace, "questions", lens, [...parts(asked), ["cell", JSON.stringify(cell)], ["offset", offset > 0 ? String(offset) : ""]]);

export const boardAddress = (workspace: string, lens: Lens, board: string): string => withLens(workspace, "questions", lens, [["board", board]]);
