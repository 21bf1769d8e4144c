// The questions of behaviour from flags: what the body of their request says.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>

#include "base/result.hpp"
#include "cli/value_options.hpp"

namespace CLI {
class App;
}

namespace habitue::cli {

struct BehaviourOptions {
  std::vector<std::string> steps, excluded;
  std::string order, window, entries, held, by, attribution, trend, among;  // funnel
  std::string start, comeback, unit, clock, cohort_by, counting;            // retention
  std::optional<std::uint32_t> columns, occurrences;
  std::string act, next;                                                           // the others
  std::string lookback, models, direction, property;                               // attribution, paths
  std::string age, outcome, within, born_with, at, lead, first, second, stratify;  // contrast
  std::optional<std::uint32_t> controls;
  ValueOptions value;
  std::string text;  // the question whole, as JSON
  std::string cell;  // the people behind this number
};

/// funnel, retention, stickiness, frequency, intervals, attribution, paths, contrast, and the questions about money.
std::vector<std::string_view> behaviour_reports();
bool is_behaviour(std::string_view report);
void add_behaviour_options(CLI::App& command, BehaviourOptions& options);

/// The body of the request. Errors: InvalidInput for a flag that is not of this question, and for JSON that is none;
/// NotFound for a file that is not there.
/// `bucket` is of the questions about money.
Result<boost::json::object> behaviour_body(std::string_view report, const std::string& bucket,
                                           const BehaviourOptions& options);
/// The same for the people behind a number of growth, stage-history or flows, whose question is asked by parameters.
Result<boost::json::object> people_body(std::string_view report, const std::string& bucket, const std::string& events,
                                        const std::string& birth, const BehaviourOptions& options);

}  // namespace habitue::cli
