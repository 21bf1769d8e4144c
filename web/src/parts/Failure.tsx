import type { ReactElement } from "react";
import { Problem } from "../api/problem";
import { useText } from "../text/Text";

export interface FailureProps {
  error: unknown;
  onRetry?: () => void;
  retrying?: boolean;
}

/** What went wrong in the server's own words, and a way to try again. */
export function Failure({ error, onRetry, retrying = false }: FailureProps): ReactElement {
  const { failed } = useText().shell;
  const problem = error instanceof Problem ? error : null;
  const detail =
    problem === null
      ? String(error)
      : problem.status === 0
        ? failed.offline
        : problem.detail !== ""
          ? problem.detail
          : problem.status === 403
            ? failed.forbidden
            : failed.noDetail(problem.status);
  return (
    <div className="failure" role="alert">
      <p className="failure-title">{failed.title}</p>
      <p className="failure-detail">{detail}</p>
      {onRetry && (
        <button type="button" className="button" onClick={onRetry} aria-disabled={retrying}>
          {failed.retry}
        </button>
      )}
    </div>
  );
}
