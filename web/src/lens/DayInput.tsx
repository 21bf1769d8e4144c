import { useEffect, useState, type ReactElement } from "react";
import { isDay } from "./days";

export interface DayInputProps {
  label: string;
  value: string;
  max?: string;
  onChange: (day: string) => void;
}

/** Long enough to type a year after a day and a month. */
const settleMs = 700;

/** A day to choose or type. What is half typed (the year 20) is not yet an answer: it is passed on once it rests. */
export function DayInput({ label, value, max, onChange }: DayInputProps): ReactElement {
  const [draft, setDraft] = useState(value);
  useEffect(() => setDraft(value), [value]);

  const ready = draft !== value && (draft === "" || (isDay(draft) && draft >= "1970-01-01"));
  useEffect(() => {
    if (!ready) return;
    const timer = setTimeout(() => onChange(draft), settleMs);
    return () => clearTimeout(timer);
  });

  return (
    <label className="field">
      <span className="field-label">{label}</span>
      <input type="date" value={draft} max={max} min="1970-01-01" onChange={(event) => setDraft(event.target.value)} onBlur={() => ready && onChange(draft)} />
    </label>
  );
}
