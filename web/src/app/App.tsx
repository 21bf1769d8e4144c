import type { ReactElement, ReactNode } from "react";
import { Link, Redirect, Route, Switch } from "wouter";
import { useSession, useWorkspaces } from "../api/queries";
import { screenAddress } from "../lens/address";
import { wideOpen } from "../lens/lens";
import { OverviewPage } from "../overview/OverviewPage";
import { Failure } from "../parts/Failure";
import { PageHeading } from "../parts/PageHeading";
import { Skeleton } from "../parts/Skeleton";
import { PeoplePage } from "../people/PeoplePage";
import { PersonPage } from "../person/PersonPage";
import { useText } from "../text/Text";
import { Broken } from "./Broken";
import { PlainHeader } from "./Header";
import { lastWorkspace } from "./kept";
import { KeyForm } from "./KeyForm";
import { NoWorkspace } from "./Welcome";
import { WorkspaceFrame } from "./WorkspaceFrame";

function Plain({ children }: { children: ReactNode }): ReactElement {
  return (
    <>
      <PlainHeader />
      <main id="content" className="main" tabIndex={-1}>
        {children}
      </main>
    </>
  );
}

function NotFound(): ReactElement {
  const { shell: text } = useText();
  return (
    <Plain>
      <div className="gate">
        <PageHeading title={text.notFoundTitle} />
        <p>{text.notFoundText}</p>
        <p>
          <Link href="/">{text.backToOverview}</Link>
        </p>
      </div>
    </Plain>
  );
}

/** The bare address leads to the workspace opened last, or to the first one. */
function Entrance(): ReactElement {
  const workspaces = useWorkspaces();
  if (workspaces.data === undefined) {
    return <Plain>{workspaces.isError ? <Failure error={workspaces.error} onRetry={() => void workspaces.refetch()} /> : <Skeleton lines={8} tall />}</Plain>;
  }
  const last = lastWorkspace();
  const { workspaces: known, failures } = workspaces.data;
  const open = known.find(({ id }) => id === last) ?? known[0];
  if (open === undefined) {
    return (
      <Plain>
        <NoWorkspace failures={failures} />
      </Plain>
    );
  }
  return <Redirect to={screenAddress(open.id, "overview", wideOpen)} replace />;
}

function Screens(): ReactElement {
  const session = useSession();
  if (session.isPending) {
    return (
      <Plain>
        <Skeleton lines={8} tall />
      </Plain>
    );
  }
  if (session.data?.access === "none") {
    return (
      <Plain>
        <KeyForm />
      </Plain>
    );
  }
  return (
    <Switch>
      <Route path="/">
        <Entrance />
      </Route>
      <Route path="/:workspace/overview">
        {({ workspace }) => (
          <WorkspaceFrame id={workspace}>
            <OverviewPage />
          </WorkspaceFrame>
        )}
      </Route>
      <Route path="/:workspace/people">
        {({ workspace }) => (
          <WorkspaceFrame id={workspace}>
            <PeoplePage />
          </WorkspaceFrame>
        )}
      </Route>
      <Route path="/:workspace/people/:person">
        {({ workspace, person }) => (
          <WorkspaceFrame id={workspace}>
            <PersonPage key={person} person={person} />
          </WorkspaceFrame>
        )}
      </Route>
      <Route path="/:workspace">{({ workspace }) => <Redirect to={screenAddress(workspace, "overview", wideOpen)} replace />}</Route>
      <Route>
        <NotFound />
      </Route>
    </Switch>
  );
}

export function App(): ReactElement {
  const { shell: text } = useText();
  return (
    <Broken>
      <a className="skip" href="#content">
        {text.skip}
      </a>
      <Screens />
    </Broken>
  );
}
