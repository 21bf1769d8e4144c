import { useEffect, useState } from "react";

/** A palette colour as the browser computes it now: `light-dark()` and custom properties mean nothing to a chart library. */
function resolve(names: readonly string[]): Record<string, string> {
  const probe = document.createElement("span");
  document.body.append(probe);
  const resolved = Object.fromEntries(
    names.map((name) => {
      probe.style.color = `var(--${name})`;
      return [name, getComputedStyle(probe).color];
    }),
  );
  probe.remove();
  return resolved;
}

/** Palette colours for a chart, anew when the page turns light or dark. `names` must not change between calls. */
export function useColours(names: readonly string[]): Record<string, string> {
  const [colours, setColours] = useState(() => resolve(names));
  useEffect(() => {
    const again = (): void => setColours(resolve(names));
    const system = matchMedia("(prefers-color-scheme: dark)");
    const theme = new MutationObserver(again);
    theme.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
    system.addEventListener("change", again);
    return () => {
      theme.disconnect();
      system.removeEventListener("change", again);
    };
  }, [names]);
  return colours;
}
