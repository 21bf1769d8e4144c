import type { Kind } from "../address";
import { drawAttribution } from "./attribution";
import { drawContrast } from "./contrast";
import type { Drawing, Pen } from "../../ask/drawing";
import { drawFunnel } from "./funnel";
import { drawGrowth } from "./growth";
import { drawPaths } from "./paths";
import { drawRetention } from "./retention";

type Reports = {
  funnel: Parameters<typeof drawFunnel>[0];
  retention: Parameters<typeof drawRetention>[0];
  growth: Parameters<typeof drawGrowth>[0];
  paths: Parameters<typeof drawPaths>[0];
  attribution: Parameters<typeof drawAttribution>[0];
  contrast: Parameters<typeof drawContrast>[0];
};

export type Report = Reports[Kind];

const drawers: { [K in Kind]: (report: Reports[K], pen: Pen) => Drawing } = {
  funnel: drawFunnel,
  retention: drawRetention,
  growth: drawGrowth,
  paths: drawPaths,
  attribution: drawAttribution,
  contrast: drawContrast,
};

/** The report is that of the question of this kind: the one place where the two are tied. */
export function draw(kind: Kind, report: Report, pen: Pen): Drawing {
  return (drawers[kind] as (report: Report, pen: Pen) => Drawing)(report, pen);
}
