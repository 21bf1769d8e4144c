import { useLocation, useSearch } from "wouter";
import type { PeopleOrder } from "../api/model";
import { peopleAddress } from "../lens/address";
import { readLens } from "../lens/lens";

export interface PeopleQuestion {
  search: string;
  filter: string;
  order: PeopleOrder;
  offset: number;
}

const orders: readonly PeopleOrder[] = ["last_seen", "money", "purchases"];

/** What a list's address asks for. */
export function readPeopleQuestion(address: URLSearchParams): PeopleQuestion {
  const offset = Number(address.get("offset") ?? 0);
  return {
    search: address.get("search") ?? "",
    filter: address.get("filter") ?? "",
    order: orders.find((order) => order === address.get("order")) ?? "last_seen",
    offset: Number.isSafeInteger(offset) && offset > 0 ? offset : 0,
  };
}

/** The list's question and the way to change it; a change of anything but the page begins at the first page. */
export function usePeopleAddress(workspace: string): [PeopleQuestion, (change: Partial<PeopleQuestion>, options?: { replace?: boolean }) => void] {
  const address = new URLSearchParams(useSearch());
  const [, navigate] = useLocation();
  const question = readPeopleQuestion(address);
  return [
    question,
    (change, options) => navigate(peopleAddress(workspace, readLens(address), { ...question, offset: 0, ...change }), { replace: options?.replace ?? false }),
  ];
}
