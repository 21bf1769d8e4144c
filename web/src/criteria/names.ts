// The names that criteria can speak of: events, properties with their commonest values, cohorts.

import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import { get } from "../api/client";
import type { CriteriaNames } from "../api/model";
import { workspacePath } from "../api/queries";
import { useReading } from "../lens/Reading";

export function useNames(): UseQueryResult<CriteriaNames> {
  const { workspace } = useReading();
  return useQuery({
    queryKey: ["names", workspace.id],
    staleTime: 300_000,
    queryFn: ({ signal }) => get<CriteriaNames>(workspacePath(workspace.id, "/criteria/names"), {}, signal),
  });
}

/** The commonest values of a property or trait; none for one that has very many. */
export function valuesOf(names: CriteriaNames | undefined, property: string): string[] {
  return ((names?.values as Record<string, [string | number | boolean, number][]> | undefined)?.[property] ?? []).map(([value]) => String(value));
}
