// The statistics of risk sets against what can be told by hand or by trying everything, and their promises by simulation.
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <map>
#include <random>

#include "insight/contrast/matched.hpp"

namespace habitue::insight::contrast {
namespace {

// Pairs by who has it: of both, of who came alone, of the other alone, of none.
std::vector<MatchedSet> pairs(int both, int first, int other, int none) {
  std::vector<MatchedSet> sets;
  for (const auto& [count, came, beside] :
       {std::tuple{both, true, 1}, {first, true, 0}, {other, false, 1}, {none, false, 0}})
    sets.insert(sets.end(), static_cast<std::size_t>(count), {came, static_cast<std::uint16_t>(beside), 1, 0});
  return sets;
}

TEST(MatchedSets, OfPairsAreTheTextbooksOwn) {
  // McNemar's pairs: only those that differ tell; the odds are their ratio, its logarithm has the variance 1/15 + 1/5, and the test is of
  // 15 heads in 20 throws.
  const auto sets = pairs(10, 15, 5, 20);
  const Matched found = matched(sets);
  EXPECT_EQ(found.telling, 20U);
  ASSERT_TRUE(found.odds);
  EXPECT_NEAR(found.odds->value, 3, 1e-12);
  const double half = 1.959963984540054 * std::sqrt(1 / 15.0 + 1 / 5.0);
  EXPECT_NEAR(found.odds->low, 3 * std::exp(-half), 1e-9);
  EXPECT_NEAR(found.odds->high, 3 * std::exp(half), 1e-9);
  EXPECT_NEAR(found.p_value, 0.0413894653, 1e-9);
  EXPECT_NEAR(found.difference.value, 10 / 50.0, 1e-12);
  // Agresti and Min's interval, by their formula: n + 2, and half a pair more of each kind.
  const double all = 52, mean = 10 / all, spread = std::sqrt((21 / all - mean * mean) / all) * 1.959963984540054;
  EXPECT_NEAR(found.difference.low, mean - spread, 1e-12);
  EXPECT_NEAR(found.difference.high, mean + spread, 1e-12);
  // Sets in which nobody has it may be counted alone.
  const Matched silent = matched(pairs(10, 15, 5, 0), 20);
  EXPECT_EQ(silent.difference.low, found.difference.low);
  EXPECT_EQ(silent.p_value, found.p_value);
}

TEST(MatchedSets, TestEveryWayInWhichTheOneWhoCameCouldBeDrawn) {
  std::mt19937 random(8);
  for (int round = 0; round < 40; ++round) {
    std::vector<MatchedSet> sets(1 + random() % 7);
    for (MatchedSet& set : sets) {
      set.others = static_cast<std::uint16_t>(1 + random() % 4);
      set.with = static_cast<std::uint16_t>(random() % (set.others + 1U));
      set.first_has = random() % 2 == 0;
    }
    // Everyone of each set takes the place of who came.
    std::map<int, double> ways;
    const std::function<void(std::size_t, int, double)> go = [&](std::size_t set, int sum, double chance) {
      if (set == sets.size()) {
        ways[sum] += chance;
        return;
      }
      const unsigned with = sets[set].with + (sets[set].first_has ? 1U : 0U), size = sets[set].others + 1U;
      for (unsigned one = 0; one < size; ++one) go(set + 1, sum + (one < with ? 1 : 0), chance / size);
    };
    go(0, 0, 1);
    int seen = 0;
    for (const MatchedSet& set : sets) seen += set.first_has ? 1 : 0;
    double expected = 0;
    for (const auto& [sum, chance] : ways) expected += chance <= ways[seen] * (1 + 1e-7) ? chance : 0;
    EXPECT_NEAR(matched(sets).p_value, expected, 1e-9) << round;
  }
  // Many sets: the normal curve says nearly the same as the sum.
  const auto many = pairs(0, 190, 150, 0), more = pairs(0, 235, 185, 0);
  EXPECT_NEAR(matched(many).p_value, std::erfc(40 / std::sqrt(2 * 340.0)), 0.006);
  EXPECT_NEAR(matched(more).p_value, std::erfc(50 / std::sqrt(2 * 420.0)), 1e-12);
  EXPECT_EQ(matched({}).p_value, 1);
  EXPECT_FALSE(matched(pairs(3, 0, 0, 3)).odds);
}

TEST(MatchedSets, CoverTheTruthAsOftenAsTheySay) {
  std::mt19937 random(2005);
  std::uniform_real_distribution<double> part;
  constexpr int kRounds = 900;
  for (const auto& [first, other, count] :
       {std::tuple{0.5, 0.3, 40}, {0.1, 0.05, 60}, {0.95, 0.9, 40}, {0.3, 0.3, 200}}) {
    int covered = 0;
    for (int round = 0; round < kRounds; ++round) {
      std::vector<MatchedSet> sets;
      for (int set = 0; set < count; ++set) {
        MatchedSet one{part(random) < first, 0, static_cast<std::uint16_t>(1 + random() % 3), 0};
        for (int each = 0; each < one.others; ++each)
          one.with = static_cast<std::uint16_t>(one.with + (part(random) < other));
        sets.push_back(one);
      }
      const Estimate difference = matched(sets).difference;
      covered += difference.low <= first - other && first - other <= difference.high;
    }
    EXPECT_GE(covered / double{kRounds}, 0.94) << first;
    EXPECT_LE(covered / double{kRounds}, 0.99) << first;
  }
}

TEST(MatchedSets, SayWhetherStrataAgree) {
  auto sets = pairs(0, 30, 10, 5);
  for (MatchedSet set : pairs(0, 30, 10, 9)) {
    set.stratum = 1;
    sets.push_back(set);
  }
  const Pooled agree = matched_in_strata(sets, 3);
  EXPECT_EQ(agree.strata, 2U);
  EXPECT_NEAR(agree.odds->value, 3, 1e-12);
  EXPECT_NEAR(*agree.homogeneity_p, 1, 1e-6);
  for (MatchedSet set : pairs(0, 10, 30, 0)) {
    set.stratum = 2;
    sets.push_back(set);
  }
  const Pooled differ = matched_in_strata(sets, 3);
  // By hand: logarithms ln 3 twice and -ln 3, each with the variance 1/30 + 1/10.
  const double log = std::log(3), variance = 1 / 30.0 + 1 / 10.0, mean = log / 3;
  const double q = (2 * (log - mean) * (log - mean) + (log + mean) * (log + mean)) / variance;
  EXPECT_NEAR(*differ.homogeneity_p, std::exp(-q / 2), 1e-9) << "chi-squared with two degrees";
  EXPECT_FALSE(matched_in_strata(pairs(1, 2, 1, 1), 1).homogeneity_p);
}

TEST(MatchedRanks, AreMeansOverSets) {
  const std::vector<MatchedNumbers> sets{{5, {1, 5, 9}}, {2, {2}}, {7, {1, 2}}};
  const auto found = *matched_rank(sets);
  EXPECT_NEAR(found.superiority.value, (0.5 + 0.5 + 1) / 3, 1e-12);
  EXPECT_NEAR(found.difference.value, (0 + 0 + 5.5) / 3, 1e-12);
  // By chance each of a set could be the one: squares of twice the share below less one, as a mean over the set.
  const double first = (1 + 0 + 0 + 1) / 4.0, third = (1 + 0 + 1) / 3.0;
  EXPECT_NEAR(found.p_value, std::erfc(1 / std::sqrt(2 * (first + third))), 1e-12);
  EXPECT_FALSE(matched_rank({}));
}

TEST(MatchedRanks, CoverTheTruthAndSeldomSeeWhatIsNotThere) {
  std::mt19937 random(11);
  constexpr int kRounds = 900;
  for (const double shift : {0.0, 0.7}) {
    int covered = 0, means = 0, seen = 0;
    for (int round = 0; round < kRounds; ++round) {
      std::normal_distribution<double> noise;
      std::vector<MatchedNumbers> sets(50);
      for (MatchedNumbers& set : sets) {
        const double level = 3 * noise(random);  // Of the set's age: it is the same for all of a set.
        set.first = level + shift + noise(random);
        set.others.resize(1 + random() % 4);
        for (double& other : set.others) other = level + noise(random);
      }
      const auto found = *matched_rank(sets);
      const double truth = 0.5 * std::erfc(-shift / 2);  // P(N(shift, 2) > 0).
      covered += found.superiority.low <= truth && truth <= found.superiority.high;
      means += found.difference.low <= shift && shift <= found.difference.high;
      seen += found.p_value < 0.05;
    }
    EXPECT_NEAR(covered / double{kRounds}, 0.955, 0.02) << shift;
    EXPECT_NEAR(means / double{kRounds}, 0.945, 0.02) << shift;
    if (shift == 0)
      EXPECT_NEAR(seen / double{kRounds}, 0.05, 0.015);
    else
      EXPECT_GT(seen / double{kRounds}, 0.9);
  }
}

}  // namespace
}  // namespace habitue::insight::contrast
