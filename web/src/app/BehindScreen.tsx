import type { ReactElement } from "react";
import { Link, useLocation, useSearch } from "wouter";
import { behindAddress, readBehind } from "../ask/behind";
import { PeopleBehind } from "../ask/PeopleBehind";
import { whoIs } from "../ask/who";
import { screenAddress } from "../lens/address";
import { useReading } from "../lens/Reading";
import { PageHeading } from "../parts/PageHeading";
import { useFormats, useText } from "../text/Text";
import { home, screenNamed } from "./screenNames";

/** The people behind a number of any screen. */
export function BehindScreen(): ReactElement {
  const text = useText();
  const formats = useFormats();
  const { workspace, lens } = useReading();
  const [, navigate] = useLocation();
  const place = readBehind(new URLSearchParams(useSearch()));
  if (place === null) {
    return (
      <>
        <PageHeading title={text.questions.unreadable} />
        <p>{text.questions.unreadableText}</p>
        <p>
          <Link href={screenAddress(workspace.id, home, lens)}>{text.shell.backHome}</Link>
        </p>
      </>
    );
  }
  const { screen, behind, offset } = place;
  const name = screenNamed(text, screen.split("/")[0] ?? "");
  return (
    <PeopleBehind
      behind={behind}
      who={whoIs(behind, { text, formats, zone: workspace.zone, side: lens.audience, period: lens })}
      title={name === null ? "" : text.shell.screens[name]}
      back={<Link href={screenAddress(workspace.id, screen, lens)}>{text.ask.backToScreen}</Link>}
      offset={offset}
      onOffset={(to) => navigate(behindAddress(workspace.id, lens, screen, behind, to))}
    />
  );
}
