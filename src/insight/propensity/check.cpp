#include "insight/propensity/check.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "insight/propensity/words.hpp"
#include "models/calibration/scores.hpp"

namespace habitue::insight::propensity {
namespace {

constexpr double kNormal95 = 1.959963984540054;
constexpr double kUnreliableFrom = 0.1;
constexpr std::size_t kRowsExplained = 2'000, kWeights = 12;

// Of fifty people at least, as the share of a few is off by chance.
std::size_t bins_for(std::size_t people) { return std::clamp<std::size_t>(people / 50, 2, 10); }

struct MeanWithError {
  double mean = 0, error = 0;
};
MeanWithError mean_of(std::span<const double> values) {
  double mean = 0, squares = 0, seen = 0;
  for (const double value : values) {
    const double away = value - mean;
    mean += away / ++seen;
    squares += away * (value - mean);
  }
  return {mean, seen < 2 ? 0 : std::sqrt(squares / (seen - 1) / seen)};
}

struct Told {
  Learnt learnt;
  std::vector<double> chances, losses;  // By row of the check.
};

Result<PropensityScores> scores_of(const Told& told, std::span<const double> outcome) {
  const auto binary = models::score_probabilities(told.chances, outcome);
  if (!binary) return tl::unexpected(binary.error());
  const auto reliable = models::reliability(told.chances, outcome, bins_for(outcome.size()));
  if (!reliable) return tl::unexpected(reliable.error());
  PropensityScores scores;
  scores.auc = binary->auc;
  if (scores.auc) {
    // Hanley and McNeil (1982), Radiology 143: from the ranking's own area.
    const double area = *scores.auc, yes = std::accumulate(outcome.begin(), outcome.end(), 0.0);
    const double no = static_cast<double>(outcome.size()) - yes;
    const double first = area / (2 - area), second = 2 * area * area / (1 + area);
    const double variance =
        (area * (1 - area) + (yes - 1) * (first - area * area) + (no - 1) * (second - area * area)) / (yes * no);
    const double half = kNormal95 * std::sqrt(std::max(0.0, variance));
    scores.auc_low = std::max(0.0, area - half);
    scores.auc_high = std::min(1.0, area + half);
  }
  const MeanWithError loss = mean_of(told.losses);
  scores.log_loss = binary->log_loss;
  scores.log_loss_low = loss.mean - kNormal95 * loss.error;
  scores.log_loss_high = loss.mean + kNormal95 * loss.error;
  std::vector<double> squares;
  for (std::size_t row = 0; row < outcome.size(); ++row)
    squares.push_back((told.chances[row] - outcome[row]) * (told.chances[row] - outcome[row]));
  const MeanWithError brier = mean_of(squares);
  scores.brier = binary->brier;
  scores.brier_low = brier.mean - kNormal95 * brier.error;
  scores.brier_high = brier.mean + kNormal95 * brier.error;
  scores.calibration_error = reliable->error;
  return scores;
}

std::vector<PropensityTop> tops_of(std::span<const double> chances, const Cut& test) {
  std::vector<std::size_t> order(chances.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  // Rows are in the order of their lots, which says nothing of the outcome.
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t left, std::size_t right) { return chances[left] > chances[right]; });
  const auto all = static_cast<double>(std::max<std::uint64_t>(1, test.of.came()));
  std::vector<PropensityTop> tops;
  for (const double share : {0.05, 0.1, 0.2, 0.3}) {
    PropensityTop top;
    top.share = share;
    top.people = static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(order.size())));
    std::vector<double> days;
    for (std::size_t place = 0; place < top.people; ++place) {
      const Came& came = test.of.rows[order[place]].came;
      top.came += came.came ? 1 : 0;
      if (came.days) days.push_back(*came.days);
    }
    const Share precision = share_of(top.came, top.people);
    top.precision = precision.value;
    top.precision_low = precision.low;
    top.precision_high = precision.high;
    top.caught = static_cast<double>(top.came) / all;
    if (!days.empty()) {
      std::sort(days.begin(), days.end());
      top.median_days = (days[(days.size() - 1) / 2] + days[days.size() / 2]) / 2;
    }
    tops.push_back(top);
  }
  return tops;
}

