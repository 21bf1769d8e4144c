import type { ReactElement, ReactNode } from "react";
import { AskFailure } from "./AskFailure";
import type { Asking } from "./asking";
import { Progress } from "./Progress";
import "../style/ask.css";

/** Waiting with progress, failing with what to do, and the answer; the last one stays, and says so, while the next is made. */
export function Asked<T>({ asking, children }: { asking: Asking<T>; children: (report: T) => ReactNode }): ReactElement {
  const { query, running } = asking;
  if (query.isError && !query.isFetching) return <AskFailure error={query.error} onRetry={() => void query.refetch()} />;
  if (query.data === undefined) return <Progress running={running} />;
  return (
    <>
      {query.isPlaceholderData && <Progress running={running} above />}
      <div className="answer" aria-busy={query.isPlaceholderData}>
        {children(query.data)}
      </div>
    </>
  );
}
