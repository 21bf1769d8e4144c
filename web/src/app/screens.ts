// The screens of a workspace, in the order of the header. A screen is a line here and its name in both catalogues
// (`shell.screens`); its code is fetched when it is first opened, so that the first load does not grow with the screens.

import { lazy, type LazyExoticComponent, type ReactElement } from "react";
import type { ScreenName } from "./screenNames";

/** What a screen is given: the rest of its address, `[]` at its start, `["00ff"]` at `/people/00ff`. */
export interface ScreenProps {
  rest: readonly string[];
}

type Component = (props: ScreenProps) => ReactElement;

export interface Screen<Name extends string = string> {
  /** Also the first word of its address behind the workspace. */
  name: Name;
  Page: LazyExoticComponent<Component>;
  /** Fetches the code ahead of its first drawing. */
  fetch: () => void;
  /** How many further words its address may have. */
  depth: number;
  /** Whether it shows figures: read through the lens, and nothing without data. */
  ofFigures: boolean;
}

const screen = <Name extends string>(name: Name, load: () => Promise<Component>, depth = 0, ofFigures = true): Screen<Name> => ({
  name,
  depth,
  ofFigures,
  Page: lazy(async () => ({ default: await load() })),
  // A failure is told where the screen is drawn.
  fetch: () => void load().catch(() => undefined),
});

export const screens: readonly Screen<ScreenName>[] = [
  screen("today", async () => (await import("../today/TodayPage")).TodayPage),
  screen("client", async () => (await import("../client/ClientPage")).ClientPage),
  screen("audience", async () => (await import("../audience/AudiencePage")).AudiencePage),
  screen("cycle", async () => (await import("../cycle/CyclePage")).CyclePage),
  screen("value", async () => (await import("../value/ValuePage")).ValuePage, 1),
  screen("questions", async () => (await import("../questions/QuestionsPage")).QuestionsPage),
  screen("people", async () => (await import("./PeopleScreen")).PeopleScreen, 1),
  screen("data", async () => (await import("../data/DataPage")).DataPage, 0, false),
  screen("settings", async () => (await import("../settings/SettingsPage")).SettingsPage, 0, false),
];

/** What other screens lead to; the header does not name them. */
const further: readonly Screen[] = [screen("behind", async () => (await import("./BehindScreen")).BehindScreen)];

/** The screen that an address names, and the rest of it; null where there is none. */
export function screenAt(words: readonly string[]): { screen: Screen; rest: readonly string[] } | null {
  const found = [...screens, ...further].find(({ name }) => name === words[0]);
  const rest = words.slice(1);
  return found === undefined || rest.length > found.depth || rest.includes("") ? null : { screen: found, rest };
}
