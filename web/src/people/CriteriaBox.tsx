import { useEffect, useId, useState, type KeyboardEvent, type ReactElement } from "react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { send } from "../api/client";
import type { CriteriaCheck } from "../api/model";
import { Problem } from "../api/problem";
import { workspacePath } from "../api/queries";
import { markWord } from "../criteria/caret";
import { useReading } from "../lens/Reading";
import { useFormats, useText } from "../text/Text";
import { useSettled } from "../parts/useSettled";

const typingMs = 250;

function CriteriaError({ id, problem, draft }: { id: string; problem: Problem; draft: string }): ReactElement {
  const { people: text } = useText();
  const { line, column } = problem;
  const mark = line === undefined || column === undefined ? null : markWord(draft, line, column);
  return (
    <div className="criteria-error" id={id}>
      <p>
        {line !== undefined && column !== undefined && <strong>{text.errorAt(line, column)}. </strong>}
        {problem.detail}
      </p>
      {mark !== null && (
        <pre aria-hidden="true">
          {mark.line}
          {"\n"}
          <span className="caret">{mark.caret}</span>
        </pre>
      )}
    </div>
  );
}

export interface CriteriaBoxProps {
  filter: string;
  onApply: (filter: string) => void;
}

/** Criteria as text, checked and counted while they are typed, applied by Enter. */
export function CriteriaBox({ filter, onApply }: CriteriaBoxProps): ReactElement {
  const { people: text } = useText();
  const { language } = useFormats();
  const { workspace, lens, parameters } = useReading();
  const [draft, setDraft] = useState(filter);
  useEffect(() => setDraft(filter), [filter]);
  const settled = useSettled(draft.trim(), typingMs);
  const hint = useId();
  const verdict = useId();

  const check = useQuery({
    queryKey: ["check", workspace.id, settled, parameters.as_of, language],
    enabled: settled !== "",
    retry: false,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      send<CriteriaCheck>("POST", workspacePath(workspace.id, "/criteria/check"), { text: settled }, { as_of: parameters.as_of, lang: language }, signal),
  });
  const problem = settled !== "" && check.error instanceof Problem ? check.error : null;
  const counted = settled !== "" && problem === null && check.data !== undefined ? check.data : null;

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
      <div aria-live="polite" className="criteria-verdict" id={verdict} aria-busy={check.isFetching}>
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
