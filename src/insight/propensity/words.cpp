#include "insight/propensity/words.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "insight/propensity/features.hpp"

namespace habitue::insight::propensity {
namespace {

using Fact = PropensityFact;

std::string number(double value, bool french, int digits = 1) {
  std::string text = fmt::format("{:.{}f}", value, digits);
  if (digits > 0 && text.ends_with(".0")) text.resize(text.size() - 2);
  if (french) std::replace(text.begin(), text.end(), '.', ',');
  return text;
}
std::string whole(double value) { return fmt::format("{:.0f}", value); }
std::string percent(double share) { return fmt::format("{:.0f} %", share * 100); }

std::string days_ago(double days, bool french) {
  if (days < 1) return french ? "il y a moins d'un jour" : "less than a day ago";
  const std::string count = whole(std::floor(days));
  const bool one = count == "1";
  return french ? fmt::format("il y a {} jour{}", count, one ? "" : "s")
                : fmt::format("{} day{} ago", count, one ? "" : "s");
}
std::string lately(std::uint32_t days, bool french) {
  if (days == 0) return {};
  return french ? fmt::format(" en {} jours", days) : fmt::format(" in {} days", days);
}
// "3 purchases", "1 achat".
std::string counted(double count, std::string_view english, std::string_view french_word, bool french) {
  const bool many = french ? count >= 2 : count != 1;
  return fmt::format("{} {}{}", whole(count), french ? french_word : english, many ? "s" : "");
}

// Of columns that are 1 or 0: which of them is 1.
std::string chosen(std::span<const PropensityColumn> columns, std::size_t column, std::span<const double> row,
                   bool french) {
  for (std::size_t at = 0; at < columns.size(); ++at)
    if (columns[at].fact == columns[column].fact && columns[at].name == columns[column].name && row[at] > 0)
      return columns[at].value;
  return french ? "autre ou inconnu" : "another or unknown";
}

std::string kind_text(const std::string& kind, bool french) {
  if (kind == "$page") return french ? "page vue" : "page viewed";
  if (kind == "$screen") return french ? "écran vu" : "screen viewed";
  return kind;
}

std::string missing_text(const PropensityColumn& of, bool french) {
  switch (of.fact) {
    case Fact::DaysSinceLastEvent: return french ? "aucune activité" : "no activity";
    case Fact::DaysSincePurchase:
    case Fact::DaysSinceFirstPurchase: return french ? "aucun achat" : "no purchase";
    case Fact::MeanGap:
    case Fact::LastGap:
    case Fact::Overdue: return french ? "pas de deuxième achat" : "no second purchase";
    case Fact::GapTrend: return french ? "moins de trois achats" : "fewer than three purchases";
    case Fact::DaysSinceKind:
      return french ? fmt::format("jamais « {} »", kind_text(of.name, true))
                    : fmt::format("never \"{}\"", kind_text(of.name, false));
    case Fact::TraitNumber: return french ? fmt::format("{} inconnu", of.name) : fmt::format("{} unknown", of.name);
    default: return french ? "inconnu" : "not known";
  }
}

std::string_view outcome_text(PropensityOutcome outcome, bool french) {
  switch (outcome) {
    case PropensityOutcome::BuyingAgain: return french ? "racheter" : "buy again";
    case PropensityOutcome::Leaving: return french ? "partir" : "leave";
    case PropensityOutcome::Upgrading: return french ? "monter en gamme" : "upgrade";
  }
  return {};
}

std::string_view reason_text(PropensityReason reason, bool french) {
  switch (reason) {
    case PropensityReason::NobodyEligible:
      return french ? "personne n'aurait pu le faire aux moments regardés"
                    : "nobody could do it at the moments looked back to";
    case PropensityReason::TooShort:
      return french ? "le passé connu est plus court que trois horizons et demi"
                    : "the past that is known is shorter than three and a half horizons";
    case PropensityReason::TooFewPeople:
      return french ? "il y a trop peu de personnes pour apprendre ou pour vérifier"
                    : "there are too few people to learn from or to check by";
    case PropensityReason::TooFewOutcomes:
      return french ? "trop peu de personnes l'ont fait, ou ne l'ont pas fait" : "too few people did it, or did not";
    case PropensityReason::NoBetterThanAlike:
      return french ? "aucune méthode ne fait mieux que la même chance pour tous"
                    : "no method does better than one chance for all";
    case PropensityReason::Unreliable:
      return french ? "les chances annoncées sont fausses de plus d'un dixième"
                    : "the chances that it tells are off by more than a tenth";
  }
  return {};
}

const PropensityModel* model_of(const PropensityCheck& check, PropensityMethod method) {
  for (const PropensityModel& model : check.models)
    if (model.method == method && model.scores) return &model;
  return nullptr;
}

}  // namespace

Topic topic_of(const PropensityColumn& column) {
  switch (column.fact) {
    case Fact::DaysSinceFirst: return {0, {}};
    case Fact::DaysSinceLastEvent: return {1, {}};
    case Fact::Events:
    case Fact::ActiveDays: return {2, {}};
    case Fact::Purchases:
    case Fact::DaysSinceFirstPurchase: return {3, {}};
    case Fact::MeanGap:
    case Fact::LastGap:
    case Fact::GapTrend: return {4, {}};
    case Fact::DaysSincePurchase:
    case Fact::Overdue: return {5, {}};
    case Fact::Money:
    case Fact::MeanMoney: return {6, {}};
    case Fact::Costs:
    case Fact::CostMoney: return {7, {}};
    case Fact::Monthly:
    case Fact::MonthlyGrowth: return {8, {}};
    case Fact::AtRisk: return {9, {}};
    case Fact::SubscriberDays: return {10, {}};
    case Fact::Kind:
    case Fact::DaysSinceKind: return {11, column.name};
    case Fact::Stage: return {12, {}};
    case Fact::Role: return {13, {}};
    case Fact::Channel: return {14, {}};
    case Fact::Trait:
    case Fact::TraitNumber: return {15, column.name};
  }
  return {};
}

std::string topic_text(const Topic& topic, bool french) {
  static constexpr std::pair<const char*, const char*> kNames[] = {
      {"known since", "connu depuis"},
      {"last activity", "dernière activité"},
      {"activity", "activité"},
      {"number of purchases", "nombre d'achats"},
      {"time between purchases", "temps entre achats"},
      {"last purchase", "dernier achat"},
      {"money", "argent"},
      {"costs and support", "coûts et assistance"},
      {"monthly price", "prix mensuel"},
      {"payment failed or end announced", "paiement manqué ou fin annoncée"},
      {"subscriber since", "abonné depuis"},
      {"", ""},
      {"stage", "étape"},
      {"role", "rôle"},
      {"channel", "canal"},
      {"", ""}};
  const auto& [english, in_french] = kNames[topic.first];
  return topic.second.empty() ? (french ? in_french : english) : topic.second;
}

std::string fact_text(std::span<const PropensityColumn> columns, std::size_t column, std::span<const double> row,
                      bool french) {
  const PropensityColumn& of = columns[column];
  if (of.fact == Fact::Stage) return (french ? "étape : " : "stage: ") + chosen(columns, column, row, french);
  if (of.fact == Fact::Role) return (french ? "rôle : " : "role: ") + chosen(columns, column, row, french);
  if (of.fact == Fact::Channel) return (french ? "canal : " : "channel: ") + chosen(columns, column, row, french);
  if (of.fact == Fact::Trait) return of.name + (french ? " : " : ": ") + chosen(columns, column, row, french);
  if (std::isnan(row[column])) return missing_text(of, french);
  const double value = unsqueezed(row[column]);
  const std::string when = lately(of.days, french);
  switch (of.fact) {
    case Fact::DaysSinceFirst: return (french ? "connu depuis " : "known for ") + counted(value, "day", "jour", french);
    case Fact::DaysSinceLastEvent: return (french ? "dernière activité " : "last activity ") + days_ago(value, french);
    case Fact::Events: return counted(value, "event", "événement", french) + when;
    case Fact::ActiveDays:
      return french ? fmt::format("actif {} des 90 derniers jours", percent(value))
                    : fmt::format("active on {} of the last 90 days", percent(value));
    case Fact::Purchases: return counted(value, "purchase", "achat", french) + when;
    case Fact::DaysSincePurchase: return (french ? "dernier achat " : "last purchase ") + days_ago(value, french);
    case Fact::DaysSinceFirstPurchase: return (french ? "premier achat " : "first purchase ") + days_ago(value, french);
    case Fact::MeanGap:
      return french ? fmt::format("un achat tous les {} jours", number(value, true))
                    : fmt::format("a purchase every {} days", number(value, false));
    case Fact::LastGap:
      return french ? fmt::format("{} jours entre les deux derniers achats", number(value, true))
                    : fmt::format("{} days between the last two purchases", number(value, false));
    case Fact::GapTrend:
      return french ? fmt::format("dernier intervalle {} fois les précédents", number(value, true))
                    : fmt::format("last gap {} times those before", number(value, false));
    case Fact::Overdue:
      return french ? fmt::format("dernier achat il y a {} fois l'intervalle habituel", number(value, true))
                    : fmt::format("last purchase {} usual gaps ago", number(value, false));
    case Fact::Money: return (french ? "a rapporté " : "brought ") + number(value, french, 2) + when;
    case Fact::MeanMoney:
      return french ? fmt::format("{} par achat", number(value, true, 2))
                    : fmt::format("{} a purchase", number(value, false, 2));
    case Fact::Costs: return counted(value, "cost of serving", "coût de service", french && value < 2) + when;
    case Fact::CostMoney: return (french ? "a coûté " : "cost ") + number(value, french, 2);
    case Fact::Monthly:
      return french ? fmt::format("{} par mois", number(value, true, 2))
                    : fmt::format("{} a month", number(value, false, 2));
    case Fact::MonthlyGrowth:
      return french ? fmt::format("prix mensuel {:+.0f} % depuis le début", value * 100)
                    : fmt::format("monthly price {:+.0f} % since the beginning", value * 100);
    case Fact::AtRisk:
      if (value > 0) return french ? "paiement manqué ou fin annoncée" : "a payment failed or the end was announced";
      return french ? "ni paiement manqué ni fin annoncée" : "no failed payment, no end announced";
    case Fact::SubscriberDays:
      return (french ? "abonné depuis " : "subscriber for ") + counted(value, "day", "jour", french);
    case Fact::Kind:
      return french ? fmt::format("{} fois « {} »{}", whole(value), kind_text(of.name, true), when)
                    : fmt::format("\"{}\" {} times{}", kind_text(of.name, false), whole(value), when);
    case Fact::DaysSinceKind:
      return french ? fmt::format("dernier « {} » {}", kind_text(of.name, true), days_ago(value, true))
                    : fmt::format("last \"{}\" {}", kind_text(of.name, false), days_ago(value, false));
    case Fact::TraitNumber: return fmt::format("{}{} {}", of.name, french ? " :" : ":", number(value, french, 2));
    default: return {};
  }
}

std::string_view method_text(PropensityMethod method, bool french) {
  switch (method) {
    case PropensityMethod::Alike: return french ? "la même chance pour tous" : "one chance for all";
    case PropensityMethod::Rule: return french ? "la règle simple" : "the simple rule";
    case PropensityMethod::Probability: return french ? "le modèle de probabilité" : "the probability model";
    case PropensityMethod::Regression: return french ? "la régression" : "the regression";
    case PropensityMethod::Trees: return french ? "les arbres" : "the trees";
  }
  return {};
}

// "the regression answers".
std::string answers_text(PropensityMethod method, bool french) {
  const bool many = method == PropensityMethod::Trees;
  const std::string_view verb = french ? (many ? " répondent" : " répond") : (many ? " answer" : " answers");
  return std::string(method_text(method, french)) + std::string(verb);
}

std::string check_sentence(const PropensityCheck& check, const PropensitySpec& spec, bool french) {
  std::string reasons;
  for (const PropensityReason reason : check.reasons)
    reasons += (reasons.empty() ? "" : french ? " ; " : "; ") + std::string(reason_text(reason, french));
  if (check.verdict != PropensityVerdict::Passed)
    return french ? fmt::format("Aucune chance n'est annoncée : {}.", reasons)
                  : fmt::format("No chance is told: {}.", reasons);
  const PropensityCut& cut = check.cuts.back();
  const PropensityModel* used = model_of(check, check.used);
  const PropensityModel* best = nullptr;
  for (const PropensityModel& model : check.models)
    if (model.scores && (best == nullptr || model.scores->log_loss < best->scores->log_loss)) best = &model;
  std::string text = fmt::format(
      fmt::runtime(french ? "Vérifié au {} sur {} personnes dont {} l'ont fait en {} jours ({}) : {}, AUC {}, "
                            "perte logarithmique {} contre {} pour la même chance à tous"
                          : "Checked on {} with {} people of whom {} did it within {} days ({}): {}, AUC {}, "
                            "log loss {} against {} for one chance for all"),
      format_day(cut.day), cut.looked_at, cut.came, spec.horizon_days, outcome_text(spec.outcome, french),
      answers_text(check.used, french), number(used->scores->auc.value_or(0.5), french, 3),
      number(used->scores->log_loss, french, 4),
      number(model_of(check, PropensityMethod::Alike)->scores->log_loss, french, 4));
  if (best != used)
    text += fmt::format(
        fmt::runtime(french ? " ; {} fait {} de mieux, ce que le hasard peut expliquer, et la plus simple est gardée"
                            : "; {} does {} better, which chance can explain, and the simpler one is kept"),
        method_text(best->method, french), number(used->scores->behind, french, 4));
  else if (check.used != PropensityMethod::Trees)
    text += french ? " ; aucune autre ne fait mieux" : "; no other does better";
  return text + ".";
}

std::string customer_sentence(const PropensityCustomer& customer, const PropensitySpec& spec, bool french) {
  std::string text = fmt::format(fmt::runtime(french ? "{} de chances de {} en {} jours" : "{} to {} within {} days"),
                                 percent(customer.probability), outcome_text(spec.outcome, french), spec.horizon_days);
  std::string causes;
  for (const PropensityCause& cause : customer.causes) {
    causes += (causes.empty() ? "" : french ? " ; " : "; ") + (french ? cause.what_fr : cause.what_en);
    if (cause.points)
      causes += fmt::format("{} {:+.0f} point{}", french ? " :" : ":", *cause.points,
                            std::abs(std::round(*cause.points)) == 1 ? "" : "s");
  }
  if (!causes.empty()) text += (french ? " : " : ": ") + causes;
  return text + ".";
}

}  // namespace habitue::insight::propensity
