import type { ReactElement } from "react";
import { useText } from "../text/Text";

export interface PagerProps {
  offset: number;
  /** Rows on this page. */
  length: number;
  step: number;
  total: number;
  onChange: (offset: number) => void;
}

export function Pager({ offset, length, step, total, onChange }: PagerProps): ReactElement | null {
  const { people: text } = useText();
  if (total <= step && offset === 0) return null;
  const first = offset === 0;
  const last = offset + length >= total;
  return (
    <nav className="pager" aria-label={text.pages}>
      <button type="button" className="button" disabled={first} onClick={() => onChange(Math.max(0, offset - step))}>
        {text.previous}
      </button>
      <p>{text.range(offset + 1, offset + length, total)}</p>
      <button type="button" className="button" disabled={last} onClick={() => onChange(offset + step)}>
        {text.next}
      </button>
    </nav>
  );
}
