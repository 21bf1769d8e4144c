// What becomes of an event's JSON, also when it is hostile: the index keeps what it can and stays within its limits.
#include "journey/event_reader.hpp"

#include <gtest/gtest.h>

#include "journey/journey_builder.hpp"

namespace habitue::journey {
namespace {

struct Read {
  BuiltJourneys built;
  Value of(std::string_view name) const {
    const auto property = built.snapshot->find_property(name);
    return property ? property->at(built.of("ann")[0]) : Value{};
  }
};

Read read(std::string properties, std::string what = "Order Completed", std::string context = "{}") {
  return {build_journeys({{"ann", std::move(what), "2011-01-05", std::move(properties), "", std::move(context)}})};
}

TEST(EventReader, TakesTheLastWordWhenAKeyComesTwice) {
  EXPECT_EQ(read(R"({"a":1,"a":"two"})").of("a").text, "two");
  EXPECT_EQ(read(R"({"a":1,"a":null})").of("a").type, Value::Type::Missing);
  EXPECT_EQ(read(R"({"a":{"b":1},"a.b":2})").of("a.b").number, 2);
}

TEST(EventReader, KeepsTheEventWhenItsJsonCannotBeRead) {
  for (const char* broken : {"", "{", "[1]", "null", R"({"a":1)", "{\"a\":\"\xFF\"}", R"({"a":1e999})"}) {
    const Read event = read(broken);
    EXPECT_EQ(event.built.of("ann").size(), 1U) << broken;
    EXPECT_EQ(event.of("a").type, Value::Type::Missing) << broken;
  }
}

TEST(EventReader, ReadsNumbersAsDoublesHoweverLong) {
  EXPECT_EQ(read(R"({"a":18446744073709551615})").of("a").number, 18446744073709551615.0);
  const Read event = read(R"({"a":123456789012345678901234567890,"b":"kept"})");
  EXPECT_EQ(event.of("a").number, 123456789012345678901234567890.0);
  EXPECT_EQ(event.of("b").text, "kept");
  EXPECT_EQ(read(R"({"a":-0.0})").of("a").number, 0);
}

TEST(EventReader, CutsLongTextsAtTheBorderOfACharacter) {
  std::string euros;
  for (int count = 0; count < 500; ++count) euros += "€";
  const Read event = read("{\"a\":\"" + euros + "\"}");
  EXPECT_EQ(event.of("a").text, euros.substr(0, kTextBytesMax / 3 * 3));
}

TEST(EventReader, FollowsNestingOnlySoDeep) {
  std::string deep = R"({"kept":1,"d":)";
  for (int depth = 0; depth < 100; ++depth) deep += R"({"d":)";
  deep += "1" + std::string(100, '}') + "}";
  const Read event = read(deep);
  EXPECT_EQ(event.of("kept").number, 1);
  EXPECT_EQ(event.built.snapshot->property_names().size(), 1U);
}

TEST(EventReader, LeavesNamesBeyondTheLimitToTheLedger) {
  std::vector<Said> story;
  for (int event = 0; event < 50; ++event) {
    std::string properties = R"({"known":1)";
    for (int name = 0; name < 100; ++name) properties += ",\"n" + std::to_string(event * 100 + name) + "\":1";
    story.push_back({"ann", "Order Completed", "2011-01-05", properties + "}"});
  }
  const BuiltJourneys built = build_journeys(story);
  EXPECT_EQ(built.snapshot->property_names().size(), kPropertiesMax);
  const Property known = *built.snapshot->find_property("known");
  for (const Event& event : built.of("ann")) EXPECT_EQ(known.number(event), 1);
  EXPECT_EQ(read("{\"" + std::string(300, 'x') + "\":1}").built.snapshot->property_names().size(), 0U);
}

TEST(EventReader, CountsKindsBeyondTheLimitAsOther) {
  std::vector<Said> story;
  story.reserve(kKindsMax + 10);
  for (std::size_t kind = 0; kind < kKindsMax + 10; ++kind)
    story.push_back({"ann", "kind " + std::to_string(kind), "2011-01-05"});
  const BuiltJourneys built = build_journeys(story);
  EXPECT_EQ(built.snapshot->kinds().size(), kKindsMax + 1);
  EXPECT_EQ(built.snapshot->count_of(*built.snapshot->find_kind(kOtherKind)), 10U);
  EXPECT_EQ(built.snapshot->count_of(*built.snapshot->find_kind("kind 65534")), 1U);
}

TEST(EventReader, LetsNobodyPassATrackEventForAnotherCallNorForgeWhatTheIndexSays) {
  ledger::StoredEvent stored;
  stored.seq = EventSeq{1};
  stored.event.name = "$identify";
  stored.event.properties = R"({"$group_id":"theirs","$provenance":"given","$context.ip":"1.1.1.1","plan":"gold"})";
  const FreshEvent fresh{kNoOrigin, &stored};
  const std::unique_ptr<Index> index = Index::create();
  ASSERT_TRUE(index->apply({{&fresh, 1}, {}, {}, EventSeq{1}}));
  EXPECT_EQ(index->snapshot()->find_kind(kIdentifyKind), std::nullopt);
  EXPECT_NE(index->snapshot()->find_kind("track:$identify"), std::nullopt);
  EXPECT_EQ(index->snapshot()->property_names(), std::vector<std::string>{"plan"});
}

TEST(EventReader, TellsHowAnEventIsKnownUnlessItWasSeen) {
  ledger::StoredEvent stored;
  stored.seq = EventSeq{1};
  stored.event.provenance = intake::Provenance::Heard;
  const FreshEvent fresh{kNoOrigin, &stored};
  const std::unique_ptr<Index> index = Index::create();
  ASSERT_TRUE(index->apply({{&fresh, 1}, {}, {}, EventSeq{1}}));
  const auto snapshot = index->snapshot();
  EXPECT_EQ(snapshot->find_property(kProvenanceProperty)->text(snapshot->nobody()[0]), "heard");
}

}  // namespace
}  // namespace habitue::journey
