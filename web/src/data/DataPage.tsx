import { useState, type ReactElement } from "react";
import { useSession } from "../api/queries";
import { useReading } from "../lens/Reading";
import { PageHeading } from "../parts/PageHeading";
import { useText } from "../text/Text";
import { ArrivalsBlock } from "./ArrivalsBlock";
import { FileBlock } from "./FileBlock";
import { ImportsBlock } from "./ImportsBlock";
import { useArrivals } from "./queries";
import { SendBlock, SourcesBlock } from "./SourcesBlock";
import "../style/data.css";

/** How data come in: by file and over the network, what came, and the way back. */
export function DataPage(): ReactElement {
  const { data: text } = useText();
  const { workspace } = useReading();
  const mayDecide = useSession().data?.scopes.includes("admin") ?? false;
  const [paused, setPaused] = useState(false);
  const live = useArrivals(workspace.id, paused);
  const empty = workspace.events === 0;
  return (
    <>
      <PageHeading title={text.title}>
        <p className="facts">{text.facts(workspace.events, workspace.people)}</p>
      </PageHeading>
      {empty && <p className="sentence">{text.twoWays}</p>}
      <div className="data-blocks">
        {mayDecide ? <FileBlock /> : <p className="note">{text.onlyOwners}</p>}
        {empty && <SendBlock />}
        <ImportsBlock mayDecide={mayDecide} />
        <ArrivalsBlock live={live} paused={paused} onPause={setPaused} />
        <SourcesBlock sources={live.sources} mayDecide={mayDecide} />
        {!empty && <SendBlock />}
      </div>
    </>
  );
}
