import type { ReactElement } from "react";
import { Link } from "wouter";
import type { TodayFinding, TodayReport } from "../api/model";
import { useAsk } from "../ask/asking";
import { Asked } from "../ask/Asked";
import { behindAddress } from "../ask/behind";
import { screenNamed } from "../app/screenNames";
import { screenAddress } from "../lens/address";
import { useReading } from "../lens/Reading";
import { PageHeading } from "../parts/PageHeading";
import { useFormats, useText } from "../text/Text";
import "../style/today.css";

/** Inside the audience, unless the lens says another part: who is outside would spoil the changes too. */
function useBody(): Record<string, unknown> {
  const { lens } = useReading();
  return lens.audience === "all" ? {} : { side: lens.audience };
}

function Line({ finding, currency }: { finding: TodayFinding; currency: string }): ReactElement {
  const texts = useText();
  const { today: text, shell } = texts;
  const formats = useFormats();
  const { workspace, lens } = useReading();
  const body = useBody();
  const french = formats.language === "fr";
  const screen = screenNamed(texts, finding.screen);
  const facts = [shell.lens.sides[finding.side]];
  if (finding.money_minor !== null && finding.money !== null) {
    facts.push(text.money[finding.money](formats.roundMoney({ minor_units: finding.money_minor, currency })));
  }
  return (
    <li className="today-line" data-kind={finding.kind}>
      <p className="today-kind">{text.kinds[finding.kind]}</p>
      <h2>{french ? finding.sentence_fr : finding.sentence_en}</h2>
      <p className="meaning">{french ? finding.reason_fr : finding.reason_en}</p>
      <p className="meaning">{facts.join(" · ")}</p>
      <p className="today-do">
        <strong>{shell.whatToDo}</strong> {french ? finding.action_fr : finding.action_en}
      </p>
      <p className="today-links">
        {finding.cell !== null && finding.people > 0 && (
          <Link className="button" href={behindAddress(workspace.id, lens, "today", { question: "today", body, filter: "", cell: finding.cell })}>
            {text.people(finding.people)}
          </Link>
        )}
        {screen !== null && (
          <Link className="button button-quiet" href={screenAddress(workspace.id, screen, lens)}>
            {text.open(shell.screens[screen])}
          </Link>
        )}
      </p>
    </li>
  );
}

/** What changed and matters, at most seven lines; and when nothing does, that. */
export function TodayPage(): ReactElement {
  const { today: text } = useText();
  const formats = useFormats();
  const { workspace, day } = useReading();
  const asking = useAsk<TodayReport>("today", useBody());
  const known = [workspace.name, text.known(workspace.people, workspace.events)];
  if (workspace.first_event_at !== null && workspace.last_event_at !== null) known.push(formats.rangeOfMoments(workspace.first_event_at, workspace.last_event_at));
  return (
    <>
      <PageHeading title={text.title(day.day)}>
        <p className="facts">{known.join(" · ")}</p>
      </PageHeading>
      <Asked asking={asking}>
        {(report) => (
          <>
            <p className="sentence">{formats.language === "fr" ? report.sentence_fr : report.sentence_en}</p>
            {report.findings.length > 0 && (
              <ol className="today-lines">
                {report.findings.map((finding, index) => (
                  <Line key={`${finding.kind} ${index}`} finding={finding} currency={report.currency} />
                ))}
              </ol>
            )}
            <p className="meaning">{text.how(report.compared, report.tests)}</p>
          </>
        )}
      </Asked>
    </>
  );
}
