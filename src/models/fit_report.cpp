#include "models/fit_report.hpp"

#include <array>

namespace habitue::models {

std::string_view name_of(FitVerdict verdict) {
  constexpr std::array<std::string_view, 3> kNames{"interior", "boundary", "too_few_data"};
  return kNames[static_cast<std::size_t>(verdict)];
}

std::string_view name_of(FitFinding finding) {
  constexpr std::array<std::string_view, 14> kNames{"no_customers",          "few_customers",
                                                    "no_repeat_purchases",   "all_alike",
                                                    "no_dropout_detectable", "everybody_leaves_at_once",
                                                    "spend_mean_undefined",  "spend_moves_with_frequency",
                                                    "effect_not_estimable",  "not_converged",
                                                    "leaving_alike",         "leaving_uncertain",
                                                    "spend_not_positive",    "less_than_a_year"};
  return kNames[static_cast<std::size_t>(finding)];
}

}  // namespace habitue::models
