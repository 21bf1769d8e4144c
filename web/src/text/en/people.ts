import type { Formats } from "../formats";
import type { people as french } from "../fr/people";
import { words as wordsOf } from "./words";

export const people = (f: Formats): ReturnType<typeof french> => {
  const words = wordsOf(f);
  return {
    title: "People",
    sentence: (matched: number) => `${words.people(matched)} ${f.plural(matched, { one: "matches", other: "match" })} your search.`,
    sentenceAll: (matched: number) => `${words.people(matched)} known.`,
    unknown: (count: number) => `For ${f.plural(count, { one: "one more", other: `${f.number(count)} more` })}, a fact that decides is missing.`,
    search: "Search",
    searchHint: "Name, address or identifier",
    quick: "Quick filters",
    anyRole: "All roles",
    anyStage: "All stages",
    role: "Role",
    stage: "Stage",
    audience: "Audience",
    criteria: "Criteria",
    criteriaHint: "Write whom you look for. Enter applies, Shift + Enter starts a new line.",
    criteriaPlaceholder: "role = client and count(Order Completed) >= 2 in last 365 days",
    apply: "See these people",
    clear: "Clear",
    examples: "Examples",
    checking: "Checking…",
    counts: (inside: number, unknown: number) => `${words.people(inside)}${unknown > 0 ? `, and ${f.number(unknown)} for whom it cannot be told` : ""}`,
    inWords: (description: string) => `That is: ${description}`,
    errorAt: (line: number, column: number) => `Line ${f.number(line)}, character ${f.number(column)}`,
    table: "List of people",
    name: "Name",
    money: "Net money",
    purchases: "Purchases",
    lastSeen: "Last seen",
    channel: "Channel",
    order: "Sort by",
    orders: { last_seen: "Last seen", money: "Money", purchases: "Purchases" },
    range: (from: number, to: number, of: number) => `${f.number(from)} to ${f.number(to)} of ${f.number(of)}`,
    previous: "Previous page",
    next: "Next page",
    pages: "Pages",
    export: "Export as CSV",
    mendCriteria: "Mend the criteria above to see the list.",
    everyAudience: "whatever the audience",
    none: "Nobody matches.",
    noneText: "Widen the criteria, change the audience in the reading lens, or clear everything.",
    nonePositive: "Clear everything",
  };
};
