#include "models/spend/spend_table.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "models/functions.hpp"

namespace habitue::models {
namespace {

constexpr std::size_t kCustomersMin = 10;
constexpr std::size_t kCustomersForErrors = 100;

// Correlation of ln x and ln mean; beyond chance at 1 % by Fisher's z.
void correlate(SpendTable& table) {
  const auto count = static_cast<double>(table.rows.size());
  if (table.rows.size() < kCustomersMin) return;
  ExactSum sum_x, sum_m;
  for (const SpendHistory& row : table.rows) {
    sum_x.add(std::log(row.x));
    sum_m.add(std::log(row.mean));
  }
  const double mean_x = sum_x.value() / count, mean_m = sum_m.value() / count;
  ExactSum xx, mm, xm;
  for (const SpendHistory& row : table.rows) {
    const double x = std::log(row.x) - mean_x, m = std::log(row.mean) - mean_m;
    xx.add(x * x);
    mm.add(m * m);
    xm.add(x * m);
  }
  if (!(xx.value() > 1e-12 && mm.value() > 1e-12)) return;
  table.correlation = std::clamp(xm.value() / std::sqrt(xx.value() * mm.value()), -1.0, 1.0);
  const double z = std::atanh(std::clamp(table.correlation, -1 + 1e-12, 1 - 1e-12)) * std::sqrt(count - 3);
  table.correlation_beyond_chance = std::abs(z) > 2.5758;
}

}  // namespace

SpendTable make_spend_table(std::span<const SpendHistory> histories) {
  SpendTable table;
  for (const SpendHistory& history : histories) {
    if (history.x == 0) continue;
    const bool possible = history.mean > 1e-12 && history.mean < 1e15 && std::isfinite(history.mean_ln) &&
                          history.squares_ln >= 0 && history.squares_ln < 1e12;
    if (!possible) {
      ++table.left_out;
      continue;
    }
    table.has_logarithms = table.has_logarithms || history.mean_ln != 0 || history.squares_ln != 0;
    table.rows.push_back(history);
  }
  std::sort(table.rows.begin(), table.rows.end(), [](const SpendHistory& left, const SpendHistory& right) {
    return std::tie(left.x, left.mean, left.mean_ln, left.squares_ln) <
           std::tie(right.x, right.mean, right.mean_ln, right.squares_ln);
  });
  if (table.rows.empty()) return table;
  ExactSum means;
  for (const SpendHistory& row : table.rows) means.add(row.mean);
  table.unit = means.value() / static_cast<double>(table.rows.size());
  for (SpendHistory& row : table.rows) {
    row.mean /= table.unit;
    row.mean_ln -= std::log(table.unit);
  }
  correlate(table);
  return table;
}

SpendFit begin_fit(const SpendTable& table) {
  SpendFit fit;
  fit.correlation = table.correlation;
  fit.left_out = table.left_out;
  FitReport& report = fit.report;
  report.observations = report.distinct = table.rows.size();
  report.verdict = table.rows.size() < kCustomersMin ? FitVerdict::TooFewData : FitVerdict::Interior;
  if (table.rows.empty()) report.findings.push_back(FitFinding::NoCustomers);
  if (table.rows.size() < kCustomersForErrors) report.findings.push_back(FitFinding::FewCustomers);
  if (table.left_out > 0) report.findings.push_back(FitFinding::SpendNotPositive);
  return fit;
}

}  // namespace habitue::models
