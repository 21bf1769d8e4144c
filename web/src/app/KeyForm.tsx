import { useState, type FormEvent, type ReactElement } from "react";
import { useQueryClient } from "@tanstack/react-query";
import { send } from "../api/client";
import { Problem } from "../api/problem";
import { Command } from "../parts/Command";
import { PageHeading } from "../parts/PageHeading";
import { useText } from "../text/Text";

/** Asks for an access key; the server keeps it in a cookie that no script can read. */
export function KeyForm(): ReactElement {
  const { key: text, failed } = useText().shell;
  const queries = useQueryClient();
  const [key, setKey] = useState("");
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);

  const enter = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (busy || key.trim() === "") return;
    setBusy(true);
    try {
      await send("POST", "/session", { key: key.trim() });
      await queries.resetQueries();
    } catch (error) {
      setProblem(error instanceof Problem ? error : new Problem(0, {}));
    } finally {
      setBusy(false);
    }
  };

  const why = problem === null ? "" : problem.status === 401 || problem.status === 403 ? text.wrong : problem.detail || failed.offline;
  return (
    <div className="gate">
      <PageHeading title={text.title} />
      <p>{text.text}</p>
      <Command>habitue key create --scope read --scope admin</Command>
      <form onSubmit={(event) => void enter(event)}>
        <label className="field">
          <span className="field-label">{text.label}</span>
          <input
            type="password"
            autoComplete="current-password"
            value={key}
            onChange={(event) => setKey(event.target.value)}
            aria-invalid={problem !== null}
            aria-describedby="key-problem"
          />
        </label>
        <p id="key-problem" className="field-problem" role="alert">
          {why}
        </p>
        <button type="submit" className="button button-strong" aria-disabled={busy}>
          {text.submit}
        </button>
      </form>
    </div>
  );
}
