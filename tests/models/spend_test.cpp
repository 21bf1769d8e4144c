#include "models/spend/spend.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/random/gamma_distribution.hpp>
#include <boost/random/mersenne_twister.hpp>
#include <boost/random/normal_distribution.hpp>
#include <boost/random/uniform_01.hpp>
#include <cmath>
#include <limits>

#include "models/purchase_data.hpp"

namespace habitue::models {
namespace {

std::vector<SpendHistory> cdnow_spend(const char* set) {
  std::vector<SpendHistory> histories;
  if (const auto purchases = read_purchases(set))
    for (const ObservedCustomer& customer : observe(*purchases, calibration_end(set)))
      histories.push_back({customer.history.x, customer.mean_repeat_spend});
  return histories;
}

bool has(const SpendFit& fit, FitFinding finding) {
  return std::find(fit.report.findings.begin(), fit.report.findings.end(), finding) != fit.report.findings.end();
}

TEST(GammaGamma, MatchesNote025) {
  const auto histories = cdnow_spend("cdnow_sample");
  if (histories.empty()) GTEST_SKIP() << "no data set cdnow_sample";
  const auto fit = fit_gamma_gamma(histories);
  ASSERT_TRUE(fit);
  const auto& model = std::get<GammaGamma>(fit->model);
  EXPECT_NEAR(model.p, 6.25, 5e-3);
  EXPECT_NEAR(model.q, 3.744, 5e-3);
  EXPECT_NEAR(model.v, 15.44, 1e-2);
  EXPECT_NEAR(fit->report.log_likelihood, -4055.92, 5.1e-3);
  EXPECT_EQ(fit->report.verdict, FitVerdict::Interior);
  EXPECT_LT(std::abs(fit->correlation), .25);
}

TEST(GammaGamma, MatchesTheFullCohort) {
  const auto histories = cdnow_spend("cdnow_full");
  if (histories.empty()) GTEST_SKIP() << "no data set cdnow_full";
  const auto fit = fit_gamma_gamma(histories);
  ASSERT_TRUE(fit);
  EXPECT_NEAR(std::get<GammaGamma>(fit->model).p, 6.275, 5e-3);
  EXPECT_NEAR(std::get<GammaGamma>(fit->model).v, 14.98, 1e-2);
  EXPECT_NEAR(fit->report.log_likelihood, -40763.48, 1e-2);
}

struct World {
  std::vector<SpendHistory> histories;
  std::vector<double> means;
};

// Customers of a gamma-gamma or of a lognormal law, with 1 to 12 purchases each.
World spend_world(const SpendModel& model, std::size_t count, std::uint64_t seed) {
  boost::random::mt19937_64 random(seed);
  boost::random::uniform_01<double> uniform;
  boost::random::normal_distribution<double> normal;
  World world;
  for (std::size_t customer = 0; customer < count; ++customer) {
    SpendHistory history{.x = static_cast<std::uint32_t>(1 + 12 * uniform(random) * uniform(random))};
    double nu = 1, mean_ln = 0;
    if (const auto* gamma = std::get_if<GammaGamma>(&model)) {
      nu = boost::random::gamma_distribution<double>(gamma->q)(random) / gamma->v;
      world.means.push_back(gamma->p / nu);
    } else {
      const auto& log_normal = std::get<LogNormalSpend>(model);
      mean_ln = log_normal.mu + log_normal.slope * std::log(history.x) + log_normal.tau * normal(random);
      world.means.push_back(std::exp(mean_ln + log_normal.sigma * log_normal.sigma / 2));
    }
    std::vector<double> amounts;
    for (std::uint32_t purchase = 0; purchase < history.x; ++purchase) {
      if (const auto* gamma = std::get_if<GammaGamma>(&model))
        amounts.push_back(boost::random::gamma_distribution<double>(gamma->p)(random) / nu);
      else
        amounts.push_back(std::exp(mean_ln + std::get<LogNormalSpend>(model).sigma * normal(random)));
      history.mean += amounts.back() / history.x;
      history.mean_ln += std::log(amounts.back()) / history.x;
    }
    for (const double amount : amounts) history.squares_ln += std::pow(std::log(amount) - history.mean_ln, 2);
    world.histories.push_back(history);
  }
  return world;
}

TEST(FitSpend, FindsPlantedGammaGammaWithinItsErrors) {
  const World world = spend_world(GammaGamma{5, 3.2, 40}, 4'000, 7);
  const auto fit = fit_spend(world.histories);
  ASSERT_TRUE(fit);
  ASSERT_TRUE(std::holds_alternative<GammaGamma>(fit->model));
  const std::vector<double> planted{5, 3.2, 40};
  for (std::size_t at = 0; at < 3; ++at)
    EXPECT_LT(std::abs(fit->report.estimates[at].value - planted[at]), 3 * *fit->report.estimates[at].standard_error);
}

TEST(FitSpend, TakesTheLogNormalWhenFrequentBuyersSpendOtherwise) {
  const LogNormalSpend planted{3, .5, .6, .4};
  const World world = spend_world(planted, 4'000, 11);
  const auto fit = fit_spend(world.histories);
  ASSERT_TRUE(fit);
  EXPECT_TRUE(has(*fit, FitFinding::SpendMovesWithFrequency));
  ASSERT_TRUE(std::holds_alternative<LogNormalSpend>(fit->model));
  const std::vector<double> values{planted.mu, planted.sigma, planted.tau, planted.slope};
  for (std::size_t at = 0; at < 4; ++at)
    EXPECT_LT(std::abs(fit->report.estimates[at].value - values[at]), 3 * *fit->report.estimates[at].standard_error)
        << fit->report.estimates[at].name;
}

TEST(SpendQuantile, CoversTheCustomersOwnMeans) {
  for (const SpendModel& model : {SpendModel{GammaGamma{5, 3.2, 40}}, SpendModel{LogNormalSpend{3, .5, .6, .4}}}) {
    const World world = spend_world(model, 3'000, 13);
    int inside = 0;
    double expected = 0, actual = 0;
    for (std::size_t at = 0; at < world.means.size(); ++at) {
      const double low = *spend_quantile(model, world.histories[at], .1),
                   high = *spend_quantile(model, world.histories[at], .9);
      if (world.means[at] >= low && world.means[at] <= high) ++inside;
      expected += *expected_spend(model, world.histories[at]);
      actual += world.means[at];
    }
    EXPECT_NEAR(inside / 3000.0, .8, .03);
    EXPECT_NEAR(expected / actual, 1, .03);
  }
}

TEST(FitSpend, AnswersAndExplainsWhateverIsWrong) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const std::vector<std::vector<SpendHistory>> bad{
      {},                                                       // nobody
      {{3, 12}},                                                // one customer
      {{0, 0}, {0, 5}},                                         // nobody with a purchase
      std::vector<SpendHistory>(50, {2, 10}),                   // all identical
      {{2, -5}, {2, 0}, {1, nan}, {3, 20}, {1, 1e30}, {2, 8}},  // amounts that are none
  };
  for (const auto& histories : bad) {
    const auto fit = fit_spend(histories);
    ASSERT_TRUE(fit);
    EXPECT_NE(fit->report.verdict, FitVerdict::Interior);
    EXPECT_FALSE(fit->report.findings.empty());
    EXPECT_TRUE(std::isfinite(fit->report.log_likelihood));
    const auto spend = expected_spend(fit->model, {2, 10, std::log(10), 0});
    ASSERT_TRUE(spend);
    EXPECT_TRUE(std::isfinite(*spend) && *spend > 0);
  }
  const auto left_out = fit_spend(bad[4]);
  EXPECT_EQ(left_out->left_out, 4U);
  EXPECT_TRUE(has(*left_out, FitFinding::SpendNotPositive));
  // A tail so heavy that the mean hardly is: q comes down to 1 and no further.
  const auto heavy = fit_gamma_gamma(spend_world(GammaGamma{2, .6, 3}, 3'000, 17).histories);
  ASSERT_TRUE(heavy);
  EXPECT_TRUE(has(*heavy, FitFinding::SpendMeanUndefined));
  EXPECT_GT(std::get<GammaGamma>(heavy->model).q, 1);
  EXPECT_FALSE(expected_spend(GammaGamma{1, .9, 1}, {1, 5}));
  EXPECT_FALSE(expected_spend(GammaGamma{1, 2, 1}, {1, -5}));
  EXPECT_FALSE(spend_quantile(GammaGamma{1, 2, 1}, {1, 5}, 1));
}

}  // namespace
}  // namespace habitue::models
