// What a chart shows, said in numbers and words: the chart library is asked for by `option.ts` alone.

export interface Datum {
  /** Null where there is nothing to show, which is not 0. */
  value: number | null;
  low?: number;
  high?: number;
  /** Not over yet: hatched or hollow, so that nobody takes it for a fall. */
  unfinished?: boolean;
}

export interface Series {
  name: string;
  /** Name of a colour of the palette. */
  colour: string;
  data: Datum[];
}

export interface Plot {
  kind: "bars" | "lines";
  categories: string[];
  series: Series[];
  /** Names of things stand beside lying bars, where there is room for them. */
  lying?: boolean;
  stacked?: boolean;
  format: (value: number) => string;
  /** The scale goes to this at least: 1 for shares that mean a whole. */
  most?: number;
}

export interface Ribbons {
  kind: "ribbons";
  nodes: { id: string; label: string; depth: number; colour: string }[];
  links: { source: string; target: string; value: number; label: string }[];
}

export type ChartModel = Plot | Ribbons;

/** Colours for things without an order, told apart also without red or green: hue and lightness both differ. */
export const seriesColours = ["accent", "stage-at-risk", "stage-new", "role-beneficiary", "stage-lost", "stage-occasional", "stage-trial", "stage-prospect"];
export const seriesColour = (index: number): string => seriesColours[index % seriesColours.length] ?? "accent";
