#include "models/occasions/beta_bernoulli.hpp"
#include "models/shared_table.hpp"

#include <gtest/gtest.h>

#include <boost/math/special_functions/gamma.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace habitue::models {
namespace {

constexpr BetaBernoulli kDonors{1.204, 0.750, 0.657, 2.783};

TEST(BetaBernoulli, GivesThePublishedFitOfTheDonations) {
  std::vector<OccasionHistory> donors;
  const auto found = read_shared("btyd_small/donations_bgbb.csv", [&](const auto& cell) {
    donors.push_back({static_cast<std::uint32_t>(number(cell[0])), static_cast<std::uint32_t>(number(cell[1])),
                      static_cast<std::uint32_t>(number(cell[2])), static_cast<std::uint64_t>(number(cell[3]))});
  });
  HABITUE_NEEDS(found, "btyd_small");
  const auto fit = fit_beta_bernoulli(donors);
  ASSERT_TRUE(fit) << fit.error().message;
  // Fader, Hardie and Shang (2010), table 4; BTYD vignette, section 5.2.
  EXPECT_NEAR(fit->model.alpha, 1.204, 5e-4);
  EXPECT_NEAR(fit->model.beta, 0.750, 5e-4);
  EXPECT_NEAR(fit->model.gamma, 0.657, 5e-4);
  EXPECT_NEAR(fit->model.delta, 2.783, 1e-3);
  EXPECT_NEAR(fit->report.log_likelihood, -33225.58, 5e-3);
  EXPECT_EQ(fit->report.verdict, FitVerdict::Interior);
  EXPECT_EQ(fit->report.observations, 11'104u);

  // The vignette's optimiser stops a little earlier: its figures are of parameters that differ in the fifth digit.
  EXPECT_NEAR(*expected_acts(fit->model, {0, 0, 0}, 10), 3.179805, 5e-5);
  EXPECT_NEAR(*expected_acts(fit->model, {0, 0, 6}, 10), 0.1302169, 2e-6);
  EXPECT_NEAR(*expected_acts(fit->model, {4, 5, 6}, 10), 3.627858, 2e-4);

  // Hold-out, five years, by past gifts.
  const std::vector<double> published{0.073, 0.325, 0.709, 1.334, 2.031, 2.784, 3.753};
  std::vector<double> expected(7, 0.0), people(7, 0.0);
  for (const OccasionHistory& donor : donors) {
    expected[donor.x] += static_cast<double>(donor.people) * *expected_acts(fit->model, donor, 5);
    people[donor.x] += static_cast<double>(donor.people);
  }
  for (std::size_t x = 0; x < 7; ++x) EXPECT_NEAR(expected[x] / people[x], published[x], 6e-4) << x;
}

// The likelihood of a row of acts by integrating over p and theta on a fine grid (midpoints of the unit square after a change of variable).
double by_quadrature(const BetaBernoulli& m, const std::vector<int>& acts) {
  constexpr int kSteps = 400;
  const auto density = [](double a, double b, double x) {
    return std::pow(x, a - 1) * std::pow(1 - x, b - 1) *
           std::exp(boost::math::lgamma(a + b) - boost::math::lgamma(a) - boost::math::lgamma(b));
  };
  double sum = 0;
  for (int i = 0; i < kSteps; ++i) {
    // x = 3 u^2 - 2 u^3 flattens the ends, where the densities may be infinite.
    const double u = (i + 0.5) / kSteps, p = u * u * (3 - 2 * u), dp = 6 * u * (1 - u);
    for (int j = 0; j < kSteps; ++j) {
      const double v = (j + 0.5) / kSteps, theta = v * v * (3 - 2 * v), dtheta = 6 * v * (1 - v);
      // Forward: the chance of what was seen so far and of being alive, or of having left.
      double alive = 1, gone = 0;
      for (const int act : acts) {
        gone = act == 1 ? 0 : gone + alive * theta;
        alive *= (1 - theta) * (act == 1 ? p : 1 - p);
      }
      sum += (alive + gone) * density(m.alpha, m.beta, p) * density(m.gamma, m.delta, theta) * dp * dtheta;
    }
  }
  return sum / (kSteps * kSteps);
}

TEST(BetaBernoulli, LikelihoodIsTheIntegralOverTheChancesOfEachCustomer) {
  const BetaBernoulli m{1.6, 2.2, 1.5, 3.1};
  EXPECT_NEAR(std::exp(*log_likelihood(m, {2, 3, 5})), by_quadrature(m, {1, 0, 1, 0, 0}), 1e-5);
  EXPECT_NEAR(std::exp(*log_likelihood(m, {0, 0, 4})), by_quadrature(m, {0, 0, 0, 0}), 1e-5);
}

TEST(BetaBernoulli, AllHistoriesTogetherAreCertain) {
  for (const BetaBernoulli& m : {kDonors, BetaBernoulli{0.01, 3, 1, 1}, BetaBernoulli{200, 1, 1e-3, 5e3}}) {
    double sum = 0;
    for (unsigned acts = 0; acts < 64; ++acts) {
      OccasionHistory history{0, 0, 6};
      for (std::uint32_t at = 0; at < 6; ++at)
        if ((acts >> at) & 1u) history = {history.x + 1, at + 1, 6};
      sum += std::exp(*log_likelihood(m, history));
    }
    EXPECT_NEAR(sum, 1, 1e-10);
  }
}

TEST(BetaBernoulli, DistributionSumsToOneAndItsMeanIsTheExpectation) {
  for (const OccasionHistory& history : {OccasionHistory{0, 0, 0}, OccasionHistory{0, 0, 6}, OccasionHistory{4, 5, 6},
                                         OccasionHistory{6, 6, 6}, OccasionHistory{1, 1, 300}})
    for (const std::uint32_t ahead : {0u, 1u, 10u, 60u}) {
      const auto probability = distribution_of_acts(kDonors, history, ahead);
      ASSERT_TRUE(probability);
      double sum = 0, mean = 0;
      for (std::size_t k = 0; k < probability->size(); ++k) {
        EXPECT_GE((*probability)[k], 0);
        sum += (*probability)[k];
        mean += static_cast<double>(k) * (*probability)[k];
      }
      EXPECT_NEAR(sum, 1, 1e-10);
      EXPECT_NEAR(mean, *expected_acts(kDonors, history, ahead), 1e-9);
    }
  // New customers: the chance of a row is summed over the rows with as many acts.
  const auto six = distribution_of_acts(kDonors, {0, 0, 0}, 6);
  double four = 0;
  for (unsigned acts = 0; acts < 64; ++acts) {
    OccasionHistory history{0, 0, 6};
    for (std::uint32_t at = 0; at < 6; ++at)
      if ((acts >> at) & 1u) history = {history.x + 1, at + 1, 6};
    if (history.x == 4) four += std::exp(*log_likelihood(kDonors, history));
  }
  EXPECT_NEAR((*six)[4], four, 1e-12);
}

TEST(BetaBernoulli, ChanceOfBeingThereIsThatOfTheHistoriesThatGoOn) {
  // P(acts at n + 1) = P(alive at n + 1) E(p | alive): by the likelihoods of the history with one act more.
  const OccasionHistory history{3, 4, 6};
  const double ratio = std::exp(*log_likelihood(kDonors, {4, 7, 7}) - *log_likelihood(kDonors, history));
  const double p = (kDonors.alpha + 3) / (kDonors.alpha + kDonors.beta + 6);
  EXPECT_NEAR(*probability_alive(kDonors, history), ratio / p, 1e-12);
  EXPECT_NEAR(*expected_acts(kDonors, history, 1, 0.25), ratio / 1.25, 1e-12);
}

TEST(BetaBernoulli, WithoutLeavingIsTheBetaBinomial) {
  // Two customers in three acted at both of two occasions, and one at none: E(p) = 2/3.
  const std::vector<OccasionHistory> seen{{2, 2, 2, 500}, {1, 1, 2, 170}, {1, 2, 2, 170}, {0, 0, 2, 160}};
  const auto stays = fit_beta_bernoulli(seen, {.leaving = false});
  ASSERT_TRUE(stays) << stays.error().message;
  const auto [alpha, beta, gamma, delta] = stays->model;
  // The mean of a beta-binomial of equal n is met exactly.
  EXPECT_NEAR(alpha / (alpha + beta), (2 * 500 + 340) / 2'000.0, 1e-6);
  ASSERT_EQ(stays->report.estimates.size(), 2u);
  EXPECT_TRUE(stays->report.estimates[0].standard_error);
  for (const OccasionHistory& history : seen) {
    EXPECT_NEAR(*probability_alive(stays->model, history), 1, 1e-9);
    const double p = (alpha + history.x) / (alpha + beta + 2);
    EXPECT_NEAR(*expected_acts(stays->model, history, 4), 4 * p, 1e-9);
  }
  EXPECT_LE(stays->report.log_likelihood, fit_beta_bernoulli(seen)->report.log_likelihood + 1e-9);
}

TEST(BetaBernoulli, StaysFiniteAtTheExtremesAndSaysWhatIsWrong) {
  for (const BetaBernoulli& m :
       {BetaBernoulli{1e-6, 1e6, 1e-6, 1e6}, BetaBernoulli{1e6, 1e-6, 1e6, 1e-6}, BetaBernoulli{1, 1, 1, 1}})
    for (const OccasionHistory& history :
         {OccasionHistory{0, 0, 10'000}, OccasionHistory{10'000, 10'000, 10'000}, OccasionHistory{1, 1, 10'000}}) {
      EXPECT_TRUE(std::isfinite(*log_likelihood(m, history)));
      EXPECT_TRUE(std::isfinite(*expected_acts(m, history, 10'000)));
      EXPECT_TRUE(*probability_alive(m, history) >= 0 && *probability_alive(m, history) <= 1);
    }
  EXPECT_FALSE(log_likelihood(kDonors, {3, 2, 6}));
  EXPECT_FALSE(log_likelihood({0, 1, 1, 1}, {1, 1, 6}));
  EXPECT_FALSE(fit_beta_bernoulli({}));
  const auto silent = fit_beta_bernoulli(std::vector<OccasionHistory>{{0, 0, 5, 50}});
  EXPECT_EQ(silent->report.verdict, FitVerdict::TooFewData);
  EXPECT_EQ(silent->report.findings.front(), FitFinding::NoRepeatPurchases);
  // Everybody acts at every occasion: nobody is seen to leave.
  const auto always = fit_beta_bernoulli(std::vector<OccasionHistory>{{5, 5, 5, 500}});
  ASSERT_TRUE(always);
  EXPECT_EQ(always->report.verdict, FitVerdict::Boundary);
  EXPECT_NEAR(*expected_acts(always->model, {5, 5, 5}, 1), 1, 0.01);
}

}  // namespace
}  // namespace habitue::models
