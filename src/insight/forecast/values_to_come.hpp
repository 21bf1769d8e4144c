// What each customer is expected to bring, for questions that set it beside other figures.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>

#include "insight/forecast/fit.hpp"

namespace habitue::insight::forecast {

struct ValuesToCome {
  bool told = false;                     ///< Whether the forecast passed its check; without it there is no value.
  std::string sentence_en, sentence_fr;  ///< What the check says.
  std::unordered_map<std::uint32_t, std::int64_t>
      minor;  ///< By person: margin of the horizon, discounted; who never bought is not in it.
};
/// By `kept`, or by a fit made for it. Errors: those of ask_forecast.
Result<ValuesToCome> values_to_come(const Customers& customers, const Question& question, const ForecastSpec& spec,
                                    const ForecastFit* kept = nullptr);

}  // namespace habitue::insight::forecast
