// Fields that the forms of several questions have.

import { useEffect, useId, useState, type ReactElement } from "react";
import { Combobox } from "../../parts/Combobox";
import { useText } from "../../text/Text";
import type { Body } from "../address";
import { changed, objectOf, textOf } from "../body";
import { durationUnits, readDuration, writeDuration, type DurationUnit } from "../duration";
import { useNames } from "../../criteria/names";

export interface SelectFieldProps<T extends string> {
  label: string;
  value: T;
  options: Record<T, string>;
  onChange: (value: T) => void;
}

export function SelectField<T extends string>({ label, value, options, onChange }: SelectFieldProps<T>): ReactElement {
  return (
    <label className="field">
      <span className="field-label">{label}</span>
      <select value={value} onChange={(event) => onChange(event.target.value as T)}>
        {(Object.entries(options) as [T, string][]).map(([option, title]) => (
          <option key={option} value={option}>
            {title}
          </option>
        ))}
      </select>
    </label>
  );
}

const settleMs = 600;

/** A whole number; what is half typed is passed on once it rests, or is left. */
export function NumberField({ label, labelHidden = false, value, least, most, onChange }: { label: string; labelHidden?: boolean; value: number; least: number; most: number; onChange: (value: number) => void }): ReactElement {
  const [draft, setDraft] = useState(String(value));
  useEffect(() => setDraft(String(value)), [value]);
  const typed = Number(draft);
  const ready = draft.trim() !== "" && Number.isInteger(typed) && typed >= least && typed <= most && typed !== value;
  useEffect(() => {
    if (!ready) return;
    const timer = setTimeout(() => onChange(typed), settleMs);
    return () => clearTimeout(timer);
  });
  return (
    <label className="field field-number">
      <span className={labelHidden ? "visually-hidden" : "field-label"}>{label}</span>
      <input type="number" inputMode="numeric" min={least} max={most} value={draft} onChange={(event) => setDraft(event.target.value)} onBlur={() => (ready ? onChange(typed) : setDraft(String(value)))} />
    </label>
  );
}

export function DurationField({ label, value, otherwise, onChange }: { label: string; value: unknown; otherwise: string; onChange: (value: string) => void }): ReactElement {
  const { questions: text } = useText();
  const { count, unit } = readDuration(value) ?? readDuration(otherwise) ?? { count: 14, unit: "d" as const };
  return (
    <fieldset className="duration">
      <legend className="field-label">{label}</legend>
      <NumberField label={label} labelHidden value={count} least={1} most={10_000} onChange={(changedCount) => onChange(writeDuration({ count: changedCount, unit }))} />
      <label className="field">
        <span className="visually-hidden">{text.unit}</span>
        <select value={unit} onChange={(event) => onChange(writeDuration({ count, unit: event.target.value as DurationUnit }))}>
          {durationUnits.map((each) => (
            <option key={each} value={each}>
              {text.units[each]}
            </option>
          ))}
        </select>
      </label>
    </fieldset>
  );
}

/** A text that is passed on by Enter or when it is left. */
export function TextField({ label, hint, value, onChange }: { label: string; hint?: string; value: string; onChange: (value: string) => void }): ReactElement {
  const [draft, setDraft] = useState(value);
  const id = useId();
  useEffect(() => setDraft(value), [value]);
  const apply = (): void => {
    if (draft.trim() !== value) onChange(draft.trim());
  };
  return (
    <div className="field">
      <label className="field-label" htmlFor={id}>
        {label}
      </label>
      <input
        id={id}
        type="text"
        spellCheck={false}
        value={draft}
        placeholder={hint}
        onChange={(event) => setDraft(event.target.value)}
        onBlur={apply}
        onKeyDown={(event) => {
          if (event.key === "Enter") apply();
        }}
      />
    </div>
  );
}

type Of = "none" | "property" | "trait";

/** Told apart by a property of events or a trait of people. `wrap` puts it where the question's body wants it. */
export function BreakdownField({ value, onChange }: { value: Body | null; onChange: (value: Body | undefined) => void }): ReactElement {
  const { questions: text } = useText();
  const names = useNames().data;
  const kept: Of = value?.of === "property" || value?.of === "trait" ? value.of : "none";
  // What is chosen before it has a name is not yet part of the question.
  const [wanted, setWanted] = useState<Of>(kept);
  useEffect(() => setWanted(kept), [kept]);
  const name = textOf(value?.name);
  return (
    <div className="pair">
      <SelectField
        label={text.breakdown}
        value={wanted}
        options={text.breakdownOf}
        onChange={(of) => {
          setWanted(of);
          if (of === "none") onChange(undefined);
          else if (name !== "") onChange({ ...value, of, name });
        }}
      />
      {wanted !== "none" && (
        <Combobox
          label={text.breakdownName}
          value={name}
          free
          choices={(names?.properties ?? []).map((each) => ({ value: each, title: each }))}
          onChange={(chosen) => onChange(chosen === "" ? undefined : { ...value, of: wanted, name: chosen })}
        />
      )}
    </div>
  );
}

/** The funnel's breakdown wraps the others' in one more object. */
export const funnelBreakdown = (body: Body): Body | null => objectOf(objectOf(body.breakdown)?.by);
export const wrapFunnelBreakdown = (body: Body, by: Body | undefined): Body =>
  changed(body, { breakdown: by === undefined ? undefined : { attribution: "first", ...objectOf(body.breakdown), by } });
