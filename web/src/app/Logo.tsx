import type { ReactElement } from "react";

/** An h whose arch comes back to its centre: the customer who returns. */
export function Logo(): ReactElement {
  return (
    <svg className="logo" viewBox="0 0 32 32" width="30" height="30" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="8" className="logo-ground" />
      <path
        d="M9 5.5v21M9 18c0-4.3 2.9-7 6.8-7s7 2.7 7 7v3.4c0 3-1.7 5-4.3 5"
        fill="none"
        className="logo-line"
        strokeWidth="3"
        strokeLinecap="round"
      />
      <circle cx="14.6" cy="22.6" r="2.1" className="logo-dot" />
    </svg>
  );
}
