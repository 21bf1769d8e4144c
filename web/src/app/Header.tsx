import { useEffect, useRef, type ReactElement } from "react";
import { Link, useLocation } from "wouter";
import { useWorkspaces } from "../api/queries";
import { screenAddress } from "../lens/address";
import { wideOpen } from "../lens/lens";
import { useReading } from "../lens/Reading";
import { useText } from "../text/Text";
import { Logo } from "./Logo";
import { PageSettings } from "./PageSettings";
import { home } from "./screenNames";
import { screens } from "./screens";

/** More than these do not fit beside the name of the company, and get a row of their own. */
const besideName = 4;

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
      <select value={workspace.id} onChange={(event) => navigate(screenAddress(event.target.value, home, wideOpen))}>
        {known.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

/** Where there is no room for all screens the row scrolls sideways, and shows the one that is open. */
function Navigation(): ReactElement {
  const { shell: text } = useText();
  const { workspace, lens } = useReading();
  const [path] = useLocation();
  const row = useRef<HTMLUListElement>(null);
  const open = screens.find(({ name }) => `${path}/`.startsWith(`/${encodeURIComponent(workspace.id)}/${name}/`))?.name;
  useEffect(() => {
    const here = row.current?.querySelector<HTMLElement>("[aria-current]");
    if (here && row.current) row.current.scrollLeft = here.offsetLeft - row.current.offsetLeft - 24;
  }, [open]);
  return (
    <nav aria-label={text.navigation}>
      <ul ref={row}>
        {screens.map(({ name }) => (
          <li key={name}>
            <Link href={screenAddress(workspace.id, name, lens)} aria-current={name === open ? "page" : undefined}>
              {text.screens[name]}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

/** The strip at the top of every screen of a workspace. */
export function Header(): ReactElement {
  const { shell: text } = useText();
  const { workspace, lens } = useReading();
  return (
    <header className="header" data-many={screens.length > besideName}>
      <div className="header-inner">
        <Link className="brand" href={screenAddress(workspace.id, home, lens)} aria-label={text.home}>
          <Logo />
          <span className="brand-name" aria-hidden="true">
            Habitué
          </span>
        </Link>
        <WorkspaceSwitch />
        <Navigation />
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
