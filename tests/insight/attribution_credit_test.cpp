// How one conversion is shared out, and the chain of journeys, on numbers worked out by hand.
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <numeric>
#include <random>

#include "insight/attribution/credit.hpp"
#include "insight/attribution/markov.hpp"
#include "insight/attribution/shapley.hpp"

namespace habitue::insight::attribution {
namespace {

constexpr std::int64_t kDay = 86'400'000'000;

// Millionths by channel, 0 to 4; channel 0 is direct.
std::vector<std::int64_t> credits(AttributionModel model, const std::vector<std::uint32_t>& channels,
                                  AttributionWeights weights = {}, const std::vector<std::int64_t>& ages = {}) {
  Weighing weighing;
  weighing.model = model;
  weighing.weights = weights;
  weighing.half_life_us = 7 * kDay;
  std::vector<Step> steps;
  for (std::size_t place = 0; place < channels.size(); ++place)
    steps.push_back({channels[place], ages.empty() ? 0 : ages[place]});
  std::vector<Owed> owed;
  weigh(steps, weighing, owed);
  std::vector<std::int64_t> parts, by_channel(5);
  apportion(kWholeCredit, owed, parts);
  for (std::size_t place = 0; place < owed.size(); ++place) by_channel[owed[place].channel] += parts[place];
  return by_channel;
}
using Credits = std::vector<std::int64_t>;

TEST(AttributionModels, GiveToOneTouchOrToAll) {
  const std::vector<std::uint32_t> journey{1, 2, 3, 0};
  EXPECT_EQ(credits(AttributionModel::First, journey), (Credits{0, 1'000'000, 0, 0, 0}));
  EXPECT_EQ(credits(AttributionModel::Last, journey), (Credits{1'000'000, 0, 0, 0, 0}));
  EXPECT_EQ(credits(AttributionModel::LastNonDirect, journey), (Credits{0, 0, 0, 1'000'000, 0}));
  EXPECT_EQ(credits(AttributionModel::LastNonDirect, {0, 0}), (Credits{1'000'000, 0, 0, 0, 0}));
  EXPECT_EQ(credits(AttributionModel::Linear, journey), (Credits{250'000, 250'000, 250'000, 250'000, 0}));
  EXPECT_EQ(credits(AttributionModel::Linear, {1, 2, 1, 1}), (Credits{0, 750'000, 250'000, 0, 0}));
}

TEST(AttributionModels, GiveTheEndsTheirParts) {
  const AttributionWeights u, j{20, 20, 60}, inverse_j{60, 20, 20};
  EXPECT_EQ(credits(AttributionModel::Position, {1}, u), (Credits{0, 1'000'000, 0, 0, 0}));
  EXPECT_EQ(credits(AttributionModel::Position, {1, 2}, u), (Credits{0, 500'000, 500'000, 0, 0}));
  EXPECT_EQ(credits(AttributionModel::Position, {1, 2, 3, 4}, u), (Credits{0, 400'000, 100'000, 100'000, 400'000}));
  EXPECT_EQ(credits(AttributionModel::J, {1, 2}, j), (Credits{0, 250'000, 750'000, 0, 0}));
  EXPECT_EQ(credits(AttributionModel::J, {1, 2, 3}, j), (Credits{0, 200'000, 200'000, 600'000, 0}));
  EXPECT_EQ(credits(AttributionModel::InverseJ, {1, 2}, inverse_j), (Credits{0, 750'000, 250'000, 0, 0}));
  EXPECT_EQ(credits(AttributionModel::Custom, {1, 2}, {0, 1, 0}), (Credits{0, 500'000, 500'000, 0, 0}));
}

TEST(AttributionModels, HalveWithEveryHalfLife) {
  EXPECT_EQ(credits(AttributionModel::TimeDecay, {1, 2, 3}, {}, {14 * kDay, 7 * kDay, 0}),
            (Credits{0, 142'857, 285'714, 571'429, 0}));
  // Only ages in relation to one another matter, and what is very old does not drag the rest down.
  EXPECT_EQ(credits(AttributionModel::TimeDecay, {1, 2}, {}, {27 * kDay, 20 * kDay}),
            (Credits{0, 333'333, 666'667, 0, 0}));
  EXPECT_EQ(credits(AttributionModel::TimeDecay, {1, 2}, {}, {30'000 * kDay, 0}), (Credits{0, 0, 1'000'000, 0, 0}));
}

TEST(Apportioning, AddsUpToTheCentWithTheRemainderToTheEarlier) {
  std::vector<std::int64_t> parts;
  apportion(100, std::vector<Owed>{{0, 1}, {1, 1}, {2, 1}}, parts);
  EXPECT_EQ(parts, (std::vector<std::int64_t>{34, 33, 33}));
  apportion(-101, std::vector<Owed>{{0, 1}, {1, 1}, {2, 1}}, parts);
  EXPECT_EQ(parts, (std::vector<std::int64_t>{-34, -34, -33}));
  apportion(10, std::vector<Owed>{{0, 1}, {1, 3}, {2, 0}}, parts);
  EXPECT_EQ(parts, (std::vector<std::int64_t>{3, 7, 0}));
  std::mt19937_64 random(7);
  for (int round = 0; round < 20'000; ++round) {
    std::vector<Owed> owed;
    for (std::uint32_t channel = 0; channel <= random() % 6; ++channel)
      owed.push_back({channel, 1 + (random() >> (random() % 60 + 2))});
    const auto amount = static_cast<std::int64_t>(random()) >> (random() % 62);
    apportion(amount, owed, parts);
    ASSERT_EQ(std::accumulate(parts.begin(), parts.end(), std::int64_t{0}), amount);
  }
}

// Worked out by hand. Journeys: a > b > c converts; a > b does not; b > c does not. From the start: to a twice, to b once. a goes to
// b always; b goes to c twice of three times; c converts once of two. P = 1 x 2/3 x 1/2 = 1/3. Without a: only who begins at b,
// 1/3 x 1/3 = 1/9, so 2/3 is lost; without b or c everything is.
TEST(RemovalEffects, AreThoseWorkedOutByHand) {
  Journeys journeys;
  journeys.add({0, 1, 2, Journeys::kConverted});
  journeys.add({0, 1, Journeys::kNotConverted});
  journeys.add({1, 2, Journeys::kNotConverted});
  const RemovalEffects effects = removal_effects(transitions_of(journeys, 3));
  EXPECT_NEAR(effects.conversion_probability, 1.0 / 3, 1e-12);
  EXPECT_NEAR(effects.effect[0], 2.0 / 3, 1e-12);
  EXPECT_NEAR(effects.effect[1], 1, 1e-12);
  EXPECT_NEAR(effects.effect[2], 1, 1e-12);
  EXPECT_NEAR(shares_of(effects)[0], 0.25, 1e-12);
}

// Bryl' (2016), Marketing multi-channel attribution model with R, part 1: C1 > C2 > C3 > purchase; C1 > nothing; C2 > C3 > nothing.
// Published: effects 0.5, 1 and 1, so 0.2, 0.4 and 0.4 of the conversion.
TEST(RemovalEffects, AreThoseOfThePublishedExample) {
  Journeys journeys;
  journeys.add({0, 1, 2, Journeys::kConverted});
  journeys.add({0, Journeys::kNotConverted});
  journeys.add({1, 2, Journeys::kNotConverted});
  const RemovalEffects effects = removal_effects(transitions_of(journeys, 3));
  EXPECT_NEAR(effects.conversion_probability, 1.0 / 3, 1e-12);
  const std::vector<double> expected{0.5, 1, 1}, shares{0.2, 0.4, 0.4};
  for (std::size_t channel = 0; channel < 3; ++channel) {
    EXPECT_NEAR(effects.effect[channel], expected[channel], 1e-12);
    EXPECT_NEAR(shares_of(effects)[channel], shares[channel], 1e-12);
  }
}

// The definition itself: whoever would come to the channel goes to nothing. Solved by following the crowd for a long time.
double converts_without(const Transitions& transitions, std::size_t removed) {
  const std::size_t channels = transitions.channels();
  std::vector<double> crowd(channels);
  double converted = 0;
  const auto spread = [&](std::size_t from, double people, std::vector<double>& into) {
    const auto leaving = static_cast<double>(transitions.leaving(from));
    if (leaving == 0 || people == 0) return;
    for (std::size_t to = 0; to < channels; ++to)
      if (to != removed) into[to] += people * static_cast<double>(transitions.count(from, to)) / leaving;
    converted += people * static_cast<double>(transitions.count(from, transitions.conversion())) / leaving;
  };
  spread(transitions.start(), 1, crowd);
  for (int round = 0; round < 1000; ++round) {
    std::vector<double> next(channels);
    for (std::size_t from = 0; from < channels; ++from) spread(from, crowd[from], next);
    crowd = next;
  }
  return converted;
}

TEST(RemovalEffects, AreThoseOfTheirDefinitionOnRandomChains) {
  std::mt19937 random(3);
  for (int round = 0; round < 300; ++round) {
    const std::uint32_t channels = 1 + static_cast<std::uint32_t>(random() % 6);
    Journeys journeys, staying;
    std::uint64_t converted = 0, all = 0;
    for (int person = 0; person < 12; ++person) {
      Journeys::Content content, longer;
      for (auto count = 1 + random() % 6; count > 0; --count) {
        content.push_back(static_cast<std::uint32_t>(random() % channels));
        for (auto times = 1 + random() % 3; times > 0; --times) longer.push_back(content.back());
      }
      const bool converts = random() % 2 == 0;
      for (Journeys::Content* one : {&content, &longer})
        one->push_back(converts ? Journeys::kConverted : Journeys::kNotConverted);
      converted += converts ? 1 : 0;
      ++all;
      journeys.add(content);
      staying.add(longer);
    }
    const Transitions transitions = transitions_of(journeys, channels);
    const RemovalEffects effects = removal_effects(transitions);
    const double whole = converts_without(transitions, SIZE_MAX);
    ASSERT_NEAR(effects.conversion_probability, whole, 1e-9);
    ASSERT_NEAR(whole, static_cast<double>(converted) / static_cast<double>(all), 1e-9);
    const RemovalEffects same = removal_effects(transitions_of(staying, channels));
    for (std::size_t channel = 0; channel < channels && whole > 0; ++channel) {
      ASSERT_NEAR(effects.effect[channel], 1 - converts_without(transitions, channel) / whole, 1e-9);
      ASSERT_NEAR(effects.effect[channel], same.effect[channel], 1e-9) << "staying changes nothing";
    }
  }
}

std::optional<std::vector<double>> chain_shares(const Journeys& journeys, std::size_t channels,
                                                std::span<const std::uint64_t> people) {
  const RemovalEffects effects = removal_effects(transitions_of(journeys, channels, people));
  return effects.conversion_probability > 0 ? std::optional(shares_of(effects)) : std::nullopt;
}

TEST(Resampling, IsTheSameForTheSameSeedAndNarrowsWithPeople) {
  const auto width = [](std::uint64_t times) {
    Journeys journeys;
    for (std::uint64_t time = 0; time < times; ++time) {
      journeys.add({0, 1, Journeys::kConverted});
      journeys.add({0, Journeys::kConverted});
      journeys.add({1, Journeys::kNotConverted, 0, Journeys::kConverted});
      journeys.add({1, Journeys::kNotConverted});
    }
    const std::array<SharesOf, 1> models{
        [&](std::span<const std::uint64_t> people, std::uint64_t) { return chain_shares(journeys, 2, people); }};
    const auto intervals = [&](unsigned threads) {
      return resample(journeys, 2, {.resamples = 400, .seed = 5, .threads = threads}, models)->front();
    };
    const Resampled first = intervals(1), again = intervals(3);
    EXPECT_EQ(first.of_channel[0].low, again.of_channel[0].low);
    EXPECT_EQ(first.of_channel[0].high, again.of_channel[0].high);
    const double share = shares_of(removal_effects(transitions_of(journeys, 2)))[0];
    EXPECT_LE(first.of_channel[0].low, share);
    EXPECT_GE(first.of_channel[0].high, share);
    return first.of_channel[0].high - first.of_channel[0].low;
  };
  const double few = width(10), many = width(1000);
  // The error of a mean falls with the root of the people.
  EXPECT_NEAR(few / many, 10, 3);
}

// Of people who are all different weights are drawn by another way than of people alike: the intervals are of one width.
TEST(Resampling, DrawsOnePersonAsItDrawsMany) {
  const auto width = [](bool alike) {
    Journeys journeys;
    for (std::uint32_t person = 0; person < 400; ++person) {
      Journeys::Content content;
      for (std::uint32_t times = 0; times < (alike ? 1 : person); ++times) {
        content.push_back(2);
        content.push_back(Journeys::kNotConverted);
      }
      content.push_back(person % 2);
      content.push_back(Journeys::kConverted);
      journeys.add(content);
    }
    const std::array<SharesOf, 1> models{[&](std::span<const std::uint64_t> people, std::uint64_t) {
      std::array<double, 2> sums{};
      for (std::size_t number = 0; number < people.size(); ++number) {
        const auto content = journeys.content(number);
        sums[content[content.size() - 2]] += static_cast<double>(people[number]);
      }
      return std::optional(std::vector<double>{sums[0] / (sums[0] + sums[1]), sums[1] / (sums[0] + sums[1])});
    }};
    const Resampled found = resample(journeys, 2, {.resamples = 2000}, models)->front();
    return found.of_channel[0].high - found.of_channel[0].low;
  };
  // 2 x 1.96 x sqrt(0.25 / 400).
  EXPECT_NEAR(width(true), 0.098, 0.007);
  EXPECT_NEAR(width(false), 0.098, 0.007);
}

TEST(Resampling, StopsWhenCancelled) {
  Journeys journeys;
  journeys.add({0, Journeys::kConverted});
  Cancellation cancellation;
  cancellation.cancel();
  const std::array<SharesOf, 1> models{
      [](std::span<const std::uint64_t>, std::uint64_t) { return std::optional(std::vector<double>{1}); }};
  const auto refused = resample(journeys, 1, {.resamples = 10, .cancellation = &cancellation}, models);
  EXPECT_EQ(refused.error().kind, ErrorKind::Conflict);
}

}  // namespace
}  // namespace habitue::insight::attribution
