// The few small fields of the forms of this screen. Each change is a new question, in the address.

import { useEffect, useState, type ReactElement } from "react";

export interface ChoiceFieldProps {
  label: string;
  value: string;
  /** In the order in which they are offered. */
  choices: readonly (readonly [value: string, title: string])[];
  onChange: (value: string) => void;
}

export function ChoiceField({ label, value, choices, onChange }: ChoiceFieldProps): ReactElement {
  return (
    <label className="field">
      <span className="field-label">{label}</span>
      <select value={value} onChange={(event) => onChange(event.target.value)}>
        {choices.map(([each, title]) => (
          <option key={each} value={each}>
            {title}
          </option>
        ))}
      </select>
    </label>
  );
}

/** Long enough to type a number of two digits and a sign. */
const settleMs = 800;

/** What is typed is asked once it rests or is left, and only where it can be asked. */
function useDraft(value: string, ready: (draft: string) => boolean, onChange: (draft: string) => void): { draft: string; setDraft: (draft: string) => void; leave: () => void } {
  const [draft, setDraft] = useState(value);
  useEffect(() => setDraft(value), [value]);
  const asks = draft !== value && ready(draft);
  useEffect(() => {
    if (!asks) return;
    const timer = setTimeout(() => onChange(draft), settleMs);
    return () => clearTimeout(timer);
  });
  return { draft, setDraft, leave: () => (asks ? onChange(draft) : setDraft(value)) };
}

export interface AmountFieldProps {
  label: string;
  value: number;
  range: readonly [least: number, most: number];
  onChange: (value: number) => void;
}

export function AmountField({ label, value, range: [least, most], onChange }: AmountFieldProps): ReactElement {
  const ready = (text: string): boolean => text.trim() !== "" && Number.isFinite(Number(text)) && Number(text) >= least && Number(text) <= most && Number(text) !== value;
  const { draft, setDraft, leave } = useDraft(String(value), ready, (text) => onChange(Number(text)));
  return (
    <label className="field field-amount">
      <span className="field-label">{label}</span>
      <input type="number" step="any" min={least} max={most} value={draft} onChange={(event) => setDraft(event.target.value)} onBlur={leave} />
    </label>
  );
}

export function WrittenField({ label, hint, value, onChange }: { label: string; hint: string; value: string; onChange: (value: string) => void }): ReactElement {
  const { draft, setDraft, leave } = useDraft(value, () => true, (text) => onChange(text.trim()));
  return (
    <label className="field field-written">
      <span className="field-label">{label}</span>
      <input type="text" spellCheck={false} autoComplete="off" placeholder={hint} value={draft} onChange={(event) => setDraft(event.target.value)} onBlur={leave} />
    </label>
  );
}
