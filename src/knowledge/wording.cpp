#include "knowledge/wording.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace habitue::knowledge {
namespace {

using criteria::Verdict;

// French: a narrow no-break space before ; : ! ? % and a no-break space inside amounts.
constexpr const char* kNarrow = "\u202f";
constexpr std::string_view kNoBreak = "\u00a0";

bool is_french(std::string_view language) { return language == "fr"; }

std::string days_fr(std::int64_t days) { return fmt::format("{} jour{}", days, days >= 2 ? "s" : ""); }
std::string days_en(std::int64_t days) { return fmt::format("{} day{}", days, days == 1 ? "" : "s"); }

std::string net_in_words(const std::vector<Balance>& balances, std::string_view language) {
  std::string words;
  for (const Balance& balance : balances) {
    if (!words.empty()) words += is_french(language) ? " et " : " and ";
    words += money_in_words({balance.net_minor(), balance.currency}, language);
  }
  return words;
}

struct MoneyFacts {
  std::size_t payments = 0, returns = 0;
};
MoneyFacts count_moves(const RoleVerdict& verdict) {
  MoneyFacts facts;
  for (const Movement& movement : verdict.movements)
    ++(movement.move == MoneyMove::Payment ? facts.payments : facts.returns);
  return facts;
}

std::string paid_en(const RoleVerdict& verdict, const std::vector<Balance>& balances, std::string_view account) {
  const MoneyFacts facts = count_moves(verdict);
  const std::string who = account.empty() ? "" : fmt::format("the account \"{}\" ", account);
  if (facts.payments == 0) return who.empty() ? "no payment received" : fmt::format("{}has paid nothing", who);
  std::string words =
      fmt::format("{}{} payment{}", who.empty() ? "" : who + "made ", facts.payments, facts.payments == 1 ? "" : "s");
  if (facts.returns > 0)
    words += fmt::format(" and {} refund{} or dispute{}", facts.returns, facts.returns == 1 ? "" : "s",
                         facts.returns == 1 ? "" : "s");
  return words + fmt::format(", {} net", net_in_words(balances, "en"));
}

std::string paid_fr(const RoleVerdict& verdict, const std::vector<Balance>& balances, std::string_view account) {
  const MoneyFacts facts = count_moves(verdict);
  const std::string who = account.empty() ? "" : fmt::format("le compte «{0}{1}{0}» ", kNoBreak, account);
  if (facts.payments == 0) return who.empty() ? "aucun paiement reçu" : fmt::format("{}n’a rien payé", who);
  std::string words = fmt::format("{}{} paiement{}", who.empty() ? "" : who + "a fait ", facts.payments,
                                  facts.payments >= 2 ? "s" : "");
  if (facts.returns > 0)
    words += fmt::format(" et {} remboursement{} ou litige{}", facts.returns, facts.returns >= 2 ? "s" : "",
                         facts.returns >= 2 ? "s" : "");
  return words + fmt::format(", {} net", net_in_words(balances, "fr"));
}

std::string role_en(const RoleVerdict& verdict, bool surely_on_side, const std::string& paid) {
  if (!surely_on_side) return fmt::format("Unknown: it cannot be told whether this person is on this side; {}.", paid);
  switch (verdict.role) {
    case Role::Client: return fmt::format("Client: supposed to pay, and has paid ({}).", paid);
    case Role::Prospect: return fmt::format("Prospect: supposed to pay, and has not paid ({}).", paid);
    case Role::Beneficiary:
      return verdict.has_paid ? fmt::format("Beneficiary: not supposed to pay, though money came ({}).", paid)
                              : fmt::format("Beneficiary: not supposed to pay ({}).", paid);
    case Role::Unknown: break;
  }
  return fmt::format("Unknown: it cannot be told whether this person is supposed to pay; {}.", paid);
}

std::string role_fr(const RoleVerdict& verdict, bool surely_on_side, const std::string& paid) {
  if (!surely_on_side)
    return fmt::format("Inconnu{0}: on ne peut pas dire si cette personne est de ce côté{0}; {1}.", kNarrow, paid);
  switch (verdict.role) {
    case Role::Client: return fmt::format("Client{}: censé payer, et a payé ({}).", kNarrow, paid);
    case Role::Prospect: return fmt::format("Prospect{}: censé payer, et n’a pas payé ({}).", kNarrow, paid);
    case Role::Beneficiary:
      return verdict.has_paid
                 ? fmt::format("Bénéficiaire{}: pas censé payer, mais de l’argent est venu ({}).", kNarrow, paid)
                 : fmt::format("Bénéficiaire{}: pas censé payer ({}).", kNarrow, paid);
    case Role::Unknown: break;
  }
  return fmt::format("Inconnu{0}: on ne peut pas dire si cette personne est censée payer{0}; {1}.", kNarrow, paid);
}

std::string stage_en(const StageVerdict& verdict, const config::StageRules& rules) {
  if (verdict.purchases == 0) return "Prospect: no purchase that counts yet.";
  const std::string last = days_en(*verdict.days_since_last);
  switch (verdict.stage) {
    case Stage::Dormant: return fmt::format("Dormant: last purchase {} ago, {} or more.", last, rules.dormant_days);
    case Stage::AtRisk:
      if (*verdict.days_since_last < rules.at_risk_days)
        return fmt::format(
            "At risk: last purchase {} ago, more than the {} of the own rhythm; the rule for all says {}.", last,
            verdict.overdue_after_days.value_or(0), rules.at_risk_days);
      return fmt::format("At risk: last purchase {} ago, {} or more.", last, rules.at_risk_days);
    case Stage::Back:
      return fmt::format("Back: bought {} ago, after {} without a purchase.", last, days_en(*verdict.last_gap_days));
    case Stage::New:
      return fmt::format("New: first purchase {} ago, fewer than {}{}.", days_en(*verdict.days_since_first),
                         rules.new_days,
                         verdict.repeat ? fmt::format("; repeat: {} purchases already", verdict.purchases) : "");
    case Stage::Active:
      return fmt::format("Active: at least {} purchases in the last {}; the last one {} ago.", rules.active_purchases,
                         days_en(rules.active_days), last);
    default: break;
  }
  return fmt::format("Occasional: last purchase {} ago, fewer than {} purchases in the last {}.", last,
                     rules.active_purchases, days_en(rules.active_days));
}

std::string stage_fr(const StageVerdict& verdict, const config::StageRules& rules) {
  if (verdict.purchases == 0) return fmt::format("Prospect{}: pas encore d’achat qui compte.", kNarrow);
  const std::string last = days_fr(*verdict.days_since_last);
  switch (verdict.stage) {
    case Stage::Dormant:
      return fmt::format("Dormant{}: dernier achat il y a {}, au moins {}.", kNarrow, last, rules.dormant_days);
    case Stage::AtRisk:
      if (*verdict.days_since_last < rules.at_risk_days)
        return fmt::format(
            "À risque{0}: dernier achat il y a {1}, plus que les {2} de son propre rythme{0}; la règle pour tous dit "
            "{3}.",
            kNarrow, last, verdict.overdue_after_days.value_or(0), rules.at_risk_days);
      return fmt::format("À risque{}: dernier achat il y a {}, au moins {}.", kNarrow, last, rules.at_risk_days);
    case Stage::Back:
      return fmt::format("De retour{}: achat il y a {}, après {} sans achat.", kNarrow, last,
                         days_fr(*verdict.last_gap_days));
    case Stage::New:
      return fmt::format("Nouveau{0}: premier achat il y a {1}, moins de {2}{3}.", kNarrow,
                         days_fr(*verdict.days_since_first), rules.new_days,
                         verdict.repeat ? fmt::format("{}; déjà {} achats", kNarrow, verdict.purchases) : "");
    case Stage::Active:
      return fmt::format("Actif{0}: au moins {1} achats au cours des {2} derniers jours{0}; le dernier il y a {3}.",
                         kNarrow, rules.active_purchases, rules.active_days, last);
    default: break;
  }
  return fmt::format("Occasionnel{}: dernier achat il y a {}, moins de {} achats au cours des {} derniers jours.",
                     kNarrow, last, rules.active_purchases, rules.active_days);
}

}  // namespace

