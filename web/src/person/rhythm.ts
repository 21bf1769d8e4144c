import type { PersonRhythm } from "../api/model";
import type { Formats } from "../text/formats";
import type { Texts } from "../text/catalogue";

/** The own rhythm beside the rule for all, as facts: what each is called and what it says. */
export function rhythmFacts(rhythm: PersonRhythm, text: Texts["person"]["stage"], formats: Formats): [string, string][] {
  const facts: [string, string][] = [[text.expected, formats.rangeOfDays(rhythm.expected_from, rhythm.expected_until)]];
  if (rhythm.overdue) facts.push([text.lateness, text.late(rhythm.lateness)]);
  // Subscriptions are at risk by other signs than days.
  if (rhythm.general_days !== null)
    facts.push([text.rule, `${text.byOwn(rhythm.overdue_after_days, rhythm.drives)}; ${text.byAll(rhythm.general_days)}`]);
  return facts;
}
