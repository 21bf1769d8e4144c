import { useId, useState, type FormEvent, type ReactElement } from "react";
import { useQueryClient } from "@tanstack/react-query";
import { send } from "../api/client";
import type { Problem } from "../api/problem";
import { useSession, workspacePath } from "../api/queries";
import { addDays, dayIn } from "../lens/days";
import { useReading } from "../lens/Reading";
import { TextField } from "../parts/TextField";
import { useSending } from "../parts/useSending";
import { useText } from "../text/Text";
import { firstDay, nextVersion } from "./hypotheses";

function Told({ id, problem, done }: { id: string; problem: Problem | null; done: string }): ReactElement {
  const { shell } = useText();
  return (
    <>
      <p id={id} className="field-problem" role="alert">
        {problem === null ? "" : problem.detail || shell.failed.offline}
      </p>
      <p role="status" className="saved">
        {problem === null ? done : ""}
      </p>
    </>
  );
}

/** A further version of the hypothesis: from a day on every figure is read inside it. */
function AsVersion({ criteria }: { criteria: string }): ReactElement {
  const text = useText().audience.save;
  const { workspace } = useReading();
  const queries = useQueryClient();
  const [from, setFrom] = useState(() => firstDay(workspace.hypotheses, dayIn(new Date(), workspace.zone), (day) => addDays(day, 1)));
  const last = workspace.hypotheses.at(-1);
  const [product, setProduct] = useState(last?.product ?? "");
  const [message, setMessage] = useState(last?.message ?? "");
  const [done, setDone] = useState("");
  const { busy, problem, run } = useSending();
  const told = useId();
  const version = nextVersion(workspace.hypotheses);
  const save = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const saved = await run(() => send("POST", workspacePath(workspace.id, "/hypotheses"), { version, from, product: product.trim(), message: message.trim(), audience: criteria }));
    if (!saved) return;
    setDone(text.savedVersion(version, from));
    await queries.invalidateQueries();
  };
  return (
    <form className="save-audience" onSubmit={(event) => void save(event)} aria-label={text.asVersion}>
      <h4>{text.asVersion}</h4>
      <p className="meaning">{text.versionMeans}</p>
      <TextField label={text.product} value={product} onChange={setProduct} />
      <TextField label={text.message} value={message} onChange={setMessage} />
      <label className="field">
        <span className="field-label">{text.from}</span>
        <input type="date" required value={from} aria-invalid={problem !== null} aria-describedby={told} onChange={(event) => setFrom(event.target.value)} />
      </label>
      <button type="submit" className="button button-strong" aria-disabled={busy}>
        {text.saveVersion(version)}
      </button>
      <Told id={told} problem={problem} done={done} />
    </form>
  );
}

function AsCohort({ criteria }: { criteria: string }): ReactElement {
  const text = useText().audience.save;
  const { workspace } = useReading();
  const queries = useQueryClient();
  const [name, setName] = useState("");
  const [done, setDone] = useState("");
  const { busy, problem, run } = useSending();
  const told = useId();
  const save = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const wanted = name.trim();
    if (wanted === "") return;
    if (!(await run(() => send("PUT", workspacePath(workspace.id, `/cohorts/${encodeURIComponent(wanted)}`), { criteria })))) return;
    setDone(text.savedCohort(wanted));
    await queries.invalidateQueries({ queryKey: ["names", workspace.id] });
  };
  return (
    <form className="save-audience" onSubmit={(event) => void save(event)} aria-label={text.asCohort}>
      <h4>{text.asCohort}</h4>
      <p className="meaning">{text.cohortMeans}</p>
      <TextField label={text.name} value={name} onChange={(value) => (setName(value), setDone(""))} invalid={problem !== null} describedBy={told} />
      <button type="submit" className="button" aria-disabled={busy || name.trim() === ""}>
        {text.saveCohort}
      </button>
      <Told id={told} problem={problem} done={done} />
    </form>
  );
}

/** What may be kept of an audience, by what the reader may do. */
export function SaveAudience({ criteria }: { criteria: string }): ReactElement {
  const text = useText().audience.save;
  const scopes = useSession().data?.scopes ?? [];
  const decides = scopes.includes("admin");
  const saves = decides || scopes.includes("save");
  return (
    <>
      <h3>{text.title}</h3>
      {saves ? (
        <div className="save-ways">
          {decides ? <AsVersion criteria={criteria} /> : <p className="note">{text.onlyOwner}</p>}
          <AsCohort criteria={criteria} />
        </div>
      ) : (
        <p className="note">{text.mayNot}</p>
      )}
    </>
  );
}
