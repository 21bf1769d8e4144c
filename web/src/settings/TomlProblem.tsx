import type { ReactElement } from "react";
import type { Problem } from "../api/problem";
import { useText } from "../text/Text";

/** Why the text is refused: each mistake with its line, as the server shows it. */
export function TomlProblem({ problem }: { problem: Problem }): ReactElement {
  const { settings, people } = useText();
  const { line, column } = problem;
  return (
    <div className="criteria-error" role="alert">
      <p>
        <strong>{settings.definitions.refused}</strong>
        {line !== undefined && column !== undefined && ` ${people.errorAt(line, column)}.`}
      </p>
      <pre>{problem.detail}</pre>
    </div>
  );
}
