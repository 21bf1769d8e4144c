// A question put to the server through the lens: its answer, how far it is, and the people behind its numbers.

import { useRef, type RefObject } from "react";
import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import { get, send, type Parameters } from "../api/client";
import type { PeopleReport } from "../api/model";
import { workspacePath } from "../api/queries";
import { useReading } from "../lens/Reading";
import { useFormats } from "../text/Text";
import type { Body } from "./drawing";

const newName = (): string => `page-${Array.from(crypto.getRandomValues(new Uint32Array(3)), (part) => part.toString(36)).join("")}`;

export interface Asking<T> {
  query: UseQueryResult<T>;
  /** The name under which the server knows the question while it runs. */
  running: RefObject<string>;
}

export interface AskingOptions {
  /** Criteria: only people who match. */
  filter?: string;
  /** Instead of what the lens says, or beside it: the first day that a question compares with. */
  instead?: Parameters;
  /** For the questions that are asked by address: what GET takes beside the lens. The body is not sent. */
  byAddress?: Parameters;
}

/** Asks `POST …/QUESTION`; a body of null is not said yet. While the next answer of the same question is made, the last one stays. */
export function useAsk<T>(question: string, body: Body | null, { filter, instead, byAddress }: AskingOptions = {}): Asking<T> {
  const { workspace, parameters } = useReading();
  const { language } = useFormats();
  const running = useRef("");
  const all: Parameters = { ...parameters, ...instead, filter, lang: language };
  const query = useQuery<unknown>({
    queryKey: ["ask", workspace.id, question, body, byAddress ?? null, all],
    enabled: body !== null,
    retry: false,
    queryFn: ({ signal }) => {
      running.current = newName();
      const headers = { "X-Habitue-Question": running.current };
      const path = workspacePath(workspace.id, `/${question}`);
      return byAddress === undefined ? send<unknown>("POST", path, body, all, signal, headers) : get<unknown>(path, { ...all, ...byAddress }, signal, headers);
    },
    placeholderData: (before: unknown, of: { queryKey: readonly unknown[] } | undefined) => (of?.queryKey[2] === question && of.queryKey[1] === workspace.id ? before : undefined),
  });
  return { query: query as UseQueryResult<T>, running };
}

export interface Running {
  id: string;
  seconds: number;
  pass: number;
  done: number;
  total: number;
}

/** How far a question is; null when the server does not know it, or no longer. */
export function useProgress(id: string): Running | null {
  const { workspace } = useReading();
  const query = useQuery({
    queryKey: ["running", workspace.id, id],
    enabled: id !== "",
    refetchInterval: 700,
    retry: false,
    gcTime: 0,
    queryFn: ({ signal }) => get<{ running: Running[] }>(workspacePath(workspace.id, "/running"), {}, signal),
  });
  return query.data?.running.find((each) => each.id === id) ?? null;
}

/** Stops a question; whoever asked it hears so. One that is over already needs no stopping. */
export async function stopQuestion(workspace: string, id: string): Promise<void> {
  await send("DELETE", workspacePath(workspace, `/running/${encodeURIComponent(id)}`)).catch(() => undefined);
}

/** One number of an answer: the question as it was asked, and the cell by which the API names the number. */
export interface Behind {
  question: string;
  body: Body;
  filter: string;
  cell: Body;
}

/** The people behind a number: as many as it says. */
export function usePeopleBehind({ question, body, filter, cell }: Behind, offset: number, limit: number): UseQueryResult<PeopleReport> {
  const { workspace, parameters } = useReading();
  const { language } = useFormats();
  const all: Parameters = { ...parameters, filter, lang: language, offset, limit };
  return useQuery({
    queryKey: ["behind", workspace.id, question, body, cell, all],
    retry: false,
    queryFn: ({ signal }) => send<PeopleReport>("POST", workspacePath(workspace.id, `/${question}/people`), { ask: body, cell }, all, signal),
    placeholderData: (before: PeopleReport | undefined, of) => (of?.queryKey[2] === question ? before : undefined),
  });
}
