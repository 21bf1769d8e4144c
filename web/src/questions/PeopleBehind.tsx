import { useState, type ReactElement } from "react";
import { Link, useLocation } from "wouter";
import { apiAddress } from "../api/client";
import { readProblem } from "../api/problem";
import { workspacePath } from "../api/queries";
import { useReading } from "../lens/Reading";
import { saveFile } from "../parts/exportPeople";
import { PageHeading } from "../parts/PageHeading";
import { Pager } from "../parts/Pager";
import { PeopleTable } from "../parts/PeopleTable";
import { Skeleton } from "../parts/Skeleton";
import { useFormats, useText } from "../text/Text";
import { cellAddress, questionAddress, type Asked, type Body } from "./address";
import { AskFailure } from "./AskFailure";
import { askable } from "./body";
import { whoOf } from "./draw/who";
import { usePeopleBehind } from "./queries";

const pageLength = 50;

function ExportPeople({ asked, cell }: { asked: Asked; cell: Body }): ReactElement {
  const { people: text, shell } = useText();
  const { workspace, parameters } = useReading();
  const { language } = useFormats();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  const save = async (): Promise<void> => {
    if (busy) return;
    setBusy(true);
    setProblem("");
    try {
      const address = apiAddress(workspacePath(workspace.id, `/${asked.kind}/people`), { ...parameters, filter: asked.filter, lang: language, limit: "all", format: "csv" });
      const response = await fetch(address, { method: "POST", headers: { "Content-Type": "application/json", "X-Habitue": "1" }, body: JSON.stringify({ ask: askable(asked.kind, asked.body), cell }) });
      if (!response.ok) throw await readProblem(response);
      saveFile(`${workspace.id}-people.csv`, await response.text());
    } catch (error) {
      setProblem(error instanceof Error && error.message !== "" ? error.message : shell.failed.offline);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <button type="button" className="button" aria-disabled={busy} onClick={() => void save()}>
        {text.export}
      </button>
      {problem !== "" && (
        <span className="field-problem" role="alert">
          {problem}
        </span>
      )}
    </>
  );
}

/** The people behind one number of an answer, as many as the number says. */
export function PeopleBehind({ asked, cell, offset }: { asked: Asked; cell: Body; offset: number }): ReactElement {
  const { questions: text } = useText();
  const texts = useText();
  const formats = useFormats();
  const { workspace, lens } = useReading();
  const [, navigate] = useLocation();
  const query = usePeopleBehind(asked, cell, offset, pageLength);
  const who = whoOf(asked, cell, { text: texts, formats, zone: workspace.zone, side: lens.audience });
  return (
    <>
      <p className="back">
        <Link href={questionAddress(workspace.id, lens, asked)}>{text.backToAnswer}</Link>
      </p>
      <PageHeading title={text.behind}>
        <p className="facts">{asked.name === "" ? text.kinds[asked.kind].question : asked.name}</p>
      </PageHeading>
      {query.data === undefined ? (
        query.isError ? (
          <AskFailure error={query.error} onRetry={() => void query.refetch()} />
        ) : (
          <Skeleton lines={12} tall />
        )
      ) : (
        <div className="answer" aria-busy={query.isPlaceholderData}>
          <div className="list-head">
            <p className="sentence" role="status">
              {text.behindSentence(query.data.matched, who)}
            </p>
            {query.data.matched > 0 && (
              <div className="list-tools">
                <ExportPeople asked={asked} cell={cell} />
              </div>
            )}
          </div>
          <PeopleTable people={query.data.people} />
          <Pager offset={offset} length={query.data.people.length} step={pageLength} total={query.data.matched} onChange={(to) => navigate(cellAddress(workspace.id, lens, asked, cell, to))} />
        </div>
      )}
    </>
  );
}
