#include "models/contracts/kaplan_meier.hpp"

#include <algorithm>
#include <cmath>

#include "models/contracts/tenure_checks.hpp"

namespace habitue::models {
namespace {

double real(std::uint64_t count) { return static_cast<double>(count); }

void add_errors(SurvivalStep& step, double greenwood) {
  constexpr double kZ = 1.959963984540054;
  step.low = step.high = step.survival;
  if (!(step.survival > 0 && step.survival < 1)) return;
  step.standard_error = step.survival * std::sqrt(greenwood);
  const double half = kZ * std::sqrt(greenwood) / std::abs(std::log(step.survival));
  step.low = std::pow(step.survival, std::exp(half));
  step.high = std::pow(step.survival, std::exp(-half));
}

}  // namespace

Result<void> check_tenures(std::span<const Tenure> tenures) {
  if (tenures.empty()) return invalid("no contracts to learn from");
  for (const Tenure& tenure : tenures) {
    if (!(tenure.entered >= 0 && tenure.entered <= tenure.time && tenure.time <= 1e12))
      return invalid("a tenure is a number from the moment of entry (0 or later) on, at most 1e12");
    if (tenure.ended && tenure.entered > 0 && tenure.entered == tenure.time)
      return invalid("a contract that ended was watched before it ended");
  }
  return {};
}

double SurvivalCurve::at(double time) const {
  const auto after = std::upper_bound(steps.begin(), steps.end(), time,
                                      [](double value, const SurvivalStep& step) { return value < step.time; });
  return after == steps.begin() ? 1 : std::prev(after)->survival;
}

std::optional<double> SurvivalCurve::median() const {
  const auto half =
      std::find_if(steps.begin(), steps.end(), [](const SurvivalStep& step) { return step.survival <= 0.5 + 1e-12; });
  return half == steps.end() ? std::nullopt : std::optional(half->time);
}

double SurvivalCurve::mean_until(double horizon) const {
  const double end = std::min(horizon, observed_to);
  double area = 0, from = 0, level = 1;
  for (const SurvivalStep& step : steps) {
    if (step.time >= end) break;
    area += level * (step.time - from);
    from = step.time;
    level = step.survival;
  }
  return area + level * std::max(0.0, end - from);
}

Result<SurvivalCurve> kaplan_meier(std::span<const Tenure> tenures) {
  if (auto checked = check_tenures(tenures); !checked) return tl::unexpected(checked.error());
  std::vector<double> entries, exits, ends;
  for (const Tenure& tenure : tenures) {
    entries.push_back(tenure.entered);
    exits.push_back(tenure.time);
    if (tenure.ended) ends.push_back(tenure.time);
  }
  for (auto* times : {&entries, &exits, &ends}) std::sort(times->begin(), times->end());

  SurvivalCurve curve;
  curve.contracts = tenures.size();
  curve.ended = ends.size();
  curve.observed_to = exits.back();
  double survival = 1, greenwood = 0;
  for (auto first = ends.begin(); first != ends.end();) {
    const double time = *first;
    const auto next = std::upper_bound(first, ends.end(), time);
    // Watched just before: entered earlier (or at the very beginning) and not yet gone.
    const auto entered = time == 0 ? std::upper_bound(entries.begin(), entries.end(), time)
                                   : std::lower_bound(entries.begin(), entries.end(), time);
    const auto gone = std::lower_bound(exits.begin(), exits.end(), time);
    SurvivalStep step{time};
    step.ended = static_cast<std::uint64_t>(next - first);
    step.at_risk = static_cast<std::uint64_t>((entered - entries.begin()) - (gone - exits.begin()));
    survival *= 1 - real(step.ended) / real(step.at_risk);
    greenwood +=
        step.at_risk == step.ended ? 0 : real(step.ended) / (real(step.at_risk) * real(step.at_risk - step.ended));
    step.survival = survival;
    add_errors(step, greenwood);
    curve.steps.push_back(step);
    first = next;
  }
  return curve;
}

}  // namespace habitue::models
