// Readers fold while the one writer changes, compacts and saves: each sees one moment, whole.
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <thread>

#include <unistd.h>

#include "journey/index_state.hpp"
#include "journey/naive_index.hpp"

namespace habitue::journey {
namespace {

// What must hold in every snapshot whatever is being changed meanwhile.
std::size_t fold(const Snapshot& snapshot) {
  const auto order = snapshot.find_property("order");
  const auto rare = snapshot.find_property("currency");
  std::size_t events = snapshot.nobody().size();
  std::size_t persons = 0;
  snapshot.for_each_journey([&](Journey journey) {
    ++persons;
    events += journey.size();
    UtcMicros last = kBeginning;
    for (const Event& event : journey) {
      EXPECT_LE(last, event.at);
      last = event.at;
      if (const auto text = order ? order->text(event) : std::nullopt) {
        EXPECT_EQ(*text, "order " + std::to_string(snapshot.seq_of(event).value));
      }
      if (const auto text = rare ? rare->text(event) : std::nullopt) {
        EXPECT_EQ(*text, "GBP");
      }
    }
  });
  EXPECT_EQ(events, snapshot.event_count());
  EXPECT_EQ(persons, snapshot.person_count());
  return events;
}

class Concurrency : public testing::TestWithParam<JoiningPolicy> {};

TEST_P(Concurrency, ReadersSeeOneMomentWhileAWriterChangesAndCompacts) {
  const std::unique_ptr<Index> index = std::make_unique<IndexState>(GetParam());
  const std::filesystem::path file =
      std::filesystem::temp_directory_path() / ("habitue_concurrency_" + std::to_string(::getpid()));
  std::atomic<bool> done{false};
  std::atomic<std::size_t> folds{0};
  {
    std::vector<std::jthread> readers;
    for (int reader = 0; reader < 2; ++reader) {
      readers.emplace_back([&] {
        while (!done) {
          fold(*index->snapshot());
          ++folds;
        }
      });
    }
    // Compaction and saving run beside the changes, so that what is fresh stays fresh meanwhile.
    std::jthread keeper([&] {
      while (!done) {
        EXPECT_TRUE(index->compact());
        EXPECT_TRUE(index->save(file));
      }
    });
    // Whatever way this block is left, also by a failed assertion, the threads end.
    const std::unique_ptr<std::atomic<bool>, void (*)(std::atomic<bool>*)> ending(
        &done, [](std::atomic<bool>* flag) { *flag = true; });
    ChangeStream stream(5, 300);
    NaiveIndex naive;
    for (int step = 0; step < 120 || folds < 20; ++step) {
      const auto owned = stream.next(naive, 40);
      ASSERT_TRUE(index->apply(owned->change(naive.up_to)));
      if (step % 20 == 19) {
        ASSERT_NO_FATAL_FAILURE(expect_same(*index->snapshot(), naive));
      }
    }
    done = true;
    keeper.join();
    ASSERT_NO_FATAL_FAILURE(expect_same(*index->snapshot(), naive));
    const auto opened = Index::open(file);
    ASSERT_TRUE(opened) << opened.error().message;
    fold(*(*opened)->snapshot());
  }
  std::filesystem::remove(file);
}

INSTANTIATE_TEST_SUITE_P(Policies, Concurrency,
                         testing::Values(JoiningPolicy{}, JoiningPolicy{.absorb_rows_max = 50, .parts_max = 3}),
                         [](const auto& test) { return test.index == 0 ? "FewParts" : "ManyParts"; });

}  // namespace
}  // namespace habitue::journey
