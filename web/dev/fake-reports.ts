// Reports of the invented company, counted from its people so that the parts add up.

import type * as api from "../src/api/model";
import type { FakePerson } from "./fake-company";

type Sided<T> = Record<"all" | "inside" | "outside" | "unknown", T>;

export function bySide<T>(people: readonly FakePerson[], make: (people: readonly FakePerson[]) => T): Sided<T> {
  const of = (side: api.Verdict): T => make(people.filter(({ audience }) => audience === side));
  return { inside: of("inside"), outside: of("outside"), unknown: of("unknown"), all: make(people) };
}

/** Wilson's interval at 95 %. */
export function share(part: number, whole: number): api.Share {
  if (whole === 0) return { part, whole, value: 0, low: 0, high: 1 };
  const p = part / whole;
  const z2 = 3.8416;
  const centre = (p + z2 / (2 * whole)) / (1 + z2 / whole);
  const half = (1.96 * Math.sqrt((p * (1 - p)) / whole + z2 / (4 * whole * whole))) / (1 + z2 / whole);
  return { part, whole, value: p, low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}

export function balances(people: readonly FakePerson[]): api.Balance[] {
  const first = people[0];
  if (first === undefined) return [];
  const total: api.Balance = { currency: first.balance.currency, received: 0, refunded: 0, charged_back: 0, net: 0 };
  for (const { balance } of people) {
    total.received += balance.received;
    total.refunded += balance.refunded;
    total.net += balance.net;
  }
  return total.received > 0 ? [total] : [];
}

export const echo = {
  question: { as_of: "2011-12-09T23:59:59Z", from: null, to: null, hypothesis: "v2", filter: "everyone", audience: "all" } satisfies api.QuestionEcho,
  up_to_seq: 1,
};
const count = (people: readonly FakePerson[], test: (person: FakePerson) => boolean): number => people.filter(test).length;
const steps = ["acquisition", "activation", "revenue", "retention", "referral"];

export function roles(people: readonly FakePerson[]): api.RolesReport {
  return {
    ...echo,
    sides: [
      {
        side: "customers",
        charged: "person",
        members: "",
        figures: bySide(people, (some) => ({
          client: count(some, ({ role }) => role === "client"),
          prospect: count(some, ({ role }) => role === "prospect"),
          beneficiary: count(some, ({ role }) => role === "beneficiary"),
          unknown: count(some, ({ role }) => role === "unknown"),
          total: some.length,
          took_part: count(some, ({ reached }) => reached > 1),
          parties: some.length,
          has_paid: count(some, ({ purchases }) => purchases > 0),
          money: {
            client: balances(some.filter(({ role }) => role === "client")),
            prospect: balances(some.filter(({ role }) => role === "prospect")),
            beneficiary: balances(some.filter(({ role }) => role === "beneficiary")),
            unknown: balances(some.filter(({ role }) => role === "unknown")),
          },
          balances: balances(some),
        })),
      },
    ],
    wanted_act: "filled a wish list",
    wanted_act_criterion: 'did "Wish List Filled"',
    nobody: { payments: 1432, balances: [{ currency: "GBP", received: 144_793_000, refunded: 0, charged_back: 0, net: 144_793_000 }] },
    people: people.length,
    audit: { paid_not_supposed: 3, supposed_not_paid: count(people, ({ role }) => role === "prospect") },
  };
}

export function stages(people: readonly FakePerson[], names: readonly string[]): api.StagesReport {
  return {
    ...echo,
    figures: bySide(people, (some) => ({
      stages: Object.fromEntries(names.map((name) => [name, count(some, ({ stage }) => stage === name)])),
      repeat: count(some, ({ stage, purchases }) => stage === "new" && purchases > 1),
      total: some.length,
    })),
    rules: { new_days: 90, at_risk_days: 90, dormant_days: 365, back_days: 365, active_purchases: 2, active_days: 365 },
  };
}

export function flows(people: readonly FakePerson[], names: readonly string[], from: string, to: string): api.FlowsReport {
  const before = (person: FakePerson, index: number): string => {
    if (person.stage === "new") return index % 3 === 0 ? "prospect" : "absent";
    if (person.stage === "at_risk") return index % 2 === 0 ? "active" : "occasional";
    if (person.stage === "dormant") return index % 3 === 0 ? "dormant" : "at_risk";
    if (person.stage === "back") return "dormant";
    return index % 5 === 0 ? "new" : person.stage;
  };
  return {
    ...echo,
    from: `${from}T00:00:00Z`,
    to: `${to}T23:59:59Z`,
    stages: [...names, "absent"],
    flows: bySide(people, (some) => {
      const counts = new Map<string, number>();
      some.forEach((person, index) => {
        const key = `${before(person, index)} ${person.stage}`;
        counts.set(key, (counts.get(key) ?? 0) + 1);
      });
      return [...counts].map(([key, number]) => ({ from: key.split(" ")[0] ?? "", to: key.split(" ")[1] ?? "", people: number }));
    }),
    before: bySide(people, () => ({})),
    after: bySide(people, () => ({})),
  };
}

const reachedOf = (people: readonly FakePerson[], index: number): number => count(people, ({ reached }) => reached >= index + 1);

export function aarrr(people: readonly FakePerson[]): api.AarrrReport {
  return {
    ...echo,
    steps,
    figures: bySide(people, (some) => ({
      steps: steps.map((step, index) => ({
        step,
        people: reachedOf(some, index),
        of_previous: share(reachedOf(some, index), index === 0 ? some.length : reachedOf(some, index - 1)),
        of_first: share(reachedOf(some, index), some.length),
        median_days: index === 0 ? 0 : index * 9.5,
      })),
      balances: balances(some),
    })),
  };
}

export function pollution(people: readonly FakePerson[], language: string): api.PollutionReport {
  const inside = people.filter(({ audience }) => audience === "inside");
  const rate = (some: readonly FakePerson[], index: number): api.Share => share(reachedOf(some, index), index === 0 ? some.length : reachedOf(some, index - 1));
  const outside = count(people, ({ audience }) => audience === "outside");
  const percent = Math.round((outside / people.length) * 100);
  return {
    ...echo,
    steps: steps.map((step, index) => ({
      step,
      overall: rate(people, index),
      inside: rate(inside, index),
      pollution: rate(people, index).value - rate(inside, index).value,
      outsiders: share(count(people, ({ audience, reached }) => audience === "outside" && reached >= Math.max(1, index)), Math.max(1, reachedOf(people, Math.max(0, index - 1)))),
      gain_overall: { minor_units: 120_000 - index * 9_000, currency: "GBP" },
      gain_inside: { minor_units: 98_000 + index * 21_000, currency: "GBP" },
    })),
    weakest_overall: "activation",
    weakest_inside: "retention",
    weakest_flips: true,
    outsiders: share(outside, people.length),
    unknown: share(count(people, ({ audience }) => audience === "unknown"), people.length),
    sentence:
      language === "fr"
        ? `Les hors-cible sont ${percent} % des arrivés ; ils cachent que l’activation dans la cible est bien meilleure qu’il n’y paraît.`
        : `Outsiders are ${percent} % of the acquired; they hide that activation inside is far better than it seems.`,
  };
}

export function channels(people: readonly FakePerson[]): api.ChannelsReport {
  const verdictOf = (purity: api.Share): api.ChannelVerdict => (purity.low >= 0.8 ? "exclusive" : purity.high <= 0.3 ? "vain" : purity.high - purity.low > 0.5 ? "too_few" : "mixed");
  return {
    ...echo,
    channels: [...new Set(people.map(({ channel }) => channel))].map((channel) => {
      const some = people.filter((person) => person.channel === channel);
      const inside = count(some, ({ audience }) => audience === "inside");
      const outside = count(some, ({ audience }) => audience === "outside");
      const purity = share(inside, inside + outside);
      return {
        channel, inside, outside, unknown: some.length - inside - outside, purity, verdict: verdictOf(purity),
        clients: count(some, ({ role }) => role === "client"), balances: balances(some),
      };
    }),
  };
}

export const spikes: api.SpikesReport = {
  ...echo,
  spikes: [
    { first: "2011-11-14", last: "2011-11-16", channel: "press", people: 214, expected: 31.5, inside: share(36, 206) },
    { first: "2011-09-02", last: "2011-09-02", channel: "", people: 88, expected: 24, inside: share(40, 84) },
  ],
};
