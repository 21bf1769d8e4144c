import type { ReactElement, ReactNode } from "react";
import { useText } from "../text/Text";

/** The fields of a question, in a row. They ask by themselves; nothing is sent. */
export function Form({ children, label }: { children: ReactNode; label?: string }): ReactElement {
  const { value: text } = useText();
  return (
    <form className="value-form" aria-label={label ?? text.form} onSubmit={(event) => event.preventDefault()}>
      {children}
    </form>
  );
}
