import type { ReactElement } from "react";
import { Link, useLocation, useSearch } from "wouter";
import { PeopleBehind } from "../ask/PeopleBehind";
import type { Body } from "../ask/drawing";
import { screenAddress } from "../lens/address";
import { useReading } from "../lens/Reading";
import { PageHeading } from "../parts/PageHeading";
import { useFormats, useText } from "../text/Text";
import { cellAddress, questionAddress, readPlace, type Asked } from "./address";
import { askable } from "./body";
import { BoardPage } from "./BoardPage";
import { whoOf } from "./draw/who";
import { QuestionPage } from "./QuestionPage";
import { StartPage } from "./StartPage";
import "../style/questions.css";

function Behind({ asked, cell, offset }: { asked: Asked; cell: Body; offset: number }): ReactElement {
  const text = useText();
  const formats = useFormats();
  const { workspace, lens } = useReading();
  const [, navigate] = useLocation();
  const { kind, body, filter, name } = asked;
  return (
    <PeopleBehind
      behind={{ question: kind, body: askable(kind, body) ?? body, filter, cell }}
      who={whoOf(asked, cell, { text, formats, zone: workspace.zone, side: lens.audience })}
      title={name === "" ? text.questions.kinds[kind].question : name}
      back={<Link href={questionAddress(workspace.id, lens, asked)}>{text.questions.backToAnswer}</Link>}
      offset={offset}
      onOffset={(to) => navigate(cellAddress(workspace.id, lens, asked, cell, to))}
    />
  );
}

/** The screen of questions: its start, one question, the people behind a number, or a board, as the address says. */
export function QuestionsPage(): ReactElement {
  const { questions: text } = useText();
  const { workspace, lens } = useReading();
  const place = readPlace(new URLSearchParams(useSearch()));
  switch (place.at) {
    case "start":
      return <StartPage />;
    case "board":
      return <BoardPage key={place.board} name={place.board} />;
    case "question":
      return place.cell === null ? <QuestionPage key={place.asked.kind} asked={place.asked} /> : <Behind asked={place.asked} cell={place.cell} offset={place.offset} />;
    case "unreadable":
      return (
        <>
          <PageHeading title={text.unreadable} />
          <p>{text.unreadableText}</p>
          <p>
            <Link href={screenAddress(workspace.id, "questions", lens)}>{text.back}</Link>
          </p>
        </>
      );
  }
}
