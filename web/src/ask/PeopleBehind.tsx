import type { ReactElement, ReactNode } from "react";
import { workspacePath } from "../api/queries";
import { useReading } from "../lens/Reading";
import { CsvButton } from "../parts/CsvButton";
import { PageHeading } from "../parts/PageHeading";
import { Pager } from "../parts/Pager";
import { PeopleTable } from "../parts/PeopleTable";
import { Skeleton } from "../parts/Skeleton";
import { useFormats, useText } from "../text/Text";
import { AskFailure } from "./AskFailure";
import { usePeopleBehind, type Behind } from "./asking";
import "../style/people.css";

const pageLength = 50;

export interface PeopleBehindProps {
  behind: Behind;
  /** What they have in common, in words; empty when the number says nothing of itself. */
  who: string;
  /** The answer that they are part of. */
  title: string;
  /** The way back to it. */
  back: ReactNode;
  offset: number;
  onOffset: (offset: number) => void;
}

/** The people behind one number of an answer, as many as the number says. */
export function PeopleBehind({ behind, who, title, back, offset, onOffset }: PeopleBehindProps): ReactElement {
  const { ask: text, people } = useText();
  const { language } = useFormats();
  const { workspace, parameters } = useReading();
  const query = usePeopleBehind(behind, offset, pageLength);
  const { question, body, filter, cell } = behind;
  return (
    <>
      <p className="back">{back}</p>
      <PageHeading title={text.behind}>
        <p className="facts">{title}</p>
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
                <CsvButton
                  label={people.export}
                  name={`${workspace.id}-people.csv`}
                  path={workspacePath(workspace.id, `/${question}/people`)}
                  parameters={{ ...parameters, filter, lang: language }}
                  body={{ ask: body, cell }}
                  total={query.data.matched}
                />
              </div>
            )}
          </div>
          <PeopleTable people={query.data.people} />
          <Pager offset={offset} length={query.data.people.length} step={pageLength} total={query.data.matched} onChange={onOffset} />
        </div>
      )}
    </>
  );
}
