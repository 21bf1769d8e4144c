import { useId, useState, type FormEvent, type ReactElement } from "react";
import { useQueryClient } from "@tanstack/react-query";
import { useLocation } from "wouter";
import { send } from "../api/client";
import { PageHeading } from "../parts/PageHeading";
import { TextField } from "../parts/TextField";
import { useSending } from "../parts/useSending";
import { useText } from "../text/Text";

/** Where somebody invited chooses a password. A code behind `#` in the address is filled in: that part is never sent to a server. */
export function Join(): ReactElement {
  const { join: text, failed } = useText().shell;
  const queries = useQueryClient();
  const [, navigate] = useLocation();
  const [code, setCode] = useState(() => location.hash.slice(1));
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const { busy, problem, run } = useSending();
  const told = useId();
  const enter = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (code.trim() === "" || password === "") return;
    if (await run(() => send("POST", "/session/join", { code: code.trim(), name, password }))) {
      await queries.resetQueries();
      navigate("/", { replace: true });
    }
  };
  const short = problem !== null && password.length < 10;
  const why = problem === null ? "" : short ? text.short : problem.status === 400 ? text.wrong : problem.detail || failed.offline;
  return (
    <div className="gate">
      <PageHeading title={text.title} />
      <p>{text.text}</p>
      <form className="stack" onSubmit={(event) => void enter(event)}>
        <TextField label={text.code} value={code} onChange={setCode} invalid={why !== "" && !short} describedBy={told} />
        <TextField label={text.name} autoComplete="name" value={name} onChange={setName} />
        <TextField label={text.password} type="password" autoComplete="new-password" value={password} onChange={setPassword} hint={text.passwordHint} invalid={short} describedBy={told} />
        <p id={told} className="field-problem" role="alert">
          {why}
        </p>
        <button type="submit" className="button button-strong" aria-disabled={busy}>
          {text.submit}
        </button>
      </form>
    </div>
  );
}
