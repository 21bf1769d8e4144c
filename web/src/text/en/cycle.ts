import type { Formats } from "../formats";
import type { cycle as french } from "../fr/cycle";
import { words as wordsOf } from "./words";

export const cycle = (f: Formats): ReturnType<typeof french> => {
  const { people, purchases, days } = wordsOf(f);
  return {
    title: "Life cycle",
    lead: "Each customer lives a cycle at their own pace: where they stand, and who comes closer or drifts away.",
    count: "People",
    share: "Share",
    stages: {
      title: "Where do they stand?",
      sentencePurchases: (bought: number, active: number, atRisk: number, dormant: number) =>
        `Of ${people(bought)} who have bought, ${f.number(active)} ${f.plural(active, { one: "is", other: "are" })} active, ` +
        `${f.number(atRisk)} at risk and ${f.number(dormant)} dormant.`,
      sentenceSubscription: (subscribed: number, active: number, atRisk: number, lost: number) =>
        `Of ${people(subscribed)} who took a trial or a subscription, ${f.number(active)} ${f.plural(active, { one: "is", other: "are" })} active, ` +
        `${f.number(atRisk)} at risk and ${f.number(lost)} lost.`,
      nobody: "Nobody has bought yet.",
      table: "People by stage",
      stage: "Stage",
      rule: "What it means",
      repeat: (count: number) => `of whom ${f.number(count)} with two purchases already`,
      rules: {
        prospect: () => "has not bought yet",
        new: (r: Record<string, number>) => `first purchase less than ${days(r.new_days ?? 0)} ago`,
        active: (r: Record<string, number>) => `at least ${purchases(r.active_purchases ?? 0)} in the last ${days(r.active_days ?? 0)}`,
        occasional: () => "has bought, without a steady rhythm",
        back: (r: Record<string, number>) => `bought again after ${days(r.back_days ?? 0)} away or more`,
        at_risk: (r: Record<string, number>) => `last purchase ${days(r.at_risk_days ?? 0)} ago or more`,
        dormant: (r: Record<string, number>) => `last purchase ${days(r.dormant_days ?? 0)} ago or more`,
      },
      subscriptionRules: {
        prospect: "took neither a trial nor a subscription",
        trial: "is trying, has not paid yet",
        new: "subscribed recently",
        active: "subscribed, and uses the product",
        at_risk: "uses it too little, payment refused, or cancellation announced",
        lost: "subscription ended",
        back: "subscribed again after leaving",
      },
      doAtRisk: (count: number) => `Call the best customers at risk first: see the ${f.plural(count, { one: "person", other: `${f.number(count)} people` })} by money`,
      doNew: (count: number) => `Help the ${f.plural(count, { one: "new customer", other: `${f.number(count)} new customers` })} to come back a second time`,
      doDormant: (count: number) => `Do not pester the ${f.plural(count, { one: "dormant person", other: `${f.number(count)} dormant people` })}: a reason to return, or nothing`,
    },
    flows: {
      title: "Who comes closer, who drifts away?",
      sentence: (from: string, to: string, closer: number, away: number) =>
        `Between ${f.dayOf(from)} and ${f.dayOf(to)}, ${people(closer)} came closer to you and ${people(away)} drifted away.`,
      still: (from: string, to: string) => `Nobody changed stage between ${f.dayOf(from)} and ${f.dayOf(to)}.`,
      ownPeriod: "No period is chosen in the reading lens: these are the last 90 days.",
      closerMeaning: "Closer: became new, active, or came back. Away: became at risk, dormant or lost.",
      chart: "Moves from stage to stage, from left (at the start) to right (at the end)",
      leftOut: (count: number) => `The drawing leaves out ${f.plural(count, { one: "one person who was a customer", other: `${f.number(count)} people who were customers` })} at neither end; the table counts them.`,
      before: "At the start",
      after: "At the end",
      table: "Moves from stage to stage",
      fromColumn: "Stage at the start",
      toColumn: "Stage at the end",
      moved: "moved",
      stayed: "stayed",
      flow: (from: string, to: string, count: number) => `${from} → ${to}: ${people(count)}`,
      arrived: (count: number) => `${f.plural(count, { one: "One person", other: `${f.number(count)} people` })} arrived in between.`,
      doLargest: (count: number, from: string, to: string) => `The largest loss: ${people(count)}, from “${from}” to “${to}”. See who is there now`,
    },
  };
};
