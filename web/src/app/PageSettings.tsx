import type { ReactElement } from "react";
import { useQueryClient } from "@tanstack/react-query";
import { send } from "../api/client";
import { useSession } from "../api/queries";
import { languages } from "../text/formats";
import { useText } from "../text/Text";
import { themes } from "./kept";
import { usePreferences } from "./Preferences";

/** Language, light or dark, and the way out for who signed in. */
export function PageSettings(): ReactElement {
  const { shell: text } = useText();
  const { language, theme, chooseLanguage, chooseTheme } = usePreferences();
  const session = useSession();
  const queries = useQueryClient();
  const leave = async (): Promise<void> => {
    await send("DELETE", "/session").catch(() => undefined);
    await queries.resetQueries();
  };
  return (
    <div className="page-settings">
      <label>
        <span className="visually-hidden">{text.language}</span>
        <select value={language} onChange={(event) => chooseLanguage(languages.find((known) => known === event.target.value) ?? "en")}>
          {languages.map((known) => (
            <option key={known} value={known} lang={known}>
              {text.languageNames[known]}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span className="visually-hidden">{text.theme}</span>
        <select value={theme} onChange={(event) => chooseTheme(themes.find((known) => known === event.target.value) ?? "auto")}>
          {themes.map((known) => (
            <option key={known} value={known}>
              {text.themes[known]}
            </option>
          ))}
        </select>
      </label>
      {session.data?.access === "session" && (
        <button type="button" className="button button-quiet" onClick={() => void leave()}>
          {text.signIn.leave}
        </button>
      )}
    </div>
  );
}
