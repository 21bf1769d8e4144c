// An invented company, the same on every run: enough to develop and to look at the page without a server.

import type { Balance, Identifier, RoleName, StageName, TimelineEvent, Verdict } from "../src/api/model";

export interface FakePerson {
  key: string;
  name: string;
  identifiers: Identifier[];
  role: RoleName;
  stage: StageName;
  audience: Verdict;
  channel: string;
  purchases: number;
  balance: Balance;
  lastSeen: string;
  firstSeen: string;
  reached: number;
  country: string;
}

/** A small seeded generator (mulberry32): nothing here is random, only mixed. */
export function mixer(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const firstNames = ["Camille", "Amina", "Louis", "Zoé", "Hugo", "Inès", "Paul", "Chloé", "Noah", "Jeanne", "Malik", "Rose", "Victor", "Léa", "Sami", "Élise"];
const lastNames = ["Martin", "Diallo", "Leroy", "Moreau", "Benali", "Garnier", "Nguyen", "Robert", "Petit", "Kowalski", "Smith", "Taylor", "Rossi", "Haddad"];
const channels = ["newsletter", "google", "direct", "instagram", "press", "partner"];
const stages: readonly StageName[] = ["prospect", "new", "active", "occasional", "back", "at_risk", "dormant"];
const countries = ["United Kingdom", "France", "Germany", "Belgium", "Spain"];

const moment = (daysAgo: number, hour: number): string => new Date(Date.UTC(2011, 11, 9, hour, 50) - daysAgo * 86_400_000).toISOString().replace(".000", "");

export function makePeople(count: number, currency: string): FakePerson[] {
  const mix = mixer(42);
  const pick = <T>(items: readonly T[]): T => items[Math.floor(mix() * items.length)] as T;
  return Array.from({ length: count }, (_, index) => {
    const channel = pick(channels);
    const inside = channel === "press" ? 0.18 : channel === "instagram" ? 0.45 : channel === "newsletter" ? 0.93 : 0.7;
    const audience: Verdict = mix() < 0.06 ? "unknown" : mix() < inside ? "inside" : "outside";
    const beneficiary = mix() < 0.08;
    const stage = beneficiary || (audience === "outside" && mix() < 0.6) ? "prospect" : pick(stages);
    const purchases = stage === "prospect" ? 0 : stage === "active" ? 2 + Math.floor(mix() * 9) : 1 + Math.floor(mix() * 4);
    const received = Math.round(purchases * (2000 + mix() * 26_000));
    const refunded = purchases > 2 && mix() < 0.2 ? Math.round(received * 0.15) : 0;
    const first = pick(firstNames);
    const last = pick(lastNames);
    const lastDays = stage === "dormant" ? 366 : stage === "at_risk" ? 95 + Math.floor(mix() * 200) : Math.floor(mix() * 88);
    return {
      key: (0x1234abcd0000 + index * 7919).toString(16).padStart(16, "0"),
      name: mix() < 0.15 ? String(12_346 + index) : `${first} ${last}`,
      identifiers: [
        { kind: "user", value: String(12_346 + index) },
        { kind: "email", value: `${first}.${last}${index}@example.com`.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, "") },
        { kind: "anonymous", value: `a-${(index * 104_729).toString(36)}` },
      ],
      role: beneficiary ? "beneficiary" : purchases > 0 ? "client" : mix() < 0.04 ? "unknown" : "prospect",
      stage,
      audience,
      channel,
      purchases,
      balance: { currency, received, refunded, charged_back: 0, net: received - refunded },
      lastSeen: moment(lastDays, 8 + Math.floor(mix() * 12)),
      firstSeen: moment(lastDays + Math.floor(mix() * 300), 10),
      reached: stage === "prospect" ? (mix() < (audience === "outside" ? 0.35 : 0.7) ? 2 : 1) : purchases > 1 ? (mix() < 0.3 ? 5 : 4) : 3,
      country: pick(countries),
    };
  });
}

export function makeTimeline(person: FakePerson): TimelineEvent[] {
  const mix = mixer(person.purchases + 7);
  const events: TimelineEvent[] = [];
  const visits = 60 + person.purchases * 12;
  for (let visit = 0; visit < visits; visit += 1) {
    const bought = visit % 12 === 5 && visit / 12 < person.purchases;
    const at = new Date(Date.parse(person.lastSeen) - visit * 2.3 * 86_400_000 - mix() * 30_000_000).toISOString().replace(/\.\d+/, "");
    events.push({
      seq: 100_000 - visit,
      at,
      received_at: at,
      type: bought ? "track" : visit % 5 === 0 ? "page" : "track",
      name: bought ? "Order Completed" : visit % 5 === 0 ? "" : visit % 3 === 0 ? "Product Added" : "Product Viewed",
      properties: bought
        ? { order_id: `5${36_000 + visit}`, total: 39.9, currency: person.balance.currency, products: [{ sku: "85123A", name: "WHITE HANGING HEART T-LIGHT HOLDER", quantity: 6 }] }
        : { product: "JUMBO BAG RED RETROSPOT", price: 1.95 },
      context: { campaign: { source: person.channel }, locale: "fr-FR" },
      origin: { kind: "user", value: person.identifiers[0]?.value ?? "" },
      source: bought ? "import:1" : "http",
      provenance: "observed",
    });
  }
  return events;
}
