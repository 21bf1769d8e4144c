#include "insight/contracts/words.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace habitue::insight::contracts {
namespace {

std::string number(double value, int digits, bool french) {
  std::string text = fmt::format("{:.{}f}", value, digits);
  if (french) std::replace(text.begin(), text.end(), '.', ',');
  return text;
}
std::string percent(double share, bool french) { return number(share * 100, 1, french) + " %"; }

std::string_view reason_text(ContractsReason reason, bool french) {
  switch (reason) {
    case ContractsReason::NoContracts: return french ? "il n'y a pas d'abonnement" : "there is no subscription";
    case ContractsReason::TooFew:
      return french ? "trop peu de contrats, ou trop peu de finis, pour apprendre ou pour vérifier"
                    : "too few contracts, or too few that ended, to learn from or to check by";
    case ContractsReason::TooShort:
      return french ? "les contrats sont suivis depuis trop peu de périodes"
                    : "contracts have been watched for too few periods";
    case ContractsReason::MissedPast:
      return french ? "faite dans le passé, la projection se serait trompée de plus d'un vingtième"
                    : "made in the past, the projection would have missed by more than a twentieth";
  }
  return {};
}

// Who leaves within the horizon, as far as the past bears it out.
std::string leaving_text(const ContractsReport& report, const ContractsSpec& spec, bool french) {
  const ContractsLeavingCheck& check = report.leaving_check;
  if (check.verdict == ContractsVerdict::NotPossible)
    return fmt::format(
        fmt::runtime(
            french ? " On ne dit pas qui part en {0} jours : trop peu de contrats couraient ou étaient finis {0} "
                     "jours plus tôt pour vérifier."
                   : " Who leaves within {0} days is not told: too few contracts ran or had ended {0} days ago to "
                     "check by."),
        spec.horizon_days);
  const std::string looked_back =
      fmt::format(fmt::runtime(french ? "dit au {}, {} départs étaient attendus et {} sont venus"
                                      : "said on {}, {} were expected to leave and {} did"),
                  format_day(*check.checked_on), number(check.foretold, 0, french), check.came);
  if (check.verdict == ContractsVerdict::Failed || !report.leaving) {
    const bool biased =
        std::find(check.reasons.begin(), check.reasons.end(), ContractsLeavingReason::Biased) != check.reasons.end();
    return fmt::format(fmt::runtime(french ? " On ne dit pas qui part en {} jours : {}{}."
                                           : " Who leaves within {} days is not told: {}{}."),
                       spec.horizon_days, looked_back,
                       biased   ? ""
                       : french ? ", mais pas ceux dont c'était le plus attendu"
                                : ", but not those of whom it was expected most");
  }
  const ContractsLeaving& leaving = report.leaving->of(spec.side);
  return fmt::format(fmt::runtime(french ? " Sur {} abonnés, {} partiront sans doute en {} jours ({})."
                                         : " Of {} subscribers {} are expected to leave within {} days ({})."),
                     leaving.people, number(leaving.expected, 0, french), spec.horizon_days, looked_back);
}

}  // namespace

std::string sentence(const ContractsReport& report, const ContractsSpec& spec, bool french) {
  const ContractsCurve& all = report.all;
  if (all.contracts == 0)
    return french ? "Rien n'est dit : il n'y a pas d'abonnement." : "Nothing is told: there is no subscription.";
  std::string text =
      fmt::format(fmt::runtime(french ? "{} contrats, dont {} finis ; " : "{} contracts, of which {} ended; "),
                  all.contracts, all.ended);
  text +=
      all.median_days
          ? fmt::format(fmt::runtime(french ? "la moitié dure plus de {} jours." : "half last longer than {} days."),
                        number(*all.median_days, 0, french))
          : std::string(french ? "plus de la moitié durent plus longtemps que les données."
                               : "more than half outlast the data.");
  const ContractsPeriod* last = nullptr;
  for (const ContractsPeriod& period : report.periods)
    if (period.complete && period.churn.of(spec.side).opening > 0) last = &period;
  if (last != nullptr) {
    const ContractsChurn& churn = last->churn.of(spec.side);
    text +=
        fmt::format(fmt::runtime(french ? " Dans la dernière période entière ({}), {} abonnés sur {} sont partis ({}"
                                        : " In the last whole period ({}), {} of {} subscribers left ({}"),
                    format_day(last->start), churn.left, churn.opening, percent(*churn.people_share, french));
    if (churn.money_share)
      text += fmt::format(fmt::runtime(french ? ", {} de l'argent" : ", {} of the money"),
                          percent(*churn.money_share, french));
    text += ").";
  }
  text += leaving_text(report, spec, french);
  const ContractsProjection& projection = report.projection;
  if (projection.verdict == ContractsVerdict::Passed) {
    const auto used =
        std::find_if(projection.models.begin(), projection.models.end(), [](const auto& model) { return model.used; });
    text += fmt::format(
        fmt::runtime(french
                         ? " Projection vérifiée : faite au {}, elle se serait trompée de {} en moyenne sur {} âges."
                         : " The projection is checked: made on {} it would have missed by {} on average at {} ages."),
        format_day(*projection.checked_on), percent(*used->missed_by, french), projection.ages_checked);
    if (report.worth && report.worth->of(spec.side).people > 0)
      text += fmt::format(
          fmt::runtime(
              french ? " Des cinq ans à venir, un contrat qui court en dure {} jours ; leurs renouvellements valent {}."
                     : " Of the next five years a contract that runs lasts {} days; their renewals are worth {}."),
          number(report.worth->of(spec.side).days_left, 0, french),
          format_money({report.worth->of(spec.side).value_minor, report.currency}));
    return text;
  }
  std::string reasons;
  for (const ContractsReason reason : projection.reasons)
    reasons += (reasons.empty() ? "" : french ? " ; " : "; ") + std::string(reason_text(reason, french));
  return text + fmt::format(fmt::runtime(french ? " Rien n'est projeté : {}." : " Nothing is projected: {}."), reasons);
}

}  // namespace habitue::insight::contracts
