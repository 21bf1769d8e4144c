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
