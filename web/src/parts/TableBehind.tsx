import type { ReactElement, ReactNode } from "react";
import { useText } from "../text/Text";

/** The table that a chart is drawn from, for whoever reads tables better than pictures. Opened for print. */
export function TableBehind({ children }: { children: ReactNode }): ReactElement {
  const text = useText();
  return (
    <details className="behind">
      <summary>{text.shell.tableBehind}</summary>
      {children}
    </details>
  );
}
