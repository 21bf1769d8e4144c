// What every answer has in common, whatever the question: waiting, failing, its tables, the people behind its numbers.

import type { Formats } from "../formats";
import type { ask as french } from "../fr/ask";
import { words as wordsOf } from "./words";

export const ask = (f: Formats): ReturnType<typeof french> => {
  const { people } = wordsOf(f);
  return {
    nothing: "Nobody answers to this question",
    nothingText: "Widen the period or the audience in the reading lens, or choose another event.",
    running: "The question is going through everybody…",
    progress: (share: string) => `${share} of this pass`,
    pass: (pass: number) => `pass ${f.number(pass)}`,
    cancel: "Stop",
    stopped: "Question stopped",
    stoppedText: "Nothing was changed. Ask it again, or narrow it down first.",
    tooLong: "This question takes too long",
    tooLongText: "Choose a shorter period, fewer steps or a narrower audience, then try again.",
    wrong: "The question cannot be asked like this",
    askAgain: "Ask again",
    export: "Export",
    exportCsv: "Table (CSV)",
    exportPng: "Picture (PNG)",
    exportSvg: "Picture (SVG)",
    behind: "The people behind this number",
    behindSentence: (count: number, what: string) => (what === "" ? `${people(count)}.` : `${people(count)}: ${what}.`),
    showAll: (rows: number) => `See all ${f.number(rows)} rows`,
    unfinished: "not over yet",
    warnings: "To know",
    other: "others",
    missing: "not told",
    notReached: "step not reached",
    total: "Total",
    weekOf: (day: string) => `week of ${day}`,
    backToScreen: "Back",
  };
};
