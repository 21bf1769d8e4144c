// Imports, settings and erasure: what stands beside the events and what takes events away.
#include <fstream>
#include <iterator>

#include <gmock/gmock.h>

#include "ledger_fixture.hpp"

namespace habitue::ledger {
namespace {

using testing::ElementsAre;
using testing::Pair;

ImportRecord record_of(const std::string& file_name) {
  ImportRecord record;
  record.file_name = file_name;
  record.file_fingerprint = 0xFEDCBA9876543210;
  record.file_bytes = 12;
  record.mapping = R"({"shape":"order_line"})";
  record.started_at = moment(5);
  return record;
}

std::vector<std::string> message_ids(const Ledger& ledger) {
  std::vector<std::string> ids;
  for (const StoredEvent& stored : all_events(ledger)) ids.push_back(stored.event.message_id);
  return ids;
}

TEST_F(LedgerFile, KeepsAnImportsPlaceWithItsEvents) {
  {
    const auto ledger = open();
    const auto started = ledger->start_import(record_of("orders.csv"));
    ASSERT_TRUE(started) << started.error().message;
    EXPECT_EQ(started->id, 1U);
    ASSERT_TRUE(ledger->append_import({track("a"), track("b")}, {1, "line 3", 2, 1, false}));
    ASSERT_TRUE(ledger->append_import({track("b"), track("c")}, {1, "line 5", 4, 1, false}));
    ASSERT_TRUE(
        ledger->append_import({}, {1, "line 6", 5, 2, true}));  // Only rejected rows: the place moves all the same.
  }
  const auto ledger = open();
  const auto imports = ledger->imports();
  ASSERT_TRUE(imports);
  ASSERT_EQ(imports->size(), 1U);
  const ImportRecord& import = imports->front();
  EXPECT_EQ(import.file_name, "orders.csv");
  EXPECT_EQ(import.file_fingerprint, 0xFEDCBA9876543210);
  EXPECT_EQ(import.mapping, R"({"shape":"order_line"})");
  EXPECT_EQ(import.started_at, moment(5));
  EXPECT_EQ(import.position, "line 6");
  EXPECT_EQ(import.state, "finished");
  EXPECT_EQ(import.rows_done, 5U);
  EXPECT_EQ(import.rows_rejected, 2U);
  EXPECT_EQ(import.events_added, 3U);
  EXPECT_EQ(import.events_duplicate, 1U);
  EXPECT_TRUE(import.ended_at);
  ASSERT_TRUE(ledger->end_import(1, "finished", R"({"rows":5})"));
  EXPECT_EQ(ledger->imports()->front().report, R"({"rows":5})");
}

TEST_F(LedgerFile, AnImportThatWasNeverBegunKeepsNothing) {
  const auto ledger = open();
  const auto refused = ledger->append_import({track("a")}, {7, "", 1, 0, false});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::NotFound);
  EXPECT_EQ(ledger->event_count(), 0U);
  EXPECT_EQ(ledger->append({track("a")})->added, 1U);
}

TEST_F(LedgerFile, UndoesAnImportAndTakesItAgain) {
  auto ledger = open();
  ASSERT_TRUE(ledger->append({track("own")}));
  ASSERT_TRUE(ledger->start_import(record_of("orders.csv")));
  std::vector<intake::Event> events;
  for (int place = 0; place < 3'000; ++place) events.push_back(track("i" + std::to_string(place)));
  ASSERT_TRUE(ledger->append_import(events, {1, "end", 3'000, 0, true}));
  const auto undone = ledger->undo_import(1);
  ASSERT_TRUE(undone) << undone.error().message;
  EXPECT_EQ(*undone, 3'000U);
  EXPECT_THAT(message_ids(*ledger), ElementsAre("own"));
  EXPECT_EQ(ledger->imports()->front().state, "undone");
  EXPECT_EQ(ledger->undo_import(1).error().kind, ErrorKind::Conflict);
  EXPECT_EQ(ledger->undo_import(2).error().kind, ErrorKind::NotFound);
  EXPECT_EQ(ledger->append_import({track("late")}, {1, "", 1, 0, false}).error().kind, ErrorKind::NotFound);
  ledger.reset();

  // Places are not given twice, and the same events are new again.
  ledger = open();
  EXPECT_EQ(ledger->event_count(), 1U);
  EXPECT_EQ(ledger->last().value, 3'001U);
  EXPECT_EQ(ledger->start_import(record_of("orders.csv"))->id, 2U);
  EXPECT_EQ(ledger->append_import(events, {2, "end", 3'000, 0, true})->added, 3'000U);
  EXPECT_EQ(all_events(*ledger).back().seq.value, 6'001U);
}

TEST_F(LedgerFile, ErasesEventsSoThatNoFileHoldsThemAnyMore) {
  auto ledger = open();
  const auto secret = [](const std::string& what, int place) {
    return what + "-unforgettable-" + std::to_string(place);
  };
  std::vector<intake::Event> events;
  std::vector<EventSeq> of_maria;
  for (int place = 0; place < 20'000; ++place) {
    intake::Event event = track("m" + std::to_string(place), "user" + std::to_string(place % 700));
    if (place % 1'000 == 500) {
      event.message_id = secret("message", place);
      event.name = secret("name", place);
      event.user_id = event.anonymous_id = event.previous_id = event.group_id = secret("maria", place);
      event.properties = "{\"note\":\"" + secret("properties", place) + "\"}";
      event.context = "{\"ip\":\"" + secret("context", place) + "\"}";
      event.purpose = secret("purpose", place);
      of_maria.emplace_back(static_cast<std::uint64_t>(place) + 1);
    }
    events.push_back(event);
  }
  ASSERT_TRUE(ledger->append(std::move(events)));
  const auto files_hold = [&](const std::string& words) {
    std::size_t hits = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder_)) {
      std::ifstream stream(entry.path(), std::ios::binary);
      const std::string bytes{std::istreambuf_iterator<char>(stream), {}};
      for (std::size_t at = bytes.find(words); at != std::string::npos; at = bytes.find(words, at + 1)) ++hits;
    }
    return hits;
  };
  ledger.reset();
  ASSERT_GT(files_hold("unforgettable"), 0U) << "nothing to erase: the texts are compressed beyond recognition";

  ledger = open();
  constexpr std::string_view kColumns =
      "SELECT table_name, column_name, data_type, is_nullable FROM duckdb_columns()"
      " WHERE database_name = 'ledger' ORDER BY ALL";
  const auto columns = ledger->query(kColumns, 100)->rows;
  const auto erased = ledger->erase(of_maria);
  ASSERT_TRUE(erased) << erased.error().message;
  EXPECT_EQ(*erased, 20U);
  EXPECT_EQ(ledger->event_count(), 19'980U);
  EXPECT_EQ(all_events(*ledger).size(), 19'980U);
  ledger.reset();
  EXPECT_EQ(files_hold("unforgettable"), 0U);
  EXPECT_EQ(files_hold("maria"), 0U);
  ledger = open();
  EXPECT_EQ(all_events(*ledger).size(), 19'980U);
  EXPECT_EQ(ledger->query(kColumns, 100)->rows, columns);
  EXPECT_EQ(ledger->append({track(secret("message", 500))})->added, 1U);
}

TEST_F(LedgerFile, KeepsSettingsByName) {
  {
    const auto ledger = open();
    ASSERT_TRUE(ledger->put_setting("key/1", R"("one")"));
    ASSERT_TRUE(ledger->put_setting("key/2", "2"));
    ASSERT_TRUE(ledger->put_setting("mapping/a", "{}"));
    ASSERT_TRUE(ledger->put_setting("key/2", "[2]"));
  }
  const auto ledger = open();
  EXPECT_EQ(*ledger->setting("key/2"), "[2]");
  EXPECT_EQ(*ledger->setting("key/"), std::nullopt);
  EXPECT_THAT(*ledger->settings("key/"), ElementsAre(Pair("key/1", R"("one")"), Pair("key/2", "[2]")));
}

}  // namespace
}  // namespace habitue::ledger
