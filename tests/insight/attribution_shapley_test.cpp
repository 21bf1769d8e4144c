// Shapley values of games that are known, their axioms on random games, and those of channels by their definition.
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <numeric>
#include <random>
#include <set>

#include "insight/attribution/shapley.hpp"

namespace habitue::insight::attribution {
namespace {

using Game = std::vector<double>;

Game game_of(std::size_t players, const std::function<double(std::size_t)>& worth) {
  Game game(std::size_t{1} << players);
  for (std::size_t coalition = 1; coalition < game.size(); ++coalition) game[coalition] = worth(coalition);
  return game;
}
Game random_game(std::size_t players, std::mt19937& random) {
  return game_of(players, [&](std::size_t) { return static_cast<double>(static_cast<int>(random() % 2001) - 1000); });
}
void expect_near(const std::vector<double>& values, const std::vector<double>& expected) {
  ASSERT_EQ(values.size(), expected.size());
  for (std::size_t player = 0; player < values.size(); ++player) EXPECT_NEAR(values[player], expected[player], 1e-12);
}

TEST(ShapleyValues, OfTheGloveGame) {
  // Two have a left glove, one has a right one; a pair is worth 1.
  expect_near(shapley_values(3, game_of(3, [](std::size_t s) { return (s & 4) != 0 && (s & 3) != 0 ? 1.0 : 0.0; })),
              {1.0 / 6, 1.0 / 6, 4.0 / 6});
}

TEST(ShapleyValues, OfTheAirportGame) {
  // Littlechild and Owen (1973), A simple expression for the Shapley value in a special case: each part of the runway is shared by those
  // who need it. Runways of 8, 11, 13 and 18: 8/4; + 3/3; + 2/2; + 5.
  const std::vector<double> runway{8, 11, 13, 18};
  const Game game = game_of(4, [&](std::size_t coalition) {
    double longest = 0;
    for (std::size_t plane = 0; plane < 4; ++plane)
      if ((coalition >> plane & 1U) != 0) longest = std::max(longest, runway[plane]);
    return longest;
  });
  expect_near(shapley_values(4, game), {2, 3, 4, 9});
}

TEST(ShapleyValues, OfTheSecurityCouncil) {
  // Five vetoes and nine votes of fifteen: 421/2145 for each permanent member, 4/2145 for each other.
  const auto values = shapley_values(15, game_of(15, [](std::size_t coalition) {
                                       return (coalition & 31U) == 31U && std::popcount(coalition) >= 9 ? 1.0 : 0.0;
                                     }));
  EXPECT_NEAR(values[0], 421.0 / 2145, 1e-12);
  EXPECT_NEAR(values[14], 4.0 / 2145, 1e-12);
}

TEST(ShapleyValues, KeepTheAxiomsOnRandomGames) {
  std::mt19937 random(11);
  for (int round = 0; round < 200; ++round) {
    const std::size_t players = 1 + random() % 7;
    const Game one = random_game(players, random), other = random_game(players, random);
    const auto of_one = shapley_values(players, one), of_other = shapley_values(players, other);
    ASSERT_NEAR(std::accumulate(of_one.begin(), of_one.end(), 0.0), one.back(), 1e-9) << "efficiency";
    Game sum(one.size());
    for (std::size_t coalition = 0; coalition < sum.size(); ++coalition)
      sum[coalition] = one[coalition] + other[coalition];
    const auto of_sum = shapley_values(players, sum);
    for (std::size_t player = 0; player < players; ++player)
      ASSERT_NEAR(of_sum[player], of_one[player] + of_other[player], 1e-9) << "additivity";
    // A player who adds 7 to whomever is worth 7; players who can stand for one another are worth the same.
    const Game with_dummy = game_of(players + 1, [&](std::size_t coalition) {
      return one[coalition % one.size()] + (coalition >= one.size() ? 7 : 0);
    });
    ASSERT_NEAR(shapley_values(players + 1, with_dummy).back(), 7, 1e-9) << "dummy";
    const Game alike = game_of(players, [&](std::size_t coalition) {
      return static_cast<double>(std::popcount(coalition) * std::popcount(coalition));
    });
    const auto same = shapley_values(players, alike);
    for (const double value : same) ASSERT_NEAR(value, same[0], 1e-9) << "symmetry";
  }
}

TEST(ShapleyValues, SampledAreWithinTheirErrorOfTheExactOnes) {
  std::mt19937 random(5);
  std::size_t near = 0, all = 0;
  for (int round = 0; round < 30; ++round) {
    const std::size_t players = 6;
    const Game game = random_game(players, random);
    const auto exact = shapley_values(players, game);
    CancellationWatch watch(nullptr);
    const auto sampled = sampled_shapley_values(players, 400, random(), watch,
                                                [&](std::span<const std::uint32_t> order, std::span<double> added) {
                                                  std::size_t coalition = 0;
                                                  for (const std::uint32_t player : order) {
                                                    const std::size_t next = coalition | std::size_t{1} << player;
                                                    added[player] = game[next] - game[coalition];
                                                    coalition = next;
                                                  }
                                                });
    ASSERT_NEAR(std::accumulate(sampled.value.begin(), sampled.value.end(), 0.0), game.back(), 1e-6) << "efficiency";
    for (std::size_t player = 0; player < players; ++player, ++all)
      near += std::abs(sampled.value[player] - exact[player]) <= 1.96 * sampled.error[player] ? 1 : 0;
  }
  // 95 of 100 are; of 180 within four standard deviations of that.
  EXPECT_GE(near, all * 95 / 100 - 12);
}

struct Told {
  std::vector<std::set<std::uint32_t>> sets;
  std::vector<bool> converted;
};
Journeys random_journeys(std::uint32_t channels, int people, std::mt19937& random, Told& told) {
  Journeys journeys;
  for (int person = 0; person < people; ++person) {
    Journeys::Content content;
    for (auto count = 1 + random() % 3; count > 0; --count) {
      std::set<std::uint32_t> set;
      for (auto touches = 1 + random() % 4; touches > 0; --touches) {
        content.push_back(static_cast<std::uint32_t>(random() % channels));
        set.insert(content.back());
      }
      told.sets.push_back(set);
      told.converted.push_back(random() % 2 == 0);
      content.push_back(told.converted.back() ? Journeys::kConverted : Journeys::kNotConverted);
    }
    journeys.add(content);
  }
  return journeys;
}

// Conversions, and journeys, of those whose channels are all in the coalition.
std::pair<double, double> within(const Told& told, std::size_t coalition) {
  double converted = 0, journeys = 0;
  for (std::size_t number = 0; number < told.sets.size(); ++number) {
    bool all = true;
    for (const std::uint32_t channel : told.sets[number]) all = all && (coalition >> channel & 1U) != 0;
    journeys += all ? 1 : 0;
    converted += all && told.converted[number] ? 1 : 0;
  }
  return {converted, journeys};
}

TEST(ShapleyOfChannels, IsThatOfItsDefinitionOnRandomJourneys) {
  std::mt19937 random(3);
  for (int round = 0; round < 100; ++round) {
    const std::uint32_t channels = 1 + static_cast<std::uint32_t>(random() % 7);
    Told told;
    const Journeys journeys = random_journeys(channels, 15, random, told);
    CancellationWatch watch(nullptr);
    const ChannelSets sets(journeys, channels, watch);
    const auto counts = sets.counts(journeys.people());
    // The simplified form of Zhao, Mahboobi and Bagheri is the sum over coalitions of Shapley.
    const auto by_conversions = shapley_values(
        channels, game_of(channels, [&](std::size_t coalition) { return within(told, coalition).first; }));
    const auto by_rate = shapley_values(channels, game_of(channels, [&](std::size_t coalition) {
                                          const auto [converted, all] = within(told, coalition);
                                          return all > 0 ? converted / all : 0;
                                        }));
    const auto simplified = sets.by_conversions(counts);
    const auto rates = sets.by_rate(counts, ChannelSets::Orders::Many, 1, watch);
    EXPECT_EQ(rates.orders, 0U);
    for (std::size_t channel = 0; channel < channels; ++channel) {
      ASSERT_NEAR(simplified[channel], by_conversions[channel], 1e-9);
      ASSERT_NEAR(rates.values.value[channel], by_rate[channel], 1e-9);
    }
  }
}

TEST(ShapleyOfChannels, OfManyChannelsIsSampledWithAStatedError) {
  std::mt19937 random(8);
  Told told;
  const std::uint32_t channels = 13;
  const Journeys journeys = random_journeys(channels, 200, random, told);
  CancellationWatch watch(nullptr);
  const ChannelSets sets(journeys, channels, watch);
  const auto sampled = sets.by_rate(sets.counts(journeys.people()), ChannelSets::Orders::Many, 1, watch);
  EXPECT_EQ(sampled.orders, 2000U);
  const auto exact = shapley_values(channels, game_of(channels, [&](std::size_t coalition) {
                                      const auto [converted, all] = within(told, coalition);
                                      return all > 0 ? converted / all : 0;
                                    }));
  for (std::size_t channel = 0; channel < channels; ++channel) {
    EXPECT_NEAR(sampled.values.value[channel], exact[channel], 4 * sampled.values.error[channel]);
    EXPECT_GT(sampled.values.error[channel], 0);
  }
}

TEST(ShapleyOfChannels, SharesLeaveOutWhatIsBelowNothing) {
  EXPECT_EQ(shares_of(std::vector<double>{3, -1, 1}), (std::vector<double>{0.75, 0, 0.25}));
  EXPECT_EQ(shares_of(std::vector<double>{-1, 0}), (std::vector<double>{0, 0}));
}

}  // namespace
}  // namespace habitue::insight::attribution
