// Answers the API from the invented company, as a plug-in of the development server (HABITUE_FAKE=1).

import type { IncomingMessage, ServerResponse } from "node:http";
import type { Plugin } from "vite";
import type * as api from "../src/api/model";
import { makePeople, makeTimeline, type FakePerson } from "./fake-company";
import { aarrr, balances, channels, echo, flows, pollution, roles, spikes, stages } from "./fake-reports";

const stageNames = ["prospect", "new", "active", "occasional", "back", "at_risk", "dormant"];
const summary = (id: string, name: string, people: number, lastEvent: string | null): api.WorkspaceSummary => ({
  id, name, language: "en", currency: "GBP", zone: "Europe/London", model: "purchases", events: people * 61, people,
  first_event_at: people === 0 ? null : "2010-12-01T08:26:00Z", last_event_at: lastEvent,
});
const workspaces = [summary("shop", "Shop", 640, "2011-12-09T12:50:00Z"), summary("atelier", "Atelier", 240, new Date().toISOString()), summary("empty", "Empty", 0, null)];
const company = new Map<string, FakePerson[]>(workspaces.map(({ id, people }) => [id, makePeople(people, "GBP")]));
const severed = new Set<string>();

class Refusal extends Error {
  constructor(readonly status: number, readonly kind: string, readonly detail: string, readonly place: Record<string, number> = {}) {
    super(detail);
  }
}

