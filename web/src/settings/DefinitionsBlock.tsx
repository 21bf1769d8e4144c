import { useId, useState, type ReactElement } from "react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { get, send } from "../api/client";
import type { Config } from "../api/model";
import { useSession, workspacePath } from "../api/queries";
import { useReading } from "../lens/Reading";
import { Block, Sentence } from "../parts/Block";
import { Failure } from "../parts/Failure";
import { Skeleton } from "../parts/Skeleton";
import { useSending } from "../parts/useSending";
import { useText } from "../text/Text";
import { Effect } from "./Effect";
import { definitionGroups, type Definition } from "./definitionFields";
import { literalFrom, literalOf, shownOf, withLiteral } from "./toml";
import { TomlProblem } from "./TomlProblem";

interface FieldProps {
  definition: Definition;
  value: string;
  readOnly: boolean;
  onChange: (literal: string) => void;
}

/** One definition. A number that is half typed is not passed on. */
function DefinitionField({ definition, value, readOnly, onChange }: FieldProps): ReactElement {
  const text = useText().settings.definitions;
  const [draft, setDraft] = useState<string | null>(null);
  const meaning = useId();
  const { key, kind, choices } = definition;
  const wrong = draft !== null && literalFrom(draft, kind) === null;
  const type = (typed: string): void => {
    setDraft(typed);
    const literal = literalFrom(typed, kind);
    if (literal !== null) onChange(literal);
  };
  return (
    <div className="field definition">
      <label>
        <span className="field-label">{text.fields[key]}</span>
        {choices === undefined ? (
          <input
            type="text"
            inputMode={kind === "number" ? "numeric" : "text"}
            spellCheck={false}
            autoComplete="off"
            readOnly={readOnly}
            value={draft ?? value}
            aria-invalid={wrong}
            aria-describedby={meaning}
            onChange={(event) => type(event.target.value)}
            onBlur={() => setDraft(null)}
          />
        ) : (
          <select value={value} disabled={readOnly} aria-describedby={meaning} onChange={(event) => type(event.target.value)}>
            {choices.map((choice) => (
              <option key={choice} value={choice}>
                {text.choices[choice] ?? choice}
              </option>
            ))}
          </select>
        )}
      </label>
      <span className="meaning" id={meaning}>
        {wrong ? text.noNumber : text.meanings[key]}
      </span>
    </div>
  );
}

interface EditorProps {
  config: Config;
  mayChange: boolean;
  onAnew: () => void;
}

function Editor({ config, mayChange, onAnew }: EditorProps): ReactElement {
  const { settings, shell } = useText();
  const text = settings.definitions;
  const { workspace } = useReading();
  const queries = useQueryClient();
  const [draft, setDraft] = useState(config.toml);
  /** The text whose effect is shown: nothing is saved that was not looked at. */
  const [looked, setLooked] = useState<string | null>(null);
  const [seen, setSeen] = useState<string | null>(null);
  const { busy, problem, run } = useSending();
  const told = useId();
  const changed = draft !== config.toml;
  const ready = changed && seen === draft && !busy;
  const stale = problem?.status === 412;
  const save = async (): Promise<void> => {
    if (!ready) return;
    const saved = await run(() => send<Config>("PUT", workspacePath(workspace.id, "/config"), { toml: draft, config_version: config.config_version }));
    if (saved) await queries.invalidateQueries();
  };
  return (
    <>
      <Sentence>{mayChange ? text.sentence : text.readOnly}</Sentence>
      {definitionGroups.map((group) => (
        <fieldset key={group.name} className="definitions">
          <legend>{text.groups[group.name]}</legend>
          {group.definitions
            .filter(({ only }) => only === undefined || only === workspace.model)
            .map((definition) => (
              <DefinitionField
                key={definition.key}
                definition={definition}
                readOnly={!mayChange}
                value={shownOf(literalOf(draft, definition.section, definition.key) ?? literalOf(config.effective, definition.section, definition.key))}
                onChange={(literal) => setDraft(withLiteral(draft, definition.section, definition.key, literal))}
              />
            ))}
        </fieldset>
      ))}
      <details className="behind">
        <summary>{text.whole}</summary>
        <p className="meaning">{text.wholeMeans}</p>
        <label className="field">
          <span className="field-label">{text.file}</span>
          <textarea className="whole-text" rows={24} spellCheck={false} autoCapitalize="off" autoCorrect="off" wrap="off" readOnly={!mayChange} value={draft} aria-describedby={told} onChange={(event) => setDraft(event.target.value)} />
        </label>
      </details>
      {mayChange && (
        <>
          <div className="dialog-actions definition-actions">
            <button type="button" className="button" aria-disabled={!changed} onClick={() => changed && setLooked(draft)}>
              {text.preview}
            </button>
            <button type="button" className="button button-strong" aria-disabled={!ready} onClick={() => void save()}>
              {text.save}
            </button>
            {changed && (
              <button type="button" className="button button-quiet" onClick={() => (setDraft(config.toml), setLooked(null))}>
                {text.discard}
              </button>
            )}
          </div>
          <p className="meaning" role="status">
            {!changed ? text.unchanged : seen === draft ? text.seen : text.notSeen}
          </p>
          <div id={told} role="alert">
            {problem !== null && !stale && (problem.status === 400 ? <TomlProblem problem={problem} /> : <p className="field-problem">{problem.detail || shell.failed.offline}</p>)}
            {stale && (
              <div className="note">
                <p>{text.stale}</p>
                <button type="button" className="button" onClick={onAnew}>
                  {text.readAnew}
                </button>
              </div>
            )}
          </div>
          {looked !== null && <Effect key={looked} toml={looked} outdated={looked !== draft} onSeen={() => setSeen(looked)} />}
        </>
      )}
    </>
  );
}

/** The business's definitions: read by everybody, changed by an owner, and never saved before their effect was looked at. */
export function DefinitionsBlock(): ReactElement {
  const text = useText().settings.definitions;
  const { workspace } = useReading();
  const mayChange = useSession().data?.scopes.includes("admin") ?? false;
  const config = useQuery({
    queryKey: ["config", workspace.id],
    staleTime: Infinity,
    queryFn: ({ signal }) => get<Config>(workspacePath(workspace.id, "/config"), {}, signal),
  });
  return (
    <Block id="definitions" title={text.title}>
      {config.data === undefined ? (
        config.isError ? (
          <Failure error={config.error} onRetry={() => void config.refetch()} />
        ) : (
          <Skeleton lines={6} tall />
        )
      ) : (
        <Editor key={config.data.config_version} config={config.data} mayChange={mayChange} onAnew={() => void config.refetch()} />
      )}
    </Block>
  );
}
