// The reader's language, for every component below.

import { createContext, useContext, useMemo, type ReactElement, type ReactNode } from "react";
import { makeTexts, type Texts } from "./catalogue";
import { makeFormats, type Formats, type Language } from "./formats";

const Context = createContext<{ texts: Texts; formats: Formats } | null>(null);

export interface TextProviderProps {
  language: Language;
  /** Days and hours are shown in the business's zone. */
  zone: string;
  children: ReactNode;
}

export function TextProvider({ language, zone, children }: TextProviderProps): ReactElement {
  const value = useMemo(() => {
    const formats = makeFormats(language, zone);
    return { formats, texts: makeTexts(formats) };
  }, [language, zone]);
  return <Context.Provider value={value}>{children}</Context.Provider>;
}

function useProvided(): { texts: Texts; formats: Formats } {
  const provided = useContext(Context);
  if (provided === null) throw new Error("TextProvider is missing above this component");
  return provided;
}

export const useText = (): Texts => useProvided().texts;
export const useFormats = (): Formats => useProvided().formats;
