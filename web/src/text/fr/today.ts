import type { Formats } from "../formats";
import { words as wordsOf } from "./words";

export const today = (f: Formats) => {
  const { people, events } = wordsOf(f);
  return {
    title: (day: string) => `Ce qui compte au ${f.day(day)}`,
    known: (who: number, what: number) => `${people(who)}, ${events(what)}`,
    kinds: {
      silence: "Silence",
      import_failed: "Un import qui a échoué",
      leaving_cause: "Pourquoi ils partent",
      stage_moved: "Une étape qui a bougé",
      customers_to_call: "À appeler",
      polluted_figure: "Un chiffre qui aurait trompé",
      spike: "Un pic",
      acquisition_alert: "Coût d’acquisition",
    },
    money: {
      spent_last_year: (money: string) => `ils ont payé ${money} sur un an`,
      spent_in_all: (money: string) => `ils ont payé ${money} en tout`,
      cost_of_one: (money: string) => `${money} par nouveau client`,
    },
    people: (count: number) => `Voir ${f.plural(count, { one: "la personne", other: `les ${f.number(count)} personnes` })}`,
    open: (screen: string) => `Ouvrir « ${screen} »`,
    how: (periods: number, tests: number) =>
      periods === 0
        ? "Un changement se dit quand six périodes précèdent, auxquelles comparer."
        : `Les 7 derniers jours sont comparés aux ${f.number(periods)} périodes précédentes. ${f.number(tests)} comptes ont été regardés ; ce que le hasard explique est tu, si bien que cette page est courte la plupart des jours.`,
  };
};
