// Names of the palette's colours (src/style/palette.css) for the words of the engine.

import type { Verdict } from "../api/model";

const stages = new Set(["prospect", "trial", "new", "active", "occasional", "back", "at_risk", "dormant", "lost", "absent"]);

export const colourOfStage = (stage: string): string => `stage-${stages.has(stage) ? stage.replace("_", "-") : "absent"}`;
export const colourOfRole = (role: string): string => `role-${role}`;
export const colourOfAudience = (verdict: Verdict): string => `audience-${verdict}`;
