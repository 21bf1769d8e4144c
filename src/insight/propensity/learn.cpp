#include "insight/propensity/learn.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>

#include "base/workers.hpp"
#include "insight/fold_lists.hpp"
#include "insight/forecast/for_rows.hpp"
#include "models/folds.hpp"

namespace habitue::insight::propensity {
namespace {

constexpr std::uint32_t kFolds = 4;
constexpr double kRidge = 10;  // Columns of several windows repeat one another.
constexpr std::size_t kBands = 6;
constexpr double kBandPrior = 5;  // People of the share of all beside those of a band.

// The rows of all moments, one below the other.
struct Stacked {
  std::vector<double> values, outcome, chances;
  std::vector<std::uint32_t> fold;
  std::size_t columns = 0;
};

Stacked stack_up(std::span<const Cut* const> cuts, std::size_t columns) {
  Stacked all;
  all.columns = columns;
  for (const Cut* cut : cuts) {
    for (const Row& row : cut->of.rows) {
      all.values.insert(all.values.end(), row.values.begin(), row.values.end());
      all.outcome.push_back(row.came.came ? 1 : 0);
      all.fold.push_back(static_cast<std::uint32_t>(models::bits_at(row.lot, 1) % kFolds));
    }
    all.chances.insert(all.chances.end(), cut->chances.begin(), cut->chances.end());
  }
  return all;
}

Result<models::TrainedModel> train(PropensityMethod method, models::RowMatrix rows, std::span<const double> outcome,
                                   std::uint64_t seed) {
  if (method == PropensityMethod::Regression) return models::train_regression(rows, outcome, kRidge);
  models::BoostingOptions options;
  options.rounds_max = 300;
  options.patience = 20;
  options.learning_rate = 0.08;
  options.seed = seed;
  return models::train_boosted_trees(rows, outcome, options);
}

// What is said of each row by a model that saw no row of the same person.
Result<std::vector<double>> said_of_others(PropensityMethod method, const Stacked& all, const Question& question,
                                           std::uint64_t seed) {
  std::vector<double> said(all.outcome.size());
  std::vector<std::optional<Error>> wrong(kFolds);
  std::atomic<std::uint32_t> next = 0;
  const auto cancelled = [&] { return question.cancellation != nullptr && question.cancellation->cancelled(); };
  run_workers(std::min(kFolds, forecast::threads_of(question)), [&](const std::atomic<bool>& failed) {
    for (std::uint32_t held = next++; held < kFolds && !failed && !cancelled(); held = next++) {
      std::vector<double> seen, seen_outcome, unseen;
      for (std::size_t row = 0; row < all.outcome.size(); ++row) {
        const auto cells = std::span(all.values).subspan(row * all.columns, all.columns);
        auto& part = all.fold[row] == held ? unseen : seen;
        part.insert(part.end(), cells.begin(), cells.end());
        if (all.fold[row] != held) seen_outcome.push_back(all.outcome[row]);
      }
      if (unseen.empty()) continue;
      const auto told = train(method, {seen, all.columns}, seen_outcome, seed).and_then([&](const auto& model) {
        return model->probabilities({unseen, all.columns});
      });
      if (!told) {
        wrong[held] = told.error();
        continue;
      }
      std::size_t place = 0;
      for (std::size_t row = 0; row < all.outcome.size(); ++row)
        if (all.fold[row] == held) said[row] = (*told)[place++];
    }
  });
  if (cancelled()) return was_cancelled();
  for (const auto& error : wrong)
    if (error) return tl::unexpected(*error);
  return said;
}

std::size_t band_of(const PropensityRule& rule, std::span<const double> row) {
  if (!rule.edges.empty()) {
    const double number = row[rule.column];
    if (std::isnan(number)) return rule.shares.size() - 1;
    const auto edge = std::lower_bound(rule.edges.begin(), rule.edges.end(), number);
    return static_cast<std::size_t>(std::min(edge, rule.edges.end() - 1) - rule.edges.begin());
  }
  for (std::size_t stage = 0; stage + 1 < rule.shares.size(); ++stage)
    if (row[rule.column + stage] > 0) return stage;
  return rule.shares.size() - 1;
}

std::optional<PropensityRule> learn_rule(const Stacked& all, std::span<const PropensityColumn> columns,
                                         PropensityFact by, double share) {
  const auto first = std::find_if(columns.begin(), columns.end(), [&](const auto& each) { return each.fact == by; });
  if (first == columns.end()) return std::nullopt;
  PropensityRule rule;
  rule.column = static_cast<std::uint32_t>(first - columns.begin());
  std::size_t bands = static_cast<std::size_t>(
      std::count_if(columns.begin(), columns.end(), [&](const auto& each) { return each.fact == by; }));
  if (by != PropensityFact::Stage) {
    std::vector<double> numbers;
    for (std::size_t row = 0; row < all.outcome.size(); ++row)
      if (const double number = all.values[row * all.columns + rule.column]; !std::isnan(number))
        numbers.push_back(number);
    if (numbers.empty()) return std::nullopt;
    std::sort(numbers.begin(), numbers.end());
    for (std::size_t band = 1; band <= kBands; ++band)
      rule.edges.push_back(numbers[(numbers.size() * band - 1) / kBands]);
    rule.edges.erase(std::unique(rule.edges.begin(), rule.edges.end()), rule.edges.end());
    bands = rule.edges.size();
  }
  rule.shares.resize(bands + 1);
  std::vector<double> people(bands + 1, kBandPrior), came(bands + 1, kBandPrior * share);
  for (std::size_t row = 0; row < all.outcome.size(); ++row) {
    const std::size_t band = band_of(rule, std::span(all.values).subspan(row * all.columns, all.columns));
    ++people[band];
    came[band] += all.outcome[row];
  }
  for (std::size_t band = 0; band <= bands; ++band) rule.shares[band] = came[band] / people[band];
  return rule;
}

}  // namespace

Result<std::optional<Learnt>> learn(PropensityMethod method, std::span<const Cut* const> cuts,
                                    std::span<const PropensityColumn> columns, PropensityFact rule_by,
                                    const Question& question, std::uint64_t seed) {
  const Stacked all = stack_up(cuts, columns.size());
  Learnt learnt;
  learnt.method = method;
  double came = 0;
  for (const double each : all.outcome) came += each;
  learnt.share = came / static_cast<double>(all.outcome.size());
  switch (method) {
    case PropensityMethod::Alike: return learnt;
    case PropensityMethod::Rule: {
      auto rule = learn_rule(all, columns, rule_by, learnt.share);
      if (!rule) return std::nullopt;
      learnt.rule = *std::move(rule);
      return learnt;
    }
    case PropensityMethod::Probability: {
      if (all.chances.size() != all.outcome.size()) return std::nullopt;
      const auto calibrator = models::calibrate_beta(all.chances, all.outcome);
      if (!calibrator) return tl::unexpected(calibrator.error());
      learnt.calibrator = *calibrator;
      return learnt;
    }
    case PropensityMethod::Regression:
    case PropensityMethod::Trees: break;
  }
  const auto said = said_of_others(method, all, question, seed);
  if (!said) return tl::unexpected(said.error());
  const auto calibrator = models::calibrate_beta(*said, all.outcome);
  if (!calibrator) return tl::unexpected(calibrator.error());
  learnt.calibrator = *calibrator;
  auto model = train(method, {all.values, all.columns}, all.outcome, seed);
  if (!model) return tl::unexpected(model.error());
  learnt.model = *std::move(model);
  return learnt;
}

Result<std::vector<double>> foretell(const Learnt& learnt, std::span<const double> values, std::size_t columns,
                                     std::span<const double> chances) {
  const models::RowMatrix rows{values, columns};
  std::vector<double> told;
  switch (learnt.method) {
    case PropensityMethod::Alike: return std::vector<double>(rows.rows(), learnt.share);
    case PropensityMethod::Rule:
      for (std::size_t row = 0; row < rows.rows(); ++row)
        told.push_back(learnt.rule.shares[band_of(learnt.rule, rows.row(row))]);
      return told;
    case PropensityMethod::Probability: told.assign(chances.begin(), chances.end()); break;
    case PropensityMethod::Regression:
    case PropensityMethod::Trees: {
      auto said = learnt.model->probabilities(rows);
      if (!said) return said;
      told = *std::move(said);
    }
  }
  for (double& chance : told) chance = learnt.calibrator.at(chance);
  return told;
}

}  // namespace habitue::insight::propensity
