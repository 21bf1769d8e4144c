// The definitions that have a field of their own; the rest is in the whole text.

import type { Workspace } from "../api/model";
import type { Kind } from "./toml";

export interface Definition {
  section: string;
  key:
    | "name" | "model" | "currency" | "zone" | "language"
    | "payments" | "purchases" | "refunds"
    | "new_days" | "at_risk_days" | "dormant_days" | "back_days" | "active_purchases" | "active_days" | "rhythm"
    | "trial_started" | "started" | "ended"
    | "lost_after_days" | "payback_months";
  kind: Kind;
  choices?: readonly string[];
  /** Read in this model of business alone. */
  only?: Workspace["model"];
}

const days = (section: string, ...keys: Definition["key"][]): Definition[] => keys.map((key) => ({ section, key, kind: "number" }));
const events = (section: string, only: Workspace["model"] | undefined, ...keys: Definition["key"][]): Definition[] =>
  keys.map((key) => ({ section, key, kind: "list", ...(only === undefined ? {} : { only }) }));

export const definitionGroups: readonly { name: "business" | "money" | "stages" | "acquisition"; definitions: readonly Definition[] }[] = [
  {
    name: "business",
    definitions: [
      { section: "", key: "name", kind: "text" },
      { section: "", key: "model", kind: "text", choices: ["purchases", "subscription"] },
      { section: "", key: "currency", kind: "text" },
      { section: "", key: "zone", kind: "text" },
      { section: "", key: "language", kind: "text", choices: ["en", "fr"] },
    ],
  },
  { name: "money", definitions: [...events("money", undefined, "payments", "purchases", "refunds"), ...events("subscription", "subscription", "trial_started", "started", "ended")] },
  {
    name: "stages",
    definitions: [
      ...days("stages", "new_days", "at_risk_days", "dormant_days", "back_days", "active_purchases", "active_days").map((each) => ({ ...each, only: "purchases" as const })),
      { section: "stages", key: "rhythm", kind: "text", choices: ["off", "shown", "drives"], only: "purchases" },
      ...days("stages", "new_days", "back_days").map((each) => ({ ...each, only: "subscription" as const })),
    ],
  },
  { name: "acquisition", definitions: days("acquisition", "lost_after_days", "payback_months") },
];
