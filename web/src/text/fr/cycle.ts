import type { Formats } from "../formats";
import { words as wordsOf } from "./words";

export const cycle = (f: Formats) => {
  const { people, purchases, days } = wordsOf(f);
  return {
    title: "Cycle de vie",
    lead: "Chaque client vit un cycle à son propre rythme : où il en est, qui se rapproche, qui s’éloigne.",
    count: "Personnes",
    share: "Part",
    stages: {
      title: "Où en sont-ils ?",
      sentencePurchases: (bought: number, active: number, atRisk: number, dormant: number) =>
        `Sur ${people(bought)} ayant acheté, ${f.number(active)} ${f.plural(active, { one: "est active", other: "sont actives" })}, ` +
        `${f.number(atRisk)} à risque et ${f.number(dormant)} ${f.plural(dormant, { one: "dormante", other: "dormantes" })}.`,
      sentenceSubscription: (subscribed: number, active: number, atRisk: number, lost: number) =>
        `Sur ${people(subscribed)} ayant pris un abonnement ou un essai, ${f.number(active)} ${f.plural(active, { one: "est active", other: "sont actives" })}, ` +
        `${f.number(atRisk)} à risque et ${f.number(lost)} ${f.plural(lost, { one: "perdue", other: "perdues" })}.`,
      nobody: "Personne n’a encore acheté.",
      table: "Personnes par étape de vie",
      stage: "Étape",
      rule: "Ce que cela veut dire",
      repeat: (count: number) => `dont ${f.number(count)} avec déjà deux achats`,
      rules: {
        prospect: () => "n’a encore rien acheté",
        new: (r: Record<string, number>) => `premier achat il y a moins de ${days(r.new_days ?? 0)}`,
        active: (r: Record<string, number>) => `au moins ${purchases(r.active_purchases ?? 0)} sur les ${f.number(r.active_days ?? 0)} derniers jours`,
        occasional: () => "a acheté, sans rythme régulier",
        back: (r: Record<string, number>) => `a racheté après au moins ${days(r.back_days ?? 0)} d’absence`,
        at_risk: (r: Record<string, number>) => `dernier achat il y a ${days(r.at_risk_days ?? 0)} ou plus`,
        dormant: (r: Record<string, number>) => `dernier achat il y a ${days(r.dormant_days ?? 0)} ou plus`,
      } as Record<string, (rules: Record<string, number>) => string>,
      subscriptionRules: {
        prospect: "n’a pris ni essai ni abonnement",
        trial: "essaie, n’a pas encore payé",
        new: "abonné depuis peu",
        active: "abonné, et se sert du produit",
        at_risk: "s’en sert trop peu, paiement refusé ou résiliation annoncée",
        lost: "abonnement terminé",
        back: "réabonné après être parti",
      } as Record<string, string>,
      doAtRisk: (count: number) => `Appelez d’abord les meilleurs clients à risque : voir ${f.plural(count, { one: "la personne", other: `les ${f.number(count)} personnes` })} par montant`,
      doNew: (count: number) => `Aidez ${f.plural(count, { one: "le nouveau client", other: `les ${f.number(count)} nouveaux clients` })} à revenir une deuxième fois`,
      doDormant: (count: number) => `Ne harcelez pas ${f.plural(count, { one: "la personne dormante", other: `les ${f.number(count)} dormants` })} : une raison de revenir, ou rien`,
    },
    flows: {
      title: "Qui se rapproche, qui s’éloigne ?",
      sentence: (from: string, to: string, closer: number, away: number) =>
        `Entre le ${f.dayOf(from)} et le ${f.dayOf(to)}, ${people(closer)} ${f.plural(closer, { one: "s’est rapprochée", other: "se sont rapprochées" })} de vous et ` +
        `${people(away)} ${f.plural(away, { one: "s’est éloignée", other: "se sont éloignées" })}.`,
      still: (from: string, to: string) => `Personne n’a changé d’étape entre le ${f.dayOf(from)} et le ${f.dayOf(to)}.`,
      ownPeriod: "Aucune période n’est choisie dans l’angle de lecture : voici les 90 derniers jours.",
      closerMeaning: "Se rapprocher : devenir nouveau, actif, ou revenir. S’éloigner : devenir à risque, dormant ou perdu.",
      chart: "Passages d’une étape à l’autre, de gauche (au début) à droite (à la fin)",
      leftOut: (count: number) => `Le dessin laisse de côté ${f.plural(count, { one: "une personne qui n’était cliente", other: `${f.number(count)} personnes qui n’étaient clientes` })} ni au début ni à la fin ; le tableau les compte.`,
      before: "Au début",
      after: "À la fin",
      table: "Passages d’une étape à l’autre",
      fromColumn: "Étape au début",
      toColumn: "Étape à la fin",
      moved: "a changé",
      stayed: "est restée",
      flow: (from: string, to: string, count: number) => `${from} → ${to} : ${people(count)}`,
      arrived: (count: number) => `${f.plural(count, { one: "Une personne est arrivée", other: `${f.number(count)} personnes sont arrivées` })} dans l’intervalle.`,
      doLargest: (count: number, from: string, to: string) => `Le plus gros départ : ${people(count)}, de « ${from} » à « ${to} ». Voir qui y est maintenant`,
    },
  };
};
