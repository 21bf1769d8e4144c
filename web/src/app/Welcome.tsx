import type { ReactElement } from "react";
import type { Workspace } from "../api/model";
import { Command } from "../parts/Command";
import { PageHeading } from "../parts/PageHeading";
import { useText } from "../text/Text";

/** A server without a workspace: how to get the first one. */
export function NoWorkspace(): ReactElement {
  const { noWorkspace: text } = useText().shell;
  return (
    <div className="gate">
      <PageHeading title={text.title} />
      <p>{text.text}</p>
      <h2>{text.sample}</h2>
      <Command>habitue demo</Command>
      <h2>{text.own}</h2>
      <Command>habitue init my-business</Command>
    </div>
  );
}

/** A workspace without an event: how the first ones come in. */
export function EmptyWorkspace({ workspace }: { workspace: Workspace }): ReactElement {
  const { emptyWorkspace: text } = useText().shell;
  return (
    <div className="gate">
      <PageHeading title={text.title(workspace.name)} />
      <p>{text.text}</p>
      <h2>{text.import}</h2>
      <Command>{`habitue import --workspace ${workspace.id} orders.csv`}</Command>
      <h2>{text.send}</h2>
      <p>{text.sendText}</p>
      <Command>{`habitue key create --workspace ${workspace.id} --scope write`}</Command>
      <p className="gate-then">{text.then}</p>
    </div>
  );
}
