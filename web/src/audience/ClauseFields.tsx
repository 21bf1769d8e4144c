import type { ReactElement } from "react";
import { asChoices, EventCondition, OperatorField } from "../criteria/EventCondition";
import { useNames, valuesOf } from "../criteria/names";
import { useReading } from "../lens/Reading";
import { Combobox } from "../parts/Combobox";
import { useText } from "../text/Text";
import { newClause, type Clause, type ClauseKind } from "./clauses";

const kinds: readonly ClauseKind[] = ["trait", "event", "role", "stage", "cohort"];
const roles = ["client", "prospect", "beneficiary"] as const;
const stagesOf = {
  purchases: ["prospect", "new", "active", "occasional", "back", "at_risk", "dormant"],
  subscription: ["prospect", "trial", "new", "active", "at_risk", "lost", "back"],
} as const;

interface FieldsProps {
  clause: Clause;
  onChange: (to: Partial<Clause>) => void;
}

function Select({ label, value, options, onChange }: { label: string; value: string; options: readonly (readonly [string, string])[]; onChange: (value: string) => void }): ReactElement {
  const { audience } = useText();
  return (
    <label className="field">
      <span className="field-label">{label}</span>
      <select value={value} onChange={(event) => onChange(event.target.value)}>
        <option value="">{audience.build.choose}</option>
        {options.map(([option, title]) => (
          <option key={option} value={option}>
            {title}
          </option>
        ))}
      </select>
    </label>
  );
}

function TraitFields({ clause, onChange }: FieldsProps): ReactElement {
  const text = useText().audience.build;
  const names = useNames().data;
  return (
    <>
      <Combobox label={text.trait} free value={clause.of} choices={asChoices((names?.properties ?? []).filter((name) => !name.startsWith("$")))} onChange={(of) => onChange({ of })} />
      <OperatorField value={clause.operator} onChange={(operator) => onChange({ operator })} />
      <Combobox label={text.value} free value={clause.value} choices={asChoices(valuesOf(names, clause.of))} onChange={(value) => onChange({ value })} />
    </>
  );
}

function EventFields({ clause, onChange }: FieldsProps): ReactElement {
  const text = useText().audience.build;
  const whole = (typed: string, most: number): number => Math.min(most, Math.max(0, Math.round(Number(typed)) || 0));
  return (
    <>
      <EventCondition label={text.event} value={clause.of} onChange={(of) => onChange({ of })} />
      <label className="field short">
        <span className="field-label">{text.times}</span>
        <input type="number" min={0} max={1000} value={clause.times} onChange={(event) => onChange({ times: whole(event.target.value, 1_000) })} />
        <span className="meaning">{clause.times === 0 ? text.never : ""}</span>
      </label>
      <label className="field short">
        <span className="field-label">{text.days}</span>
        <input type="number" min={0} max={36_500} value={clause.days} onChange={(event) => onChange({ days: whole(event.target.value, 36_500) })} />
        <span className="meaning">{clause.days === 0 ? text.ever : ""}</span>
      </label>
    </>
  );
}

/** One condition of an audience: what it is about, then its fields. */
export function ClauseFields({ clause, onChange, onRemove }: FieldsProps & { onRemove: (() => void) | null }): ReactElement {
  const { audience, words } = useText();
  const text = audience.build;
  const { workspace } = useReading();
  const names = useNames().data;
  return (
    <div className="clause">
      <label className="field">
        <span className="field-label">{text.about}</span>
        <select value={clause.kind} onChange={(event) => onChange(newClause(kinds.find((kind) => kind === event.target.value) ?? "trait"))}>
          {kinds.map((kind) => (
            <option key={kind} value={kind}>
              {text.kinds[kind]}
            </option>
          ))}
        </select>
      </label>
      {clause.kind === "trait" && <TraitFields clause={clause} onChange={onChange} />}
      {clause.kind === "event" && <EventFields clause={clause} onChange={onChange} />}
      {clause.kind === "role" && <Select label={text.kinds.role} value={clause.of} options={roles.map((role) => [role, words.roles[role]])} onChange={(of) => onChange({ of })} />}
      {clause.kind === "stage" && <Select label={text.kinds.stage} value={clause.of} options={stagesOf[workspace.model].map((stage) => [stage, words.stages[stage] ?? stage])} onChange={(of) => onChange({ of })} />}
      {clause.kind === "cohort" && <Select label={text.kinds.cohort} value={clause.of} options={(names?.cohorts ?? []).map((name) => [name, name])} onChange={(of) => onChange({ of })} />}
      {onRemove !== null && (
        <button type="button" className="button button-quiet icon" aria-label={text.remove} onClick={onRemove}>
          ×
        </button>
      )}
    </div>
  );
}
