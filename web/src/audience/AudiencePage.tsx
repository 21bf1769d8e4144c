import type { ReactElement } from "react";
import { PageHeading } from "../parts/PageHeading";
import { useText } from "../text/Text";
import { AarrrBlock } from "./AarrrBlock";
import { BuildBlock } from "./BuildBlock";
import { ChannelsBlock } from "./ChannelsBlock";
import { HypothesesBlock } from "./HypothesesBlock";
import { PlanBlock } from "./PlanBlock";
import { SpikesBlock } from "./SpikesBlock";
import "../style/audience.css";

/** Figures read inside the audience first, and what outsiders would have made of them. */
export function AudiencePage(): ReactElement {
  const text = useText().audience;
  return (
    <>
      <PageHeading title={text.title}>
        <p className="facts">{text.lead}</p>
      </PageHeading>
      <div className="blocks">
        <HypothesesBlock />
        <AarrrBlock />
        <BuildBlock />
        <ChannelsBlock />
        <PlanBlock />
        <SpikesBlock />
      </div>
    </>
  );
}
