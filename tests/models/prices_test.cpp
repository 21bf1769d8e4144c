// Elasticities and risks after a rise that were planted are found again, with the certainty that is claimed; where nothing can be learnt
// the verdict says why.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "models/price_world.hpp"
#include "models/prices/pooling.hpp"

namespace habitue::models {
namespace {

ElasticityFit fit(const PriceWorld& world, unsigned seed) {
  auto found = fit_elasticity(invent_prices(world, seed));
  EXPECT_TRUE(found);
  return found.value_or(ElasticityFit{});
}

TEST(Elasticity, IsThatOfTheFullRegression) {
  // The likelihood itself, with every effect written out, climbed by coordinates: an independent second way on a small world.
  const auto cells = invent_prices({.products = 4, .periods = 7, .sold = 40}, 3);
  std::vector<double> product(4, 0.0), period(7, 0.0);
  double slope = 0;
  const auto expected = [&](const PriceCell& cell) {
    return std::exp(product[cell.product] + period[cell.period] + slope * cell.ln_price);
  };
  for (int round = 0; round < 20'000; ++round) {
    for (std::uint32_t one = 0; one < 4; ++one) {
      double sold = 0, said = 0;
      for (const PriceCell& cell : cells)
        if (cell.product == one) sold += cell.quantity, said += expected(cell);
      product[one] += std::log(sold / said);
    }
    for (std::uint32_t one = 0; one < 7; ++one) {
      double sold = 0, said = 0;
      for (const PriceCell& cell : cells)
        if (cell.period == one) sold += cell.quantity, said += expected(cell);
      period[one] += std::log(sold / said);
    }
    double score = 0, information = 0;
    for (const PriceCell& cell : cells) {
      score += cell.ln_price * (cell.quantity - expected(cell));
      information += cell.ln_price * cell.ln_price * expected(cell);
    }
    slope += score / information;
  }
  const auto found = fit_elasticity(cells);
  ASSERT_TRUE(found);
  EXPECT_NEAR(found->value, slope, 1e-5);
}

TEST(Elasticity, IntervalsHoldWhatWasPlanted) {
  for (const double planted : {0.0, -0.5, -1.5, -3.0}) {
    int held = 0, sure = 0;
    constexpr int kSets = 60;
    for (unsigned set = 0; set < kSets; ++set) {
      const ElasticityFit found = fit({.elasticity = planted}, 100 + set);
      EXPECT_TRUE(found.verdict == PriceVerdict::Told || found.verdict == PriceVerdict::Implausible);
      held += found.low <= planted && planted <= found.high ? 1 : 0;
      sure += found.high < 0 ? 1 : 0;
    }
    EXPECT_GE(held, 53) << planted << ": fewer than 53 of 60 happens by chance once in 100 where 95 % are held";
    if (planted == 0) {
      EXPECT_LE(sure, 6);
    }
    if (planted <= -1.5) {
      EXPECT_EQ(sure, kSets);
    }
  }
}

TEST(Elasticity, DependsNeitherOnOrderNorOnNumbersOfProductsNorOnTheUnitOfPrices) {
  auto cells = invent_prices({}, 5);
  const auto before = fit_elasticity(cells);
  std::reverse(cells.begin(), cells.end());
  for (PriceCell& cell : cells) cell.period += 7;
  const auto same = fit_elasticity(cells);
  EXPECT_EQ(same->value, before->value);
  EXPECT_EQ(same->standard_error, before->standard_error);
  for (PriceCell& cell : cells) cell.ln_price += std::log(100.0);
  EXPECT_NEAR(fit_elasticity(cells)->value, before->value, 1e-7);
}

TEST(Elasticity, RefusesWhatCannotBeLearnt) {
  const auto verdict = [](std::vector<PriceCell> cells, auto change) {
    for (PriceCell& cell : cells) change(cell);
    return fit_elasticity(cells)->verdict;
  };
  const auto world = invent_prices({}, 8);
  EXPECT_EQ(fit_elasticity({})->verdict, PriceVerdict::NoVariation);
  EXPECT_EQ(verdict(world, [](PriceCell& cell) { cell.ln_price = 1.0 + cell.product; }), PriceVerdict::NoVariation);
  EXPECT_EQ(verdict(world, [](PriceCell& cell) { cell.ln_price = cell.product < 2 ? cell.ln_price : 1; }),
            PriceVerdict::TooFewProducts);
  EXPECT_EQ(fit({.periods = 5}, 1).verdict, PriceVerdict::TooFewPeriods);
  EXPECT_EQ(fit({.products = 6, .periods = 8, .sold = 0.2}, 1).verdict, PriceVerdict::TooFewSales);
  // A price list that is raised as a whole: what it did cannot be told from the period in which it was.
  EXPECT_EQ(
      verdict(world, [](PriceCell& cell) { cell.ln_price = 1.0 + cell.product + (cell.period >= 12 ? 0.1 : 0.0); }),
      PriceVerdict::MovedTogether);
  // A product is dearer when it is wanted: fashion, not price.
  EXPECT_EQ(fit({.elasticity = 2}, 4).verdict, PriceVerdict::Implausible);
  EXPECT_FALSE(fit_elasticity(std::vector<PriceCell>{{0, 0, 1, 1}, {0, 0, 1, 2}}));
  EXPECT_FALSE(fit_elasticity(std::vector<PriceCell>{{0, 0, 1, -1}}));
}

TEST(Pooling, ShrinksByHowUncertainEachIs) {
  using Groups = std::vector<GroupEstimate>;
  // Nothing but chance between them: all say the same.
  const auto alike = pool_estimates(Groups{{-1, 0.5}, {-1.2, 0.5}, {-0.9, 0.5}, {-1.1, 0.5}});
  ASSERT_TRUE(alike);
  EXPECT_EQ(alike->spread, 0);
  for (const GroupEstimate& group : alike->groups) EXPECT_NEAR(group.value, -1.05, 1e-9);
  // Of which the second is drawn by 0.15: what is not known of the spread counts by twice its square.
  EXPECT_NEAR(alike->groups[1].standard_error, std::sqrt(0.25 / 4 + 2 * 0.15 * 0.15), 1e-9);
  // Far apart and sure: each for itself, the unsure one drawn in.
  const Groups groups{{-1, 0.1}, {-3, 0.1}, {-2, 0.1}, {-6, 2.0}};
  const auto apart = pool_estimates(groups);
  ASSERT_TRUE(apart);
  EXPECT_NEAR(apart->groups[0].value, -1, 0.05);
  EXPECT_NEAR(apart->groups[1].value, -3, 0.05);
  EXPECT_GT(apart->groups[3].value, -4.5);
  EXPECT_LT(apart->own_share[3], 0.5);
  // At the spread found the weighted squares are their degrees of freedom: Paule and Mandel's equation.
  double squares = 0;
  for (const GroupEstimate& group : groups)
    squares += (group.value - apart->mean) * (group.value - apart->mean) /
               (group.standard_error * group.standard_error + apart->spread * apart->spread);
  EXPECT_NEAR(squares, 3, 1e-6);
  // Two or three say nothing of how far they differ.
  EXPECT_EQ(pool_estimates(Groups{{-1, 0.5}, {-3, 0.5}})->groups[0].value, -1);
  EXPECT_FALSE(pool_estimates(Groups{{-1, 0}}));
}

TEST(Pooling, IntervalsHoldWhatWasPlanted) {
  boost::random::mt19937 random(4);
  boost::random::normal_distribution<double> normal;
  int held = 0;
  for (int set = 0; set < 200; ++set) {
    std::vector<GroupEstimate> groups;
    std::vector<double> planted;
    for (int group = 0; group < 6; ++group) {
      planted.push_back(-1.5 + 0.5 * normal(random));
      const double error = 0.2 + 0.2 * group;
      groups.push_back({planted.back() + error * normal(random), error});
    }
    const auto pooled = pool_estimates(groups);
    for (std::size_t at = 0; at < 6; ++at)
      held += std::abs(pooled->groups[at].value - planted[at]) < 1.96 * pooled->groups[at].standard_error ? 1 : 0;
  }
  EXPECT_GT(held, 0.92 * 1'200);
}

TEST(RiseRisk, IntervalsHoldWhatWasPlanted) {
  for (const double planted : {0.0, 4.0}) {
    int held = 0;
    constexpr int kSets = 40;
    for (unsigned set = 0; set < kSets; ++set) {
      const auto found = fit_rise_risk(invent_rises({.effect = planted}, 500 + set));
      ASSERT_TRUE(found);
      held += found->low <= planted && planted <= found->high ? 1 : 0;
      if (planted > 0) {
        EXPECT_EQ(found->verdict, PriceVerdict::Told);
        EXPECT_GT(found->low, 0);
      }
    }
    EXPECT_GE(held, 34) << planted << ": fewer happens by chance once in 100";
  }
}

TEST(RiseRisk, OfOneRiseIsThePlainRatioOfRisks) {
  // One stratum, two groups: 30 of 100 with a rise end, 20 of 200 without.
  const auto found = fit_rise_risk(std::vector<RiseCell>{{0, 0.1, 100, 30}, {0, 0, 200, 20}});
  ASSERT_TRUE(found);
  EXPECT_NEAR(std::exp(found->value * 0.1), 3, 1e-6);
  // The usual error of a logarithm of a ratio of risks, which Zou's is where strata are whole.
  EXPECT_NEAR(found->standard_error * 0.1, std::sqrt(1.0 / 30 - 1.0 / 100 + 1.0 / 20 - 1.0 / 200), 1e-6);
}

TEST(RiseRisk, RefusesWhatCannotBeLearnt) {
  EXPECT_EQ(fit_rise_risk({})->verdict, PriceVerdict::NoVariation);
  EXPECT_EQ(fit_rise_risk(std::vector<RiseCell>{{0, 0, 900, 90}})->verdict, PriceVerdict::NoVariation);
  // Everybody's price rose in the same period: there is nobody to compare with.
  EXPECT_EQ(fit_rise_risk(std::vector<RiseCell>{{0, 0, 900, 90}, {1, 0.1, 800, 200}})->verdict,
            PriceVerdict::MovedTogether);
  EXPECT_EQ(fit_rise_risk(std::vector<RiseCell>{{0, 0, 90, 9}, {0, 0.1, 80, 2}})->verdict, PriceVerdict::TooFewSales);
  EXPECT_EQ(fit_rise_risk(std::vector<RiseCell>{{0, 0, 900, 300}, {0, 0.1, 800, 60}})->verdict,
            PriceVerdict::Implausible);
  EXPECT_FALSE(fit_rise_risk(std::vector<RiseCell>{{0, 0, 1, 2}}));
}

}  // namespace
}  // namespace habitue::models
