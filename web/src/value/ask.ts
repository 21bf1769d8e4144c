// From the form and the lens to the body that the API takes; what is left out is the API's own default.

import type { AudienceSide } from "../api/model";
import { addDays } from "../lens/days";
import { leastHorizon, type Form } from "./address";

type Body = Record<string, unknown>;

const without = (body: Body): Body => Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined && value !== ""));
const sideOf = (side: AudienceSide): AudienceSide | undefined => (side === "all" ? undefined : side);

export const usualHorizon = { worth: 365, scenario: 365, chances: 90 } as const;

/** So many of the best customers tell how value is spread; the page lists the first of them. */
const customersAsked = 500;

/** As the API takes them; of an event nothing while none is named. */
const occasionsOf = ({ occasions, begins }: Form): string => (occasions === "event" ? begins : occasions);
/** At least as long as an occasion. */
export const horizonOfWorth = ({ horizon, occasions }: Form): number => Math.max(horizon ?? usualHorizon.worth, leastHorizon[occasions]);
export const forecastBody = (form: Form, side: AudienceSide): Body => without({ horizon_days: horizonOfWorth(form), occasions: occasionsOf(form), limit: customersAsked, side: sideOf(side) });
export const equityBody = (form: Form, side: AudienceSide): Body => without({ horizon_days: horizonOfWorth(form), occasions: occasionsOf(form), side: sideOf(side) });
export const contractsBody = (side: AudienceSide): Body => without({ side: sideOf(side) });
export const mapBody = ({ since }: Form, side: AudienceSide): Body => without({ from_day: since, side: sideOf(side) });
export const crossSellBody = ({ by }: Form, side: AudienceSide): Body => without({ by: by === "category" ? by : undefined, side: sideOf(side) });
export const assortmentBody = ({ keeps, share, cut }: Form, side: AudienceSide): Body =>
  without({ keeps: keeps === "margin" ? keeps : undefined, share: share / 100, cut: cut.length > 0 ? cut : undefined, side: sideOf(side) });

const segmentsOf = ["side", "stage", "role", "category"] as const;
export type Segments = "nothing" | (typeof segmentsOf)[number];
export const segmentsAsked = (by: string): Segments => segmentsOf.find((each) => each === by) ?? "nothing";

export const scenarioBody = ({ price, margin, retention, by, horizon }: Form, side: AudienceSide): Body =>
  without({
    price_change: price / 100,
    margin_change: margin === 0 ? undefined : margin / 100,
    retention_change: retention === 0 ? undefined : retention / 100,
    horizon_days: horizon ?? usualHorizon.scenario,
    by: segmentsAsked(by) === "nothing" ? undefined : segmentsAsked(by),
    side: sideOf(side),
  });
export const propensityBody = ({ outcome, horizon }: Form, side: AudienceSide): Body =>
  without({ outcome: outcome === "leaving" || outcome === "upgrading" ? outcome : undefined, horizon_days: horizon ?? usualHorizon.chances, side: sideOf(side) });
export const upliftBody = ({ treated, control }: Form, side: AudienceSide): Body => without({ treated, control, side: sideOf(side) });

/** The first day of what is compared: the form's, the lens's, or half a year before. */
export const comparedWith = (form: Form, from: string, day: string): string => (form.since !== "" ? form.since : from !== "" ? from : addDays(day, -182));
