// Seasons in forecasts: a planted one is found, told and used, what is not there is not, and nothing is known too early.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <set>

#include "insight/forecast/fit.hpp"
#include "insight/forecast/season.hpp"
#include "insight/invented_shop.hpp"
#include "models/purchases/seasonal_clock.hpp"

namespace habitue::insight {
namespace {

using journey::Said;
using testing::HasSubstr;

constexpr int kYears = 3 * 365;
const ForecastSpec kQuarter{.horizon_days = 84, .limit = 3};

// Buys most in December and least in summer.
models::SeasonalClock christmas() {
  std::array<double, models::SeasonalClock::kParts> parts{};
  for (std::size_t part = 0; part < parts.size(); ++part)
    parts[part] = std::exp(0.8 * std::cos(2 * std::numbers::pi * (static_cast<double>(part) - 49) / 52));
  return models::SeasonalClock(parts);
}

// MBG/NBD in the time of a clock, from 2021-01-01 on.
std::vector<Said> seasonal(int customers, unsigned seed, int days, const models::SeasonalClock& clock) {
  boost::random::mt19937 random(seed);
  boost::random::uniform_01<double> uniform;
  const models::Day start = 18'628;
  std::vector<Said> story;
  for (int customer = 0; customer < customers; ++customer) {
    const double rate = boost::random::gamma_distribution<double>(1.5, 0.015)(random);
    const double leaves = 0.05 * uniform(random);
    models::Day at = start + uniform(random) * 0.5 * kYears;
    std::int64_t last = -1;
    while (at < start + days) {
      const auto whole = static_cast<std::int64_t>(at);
      if (whole != last)
        story.push_back({fmt::format("c{}", customer), "Order Completed",
                         format_moment(UtcMicros(std::chrono::days(whole))), R"({"total":20})"});
      last = whole;
      if (uniform(random) < leaves) break;
      at = clock.after(at, std::max(1.0, boost::random::exponential_distribution<double>(rate)(random)));
    }
  }
  return story;
}

UtcMicros on(int day) { return UtcMicros(std::chrono::days(18'628 + day)); }

// What was known on a day, and what came in the 84 days after it.
struct Company {
  Company(int customers, unsigned seed, const models::SeasonalClock& clock, int as_of)
      : story(seasonal(customers, seed, as_of + 85, clock)), shop(story) {
    shop.question.as_of = on(as_of);
  }
  double came() const {
    std::set<std::string> known;
    for (const Said& said : story)
      if (*parse_moment(said.when, Zone::utc()) <= shop.question.as_of) known.insert(std::string(said.who));
    double count = 0;
    for (const Said& said : story) {
      const UtcMicros at = *parse_moment(said.when, Zone::utc());
      if (at > shop.question.as_of && at <= shop.question.as_of + std::chrono::days{84} &&
          known.contains(std::string(said.who)))
        ++count;
    }
    return count;
  }
  std::vector<Said> story;
  Shop shop;
};

TEST(ForecastSeason, IsFoundToldAndUsedWhereItIsPlanted) {
  const Company company(400, 11, christmas(), kYears - 92);
  const auto with = company.shop.ask(kQuarter);
  ForecastSpec plain = kQuarter;
  plain.seasons = ForecastSeasons::LeftOut;
  const auto without = company.shop.ask(plain);
  ASSERT_TRUE(with && without);
  ASSERT_TRUE(with->season && with->totals) << with->sentence_en;
  const ForecastSeason& season = *with->season;
  EXPECT_EQ(season.verdict, ForecastSeasonVerdict::Used);
  EXPECT_TRUE(season.checked);
  EXPECT_EQ(season.origins, 3U);
  EXPECT_LT(season.with->missed, season.without->missed / 3);
  EXPECT_LT(season.with->log_score, season.without->log_score);
  EXPECT_LT(std::abs(*with->check.chosen->bias), std::abs(*without->check.chosen->bias) / 3);
  EXPECT_NEAR(with->totals->all.purchases, company.came(), 0.1 * company.came());
  const auto planted = christmas().intensities();
  ASSERT_EQ(season.intensities.size(), planted.size());
  for (std::size_t part = 0; part < planted.size(); ++part)
    EXPECT_NEAR(std::log(season.intensities[part] / planted[part]), 0, 0.3) << part;
  EXPECT_THAT(season.sentence_en, HasSubstr("people buy most in December, 1.8 times the mean, and least in June, 0.4"));
  EXPECT_THAT(season.sentence_fr, HasSubstr("en décembre que l'on achète le plus, 1,8 fois la moyenne"));
  EXPECT_EQ(without->season->verdict, ForecastSeasonVerdict::NotSought);
}

TEST(ForecastSeason, IsTheSameOnAnyThreadsAndKnowsNothingOfWhatComesAfter) {
  constexpr int kDay = kYears - 92;
  const std::vector<Said> whole = seasonal(220, 11, kYears, christmas());
  std::vector<Said> known, turned(whole.rbegin(), whole.rend());
  for (const Said& said : whole)
    if (*parse_moment(said.when, Zone::utc()) <= on(kDay)) known.push_back(said);
  Shop then(known), now(turned);
  then.question.as_of = now.question.as_of = on(kDay);
  then.question.threads = 1;
  now.question.threads = 3;
  const auto fit = fit_forecast(*then.customers, then.question, kQuarter);
  const auto later = fit_forecast(*now.customers, now.question, kQuarter);
  ASSERT_TRUE(fit && later);
  ASSERT_EQ(fit->season->verdict, ForecastSeasonVerdict::Used) << report_of(*fit, *then.customers).season->sentence_en;
  EXPECT_TRUE(bytes_of(*fit) == bytes_of(*later));
  const auto back = forecast_fit_of(bytes_of(*fit));
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_TRUE(bytes_of(*back) == bytes_of(*fit));
  const auto answer = ask_forecast(*then.customers, then.question, kQuarter, &*back);
  const auto direct = ask_forecast(*then.customers, then.question, kQuarter, &*fit);
  ASSERT_TRUE(answer && direct && direct->totals) << direct->sentence_en;
  EXPECT_EQ(answer->totals->all.value_minor, direct->totals->all.value_minor);
  EXPECT_EQ(answer->customers.front().spend_high_minor, direct->customers.front().spend_high_minor);
  // A version that this program does not write is told, not guessed at.
  std::string older = bytes_of(*fit);
  older[4] = 1;
  EXPECT_EQ(forecast_fit_of(older).error().kind, ErrorKind::Corrupt);
}

// The clock as learnt on a day, from MBG/NBD as it was planted.
forecast::LearntClock clock_on(const Shop& shop, UtcMicros as_of) {
  Question question;
  question.as_of = as_of;
  const auto lens = Lens::of(*shop.customers, question);
  const auto economics = knowledge::Economics::bind(*shop.customers);
  const auto records = forecast::read_purchase_records(*economics, question, *lens, nullptr, as_of, as_of);
  return *forecast::learn_clock(*records,
                                models::model_of({.r = 1.5, .alpha = 1.5 / 0.015 / 0.015 / 7, .a = 1, .b = 39}));
}

TEST(ForecastSeason, IsNotSeenWhereThereIsNoneNorToldFromLessThanAYear) {
  const Shop flat(seasonal(300, 5, kYears, models::SeasonalClock()));
  EXPECT_EQ(clock_on(flat, on(kYears)).verdict, ForecastSeasonVerdict::NotSeen);
  const Shop planted(seasonal(300, 5, kYears, christmas()));
  EXPECT_EQ(clock_on(planted, on(kYears)).intensities.size(), 52U);
  EXPECT_EQ(clock_on(planted, on(51 * 7)).verdict, ForecastSeasonVerdict::TooShort);
  // Seen after a year and a quarter, but at no time in the past that could be looked back on.
  Shop young(seasonal(300, 5, 60 * 7, christmas()));
  young.question.as_of = on(60 * 7);
  const auto report = young.ask(kQuarter);
  ASSERT_TRUE(report && report->season) << report->sentence_en;
  EXPECT_EQ(report->season->verdict, ForecastSeasonVerdict::NotChecked);
  EXPECT_THAT(report->season->sentence_en, HasSubstr("too little time has passed to check it"));
}

}  // namespace
}  // namespace habitue::insight