Result<std::vector<PropensityWeight>> weights_of(const Learnt& learnt, std::span<const double> values,
                                                 std::span<const PropensityColumn> columns) {
  std::vector<PropensityWeight> weights;
  if (learnt.model == nullptr) return weights;
  const std::size_t rows = std::min(kRowsExplained, values.size() / columns.size());
  const auto added = learnt.model->contributions({values.subspan(0, rows * columns.size()), columns.size()});
  if (!added) return tl::unexpected(added.error());
  std::map<Topic, double> by_topic;
  for (std::size_t row = 0; row < rows; ++row) {
    std::map<Topic, double> moved;
    for (std::size_t column = 0; column < columns.size(); ++column)
      moved[topic_of(columns[column])] += (*added)[row * (columns.size() + 1) + column];
    for (const auto& [topic, by] : moved) by_topic[topic] += std::abs(by) / static_cast<double>(rows);
  }
  for (const auto& [topic, weight] : by_topic)
    if (weight > 1e-6) weights.push_back({topic_text(topic, false), topic_text(topic, true), weight});
  std::stable_sort(weights.begin(), weights.end(),
                   [](const auto& left, const auto& right) { return left.weight > right.weight; });
  if (weights.size() > kWeights) weights.resize(kWeights);
  return weights;
}

}  // namespace

Result<void> judge(PropensityCheck& check, const Cut& test, std::span<const Cut* const> earlier,
                   std::span<const PropensityColumn> columns, PropensityFact rule_by, const Question& question,
                   std::uint64_t seed) {
  std::vector<double> values, outcome;
  for (const Row& row : test.of.rows) {
    values.insert(values.end(), row.values.begin(), row.values.end());
    outcome.push_back(row.came.came ? 1 : 0);
  }
  std::vector<Told> told;
  for (const PropensityMethod method : kMethods) {
    PropensityModel model;
    model.method = method;
    if (method == PropensityMethod::Probability) model.name = test.law;
    const bool no_law = method == PropensityMethod::Probability && test.chances.size() != outcome.size();
    auto learnt =
        no_law ? Result<std::optional<Learnt>>(std::nullopt) : learn(method, earlier, columns, rule_by, question, seed);
    if (!learnt) return tl::unexpected(learnt.error());
    if (*learnt) {
      auto chances = foretell(**learnt, values, columns.size(), test.chances);
      if (!chances) return tl::unexpected(chances.error());
      Told of{**std::move(learnt), *std::move(chances), {}};
      for (std::size_t row = 0; row < outcome.size(); ++row)
        of.losses.push_back(
            -std::log(std::max(models::kLeastProbability, outcome[row] == 1 ? of.chances[row] : 1 - of.chances[row])));
      const auto scores = scores_of(of, outcome);
      if (!scores) return tl::unexpected(scores.error());
      model.scores = *scores;
      told.push_back(std::move(of));
    }
    check.models.push_back(std::move(model));
  }

  const auto best = std::min_element(told.begin(), told.end(), [](const Told& left, const Told& right) {
    return mean_of(left.losses).mean < mean_of(right.losses).mean;
  });
  const Told* used = nullptr;
  for (PropensityModel& model : check.models) {
    if (!model.scores) continue;
    const auto of =
        std::find_if(told.begin(), told.end(), [&](const Told& each) { return each.learnt.method == model.method; });
    std::vector<double> behind;
    for (std::size_t row = 0; row < outcome.size(); ++row) behind.push_back(of->losses[row] - best->losses[row]);
    const MeanWithError by = mean_of(behind);
    model.scores->behind = by.mean;
    model.scores->behind_low = by.mean - kNormal95 * by.error;
    model.scores->behind_high = by.mean + kNormal95 * by.error;
    // The simplest that is within one standard error of the best (Breiman et al. 1984). One chance for all is only given up when the best
    // is better by more than chance.
    const double room = model.method == PropensityMethod::Alike ? kNormal95 * by.error : by.error;
    if (used == nullptr && by.mean <= room) {
      used = &*of;
      model.used = true;
    }
  }
  check.used = used->learnt.method;
  const auto reliable = models::reliability(used->chances, outcome, bins_for(outcome.size()));
  if (!reliable) return tl::unexpected(reliable.error());
  for (const models::ReliabilityBin& bin : reliable->bins)
    check.reliability.push_back(
        {bin.lowest, bin.highest, bin.mean_forecast, bin.share_that_came, bin.low, bin.high, bin.people});
  check.tops = tops_of(used->chances, test);
  auto weights = weights_of(used->learnt, values, columns);
  if (!weights) return tl::unexpected(weights.error());
  check.weights = *std::move(weights);
  if (check.used == PropensityMethod::Alike) check.reasons.push_back(PropensityReason::NoBetterThanAlike);
  if (reliable->error > kUnreliableFrom) check.reasons.push_back(PropensityReason::Unreliable);
  check.verdict = check.reasons.empty() ? PropensityVerdict::Passed : PropensityVerdict::Failed;
  return {};
}

}  // namespace habitue::insight::propensity
