import type { Formats } from "../formats";
import type { today as french } from "../fr/today";
import { words as wordsOf } from "./words";

export const today = (f: Formats): ReturnType<typeof french> => {
  const { people, events } = wordsOf(f);
  return {
    title: (day: string) => `What matters on ${f.day(day)}`,
    known: (who: number, what: number) => `${people(who)}, ${events(what)}`,
    kinds: {
      silence: "Silence",
      import_failed: "An import that went wrong",
      leaving_cause: "Why they leave",
      stage_moved: "A stage that moved",
      customers_to_call: "To call",
      polluted_figure: "A figure that would mislead",
      spike: "A spike",
      acquisition_alert: "Cost of acquisition",
    },
    money: {
      spent_last_year: (money: string) => `they paid ${money} in the last year`,
      spent_in_all: (money: string) => `they paid ${money} in all`,
      cost_of_one: (money: string) => `${money} for one new client`,
    },
    people: (count: number) => `See the ${people(count)}`,
    open: (screen: string) => `Open “${screen}”`,
    how: (periods: number, tests: number) =>
      periods === 0
        ? "Changes are told once there are six periods before to compare with."
        : `The last 7 days are compared with the ${f.number(periods)} periods before. ${f.number(tests)} counts were looked at; what chance explains is left out, so that most days this page is short.`,
  };
};
