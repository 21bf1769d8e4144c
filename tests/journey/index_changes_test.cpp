// The index under random changes is what a naive index is: late events, merges, splits and removals, in any mix.
#include <gtest/gtest.h>

#include "journey/index_state.hpp"
#include "journey/naive_index.hpp"

namespace habitue::journey {
namespace {

class RandomChanges : public testing::TestWithParam<std::uint32_t> {};

TEST_P(RandomChanges, LeaveWhatANaiveIndexHas) {
  ChangeStream stream(GetParam(), 1 + GetParam() * 13);
  NaiveIndex naive;
  const std::unique_ptr<Index> index = Index::create();
  std::shared_ptr<const Snapshot> held;
  NaiveIndex then;
  for (int step = 0; step < 60; ++step) {
    const auto owned = stream.next(naive, step % 10 == 0 ? 300 : 12);
    ASSERT_TRUE(index->apply(owned->change(naive.up_to)));
    if (stream.below(10) == 0) {
      ASSERT_TRUE(index->compact());
    }
    if (step % 10 == 9) {
      ASSERT_NO_FATAL_FAILURE(expect_same(*index->snapshot(), naive)) << "step " << step;
    }
    if (step == 30) {
      held = index->snapshot();
      then = naive;
    }
  }
  ASSERT_TRUE(index->compact());
  ASSERT_NO_FATAL_FAILURE(expect_same(*index->snapshot(), naive));
  ASSERT_NO_FATAL_FAILURE(expect_same(*held, then)) << "a snapshot that is held must not change";
}

// Parts that are never rewritten along with a change pile up, and are joined among themselves before the oldest is.
TEST_P(RandomChanges, InManyPartsLeaveTheSame) {
  ChangeStream stream(GetParam(), 50);
  NaiveIndex naive;
  IndexState index({.absorb_rows_max = 20, .fresh_rows_min = 300, .parts_max = 4});
  std::size_t joined = 0;
  for (int step = 0; step < 60; ++step) {
    const auto owned = stream.next(naive, step == 0 ? 1'000 : 15);
    ASSERT_TRUE(index.apply(owned->change(naive.up_to)));
    if (step % 15 == 14) {
      ASSERT_NO_FATAL_FAILURE(expect_same(*index.snapshot(), naive)) << "step " << step;
    }
    if (!index.wants_compaction()) continue;
    ++joined;
    ASSERT_TRUE(index.compact());
    if (joined % 3 == 0) {
      ASSERT_NO_FATAL_FAILURE(expect_same(*index.snapshot(), naive)) << "step " << step;
    }
  }
  EXPECT_GT(joined, 5U);
}

TEST_P(RandomChanges, StagedAndPublishedAreTheSameAsApplied) {
  ChangeStream stream(GetParam(), 200);
  NaiveIndex naive;
  const std::unique_ptr<Index> index = Index::create();
  for (int round = 0; round < 3; ++round) {
    for (int step = 0; step < 5; ++step) {
      const auto owned = stream.next(naive, 500);
      ASSERT_TRUE(index->stage(owned->change(naive.up_to)));
    }
    ASSERT_TRUE(index->publish());
    ASSERT_NO_FATAL_FAILURE(expect_same(*index->snapshot(), naive));
    const auto owned = stream.next(naive, 50);
    ASSERT_TRUE(index->apply(owned->change(naive.up_to)));
    ASSERT_NO_FATAL_FAILURE(expect_same(*index->snapshot(), naive));
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomChanges, testing::Range(1U, 6U));

TEST(Index, KeepsAnEventOnceHoweverOftenItComes) {
  ChangeStream stream(7, 5);
  NaiveIndex naive;
  const std::unique_ptr<Index> index = Index::create();
  const auto owned = stream.next(naive, 100);
  ASSERT_TRUE(index->apply(owned->change(naive.up_to)));
  ASSERT_TRUE(index->apply(owned->change(naive.up_to)));
  ASSERT_NO_FATAL_FAILURE(expect_same(*index->snapshot(), naive));
}

TEST(Index, RefusesAnEventOfNoPersonAndChangesNothing) {
  const std::unique_ptr<Index> index = Index::create();
  ledger::StoredEvent stored;
  stored.seq = EventSeq{1};
  const FreshEvent fresh{OriginId{5}, &stored};
  const Assignment elsewhere{OriginId{6}, PersonId{1}};
  const auto refused = index->apply({{&fresh, 1}, {&elsewhere, 1}, {}, EventSeq{1}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::InvalidInput);
  EXPECT_EQ(index->snapshot()->event_count(), 0U);
  EXPECT_EQ(index->snapshot()->up_to().value, 0U);
}

TEST(Index, RefusesToApplyWhileStagedEventsWait) {
  const std::unique_ptr<Index> index = Index::create();
  ledger::StoredEvent stored;
  stored.seq = EventSeq{1};
  const FreshEvent fresh{kNoOrigin, &stored};
  ASSERT_TRUE(index->stage({{&fresh, 1}, {}, {}, EventSeq{1}}));
  EXPECT_EQ(index->apply({{}, {}, {}, EventSeq{2}}).error().kind, ErrorKind::Conflict);
  ASSERT_TRUE(index->publish());
  EXPECT_TRUE(index->apply({{}, {}, {}, EventSeq{2}}));
  EXPECT_EQ(index->snapshot()->nobody().size(), 1U);
}

}  // namespace
}  // namespace habitue::journey
