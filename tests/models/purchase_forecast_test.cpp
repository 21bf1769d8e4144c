#include "models/purchases/forecast.hpp"

#include <gtest/gtest.h>

#include <boost/random/mersenne_twister.hpp>
#include <boost/random/uniform_01.hpp>
#include <cmath>
#include <numeric>

#include "models/purchases/likelihood.hpp"
#include "models/purchases/score.hpp"

namespace habitue::models {
namespace {

// The published parameters of CDNOW: Fader, Hardie & Lee (2005); the BTYD vignette's own last digits.
const PurchaseModel kBg =
    model_of({.leaving = Leaving::AfterRepeatPurchase, .r = .243, .alpha = 4.414, .a = .793, .b = 2.426});
const PurchaseModel kPareto =
    model_of({.leaving = Leaving::AtAnyTime, .r = .553, .alpha = 10.578, .a = .606, .b = 11.669});

// The same at the maximum itself, as `PublishedFit` finds it.
const PurchaseModel kBgAtMaximum = model_of(
    {.leaving = Leaving::AfterRepeatPurchase, .r = .24259452, .alpha = 4.41360202, .a = .79292202, .b = 2.42590678});
const PurchaseModel kParetoAtMaximum =
    model_of({.leaving = Leaving::AtAnyTime, .r = .55327705, .alpha = 10.57768346, .a = .60623999, .b = 11.66873529});

TEST(ExpectedPurchases, MatchesThePaperAndItsNewCustomers) {
  EXPECT_NEAR(*expected_purchases(kBg, {2, 30.43, 38.86}, 39), 1.226, 5e-4);
  // The package lifetimes' test, at the fitted parameters.
  const std::vector<std::pair<double, double>> expected{{.1429, .0078},  {1, .0532},   {3, .1506},
                                                        {31.86, 1.0405}, {32, 1.0437}, {78, 1.8576}};
  for (const auto& [t, count] : expected)
    EXPECT_NEAR(*expected_purchases(kBgAtMaximum, {}, t), count, 6e-5 + 2e-4 * count) << t;
}

TEST(ExpectedPurchases, MatchesTheVignettesCustomers) {
  // Of the R package BTYD, sections 3 and 4: at its own estimates, whose fifth digit is not that of the maximum.
  const PurchaseModel& bg = kBgAtMaximum;
  const PurchaseModel& pareto = kParetoAtMaximum;
  EXPECT_NEAR(*expected_purchases(bg, {}, 52), 1.444004, 2e-5);
  EXPECT_NEAR(*expected_purchases(pareto, {}, 52), 1.473434, 4e-4);
  const PurchaseHistory heavy{26, 30.857142857142858, 31, 0};
  EXPECT_NEAR(*expected_purchases(bg, heavy, 52), 25.75659, 1e-3);
  EXPECT_NEAR(*alive(bg, heavy), .9688523, 5e-6);
  EXPECT_NEAR(*expected_purchases(pareto, heavy, 52), 25.45647, 2e-3);
  EXPECT_NEAR(*alive(pareto, heavy), .997874, 5e-6);
  const std::vector<double> bg_expected{.3475, .04283, .004159, .000358}, pareto_expected{.7062, .1442, .02251, .00309};
  for (std::size_t at = 0; at < 4; ++at) {
    const PurchaseHistory quiet{static_cast<std::uint32_t>(10 + 5 * at), 20, 39, 0};
    EXPECT_NEAR(*expected_purchases(bg, quiet, 52) / bg_expected[at], 1, 2e-3);
    EXPECT_NEAR(*expected_purchases(pareto, quiet, 52) / pareto_expected[at], 1, 2e-3);
  }
}

TEST(ExpectedPurchases, AreSmoothWhereOtherFormulasHaveAPole) {
  const PurchaseHistory history{5, 20, 30, 0};
  for (const Leaving leaving : {Leaving::AfterRepeatPurchase, Leaving::AtAnyTime}) {
    const auto at = [&](double a) { return *expected_purchases(model_of({leaving, 1, .5, 5, a, 3}), history, 40); };
    EXPECT_NEAR(at(1), (at(1 - 1e-4) + at(1 + 1e-4)) / 2, 1e-6);
    EXPECT_NEAR(at(1), at(1 + 1e-10), 1e-8);
  }
}

TEST(ExpectedPurchases, StayFiniteOnThePairsWhereOthersJumpOrFail) {
  // lifetimes' pair, where its code used to jump; and the customers of CLVTools' issue 100.
  const PurchaseModel pareto =
      model_of({.leaving = Leaving::AtAnyTime, .r = .55, .alpha = 10.58, .a = .61, .b = 11.67});
  EXPECT_NEAR(*expected_purchases(pareto, {132, 200, 200, 0}, 10), 6.2060517889632418, 1e-12);
  EXPECT_NEAR(*expected_purchases(pareto, {133, 200, 200, 0}, 10), 6.2528722475748113, 1e-12);
  for (const PurchaseHistory& history : {PurchaseHistory{221, 103.43, 103.57, 0}, PurchaseHistory{254, 97.14, 97.29, 0},
                                         PurchaseHistory{161, 94.71, 98.0, 0}, PurchaseHistory{204, 98.57, 99.43, 0}})
    for (const double beta : {0.01, 1.0, 100.0, 1e5, 1e9})
      for (const double s : {1e-6, .6, 1.0, 30.0}) {
        const PurchaseModel model = model_of({.leaving = Leaving::AtAnyTime, .r = .8, .alpha = 30, .a = s, .b = beta});
        const auto expected = expected_purchases(model, history, 52);
        ASSERT_TRUE(expected);
        EXPECT_TRUE(std::isfinite(*expected) && *expected >= 0) << s << " " << beta;
      }
}

std::vector<PurchaseModel> models_of_all_kinds() {
  std::vector<PurchaseModel> models{
      kBg, kPareto, model_of({.leaving = Leaving::Never, .r = .7, .alpha = 9}),
      model_of({.leaving = Leaving::AfterAnyPurchase, .r = .525, .alpha = 6.183, .a = .891, .b = 1.614})};
  for (std::uint32_t k = 2; k <= 6; ++k) {
    models.push_back(model_of({Leaving::AfterAnyPurchase, k, .8, 4, .5, 3}));
    models.push_back(model_of({Leaving::AfterRepeatPurchase, k, .8, 4, .5, 3}));
  }
  models.push_back(
      {{{.4, {Leaving::AfterAnyPurchase, 1, .8, 9, .5, 3}}, {.6, {Leaving::AfterAnyPurchase, 3, .8, 3, .5, 3}}}});
  return models;
}

TEST(PurchaseCounts, AddUpToOneAndHaveTheExpectationForMean) {
  for (const PurchaseModel& model : models_of_all_kinds())
    for (const PurchaseHistory& history : {PurchaseHistory{}, PurchaseHistory{0, 0, 30, 0},
                                           PurchaseHistory{2, 20, 30, 4.6}, PurchaseHistory{40, 38, 39, -4}})
      for (const double t : {0.0, .3, 20.0, 300.0}) {
        const auto counts = purchase_counts(model, history, t, 1e-13);
        ASSERT_TRUE(counts);
        double total = 0, mean = 0;
        for (std::size_t n = 0; n < counts->size(); ++n) {
          ASSERT_GE((*counts)[n], 0);
          total += (*counts)[n];
          mean += static_cast<double>(n) * (*counts)[n];
        }
        const double expected = *expected_purchases(model, history, t);
        EXPECT_NEAR(total, 1, 1e-10) << name_of(model.kinds[0].law);
        EXPECT_NEAR(mean, expected, 1e-7 * (1 + expected))
            << name_of(model.kinds[0].law) << " x " << history.x << " t " << t;
        EXPECT_NEAR(*buys_within(model, history, t), 1 - (*counts)[0], 1e-10);
        EXPECT_NEAR(*discounted_purchases(model, history, t, 0), expected, 1e-9 * (1 + expected));
      }
}

TEST(Alive, LaterIsTheChanceOfStayingAndFallsToNought) {
  for (const PurchaseModel& model : models_of_all_kinds()) {
    const PurchaseHistory history{3, 20, 30, 5.7};
    double before = *alive(model, history);
    EXPECT_GT(before, 0);
    EXPECT_LE(before, 1);
    for (const double later : {1e-6, 1.0, 50.0, 1e4}) {
      const double now = *alive(model, history, later);
      EXPECT_LE(now, before + 1e-12);
      EXPECT_GE(now, 0);
      before = now;
    }
    if (model.kinds[0].law.leaving == Leaving::Never) continue;
    EXPECT_LT(before, .5);
  }
}

TEST(DiscountedPurchases, AgreeWithFinePanels) {
  const PurchaseHistory history{3, 20, 30, 5.7};
  for (const PurchaseModel& model : models_of_all_kinds()) {
    const double rate = .15 / 52, horizon = 156;
    double sum = 0, before = 0;
    constexpr int kPanels = 800;
    for (int panel = 1; panel <= kPanels; ++panel) {
      const double t = horizon * panel / kPanels, now = *expected_purchases(model, history, t);
      sum += (now - before) * std::exp(-rate * (t - horizon / kPanels / 2));
      before = now;
    }
    EXPECT_NEAR(*discounted_purchases(model, history, horizon, rate), sum, 2e-6 * (1 + sum))
        << name_of(model.kinds[0].law);
  }
}

TEST(BuyingCycle, IsTheGapOfARegularBuyer) {
  // 50 gaps of 4 weeks: whatever the law, his own time between purchases is near 4.
  const PurchaseHistory regular{50, 200, 202, 50 * std::log(4.0)};
  for (const PurchaseModel& model : models_of_all_kinds()) EXPECT_NEAR(*buying_cycle(model, regular), 4, .25);
  const PurchaseModel two{
      {{.5, {Leaving::AfterAnyPurchase, 1, .8, 9, .5, 3}}, {.5, {Leaving::AfterAnyPurchase, 4, .8, 2.25, .5, 3}}}};
  EXPECT_GT((*kinds_of(two, regular))[1], .999);
}

TEST(Forecasts, AreNeverNanNorOutOfRangeWhateverTheInput) {
  boost::random::mt19937_64 random(20261123);
  boost::random::uniform_01<double> uniform;
  const auto spread = [&](double low, double high) {
    return std::exp(std::log(low) + uniform(random) * std::log(high / low));
  };
  for (int round = 0; round < 48; ++round) {
    const auto leaving = static_cast<Leaving>(round % 4);
    const std::uint32_t k = leaving == Leaving::AtAnyTime ? 1 : static_cast<std::uint32_t>(1 + (round / 4) % 6);
    const double most = round % 3 == 0 ? 1e12 : 1e3, least = round % 3 == 0 ? 1e-9 : 1e-3;
    const PurchaseLaw law{
        leaving, k, spread(least, most), spread(least * 1e-6, most * 1e3), spread(least, most), spread(least, most)};
    PurchaseHistory history;
    history.x = round % 5 == 0 ? 0 : static_cast<std::uint32_t>(spread(1, 1e6));
    history.T = spread(1e-6, 1e9);
    if (history.x > 0) history.t_x = history.T * (round % 7 == 0 ? 1 : uniform(random));
    history.sum_ln_gaps = history.x * std::log(std::max(history.t_x, 1e-9) / std::max(1U, history.x));
    const double t = round % 11 == 0 ? 0 : spread(1e-6, 1e9);
    const PurchaseModel model = model_of(law);
    const auto describe = [&] {
      return name_of(law) + " r " + std::to_string(law.r) + " alpha " + std::to_string(law.alpha) + " a " +
             std::to_string(law.a) + " b " + std::to_string(law.b) + " x " + std::to_string(history.x) + " t_x " +
             std::to_string(history.t_x) + " T " + std::to_string(history.T) + " t " + std::to_string(t);
    };
    const auto in = [&](const Result<double>& value, double low, double high) {
      ASSERT_TRUE(value) << describe();
      EXPECT_TRUE(*value >= low && *value <= high) << *value << " " << describe();
    };
    const double limit = std::numeric_limits<double>::max();
    in(alive(model, history), 0, 1);
    in(alive(model, history, t), 0, 1);
    in(expected_purchases(model, history, t), 0, limit);
    in(buys_within(model, history, t), 0, 1);
    in(buying_cycle(model, history), 0, limit);
    if (round % 8 == 0) in(discounted_purchases(model, history, std::min(t, 1e4), .01), 0, limit);
    const auto likelihood = log_likelihood(model, std::vector{history});
    ASSERT_TRUE(likelihood);
    EXPECT_TRUE(std::isfinite(*likelihood)) << describe();
    const auto counts = purchase_counts(model, history, t, 1e-9, 40);
    ASSERT_TRUE(counts);
    const double total = std::accumulate(counts->begin(), counts->end(), 0.0);
    EXPECT_TRUE(total >= 0 && total <= 1 + 1e-6) << total << " " << describe();
  }
}

TEST(ScorePurchases, SaysOfManyWhatIsSaidOfOne) {
  boost::random::mt19937_64 random(5);
  boost::random::uniform_01<double> uniform;
  std::vector<PurchaseHistory> histories;
  for (int customer = 0; customer < 1'000; ++customer) {
    PurchaseHistory history{.x = static_cast<std::uint32_t>(12 * uniform(random) * uniform(random)),
                            .T = 27 + 12 * uniform(random)};
    if (customer == 77) history.x = 900;  // One of its kind: no curve for him.
    if (history.x > 0) history.t_x = history.T * std::sqrt(uniform(random));
    history.sum_ln_gaps = history.x * std::log(std::max(history.t_x, 1e-3) / std::max(history.x, 1U)) * 1.1;
    histories.push_back(history);
  }
  for (const PurchaseModel& model : models_of_all_kinds()) {
    const auto scores = score_purchases(model, histories, 39);
    const auto again = score_purchases(model, histories, 39, 2);
    ASSERT_TRUE(scores && again);
    for (std::size_t at = 0; at < histories.size(); at += 11) {
      EXPECT_NEAR((*scores)[at].alive, *alive(model, histories[at]), 2e-9);
      const double expected = *expected_purchases(model, histories[at], 39);
      EXPECT_NEAR((*scores)[at].expected, expected, 2e-9 * (1 + expected))
          << name_of(model.kinds[0].law) << " x " << histories[at].x;
      EXPECT_EQ((*scores)[at].expected, (*again)[at].expected);
    }
  }
  EXPECT_TRUE(score_purchases(kBg, {}, 39)->empty());
  histories[3].T = -1;
  EXPECT_FALSE(score_purchases(kBg, histories, 39));
}

// Leaving at any time is read off a curve where many have bought as often: laws from those where all leave at once to those where nobody
// does, times in days and in years, last purchases on the first day and on the last.
TEST(ScorePurchases, ReadsLifetimesOffACurveAsAQuadratureHasThem) {
  boost::random::mt19937_64 random(17);
  boost::random::uniform_01<double> uniform;
  const auto between = [&](double low, double high) { return std::exp(low + (high - low) * uniform(random)); };
  for (int round = 0; round < 60; ++round) {
    PurchaseLaw law{Leaving::AtAnyTime, 1, between(-4, 2), between(-5, 5), between(-6, 2), between(-5, 5)};
    if (round % 20 == 0) law.b = law.alpha;
    const double scale = between(-3, 5);
    const double most = round % 3 == 0 ? 3 : round % 3 == 1 ? 20 : 200;
    std::vector<PurchaseHistory> histories;
    for (int customer = 0; customer < 300; ++customer) {
      PurchaseHistory history{.x = static_cast<std::uint32_t>(most * uniform(random) * uniform(random)),
                              .T = scale * (customer % 10 == 0 ? 1e-3 : .3 + uniform(random))};
      if (history.x > 0) history.t_x = customer % 9 == 0 ? history.T : history.T * std::max(uniform(random), 1e-6);
      histories.push_back(history);
    }
    const PurchaseModel model = model_of(law);
    const auto scores = score_purchases(model, histories, scale);
    ASSERT_TRUE(scores);
    for (std::size_t at = 0; at < histories.size(); at += 7) {
      const double there = *alive(model, histories[at]), expected = *expected_purchases(model, histories[at], scale);
      EXPECT_NEAR((*scores)[at].alive, there, 1e-9 * there) << round << " x " << histories[at].x;
      EXPECT_NEAR((*scores)[at].expected, expected, 1e-9 * expected) << round << " x " << histories[at].x;
    }
  }
}

TEST(Forecasts, RefuseWhatCannotBe) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_FALSE(alive(kBg, {1, 3, 2}));
  EXPECT_FALSE(alive(kBg, {0, 1, 2}));
  EXPECT_FALSE(alive(kBg, {1, nan, 2}));
  EXPECT_FALSE(alive(kBg, {1, 1, 2}, -1));
  EXPECT_FALSE(expected_purchases(kBg, {1, 1, 2}, nan));
  EXPECT_FALSE(expected_purchases(model_of({.r = -1}), {1, 1, 2}, 1));
  EXPECT_FALSE(expected_purchases(model_of({.leaving = Leaving::AtAnyTime, .k = 2}), {1, 1, 2}, 1));
  EXPECT_FALSE(expected_purchases({}, {1, 1, 2}, 1));
  EXPECT_FALSE(discounted_purchases(kBg, {1, 1, 2}, 1, -1));
}

}  // namespace
}  // namespace habitue::models
