// Language and theme: the reader's own, kept in this browser and in no account.

import { languages, type Language } from "../text/formats";

export type Theme = "auto" | "light" | "dark";
export const themes: readonly Theme[] = ["auto", "light", "dark"];

/** A private window may refuse storage; the page then forgets, and works. */
function stored(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function store(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Forgetting is all that happens.
  }
}

/** What the address asks, else what was chosen before, else the first language of the browser that the page speaks. */
export function chooseLanguage(asked: string | null, kept: string | null, spoken: readonly string[]): Language {
  const known = (code: string | null | undefined): Language | undefined => languages.find((language) => language === code?.slice(0, 2).toLowerCase());
  return known(asked) ?? known(kept) ?? spoken.map(known).find((language) => language !== undefined) ?? "en";
}

export function firstLanguage(): Language {
  const asked = new URLSearchParams(location.search).get("lang");
  const language = chooseLanguage(asked, stored("habitue.language"), navigator.languages);
  if (asked !== null) keepLanguage(language);
  return language;
}

export const keepLanguage = (language: Language): void => store("habitue.language", language);

export function firstTheme(): Theme {
  const kept = stored("habitue.theme");
  return themes.find((theme) => theme === kept) ?? "auto";
}

export function applyTheme(theme: Theme): void {
  if (theme === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

export const keepTheme = (theme: Theme): void => store("habitue.theme", theme);

export const lastWorkspace = (): string | null => stored("habitue.workspace");
export const keepWorkspace = (id: string): void => store("habitue.workspace", id);
