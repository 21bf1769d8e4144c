#include <gtest/gtest.h>

#include <algorithm>
#include <boost/random/mersenne_twister.hpp>
#include <boost/random/uniform_01.hpp>
#include <boost/random/uniform_int_distribution.hpp>
#include <cmath>

#include "models/functions.hpp"
#include "models/maximize.hpp"
#include "models/purchases/fit.hpp"
#include "models/purchases/forecast.hpp"
#include "models/purchases/kernel.hpp"
#include "models/purchases/likelihood.hpp"
#include "models/purchases/regularity_mixture.hpp"
#include "models/purchases/simulate.hpp"

namespace habitue::models {
namespace {

// Customers who come over a quarter and are watched to the end of the third: days, so that histories repeat.
std::vector<SimulatedCustomer> world(const PurchaseModel& model, std::size_t count, std::uint64_t seed,
                                     double later = 0) {
  return *simulate_customers(
      model, count, [](std::size_t index) { return 26 + static_cast<double>(index % 91) / 7; }, later, seed);
}
std::vector<PurchaseHistory> histories_of(const std::vector<SimulatedCustomer>& customers) {
  std::vector<PurchaseHistory> histories;
  for (const SimulatedCustomer& customer : customers) histories.push_back(customer.history);
  return histories;
}
// As shops record them: times in whole days.
std::vector<PurchaseHistory> in_whole_days(std::vector<PurchaseHistory> histories) {
  for (PurchaseHistory& history : histories) {
    history.T = std::round(history.T * 7);
    history.t_x = history.x == 0 ? 0 : std::clamp(std::round(history.t_x * 7), 1.0, history.T);
  }
  return histories;
}

const std::vector<PurchaseLaw> kLaws{{Leaving::Never, 1, .7, 9, 1, 1},
                                     {Leaving::Never, 3, .9, 3, 1, 1},
                                     {Leaving::AfterRepeatPurchase, 1, .5, 4.4, .8, 2.4},
                                     {Leaving::AfterAnyPurchase, 1, .6, 5, .8, 1.6},
                                     {Leaving::AfterAnyPurchase, 2, .9, 2.5, .5, 1.5},
                                     {Leaving::AfterRepeatPurchase, 4, .9, 2, .8, 3},
                                     {Leaving::AtAnyTime, 1, .8, 6, .7, 9}};

// Each law as its paper prints it, by C library functions and a plain sum over the moments of leaving.
double printed_likelihood(const PurchaseLaw& law, const PurchaseHistory& h) {
  const double k = law.k, x = h.x, c = law.r + k * x;
  const auto beta = [](double p, double q) { return std::exp(ln_gamma(p) + ln_gamma(q) - ln_gamma(p + q)); };
  const double gaps = std::exp((k - 1) * h.sum_ln_gaps) / std::pow(std::exp(ln_gamma(k)), x);
  const double rates = std::exp(ln_gamma(c) - ln_gamma(law.r)) * std::pow(law.alpha, law.r);
  double alive = 0;
  for (int j = 0; j < static_cast<int>(k); ++j)
    alive += std::exp(ln_gamma(c + j) - ln_gamma(c)) / std::exp(ln_gamma(j + 1)) * std::pow(h.T - h.t_x, j) *
             std::pow(law.alpha + h.T, -(c + j));
  const double left = std::pow(law.alpha + h.t_x, -c);
  switch (law.leaving) {
    case Leaving::Never: return gaps * rates * alive;
    case Leaving::AfterRepeatPurchase:
    case Leaving::AfterAnyPurchase: {
      const double n = x + (law.leaving == Leaving::AfterAnyPurchase ? 1 : 0);
      const double stays = beta(law.a, law.b + n) / beta(law.a, law.b);
      const double leaves = n == 0 ? 0 : beta(law.a + 1, law.b + n - 1) / beta(law.a, law.b);
      return gaps * rates * (alive * stays + left * leaves);
    }
    case Leaving::AtAnyTime: break;
  }
  constexpr int kSteps = 20'000;
  double leaves = 0;
  for (int step = 0; step < kSteps; ++step) {
    const double u = h.t_x + (h.T - h.t_x) * (step + .5) / kSteps;
    leaves += (h.T - h.t_x) / kSteps * std::pow(law.alpha + u, -c) * std::pow(law.b + u, -law.a - 1);
  }
  return rates * std::pow(law.b, law.a) * (alive * std::pow(law.b + h.T, -law.a) + law.a * leaves);
}

TEST(LogLikelihood, IsThatOfThePapers) {
  for (const PurchaseLaw& law : kLaws)
    for (const PurchaseHistory& history : {PurchaseHistory{0, 0, 12, 0}, PurchaseHistory{1, 8, 12, std::log(8)},
                                           PurchaseHistory{4, 9, 30, 3.1}, PurchaseHistory{15, 28, 28, 8.2}})
      EXPECT_NEAR(*log_likelihood(model_of(law), std::vector{history}), std::log(printed_likelihood(law, history)),
                  1e-7)
          << name_of(law) << " x " << history.x;
}

TEST(LawKernel, NeedsNoMorePointsThanItHas) {
  // The quadrature of AtAnyTime at its 24 points beside 64 of them, where rates, times and counts are far apart.
  const std::vector<std::uint32_t> counts{0, 1, 7, 60, 400, 2'000};
  RowBlock few, many;
  for (const double scale : {1e-3, .1, 1.0, 30.0, 2'500.0})
    for (const double s : {1e-4, .6, 1.0, 20.0})
      for (const double t_x : {.01, 1.0, 200.0}) {
        const PurchaseLaw law{Leaving::AtAnyTime, 1, .6, 10, s, 10 * scale};
        std::vector<std::uint32_t> index;
        for (std::uint32_t at = 0; at < counts.size(); ++at) index.push_back(at);
        const std::vector<double> last(counts.size(), t_x), T(counts.size(), t_x * 3 + 20);
        LawKernel(law, counts, 24).evaluate(index, last, T, few);
        LawKernel(law, counts, 64).evaluate(index, last, T, many);
        for (std::size_t at = 0; at < counts.size(); ++at) {
          EXPECT_NEAR(few.log_likelihood[at], many.log_likelihood[at], 2e-9 * std::abs(many.log_likelihood[at]) + 2e-9);
          EXPECT_NEAR(few.alive[at], many.alive[at], 2e-9);
        }
      }
}

TEST(LogLikelihood, HasTheGradientOfItsValue) {
  const auto table = make_history_table(histories_of(world(model_of(kLaws[3]), 700, 1)));
  for (const PurchaseLaw& law : kLaws)
    for (const double off : {-1.5, 0.0, 1.2}) {
      const Objective objective = [&](std::span<const double> ln, std::span<double> gradient) {
        return log_likelihood({law.leaving, law.k, std::exp(ln[0]), std::exp(ln[1]), std::exp(ln[2]), std::exp(ln[3])},
                              *table, gradient);
      };
      const std::vector<double> at{std::log(law.r) + off, std::log(law.alpha / 30), std::log(law.a) - off,
                                   std::log(law.b / 3)};
      EXPECT_LT(gradient_error(objective, at), 1e-6) << name_of(law) << " " << off;
    }
}

TEST(LogLikelihood, OfAMixtureHasTheGradientOfItsValueAndOneKindIsItsLaw) {
  const auto histories = histories_of(world(model_of(kLaws[4]), 400, 2));
  const auto table = make_history_table(histories, MergeBy::TimesAndGaps);
  const Objective objective = [&](std::span<const double> ln, std::span<double> gradient) {
    PurchaseModel model;
    for (std::size_t kind = 0; kind < 2; ++kind) {
      const double* own = &ln[kind * 5];
      model.kinds.push_back({std::exp(own[4]),
                             {Leaving::AfterAnyPurchase, kind == 0 ? 1U : 3U, std::exp(own[0]), std::exp(own[1]),
                              std::exp(own[2]), std::exp(own[3])}});
    }
    return log_likelihood(model, *table, gradient);
  };
  EXPECT_LT(gradient_error(objective, std::vector<double>{.1, -1, -.5, .2, -.7, .3, -2, .5, .7, -.6}), 1e-6);
  const PurchaseModel halves{{{.5, kLaws[4]}, {.5, kLaws[4]}}};
  EXPECT_NEAR(*log_likelihood(halves, histories), *log_likelihood(model_of(kLaws[4]), histories), 1e-8);
}

TEST(LogLikelihood, MovesWithTheUnitOfTimeAsADensityDoes) {
  const auto weeks = histories_of(world(model_of(kLaws[4]), 500, 3));
  auto days = weeks;
  double purchases = 0;
  for (PurchaseHistory& history : days) {
    history.t_x *= 7;
    history.T *= 7;
    history.sum_ln_gaps += history.x * std::log(7.0);
    purchases += history.x;
  }
  for (const PurchaseLaw& law : kLaws) {
    const double in_weeks = *log_likelihood(model_of(law), weeks);
    EXPECT_NEAR(*log_likelihood(model_of(in_longer_unit(law, 1.0 / 7)), days), in_weeks - purchases * std::log(7.0),
                1e-9 * std::abs(in_weeks))
        << name_of(law);
  }
  const auto one = fit_purchases(*make_history_table(weeks)), other = fit_purchases(*make_history_table(days));
  ASSERT_TRUE(one && other);
  EXPECT_NEAR(other->report.estimates[1].value / one->report.estimates[1].value, 7, 1e-6);
  EXPECT_NEAR(other->report.estimates[2].value / one->report.estimates[2].value, 1, 1e-6);
}

TEST(HistoryTable, MergedRowsSayWhatTheSeparateOnesDo) {
  const auto histories = in_whole_days(histories_of(world(model_of(kLaws[3]), 3'000, 4)));
  const auto table = make_history_table(histories);
  ASSERT_TRUE(table);
  EXPECT_LT(table->rows(), 2'000U);
  EXPECT_EQ(table->customers(), 3'000U);
  for (const PurchaseLaw& law : kLaws) {
    if (law.k > 1) continue;  // The gaps are those of before the rounding.
    const PurchaseModel in_days = model_of(in_longer_unit(law, 1.0 / 7));
    double separate = 0;
    for (const PurchaseHistory& history : histories) separate += *log_likelihood(in_days, std::vector{history});
    EXPECT_NEAR(separate, *log_likelihood(in_days, histories), 1e-9 * std::abs(separate)) << name_of(law);
  }
}

TEST(FitPurchases, IsTheSameForAnyOrderAndAnyNumberOfThreads) {
  auto histories = histories_of(world(model_of(kLaws[4]), 4'000, 5));
  for (const Leaving leaving : {Leaving::AfterAnyPurchase, Leaving::AtAnyTime}) {
    const auto one = fit_purchases(*make_history_table(histories), {.leaving = leaving});
    boost::random::mt19937_64 random(6);
    for (std::size_t at = histories.size(); at-- > 1;)
      std::swap(histories[at], histories[boost::random::uniform_int_distribution<std::size_t>(0, at)(random)]);
    const auto other = fit_purchases(*make_history_table(histories), {.leaving = leaving, .threads = 2});
    ASSERT_TRUE(one && other);
    for (std::size_t at = 0; at < one->report.estimates.size(); ++at)
      EXPECT_EQ(one->report.estimates[at].value, other->report.estimates[at].value);
    EXPECT_EQ(one->report.log_likelihood, other->report.log_likelihood);
  }
}

TEST(FitPurchases, FindsPlantedParametersWithinTheirErrors) {
  for (const PurchaseLaw& law : kLaws) {
    const auto customers = world(model_of(law), 3'000, 8);
    const auto fit = fit_purchases(*make_history_table(histories_of(customers)), {.leaving = law.leaving, .k = law.k});
    ASSERT_TRUE(fit) << fit.error().message;
    EXPECT_EQ(fit->report.verdict, FitVerdict::Interior) << name_of(law);
    const std::vector<double> planted{law.r, law.alpha, law.a, law.b};
    for (std::size_t at = 0; at < fit->report.estimates.size(); ++at) {
      const Estimate& estimate = fit->report.estimates[at];
      ASSERT_TRUE(estimate.standard_error);
      // In logarithms, where estimates are nearest to normal.
      EXPECT_LT(std::abs(std::log(estimate.value / planted[at])), 3.3 * *estimate.standard_error / estimate.value)
          << name_of(law) << " " << estimate.name;
    }
  }
}

TEST(Forecasts, AreRightOnAverageForSimulatedCustomers) {
  for (const PurchaseLaw& law : kLaws) {
    const auto customers = world(model_of(law), 3'000, 9, 20);
    double expected = 0, bought = 0, alive_expected = 0, alive_there = 0, buys = 0, buyers = 0;
    for (const SimulatedCustomer& customer : customers) {
      expected += *expected_purchases(model_of(law), customer.history, 20);
      bought += customer.later_purchases;
      alive_expected += *alive(model_of(law), customer.history);
      alive_there += customer.alive;
      buys += *buys_within(model_of(law), customer.history, 20);
      buyers += customer.later_purchases > 0;
    }
    EXPECT_NEAR(expected / bought, 1, .06) << name_of(law);
    EXPECT_NEAR(alive_expected / 3'000, alive_there / 3'000, .025) << name_of(law);
    EXPECT_NEAR(buys / 3'000, buyers / 3'000, .025) << name_of(law);
  }
}

TEST(FitRegularity, FindsThePlantedRegularity) {
  for (const std::uint32_t k : {1U, 3U}) {
    const PurchaseLaw law{Leaving::AfterAnyPurchase, k, .9, 5.0 / k, .5, 2};
    const auto fit = fit_regularity(*make_history_table(histories_of(world(model_of(law), 1'500, 10))));
    ASSERT_TRUE(fit);
    EXPECT_EQ(fit->model.kinds[0].law.k, k);
  }
}

TEST(FitRegularityMixture, FindsPlantedKindsAndTellsCustomersApart) {
  const PurchaseModel planted{
      {{.5, {Leaving::AfterAnyPurchase, 1, 1, 3, .4, 3}}, {.5, {Leaving::AfterAnyPurchase, 6, 1, .5, .4, 3}}}};
  const auto customers = world(planted, 1'500, 12);
  const auto table = make_history_table(histories_of(customers), MergeBy::TimesAndGaps);
  const auto fit = fit_regularity_mixture(*table);
  ASSERT_TRUE(fit) << fit.error().message;
  ASSERT_GE(fit->model.kinds.size(), 2U);
  const auto one = fit_regularity(*table);
  EXPECT_GT(fit->report.log_likelihood, one->report.log_likelihood + 50);
  EXPECT_NEAR(*log_likelihood(fit->model, histories_of(customers)), fit->report.log_likelihood,
              1e-6 * std::abs(fit->report.log_likelihood));
  EXPECT_FALSE(fit_regularity_mixture(*make_history_table(histories_of(customers))));
  for (const auto& [share, law] : fit->model.kinds) EXPECT_GT(share, .3) << law.k;
  const PurchaseHistory clockwork{20, 40, 41, 20 * std::log(2.0)};
  EXPECT_GT((*kinds_of(fit->model, clockwork)).back(), .99);
  // Without differences there is one kind.
  const auto alike = histories_of(world(model_of({Leaving::AfterAnyPurchase, 2, 1, 1.5, .4, 3}), 1'200, 14));
  const auto alike_fit = fit_regularity_mixture(*make_history_table(alike, MergeBy::TimesAndGaps));
  ASSERT_TRUE(alike_fit);
  EXPECT_EQ(alike_fit->model.kinds.size(), 1U);
}

TEST(FitRegularityMixture, GivesKindsHabitsOfTheirOwnWhereTheyHaveThem) {
  // Rare and irregular, or frequent, regular and faithful.
  const PurchaseModel planted{
      {{.5, {Leaving::AfterAnyPurchase, 1, 1, 12, .8, 2}}, {.5, {Leaving::AfterAnyPurchase, 3, 2, 1, .2, 8}}}};
  const auto customers = world(planted, 2'000, 15, 26);
  const auto fit = fit_regularity_mixture(*make_history_table(histories_of(customers), MergeBy::TimesAndGaps));
  ASSERT_TRUE(fit) << fit.error().message;
  ASSERT_EQ(fit->model.kinds.size(), 2U);
  EXPECT_EQ(fit->report.estimates.size(), 10U);
  const PurchaseLaw &rare = fit->model.kinds[0].law, &regular = fit->model.kinds[1].law;
  EXPECT_NEAR(std::log(rare.r / rare.alpha * 12), 0, .3);
  EXPECT_NEAR(std::log(regular.r / (regular.alpha * regular.k) * 1.5), 0, .3);
  EXPECT_LT(regular.a / (regular.a + regular.b), .1);
  double expected = 0, bought = 0;
  for (const SimulatedCustomer& customer : customers) {
    expected += *expected_purchases(fit->model, customer.history, 26);
    bought += customer.later_purchases;
  }
  EXPECT_NEAR(expected / bought, 1, .06);
}

TEST(FitPurchases, IsFiniteWhateverTheHistories) {
  boost::random::mt19937_64 random(21);
  boost::random::uniform_01<double> uniform;
  const auto spread = [&](double low, double high) {
    return std::exp(std::log(low) + uniform(random) * std::log(high / low));
  };
  for (int round = 0; round < 25; ++round) {
    const double unit = spread(1e-4, 1e5), busy = spread(.1, round % 10 == 0 ? 1e6 : 40);
    std::vector<PurchaseHistory> histories(static_cast<std::size_t>(spread(1, 200)));
    for (PurchaseHistory& history : histories) {
      history.T = unit * (round % 3 == 0 ? spread(.01, 100) : 1);
      if (uniform(random) < .4) continue;
      history.x = static_cast<std::uint32_t>(std::min(1e6, 1 - busy * std::log1p(-uniform(random))));
      history.t_x = history.T * (round % 4 == 0 ? 1 : 1 - uniform(random));
      history.sum_ln_gaps = history.x * (std::log(history.t_x / history.x) - (round % 2 == 0 ? .6 : 0));
    }
    const auto table = make_history_table(histories, MergeBy::TimesAndGaps);
    ASSERT_TRUE(table) << table.error().message;
    std::vector<Result<PurchaseFit>> fits{fit_regularity_mixture(*table)};
    for (const Leaving leaving :
         {Leaving::Never, Leaving::AfterRepeatPurchase, Leaving::AfterAnyPurchase, Leaving::AtAnyTime})
      fits.push_back(fit_purchases(*table, {.leaving = leaving}));
    for (const auto& fit : fits) {
      ASSERT_TRUE(fit) << fit.error().message;
      EXPECT_TRUE(std::isfinite(fit->report.log_likelihood)) << round;
      for (const Estimate& estimate : fit->report.estimates)
        EXPECT_TRUE(std::isfinite(estimate.value) && std::isfinite(estimate.standard_error.value_or(0))) << round;
      const auto expected = expected_purchases(fit->model, histories.front(), unit);
      ASSERT_TRUE(expected) << expected.error().message;
      EXPECT_TRUE(std::isfinite(*expected) && *expected >= 0) << round;
    }
  }
}

TEST(FitPurchases, AnswersAndExplainsWhateverTheData) {
  const std::vector<std::pair<std::vector<PurchaseHistory>, FitFinding>> bad{
      {{}, FitFinding::NoCustomers},
      {{{3, 20, 30, 5}}, FitFinding::FewCustomers},
      {std::vector<PurchaseHistory>(500, {0, 0, 30, 0}), FitFinding::NoRepeatPurchases},
      {std::vector<PurchaseHistory>(500, {2, 20, 30, 4.6}), FitFinding::AllAlike},
      {std::vector<PurchaseHistory>(20, {0, 0, 0, 0}), FitFinding::NoRepeatPurchases},
      {std::vector<PurchaseHistory>(300, {1'000'000, 1e9, 1e9, 1e6}), FitFinding::AllAlike},
  };
  for (const auto& [histories, finding] : bad)
    for (const Leaving leaving :
         {Leaving::Never, Leaving::AfterRepeatPurchase, Leaving::AfterAnyPurchase, Leaving::AtAnyTime}) {
      const auto fit = fit_purchases(*make_history_table(histories), {.leaving = leaving});
      ASSERT_TRUE(fit) << fit.error().message;
      EXPECT_NE(fit->report.verdict, FitVerdict::Interior) << name_of(leaving) << " " << name_of(finding);
      EXPECT_TRUE(std::count(fit->report.findings.begin(), fit->report.findings.end(), finding) == 1)
          << name_of(finding);
      EXPECT_TRUE(std::isfinite(fit->report.log_likelihood));
      for (const Estimate& estimate : fit->report.estimates)
        EXPECT_TRUE(std::isfinite(estimate.value) && estimate.value > 0);
      const auto expected = expected_purchases(fit->model, {1, 10, 30, 2.3}, 10);
      ASSERT_TRUE(expected) << expected.error().message;
      EXPECT_TRUE(std::isfinite(*expected) && *expected >= 0);
    }
  EXPECT_FALSE(make_history_table(std::vector<PurchaseHistory>{{1, 40, 30, 0}}));
  EXPECT_FALSE(fit_purchases(*make_history_table({}), {.k = 9}));
  EXPECT_FALSE(fit_regularity(*make_history_table({}), {.leaving = Leaving::AtAnyTime}));
}

}  // namespace
}  // namespace habitue::models
