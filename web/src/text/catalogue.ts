// Every text of the page. French gives the shape; English has to have it, or the build fails.

import type { Formats } from "./formats";
import { ask as askEn } from "./en/ask";
import { audience as audienceEn } from "./en/audience";
import { client as clientEn } from "./en/client";
import { cycle as cycleEn } from "./en/cycle";
import { data as dataEn } from "./en/data";
import { people as peopleEn } from "./en/people";
import { person as personEn } from "./en/person";
import { questions as questionsEn } from "./en/questions";
import { settings as settingsEn } from "./en/settings";
import { shell as shellEn } from "./en/shell";
import { value as valueEn } from "./en/value";
import { today as todayEn } from "./en/today";
import { words as wordsEn } from "./en/words";
import { ask as askFr } from "./fr/ask";
import { audience as audienceFr } from "./fr/audience";
import { client as clientFr } from "./fr/client";
import { cycle as cycleFr } from "./fr/cycle";
import { data as dataFr } from "./fr/data";
import { people as peopleFr } from "./fr/people";
import { person as personFr } from "./fr/person";
import { questions as questionsFr } from "./fr/questions";
import { settings as settingsFr } from "./fr/settings";
import { shell as shellFr } from "./fr/shell";
import { value as valueFr } from "./fr/value";
import { today as todayFr } from "./fr/today";
import { words as wordsFr } from "./fr/words";
import { frenchSpacing, mapTexts } from "./spacing";

const french = (f: Formats) =>
  mapTexts({ words: wordsFr(f), shell: shellFr(f), ask: askFr(f), today: todayFr(f), client: clientFr(f), audience: audienceFr(f), cycle: cycleFr(f), data: dataFr(f), people: peopleFr(f), person: personFr(f), questions: questionsFr(f), settings: settingsFr(f), value: valueFr(f) }, frenchSpacing);

export type Texts = ReturnType<typeof french>;

const english = (f: Formats): Texts => ({
  words: wordsEn(f),
  shell: shellEn(f),
  ask: askEn(f),
  today: todayEn(f),
  client: clientEn(f),
  audience: audienceEn(f),
  cycle: cycleEn(f),
  data: dataEn(f),
  people: peopleEn(f),
  person: personEn(f),
  questions: questionsEn(f),
  settings: settingsEn(f),
  value: valueEn(f),
});

export function makeTexts(formats: Formats): Texts {
  return formats.language === "fr" ? french(formats) : english(formats);
}
