// What the API answers, by the names that the screens use.

export type AudienceSide = "all" | "inside" | "outside" | "unknown";
export type Verdict = "inside" | "outside" | "unknown";
export type RoleName = "client" | "prospect" | "beneficiary" | "unknown";

export interface Money { minor_units: number; currency: string }
/** Minor units of one currency; `net` is received less what went back. */
export interface Balance { currency: string; received: number; refunded: number; charged_back: number; net: number }
/** A part of a whole with its 95 % interval. */
export interface Share { part: number; whole: number; value: number; low: number; high: number }
export type ByAudience<T> = Record<AudienceSide, T>;

export interface QuestionEcho { as_of: string; from?: string | null; to?: string | null; hypothesis?: string; audience?: AudienceSide }

export interface Session { access: "local" | "key" | "none"; scopes: string[] }
export interface WorkspaceSummary {
  id: string; name: string; language: string; currency: string; zone: string; model: "purchases" | "subscription";
  events: number; people: number; first_event_at: string | null; last_event_at: string | null;
}
export interface Hypothesis { version: string; from: string; product: string; message: string; audience: string }
export interface Workspace extends WorkspaceSummary {
  hypotheses: Hypothesis[]; steps: string[]; wanted_act: string; kinds: { name: string; count: number }[]; up_to_seq: number;
}

export interface RoleFigures extends Record<RoleName, number> { has_paid: number; took_part: number; total: number; balances: Balance[] }
export interface RolesReport {
  question: QuestionEcho; sides: { side: string; figures: ByAudience<RoleFigures> }[]; wanted_act: string;
  nobody: { payments: number; balances: Balance[] }; people: number; audit: { paid_not_supposed: number; supposed_not_paid: number };
}
export interface StageFigures { stages: Record<string, number>; repeat: number; total: number }
export interface StagesReport { question: QuestionEcho; figures: ByAudience<StageFigures>; rules: Record<string, number> }
export interface Flow { from: string; to: string; people: number }
export interface FlowsReport {
  question: QuestionEcho; from: string; to: string; stages: string[];
  flows: ByAudience<Flow[]>; before: ByAudience<Record<string, number>>; after: ByAudience<Record<string, number>>;
}
export interface StepFigures { step: string; people: number; of_previous: Share; of_first: Share; median_days: number | null }
export interface AarrrReport { question: QuestionEcho; steps: string[]; figures: ByAudience<{ steps: StepFigures[]; balances: Balance[] }> }
export interface PollutedStep {
  step: string; overall: Share; inside: Share; pollution: number; outsiders: Share;
  gain_overall: Money | null; gain_inside: Money | null;
}
export interface PollutionReport {
  question: QuestionEcho; steps: PollutedStep[]; weakest_overall: string | null; weakest_inside: string | null; weakest_flips: boolean;
  outsiders: Share; unknown: Share; sentence: string;
}
export type ChannelVerdict = "exclusive" | "mixed" | "vain" | "too_few";
export interface ChannelFigures {
  channel: string; inside: number; outside: number; unknown: number; purity: Share; verdict: ChannelVerdict; clients: number; balances: Balance[];
}
export interface ChannelsReport { question: QuestionEcho; channels: ChannelFigures[] }
export interface Spike { first: string; last: string; channel: string; people: number; expected: number; inside: Share }
export interface SpikesReport { question: QuestionEcho; spikes: Spike[] }

export interface Identifier { kind: string; value: string }
export interface PersonRow {
  key: string; name: string; identifiers: Identifier[]; role: RoleName; stage: string; balances: Balance[]; purchases: number;
  last_seen_at: string | null; channel: string; audience: Verdict;
}
export interface PeopleReport { question: QuestionEcho; matched: number; unknown: number; people: PersonRow[] }
export type PeopleOrder = "last_seen" | "money" | "purchases";

export interface Reason { part: string; verdict: Verdict; found: string }
export interface Link {
  left: Identifier; right: Identifier; reason: "identify" | "alias" | "shared_email" | "manual"; at: string; active: boolean; held_back: string;
}
export interface Trait { name: string; value: unknown; at: string; seq: number; provenance: string }
export interface Movement { seq: number; at: string; move: "payment" | "refund" | "chargeback"; amount: Money; order_id: string; event: string }
export interface RoleVerdict {
  side: string; role: RoleName; supposed_to_pay: Verdict; has_paid: boolean; reason: string; movements: Movement[]; rule: Reason[];
}
export interface StageVerdict {
  stage: string; repeat: boolean; purchases: number; first_purchase_at: string | null; last_purchase_at: string | null;
  days_since_last: number | null; days_since_first: number | null; last_gap_days: number | null; reason: string;
}
export interface Person {
  question: QuestionEcho; key: string; name: string; identifiers: Identifier[]; links: Link[]; traits: Trait[]; roles: RoleVerdict[]; stage: StageVerdict;
  balances: Balance[]; first_seen_at: string | null; last_seen_at: string | null; events: number; channel: string; account: string;
  audience: Verdict; audience_reasons: Reason[]; took_part: boolean;
}
export interface TimelineEvent {
  seq: number; at: string; received_at: string; type: string; name: string; properties: Record<string, unknown>; context: Record<string, unknown>;
  origin: Identifier | null; source: string; provenance: string;
}
export interface Timeline { events: TimelineEvent[]; next_before_seq: number | null }

export interface CriteriaCheck { text: string; json: unknown; words: string; warnings: string[]; inside: number; outside: number; unknown: number }
export interface CriteriaNames {
  events: string[]; traits: string[]; properties: string[]; traits_values?: Record<string, [string, number][]>;
}
