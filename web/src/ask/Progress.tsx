import { useEffect, useState, type ReactElement, type RefObject } from "react";
import { useReading } from "../lens/Reading";
import { Skeleton } from "../parts/Skeleton";
import { useFormats, useText } from "../text/Text";
import { stopQuestion, useProgress } from "./asking";

/** A question that is answered sooner needs no word about it. */
const patienceMs = 1_200;

/** While a question runs: grey lines, then how far it is, and a way to stop it. */
export function Progress({ running, above = false }: { running: RefObject<string>; above?: boolean }): ReactElement | null {
  const { ask: text, shell } = useText();
  const formats = useFormats();
  const { workspace } = useReading();
  const [id, setId] = useState("");
  const progress = useProgress(id);
  useEffect(() => {
    const timer = setTimeout(() => setId(running.current), patienceMs);
    return () => clearTimeout(timer);
  }, [running]);
  if (id === "") {
    return above ? null : (
      <div role="status">
        <span className="visually-hidden">{shell.loading}</span>
        <Skeleton lines={9} tall />
      </div>
    );
  }
  const share = progress !== null && progress.total > 0 ? progress.done / progress.total : null;
  return (
    <div className="progress">
      <div role="status">
        <p className="progress-title">{text.running}</p>
      </div>
      <progress max={1} {...(share === null ? {} : { value: share })} aria-label={text.running} />
      <p className="meaning">
        {share === null ? shell.loading : `${text.progress(formats.percent(share))}${progress !== null && progress.pass > 1 ? `, ${text.pass(progress.pass)}` : ""}`}
      </p>
      <button type="button" className="button" onClick={() => void stopQuestion(workspace.id, id)}>
        {text.cancel}
      </button>
    </div>
  );
}
