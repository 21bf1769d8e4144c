import { useId, type ReactElement, type ReactNode } from "react";

export interface BlockProps {
  /** Also the anchor of the block in the address. */
  id?: string;
  title: string;
  children: ReactNode;
  className?: string;
}

/** One question of a screen: a heading, then its answer. */
export function Block({ id, title, children, className = "" }: BlockProps): ReactElement {
  const heading = useId();
  return (
    <section className={`block ${className}`} id={id} aria-labelledby={heading}>
      <h2 id={heading}>{title}</h2>
      {children}
    </section>
  );
}

/** The answer in one sentence, before any figure. */
export function Sentence({ children }: { children: ReactNode }): ReactElement {
  return <p className="sentence">{children}</p>;
}
