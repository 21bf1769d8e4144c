import type { ReactElement } from "react";
import { Link, useSearch } from "wouter";
import { screenAddress } from "../lens/address";
import { useReading } from "../lens/Reading";
import { PageHeading } from "../parts/PageHeading";
import { useText } from "../text/Text";
import { readPlace } from "./address";
import { BoardPage } from "./BoardPage";
import { PeopleBehind } from "./PeopleBehind";
import { QuestionPage } from "./QuestionPage";
import { StartPage } from "./StartPage";
import "../style/questions.css";

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
      return place.cell === null ? <QuestionPage key={place.asked.kind} asked={place.asked} /> : <PeopleBehind asked={place.asked} cell={place.cell} offset={place.offset} />;
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
