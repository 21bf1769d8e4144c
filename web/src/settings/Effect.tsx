import { useEffect, useState, type ReactElement } from "react";
import type { PreviewMatrix, PreviewReport } from "../api/model";
import { Problem } from "../api/problem";
import { AskFailure } from "../ask/AskFailure";
import { useAsk, usePeopleBehind } from "../ask/asking";
import type { Body } from "../ask/drawing";
import { Progress } from "../ask/Progress";
import { Sentence } from "../parts/Block";
import { Pager } from "../parts/Pager";
import { PeopleTable } from "../parts/PeopleTable";
import { ScrollTable } from "../parts/ScrollTable";
import { Skeleton } from "../parts/Skeleton";
import { useFormats, useText } from "../text/Text";
import { TomlProblem } from "./TomlProblem";
import "../style/people.css";

const pageLength = 20;

interface Chosen {
  cell: Body;
  title: string;
}

/** The people behind a number, here: the definitions are not saved yet, so no address could name them. */
function Behind({ toml, chosen }: { toml: string; chosen: Chosen }): ReactElement {
  const { ask, settings } = useText();
  const [offset, setOffset] = useState(0);
  const query = usePeopleBehind({ question: "config/preview", body: { toml }, filter: "", cell: chosen.cell }, offset, pageLength);
  return (
    <div className="effect-people">
      <h4>{settings.definitions.who(chosen.title)}</h4>
      {query.data === undefined ? (
        query.isError ? (
          <AskFailure error={query.error} onRetry={() => void query.refetch()} />
        ) : (
          <Skeleton lines={6} />
        )
      ) : (
        <div className="answer" aria-busy={query.isPlaceholderData}>
          <p role="status">{ask.behindSentence(query.data.matched, chosen.title)}</p>
          <PeopleTable people={query.data.people} />
          <Pager offset={offset} length={query.data.people.length} step={pageLength} total={query.data.matched} onChange={setOffset} />
        </div>
      )}
    </div>
  );
}

function Matrix({ matrix, several, onChoose }: { matrix: PreviewMatrix; several: boolean; onChoose: (chosen: Chosen) => void }): ReactElement | null {
  const { settings, words } = useText();
  const text = settings.definitions;
  const formats = useFormats();
  const { what, business_side: side } = matrix;
  const said = (word: string): string => {
    if (what === "stage") return words.stages[word] ?? word;
    if (what === "audience") return words.verdicts[word as keyof typeof words.verdicts] ?? word;
    return word === "absent" ? text.absent : (words.roles[word as keyof typeof words.roles] ?? word);
  };
  const moves = matrix.moves.filter(({ from, to }) => from !== to).sort((one, other) => other.people - one.people);
  const stay = matrix.moves.reduce((sum, { from, to, people }) => sum + (from === to ? people : 0), 0);
  const title = several && what === "role" ? text.roleOn(side) : text.what[what];
  if (moves.length === 0) return <p className="meaning">{text.nobodyIn(title)}</p>;
  return (
    <ScrollTable caption={text.table(title, matrix.changed)} className="figures">
      <thead>
        <tr>
          <th scope="col">{text.now}</th>
          <th scope="col">{text.then}</th>
          <th scope="col" className="number">
            {text.people}
          </th>
        </tr>
      </thead>
      <tbody>
        {moves.map(({ from, to, people }) => (
          <tr key={`${from} ${to}`}>
            <th scope="row">{said(from)}</th>
            <td>{said(to)}</td>
            <td className="number">
              <button type="button" className="link-button" aria-label={text.open(people, said(from), said(to))} onClick={() => onChoose({ cell: { what, business_side: side, from, to }, title: text.move(said(from), said(to)) })}>
                {formats.number(people)}
              </button>
            </td>
          </tr>
        ))}
        <tr>
          <th scope="row">{text.stay}</th>
          <td />
          <td className="number">{formats.number(stay)}</td>
        </tr>
      </tbody>
    </ScrollTable>
  );
}

/** What a text would change, before it is saved: in a sentence, in figures, and who they are. */
export function Effect({ toml, outdated, onSeen }: { toml: string; outdated: boolean; onSeen: () => void }): ReactElement {
  const { settings } = useText();
  const text = settings.definitions;
  const { language } = useFormats();
  const { query, running } = useAsk<PreviewReport>("config/preview", { toml });
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const there = query.data !== undefined && !query.isPlaceholderData && !query.isError;
  useEffect(() => {
    if (there) onSeen();
  }, [there]); // eslint-disable-line react-hooks/exhaustive-deps
  const report = query.data;
  return (
    <div className="effect">
      <h3>{text.effect}</h3>
      {query.isError && !query.isFetching ? (
        query.error instanceof Problem && query.error.status === 400 ? (
          <TomlProblem problem={query.error} />
        ) : (
          <AskFailure error={query.error} onRetry={() => void query.refetch()} />
        )
      ) : report === undefined ? (
        <Progress running={running} />
      ) : (
        <div className="answer" aria-busy={outdated}>
          {outdated && <p className="note">{text.outdated}</p>}
          <Sentence>{language === "fr" ? report.sentence_fr : report.sentence_en}</Sentence>
          {report.warnings.map((warning) => (
            <p key={warning.sentence_en} className="note">
              {language === "fr" ? warning.sentence_fr : warning.sentence_en}
            </p>
          ))}
          {report.changed > 0 &&
            report.matrices.map((matrix) => (
              <Matrix key={`${matrix.what} ${matrix.business_side}`} matrix={matrix} several={report.matrices.length > 3} onChoose={setChosen} />
            ))}
          {chosen !== null && <Behind key={chosen.title} toml={toml} chosen={chosen} />}
        </div>
      )}
    </div>
  );
}
