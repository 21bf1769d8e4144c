// What every answer has in common, whatever the question: waiting, failing, its tables, the people behind its numbers.

import type { Formats } from "../formats";
import { words as wordsOf } from "./words";

export const ask = (f: Formats) => {
  const { people } = wordsOf(f);
  return {
    nothing: "Personne ne répond à cette question",
    nothingText: "Élargissez la période ou le public dans l’angle de lecture, ou choisissez un autre événement.",
    running: "La question parcourt toutes les personnes…",
    progress: (share: string) => `${share} de cette passe`,
    pass: (pass: number) => `passe ${f.number(pass)}`,
    cancel: "Arrêter",
    stopped: "Question arrêtée",
    stoppedText: "Rien n’a été changé. Posez-la de nouveau, ou restreignez-la d’abord.",
    tooLong: "Cette question demande trop de temps",
    tooLongText: "Choisissez une période plus courte, moins d’étapes ou un public plus étroit, puis réessayez.",
    wrong: "La question ne peut pas être posée ainsi",
    askAgain: "Poser à nouveau",
    export: "Exporter",
    exportCsv: "Tableau (CSV)",
    exportPng: "Image (PNG)",
    exportSvg: "Image (SVG)",
    behind: "Les personnes derrière ce chiffre",
    behindSentence: (count: number, what: string) => (what === "" ? `${people(count)}.` : `${people(count)} : ${what}.`),
    showAll: (rows: number) => `Voir les ${f.number(rows)} lignes`,
    unfinished: "pas encore finie",
    warnings: "À savoir",
    other: "autres",
    missing: "non renseigné",
    notReached: "étape non atteinte",
    total: "Total",
    weekOf: (day: string) => `sem. du ${day}`,
    backToScreen: "Retour",
  };
};
