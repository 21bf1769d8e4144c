import type { ReactElement } from "react";
import type { Problem } from "../api/problem";
import { useText } from "../text/Text";
import { markWord } from "./caret";

/** What is wrong with criteria, and the line with a caret below the wrong word. */
export function CriteriaError({ id, problem, draft }: { id: string; problem: Problem; draft: string }): ReactElement {
  const { people: text } = useText();
  const { line, column } = problem;
  const mark = line === undefined || column === undefined ? null : markWord(draft, line, column);
  return (
    <div className="criteria-error" id={id}>
      <p>
        {line !== undefined && column !== undefined && <strong>{text.errorAt(line, column)}. </strong>}
        {problem.detail}
      </p>
      {mark !== null && (
        <pre aria-hidden="true">
          {mark.line}
          {"\n"}
          <span className="caret">{mark.caret}</span>
        </pre>
      )}
    </div>
  );
}
