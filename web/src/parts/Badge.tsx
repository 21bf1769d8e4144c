import type { ReactElement, ReactNode } from "react";

export interface BadgeProps {
  /** Name of a colour of the palette; the words carry the meaning. */
  colour: string;
  children: ReactNode;
}

export function Badge({ colour, children }: BadgeProps): ReactElement {
  return (
    <span className="badge">
      <span className="badge-dot" style={{ background: `var(--${colour})` }} aria-hidden="true" />
      {children}
    </span>
  );
}
