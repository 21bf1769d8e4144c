import { useEffect, type ReactElement, type ReactNode } from "react";
import { useWorkspace } from "../api/queries";
import { LensBar } from "../lens/LensBar";
import { ReadingProvider } from "../lens/Reading";
import { Failure } from "../parts/Failure";
import { Skeleton } from "../parts/Skeleton";
import { TextProvider, useText } from "../text/Text";
import { Header, PlainHeader } from "./Header";
import { keepWorkspace } from "./kept";
import { usePreferences } from "./Preferences";
import { EmptyWorkspace } from "./Welcome";

/** What stands around every screen of a workspace: header, lens (where the screen shows figures), and the states in which no screen can be shown. */
export function WorkspaceFrame({ id, ofFigures, children }: { id: string; ofFigures: boolean; children: ReactNode }): ReactElement {
  const query = useWorkspace(id);
  const { shell: text } = useText();
  const { language } = usePreferences();
  const known = query.data !== undefined;
  useEffect(() => {
    if (known) keepWorkspace(id);
  }, [id, known]);

  if (query.data === undefined) {
    return (
      <>
        <PlainHeader />
        <main id="content" className="main" tabIndex={-1}>
          {query.isError ? (
            <Failure error={query.error} onRetry={() => void query.refetch()} retrying={query.isFetching} />
          ) : (
            <div role="status">
              <span className="visually-hidden">{text.loading}</span>
              <Skeleton lines={8} tall />
            </div>
          )}
        </main>
      </>
    );
  }
  const workspace = query.data;
  return (
    <TextProvider language={language} zone={workspace.zone}>
      <ReadingProvider workspace={workspace}>
        <Header />
        {ofFigures && workspace.events > 0 && <LensBar />}
        <main id="content" className="main" tabIndex={-1} key={workspace.id}>
          {workspace.notices.map((notice) => (
            <p key={notice} className="note">
              {notice}
            </p>
          ))}
          {ofFigures && workspace.events === 0 ? <EmptyWorkspace workspace={workspace} /> : children}
        </main>
      </ReadingProvider>
    </TextProvider>
  );
}
