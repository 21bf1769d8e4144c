#include "insight/forecast/values_to_come.hpp"

#include <cmath>

#include "insight/forecast/learning.hpp"
#include "insight/forecast/scoring.hpp"

namespace habitue::insight::forecast {

Result<ValuesToCome> values_to_come(const Customers& customers, const Question& question, const ForecastSpec& spec,
                                    const ForecastFit* kept) {
  if (auto sound = check_spec(spec); !sound) return tl::unexpected(sound.error());
  const auto lens = Lens::of(customers, question);
  if (!lens) return tl::unexpected(lens.error());
  const auto economics = knowledge::Economics::bind(customers);
  if (!economics) return tl::unexpected(economics.error());
  const auto records = read_records(*economics, question, *lens, spec, question.as_of);
  if (!records) return tl::unexpected(records.error());
  const auto in_hand = FitInHand::of(kept, *economics, question, *lens, spec, *records);
  if (!in_hand) return tl::unexpected(in_hand.error());
  const ForecastFit& fit = **in_hand;
  const ForecastReport report = report_of(fit, customers);
  ValuesToCome values{.told = fit.is_usable() && fit.tells_worth(),
                      .sentence_en = report.sentence_en,
                      .sentence_fr = report.sentence_fr,
                      .minor = {}};
  if (fit.is_usable() && !fit.tells_worth()) {
    values.sentence_en = "Too few customers tell what they pay.";
    values.sentence_fr = "Trop peu de clients disent ce qu'ils paient.";
  }
  if (!values.told) return values;
  const auto foretold =
      foretell(customers, fit, *records, {spec.horizon_days / kDaysAWeek, spec.discount_a_year}, question);
  if (!foretold) return tl::unexpected(foretold.error());
  const double margin = customers.business().margin.share.value_or(1);
  const double units = std::pow(10.0, customers.business().currency.minor_digits());
  values.minor.reserve(records->customers.size());
  for (std::size_t at = 0; at < records->customers.size(); ++at)
    values.minor.emplace(records->customers[at].person.value, in_minor(foretold->value(at, margin), units));
  return values;
}

}  // namespace habitue::insight::forecast
