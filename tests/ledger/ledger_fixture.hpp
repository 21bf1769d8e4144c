// A ledger in a folder of its own, gone at the end, and events to put into it.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <unistd.h>

#include "ledger/ledger.hpp"

namespace habitue::ledger {

inline UtcMicros moment(std::int64_t seconds) { return UtcMicros(std::chrono::seconds(1'700'000'000 + seconds)); }

inline intake::Event track(const std::string& message_id, const std::string& user_id = "ann",
                           std::int64_t seconds = 0) {
  intake::Event event;
  event.message_id = message_id;
  event.name = "Page Viewed";
  event.at = event.received_at = moment(seconds);
  event.user_id = user_id;
  return event;
}

inline std::vector<StoredEvent> all_events(const Ledger& ledger, EventSeq after = EventSeq(0)) {
  std::vector<StoredEvent> events;
  const auto scanned = ledger.scan(after, [&](std::span<const StoredEvent> part) {
    events.insert(events.end(), part.begin(), part.end());
    return true;
  });
  EXPECT_TRUE(scanned) << scanned.error().message;
  return events;
}

class LedgerFile : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "habitue_ledger_XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    file_ = folder_ / "ledger.duckdb";
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::unique_ptr<Ledger> open(const Options& options = {}) const {
    auto ledger = Ledger::open(file_, options);
    EXPECT_TRUE(ledger) << ledger.error().message;
    return ledger ? std::move(*ledger) : nullptr;
  }

  std::filesystem::path folder_, file_;
};

}  // namespace habitue::ledger
