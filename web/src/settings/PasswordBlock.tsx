import { useId, useState, type FormEvent, type ReactElement } from "react";
import { send } from "../api/client";
import { Block } from "../parts/Block";
import { TextField } from "../parts/TextField";
import { useSending } from "../parts/useSending";
import { useText } from "../text/Text";

export function PasswordBlock(): ReactElement {
  const { settings, shell } = useText();
  const text = settings.password;
  const [before, setBefore] = useState("");
  const [after, setAfter] = useState("");
  const [done, setDone] = useState(false);
  const { busy, problem, run } = useSending();
  const told = useId();
  const change = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (before === "" || after === "") return;
    const changed = await run(() => send("POST", "/session/password", { password: before, new_password: after }));
    setDone(changed);
    if (!changed) return;
    setBefore("");
    setAfter("");
  };
  const short = problem !== null && after.length < 10;
  const why = problem === null ? "" : short ? shell.join.short : problem.status === 400 ? text.wrong : problem.detail || shell.failed.offline;
  return (
    <Block id="password" title={text.title}>
      <form className="stack narrow" onSubmit={(event) => void change(event)}>
        <TextField label={text.before} type="password" autoComplete="current-password" value={before} onChange={setBefore} invalid={why !== "" && !short} describedBy={told} />
        <TextField label={text.after} type="password" autoComplete="new-password" value={after} onChange={setAfter} hint={shell.join.passwordHint} invalid={short} describedBy={told} />
        <p id={told} className={why === "" ? "meaning" : "field-problem"} role="status">
          {why === "" && done ? text.done : why}
        </p>
        <button type="submit" className="button" aria-disabled={busy}>
          {text.submit}
        </button>
      </form>
    </Block>
  );
}
