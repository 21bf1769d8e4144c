// The attempt of one person: all ways to try it on random small journeys, and the edge cases that peers differ in.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <random>

#include "insight/funnel/gather.hpp"
#include "insight/funnel_naive.hpp"
#include "insight/scale.hpp"
#include "insight/shrink.hpp"

namespace habitue::insight::funnel {
namespace {

struct Asked {
  FunnelOrder order;
  FunnelExclusionRule rule;
  bool with_optional, with_limits, with_exclusions, with_ties;
};

class Random {
 public:
  explicit Random(std::uint32_t seed) : random_(seed) {}
  int below(int limit) { return static_cast<int>(random_() % static_cast<unsigned>(limit)); }
  bool one_in(int count) { return below(count) == 0; }

 private:
  std::mt19937 random_;
};

Plan random_plan(const Asked& asked, Random& random) {
  Plan plan;
  plan.order = asked.order;
  plan.rule = asked.rule;
  plan.steps = static_cast<std::uint32_t>(1 + random.below(4));
  plan.window_us = 2 + random.below(12);
  std::size_t last = 0;
  for (std::size_t step = 0; step < plan.steps; ++step) {
    const bool optional = asked.with_optional && step > 0 && random.one_in(3);
    if (!optional) plan.required |= std::uint64_t{1} << step, last = step;
    plan.within_us[step] = asked.with_limits && step > 0 && random.one_in(2) ? 1 + random.below(6) : kNoLimit;
  }
  if (!asked.with_exclusions || last == 0) return plan;
  for (std::uint32_t number = 0; number < 2; ++number) {
    const bool whole = asked.order == FunnelOrder::AnyOrder || random.one_in(2);
    std::size_t after = whole ? 0 : static_cast<std::size_t>(random.below(static_cast<int>(last)));
    while ((plan.required >> after & 1) == 0) --after;
    plan.exclusions |= std::uint64_t{1} << number;
    for (std::size_t step = after + 1; step <= last; ++step) plan.link_exclusions[step] |= std::uint64_t{1} << number;
  }
  return plan;
}

std::vector<Hit> random_hits(const Asked& asked, const Plan& plan, Random& random) {
  std::vector<Hit> hits;
  std::int64_t at = random.below(3);
  for (int count = random.below(10); count > 0; --count) {
    Hit hit{at, 0, 0, static_cast<std::uint32_t>(hits.size())};
    if (!random.one_in(6)) hit.steps |= std::uint64_t{1} << random.below(static_cast<int>(plan.steps));
    // Some events may fill several steps: repeated ones, or a step that is a part of another.
    while (random.one_in(3)) hit.steps |= std::uint64_t{1} << random.below(static_cast<int>(plan.steps));
    if (plan.exclusions != 0 && random.one_in(5)) hit.exclusions |= std::uint64_t{1} << random.below(2);
    hits.push_back(hit);
    at += asked.with_ties ? (random.one_in(3) ? 0 : random.below(4)) : 1 + random.below(3);
  }
  return hits;
}

NaiveAnswer answer_of(Evaluator& evaluator, const Plan& plan, const std::vector<Hit>& hits, const EntryRange& entries,
                      std::string& fault) {
  const Attempt attempt = evaluator.evaluate(hits, entries);
  if (attempt.removed) return {true, 0, 0, 0, {}};
  NaiveAnswer answer{false, attempt.depth, attempt.completed_us, attempt.entry_us, {}};
  if (attempt.depth == 0) return answer;
  Chosen chosen(plan.steps);
  for (std::uint64_t left = attempt.filled; left != 0; left &= left - 1) {
    const auto step = static_cast<std::size_t>(std::countr_zero(left));
    if ((plan.required >> step & 1) != 0) answer.times.push_back(hits[attempt.hit[step]].at_us);
    chosen[step] = attempt.hit[step];
  }
  // In any order the k-th place is no step.
  if (plan.order == FunnelOrder::AnyOrder) return answer;
  const NaiveFunnel naive(plan, hits, entries);
  if (!naive.is_attempt(chosen, true)) fault = "the hits of the attempt break a rule";
  for (std::size_t step = 1; step < plan.steps && plan.order == FunnelOrder::Ordered; ++step) {
    if ((plan.required >> step & 1) != 0 || chosen[step]) continue;
    for (std::size_t hit = 0; hit < hits.size(); ++hit) {
      Chosen more = chosen;
      more[step] = hit;
      if (naive.is_attempt(more, true)) fault = fmt::format("hit {} could fill optional step {}", hit, step);
    }
  }
  return answer;
}

// Empty when both agree.
std::string difference(const Plan& plan, const std::vector<Hit>& hits, const EntryRange& entries) {
  Evaluator evaluator(plan);
  std::string fault;
  NaiveAnswer found = answer_of(evaluator, plan, hits, entries, fault);
  NaiveAnswer expected = NaiveFunnel(plan, hits, entries).answer();
  if (!fault.empty()) return fault;
  const bool completes = expected.depth == static_cast<std::uint32_t>(std::popcount(plan.required));
  if (evaluator.completes(hits, entries) != completes) return "completes says otherwise";
  // Of strict attempts with the same entry and end, which instant serves which step is free.
  if (plan.order == FunnelOrder::Strict) found.times.clear(), expected.times.clear();
  if (found == expected) return {};
  const auto text = [](const NaiveAnswer& answer) {
    return answer.removed ? std::string("removed")
                          : fmt::format("depth {} from {} to {}, times {}", answer.depth, answer.entry_us,
                                        answer.completed_us, fmt::join(answer.times, " "));
  };
  return fmt::format("found {}; by trying all: {}", text(found), text(expected));
}

class FunnelAttempt : public testing::TestWithParam<Asked> {};

TEST_P(FunnelAttempt, IsTheBestOfAllWays) {
  const std::uint32_t seed = 20261123U + static_cast<std::uint32_t>(testing::UnitTest::GetInstance()->random_seed());
  Random random(seed);  // With --gtest_shuffle each run tries others.
  int several = 0;
  Compared compared;
  for (std::uint32_t round = 0; round < scaled(4000); ++round) {
    compared.add(1, 1);
    const Plan plan = random_plan(GetParam(), random);
    const std::vector<Hit> hits = random_hits(GetParam(), plan, random);
    const std::int64_t from = random.one_in(2) ? 0 : random.below(8);
    const EntryRange entries{from, random.one_in(2) ? 1000 : from + random.below(8)};
    const auto fails = [&](const std::vector<Hit>& fewer) { return !difference(plan, fewer, entries).empty(); };
    several += NaiveFunnel(plan, hits, entries).answer().depth > 1 ? 1 : 0;
    if (!fails(hits)) continue;
    const std::vector<Hit> least = shrunk(hits, fails);
    FAIL() << "seed " << seed << ", round " << round << ": " << difference(plan, least, entries) << "\n"
           << story_of(least) << "steps " << plan.steps << ", required " << fmt::format("{:b}", plan.required)
           << ", window " << plan.window_us << ", entries [" << entries.from_us << ", " << entries.to_us << "), limits "
           << fmt::format("{}", fmt::join(plan.within_us.begin(), plan.within_us.begin() + plan.steps, " "))
           << ", links "
           << fmt::format("{}",
                          fmt::join(plan.link_exclusions.begin(), plan.link_exclusions.begin() + plan.steps, " "));
  }
  EXPECT_GT(several, 500) << "the journeys are too poor to tell";
}

constexpr auto kCut = FunnelExclusionRule::Cut;
constexpr auto kDrop = FunnelExclusionRule::DropPerson;
INSTANTIATE_TEST_SUITE_P(Journeys, FunnelAttempt,
                         testing::Values(Asked{FunnelOrder::Ordered, kCut, false, false, false, false},
                                         Asked{FunnelOrder::Ordered, kCut, false, false, false, true},
                                         Asked{FunnelOrder::Ordered, kCut, false, true, true, true},
                                         Asked{FunnelOrder::Ordered, kDrop, false, true, true, true},
                                         Asked{FunnelOrder::Ordered, kDrop, true, true, true, true},
                                         Asked{FunnelOrder::Ordered, kCut, true, true, true, true},
                                         Asked{FunnelOrder::Strict, kCut, false, false, false, false},
                                         Asked{FunnelOrder::Strict, kCut, true, true, true, true},
                                         Asked{FunnelOrder::Strict, kDrop, true, true, true, true},
                                         Asked{FunnelOrder::Strict, kDrop, false, false, true, true},
                                         Asked{FunnelOrder::AnyOrder, kCut, false, false, false, true},
                                         Asked{FunnelOrder::AnyOrder, kCut, false, false, true, true},
                                         Asked{FunnelOrder::AnyOrder, kDrop, false, false, true, true}));

}  // namespace
}  // namespace habitue::insight::funnel