/** Understands `role = x` and `stage = x` joined by `and`; enough to try the box. */
function matcher(text: string): (person: FakePerson) => boolean {
  const parts = text.trim() === "" ? [] : text.split(/\s+and\s+/);
  const tests = parts.map((part) => {
    const found = /^(role|stage)\s*=\s*"?(\w+)"?$/.exec(part.trim());
    if (found !== null) return (person: FakePerson) => person[found[1] as "role" | "stage"] === found[2];
    if (/^count\(/.test(part)) return (person: FakePerson) => person.purchases >= 2;
    const column = text.indexOf(part) + 1;
    const word = part.trim().split(/\s+/)[0] ?? "";
    throw new Refusal(400, "invalid_input", `“${word}” is not a test: expected trait, role, stage, did, count(...)`, { line: 1, column, length: word.length });
  });
  return (person) => tests.every((test) => test(person));
}

const row = (person: FakePerson): api.PersonRow => ({
  key: person.key, name: person.name, identifiers: person.identifiers, role: person.role, stage: person.stage, balances: balances([person]),
  purchases: person.purchases, last_seen_at: person.lastSeen, channel: person.channel, audience: person.audience,
});

function listPeople(people: FakePerson[], query: URLSearchParams): api.PeopleReport {
  const search = (query.get("search") ?? "").toLowerCase();
  const audience = query.get("audience") ?? "all";
  const matches = matcher(query.get("filter") ?? "");
  const found = people.filter(
    (person) => matches(person) && (audience === "all" || person.audience === audience) && (search === "" || `${person.name} ${person.identifiers.map(({ value }) => value).join(" ")}`.toLowerCase().includes(search)),
  );
  const order = query.get("order");
  found.sort((a, b) => (order === "money" ? b.balance.net - a.balance.net : order === "purchases" ? b.purchases - a.purchases : b.lastSeen.localeCompare(a.lastSeen)));
  const offset = Number(query.get("offset") ?? 0);
  return { ...echo, matched: found.length, unknown: 0, offset, people: found.slice(offset, offset + Number(query.get("limit") ?? 50)).map(row) };
}

// Half of what came in is left once the goods are paid for.
function valueOf({ balance: { currency, net } }: FakePerson): api.PersonValue {
  const money = (minor_units: number): api.Money => ({ minor_units, currency });
  const margin = Math.round(net / 2);
  return {
    account: null, revenue: money(net), margin: money(margin), cost: money(450), profit: money(margin - 450),
    given_away: { booked: money(net > 0 ? 200 : 0), written_off: money(0), open: money(net > 0 ? 0 : 200) },
    monthly: money(0), monthly_at_risk: money(0), not_added: { without_rate: [], costs_without_amount: 0, payments_without_margin: 0 },
  };
}

function profile(person: FakePerson): api.Person {
  const [user, email, device] = person.identifiers as [api.Identifier, api.Identifier, api.Identifier];
  const payments = Array.from({ length: person.purchases }, (_, index): api.Movement => ({
    seq: 900 + index, at: person.firstSeen, move: "payment", amount: { minor_units: Math.round(person.balance.received / person.purchases), currency: person.balance.currency },
    order_id: `5${36_365 + index}`, event: "Order Completed",
  }));
  return {
    ...row(person),
    ...echo,
    links: [
      { left: device, right: user, reason: "identify", at: person.firstSeen, active: !severed.has(person.key), held_back: "" },
      { left: user, right: email, reason: "shared_email", at: person.firstSeen, active: true, held_back: "" },
    ],
    traits: [
      { name: "country", value: person.country, at: person.firstSeen, seq: 12, provenance: "given" },
      { name: "newsletter", value: true, at: person.firstSeen, seq: 14, provenance: "observed" },
      { name: "orders_per_year", value: 3.4, at: person.lastSeen, seq: 44, provenance: "inferred" },
    ],
    roles: [
      {
        side: "customers", role: person.role, supposed_to_pay: person.role === "beneficiary" ? "outside" : "inside", has_paid: person.purchases > 0,
        reason: person.purchases > 0 ? "Supposed to pay, and money was received: a client." : "Supposed to pay, and no money was received.",
        movements: payments, rule: [{ part: "everyone", verdict: "inside", found: "" }],
      },
    ],
    stage: {
      stage: person.stage, repeat: person.stage === "new" && person.purchases > 1, purchases: person.purchases, first_purchase_at: person.purchases > 0 ? person.firstSeen : null,
      last_purchase_at: person.purchases > 0 ? person.lastSeen : null, days_since_last: person.purchases > 0 ? 41 : null, days_since_first: person.purchases > 0 ? 212 : null,
      last_gap_days: person.purchases > 1 ? 58 : null, reason: "4 purchases in the last 365 days, the last one 41 days ago.",
      rhythm: person.purchases > 0 ? {
        expected_from: "2011-11-20", expected_until: "2012-01-14", cycle_days: 44, intervals: Math.max(person.purchases - 1, 0), mean_days: person.purchases > 1 ? 51.5 : null,
        own_weight: 0.55, overdue_after_days: 76, overdue: false, lateness: 0.42, alike: "", drives: false, general_days: 90,
        reason: "Expected between 20 November 2011 and 14 January 2012, by the own rhythm (about every 44 days); the rule for all says 90 days.",
      } : null,
    },
    value: valueOf(person),
    first_seen_at: person.firstSeen, last_seen_at: person.lastSeen, events: 60 + person.purchases * 12, account: "",
    audience_reasons: [{ part: 'trait country in ("United Kingdom", "France")', verdict: person.audience, found: `country is ${person.country}` }],
    took_part: person.reached > 1,
  };
}

function answer(method: string, path: string, query: URLSearchParams, body: string): unknown {
  if (path === "/session") return { access: "local", scopes: ["read", "save", "admin"], workspaces: [], member: null, has_team: false, provider: null } satisfies api.Session;
  if (path === "/team") return { members: [] } satisfies api.Team;
  if (path === "/workspaces") return { workspaces, failures: [] } satisfies api.WorkspaceList;
  const [, , id = "", section = "", key = "", action = ""] = path.split("/");
  const workspace = workspaces.find((known) => known.id === id);
  const people = company.get(id);
  if (workspace === undefined || people === undefined) throw new Refusal(404, "not_found", `There is no workspace “${id}”.`);
  if (section === "") {
    const hypotheses = [
      { version: "v1", from: "2010-12-01", product: "Gifts", message: "", audience: "everyone" },
      { version: "v2", from: "2011-06-01", product: "Gifts", message: "Gifts for shops nearby", audience: 'trait country in ("United Kingdom", "France")' },
    ];
    return { ...workspace, hypotheses, steps: [], wanted_act: "filled a wish list", kinds: [], notices: [], up_to_seq: 1 } satisfies api.Workspace;
  }
  if (query.get("hypothesis") === "broken") throw new Refusal(503, "unavailable", "The journey index is being rebuilt.");
  const language = query.get("lang") ?? "en";
  switch (section) {
    case "roles": return roles(people);
    case "stages": return stages(people, stageNames);
    case "flows": return flows(people, stageNames, query.get("from") ?? "2011-09-10", query.get("to") ?? "2011-12-09");
    case "aarrr": return aarrr(people);
    case "pollution": return pollution(people, language);
    case "channels": return channels(people);
    case "spikes": return spikes;
    case "criteria": {
      const { text } = JSON.parse(body) as { text: string };
      const inside = people.filter(matcher(text)).length;
      return { ...echo, text, json: {}, words: text, warnings: [], inside, outside: people.length - inside, unknown: 0 } satisfies api.CriteriaCheck;
    }
    case "people": {
      if (key === "") return listPeople(people, query);
      const person = people.find((known) => known.key === key);
      if (person === undefined) throw new Refusal(404, "not_found", `There is no person “${key}”.`);
      if (action === "timeline") {
        const offset = Number(query.get("offset") ?? 0);
        const events = makeTimeline(person);
        const next = offset + 50 < events.length ? offset + 50 : null;
        return { ...echo, events: events.slice(offset, offset + 50), total: events.length, next_offset: next } satisfies api.Timeline;
      }
      if (method === "POST") {
        if (path.endsWith("/sever")) severed.add(key);
        else severed.delete(key);
        return { people: path.endsWith("/sever") ? [key, people[0]?.key ?? key] : [key] };
      }
      return profile(person);
    }
    default: throw new Refusal(404, "not_found", `There is nothing at ${path}.`);
  }
}

async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? "/", "http://fake");
  let body = "";
  for await (const chunk of request) body += String(chunk);
  const say = (status: number, type: string, value: unknown): void => {
    response.writeHead(status, { "Content-Type": type });
    response.end(JSON.stringify(value));
  };
  try {
    say(200, "application/json", answer(request.method ?? "GET", url.pathname.slice("/api/v1".length), url.searchParams, body));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    say(error.status, "application/problem+json", { type: `/problems/${error.kind}`, title: error.kind, status: error.status, detail: error.detail, ...error.place });
  }
}

export function fakeServer(): Plugin {
  const middleware = (request: IncomingMessage, response: ServerResponse, next: (error?: unknown) => void): void => {
    if (request.url?.startsWith("/api/v1")) handle(request, response).catch(next);
    else next();
  };
  return {
    name: "habitue-fake-server",
    configureServer: (server) => void server.middlewares.use(middleware),
    configurePreviewServer: (server) => void server.middlewares.use(middleware),
  };
}
