// The law of the next interval: planted figures come back, its chances are those of a simulation, and what came otherwise mends them.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include <boost/random/gamma_distribution.hpp>
#include <boost/random/mersenne_twister.hpp>

#include "models/rhythm/interval_law.hpp"

namespace habitue::models {
namespace {

using boost::random::gamma_distribution;
using boost::random::mt19937;

TEST(IntervalLaw, GivesBackWhatWasPlanted) {
  mt19937 random(11);
  IntervalSums sums, one_way, other_way;
  for (int customer = 0; customer < 40'000; ++customer) {
    const double rate = gamma_distribution<double>(4, 1.0 / 400)(random);
    const auto days = [&] { return std::max(1LL, std::llround(gamma_distribution<double>(2.5, 1 / rate)(random))); };
    const std::int64_t first = days(), second = days();
    IntervalSums& part = customer % 2 == 0 ? one_way : other_way;
    part.add_first(first);
    part.add_pair(first, second);
    sums.add_first(first);
    sums.add_pair(first, second);
  }
  const auto law = IntervalLaw::learn(sums);
  ASSERT_TRUE(law);
  EXPECT_NEAR(law->shape, 2.5, 0.1);
  EXPECT_NEAR(law->person_shape, 4, 0.3);
  EXPECT_NEAR(law->person_rate, 400, 40);
  other_way.merge(one_way);
  const auto merged = IntervalLaw::learn(other_way);
  EXPECT_EQ(merged->shape, law->shape);
  EXPECT_EQ(merged->person_rate, law->person_rate);
}

TEST(IntervalLaw, TellsTheChancesOfASimulation) {
  const IntervalLaw law{.shape = 2, .person_shape = 3, .person_rate = 100, .firsts = 100, .pairs = 100};
  mt19937 random(3);
  for (const std::uint32_t intervals : {0U, 4U}) {
    const double total = intervals * 25.0;
    std::vector<double> next;
    for (int draw = 0; draw < 40'000; ++draw) {
      const double rate = gamma_distribution<double>(3 + 2.0 * intervals, 1 / (100 + total))(random);
      next.push_back(gamma_distribution<double>(2, 1 / rate)(random));
    }
    std::sort(next.begin(), next.end());
    for (const double level : {0.1, 0.5, 0.9}) {
      const double days = law.scale(intervals, level) * (100 + total);
      EXPECT_NEAR(law.chance(intervals, total, days), level, 1e-9);
      EXPECT_NEAR(next[static_cast<std::size_t>(level * 40'000)] / days, 1, 0.03);
    }
  }
  // Many own intervals of 25 days: what is expected rests on them.
  EXPECT_NEAR(law.scale(500, 0.5) * (100 + 500 * 25), 25 * 0.84, 1);
  EXPECT_GT(law.own_weight(500), 0.99);
  EXPECT_EQ(law.own_weight(0), 0);
}

TEST(IntervalLaw, StandsExtremesAndRefusesTooFew) {
  IntervalSums few;
  for (int customer = 0; customer < 29; ++customer) few.add_pair((few.add_first(10), 10), 12);
  EXPECT_FALSE(IntervalLaw::learn(few));
  for (const std::int64_t days : {std::int64_t{1}, std::int64_t{36'000}}) {
    IntervalSums alike;
    for (int customer = 0; customer < 100; ++customer) {
      alike.add_first(days);
      alike.add_pair(days, days);
    }
    const auto law = IntervalLaw::learn(alike);
    ASSERT_TRUE(law);
    for (const std::uint32_t intervals : {0U, 1U, 100'000U})
      for (const double level : {1e-12, 0.1, 0.9, 1 - 1e-12}) {
        const double scale = law->scale(intervals, level);
        EXPECT_TRUE(std::isfinite(scale) && scale > 0);
        EXPECT_GE(law->chance(intervals, 1e6, scale * 1e6), 0);
      }
    EXPECT_NEAR(law->scale(3, 0.5) * (law->person_rate + 3.0 * static_cast<double>(days)), static_cast<double>(days),
                0.05 * static_cast<double>(days));
  }
}

TEST(ChanceCounts, MendTheChancesByWhatCame) {
  ChanceCounts none;
  for (const double chance : {0.1, 0.5, 0.9}) {
    EXPECT_NEAR(none.mended(chance), chance, 1e-9);
    EXPECT_NEAR(none.level(chance), chance, 1e-6);
  }
  // All came between a told 0.4 and 0.6: one in ten by 0.42.
  ChanceCounts narrow;
  for (int draw = 0; draw < 20'000; ++draw) narrow.add(0.4 + 0.2 * (draw + 0.5) / 20'000);
  EXPECT_NEAR(narrow.level(0.1), 0.42, 0.005);
  EXPECT_NEAR(narrow.level(0.9), 0.58, 0.005);
  EXPECT_NEAR(narrow.mended(0.5), 0.5, 0.01);
  double before = 0;
  for (double chance = 0.0; chance <= 1; chance += 0.01) {
    EXPECT_GE(narrow.mended(chance), before);
    before = narrow.mended(chance);
  }
}

}  // namespace
}  // namespace habitue::models
