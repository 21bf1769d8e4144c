import { StrictMode, type ReactElement } from "react";
import { createRoot } from "react-dom/client";
import { QueryClientProvider } from "@tanstack/react-query";
import { makeQueryClient } from "./api/queries";
import { App } from "./app/App";
import { PreferencesProvider, usePreferences } from "./app/Preferences";
import { TextProvider } from "./text/Text";
import "./style/index.css";

/** Outside a workspace there is no business whose zone could be used; the reader's own does. */
const ownZone = Intl.DateTimeFormat().resolvedOptions().timeZone;

function Page(): ReactElement {
  const { language } = usePreferences();
  return (
    <TextProvider language={language} zone={ownZone}>
      <App />
    </TextProvider>
  );
}

/** On paper nothing can be unfolded, so tables behind charts are opened while printing. */
function openForPrint(): void {
  let opened: HTMLDetailsElement[] = [];
  window.addEventListener("beforeprint", () => {
    opened = Array.from(document.querySelectorAll<HTMLDetailsElement>("details.behind:not([open])"));
    for (const details of opened) details.open = true;
  });
  window.addEventListener("afterprint", () => {
    for (const details of opened) details.open = false;
  });
}

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root");
openForPrint();
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={makeQueryClient()}>
      <PreferencesProvider>
        <Page />
      </PreferencesProvider>
    </QueryClientProvider>
  </StrictMode>,
);
