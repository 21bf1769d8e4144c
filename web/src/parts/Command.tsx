import { useState, type ReactElement } from "react";
import { useText } from "../text/Text";

/** A command to run in a terminal, with a button that copies it. */
export function Command({ children }: { children: string }): ReactElement {
  const { copy, copied } = useText().shell;
  const [done, setDone] = useState(false);
  const write = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(children);
      setDone(true);
      setTimeout(() => setDone(false), 2_000);
    } catch {
      // Without the right to the clipboard the command is still there to be selected.
    }
  };
  return (
    <div className="command">
      <pre>
        <code>{children}</code>
      </pre>
      {"clipboard" in navigator && (
        <button type="button" className="button button-quiet" onClick={() => void write()}>
          <span aria-live="polite">{done ? copied : copy}</span>
        </button>
      )}
    </div>
  );
}
