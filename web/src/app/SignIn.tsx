import { useId, useState, type FormEvent, type ReactElement } from "react";
import { useQueryClient } from "@tanstack/react-query";
import { Link, useSearch } from "wouter";
import { send } from "../api/client";
import { Command } from "../parts/Command";
import { PageHeading } from "../parts/PageHeading";
import { TextField } from "../parts/TextField";
import { useSending } from "../parts/useSending";
import { useText } from "../text/Text";

function ByPassword(): ReactElement {
  const { signIn: text, failed } = useText().shell;
  const queries = useQueryClient();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const { busy, problem, run } = useSending();
  const told = useId();
  const enter = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (email.trim() === "" || password === "") return;
    if (await run(() => send("POST", "/session", { email, password }))) await queries.resetQueries();
  };
  const why = problem === null ? "" : problem.status === 401 ? text.wrong : problem.status === 429 ? text.wait : problem.detail || failed.offline;
  return (
    <form className="stack" onSubmit={(event) => void enter(event)}>
      <TextField label={text.email} type="email" autoComplete="username" value={email} onChange={setEmail} invalid={why !== ""} describedBy={told} />
      <TextField label={text.password} type="password" autoComplete="current-password" value={password} onChange={setPassword} invalid={why !== ""} describedBy={told} />
      <p id={told} className="field-problem" role="alert">
        {why}
      </p>
      <button type="submit" className="button button-strong" aria-disabled={busy}>
        {text.submit}
      </button>
      <p className="meaning">
        {text.invited} <Link href="/join">{text.join}</Link>
      </p>
    </form>
  );
}

function ByKey(): ReactElement {
  const { signIn: text, failed } = useText().shell;
  const queries = useQueryClient();
  const [key, setKey] = useState("");
  const { busy, problem, run } = useSending();
  const told = useId();
  const enter = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (key.trim() === "") return;
    if (await run(() => send("POST", "/session", { key: key.trim() }))) await queries.resetQueries();
  };
  const why = problem === null ? "" : problem.status === 401 || problem.status === 403 ? text.wrongKey : problem.detail || failed.offline;
  return (
    <form className="stack" onSubmit={(event) => void enter(event)}>
      <TextField label={text.key} type="password" autoComplete="off" value={key} onChange={setKey} invalid={why !== ""} describedBy={told} />
      <p id={told} className="field-problem" role="alert">
        {why}
      </p>
      <button type="submit" className="button button-strong" aria-disabled={busy}>
        {text.submit}
      </button>
    </form>
  );
}

/** By the company's own provider: a step out of the page and back to it. Why nobody came in stands in the address. */
function ByProvider({ name }: { name: string }): ReactElement {
  const { signIn: text } = useText().shell;
  const why = new URLSearchParams(useSearch()).get("sign_in");
  const told = why === "unknown" ? text.unknownAddress(name) : why === "provider" ? text.providerFailed(name) : why === "refused" ? text.providerRefused(name) : "";
  return (
    <div className="by-provider">
      <p className="field-problem" role="alert">
        {told}
      </p>
      <a className="button button-strong" href="/api/v1/session/provider">
        {text.byProvider(name)}
      </a>
      <p className="or">{text.or}</p>
    </div>
  );
}

/** Asks who is there. The server keeps a session in a cookie that no script can read. */
export function SignIn({ hasTeam, provider }: { hasTeam: boolean; provider: string | null }): ReactElement {
  const { signIn: text } = useText().shell;
  if (!hasTeam) {
    return (
      <div className="gate">
        <PageHeading title={text.title} />
        <p>{text.noTeam}</p>
        <Command>habitue team add you@example.com --role owner</Command>
        <p>
          {text.invited} <Link href="/join">{text.join}</Link>
        </p>
        <h2>{text.byKey}</h2>
        <ByKey />
      </div>
    );
  }
  return (
    <div className="gate">
      <PageHeading title={text.title} />
      {provider !== null && <ByProvider name={provider} />}
      <ByPassword />
      <details className="by-key">
        <summary>{text.byKey}</summary>
        <ByKey />
      </details>
    </div>
  );
}
