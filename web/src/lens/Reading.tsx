// The open workspace and the lens of the address: what every question of a screen is asked with.

import { createContext, useContext, useMemo, type ReactElement, type ReactNode } from "react";
import { useLocation, useSearch } from "wouter";
import type { Workspace } from "../api/model";
import type { Parameters } from "../api/client";
import { lensParameters, readingDay, readLens, writeLens, type Lens, type ReadingDay } from "./lens";

export interface Reading {
  workspace: Workspace;
  lens: Lens;
  day: ReadingDay;
  parameters: Parameters;
}

const Context = createContext<Reading | null>(null);

export function ReadingProvider({ workspace, children }: { workspace: Workspace; children: ReactNode }): ReactElement {
  const search = useSearch();
  const value = useMemo(() => {
    const lens = readLens(new URLSearchParams(search));
    const day = readingDay(lens, workspace, new Date());
    return { workspace, lens, day, parameters: lensParameters(lens, day) };
  }, [search, workspace]);
  return <Context.Provider value={value}>{children}</Context.Provider>;
}

export function useReading(): Reading {
  const reading = useContext(Context);
  if (reading === null) throw new Error("ReadingProvider is missing above this component");
  return reading;
}

/** Changes the lens in the address, as a step that "back" undoes. What else the address says is kept, but for the page of a list. */
export function useChangeLens(): (change: Partial<Lens>) => void {
  const [path, navigate] = useLocation();
  const search = useSearch();
  return (change) => {
    const address = new URLSearchParams(search);
    const lens = { ...readLens(address), ...change };
    for (const name of ["audience", "hypothesis", "from", "to", "as_of", "offset", "lang"]) address.delete(name);
    for (const [name, value] of writeLens(lens)) address.set(name, value);
    const text = address.toString();
    navigate(text === "" ? path : `${path}?${text}`);
  };
}
