// Numbers at the ends of what is accepted: whatever comes out is a number.
#include "models/assortment/assortment.hpp"
#include "models/calibration/calibrators.hpp"
#include "models/calibration/conformal.hpp"
#include "models/calibration/scores.hpp"
#include "models/calibration/stacking.hpp"
#include "models/contracts/beta_geometric.hpp"
#include "models/contracts/cox.hpp"
#include "models/contracts/discrete_hazard.hpp"
#include "models/folds.hpp"
#include "models/occasions/beta_bernoulli.hpp"
#include "models/uplift/learners.hpp"
#include "models/uplift/targeting.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

namespace habitue::models {
namespace {

// 0, the largest, the smallest, and in between, by lot.
double extreme(std::uint64_t seed, std::uint64_t place, bool negative = true) {
  constexpr std::array kValues{0.0, 1e15, 5e-324, 1e-300, 1e-150, 1.0, 3.5, 1e8, 1e-9, 999999999999999.0};
  const double value = kValues[bits_at(seed, place) % kValues.size()];
  return negative && bits_at(seed + 1, place) % 2 == 0 ? -value : value;
}
std::vector<double> extremes(std::uint64_t seed, std::size_t count, bool negative = true) {
  std::vector<double> values;
  for (std::size_t place = 0; place < count; ++place) values.push_back(extreme(seed, place, negative));
  return values;
}
std::vector<double> coins(std::uint64_t seed, std::size_t count) {
  std::vector<double> values;
  for (std::size_t place = 0; place < count; ++place) values.push_back(static_cast<double>(bits_at(seed, place) % 2));
  return values;
}

void expect_finite(const FitReport& report) {
  EXPECT_TRUE(std::isfinite(report.log_likelihood));
  for (const Estimate& estimate : report.estimates) {
    EXPECT_TRUE(std::isfinite(estimate.value)) << estimate.name;
    EXPECT_TRUE(std::isfinite(estimate.standard_error.value_or(0))) << estimate.name;
  }
}

TEST(Extremes, ScoresAndCalibratorsStayNumbers) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const auto expected = extremes(seed, 30, false), observed = extremes(seed + 100, 30, false),
               any = extremes(seed, 30);
    const auto scores = score_counts(expected, observed);
    ASSERT_TRUE(scores);
    for (const double value :
         {scores->poisson_deviance, scores->root_mean_squared, scores->mean_absolute, scores->bias.value_or(0)})
      EXPECT_TRUE(std::isfinite(value));
    const auto ranking = score_ranking(expected, observed);
    EXPECT_TRUE(std::isfinite(ranking->normalised_gini.value_or(0)));
    EXPECT_TRUE(std::isfinite(ranking->decile_error.value_or(0)));
    EXPECT_TRUE(std::isfinite(fit_isotonic(any, observed)->at(any[seed])));
    const auto bands = conform_forecasts(any, observed, {}, 0.8);
    EXPECT_TRUE(std::isfinite(bands->around(1e15, 1e15, 0)->high));
    const auto stacked = stack({expected, 3});
    EXPECT_TRUE(std::isfinite(stacked->log_score) && std::isfinite(stacked->weights[0]));
    std::vector<double> probability;
    for (const double value : expected) probability.push_back(std::min(1.0, value));
    const auto beta = calibrate_beta(probability, coins(seed, 30));
    EXPECT_TRUE(std::isfinite(beta->at(0)) && std::isfinite(beta->at(1)));
    EXPECT_TRUE(std::isfinite(score_probabilities(probability, coins(seed, 30))->log_loss));
  }
}

