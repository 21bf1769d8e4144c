import type { ReactElement } from "react";
import { readQuickFilter, writeQuickFilter } from "../criteria/quick";
import { useReading } from "../lens/Reading";
import { useText } from "../text/Text";

const roles = ["client", "prospect", "beneficiary", "unknown"] as const;
const stagesOf = {
  purchases: ["prospect", "new", "active", "occasional", "back", "at_risk", "dormant"],
  subscription: ["prospect", "trial", "new", "active", "at_risk", "lost", "back"],
} as const;

/** The commonest criteria as two lists; choosing one writes it into the criteria text, where it can be seen and edited. */
export function QuickFilters({ filter, onChange }: { filter: string; onChange: (filter: string) => void }): ReactElement {
  const { people: text, words } = useText();
  const { workspace } = useReading();
  const quick = readQuickFilter(filter);
  return (
    <fieldset className="quick">
      <legend className="visually-hidden">{text.quick}</legend>
      <label className="field">
        <span className="field-label">{text.role}</span>
        <select value={quick.role} onChange={(event) => onChange(writeQuickFilter({ ...quick, role: event.target.value }))}>
          <option value="">{text.anyRole}</option>
          {roles.map((role) => (
            <option key={role} value={role}>
              {words.roles[role]}
            </option>
          ))}
        </select>
      </label>
      <label className="field">
        <span className="field-label">{text.stage}</span>
        <select value={quick.stage} onChange={(event) => onChange(writeQuickFilter({ ...quick, stage: event.target.value }))}>
          <option value="">{text.anyStage}</option>
          {stagesOf[workspace.model].map((stage) => (
            <option key={stage} value={stage}>
              {words.stages[stage]}
            </option>
          ))}
        </select>
      </label>
    </fieldset>
  );
}
