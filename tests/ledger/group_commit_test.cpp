// Callers of one moment share a commit, in whatever order they come, and each gets its own answer.
#include <atomic>
#include <thread>

#include "ledger/message_ids.hpp"
#include "ledger_fixture.hpp"

namespace habitue::ledger {
namespace {

TEST_F(LedgerFile, CommitsManyCallersTogether) {
  const auto ledger = open();
  std::size_t commits = 0, seen = 0;
  ledger->observe([&](std::span<const StoredEvent> events) {
    ++commits;
    seen += events.size();
  });
  constexpr int kCallers = 16, kCalls = 40;
  std::atomic<std::uint64_t> added = 0, duplicates = 0;
  std::vector<std::thread> callers;
  for (int caller = 0; caller < kCallers; ++caller)
    callers.emplace_back([&, caller] {
      for (int call = 0; call < kCalls; ++call) {
        // Every other event is one that the neighbour sends, too.
        const std::string id = call % 2 == 0 ? "pair" + std::to_string(caller / 2) : "own" + std::to_string(caller);
        const auto appended = ledger->append({track(id + "-" + std::to_string(call))});
        ASSERT_TRUE(appended) << appended.error().message;
        added += appended->added;
        duplicates += appended->duplicates;
      }
    });
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(added, kCallers * kCalls * 3U / 4);
  EXPECT_EQ(duplicates, kCallers * kCalls / 4U);
  EXPECT_EQ(seen, added);
  EXPECT_LT(commits, added / 3) << "single events were committed nearly one by one";
  const auto events = all_events(*ledger);
  ASSERT_EQ(events.size(), added);
  for (std::size_t place = 0; place < events.size(); ++place) EXPECT_EQ(events[place].seq.value, place + 1);
}

TEST(MessageIds, FindsWhatWasInsertedAndNotWhatWasErased) {
  std::uint64_t state = 7;
  const auto random = [&] {
    return state = state * 6364136223846793005ULL + 1442695040888963407ULL, state ^ (state >> 29);
  };
  MessageIds ids;
  std::vector<std::uint64_t> fingerprints;
  const auto knows = [&](std::size_t place) {
    std::vector<SeqBlock> blocks;
    ids.find(fingerprints[place], blocks);
    return std::find(blocks.begin(), blocks.end(), block_of(EventSeq(place + 1))) != blocks.end();
  };
  for (std::size_t place = 0; place < 60'000; ++place) {
    fingerprints.push_back(place % 10 == 9 ? fingerprints.back() : random());  // Some collide altogether.
    ids.insert(fingerprints.back(), EventSeq(place + 1));
  }
  for (std::size_t place = 0; place < fingerprints.size(); place += 3)
    ids.erase(fingerprints[place], EventSeq(place + 1));
  std::size_t wrongly_known = 0;
  for (std::size_t place = 0; place < fingerprints.size(); ++place) {
    if (place % 3 != 0)
      EXPECT_TRUE(knows(place)) << place;
    else
      wrongly_known += knows(place) ? 1 : 0;
  }
  EXPECT_LT(wrongly_known, 6'100U) << "only those that share all with a neighbour may be found";
  EXPECT_EQ(ids.size(), 40'000U);
  EXPECT_LT(ids.bytes(), 60'000U * 17);
}

}  // namespace
}  // namespace habitue::ledger
