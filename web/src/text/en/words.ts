import type { Formats } from "../formats";
import type { words as french } from "../fr/words";

export const words = (f: Formats): ReturnType<typeof french> => ({
  people: (count: number) => `${f.number(count)} ${f.plural(count, { one: "person", other: "people" })}`,
  peopleWord: (count: number) => f.plural(count, { one: "person", other: "people" }),
  accounts: (count: number) => `${f.number(count)} ${f.plural(count, { one: "account", other: "accounts" })}`,
  points: (difference: number) => `${f.signedPoints(difference)} ${f.plural(Math.abs(difference * 100), { one: "point", other: "points" })}`,
  days: (count: number) => `${f.number(count)} ${f.plural(count, { one: "day", other: "days" })}`,
  purchases: (count: number) => `${f.number(count)} ${f.plural(count, { one: "purchase", other: "purchases" })}`,
  events: (count: number) => `${f.number(count)} ${f.plural(count, { one: "event", other: "events" })}`,
  roles: { client: "Client", prospect: "Prospect", beneficiary: "Beneficiary", unknown: "Unknown" },
  stages: {
    prospect: "Prospect", trial: "On trial", new: "New", active: "Active", occasional: "Occasional", back: "Back",
    at_risk: "At risk", dormant: "Dormant", lost: "Lost", absent: "Not here yet",
  },
  steps: { acquisition: "Acquisition", activation: "Activation", retention: "Retention", referral: "Referral", revenue: "Revenue" },
  verdicts: { inside: "Inside", outside: "Outside", unknown: "Unknown" },
  audienceOf: { inside: "Inside the audience", outside: "Outside the audience", unknown: "Audience unknown" },
  answers: { inside: "yes", outside: "no", unknown: "cannot be told" },
  channelVerdicts: { exclusive: "Exclusive", mixed: "Mixed", vain: "Vain", too_few: "Too few data" },
  channel: (name: string) => (name === "direct" || name === "" ? "Direct" : name),
  among: { all: "In all", inside: "Inside the audience", outside: "Outside the audience", unknown: "Among the unknown" },
  noMoney: "no payment",
  never: "never",
  unnamed: "Person without a name",
  titled: (title: string, value: string) => `${title}: ${value}`,
});
