import type { ReactElement, ReactNode } from "react";

export interface ScrollTableProps {
  caption: string;
  children: ReactNode;
  className?: string;
}

/** A table that scrolls sideways by itself where it does not fit, also by keyboard. The caption names it. */
export function ScrollTable({ caption, children, className = "" }: ScrollTableProps): ReactElement {
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a region that scrolls has to be reached by keyboard
    <div className="scroll" role="region" aria-label={caption} tabIndex={0}>
      <table className={className}>
        <caption className="visually-hidden">{caption}</caption>
        {children}
      </table>
    </div>
  );
}
