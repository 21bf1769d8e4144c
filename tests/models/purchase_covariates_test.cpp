#include "models/purchases/covariates.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "models/purchases/forecast.hpp"
#include "models/purchases/likelihood.hpp"
#include "models/purchases/seasonal_clock.hpp"
#include "models/purchases/simulate.hpp"

namespace habitue::models {
namespace {

struct CovariateWorld {
  std::vector<PurchaseHistory> histories;
  Covariates rate{2, {}}, leaving{1, {}};
};

// Six kinds of customers: a channel that buys exp(0.6) as often, an age in three steps of -0.3 each, and the channel leaves exp(-0.8) as readily.
CovariateWorld covariate_world(Leaving leaving, std::size_t count) {
  CovariateWorld world;
  for (int channel = 0; channel < 2; ++channel)
    for (int age = 0; age < 3; ++age) {
      PurchaseLaw law{
          leaving, 1, .9, 8 * std::exp(-.6 * channel + .3 * age), .7, leaving == Leaving::AtAnyTime ? 9.0 : 2.0};
      if (leaving == Leaving::AtAnyTime)
        law.b *= std::exp(.8 * channel);
      else
        law.a *= std::exp(-.8 * channel);
      const auto customers = simulate_customers(
          model_of(law), count, [](std::size_t index) { return 50 + static_cast<double>(index % 20); }, 0,
          static_cast<std::uint64_t>(40 + channel * 3 + age));
      for (const SimulatedCustomer& customer : *customers) {
        world.histories.push_back(customer.history);
        world.rate.values.insert(world.rate.values.end(), {static_cast<double>(channel), static_cast<double>(age)});
        world.leaving.values.push_back(channel);
      }
    }
  return world;
}

TEST(FitWithCovariates, FindsPlantedEffectsWithinTheirErrors) {
  for (const Leaving leaving : {Leaving::AfterAnyPurchase, Leaving::AtAnyTime}) {
    const CovariateWorld world = covariate_world(leaving, 500);
    const auto fit = fit_with_covariates(world.histories, world.rate, world.leaving, {.leaving = leaving});
    ASSERT_TRUE(fit) << fit.error().message;
    const FitReport& report = fit->base.report;
    EXPECT_EQ(report.verdict, FitVerdict::Interior);
    ASSERT_EQ(report.estimates.size(), 7U);
    const std::vector<double> planted{.6, -.3, -.8};
    for (std::size_t at = 0; at < 3; ++at) {
      const Estimate& estimate = report.estimates[4 + at];
      EXPECT_LT(std::abs(estimate.value - planted[at]), 3.3 * *estimate.standard_error) << estimate.name;
      EXPECT_LT(*estimate.standard_error, .4);
    }
    const auto plain = fit_purchases(*make_history_table(world.histories), {.leaving = leaving});
    EXPECT_GT(report.log_likelihood, plain->report.log_likelihood + 30);
    const auto slow = law_for(*fit, std::vector{0.0, 2.0}, std::vector{0.0}),
               fast = law_for(*fit, std::vector{1.0, 0.0}, std::vector{1.0});
    ASSERT_TRUE(slow && fast);
    EXPECT_GT(*expected_purchases(model_of(*fast), {}, 52), 1.5 * *expected_purchases(model_of(*slow), {}, 52));
  }
}

TEST(FitWithCovariates, WithoutAnyIsThePlainFitAndRefusesWhatDoesNotFit) {
  const CovariateWorld world = covariate_world(Leaving::AfterAnyPurchase, 60);
  const auto plain = fit_purchases(*make_history_table(world.histories));
  const auto none = fit_with_covariates(world.histories, {}, {});
  ASSERT_TRUE(plain && none);
  EXPECT_NEAR(none->base.report.log_likelihood, plain->report.log_likelihood, 1e-7);
  EXPECT_FALSE(fit_with_covariates(world.histories, {1, {1.0, 2.0}}, {}));
  Covariates bad = world.rate;
  bad.values[3] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_FALSE(fit_with_covariates(world.histories, bad, {}));
  EXPECT_FALSE(law_for(*none, std::vector{1.0}, {}));
  // A column that says the same of everybody says nothing, and does no harm.
  const auto same = fit_with_covariates(world.histories, {1, std::vector<double>(world.histories.size(), 1.0)}, {});
  ASSERT_TRUE(same);
  EXPECT_NEAR(same->base.report.log_likelihood, plain->report.log_likelihood, 1e-5);
  EXPECT_NE(same->base.report.verdict, FitVerdict::Interior);
}

// Twice as much before the year's end as in the middle.
SeasonalClock december_clock() {
  std::array<double, SeasonalClock::kParts> intensities{};
  for (std::size_t part = 0; part < intensities.size(); ++part)
    intensities[part] = std::exp(.5 * std::cos(2 * 3.14159265358979 * (static_cast<double>(part) - 48) / 52));
  return SeasonalClock(intensities);
}

TEST(SeasonalClock, RunsAYearInAYearAndBackAgain) {
  const SeasonalClock clock = december_clock();
  EXPECT_NEAR(clock.elapsed(15'000.25, 15'000.25 + SeasonalClock::kYear), SeasonalClock::kYear, 1e-9);
  EXPECT_NEAR(SeasonalClock().elapsed(-10, 33), 43, 1e-9);
  for (const double elapsed : {0.0, .3, 50.0, 1234.5}) {
    const Day day = clock.after(15'123.4, elapsed);
    EXPECT_NEAR(clock.elapsed(15'123.4, day), elapsed, 1e-9);
  }
  EXPECT_EQ(clock.elapsed(5, 4), 0);
  EXPECT_FALSE(clocked_history(clock, {}, 10));
  EXPECT_FALSE(clocked_history(clock, std::vector<Day>{3, 3}, 10));
  EXPECT_FALSE(clocked_history(clock, std::vector<Day>{11}, 10));
}

TEST(FitSeasonalClock, FindsThePlantedSeasonAndExplainsTheData) {
  const SeasonalClock planted = december_clock();
  const PurchaseModel model = model_of({Leaving::AfterAnyPurchase, 1, .9, 60, .4, 4});
  const Day from = 14'610, until = from + 2.5 * 365;
  // Purchases by the law in the clock's time, put on the calendar by its inverse.
  std::vector<std::vector<Day>> all;
  std::vector<Day> first_days;
  for (std::size_t customer = 0; customer < 900; ++customer) {
    const Day first = from + static_cast<double>(customer % 600);
    const double watched = planted.elapsed(first, until);
    std::vector<Day> days{first};
    // Growing the time observed from one seed shows the purchases one by one: each adds to x.
    const auto lives = simulate_customers(
        model, 1, [&](std::size_t) { return watched; }, 0, 1'000 + customer);
    double low = 0;
    for (std::uint32_t purchase = 1; purchase <= (*lives)[0].history.x; ++purchase) {
      double high = watched;
      for (int halving = 0; halving < 40; ++halving) {
        const double middle = (low + high) / 2;
        const auto until_middle = simulate_customers(
            model, 1, [&](std::size_t) { return middle; }, 0, 1'000 + customer);
        ((*until_middle)[0].history.x >= purchase ? high : low) = middle;
      }
      low = high;
      days.push_back(std::max(planted.after(first, high), days.back() + 1e-6));
    }
    first_days.push_back(first);
    all.push_back(std::move(days));
  }
  auto weeks = expected_by_week(model, first_days, from, until);
  ASSERT_TRUE(weeks);
  for (const auto& days : all)
    for (std::size_t at = 1; at < days.size(); ++at)
      if (const auto week = static_cast<std::size_t>((days[at] - from) / 7); week < weeks->size())
        ++(*weeks)[week].purchases;
  const auto fit = fit_seasonal_clock(*weeks);
  ASSERT_TRUE(fit) << fit.error().message;
  EXPECT_EQ(fit->report.verdict, FitVerdict::Interior);
  for (std::size_t part = 0; part < SeasonalClock::kParts; part += 4)
    EXPECT_NEAR(std::log(fit->clock.intensities()[part] / planted.intensities()[part]), 0, .2) << part;

  double in_calendar = 0, in_clock = 0;
  for (const SeasonalClock* clock : std::vector<const SeasonalClock*>{nullptr, &fit->clock}) {
    const SeasonalClock own = clock == nullptr ? SeasonalClock() : *clock;
    std::vector<PurchaseHistory> histories;
    double jacobian = 0;
    for (const auto& days : all) {
      histories.push_back(*clocked_history(own, days, until));
      jacobian += ln_intensity_of(own, days, until);
    }
    (clock == nullptr ? in_calendar : in_clock) =
        fit_purchases(*make_history_table(histories))->report.log_likelihood + jacobian;
  }
  EXPECT_GT(in_clock, in_calendar + 30);
}

TEST(LawFor, StaysALawWhereACovariateTakesAllLeavingAway) {
  CovariateFit fit;
  fit.base.model = model_of({.leaving = Leaving::AfterRepeatPurchase, .r = 1, .alpha = 5, .a = 1e-8, .b = 1});
  fit.rate = {-40};
  fit.leaving = {-30};
  const auto law = law_for(fit, std::vector{1.0}, std::vector{1.0});
  ASSERT_TRUE(law) << law.error().message;
  EXPECT_NEAR(*alive(model_of(*law), {3, 20, 40, 0}), 1, 1e-6);
  EXPECT_GT(law->alpha, 1e14);
}

TEST(FitSeasonalClock, WithLessThanAYearIsTheCalendar) {
  const auto weeks = expected_by_week(model_of({Leaving::Never, 1, 1, 10, 1, 1}), std::vector<Day>(100, 0), 0, 7 * 40);
  ASSERT_TRUE(weeks);
  EXPECT_EQ(weeks->size(), 40U);
  EXPECT_NEAR((*weeks)[3].expected, 100 * 7 / 10.0, 1e-6);
  const auto fit = fit_seasonal_clock(*weeks);
  ASSERT_TRUE(fit);
  EXPECT_EQ(fit->report.verdict, FitVerdict::TooFewData);
  EXPECT_EQ(fit->report.findings.front(), FitFinding::LessThanAYear);
  EXPECT_EQ(fit->clock.intensity(100), 1);
  EXPECT_FALSE(fit_seasonal_clock(std::vector<CalendarWeek>{{3, 2, 1, 1}}));
}

}  // namespace
}  // namespace habitue::models
