import type { Formats } from "../formats";
import { words as wordsOf } from "./words";

export const people = (f: Formats) => {
  const words = wordsOf(f);
  return {
    title: "Personnes",
    sentence: (matched: number) => `${f.plural(matched, { one: `${f.number(matched)} personne correspond`, other: `${f.number(matched)} personnes correspondent` })} à votre recherche.`,
    sentenceAll: (matched: number) => `${words.people(matched)} ${f.plural(matched, { one: "connue", other: "connues" })}.`,
    unknown: (count: number) => `Pour ${f.plural(count, { one: "une autre", other: `${f.number(count)} autres` })}, il manque une information pour trancher.`,
    search: "Rechercher",
    searchHint: "Nom, adresse ou identifiant",
    quick: "Filtres rapides",
    anyRole: "Tous les rôles",
    anyStage: "Toutes les étapes",
    role: "Rôle",
    stage: "Étape de vie",
    audience: "Public",
    criteria: "Critères",
    criteriaHint: "Écrivez qui vous cherchez. Entrée applique, Maj + Entrée va à la ligne.",
    criteriaPlaceholder: "role = client and count(Order Completed) >= 2 in last 365 days",
    apply: "Voir ces personnes",
    clear: "Effacer",
    examples: "Exemples",
    checking: "Vérification…",
    counts: (inside: number, unknown: number) =>
      `${words.people(inside)}${unknown > 0 ? `, et ${f.number(unknown)} pour qui on ne peut pas trancher` : ""}`,
    inWords: (description: string) => `C’est-à-dire : ${description}`,
    errorAt: (line: number, column: number) => `Ligne ${f.number(line)}, caractère ${f.number(column)}`,
    table: "Liste des personnes",
    name: "Nom",
    money: "Argent net",
    purchases: "Achats",
    lastSeen: "Vue le",
    channel: "Canal",
    order: "Trier par",
    orders: { last_seen: "Dernière visite", money: "Montant", purchases: "Nombre d’achats" },
    range: (from: number, to: number, of: number) => `${f.number(from)} à ${f.number(to)} sur ${f.number(of)}`,
    previous: "Page précédente",
    next: "Page suivante",
    pages: "Pages",
    export: "Exporter en CSV",
    mendCriteria: "Corrigez les critères ci-dessus pour voir la liste.",
    everyAudience: "tous publics confondus",
    none: "Personne ne correspond.",
    noneText: "Élargissez les critères, changez de public dans l’angle de lecture, ou effacez tout.",
    nonePositive: "Tout effacer",
  };
};
