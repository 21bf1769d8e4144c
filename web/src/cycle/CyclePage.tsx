import type { ReactElement } from "react";
import type { GrowthReport, RhythmReport, SecondPurchaseReport } from "../api/model";
import { PageHeading } from "../parts/PageHeading";
import { useText } from "../text/Text";
import { DrawnBlock } from "./DrawnBlock";
import { FlowsBlock } from "./FlowsBlock";
import { drawGrowth } from "./growth";
import { HistoryBlock } from "./HistoryBlock";
import { ReadinessBlock } from "./ReadinessBlock";
import { drawRhythm } from "./rhythm";
import { drawSecond } from "./second";
import { StagesBlock } from "./StagesBlock";
import "../style/cycle.css";

/** Where the customers stand in their life with the company, who moved, and for whom a programme may begin. */
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
        <HistoryBlock />
        <DrawnBlock<SecondPurchaseReport> id="second" title={text.second.title} question="second-purchase" draw={drawSecond} />
        <DrawnBlock<RhythmReport> id="rhythm" title={text.rhythm.title} question="rhythm" draw={drawRhythm} />
        <DrawnBlock<GrowthReport> id="growth" title={text.growth.title} question="growth" byAddress draw={drawGrowth} />
        <ReadinessBlock />
      </div>
    </>
  );
}
