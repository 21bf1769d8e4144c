// Addresses of the screens, with the lens in them.

import { writeLens, type Lens } from "./lens";

export interface PeoplePart {
  filter?: string;
  search?: string;
  order?: string;
  offset?: number;
}

function withQuery(path: string, parts: [string, string][]): string {
  const query = new URLSearchParams(parts.filter(([, value]) => value !== "")).toString();
  return query === "" ? path : `${path}?${query}`;
}

/** The address of a screen with the lens and what else it says; parts that are empty are left out. */
export function withLens(workspace: string, screen: string, lens: Lens, parts: [string, string][]): string {
  return withQuery(`/${encodeURIComponent(workspace)}/${screen}`, [...writeLens(lens), ...parts]);
}

export function screenAddress(workspace: string, screen: string, lens: Lens): string {
  return withQuery(`/${encodeURIComponent(workspace)}/${screen}`, writeLens(lens));
}

export function peopleAddress(workspace: string, lens: Lens, people: PeoplePart): string {
  return withQuery(`/${encodeURIComponent(workspace)}/people`, [
    ...writeLens(lens),
    ["search", people.search ?? ""],
    ["filter", people.filter ?? ""],
    ["order", people.order === "last_seen" ? "" : (people.order ?? "")],
    ["offset", people.offset ? String(people.offset) : ""],
  ]);
}

export function personAddress(workspace: string, lens: Lens, key: string): string {
  return withQuery(`/${encodeURIComponent(workspace)}/people/${encodeURIComponent(key)}`, writeLens(lens));
}
