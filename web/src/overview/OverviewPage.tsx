import type { ReactElement } from "react";
import { PageHeading } from "../parts/PageHeading";
import { useReading } from "../lens/Reading";
import { useFormats, useText } from "../text/Text";
import { AarrrBlock } from "./AarrrBlock";
import { ChannelsBlock } from "./ChannelsBlock";
import { FlowsBlock } from "./FlowsBlock";
import { RolesBlock } from "./RolesBlock";
import { SpikesBlock } from "./SpikesBlock";
import { StagesBlock } from "./StagesBlock";

const blocks = ["roles", "stages", "flows", "aarrr", "channels", "spikes"] as const;

/** The company at a glance: who its client is, where they stand, and which figures outsiders spoil. */
export function OverviewPage(): ReactElement {
  const text = useText();
  const formats = useFormats();
  const { workspace } = useReading();
  const known = [text.words.people(workspace.people), text.words.events(workspace.events)];
  if (workspace.first_event_at !== null && workspace.last_event_at !== null) {
    known.push(formats.rangeOfMoments(workspace.first_event_at, workspace.last_event_at));
  }
  return (
    <>
      <PageHeading title={workspace.name}>
        <p className="facts">{known.join(" · ")}</p>
      </PageHeading>
      <nav className="contents" aria-label={text.overview.onThisPage}>
        <ul>
          {blocks.map((block) => (
            <li key={block}>
              <a href={`#${block}`}>{text.overview[block].short}</a>
            </li>
          ))}
        </ul>
      </nav>
      <div className="blocks">
        <RolesBlock />
        <StagesBlock />
        <FlowsBlock />
        <AarrrBlock />
        <ChannelsBlock />
        <SpikesBlock />
      </div>
    </>
  );
}
