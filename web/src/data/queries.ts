// What the screen Data asks, and what it asks again when something came in or went out.

import { useEffect, useRef, useState } from "react";
import { useQuery, useQueryClient, type UseQueryResult } from "@tanstack/react-query";
import { get } from "../api/client";
import type { Arrival, Arrivals, ImportList } from "../api/model";
import { workspacePath } from "../api/queries";

export const importsKey = (workspace: string): string[] => ["imports", workspace];

export function useImports(workspace: string): UseQueryResult<ImportList> {
  return useQuery({ queryKey: importsKey(workspace), staleTime: 0, queryFn: ({ signal }) => get<ImportList>(workspacePath(workspace, "/imports"), {}, signal) });
}

/** After an import or its undoing no figure that the page keeps holds any more. */
export function useForgetFigures(): () => Promise<void> {
  const client = useQueryClient();
  return () => client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== "session" && queryKey[0] !== "workspaces" });
}

/** As many as are shown; the server keeps more. */
const shownMax = 100;
const waitSeconds = 20;

export interface Live {
  /** The latest first. */
  arrivals: readonly Arrival[];
  sources: Arrivals["sources"];
  missed: number;
  error: unknown;
  /** Whether the first answer has come. */
  known: boolean;
}

/** What comes in, as it comes: each question waits on the server until there is something to tell. */
export function useArrivals(workspace: string, paused: boolean): Live {
  const [live, setLive] = useState<Live>({ arrivals: [], sources: [], missed: 0, error: null, known: false });
  const next = useRef<number | undefined>(undefined);
  useEffect(() => {
    if (paused) return;
    const stop = new AbortController();
    const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));
    const follow = async (): Promise<void> => {
      while (!stop.signal.aborted) {
        try {
          const begun = next.current === undefined;
          const asked = begun ? { limit: shownMax } : { after: next.current, limit: 500, wait: waitSeconds };
          const answer = await get<Arrivals>(workspacePath(workspace, "/arrivals"), asked, stop.signal);
          next.current = answer.next;
          setLive((before) => ({
            arrivals: [...answer.arrivals].reverse().concat(before.arrivals).slice(0, shownMax),
            sources: answer.sources,
            missed: begun ? 0 : before.missed + answer.missed,
            error: null,
            known: true,
          }));
          // A busy source is read in gulps, not event by event.
          await pause(answer.arrivals.length > 0 ? 500 : 50);
        } catch (error) {
          if (stop.signal.aborted) return;
          setLive((before) => ({ ...before, error }));
          await pause(5_000);
        }
      }
    };
    void follow();
    return () => stop.abort();
  }, [workspace, paused]);
  return live;
}
