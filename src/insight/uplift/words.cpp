#include "insight/uplift/words.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace habitue::insight::uplift {
namespace {

std::string number(double value, int digits, bool french, bool sign = false) {
  std::string text = sign ? fmt::format("{:+.{}f}", value, digits) : fmt::format("{:.{}f}", value, digits);
  if (french) std::replace(text.begin(), text.end(), '.', ',');
  return text;
}
std::string p_text(double p, bool french) {
  return p < 0.0001 ? (french ? "p < 0,0001" : "p < 0.0001") : "p = " + number(p, 4, french);
}

std::string_view reason_text(UpliftReason reason, bool french) {
  switch (reason) {
    case UpliftReason::NobodyAssigned:
      return french ? "personne n'a été affecté à un groupe dont le délai soit passé"
                    : "nobody was sent to an arm whose time is over";
    case UpliftReason::TooFewPeople:
      return french ? "un groupe compte moins de 100 personnes" : "an arm has fewer than 100 people";
    case UpliftReason::TooFewOutcomes:
      return french ? "trop peu de personnes l'ont fait, ou toutes l'ont fait" : "too few people did it, or all did";
    case UpliftReason::UnequalArms:
      return french
                 ? "les groupes n'ont pas la taille qu'un tirage au sort leur donnerait : ce n'en était pas un, ou des "
                   "personnes ont été perdues"
                 : "the arms are not as large as a lot would make them: it was no lot, or people were lost";
  }
  return {};
}

std::string amount(const UpliftReport& report, double value, bool french, bool sign) {
  return number(value, report.currency.minor_digits(), french, sign) + " " + std::string(report.currency.code());
}

// Found by one look, and not by an interval that allows for many.
std::string_view one_look_text(const UpliftEffect& effect, bool french) {
  if (!effect.anytime_low || (*effect.low <= 0 && *effect.high >= 0)) return {};
  if (*effect.anytime_low > 0 || *effect.anytime_high < 0) return {};
  return french ? "Cela vaut pour un seul regard, décidé d'avance : qui regarde jour après jour ne peut pas encore "
                  "conclure. "
                : "This holds for one look, decided beforehand: whoever looks day after day cannot conclude yet. ";
}

std::string effect_text(const UpliftReport& report, const UpliftSpec& spec, bool french) {
  const UpliftEffect& effect = report.effect.of(spec.side);
  if (!effect.difference) return {};
  const bool money = spec.measure == UpliftMeasure::Money;
  const auto level = [&](double value) {
    return money ? amount(report, value, french, false) : number(value * 100, 2, french) + " %";
  };
  const auto points = [&](double value) {
    return money ? amount(report, value, french, true) : number(value * 100, 2, french, true);
  };
  const std::string_view unit = money ? "" : " points";
  std::string text = fmt::format(
      fmt::runtime(french
                       ? "En {} jours {} des {} traités contre {} des {} autres : {}{} (de {} à {}), {}. "
                       : "Within {} days {} of the {} treated against {} of the {} others: {}{} (from {} to {}), {}. "),
      spec.within_days, level(effect.treated.mean), effect.treated.people, level(effect.control.mean),
      effect.control.people, points(*effect.difference), unit, points(*effect.low), points(*effect.high),
      p_text(*effect.p_value, french));
  return text.append(one_look_text(effect, french));
}

}  // namespace

std::string sentence(const UpliftReport& report, const UpliftSpec& spec, bool french) {
  std::string text = effect_text(report, spec, french);
  switch (report.verdict) {
    case UpliftVerdict::NotPossible: {
      std::string reasons;
      for (const UpliftReason reason : report.reasons)
        reasons += (reasons.empty() ? "" : french ? " ; " : "; ") + std::string(reason_text(reason, french));
      return text + (french ? "Rien n'en est conclu : " : "Nothing is concluded: ") + reasons + ".";
    }
    case UpliftVerdict::Everybody:
      return text + (french ? "Qui l'action touche le plus ne se distingue pas du hasard : elle est pour tous."
                            : "Whom it moves more cannot be told from chance: it is for everybody.");
    case UpliftVerdict::Nobody:
      return text + (french ? "Aucun effet ne se distingue du hasard, ni pour tous ni pour certains."
                            : "No effect can be told from chance, neither for all nor for some.");
    case UpliftVerdict::ByScore: break;
  }
  return text +
         fmt::format(
             fmt::runtime(
                 french ? "Choisir paie : Qini {} (de {} à {}) ; au-delà de {} % des personnes, traiter n'ajoute rien."
                        : "Choosing pays: Qini {} (from {} to {}); beyond {} % of the people treating adds nothing."),
             number(report.qini->value, 5, french), number(report.qini->low, 5, french),
             number(report.qini->high, 5, french), number(report.share_to_target.value_or(1) * 100, 0, french));
}

}  // namespace habitue::insight::uplift
