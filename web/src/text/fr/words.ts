// Names of roles, stages, steps and verdicts: one word for one thing on every screen.
import type { AudienceSide, ChannelVerdict, RoleName, Verdict } from "../../api/model";
import type { Formats } from "../formats";

export const words = (f: Formats) => ({
  people: (count: number) => `${f.number(count)} ${f.plural(count, { one: "personne", other: "personnes" })}`,
  peopleWord: (count: number) => f.plural(count, { one: "personne", other: "personnes" }),
  accounts: (count: number) => `${f.number(count)} ${f.plural(count, { one: "compte", other: "comptes" })}`,
  points: (difference: number) => `${f.signedPoints(difference)} ${f.plural(Math.abs(difference * 100), { one: "point", other: "points" })}`,
  days: (count: number) => `${f.number(count)} ${f.plural(count, { one: "jour", other: "jours" })}`,
  purchases: (count: number) => `${f.number(count)} ${f.plural(count, { one: "achat", other: "achats" })}`,
  events: (count: number) => `${f.number(count)} ${f.plural(count, { one: "événement", other: "événements" })}`,
  roles: { client: "Client", prospect: "Prospect", beneficiary: "Bénéficiaire", unknown: "Indéterminé" } satisfies Record<RoleName, string>,
  stages: {
    prospect: "Prospect", trial: "À l’essai", new: "Nouveau", active: "Actif", occasional: "Occasionnel", back: "De retour",
    at_risk: "À risque", dormant: "Dormant", lost: "Perdu", absent: "Pas encore là",
  } as Record<string, string>,
  steps: { acquisition: "Acquisition", activation: "Activation", retention: "Rétention", referral: "Recommandation", revenue: "Revenu" } as Record<string, string>,
  verdicts: { inside: "Dans la cible", outside: "Hors cible", unknown: "Indéterminé" } satisfies Record<Verdict, string>,
  audienceOf: { inside: "Dans la cible", outside: "Hors cible", unknown: "Cible indéterminée" } satisfies Record<Verdict, string>,
  answers: { inside: "oui", outside: "non", unknown: "on ne sait pas" } satisfies Record<Verdict, string>,
  channelVerdicts: { exclusive: "Exclusif", mixed: "Mixte", vain: "Vain", too_few: "Trop peu de données" } satisfies Record<ChannelVerdict, string>,
  channel: (name: string) => (name === "direct" || name === "" ? "Accès direct" : name),
  among: { all: "Au total", inside: "Dans la cible", outside: "Hors cible", unknown: "Parmi les indéterminés" } satisfies Record<AudienceSide, string>,
  noMoney: "aucun paiement",
  never: "jamais",
  unnamed: "Personne sans nom",
  titled: (title: string, value: string) => `${title} : ${value}`,
});
