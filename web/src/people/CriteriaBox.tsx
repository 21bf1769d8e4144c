import { useEffect, useId, useState, type KeyboardEvent, type ReactElement } from "react";
import { useCriteriaCheck } from "../criteria/check";
import { CriteriaError } from "../criteria/CriteriaError";
import { useReading } from "../lens/Reading";
import { useText } from "../text/Text";
import { useSettled } from "../parts/useSettled";

const typingMs = 250;

export interface CriteriaBoxProps {
  filter: string;
  onApply: (filter: string) => void;
}

/** Criteria as text, checked and counted while they are typed, applied by Enter. */
export function CriteriaBox({ filter, onApply }: CriteriaBoxProps): ReactElement {
  const { people: text } = useText();
  const { lens } = useReading();
  const [draft, setDraft] = useState(filter);
  useEffect(() => setDraft(filter), [filter]);
  const settled = useSettled(draft.trim(), typingMs);
  const hint = useId();
  const verdict = useId();

  const { counted, problem, checking } = useCriteriaCheck(settled);

  const apply = (): void => onApply(draft.trim());
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    if (problem === null) apply();
  };
  return (
    <div className="criteria">
      <label className="field">
        <span className="field-label">{text.criteria}</span>
        <textarea
          rows={Math.min(6, Math.max(2, draft.split("\n").length, Math.ceil(draft.length / 90)))}
          spellCheck={false}
          autoCapitalize="off"
          autoCorrect="off"
          value={draft}
          placeholder={text.criteriaPlaceholder}
          aria-invalid={problem !== null}
          aria-describedby={`${hint} ${verdict}`}
          onChange={(event) => setDraft(event.target.value)}
          onKeyDown={onKeyDown}
        />
      </label>
      <p className="meaning" id={hint}>
        {text.criteriaHint}
      </p>
      <div aria-live="polite" className="criteria-verdict" id={verdict} aria-busy={checking}>
        {problem !== null && <CriteriaError id={`${verdict}-error`} problem={problem} draft={settled} />}
        {counted !== null && (
          <div className="criteria-count">
            {settled !== filter && (
              <p>
                <strong>{text.counts(counted.inside, counted.unknown)}</strong>
                {lens.audience !== "all" && `, ${text.everyAudience}`}
              </p>
            )}
            <p className="meaning">{text.inWords(counted.words)}</p>
            {counted.warnings.map((warning) => (
              <p key={warning} className="note">
                {warning}
              </p>
            ))}
          </div>
        )}
        {settled !== "" && problem === null && counted === null && <p className="meaning">{text.checking}</p>}
      </div>
      {(draft !== "" || filter !== "") && (
        <div className="criteria-buttons">
          {draft.trim() !== filter && (
            <button type="button" className="button button-strong" onClick={apply} aria-disabled={problem !== null}>
              {text.apply}
            </button>
          )}
          <button type="button" className="button button-quiet" onClick={() => (setDraft(""), onApply(""))}>
            {text.clear}
          </button>
        </div>
      )}
    </div>
  );
}
