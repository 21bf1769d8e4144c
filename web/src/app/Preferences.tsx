import { createContext, useContext, useEffect, useMemo, useState, type ReactElement, type ReactNode } from "react";
import type { Language } from "../text/formats";
import { applyTheme, firstLanguage, firstTheme, keepLanguage, keepTheme, type Theme } from "./kept";

interface Chosen {
  language: Language;
  theme: Theme;
  chooseLanguage(language: Language): void;
  chooseTheme(theme: Theme): void;
}

const Context = createContext<Chosen | null>(null);

export function PreferencesProvider({ children }: { children: ReactNode }): ReactElement {
  const [language, setLanguage] = useState(firstLanguage);
  const [theme, setTheme] = useState(firstTheme);
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  useEffect(() => applyTheme(theme), [theme]);

  const value = useMemo<Chosen>(
    () => ({
      language,
      theme,
      chooseLanguage: (chosen) => {
        keepLanguage(chosen);
        setLanguage(chosen);
      },
      chooseTheme: (chosen) => {
        keepTheme(chosen);
        setTheme(chosen);
      },
    }),
    [language, theme],
  );
  return <Context.Provider value={value}>{children}</Context.Provider>;
}

export function usePreferences(): Chosen {
  const chosen = useContext(Context);
  if (chosen === null) throw new Error("PreferencesProvider is missing above this component");
  return chosen;
}
