import type { Formats } from "../formats";
import { words as wordsOf } from "./words";

export const client = (f: Formats) => {
  const { people, accounts } = wordsOf(f);
  return {
    title: "Qui est votre client ?",
    lead: "Est client qui devait payer et a payé. Les autres sont des prospects ou des bénéficiaires.",
    roles: {
      title: "Qui devait payer, et qui a payé ?",
      sentence: (among: string, paid: number, total: number) =>
        `${among}, ${f.number(paid)} ${f.plural(paid, { one: "personne vous a payé", other: "personnes vous ont payé" })} sur ${f.number(total)} connues : ` +
        f.plural(paid, { one: "c’est votre client.", other: "ce sont vos clients." }),
      sentenceOfSides: (among: string, sides: string) => `${among}, ont payé : ${sides}.`,
      ofSide: (side: string, paid: number, parties: number) => `${people(paid)} sur ${f.number(parties)} côté « ${side} »`,
      ofAccounts: (side: string, paid: number, parties: number) => `${accounts(paid)} sur ${f.number(parties)} côté « ${side} »`,
      sentenceOfAccounts: (among: string, paid: number, parties: number) =>
        `${among}, ${accounts(paid)} sur ${f.number(parties)} ${f.plural(paid, { one: "vous a payé : c’est votre client.", other: "vous ont payé : ce sont vos clients." })}`,
      nobodyPaid: (among: string, total: number) => `${among}, aucune des ${people(total)} connues n’a encore payé.`,
      strict: "Ont payé",
      strictMeaning: "Compte strict : l’argent reçu d’elles, net des remboursements et impayés, est supérieur à zéro.",
      strictAccounts: "Comptes qui ont payé",
      strictAccountsMeaning: "Compte strict : ici ce sont les comptes qui paient ; chacun compte pour un, quel que soit le nombre de ses membres.",
      wide: (act: string) => `Ont fait l’acte attendu : ${act}`,
      wideMeaning: "Compte large : elles ont fait ce que vous attendez d’un usager, qu’elles aient payé ou non. Les deux comptes ne s’additionnent jamais.",
      wideNone: "Aucun acte attendu n’est défini",
      wideNoneMeaning: "Définissez [wanted_act] dans habitue.toml pour compter, à côté des payeurs, celles et ceux qui participent sans payer.",
      table: "Personnes et argent par rôle",
      role: "Rôle",
      count: "Personnes",
      share: "Part",
      money: "Argent reçu, net",
      meanings: {
        client: "Doit payer et a payé.",
        prospect: "Doit payer, n’a pas encore payé.",
        beneficiary: "Profite du service sans devoir payer.",
        unknown: "On ne peut pas trancher : compté à part, jamais mélangé aux autres.",
      },
      total: "Total",
      nobody: (payments: number, money: string) =>
        `${f.number(payments)} ${f.plural(payments, { one: "paiement", other: "paiements" })} (${money}) ne ${f.plural(payments, { one: "nomme", other: "nomment" })} personne : ` +
        `ils comptent dans la recette, dans aucun rôle.`,
      doProspects: (count: number) => `Invitez à payer : voir ${f.plural(count, { one: "le prospect vu", other: `les ${f.number(count)} prospects, les derniers vus` })} en premier`,
      doAudit: (count: number) =>
        `${f.number(count)} ${f.plural(count, { one: "payeur n’y est pas tenu", other: "payeurs n’y sont pas tenus" })} : vérifiez ces paiements, ou la règle`,
      doNobody: "Demandez une adresse à la caisse : un paiement sans nom ne dit rien de votre client",
    },
  };
};
