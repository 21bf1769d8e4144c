import { useState } from "react";
import { Problem } from "../api/problem";

export interface Sending {
  busy: boolean;
  problem: Problem | null;
  /** Runs one request at a time; gives whether it went well. What went wrong is in `problem`. */
  run: (request: () => Promise<unknown>) => Promise<boolean>;
}

/** A form's request on its way. */
export function useSending(): Sending {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const run = async (request: () => Promise<unknown>): Promise<boolean> => {
    if (busy) return false;
    setBusy(true);
    try {
      await request();
      setProblem(null);
      return true;
    } catch (error) {
      setProblem(error instanceof Problem ? error : new Problem(0, {}));
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { busy, problem, run };
}
