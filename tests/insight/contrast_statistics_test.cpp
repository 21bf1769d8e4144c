// The statistics of contrasts against published examples, and their promises against simulation.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <random>

#include "insight/contrast/statistics.hpp"
#include "insight/funnel/comparison.hpp"

namespace habitue::insight::contrast {
namespace {

using std::size_t;
using std::uint64_t;

// --- Published examples ---------------------------------------------------------------------------------------------

// Benjamini and Hochberg (1995), section 4.1: the 15 hypotheses on thrombolysis of Neuhaus and others.
constexpr std::array kThrombolysis{0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344,
                                   0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000};
size_t discoveries(const std::vector<double>& adjusted_p, double rate) {
  return static_cast<size_t>(std::count_if(adjusted_p.begin(), adjusted_p.end(), [&](double p) { return p <= rate; }));
}

TEST(FalseDiscoveryRate, RejectsTheFourOfTheWorkedTable) {
  const auto values = adjusted(kThrombolysis, FalseDiscovery::BenjaminiHochberg);
  EXPECT_EQ(discoveries(values, 0.05), 4U) << "section 4.1: the procedure rejects four, Bonferroni three";
  EXPECT_NEAR(values[3], 0.0095 * 15 / 4, 1e-12);
  EXPECT_NEAR(values[0], 0.0001 * 15, 1e-12);
  EXPECT_DOUBLE_EQ(values[14], 1);
  EXPECT_TRUE(std::is_sorted(values.begin(), values.end()));
  // Under any dependence the rate is divided by 1 + 1/2 + ... + 1/15 = 3.318: 0.0019 x 15 / 3 x 3.318 is 0.0315, and the fourth 0.118.
  EXPECT_EQ(discoveries(adjusted(kThrombolysis, FalseDiscovery::BenjaminiYekutieli), 0.05), 3U);
}

TEST(FalseDiscoveryRate, KeepsTheOrderInWhichItWasGiven) {
  const std::array shuffled{0.0344, 0.0001, 1.0,    0.0019, 0.0095, 0.0201, 0.0278, 0.0298,
                            0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 0.0004};
  const auto values = adjusted(shuffled, FalseDiscovery::BenjaminiHochberg);
  EXPECT_NEAR(values[1], 0.0015, 1e-12);
  EXPECT_NEAR(values[4], 0.0095 * 15 / 4, 1e-12);
  EXPECT_TRUE(adjusted({}, FalseDiscovery::BenjaminiYekutieli).empty());
}

struct Difference {
  uint64_t part1, whole1, part2, whole2;
  double low, high;
};
TEST(RiskDifference,
     IsThatOfNewcombesTableTwo) {  // Newcombe (1998), Statistics in Medicine 17, 873, table II, method 10.
  for (const Difference& one : {Difference{56, 70, 48, 80, 0.0524, 0.3339}, Difference{9, 10, 3, 10, 0.1705, 0.8090},
                                Difference{6, 7, 2, 7, 0.0582, 0.8062}, Difference{5, 56, 0, 29, -0.0381, 0.1926},
                                Difference{0, 10, 0, 20, -0.1611, 0.2775}, Difference{0, 10, 0, 10, -0.2775, 0.2775},
                                Difference{10, 10, 0, 20, 0.6791, 1.0}, Difference{10, 10, 0, 10, 0.6075, 1.0}}) {
    const TwoShares two = compare_shares(share_of(one.part1, one.whole1), share_of(one.part2, one.whole2));
    EXPECT_NEAR(two.low, one.low, 5e-5) << one.part1 << "/" << one.whole1;
    EXPECT_NEAR(two.high, one.high, 5e-5) << one.part1 << "/" << one.whole1;
  }
}

// Bickel, Hammel and O'Connell (1975), Science 187: admissions of men and women to six departments at Berkeley.
constexpr std::array kBerkeley{Fourfold{512, 313, 89, 19},   Fourfold{353, 207, 17, 8},  Fourfold{120, 205, 202, 391},
                               Fourfold{138, 279, 131, 244}, Fourfold{53, 138, 94, 299}, Fourfold{22, 351, 24, 317}};

TEST(WithinStrata, TheDifferenceOfBerkeleyVanishes) {
  Fourfold all;
  for (const Fourfold& one : kBerkeley) {
    all.a += one.a;
    all.b += one.b;
    all.c += one.c;
    all.d += one.d;
  }
  EXPECT_GT(odds_ratio(all).low, 1.6) << "taken together men are admitted more often";
  const Pooled found = pooled(kBerkeley);
  // As R's mantelhaen.test has it, without continuity correction.
  ASSERT_TRUE(found.odds);
  EXPECT_NEAR(found.odds->value, 0.9046968, 5e-8);
  EXPECT_NEAR(found.odds->low, 0.7719074, 5e-8);
  EXPECT_NEAR(found.odds->high, 1.0603298, 5e-8);
  EXPECT_NEAR(found.p_value, 0.2169, 5e-5);
  EXPECT_EQ(found.strata, 6U);
  // Breslow-Day 18.826 with five degrees of freedom: department A favoured women.
  ASSERT_TRUE(found.homogeneity_p);
  EXPECT_NEAR(*found.homogeneity_p, 0.002071, 5e-6);
}

TEST(WithinStrata,
     PoolsTwoTablesAsPublished) {  // Biomass fuel and tuberculosis by salary, course notes of Montana State University.
  const std::array tables{Fourfold{38, 102, 12, 141}, Fourfold{12, 136, 9, 383}};
  const Pooled found = pooled(tables);
  EXPECT_NEAR(found.odds->value, 4.158475, 5e-7);
  EXPECT_NEAR(found.odds->low, 2.401977, 5e-7);
  EXPECT_NEAR(found.odds->high, 7.199451, 5e-7);
}

TEST(WithinStrata, OfStrataThatTellNothingIsNothing) {
  const Pooled of_none = pooled({});
  EXPECT_FALSE(of_none.odds);
  EXPECT_EQ(of_none.p_value, 1);
  const std::array<Fourfold, 3> silent{Fourfold{5, 7, 0, 0}, Fourfold{0, 9, 0, 3}, Fourfold{4, 0, 2, 0}};
  const Pooled found = pooled(silent);
  EXPECT_FALSE(found.odds) << "one stratum has one group alone, one nobody with it, one nobody without";
  EXPECT_FALSE(found.homogeneity_p);
  EXPECT_EQ(found.strata, 0U);
  const std::array<Fourfold, 2> split{Fourfold{5, 0, 0, 4}, Fourfold{3, 0, 0, 2}};
  EXPECT_FALSE(pooled(split).odds) << "infinite";
  EXPECT_LT(pooled(split).p_value, 0.001);
}

// Hollander and Wolfe (1973), page 69: permeability of the human chorioamnion, at term and between 12 and 26 weeks.
TEST(Ranks, GiveThePublishedStatistic) {
  Numbers numbers;
  for (const double x : {0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46}) ++numbers[x][0];
  for (const double y : {1.15, 0.88, 0.90, 0.74, 1.21}) ++numbers[y][1];
  const auto test = rank_test(numbers);
  ASSERT_TRUE(test);
  EXPECT_DOUBLE_EQ(test->superiority.value, 35.0 / 50) << "U = 35";
  EXPECT_NEAR(test->p_value, std::erfc((35 - 25 - 0.5) / std::sqrt(10 * 5 * 16 / 12.0) / std::sqrt(2.0)), 1e-12);
}

// R's example: ozone in New York in May and in August 1973 (Chambers and others 1983). W = 127.5, p = 0.0001208.
TEST(Ranks, GiveThePublishedPValueWithTies) {
  Numbers numbers;
  for (const double x :
       {41, 36, 12, 18, 28, 23, 19, 8, 7, 16, 11, 14, 18, 14, 34, 6, 30, 11, 1, 11, 4, 32, 23, 45, 115, 37})
    ++numbers[x][0];
  for (const double y :
       {39, 9, 16, 78, 35, 66, 122, 89, 110, 44, 28, 65, 22, 59, 23, 31, 44, 21, 9, 45, 168, 73, 76, 118, 84, 85})
    ++numbers[y][1];
  const auto test = rank_test(numbers);
  ASSERT_TRUE(test);
  EXPECT_DOUBLE_EQ(test->superiority.value, 127.5 / (26 * 26));
  EXPECT_NEAR(test->p_value, 0.0001208, 5e-8);
  EXPECT_LT(test->superiority.high, 0.5);
}

TEST(Ranks, HaveAnIntervalEvenWhereGroupsDoNotOverlap) {
  Numbers apart;
  for (int number = 0; number < 8; ++number) ++apart[number][1];
  for (int number = 10; number < 15; ++number) ++apart[number][0];
  const auto test = rank_test(apart);
  EXPECT_EQ(test->superiority.value, 1);
  EXPECT_EQ(test->superiority.high, 1);
  EXPECT_GT(test->superiority.low, 0.6);
  EXPECT_LT(test->superiority.low, 1);
  Numbers same{{3.0, {4, 5}}};
  EXPECT_EQ(rank_test(same)->superiority.value, 0.5);
  EXPECT_EQ(rank_test(same)->p_value, 1);
  EXPECT_FALSE(rank_test({{3.0, {4, 0}}})) << "one group alone";
}

TEST(OddsRatio, HasHalfOrOneInEachCell) {
  const Estimate corrected = odds_ratio({10, 0, 4, 6});
  EXPECT_NEAR(corrected.value, 10.5 * 6.5 / (0.5 * 4.5), 1e-12);
  EXPECT_TRUE(std::isfinite(corrected.high));
  // PostHog's example of its manual's formula: ((s+1)(F-f+1)) / ((S-s+1)(f+1)).
  EXPECT_NEAR(odds_ratio({10, 0, 4, 6}, 1).value, 11.0 * 7 / (1 * 5), 1e-12);
}

// --- Promises, by simulation ----------------------------------------------------------------------------------------

TEST(ContrastIntervals, CoverTheTruthAboutNineteenTimesInTwenty) {
  std::mt19937 random(20'090'623);
  constexpr int kRuns = 3000;
  const auto draw = [&](uint64_t people, double share) {
    return static_cast<uint64_t>(std::binomial_distribution<int>(static_cast<int>(people), share)(random));
  };
  for (const auto& [n1, p1, n2, p2] :
       {std::tuple{60U, 0.3, 90U, 0.15}, std::tuple{200U, 0.5, 400U, 0.5}, std::tuple{500U, 0.05, 300U, 0.1}}) {
    const double odds = p1 / (1 - p1) / (p2 / (1 - p2));
    const double with = (n1 * p1 + n2 * p2) / (n1 + n2), first = static_cast<double>(n1) / (n1 + n2);
    int difference = 0, ratio = 0, correlation = 0;
    for (int run = 0; run < kRuns; ++run) {
      const uint64_t a = draw(n1, p1), c = draw(n2, p2);
      const Fourfold table{a, n1 - a, c, n2 - c};
      const TwoShares two = compare_shares(share_of(a, n1), share_of(c, n2));
      difference += two.low <= p1 - p2 && p1 - p2 <= two.high;
      const Estimate of_odds = odds_ratio(table);
      ratio += of_odds.low <= odds && odds <= of_odds.high;
      // Phi of a table whose people are drawn one by one, as its interval supposes.
      Fourfold crossed;
      const uint64_t of_first = draw(n1 + n2, first), of_second = n1 + n2 - of_first;
      crossed.a = draw(of_first, p1);
      crossed.b = of_first - crossed.a;
      crossed.c = draw(of_second, p2);
      crossed.d = of_second - crossed.c;
      const double truth = (p1 - p2) * std::sqrt(first * (1 - first) / (with * (1 - with)));
      const auto of_phi = phi(crossed);
      correlation += of_phi && of_phi->low <= truth && truth <= of_phi->high;
    }
    // Three standard errors of a share of 0.95 in 3,000 are 0.012; half a point more for approximations.
    EXPECT_NEAR(difference / double{kRuns}, 0.95, 0.017) << n1 << " " << p1;
    EXPECT_NEAR(ratio / double{kRuns}, 0.955, 0.022) << n1 << " " << p1;
    EXPECT_NEAR(correlation / double{kRuns}, 0.95, 0.017) << n1 << " " << p1;
  }
}

TEST(ContrastIntervals, OfSuperiorityCoverTheTruthWithManyTies) {
  std::mt19937 random(7);
  constexpr int kRuns = 1200;
  std::poisson_distribution<int> more(3.0), less(2.0);
  double truth = 0;
  const auto poisson = [](double mean, int count) {
    return std::exp(-mean + count * std::log(mean) - std::lgamma(count + 1));
  };
  for (int x = 0; x < 40; ++x)
    for (int y = 0; y <= x; ++y) truth += poisson(3, x) * poisson(2, y) * (x == y ? 0.5 : 1);
  int covered = 0, rejected = 0;
  for (int run = 0; run < kRuns; ++run) {
    Numbers numbers, null;
    for (int person = 0; person < 40; ++person) ++numbers[more(random)][0];
    for (int person = 0; person < 70; ++person) ++numbers[less(random)][1];
    const auto test = rank_test(numbers);
    covered += test->superiority.low <= truth && truth <= test->superiority.high;
    for (int person = 0; person < 110; ++person) ++null[less(random)][person < 40 ? 0 : 1];
    rejected += rank_test(null)->p_value < 0.05;
  }
  EXPECT_NEAR(covered / double{kRuns}, 0.95, 0.025);
  EXPECT_NEAR(rejected / double{kRuns}, 0.05, 0.022);
}

TEST(ContrastIntervals, OfThePooledOddsCoverTheTruthInManySmallStrata) {
  std::mt19937 random(99);
  constexpr int kRuns = 1500;
  const double odds = 2;
  int covered = 0, rejected = 0;
  for (int run = 0; run < kRuns; ++run) {
    std::vector<Fourfold> strata;
    for (int stratum = 0; stratum < 25; ++stratum) {
      const double p2 = 0.1 + 0.03 * stratum, p1 = odds * p2 / (1 - p2 + odds * p2);
      const auto a = static_cast<uint64_t>(std::binomial_distribution<int>(8, p1)(random));
      const auto c = static_cast<uint64_t>(std::binomial_distribution<int>(12, p2)(random));
      strata.push_back({a, 8 - a, c, 12 - c});
    }
    const Pooled found = pooled(strata);
    covered += found.odds->low <= odds && odds <= found.odds->high;
    rejected += *found.homogeneity_p < 0.05;
  }
  EXPECT_NEAR(covered / double{kRuns}, 0.95, 0.02);
  EXPECT_NEAR(rejected / double{kRuns}, 0.05, 0.02) << "strata that agree are not said to differ";
}

}  // namespace
}  // namespace habitue::insight::contrast
