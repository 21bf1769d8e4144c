// A plain funnel walked by bits, or event by event when there are many, is the attempt that the evaluator of all funnels finds.
#include "insight/funnel/plain.hpp"

#include <gtest/gtest.h>

#include <random>

namespace habitue::insight::funnel {
namespace {

struct Events {
  std::vector<std::int64_t> at_us;
  std::vector<std::uint64_t> met;
};

Events drawn(std::mt19937_64& random, std::size_t count, std::uint32_t levels, bool shares_instants) {
  Events events;
  std::int64_t at_us = static_cast<std::int64_t>(random() % 1'000) - 500;
  for (std::size_t event = 0; event < count; ++event) {
    at_us += static_cast<std::int64_t>(random() % 20) + (shares_instants ? 0 : 1);
    events.at_us.push_back(at_us);
    // Mostly the first steps, often none, at times several.
    std::uint64_t met = random() % 4 == 0 ? 0 : std::uint64_t{1} << std::min(random() % levels, random() % levels);
    if (random() % 8 == 0) met |= std::uint64_t{1} << random() % levels;
    events.met.push_back(met);
  }
  return events;
}

TEST(PlainWalk, IsTheAttemptOfTheEvaluator) {
  std::mt19937_64 random(3);
  std::size_t entered = 0, deep = 0, shared = 0;
  for (int trial = 0; trial < 20'000; ++trial) {
    const auto levels = static_cast<std::uint32_t>(1 + random() % (trial % 5 == 0 ? 12 : 4));
    const bool shares_instants = trial % 3 == 0;
    const std::size_t before = random() % 70, count = 1 + random() % (trial % 7 == 0 ? 150 : 64), after = random() % 3;
    const Events events = drawn(random, before + count + after, levels, shares_instants);
    const std::span<const std::int64_t> at_us(events.at_us);

    Plan plan;
    plan.steps = levels;
    plan.required = (std::uint64_t{1} << levels) - 1;
    plan.window_us = static_cast<std::int64_t>(random() % 300);
    plan.within_us.fill(kNoLimit);
    const auto draw_moment = [&] { return static_cast<std::int64_t>(random() % 3'000) - 600; };
    PlainPlan plain;
    plain.levels = levels;
    plain.window_us = plan.window_us;
    plain.entries = random() % 2 == 0 ? EntryRange{INT64_MIN, INT64_MAX} : EntryRange{draw_moment(), draw_moment()};
    plain.read_from_us = random() % 2 == 0 ? INT64_MIN : draw_moment();
    plain.read_until_us = random() % 2 == 0 ? INT64_MAX : draw_moment();
    plain.open_from_us = draw_moment();

    std::vector<Hit> hits;
    std::int64_t last_entry_us = INT64_MIN;
    for (std::size_t event = before; event < before + count; ++event) {
      if (at_us[event] < plain.read_from_us || at_us[event] > plain.read_until_us || events.met[event] == 0) continue;
      hits.push_back({at_us[event], events.met[event], 0, static_cast<std::uint32_t>(event)});
      const bool enters =
          (events.met[event] & 1U) != 0 && at_us[event] >= plain.entries.from_us && at_us[event] < plain.entries.to_us;
      if (enters) last_entry_us = at_us[event];
    }
    Evaluator evaluator(plan);
    const Attempt& attempt = evaluator.evaluate(hits, plain.entries);

    StepBits bits;
    if (levels <= PlainWalk::kLevelsOfBits) bits.set(events.met, levels);
    PlainWalk walk(plain);
    const auto outcome =
        walk.walk({events.at_us.data(), events.met.data(), &bits, shares_instants}, before, before + count);
    if (outcome == PlainWalk::Outcome::SharedInstant) {
      ASSERT_TRUE(shares_instants);
      ++shared;
      continue;
    }
    ASSERT_EQ(outcome == PlainWalk::Outcome::Entered, attempt.depth > 0) << "trial " << trial;
    if (attempt.depth == 0) continue;
    ++entered;
    deep += attempt.depth > 2 ? 1 : 0;
    ASSERT_EQ(walk.at_us().size(), attempt.depth) << "trial " << trial;
    ASSERT_EQ(walk.open(), attempt.depth < levels && last_entry_us >= plain.open_from_us) << "trial " << trial;
    for (std::uint32_t step = 0; step < attempt.depth; ++step) {
      ASSERT_EQ(walk.at_us()[step], hits[attempt.hit[step]].at_us) << "trial " << trial << " step " << step;
      ASSERT_EQ(at_us[walk.event(step)], walk.at_us()[step]);
      ASSERT_NE(events.met[walk.event(step)] >> step & 1U, 0U);
    }
  }
  EXPECT_GT(entered, 5'000U);
  EXPECT_GT(deep, 1'000U);
  EXPECT_GT(shared, 500U);
}

}  // namespace
}  // namespace habitue::insight::funnel
