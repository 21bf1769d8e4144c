// What is put into a ledger comes out of it: whole, in order, once, also after it was closed.
#include "ledger/ledger.hpp"

#include <gmock/gmock.h>

#include <stdexcept>
#include <thread>

#include "ledger_fixture.hpp"

namespace habitue::ledger {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

intake::Event full_event() {
  intake::Event event;
  event.message_id = "m-full";
  event.type = intake::EventType::Alias;
  event.name = "Bestellung für Öl \xF0\x9F\x9B\x92";
  event.at = UtcMicros(std::chrono::microseconds(-62'135'596'800'000'001));  // Before the year 1.
  event.received_at = moment(7);
  event.user_id = "ann";
  event.anonymous_id = "device-1";
  event.previous_id = "old";
  event.group_id = "acme";
  event.properties = R"({"total":12.5,"note":"it's \"quoted\""})";
  event.context = R"({"ip":"10.0.0.1"})";
  event.provenance = intake::Provenance::Inferred;
  event.confidence = 0.25F;
  event.purpose = "analytics";
  return event;
}

void expect_equal(const intake::Event& left, const intake::Event& right) {
  const auto texts = [](const intake::Event& event) {
    return std::vector<std::string>{event.message_id,   event.name,        event.user_id,
                                    event.anonymous_id, event.previous_id, event.group_id,
                                    event.properties,   event.context,     event.purpose};
  };
  EXPECT_EQ(texts(left), texts(right));
  EXPECT_EQ(left.type, right.type);
  EXPECT_EQ(left.at, right.at);
  EXPECT_EQ(left.received_at, right.received_at);
  EXPECT_EQ(left.provenance, right.provenance);
  EXPECT_EQ(left.confidence, right.confidence);
}

std::vector<std::uint64_t> seqs_of(std::span<const StoredEvent> events) {
  std::vector<std::uint64_t> seqs;
  for (const StoredEvent& stored : events) seqs.push_back(stored.seq.value);
  return seqs;
}

TEST_F(LedgerFile, GivesBackEveryFieldAfterReopening) {
  intake::Event bare;
  bare.message_id = "m-bare";
  {
    const auto ledger = open();
    ASSERT_TRUE(ledger->append({full_event(), bare}));
  }
  const auto events = all_events(*open());
  ASSERT_EQ(events.size(), 2U);
  expect_equal(events[0].event, full_event());
  expect_equal(events[1].event, bare);
  EXPECT_THAT(seqs_of(events), ElementsAre(1, 2));
}

TEST_F(LedgerFile, KeepsAnEventOnceHoweverOftenItComes) {
  auto ledger = open();
  const auto first = ledger->append({track("a"), track("b"), track("a")});
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_EQ(first->added, 2U);
  EXPECT_EQ(first->duplicates, 1U);
  EXPECT_EQ(ledger->append({track("b"), track("c")})->duplicates, 1U);
  ledger.reset();
  ledger = open();
  EXPECT_EQ(ledger->append({track("a"), track("b"), track("c"), track("d")})->added, 1U);
  EXPECT_EQ(ledger->event_count(), 4U);
  EXPECT_THAT(seqs_of(all_events(*ledger)), ElementsAre(1, 2, 3, 4));
}

TEST_F(LedgerFile, ScansFromAPlaceAndStopsWhenTold) {
  const auto ledger = open();
  std::vector<intake::Event> events;
  for (int index = 0; index < 5000; ++index) events.push_back(track("m" + std::to_string(index)));
  ASSERT_TRUE(ledger->append(std::move(events)));
  EXPECT_EQ(all_events(*ledger, EventSeq(4990)).size(), 10U);
  std::size_t visits = 0;
  ASSERT_TRUE(ledger->scan(EventSeq(0), [&](std::span<const StoredEvent>) { return ++visits < 2; }));
  EXPECT_EQ(visits, 2U);
}

TEST_F(LedgerFile, ReadsAheadOfWhoScansWithoutLosingTheirPlace) {
  const auto ledger = open();
  std::vector<intake::Event> events;
  for (int index = 0; index < 20'000; ++index) events.push_back(track("m" + std::to_string(index)));
  ASSERT_TRUE(ledger->append(std::move(events)));
  // Slow enough for all batches to be full, in the end too.
  std::uint64_t next = 1;
  ASSERT_TRUE(ledger->scan(EventSeq(0), [&](std::span<const StoredEvent> part) {
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
    for (const StoredEvent& stored : part) {
      EXPECT_EQ(stored.seq.value, next);
      EXPECT_EQ(stored.event.message_id, "m" + std::to_string(next++ - 1));
    }
    return !HasFailure();
  }));
  EXPECT_EQ(next, 20'001U);
  // Whoever gives up in the middle leaves nothing under way.
  EXPECT_THROW(static_cast<void>(ledger->scan(
                   EventSeq(0), [](std::span<const StoredEvent>) -> bool { throw std::runtime_error("no"); })),
               std::runtime_error);
  EXPECT_EQ(all_events(*ledger).size(), 20'000U);
}

TEST_F(LedgerFile, FindsEventsInTheOrderAsked) {
  const auto ledger = open();
  ASSERT_TRUE(ledger->append({track("a"), track("b"), track("c")}));
  const std::vector<EventSeq> asked = {EventSeq(3), EventSeq(9), EventSeq(1)};
  const auto found = ledger->find(asked);
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_THAT(seqs_of(*found), ElementsAre(3, 1));
}

TEST_F(LedgerFile, TellsObserversWhatIsDurableWithoutRepetitions) {
  const auto ledger = open();
  std::vector<std::string> seen;
  ledger->observe([&](std::span<const StoredEvent> events) {
    for (const StoredEvent& stored : events) seen.push_back(stored.event.message_id);
  });
  ASSERT_TRUE(ledger->append({track("a"), track("a"), track("b")}));
  ASSERT_TRUE(ledger->append({track("b")}));
  EXPECT_THAT(seen, ElementsAre("a", "b"));
}

TEST_F(LedgerFile, RepairsTextThatIsNotUtf8AndRefusesAnEventWithoutId) {
  const auto ledger = open();
  intake::Event broken = track("broken");
  broken.name = "caf\xE9";
  ASSERT_TRUE(ledger->append({broken}));
  EXPECT_EQ(all_events(*ledger)[0].event.name, "caf\xEF\xBF\xBD");
  const auto refused = ledger->append({track("")});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::InvalidInput);
}

}  // namespace
}  // namespace habitue::ledger
