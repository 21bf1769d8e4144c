import { useEffect, useRef, useState, type ReactElement } from "react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { get, send, sendFile } from "../api/client";
import type { ImportJob, Upload, UploadList } from "../api/model";
import { workspacePath } from "../api/queries";
import { screenAddress } from "../lens/address";
import { useReading } from "../lens/Reading";
import { Block, Sentence } from "../parts/Block";
import { Failure } from "../parts/Failure";
import { useSending } from "../parts/useSending";
import { useText } from "../text/Text";
import type { Mapping } from "./mapping";
import { MappingForm } from "./MappingForm";
import { PreviewView } from "./PreviewView";
import { useForgetFigures } from "./queries";

const mebibyte = 1024 * 1024;

interface Chosen { upload: Upload; mapping: Mapping; again: boolean }

/** A place to drop a file, which is also a button that opens the system's own chooser. */
function DropZone({ onFile, name, onGiveUp }: { onFile: (file: File) => void; name: string; onGiveUp: () => void }): ReactElement {
  const { data } = useText();
  const text = data.file;
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const take = (files: FileList | null): void => {
    const file = files?.[0];
    if (file !== undefined) onFile(file);
    if (input.current) input.current.value = "";
  };
  const { workspace } = useReading();
  const limit = useQuery({ queryKey: ["uploads", workspace.id], queryFn: ({ signal }) => get<UploadList>(workspacePath(workspace.id, "/uploads"), {}, signal) });
  if (name !== "") {
    return (
      <div className="drop" role="status">
        <p>{text.sending(name)}</p>
        <progress aria-label={text.sending(name)} />
        <button type="button" className="button" onClick={onGiveUp}>
          {text.cancel}
        </button>
      </div>
    );
  }
  return (
    // eslint-disable-next-line jsx-a11y/no-static-element-interactions -- the button inside does the same by keyboard
    <div
      className="drop"
      data-over={over}
      onDragOver={(event) => (event.preventDefault(), setOver(true))}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => (event.preventDefault(), setOver(false), take(event.dataTransfer.files))}
    >
      <p className="drop-title" aria-hidden="true">
        {text.drop}
      </p>
      <button type="button" className="button button-strong" onClick={() => input.current?.click()}>
        {text.choose}
      </button>
      <input ref={input} type="file" hidden onChange={(event) => take(event.target.files)} />
      <p className="meaning">
        {text.kinds} {limit.data !== undefined && text.limit(Math.floor(limit.data.bytes_max / mebibyte))}
      </p>
    </div>
  );
}

/** The import on its way, then what it came to. */
function Running({ job, name, onAnother }: { job: number; name: string; onAnother: () => void }): ReactElement {
  const { data } = useText();
  const text = data.running;
  const { workspace, lens } = useReading();
  const forget = useForgetFigures();
  const state = useQuery({
    queryKey: ["import-job", workspace.id, job],
    staleTime: 0,
    retry: false,
    queryFn: ({ signal }) => get<ImportJob>(workspacePath(workspace.id, `/imports/jobs/${job}`), {}, signal),
    refetchInterval: (query) => (query.state.data?.state === "finished" || query.state.error !== null ? false : 500),
  });
  const finished = state.data?.state === "finished";
  const forgotten = useRef(false);
  useEffect(() => {
    if (!finished || forgotten.current) return;
    forgotten.current = true;
    void forget();
  }, [finished, forget]);
  const another = (
    <button type="button" className="button" onClick={onAnother}>
      {text.another}
    </button>
  );
  if (state.isError) {
    return (
      <>
        <p className="note">{text.failed}</p>
        <Failure error={state.error} />
        {another}
      </>
    );
  }
  if (!finished) {
    const share = (state.data?.total ?? 0) === 0 ? 0 : (state.data?.done ?? 0) / (state.data?.total ?? 1);
    return (
      <div className="import-running">
        <p role="status">{text.title(name)}</p>
        <progress value={share} max={1} aria-label={text.progress(share)} />
        <p className="meaning">{text.progress(share)}</p>
      </div>
    );
  }
  return (
    <div className="import-done">
      <p role="status" className="sentence">
        {state.data?.already_imported === true ? text.nothing(name) : text.done(name, state.data?.events_added ?? 0)}
      </p>
      <p className="import-then">
        <Link className="button button-strong" href={screenAddress(workspace.id, "today", lens)}>
          {text.today}
        </Link>
        <Link className="button" href={screenAddress(workspace.id, "client", lens)}>
          {text.client}
        </Link>
        {another}
      </p>
    </div>
  );
}

/** A file from its dropping to its import: what is in it, what it would do, and only then doing it. */
export function FileBlock(): ReactElement {
  const { data } = useText();
  const { workspace } = useReading();
  const { busy, problem, run } = useSending();
  const stop = useRef<AbortController | null>(null);
  const [sending, setSending] = useState("");
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const [job, setJob] = useState<number | null>(null);
  const path = workspacePath(workspace.id, "/uploads");
  const heading = useRef<HTMLHeadingElement>(null);
  const id = chosen?.upload.id;
  // Whoever reads by ear is led to what has just been found.
  useEffect(() => heading.current?.focus(), [id]);

  const take = (file: File): void => {
    const aborter = new AbortController();
    stop.current = aborter;
    setSending(file.name);
    void run(async () => {
      try {
        const upload = await sendFile<Upload>(path, file, { name: file.name }, aborter.signal);
        setChosen({ upload, mapping: upload.inspection.mapping as unknown as Mapping, again: false });
      } catch (error) {
        if (!aborter.signal.aborted) throw error;
      }
    }).finally(() => setSending(""));
  };
  const giveUp = (): void => {
    if (chosen !== null) void send("DELETE", `${path}/${chosen.upload.id}`).catch(() => undefined);
    setChosen(null);
  };
  const start = async (): Promise<void> => {
    if (chosen === null) return;
    await run(async () => {
      setJob((await send<{ job: number }>("POST", `${path}/${chosen.upload.id}/import`, { mapping: chosen.mapping, again: chosen.again })).job);
    });
  };

  const title = chosen === null ? data.file.title : job === null ? data.mapping.title(chosen.upload.name) : data.running.title(chosen.upload.name);
  return (
    <Block id="file" title={title} className="file-block">
      {chosen === null && (
        <>
          <Sentence>{data.file.sentence}</Sentence>
          <DropZone onFile={take} name={sending} onGiveUp={() => stop.current?.abort()} />
        </>
      )}
      {problem !== null && (
        <div className="file-problem">
          <p className="field-problem">{data.file.failed}</p>
          <Failure error={problem} />
        </div>
      )}
      {chosen !== null && job === null && (
        <>
          <MappingForm inspection={chosen.upload.inspection} mapping={chosen.mapping} onChange={(mapping) => setChosen({ ...chosen, mapping })} />
          <h3 ref={heading} tabIndex={-1}>
            {data.preview.title}
          </h3>
          <PreviewView upload={chosen.upload} mapping={chosen.mapping} again={chosen.again} onAgain={(again) => setChosen({ ...chosen, again })} busy={busy} onImport={() => void start()} onGiveUp={giveUp} />
        </>
      )}
      {chosen !== null && job !== null && (
        <Running
          job={job}
          name={chosen.upload.name}
          onAnother={() => {
            setJob(null);
            setChosen(null);
          }}
        />
      )}
    </Block>
  );
}
