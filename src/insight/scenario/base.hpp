// What customers bring as things are, over the horizon: what a scenario is compared with.
#pragma once

#include <string>
#include <vector>

#include "insight/products/purchased_products.hpp"
#include "insight/scenario/scenario.hpp"
#include "insight/scenario/segments.hpp"

namespace habitue::insight::scenario {

/// Of a segment, with what its margin and its return to buy are learnt from.
struct SegmentBase {
  ScenarioBase base;
  std::optional<double> margin_share;          ///< Of revenue whose margin is known.
  double revenue_without_margin = 0;           ///< Minor units in the days looked at.
  std::optional<ScenarioReturning> returning;  ///< Nothing where fewer than 30 bought in the days before.
  double by_returning = 1;                     ///< Share of the base's purchases that are of who had bought before.
};

/// Everything that is bought as seen by segment: who bought when, and what money moved.
struct Bought {
  std::uint32_t customer, segment;
  UtcMicros at;
};
struct Money {
  std::uint32_t segment;
  UtcMicros at;
  std::int64_t revenue_minor;
  std::optional<std::int64_t> margin_minor;
};
struct Books {
  std::vector<Bought> bought;  ///< By customer and moment.
  std::vector<Money> money;
  std::size_t segments = 1;
};
/// From what came in the last days.
std::vector<SegmentBase> bases_of_last_period(const Books& books, UtcMicros as_of, const ScenarioSpec& spec);

/// What the forecast foretells of each person; told only where it passed its check.
struct ForecastBase {
  bool told = false;
  std::string sentence_en, sentence_fr;
  struct Of {
    std::uint32_t person;
    double purchases, revenue_minor;
  };
  std::vector<Of> people;  ///< By what they did.
};
Result<ForecastBase> read_forecast(const knowledge::Economics& economics, const Question& question, const Lens& lens,
                                   const ScenarioSpec& spec, const ForecastFit* kept);
/// Puts it in the place of what came, margin by the share that is known already.
void take_forecast(std::vector<SegmentBase>& bases, const ForecastBase& forecast,
                   const std::unordered_map<std::uint32_t, std::uint32_t>& segment_of);

}  // namespace habitue::insight::scenario
