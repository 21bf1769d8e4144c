import type { ReactElement } from "react";
import { Link } from "wouter";
import { useText } from "../text/Text";

export interface Action {
  text: string;
  /** Where the people concerned are; none for plain advice. */
  href?: string;
}

/** What one can do about the figures above. Nothing at all when there is nothing to do. */
export function Actions({ actions }: { actions: readonly Action[] }): ReactElement | null {
  const text = useText();
  if (actions.length === 0) return null;
  return (
    <div className="actions">
      <h3>{text.shell.whatToDo}</h3>
      <ul>
        {actions.map((action) => (
          <li key={action.text}>{action.href === undefined ? action.text : <Link href={action.href}>{action.text}</Link>}</li>
        ))}
      </ul>
    </div>
  );
}
