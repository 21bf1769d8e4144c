// A full disk, a damaged file, a newer version, a second process: each says what is wrong and loses nothing.
#include <csignal>
#include <fstream>

#include <gmock/gmock.h>
#include <sys/resource.h>

#include "child_process.hpp"
#include "ledger/duckdb.hpp"
#include "ledger_fixture.hpp"

namespace habitue::ledger {
namespace {

using testing::HasSubstr;

// While it lives no file grows past its limit: the way a full disk looks to a process, without one.
class SmallDisk {
 public:
  explicit SmallDisk(std::uint64_t bytes) {
    std::signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before_);
    rlimit limit = before_;
    limit.rlim_cur = bytes;
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~SmallDisk() { setrlimit(RLIMIT_FSIZE, &before_); }

 private:
  rlimit before_{};
};

std::vector<intake::Event> batch(int number, int count = 500) {
  std::vector<intake::Event> events;
  for (int place = 0; place < count; ++place)
    events.push_back(track("b" + std::to_string(number) + "-" + std::to_string(place),
                           "user" + std::to_string(place * 7919 % 1000)));
  return events;
}

class TroubledLedger : public LedgerFile {
 protected:
  // All batches from 0, every event with the texts it came with.
  static void expect_whole(const Ledger& ledger, std::size_t count) {
    const auto events = all_events(ledger);
    ASSERT_EQ(events.size(), count);
    for (std::size_t place = 0; place < count; place += 500) {
      const auto expected = batch(static_cast<int>(place / 500));
      for (std::size_t within = 0; within < 500; ++within) {
        ASSERT_EQ(events[place + within].event.message_id, expected[within].message_id);
        ASSERT_EQ(events[place + within].event.user_id, expected[within].user_id);
      }
    }
  }

  // Appends until the disk is full, gives it room again, and appends what was refused.
  void fill_up_and_recover(const Options& options, std::uint64_t room) {
    auto ledger = open(options);
    ASSERT_TRUE(ledger->append(batch(0)));
    int next = 1;
    {
      const SmallDisk disk(room);
      Result<Appended> refused = Appended{};
      while (refused && next < 500) {
        refused = ledger->append(batch(next));
        if (refused) ++next;
      }
      ASSERT_FALSE(refused) << "the disk was never full";
      EXPECT_EQ(refused.error().kind, ErrorKind::Unavailable) << refused.error().message;
      // Once more while the disk is full: a log that was folded meanwhile may have made room.
      if (const auto second = ledger->append(batch(next))) {
        EXPECT_EQ(second->added, 500U);
        ++next;
      }
    }
    Result<Appended> again = ledger->append(batch(next));
    for (int attempt = 0; !again && attempt < 5; ++attempt) again = ledger->append(batch(next));
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(again->added, 500U) << "a refused batch was kept in part";
    const auto expected = static_cast<std::size_t>(next + 1) * 500;
    expect_whole(*ledger, expected);
    ledger.reset();
    ledger = open(options);
    expect_whole(*ledger, expected);
    EXPECT_EQ(ledger->append(batch(next))->duplicates, 500U);
  }
};

TEST_F(TroubledLedger, RefusesWhatDoesNotFitTheLogAndGoesOnWhenThereIsRoom) { fill_up_and_recover({}, 1 << 20); }

TEST_F(TroubledLedger, SurvivesACheckpointForWhichThereIsNoRoom) {
  fill_up_and_recover({.log_limit_kib = 256}, 600 << 10);
}

TEST_F(TroubledLedger, NamesTheProcessThatHoldsTheFile) {
  ChildProcess holder({HABITUE_LEDGER_WRITER, file_.string(), "hold"});
  ASSERT_EQ(holder.line(), "open");
  const auto refused = Ledger::open(file_);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::Conflict);
  EXPECT_THAT(refused.error().message, HasSubstr("another process holds the ledger"));
  EXPECT_THAT(refused.error().message, HasSubstr(std::to_string(holder.id())));
  holder.kill();
  EXPECT_TRUE(Ledger::open(file_));
}

TEST_F(TroubledLedger, IsRefusedWhenANewerVersionWroteIt) {
  open()->append({track("a")}).value();
  {
    const auto database = open_database(file_);
    ASSERT_TRUE(run(*connect(*database), "UPDATE meta SET value = '99' WHERE key = 'schema_version'"));
  }
  const auto refused = Ledger::open(file_);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::Conflict);
  EXPECT_THAT(refused.error().message, HasSubstr("a newer version of Habitué wrote the ledger (schema 99"));
}

TEST_F(TroubledLedger, IsRefusedWhenItIsNoLedger) {
  std::ofstream(file_) << std::string(100'000, 'x');
  auto refused = Ledger::open(file_);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::Corrupt) << refused.error().message;
  std::filesystem::remove(file_);
  ASSERT_TRUE(run(*connect(*open_database(file_)), "CREATE TABLE cats (name VARCHAR); CHECKPOINT"));
  refused = Ledger::open(file_);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::Corrupt);
  EXPECT_THAT(refused.error().message, HasSubstr("no tables `meta` and `events`"));
  refused = Ledger::open(folder_ / "absent" / "ledger.duckdb");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::Unavailable) << refused.error().message;
  EXPECT_EQ(Ledger::open(folder_ / "absent.duckdb", {.read_only = true}).error().kind, ErrorKind::NotFound);
}

TEST_F(TroubledLedger, DamageIsSaidAndNeverServedAsData) {
  {
    const auto ledger = open();
    for (int number = 0; number < 40; ++number) ASSERT_TRUE(ledger->append(batch(number)));
  }
  const auto size = std::filesystem::file_size(file_);
  const std::filesystem::path copy = folder_ / "copy.duckdb";
  int refused = 0;
  for (std::uint64_t place = 5'000; place < size; place += size / 12) {
    std::filesystem::copy_file(file_, copy, std::filesystem::copy_options::overwrite_existing);
    std::filesystem::remove(copy.string() + ".wal");
    std::fstream stream(copy, std::ios::binary | std::ios::in | std::ios::out);
    stream.seekp(static_cast<std::streamoff>(place));
    stream << "damage";
    stream.close();
    const auto ledger = Ledger::open(copy);
    std::size_t read = 0;
    const auto scanned = !ledger ? Result<void>(tl::unexpected(ledger.error()))
                                 : (*ledger)->scan(EventSeq(0), [&](std::span<const StoredEvent> events) {
                                     read += events.size();
                                     return true;
                                   });
    if (scanned) {
      EXPECT_EQ(read, 40U * 500U) << "events vanished without a word after damage at " << place;
      continue;
    }
    ++refused;
    EXPECT_EQ(scanned.error().kind, ErrorKind::Corrupt) << scanned.error().message;
  }
  EXPECT_GT(refused, 3);
}

TEST_F(TroubledLedger, OpenForReadingChangesNothing) {
  open()->append({track("a")}).value();
  const auto ledger = open({.read_only = true});
  EXPECT_EQ(all_events(*ledger).size(), 1U);
  EXPECT_EQ(ledger->append({track("b")}).error().kind, ErrorKind::Conflict);
  EXPECT_EQ(ledger->put_setting("name", "1").error().kind, ErrorKind::Conflict);
}

}  // namespace
}  // namespace habitue::ledger
