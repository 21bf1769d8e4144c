// Questions to the server, kept and shared between the components of a screen.

import { QueryCache, QueryClient, keepPreviousData, useQuery, type UseQueryResult } from "@tanstack/react-query";
import { useReading } from "../lens/Reading";
import { useFormats } from "../text/Text";
import { get, type Parameters } from "./client";
import { signedOut, type Session, type Workspace, type WorkspaceList } from "./model";
import { Problem } from "./problem";

const sessionKey = ["session"];

/** One for the page's life. A session that ended, whichever question met it, brings the sign-in form. */
export function makeQueryClient(): QueryClient {
  const client = new QueryClient({
    queryCache: new QueryCache({
      onError: (error) => {
        if (error instanceof Problem && error.status === 401) client.setQueryData<Session>(sessionKey, (known) => signedOut(known?.has_team ?? false, known?.provider ?? null));
      },
    }),
    defaultOptions: {
      queries: {
        staleTime: 30_000,
        refetchOnWindowFocus: false,
        retryDelay: (attempt) => 400 * 2 ** attempt,
        retry: (failures, error) => error instanceof Problem && error.passing && failures < 2,
      },
    },
  });
  return client;
}

export function useSession(): UseQueryResult<Session> {
  return useQuery({
    queryKey: sessionKey,
    staleTime: Infinity,
    queryFn: async ({ signal }) => {
      try {
        return await get<Session>("/session", {}, signal);
      } catch (error) {
        if (error instanceof Problem && error.status === 401) return signedOut(false);
        throw error;
      }
    },
  });
}

export function useWorkspaces(): UseQueryResult<WorkspaceList> {
  return useQuery({
    queryKey: ["workspaces"],
    queryFn: ({ signal }) => get<WorkspaceList>("/workspaces", {}, signal),
  });
}

export function useWorkspace(id: string): UseQueryResult<Workspace> {
  return useQuery({
    queryKey: ["workspace", id],
    queryFn: ({ signal }) => get<Workspace>(`/workspaces/${encodeURIComponent(id)}`, {}, signal),
    // An empty workspace is looked at again, so that the first import shows without a reload.
    refetchInterval: (query) => (query.state.data?.events === 0 ? 5_000 : false),
  });
}

/** `/workspaces/ID` + path: where a workspace's questions are asked. */
export const workspacePath = (id: string, path: string): string => `/workspaces/${encodeURIComponent(id)}${path}`;

/** A question of the open workspace through the lens of the address. The last answer stays until the next one is there. */
export function useAnswer<T>(path: string, extra: Parameters = {}): UseQueryResult<T> {
  const { workspace, parameters } = useReading();
  const { language } = useFormats();
  const all: Parameters = { ...parameters, ...extra, lang: language };
  return useQuery({
    queryKey: ["answer", workspace.id, path, all],
    queryFn: ({ signal }) => get<T>(workspacePath(workspace.id, path), all, signal),
    placeholderData: keepPreviousData,
  });
}
