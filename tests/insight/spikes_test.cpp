#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "insight/random_world.hpp"
#include "insight/spike_detector.hpp"

namespace habitue::insight {
namespace {

// Poisson counts with a rhythm of the week: quiet Sundays, as most businesses have.
std::vector<std::uint64_t> noise(std::mt19937& random, double mean, std::size_t days, double growth_per_day = 0,
                                 double spread = 0) {
  std::vector<std::uint64_t> counts;
  for (std::size_t day = 0; day < days; ++day) {
    double rate = mean * (day % 7 == 6 ? 0.3 : 1.0) * (1 + growth_per_day * static_cast<double>(day));
    if (spread > 0) rate *= std::gamma_distribution<double>(1 / spread, spread)(random);
    counts.push_back(static_cast<std::uint64_t>(std::poisson_distribution<int>(rate)(random)));
  }
  return counts;
}

TEST(SpikeDetector, StaysSilentOnAYearOfNoise) {
  std::size_t alarms = 0, series = 0;
  for (const double mean : {0.2, 1.0, 3.0, 10.0, 40.0, 300.0, 5000.0})
    for (std::uint32_t seed = 1; seed <= 30; ++seed) {
      std::mt19937 random(seed);
      alarms += find_rises(noise(random, mean, 365)).size();
      alarms += find_rises(noise(random, mean, 365, 0.003)).size();  // Doubles in a year.
      series += 2;
    }
  // 420 years of noise.
  RecordProperty("alarms", static_cast<int>(alarms));
  EXPECT_LE(alarms, 4U) << "in " << series << " series of a year";
}

TEST(SpikeDetector, AllowsForNoiseWiderThanPoisson) {
  std::size_t alarms = 0;
  for (std::uint32_t seed = 1; seed <= 60; ++seed) {
    std::mt19937 random(seed);
    alarms += find_rises(noise(random, 50, 365, 0, 0.05)).size();  // Days vary by a fifth beyond chance.
  }
  RecordProperty("alarms", static_cast<int>(alarms));
  EXPECT_LE(alarms, 6U) << "in 60 years";
}

TEST(SpikeDetector, FindsWhatWasPlantedOnItsFirstDay) {
  std::size_t found = 0, whole = 0;
  for (std::uint32_t seed = 1; seed <= 50; ++seed) {
    std::mt19937 random(seed);
    auto days = noise(random, 20, 300);
    const std::size_t first = 60 + random() % 200;
    for (std::size_t day = 0; day < 3; ++day) days[first + day] += 60 / (day + 1);
    // As it stood on the evening of the first day.
    const auto then = find_rises(std::span(days).first(first + 1));
    found += std::count_if(then.begin(), then.end(), [&](const Rise& rise) { return rise.first == first; });
    for (const Rise& rise : find_rises(days))
      if (rise.first == first) {
        ++whole;
        EXPECT_NEAR(rise.excess(), 110, 45) << "seed " << seed;
      }
  }
  EXPECT_EQ(found, 50U);
  EXPECT_EQ(whole, 50U);
}

TEST(SpikeDetector, IsNotMovedByAnEarlierSpikeAndCallsANewLevelNoSpike) {
  std::mt19937 random(7);
  auto days = noise(random, 20, 300);
  for (const std::size_t day : {100U, 107U, 114U}) days[day] += 200;
  std::vector<std::size_t> firsts;
  for (const Rise& rise : find_rises(days)) firsts.push_back(rise.first);
  EXPECT_THAT(firsts, testing::ElementsAre(100, 107, 114));

  auto stepped = noise(random, 20, 300);
  for (std::size_t day = 150; day < stepped.size(); ++day) stepped[day] += 60;
  EXPECT_TRUE(find_rises(stepped).empty());
}

// The tail of a negative binomial: against its plain sum in long double.
TEST(SpikeDetector, ComputesTheTailToTheLastDigits) {
  for (const double mean : {0.33, 4.0, 35.0, 250.0})
    for (const double ratio : {1.05, 1.3, 3.0}) {
      const double variance = mean * ratio;
      for (const double times : {0.5, 1.5, 2.0, 4.0}) {
        const auto count = static_cast<std::uint64_t>(mean * times + 1);
        const long double p = mean / variance, r = mean * mean / (variance - mean);
        long double sum = 0;
        for (std::uint64_t value = count; value < count + 5000; ++value) {
          const auto k = static_cast<long double>(value);
          sum += std::exp(std::lgamma(k + r) - std::lgamma(k + 1) - std::lgamma(r) + r * std::log(p) +
                          k * std::log(1 - p));
        }
        const double expected = static_cast<double>(sum);
        EXPECT_NEAR(upper_tail(count, mean, variance), expected, expected * 1e-6 + 1e-300)
            << mean << ' ' << ratio << ' ' << count;
      }
    }
}

// A year of a business with four sources; a programme on television brings outsiders through one of them.
TEST(Spikes, AreNamedByTheirChannelAndSizedWithTheirAudience) {
  std::mt19937 random(5);
  std::vector<Deed> deeds;
  int number = 0;
  const auto come = [&](int day, const char* channel, bool inside) {
    const std::string who = "p" + std::to_string(++number);
    const UtcMicros moment =
        paris().start_of(*parse_day("2024-01-01") + std::chrono::days{day}) + std::chrono::minutes{random() % 1380};
    deeds.push_back({who, "$page", moment, "", channel, ""});
    deeds.push_back({who, "$identify", moment, "", "", inside ? "yes" : "no"});
  };
  for (int day = 0; day < 200; ++day)
    for (const char* channel : {"google", "friends", "", "tv"})
      for (int i = std::poisson_distribution<int>(channel == std::string("tv") ? 1 : 4)(random); i > 0; --i)
        come(day, channel, random() % 10 < 7);
  for (int day = 120; day < 123; ++day)
    for (int i = 0; i < 50; ++i) come(day, "tv", random() % 10 < 1);
  const World world = world_of(std::move(deeds), business_of({{"acquisition", {}}}));
  Question question;
  question.as_of = at("2024-12-31");
  const auto report = *ask_spikes(*world.customers, question);
  ASSERT_EQ(report.spikes.size(), 1U);
  const Spike& spike = report.spikes[0];
  EXPECT_EQ(spike.channel, "tv");
  EXPECT_EQ(format_day(spike.first), "2024-04-30");
  EXPECT_EQ(format_day(spike.last), "2024-05-02");
  EXPECT_NEAR(static_cast<double>(spike.people) - spike.expected, 150, 12);
  EXPECT_LT(spike.inside.high, 0.3);

  question.as_of = paris().start_of(*parse_day("2024-05-01"));  // The evening of its first day.
  EXPECT_EQ(ask_spikes(*world.customers, question)->spikes.size(), 1U);
  question.period.from = at("2024-06-01");
  question.as_of = at("2024-12-31");
  EXPECT_TRUE(ask_spikes(*world.customers, question)->spikes.empty()) << "outside the period";
}

TEST(Spikes, OfAllChannelsAtOnceAreToldOnce) {
  std::vector<Deed> deeds;
  int number = 0;
  for (int day = 0; day < 120; ++day)
    for (const char* channel : {"google", "friends", "mail", "radio", "fair"})
      for (int i = 0; i < (day == 90 ? 25 : 4); ++i)
        deeds.push_back({"p" + std::to_string(++number), "$page", at("2024-01-01 12:00") + std::chrono::days{day}, "",
                         channel, ""});
  const World world = world_of(std::move(deeds), business_of({{"acquisition", {}}}));
  Question question;
  question.as_of = at("2024-12-31");
  const auto report = *ask_spikes(*world.customers, question);
  ASSERT_EQ(report.spikes.size(), 1U);
  EXPECT_EQ(report.spikes[0].channel, "");
  EXPECT_EQ(report.spikes[0].people, 125U);
}

}  // namespace
}  // namespace habitue::insight
