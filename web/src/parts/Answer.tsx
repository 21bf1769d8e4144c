// Waiting, failing and answering, the same on every screen.

import type { ReactElement, ReactNode } from "react";
import type { UseQueryResult } from "@tanstack/react-query";
import { useText } from "../text/Text";
import { Failure } from "./Failure";

export interface AnswerProps<T> {
  query: UseQueryResult<T>;
  /** As tall as the answer will be, so that nothing jumps. */
  waiting: ReactNode;
  children: (answer: T) => ReactNode;
}

export function Answer<T>({ query, waiting, children }: AnswerProps<T>): ReactElement {
  const text = useText();
  if (query.data !== undefined && !query.isError) {
    return (
      <div className="answer" aria-busy={query.isPlaceholderData}>
        {children(query.data)}
      </div>
    );
  }
  if (query.isError) return <Failure error={query.error} onRetry={() => void query.refetch()} retrying={query.isFetching} />;
  return (
    <div className="waiting" role="status">
      <span className="visually-hidden">{text.shell.loading}</span>
      {waiting}
    </div>
  );
}
