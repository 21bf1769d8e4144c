// What the screen asks of the server: answers, and what is saved.

import { useQuery, useQueryClient, type UseQueryResult } from "@tanstack/react-query";
import { get, send, type Parameters } from "../api/client";
import { useAsk, type Asking } from "../ask/asking";
import type { Board, BoardAnswer, BoardTile, SavedQuestion, SavedQuestionBody } from "../api/model";
import { Problem } from "../api/problem";
import { useSession, workspacePath } from "../api/queries";
import { useReading } from "../lens/Reading";
import { useFormats } from "../text/Text";
import type { Asked } from "./address";
import { askable, growthParameters } from "./body";
import type { Report } from "./draw/draw";

/** Asks what was built, through the lens. */
export function useAskBuilt({ kind, body, filter }: Asked): Asking<Report> {
  return useAsk<Report>(kind, askable(kind, body), { filter, ...(kind === "growth" ? { byAddress: growthParameters(body) } : {}) });
}

export function useSavedQuestions(): UseQueryResult<SavedQuestion[]> {
  const { workspace } = useReading();
  return useQuery({
    queryKey: ["saved", workspace.id, "questions"],
    queryFn: async ({ signal }) => (await get<{ questions: SavedQuestion[] }>(workspacePath(workspace.id, "/questions"), {}, signal)).questions,
  });
}

export function useBoards(): UseQueryResult<Board[]> {
  const { workspace } = useReading();
  return useQuery({
    queryKey: ["saved", workspace.id, "boards"],
    queryFn: async ({ signal }) => (await get<{ boards: Board[] }>(workspacePath(workspace.id, "/boards"), {}, signal)).boards,
  });
}

export function useBoardAnswer(name: string): UseQueryResult<BoardAnswer> {
  const { workspace, parameters } = useReading();
  const { language } = useFormats();
  const all: Parameters = { ...parameters, lang: language };
  return useQuery({
    queryKey: ["saved", workspace.id, "answer", name, all],
    queryFn: ({ signal }) => get<BoardAnswer>(workspacePath(workspace.id, `/boards/${encodeURIComponent(name)}/answer`), all, signal),
    placeholderData: (before: BoardAnswer | undefined, of) => (of?.queryKey[3] === name ? before : undefined),
  });
}

/** Whether what is built may be saved: reading and saving are two rights, and who may change everything may save. */
export function useMaySave(): boolean {
  const scopes = useSession().data?.scopes ?? [];
  return scopes.includes("save") || scopes.includes("admin");
}

export interface Shelf {
  saveQuestion: (name: string, body: SavedQuestionBody, version?: number) => Promise<void>;
  deleteQuestion: (name: string, version: number) => Promise<void>;
  /** Makes or replaces a board; without a version it has to be new. */
  saveBoard: (name: string, board: { description?: string; tiles: BoardTile[] }, version?: number) => Promise<void>;
  deleteBoard: (name: string, version: number) => Promise<void>;
}

/** Saves and deletes, and has the lists read again. */
export function useShelf(): Shelf {
  const { workspace } = useReading();
  const client = useQueryClient();
  const change = async (method: "PUT" | "DELETE", kind: "questions" | "boards", name: string, body?: unknown, version?: number): Promise<void> => {
    try {
      await send(method, workspacePath(workspace.id, `/${kind}/${encodeURIComponent(name)}`), body, { version });
    } finally {
      // What was deleted is still on the screen, and must not be asked for again; where the reader goes next reads anew.
      await client.invalidateQueries({ queryKey: ["saved", workspace.id], refetchType: method === "DELETE" ? "none" : "active" });
    }
  };
  return {
    saveQuestion: (name, body, version) => change("PUT", "questions", name, body, version),
    deleteQuestion: (name, version) => change("DELETE", "questions", name, undefined, version),
    saveBoard: (name, board, version) => change("PUT", "boards", name, board, version),
    deleteBoard: (name, version) => change("DELETE", "boards", name, undefined, version),
  };
}

/** What went wrong with saving, in words that say what to do. */
export function savingProblem(error: unknown, text: { changedElsewhere: string; mayNot: string }, offline: string): string {
  if (!(error instanceof Problem)) return String(error);
  if (error.status === 409 || error.status === 412) return error.detail === "" ? text.changedElsewhere : error.detail;
  if (error.status === 403) return text.mayNot;
  return error.status === 0 ? offline : error.detail || error.title;
}
