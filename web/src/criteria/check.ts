// Criteria checked and counted while somebody writes them. The last answer stays until the next one is there.

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { send } from "../api/client";
import type { CriteriaCheck } from "../api/model";
import { Problem } from "../api/problem";
import { workspacePath } from "../api/queries";
import { useReading } from "../lens/Reading";
import { useFormats } from "../text/Text";

export interface Checked {
  /** Null while nothing is counted yet, or where the text is wrong. */
  counted: CriteriaCheck | null;
  /** What is wrong with the text, with its place. */
  problem: Problem | null;
  checking: boolean;
}

/** An empty text is not asked about. */
export function useCriteriaCheck(text: string): Checked {
  const { language } = useFormats();
  const { workspace, parameters } = useReading();
  const check = useQuery({
    queryKey: ["check", workspace.id, text, parameters.as_of, language],
    enabled: text !== "",
    retry: false,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => send<CriteriaCheck>("POST", workspacePath(workspace.id, "/criteria/check"), { text }, { as_of: parameters.as_of, lang: language }, signal),
  });
  const problem = text !== "" && check.error instanceof Problem ? check.error : null;
  return { problem, counted: text !== "" && problem === null && check.data !== undefined ? check.data : null, checking: check.isFetching };
}
