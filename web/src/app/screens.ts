// The screens of a workspace, in the order of the header. A screen is a line here and its name in both catalogues
// (`shell.screens`); its code is fetched when it is first opened, so that the first load does not grow with the screens.

import { lazy, type LazyExoticComponent, type ReactElement } from "react";
import type { Texts } from "../text/catalogue";

export type ScreenName = keyof Texts["shell"]["screens"];

/** What a screen is given: the rest of its address, `[]` at its start, `["00ff"]` at `/people/00ff`. */
export interface ScreenProps {
  rest: readonly string[];
}

type Component = (props: ScreenProps) => ReactElement;

export interface Screen {
  /** Also the first word of its address behind the workspace. */
  name: ScreenName;
  Page: LazyExoticComponent<Component>;
  /** Fetches the code ahead of its first drawing. */
  fetch: () => void;
  /** How many further words its address may have. */
  depth: number;
  /** Whether it shows figures: read through the lens, and nothing without data. */
  ofFigures: boolean;
}

const screen = (name: ScreenName, load: () => Promise<Component>, depth = 0, ofFigures = true): Screen => ({
  name,
  depth,
  ofFigures,
  Page: lazy(async () => ({ default: await load() })),
  // A failure is told where the screen is drawn.
  fetch: () => void load().catch(() => undefined),
});

export const screens: readonly Screen[] = [
  screen("overview", async () => (await import("../overview/OverviewPage")).OverviewPage),
  screen("people", async () => (await import("./PeopleScreen")).PeopleScreen, 1),
  screen("questions", async () => (await import("../questions/QuestionsPage")).QuestionsPage),
  screen("settings", async () => (await import("../settings/SettingsPage")).SettingsPage, 0, false),
];

/** The screen that an address names, and the rest of it; null where there is none. */
export function screenAt(words: readonly string[]): { screen: Screen; rest: readonly string[] } | null {
  const found = screens.find(({ name }) => name === words[0]);
  const rest = words.slice(1);
  return found === undefined || rest.length > found.depth || rest.includes("") ? null : { screen: found, rest };
}