std::string money_in_words(Money money, std::string_view language) {
  std::string words = format_money(money);
  if (!is_french(language)) return words;
  std::replace(words.begin(), words.end(), '.', ',');
  if (const auto space = words.find(' '); space != std::string::npos) words.replace(space, 1, kNoBreak);
  return words;
}

std::string role_reason(const RoleVerdict& verdict, bool surely_on_side, const std::vector<Balance>& balances,
                        std::string_view account, std::string_view language) {
  return is_french(language) ? role_fr(verdict, surely_on_side, paid_fr(verdict, balances, account))
                             : role_en(verdict, surely_on_side, paid_en(verdict, balances, account));
}

std::string stage_reason(const StageVerdict& verdict, const config::Business& business, std::string_view language) {
  return is_french(language) ? stage_fr(verdict, business.stages) : stage_en(verdict, business.stages);
}

std::string subscription_reason(const StageVerdict& verdict, const SubscriptionState& state,
                                const config::Business& business, std::string_view language) {
  const bool french = is_french(language);
  const std::string since = verdict.days_since_first
                                ? french ? days_fr(*verdict.days_since_first) : days_en(*verdict.days_since_first)
                                : std::string{};
  switch (verdict.stage) {
    case Stage::Trial:
      return french ? fmt::format("À l’essai{}: un essai court, sans abonnement.", kNarrow)
                    : "Trial: a trial is running, no subscription yet.";
    case Stage::Lost:
      return french ? fmt::format("Perdu{}: l’abonnement est terminé et rien n’a repris.", kNarrow)
                    : "Lost: the subscription ended and nothing has begun since.";
    case Stage::AtRisk:
      if (state.payment_failed)
        return french ? fmt::format("À risque{}: le dernier paiement a échoué.", kNarrow)
                      : "At risk: the last payment failed.";
      if (state.cancellation_announced)
        return french ? fmt::format("À risque{}: la résiliation est annoncée.", kNarrow)
                      : "At risk: the cancellation is announced.";
      return french ? fmt::format("À risque{0}: {1} usage{2} de valeur en {3} jours, moins de {4}.", kNarrow,
                                  state.value_uses, state.value_uses >= 2 ? "s" : "", business.subscription.value_days,
                                  business.subscription.value_minimum)
                    : fmt::format("At risk: {} use{} of value in {} days, fewer than {}.", state.value_uses,
                                  state.value_uses == 1 ? "" : "s", business.subscription.value_days,
                                  business.subscription.value_minimum);
    case Stage::Back:
      return french ? fmt::format("De retour{}: abonné de nouveau, {} après la fin du précédent abonnement.", kNarrow,
                                  days_fr(verdict.last_gap_days.value_or(0)))
                    : fmt::format("Back: subscribed again, {} after the earlier subscription ended.",
                                  days_en(verdict.last_gap_days.value_or(0)));
    case Stage::New:
      return french ? fmt::format("Nouveau{}: abonné depuis {}, moins de {}.", kNarrow, since, business.stages.new_days)
                    : fmt::format("New: subscribed {} ago, fewer than {}.", since, business.stages.new_days);
    case Stage::Active:
      return french ? fmt::format("Actif{}: abonné, rien n’annonce un départ.", kNarrow)
                    : "Active: subscribed, and nothing announces an end.";
    default: break;
  }
  return french ? fmt::format("Prospect{}: pas encore d’abonnement.", kNarrow) : "Prospect: no subscription yet.";
}

}  // namespace habitue::knowledge
