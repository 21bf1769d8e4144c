import type { HTMLInputAutoCompleteAttribute, ReactElement } from "react";

export interface TextFieldProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  type?: "text" | "password" | "email";
  autoComplete?: HTMLInputAutoCompleteAttribute;
  hint?: string;
  invalid?: boolean;
  /** Id of the words that say what is wrong. */
  describedBy?: string;
}

/** A field with its name above and, where it needs one, a hint below. */
export function TextField({ label, value, onChange, type = "text", autoComplete = "off", hint, invalid = false, describedBy }: TextFieldProps): ReactElement {
  return (
    <label className="field">
      <span className="field-label">{label}</span>
      <input
        type={type}
        autoComplete={autoComplete}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        aria-invalid={invalid}
        aria-describedby={describedBy}
      />
      {hint !== undefined && <span className="meaning">{hint}</span>}
    </label>
  );
}
