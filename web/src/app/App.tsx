import { Suspense, type ReactElement, type ReactNode } from "react";
import { Link, Redirect, Route, Switch, useLocation } from "wouter";
import { useSession, useWorkspaces } from "../api/queries";
import { screenAddress } from "../lens/address";
import { wideOpen } from "../lens/lens";
import { Failure } from "../parts/Failure";
import { PageHeading } from "../parts/PageHeading";
import { Skeleton } from "../parts/Skeleton";
import { useText } from "../text/Text";
import { Broken } from "./Broken";
import { PlainHeader } from "./Header";
import { Join } from "./Join";
import { lastWorkspace } from "./kept";
import { home } from "./screenNames";
import { screenAt } from "./screens";
import { SignIn } from "./SignIn";
import { NoWorkspace } from "./Welcome";
import { WorkspaceFrame } from "./WorkspaceFrame";

// The screen that the address asks for comes along with the first questions to the server, not behind them.
screenAt(location.pathname.split("/").slice(2))?.screen.fetch();

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
          <Link href="/">{text.backHome}</Link>
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
  return <Redirect to={screenAddress(open.id, home, wideOpen)} replace />;
}

function WorkspaceScreen({ workspace, words }: { workspace: string; words: readonly string[] }): ReactElement {
  const found = screenAt(words);
  if (found === null) return <NotFound />;
  const { screen, rest } = found;
  return (
    <WorkspaceFrame id={workspace} ofFigures={screen.ofFigures}>
      <Suspense fallback={<Skeleton lines={8} tall />}>
        <screen.Page key={screen.name} rest={rest} />
      </Suspense>
    </WorkspaceFrame>
  );
}

function Screens(): ReactElement {
  const session = useSession();
  const [path] = useLocation();
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
        {path === "/join" ? <Join /> : <SignIn hasTeam={session.data.has_team} provider={session.data.provider} />}
      </Plain>
    );
  }
  return (
    <Switch>
      <Route path="/">
        <Entrance />
      </Route>
      <Route path="/join">
        <Plain>
          <Join />
        </Plain>
      </Route>
      <Route path="/:workspace">{({ workspace }) => <Redirect to={screenAddress(workspace, home, wideOpen)} replace />}</Route>
      <Route path="/:workspace/*">{({ workspace, "*": words }) => <WorkspaceScreen workspace={workspace} words={words.split("/")} />}</Route>
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
