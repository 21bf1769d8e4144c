import type { Formats } from "../formats";
import type { client as french } from "../fr/client";
import { words as wordsOf } from "./words";

export const client = (f: Formats): ReturnType<typeof french> => {
  const { people, accounts } = wordsOf(f);
  return {
    title: "Who is your client?",
    lead: "Someone is your client once they were supposed to pay and have paid. The others are prospects or beneficiaries.",
    roles: {
      title: "Who was meant to pay, and who has paid?",
      sentence: (among: string, paid: number, total: number) =>
        `${among}, ${f.number(paid)} of ${f.number(total)} known people ${f.plural(paid, { one: "has paid you: that is your client.", other: "have paid you: these are your clients." })}`,
      sentenceOfSides: (among: string, sides: string) => `${among}, these have paid: ${sides}.`,
      ofSide: (side: string, paid: number, parties: number) => `${f.number(paid)} of ${people(parties)} on the side “${side}”`,
      ofAccounts: (side: string, paid: number, parties: number) => `${f.number(paid)} of ${accounts(parties)} on the side “${side}”`,
      sentenceOfAccounts: (among: string, paid: number, parties: number) =>
        `${among}, ${f.number(paid)} of ${accounts(parties)} ${f.plural(paid, { one: "has paid you: that is your client.", other: "have paid you: these are your clients." })}`,
      nobodyPaid: (among: string, total: number) => `${among}, none of the ${people(total)} known has paid yet.`,
      strict: "Have paid",
      strictMeaning: "The strict count: money received from them, net of refunds and chargebacks, is above zero.",
      strictAccounts: "Accounts that have paid",
      strictAccountsMeaning: "The strict count: here it is accounts that pay, and each counts for one, whatever its number of members.",
      wide: (act: string) => `Did the wanted act: ${act}`,
      wideMeaning: "The wide count: they did what you hope a user does, whether they paid or not. The two counts are never added up.",
      wideNone: "No wanted act is defined",
      wideNoneMeaning: "Define [wanted_act] in habitue.toml to count, beside those who pay, those who take part without paying.",
      table: "People and money by role",
      role: "Role",
      count: "People",
      share: "Share",
      money: "Money received, net",
      meanings: {
        client: "Supposed to pay, and has paid.",
        prospect: "Supposed to pay, has not paid yet.",
        beneficiary: "Benefits without being supposed to pay.",
        unknown: "Cannot be told: counted apart, never folded into the others.",
      },
      total: "Total",
      nobody: (payments: number, money: string) =>
        `${f.number(payments)} ${f.plural(payments, { one: "payment", other: "payments" })} (${money}) ${f.plural(payments, { one: "names", other: "name" })} nobody: ` +
        `they count in the takings and in no role.`,
      doProspects: (count: number) => `Ask for the first payment: see the ${f.plural(count, { one: "prospect", other: `${f.number(count)} prospects, last seen first` })}`,
      doAudit: (count: number) => `${f.number(count)} ${f.plural(count, { one: "payer is", other: "payers are" })} not supposed to pay: check the payments, or the rule`,
      doNobody: "Ask for an address at the till: a payment without a name says nothing about your client",
    },
  };
};
