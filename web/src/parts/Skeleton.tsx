import type { ReactElement } from "react";

/** Grey lines where text or rows will be. */
export function Skeleton({ lines = 4, tall = false }: { lines?: number; tall?: boolean }): ReactElement {
  return (
    <div className={tall ? "skeleton skeleton-tall" : "skeleton"} aria-hidden="true">
      {Array.from({ length: lines }, (_, line) => (
        <span key={line} />
      ))}
    </div>
  );
}