TEST(Extremes, ContractsAndOccasionsStayNumbers) {
  const std::vector<std::string> names{"a", "b"};
  for (std::uint64_t seed = 0; seed < 4; ++seed) {
    const auto x = extremes(seed, 60);
    std::vector<Tenure> tenures;
    std::vector<PeriodTenure> periods;
    std::vector<ContractCounts> counts;
    std::vector<OccasionHistory> histories;
    for (std::uint64_t place = 0; place < 30; ++place) {
      const std::uint64_t bits = bits_at(seed + 50, place);
      const bool ended = bits % 3 == 0;
      tenures.push_back({std::min(1e12, extreme(seed + 7, place, false)), ended});
      const auto length = static_cast<std::uint32_t>(bits % 5 == 0 ? 80 : bits % 7);
      periods.push_back({length, ended && length > 0});
      if (length > 0) counts.push_back({length, bits % 4 == 0 ? std::uint64_t{1} << 40 : bits % 4, bits % 11});
      const auto n = static_cast<std::uint32_t>(bits % 6 == 0 ? 100 : bits % 9);
      const auto x_times = n == 0 ? 0 : static_cast<std::uint32_t>((bits >> 8) % (n + 1));
      histories.push_back({x_times, x_times, n, bits % 4 == 0 ? std::uint64_t{1} << 40 : 1});
    }
    const auto cox = fit_cox(tenures, {x, 2}, names);
    ASSERT_TRUE(cox);
    expect_finite(cox->report);
    for (const double at : {-1e15, 0.0, 1e15}) {
      const double left = cox->survival(std::vector{at, -at}, 1e9);
      EXPECT_TRUE(left >= 0 && left <= 1) << left;
    }
    for (const HazardLink link : {HazardLink::Logit, HazardLink::ComplementaryLogLog}) {
      const auto hazard = fit_discrete_hazard(periods, {x, 2}, names, link);
      ASSERT_TRUE(hazard);
      expect_finite(hazard->report);
      for (const double left : hazard->survival_ahead(std::vector{1e15, -1e15}, 9'999, 3))
        EXPECT_TRUE(left >= 0 && left <= 1);
    }
    for (const Ageing ageing : {Ageing::None, Ageing::Weibull}) {
      const auto model = fit_beta_geometric(counts, ageing);
      ASSERT_TRUE(model) << model.error().message;
      expect_finite(model->report);
      for (const double left : model->survival_ahead(5, 20)) EXPECT_TRUE(left >= 0 && left <= 1);
    }
    if (seed < 2) {
      const auto acts = fit_beta_bernoulli(histories);
      ASSERT_TRUE(acts) << acts.error().message;
      expect_finite(acts->report);
    }
  }
}

TEST(Extremes, UpliftAndRangesStayNumbers) {
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    const auto x = extremes(seed, 120);
    std::vector<std::uint8_t> treated;
    for (const double coin : coins(seed + 1, 60)) treated.push_back(static_cast<std::uint8_t>(coin));
    for (const auto& y : {coins(seed + 2, 60), extremes(seed + 3, 60)}) {
      const Experiment experiment{{x, 2}, y, treated};
      for (const auto& score : {learn_two_models(experiment), learn_transformed_outcome(experiment),
                                learn_honest_trees(experiment, {.trees = 3, .arm_least = 3})}) {
        ASSERT_TRUE(score);
        std::vector<double> scores;
        for (std::size_t row = 0; row < 60; ++row) scores.push_back((*score)(experiment.columns.row(row)));
        const auto report = judge_uplift(experiment, scores, 100);
        ASSERT_TRUE(report) << report.error().message;
        for (const double value : {report->qini.value, report->qini.low, report->auuc.high, report->average.low})
          EXPECT_TRUE(std::isfinite(value));
      }
    }
    std::vector<ProductValue> sales;
    for (std::uint32_t line = 0; line < 60; ++line) sales.push_back({line % 13, line % 9, extreme(seed, line, false)});
    for (const Keep keep : {Keep::Value, Keep::Customers}) {
      const auto range = smallest_range(sales, {}, {.keep = keep});
      ASSERT_TRUE(range);
      EXPECT_TRUE(std::isfinite(range->value_kept) && std::isfinite(range->customers_kept));
    }
  }
}

}  // namespace
}  // namespace habitue::models
