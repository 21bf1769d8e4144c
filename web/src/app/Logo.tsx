import type { ReactElement } from "react";

/** An h whose arch comes back to its centre: the customer who returns. */
export function Logo(): ReactElement {
  return (
    <svg className="logo" viewBox="0 0 32 32" width="30" height="30" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="8" className="logo-ground" />
      <path
        d="M9 6v20M9 18.5c0-4.7 3.1-7.5 7.2-7.5s7.3 3 7.3 7.2-2.9 6.8-6.6 6.8-5.4-2.6-5.4-5"
        fill="none"
        className="logo-line"
        strokeWidth="3"
        strokeLinecap="round"
      />
      <circle cx="16.6" cy="18.4" r="1.9" className="logo-dot" />
    </svg>
  );
}
