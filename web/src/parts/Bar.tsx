import type { CSSProperties, ReactElement } from "react";

export interface BarProps {
  /** 0 to 1 of the full length. */
  share: number;
  /** Name of a colour of the palette: `role-client`, `audience-inside`. */
  colour: string;
  hatched?: boolean;
  /** The 95 % interval, drawn as a thin line over the end of the bar. */
  low?: number;
  high?: number;
}

const within = (value: number): number => Math.min(1, Math.max(0, value));

/** A length beside a number that says the same: decoration, and hidden from assistive technology. */
export function Bar({ share, colour, hatched = false, low, high }: BarProps): ReactElement {
  const style = {
    "--share": within(share),
    "--colour": `var(--${colour})`,
    ...(low === undefined || high === undefined ? {} : { "--low": within(low), "--high": within(high) }),
  } as CSSProperties;
  return (
    <span className={hatched ? "bar bar-hatched" : "bar"} style={style} aria-hidden="true">
      <span className="bar-fill" />
      {low !== undefined && high !== undefined && <span className="bar-interval" />}
    </span>
  );
}
