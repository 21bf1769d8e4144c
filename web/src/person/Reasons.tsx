import type { ReactElement } from "react";
import type { Reason } from "../api/model";
import { useText } from "../text/Text";

/** The conditions that decided, each with its answer and what was found. */
export function Reasons({ reasons }: { reasons: readonly Reason[] }): ReactElement {
  const { words } = useText();
  return (
    <ul className="reasons">
      {reasons.map((reason) => (
        <li key={reason.part} data-verdict={reason.verdict}>
          <code>{reason.part}</code>
          <span>
            <strong>{words.answers[reason.verdict]}</strong>
            {reason.found !== "" && <span className="meaning">, {reason.found}</span>}
          </span>
        </li>
      ))}
    </ul>
  );
}
