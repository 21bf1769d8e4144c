import type { ReactElement } from "react";
import { Link } from "wouter";
import type { Workspace, WorkspaceList } from "../api/model";
import { screenAddress } from "../lens/address";
import { wideOpen } from "../lens/lens";
import { Command } from "../parts/Command";
import { PageHeading } from "../parts/PageHeading";
import { useText } from "../text/Text";

/** A server without a workspace that opens: how to get the first one, or why those that are there do not open. */
export function NoWorkspace({ failures }: { failures: WorkspaceList["failures"] }): ReactElement {
  const { noWorkspace: text } = useText().shell;
  return (
    <div className="gate">
      <PageHeading title={text.title} />
      {failures.map((failure) => (
        <div key={failure.id} className="note">
          <p>
            <strong>{text.failed(failure.id)}</strong>
          </p>
          <p>{failure.detail}</p>
        </div>
      ))}
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
      <p>
        <Link className="button button-strong" href={screenAddress(workspace.id, "data", wideOpen)}>
          {text.open}
        </Link>
      </p>
      <p>{text.orTerminal}</p>
      <Command>{`habitue import orders.csv --workspace ${workspace.id}`}</Command>
      <h2>{text.send}</h2>
      <p>{text.sendText}</p>
      <Command>{`habitue key create --scope write --workspace ${workspace.id}`}</Command>
      <p className="gate-then">{text.then}</p>
    </div>
  );
}
