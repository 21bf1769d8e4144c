// What a segment is expected to bring, year by year, beside what it costs to find, to serve and to run a programme for.
#pragma once

#include <unordered_set>

#include "insight/forecast/fit.hpp"
#include "insight/readiness/facts.hpp"

namespace habitue::insight::readiness {

/// Revenue to come of the people, in minor units: told only where the forecast passed its check.
struct ToCome {
  bool told = false;
  std::string sentence_en, sentence_fr;
  std::vector<double> revenue_by_year;            ///< Discounted to as_of.
  std::optional<double> low_factor, high_factor;  ///< Of all together, with 80 %: by how far the level missed before.
};
/// Learns from everybody whom the question admits, or asks `kept`. Errors: those of a forecast.
Result<ToCome> read_to_come(const knowledge::Economics& economics, const Question& question, const Lens& lens,
                            const ReadinessSpec& spec, const std::unordered_set<std::uint32_t>& people,
                            const ForecastFit* kept);

/// Fills lifetime, years, pay-back and break-even, and adds reasons. `kept_share`: what is left of margin once people are served.
struct Plan {
  std::uint64_t people = 0, buyers = 0;
  double margin_share = 0, kept_share = 0;
};
void tell_payback(const ToCome& to_come, const Plan& plan, const ReadinessSpec& spec, ReadinessProfit& profit);

}  // namespace habitue::insight::readiness
