import { useEffect, useState, type ReactElement } from "react";
import type { PeopleReport } from "../api/model";
import { Problem } from "../api/problem";
import { useAnswer, workspacePath } from "../api/queries";
import { useReading } from "../lens/Reading";
import { Answer } from "../parts/Answer";
import { CsvButton } from "../parts/CsvButton";
import { PageHeading } from "../parts/PageHeading";
import { Skeleton } from "../parts/Skeleton";
import { useFormats, useText } from "../text/Text";
import { CriteriaBox } from "./CriteriaBox";
import { Pager } from "../parts/Pager";
import { PeopleTable } from "../parts/PeopleTable";
import { QuickFilters } from "./QuickFilters";
import { usePeopleAddress, type PeopleQuestion } from "./usePeopleAddress";
import { useSettled } from "../parts/useSettled";

const pageLength = 50;
const typingMs = 300;

function SearchBox({ value, onChange }: { value: string; onChange: (search: string) => void }): ReactElement {
  const { people: text } = useText();
  const [draft, setDraft] = useState(value);
  const settled = useSettled(draft, typingMs);
  useEffect(() => setDraft(value), [value]);
  useEffect(() => {
    if (settled !== value) onChange(settled);
    // Only a text that has settled is news; an address changed from elsewhere is taken over above.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [settled]);
  return (
    <form role="search" className="search" onSubmit={(event) => (event.preventDefault(), onChange(draft))}>
      <label className="field">
        <span className="field-label">{text.search}</span>
        <input type="search" value={draft} placeholder={text.searchHint} onChange={(event) => setDraft(event.target.value)} />
      </label>
    </form>
  );
}

interface ResultProps {
  report: PeopleReport;
  question: PeopleQuestion;
  onChange: (change: Partial<PeopleQuestion>) => void;
}

function Result({ report, question, onChange }: ResultProps): ReactElement {
  const { people: text } = useText();
  const { workspace, parameters } = useReading();
  const { language } = useFormats();
  const narrowed = question.search !== "" || question.filter !== "" || parameters.audience !== undefined;
  const all = { ...parameters, search: question.search, filter: question.filter, order: question.order, lang: language };
  return (
    <>
      <div className="list-head">
        <p className="sentence" role="status">
          {narrowed ? text.sentence(report.matched) : text.sentenceAll(report.matched)} {report.unknown > 0 && <span className="meaning">{text.unknown(report.unknown)}</span>}
        </p>
        {report.matched > 0 && (
          <div className="list-tools">
            <label className="field-inline">
              <span>{text.order}</span>
              <select value={question.order} onChange={(event) => onChange({ order: event.target.value as PeopleQuestion["order"] })}>
                {(["last_seen", "money", "purchases"] as const).map((order) => (
                  <option key={order} value={order}>
                    {text.orders[order]}
                  </option>
                ))}
              </select>
            </label>
            <CsvButton label={text.export} name={`${workspace.id}-people.csv`} path={workspacePath(workspace.id, "/people")} parameters={all} total={report.matched} />
          </div>
        )}
      </div>
      {report.people.length === 0 ? (
        <div className="nothing">
          <p className="nothing-title">{text.none}</p>
          <p>{text.noneText}</p>
          {(question.search !== "" || question.filter !== "") && (
            <button type="button" className="button" onClick={() => onChange({ search: "", filter: "" })}>
              {text.nonePositive}
            </button>
          )}
        </div>
      ) : (
        <>
          <PeopleTable people={report.people} />
          <Pager offset={question.offset} length={report.people.length} step={pageLength} total={report.matched} onChange={(offset) => onChange({ offset })} />
        </>
      )}
    </>
  );
}

/** Search and filter among everyone known. The question is in the address. */
export function PeoplePage(): ReactElement {
  const { people: text } = useText();
  const { workspace } = useReading();
  const [question, change] = usePeopleAddress(workspace.id);
  const query = useAnswer<PeopleReport>("/people", {
    search: question.search,
    filter: question.filter,
    order: question.order,
    offset: question.offset,
    limit: pageLength,
  });
  // The box says what is wrong with the criteria, and where; once is enough.
  const refused = question.filter !== "" && query.error instanceof Problem && query.error.status === 400;
  return (
    <>
      <PageHeading title={text.title} />
      <div className="finder">
        <SearchBox value={question.search} onChange={(search) => change({ search }, { replace: true })} />
        <QuickFilters filter={question.filter} onChange={(filter) => change({ filter })} />
        <CriteriaBox filter={question.filter} onApply={(filter) => change({ filter })} />
      </div>
      {refused ? (
        <p className="note">{text.mendCriteria}</p>
      ) : (
        <Answer query={query} waiting={<Skeleton lines={12} tall />}>
          {(report) => <Result report={report} question={question} onChange={change} />}
        </Answer>
      )}
    </>
  );
}
