#include "insight/rhythm/words.hpp"

#include <fmt/format.h>

#include "knowledge/wording.hpp"

namespace habitue::insight::rhythm {
namespace {

std::string percent(double share) { return fmt::format("{:.0f} %", share * 100); }

std::string_view reason_of(RhythmReason reason, bool french) {
  switch (reason) {
    case RhythmReason::NoCustomers: return french ? "personne n'a encore acheté" : "nobody has bought yet";
    case RhythmReason::TooFewRepeats:
      return french ? "trop peu de clients ont racheté pour en apprendre un rythme"
                    : "too few customers have bought again to learn a rhythm from";
    case RhythmReason::TooShort:
      return french ? "trop peu de temps a passé pour vérifier sur le passé"
                    : "too little time has passed to check on the past";
    case RhythmReason::TooFewOrders:
      return french ? "trop peu de commandes sont venues ensuite pour en juger"
                    : "too few orders came afterwards to judge by";
    case RhythmReason::TooNarrow:
      return french ? "trop de commandes sont venues hors de l'intervalle annoncé"
                    : "too many orders came outside the interval that was told";
    case RhythmReason::TooWide:
      return french ? "l'intervalle annoncé est trop large pour dire quelque chose"
                    : "the interval that is told is too wide to say anything";
  }
  return {};
}

std::string reasons_of(const RhythmCheck& check, bool french) {
  std::string text;
  for (const RhythmReason reason : check.reasons) {
    if (!text.empty()) text += french ? " ; " : "; ";
    text += reason_of(reason, french);
  }
  return text;
}

}  // namespace

std::string check_sentence(const RhythmReport& report, std::string_view language) {
  const bool french = language == "fr";
  const RhythmCheck& check = report.check;
  if (check.verdict == RhythmVerdict::NotPossible)
    return french ? fmt::format("Personne n'est dit en retard : {}.", reasons_of(check, true))
                  : fmt::format("Nobody is said to be late: {}.", reasons_of(check, false));
  const std::string held =
      french ? fmt::format(
                   "sur {} commandes venues après {} dates passées, {} sont venues dans l'intervalle à 80 % "
                   "annoncé avant elles",
                   check.held.whole, check.origins.size(), percent(check.held.value))
             : fmt::format(
                   "of {} orders that came after {} past dates, {} came within the 80 % interval told before "
                   "them",
                   check.held.whole, check.origins.size(), percent(check.held.value));
  if (check.verdict == RhythmVerdict::Failed)
    return french ? fmt::format("Personne n'est dit en retard : {} ; {}.", held, reasons_of(check, true))
                  : fmt::format("Nobody is said to be late: {}; {}.", held, reasons_of(check, false));
  const RhythmOfGroup& all = report.learnt.front();
  return french ? fmt::format(
                      "Vérifié : {}. Ce qui est attendu repose sur les achats du client lui-même à {} après un "
                      "intervalle, à {} après trois, à {} après dix ; le reste vient de ses semblables.",
                      held, percent(all.own_weight_of_one), percent(all.own_weight_of_three),
                      percent(all.own_weight_of_ten))
                : fmt::format(
                      "Checked: {}. What is expected rests on a customer's own purchases by {} after one "
                      "interval, by {} after three, by {} after ten; the rest comes from those alike.",
                      held, percent(all.own_weight_of_one), percent(all.own_weight_of_three),
                      percent(all.own_weight_of_ten));
}

std::string customer_sentence(const RhythmCustomer& customer, std::string_view language) {
  const bool french = language == "fr";
  const std::string when = knowledge::days_in_words(customer.expected_from, customer.expected_until, language);
  if (french)
    return fmt::format(
        "{} jour{} d'achat, environ tous les {:.0f} jours, le dernier il y a {} jours : attendu {}, et {} seraient "
        "déjà "
        "revenus.",
        customer.purchases, customer.purchases == 1 ? "" : "s", customer.cycle_days, customer.days_since_last, when,
        percent(customer.lateness));
  return fmt::format(
      "{} day{} of purchases, about every {:.0f} days, the last {} days ago: expected {}, and {} would "
      "have come back by now.",
      customer.purchases, customer.purchases == 1 ? "" : "s", customer.cycle_days, customer.days_since_last, when,
      percent(customer.lateness));
}

}  // namespace habitue::insight::rhythm
