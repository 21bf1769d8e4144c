// Killed at any moment, a ledger has every acknowledged event once, and an import stands where its events stand.
#include <atomic>
#include <chrono>
#include <random>
#include <sstream>
#include <thread>
#include <unordered_map>

#include "child_process.hpp"
#include "ledger_fixture.hpp"

namespace habitue::ledger {
namespace {

struct Round {
  std::vector<std::string> acknowledged;
  bool clean = true;  // The writer saw nothing wrong itself.
};

// Killed so long after so many events were acknowledged: how much is at stake does not depend on the machine's pace.
Round write_and_kill(const std::filesystem::path& file, int round, std::size_t enough,
                     std::chrono::microseconds after) {
  ChildProcess writer({HABITUE_LEDGER_WRITER, file.string(), "load", std::to_string(round)});
  Round result;
  result.clean = writer.line() == "open";
  std::atomic<bool> has_enough = enough == 0;
  std::thread killer([&] {
    has_enough.wait(false);
    std::this_thread::sleep_for(after);
    kill(writer.id(), SIGKILL);
  });
  for (std::string line = writer.line(); !line.empty(); line = writer.line()) {
    std::istringstream words(line);
    std::uint64_t thread = 0, first = 0, count = 0;
    words >> thread >> first >> count;
    for (std::uint64_t place = first; place < first + count; ++place)
      result.acknowledged.push_back("r" + std::to_string(round) + "-t" + std::to_string(thread) + "-" +
                                    std::to_string(place));
    if (result.acknowledged.size() >= enough && !has_enough.exchange(true)) has_enough.notify_one();
  }
  if (!has_enough.exchange(true)) has_enough.notify_one();
  killer.join();
  const int status = writer.kill();
  result.clean = result.clean && WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
  return result;
}

using CrashedLedger = LedgerFile;

TEST_F(CrashedLedger, HasEveryAcknowledgedEventOnceAfterFiftyKills) {
  constexpr int kRounds = 50, kRoundsOfOneFile = 10;  // A new file now and then, so that its creation is hit, too.
  std::mt19937 random(1'815);
  std::vector<std::string> acknowledged;
  std::size_t total = 0;
  for (int round = 0; round < kRounds; ++round) {
    if (round % kRoundsOfOneFile == 0) {
      for (const auto& entry : std::filesystem::directory_iterator(folder_)) std::filesystem::remove_all(entry.path());
      acknowledged.clear();
    }
    // Every other round at any moment, from the file's opening on; the others in the midst of work.
    const bool any_moment = round % 2 == 0;
    const std::size_t enough = any_moment ? 0 : 300 + random() % 600;
    const Round result =
        write_and_kill(file_, round, enough, std::chrono::microseconds(random() % (any_moment ? 150'000 : 5'000)));
    ASSERT_TRUE(result.clean) << "round " << round;
    acknowledged.insert(acknowledged.end(), result.acknowledged.begin(), result.acknowledged.end());
    total += result.acknowledged.size();

    const auto ledger = open();
    ASSERT_NE(ledger, nullptr) << "round " << round;
    std::unordered_map<std::string, int> times;
    std::unordered_map<std::uint32_t, std::uint64_t> of_import;
    std::uint64_t last = 0;
    ASSERT_TRUE(ledger->scan(EventSeq(0), [&](std::span<const StoredEvent> events) {
      for (const StoredEvent& stored : events) {
        EXPECT_GT(stored.seq.value, last);
        last = stored.seq.value;
        ++times[stored.event.message_id];
        if (stored.import_id != 0) ++of_import[stored.import_id];
      }
      return true;
    }));
    EXPECT_EQ(times.size(), ledger->event_count());
    for (const auto& [message_id, count] : times) ASSERT_EQ(count, 1) << message_id << " in round " << round;
    for (const std::string& message_id : acknowledged)
      ASSERT_TRUE(times.contains(message_id)) << message_id << " was acknowledged and is lost in round " << round;
    const auto imports = ledger->imports();
    ASSERT_TRUE(imports);
    for (const ImportRecord& import : *imports) EXPECT_EQ(import.rows_done, of_import[import.id]) << "round " << round;
  }
  EXPECT_GT(total, 7'500U) << "the writer was killed before it did anything worth losing";
}

}  // namespace
}  // namespace habitue::ledger
