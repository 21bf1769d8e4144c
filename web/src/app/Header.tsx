import type { ReactElement } from "react";
import { Link, useLocation } from "wouter";
import { useWorkspaces } from "../api/queries";
import { screenAddress, type Screen } from "../lens/address";
import { wideOpen } from "../lens/lens";
import { useReading } from "../lens/Reading";
import { useText } from "../text/Text";
import { Logo } from "./Logo";
import { PageSettings } from "./PageSettings";

const screens: readonly Screen[] = ["overview", "people"];

function WorkspaceSwitch(): ReactElement {
  const { shell: text } = useText();
  const { workspace } = useReading();
  const [, navigate] = useLocation();
  const known = useWorkspaces().data?.workspaces ?? [workspace];
  if (known.length < 2) return <span className="workspace-name">{workspace.name}</span>;
  return (
    <label className="workspace-switch">
      <span className="visually-hidden">{text.workspace}</span>
      {/* The lens stays behind: a hypothesis or a period of one company means nothing in another. */}
      <select value={workspace.id} onChange={(event) => navigate(screenAddress(event.target.value, "overview", wideOpen))}>
        {known.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

/** The strip at the top of every screen of a workspace. */
export function Header(): ReactElement {
  const { shell: text } = useText();
  const { workspace, lens } = useReading();
  const [path] = useLocation();
  return (
    <header className="header">
      <div className="header-inner">
        <Link className="brand" href={screenAddress(workspace.id, "overview", lens)} aria-label={text.home}>
          <Logo />
          <span className="brand-name" aria-hidden="true">
            Habitué
          </span>
        </Link>
        <WorkspaceSwitch />
        <nav aria-label={text.navigation}>
          <ul>
            {screens.map((screen) => {
              const here = path.startsWith(`/${encodeURIComponent(workspace.id)}/${screen}`);
              return (
                <li key={screen}>
                  <Link href={screenAddress(workspace.id, screen, lens)} aria-current={here ? "page" : undefined}>
                    {text[screen]}
                  </Link>
                </li>
              );
            })}
          </ul>
        </nav>
        <PageSettings />
      </div>
    </header>
  );
}

/** The same strip where no workspace is open. */
export function PlainHeader(): ReactElement {
  return (
    <header className="header">
      <div className="header-inner">
        <span className="brand">
          <Logo />
          <span className="brand-name">Habitué</span>
        </span>
        <PageSettings />
      </div>
    </header>
  );
}
