import type { ReactElement } from "react";
import { PageHeading } from "../parts/PageHeading";
import { useText } from "../text/Text";
import { StagesBlock } from "./StagesBlock";
import { FlowsBlock } from "./FlowsBlock";
import "../style/cycle.css";

/** Where the customers stand in their life with the company, and who moved. */
export function CyclePage(): ReactElement {
  const text = useText().cycle;
  return (
    <>
      <PageHeading title={text.title}>
        <p className="facts">{text.lead}</p>
      </PageHeading>
      <div className="blocks">
        <StagesBlock />
        <FlowsBlock />
      </div>
    </>
  );
}
