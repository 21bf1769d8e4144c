// The generator against its published vectors, the distributions against their moments.
#include "simulate/random.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <string>

namespace habitue::simulate {
namespace {

TEST(Philox, GivesThePublishedVectors) {  // Random123 1.14, kat_vectors, philox4x32 with 10 rounds.
  using Block = std::array<std::uint32_t, 4>;
  EXPECT_EQ(philox({0, 0, 0, 0}, {0, 0}), (Block{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  EXPECT_EQ(philox({0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, {0xffffffff, 0xffffffff}),
            (Block{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
            (Block{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(Random, StreamsOfOneUnitAndUnitsOfOneSeedDiffer) {
  EXPECT_EQ(Random(1, 2, 3).bits(), Random(1, 2, 3).bits());
  EXPECT_NE(Random(1, 2, 3).bits(), Random(1, 2, 4).bits());
  EXPECT_NE(Random(1, 2, 3).bits(), Random(1, 3, 3).bits());
  EXPECT_NE(Random(1, 2, 3).bits(), Random(2, 2, 3).bits());
}

struct Distribution {
  std::string name;
  std::function<double(Random&)> draw;
  double mean, variance;
};
class Moments : public testing::TestWithParam<Distribution> {};

// Mean and variance of 200,000 draws within five standard errors; the variance's error uses the sample's own fourth moment.
TEST_P(Moments, AreThoseOfTheDistribution) {
  constexpr int kDraws = 200'000;
  Random random(7, 11, 0);
  std::vector<double> draws;
  double sum = 0;
  for (int i = 0; i < kDraws; ++i) sum += draws.emplace_back(GetParam().draw(random));
  const double mean = sum / kDraws;
  double second = 0;
  double fourth = 0;
  for (const double draw : draws) {
    const double square = (draw - mean) * (draw - mean);
    second += square;
    fourth += square * square;
  }
  second /= kDraws;
  fourth /= kDraws;
  EXPECT_NEAR(mean, GetParam().mean, 5 * std::sqrt(second / kDraws));
  EXPECT_NEAR(second, GetParam().variance, 5 * std::sqrt((fourth - second * second) / kDraws));
}

constexpr double kPi2Over6 = 1.6449340668482264;
INSTANTIATE_TEST_SUITE_P(
    Distributions, Moments,
    testing::Values(
        Distribution{"Uniform", [](Random& r) { return r.uniform(); }, 0.5, 1.0 / 12},
        Distribution{"BelowSeven", [](Random& r) { return double(r.below(7)); }, 3, 4},
        Distribution{"Exponential", [](Random& r) { return r.exponential(); }, 1, 1},
        Distribution{"Normal", [](Random& r) { return r.normal(); }, 0, 1},
        Distribution{"GammaUnderOne", [](Random& r) { return r.gamma(0.3); }, 0.3, 0.3},
        Distribution{"GammaOverOne", [](Random& r) { return r.gamma(6.25); }, 6.25, 6.25},
        // The logarithm tells of the small values, which the moments of a gamma hide: digamma(1), trigamma(1).
        Distribution{"LogOfGamma", [](Random& r) { return std::log(r.gamma(1)); }, -0.5772156649015329, kPi2Over6},
        Distribution{"Beta", [](Random& r) { return r.beta(0.7, 5.5); }, 0.7 / 6.2, 0.7 * 5.5 / (6.2 * 6.2 * 7.2)},
        Distribution{"LogNormal", [](Random& r) { return std::log(r.log_normal(28, 0.5)); }, std::log(28.0), 0.25},
        Distribution{"Poisson", [](Random& r) { return double(r.poisson(4)); }, 4, 4},
        Distribution{"Geometric", [](Random& r) { return double(r.geometric(3)); }, 3, 6}),
    [](const auto& test) { return test.param.name; });

TEST(WeightedChoice, DrawsPlacesByWeight) {
  const std::array<double, 5> weights = {5, 0, 1, 3, 1};
  const WeightedChoice choice(weights);
  Random random(3, 4, 5);
  std::array<double, 5> drawn{};
  constexpr double kDraws = 100'000;
  for (int i = 0; i < kDraws; ++i) ++drawn[choice.pick(random)];
  for (std::size_t place = 0; place < weights.size(); ++place) {
    const double share = weights[place] / 10;
    EXPECT_NEAR(drawn[place] / kDraws, share, 5 * std::sqrt(share * (1 - share) / kDraws)) << place;
  }
  EXPECT_EQ(drawn[1], 0);
}

}  // namespace
}  // namespace habitue::simulate
