import { useRef, type ReactElement } from "react";
import { Link, useLocation } from "wouter";
import { Asked as AskedAnswer } from "../ask/Asked";
import type { Asking } from "../ask/asking";
import { Exports } from "../ask/Exports";
import { screenAddress } from "../lens/address";
import { useReading } from "../lens/Reading";
import { Block } from "../parts/Block";
import { PageHeading } from "../parts/PageHeading";
import { useText } from "../text/Text";
import { questionAddress, type Asked } from "./address";
import { AnswerView, useDrawing } from "./AnswerView";
import { askable } from "./body";
import { Builder } from "./build/Builder";
import type { Report } from "./draw/draw";
import { useAskBuilt, useSavedQuestions } from "./queries";
import { Elsewhere, QuestionTools } from "./Tools";

function Answered({ asked, report, title }: { asked: Asked; report: Report; title: string }): ReactElement {
  const { lens } = useReading();
  const drawing = useDrawing(asked, report, lens.audience);
  const picture = useRef<(() => string) | null>(null);
  return (
    <>
      <AnswerView asked={asked} drawing={drawing} lens={lens} picture={picture} />
      {!drawing.empty && <Exports drawing={drawing} title={title} picture={picture} />}
    </>
  );
}

function Answer({ asked, asking, title }: { asked: Asked; asking: Asking<Report>; title: string }): ReactElement {
  const { questions: text } = useText();
  if (askable(asked.kind, asked.body) === null) {
    return (
      <div className="nothing">
        <p className="nothing-title">{text.incomplete}</p>
        <p>{text.incompleteText[asked.kind === "funnel" ? "funnel" : "other"]}</p>
      </div>
    );
  }
  return <AskedAnswer asking={asking}>{(report) => <Answered asked={asked} report={report} title={title} />}</AskedAnswer>;
}

/** One question: on the left what is asked, on the right the answer. All of it is in the address. */
export function QuestionPage({ asked }: { asked: Asked }): ReactElement {
  const { questions: text } = useText();
  const { workspace, lens } = useReading();
  const [, navigate] = useLocation();
  const asking = useAskBuilt(asked);
  const saved = useSavedQuestions().data?.find(({ name }) => name === asked.name);
  const { question, meaning } = text.kinds[asked.kind];
  const title = asked.name === "" ? question : asked.name;
  return (
    <>
      <p className="back">
        <Link href={screenAddress(workspace.id, "questions", lens)}>{text.back}</Link>
      </p>
      <PageHeading title={title}>
        <p className="facts">{asked.name === "" ? meaning : (saved?.description ?? "") || question}</p>
      </PageHeading>
      <QuestionTools asked={asked} saved={saved} />
      <div className="question-columns">
        <Block title={text.build} className="question-build">
          <Builder asked={asked} onChange={(next) => navigate(questionAddress(workspace.id, lens, next))} />
          <Elsewhere asked={asked} />
        </Block>
        <Block title={text.answer} className="question-answer">
          <Answer asked={asked} asking={asking} title={title} />
        </Block>
      </div>
    </>
  );
}
