import type { Texts } from "../text/catalogue";

/** The screens of the header, by their names in the address. */
export type ScreenName = keyof Texts["shell"]["screens"];

/** Where a workspace opens. */
export const home: ScreenName = "today";

export const screenNamed = (text: Texts, name: string): ScreenName | null => (Object.hasOwn(text.shell.screens, name) ? (name as ScreenName) : null);
