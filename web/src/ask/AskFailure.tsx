import type { ReactElement } from "react";
import { Problem } from "../api/problem";
import { Failure } from "../parts/Failure";
import { useText } from "../text/Text";

/** Why there is no answer, and what to do: stopped, too long, not askable like this, or failed. */
export function AskFailure({ error, onRetry }: { error: unknown; onRetry: () => void }): ReactElement {
  const { ask: text } = useText();
  const status = error instanceof Problem ? error.status : -1;
  const detail = error instanceof Problem ? error.detail : "";
  const known =
    status === 409
      ? { title: text.stopped, words: text.stoppedText, detail: "" }
      : status === 503 || status === 504 || status === 413
        ? { title: text.tooLong, words: text.tooLongText, detail }
        : status === 400 || status === 404 || status === 422
          ? { title: text.wrong, words: "", detail }
          : null;
  if (known === null) return <Failure error={error} onRetry={onRetry} />;
  return (
    <div className="failure" role="alert">
      <p className="failure-title">{known.title}</p>
      {known.detail !== "" && <pre className="failure-place">{known.detail}</pre>}
      {known.words !== "" && <p>{known.words}</p>}
      {status !== 400 && (
        <button type="button" className="button" onClick={onRetry}>
          {text.askAgain}
        </button>
      )}
    </div>
  );
}
