// What a reader sees of journeys: order, borders in time, cells and their types.
#include "journey/journey.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "journey/journey_builder.hpp"

namespace habitue::journey {
namespace {

UtcMicros moment(std::string_view text) { return building::sure(parse_moment(text, Zone::utc())); }

std::vector<std::string> story_of(const Snapshot& snapshot, Journey journey) {
  std::vector<std::string> story;
  for (const Event& event : journey)
    story.push_back(snapshot.kinds()[event.kind.value] + " " + format_moment(event.at).substr(0, 10));
  return story;
}

const BuiltJourneys& shop() {
  static const BuiltJourneys built = build_journeys({
      {"bob", "Order Completed", "2011-03-02", R"({"total":12.5,"currency":"GBP","gift":true})"},
      {"ann", "Order Completed", "2011-01-05", R"({"total":10,"currency":"GBP","coupon":null,"items":[1,2]})"},
      {"ann", "$identify", "2011-01-04", R"({"country":"GB","address":{"city":"Leeds","geo":{"lat":53.8}}})"},
      {"", "Order Completed", "2011-01-06", R"({"total":3})"},
      {"ann", "$page Pricing", "2011-01-05", R"({"url":"/pricing"})", "acme",
       R"({"campaign":{"source":"press"},"userAgentData":{"mobile":false},"library":{"name":"js"},"ip":"1.2.3.4"})"},
      {"ann", "Order Refunded", "2011-02-01", R"({"total":"10.50","currency":7})"},
  });
  return built;
}

TEST(Journey, IsInOrderOfTimeThenArrivalWhateverTheOrderOfArrival) {
  EXPECT_EQ(story_of(*shop().snapshot, shop().of("ann")),
            (std::vector<std::string>{"$identify 2011-01-04", "Order Completed 2011-01-05", "$page 2011-01-05",
                                      "Order Refunded 2011-02-01"}));
}

TEST(Journey, EndsWithTheLastEventAtOrBeforeTheMomentAsked) {
  const Journey ann = shop().of("ann");
  EXPECT_EQ(ann.until(moment("2011-01-03")).size(), 0U);
  EXPECT_EQ(ann.until(moment("2011-01-05")).size(), 3U);
  EXPECT_EQ(ann.until(kEnd).size(), 4U);
  EXPECT_EQ(ann.since(moment("2011-01-05")).size(), 3U);
  EXPECT_EQ(ann.since(kEnd).size(), 0U);
  EXPECT_EQ(Journey{}.until(kEnd).since(kBeginning).size(), 0U);
}

TEST(Journey, OfNobodyIsApartAndNotCountedAsAPerson) {
  EXPECT_EQ(shop().snapshot->person_count(), 2U);
  EXPECT_EQ(shop().snapshot->event_count(), 6U);
  EXPECT_EQ(shop().snapshot->nobody().size(), 1U);
  std::vector<PersonId> visited;
  shop().snapshot->for_each_journey([&](Journey journey) { visited.push_back(journey.person()); });
  EXPECT_EQ(visited, (std::vector{PersonId{1}, PersonId{2}}));
}

TEST(Property, ReadsByPathAcrossKindsWithTheTypeThatWasSent) {
  const Snapshot& snapshot = *shop().snapshot;
  const Property total = snapshot.find_property("total").value();
  const Property currency = snapshot.find_property("currency").value();
  const Journey ann = shop().of("ann");
  EXPECT_EQ(total.number(ann[1]), 10.0);
  EXPECT_EQ(total.number(ann[3]), 10.5);  // Sent as text.
  EXPECT_EQ(total.text(ann[3]), "10.50");
  EXPECT_EQ(total.text(ann[1]), std::nullopt);
  EXPECT_EQ(total.at(ann[0]).type, Value::Type::Missing);
  EXPECT_EQ(currency.text(ann[1]), "GBP");
  EXPECT_EQ(currency.at(ann[3]).number, 7.0);
  EXPECT_TRUE(snapshot.find_property("gift")->at(shop().of("bob")[0]).boolean);
  EXPECT_EQ(snapshot.find_property("address.city")->text(ann[0]), "Leeds");
  EXPECT_EQ(snapshot.find_property("address.geo.lat")->number(ann[0]), 53.8);
  EXPECT_EQ(snapshot.find_property("name")->text(ann[2]), "Pricing");
  EXPECT_EQ(snapshot.find_property("$group_id")->text(ann[2]), "acme");
  EXPECT_EQ(snapshot.find_property("$context.campaign.source")->text(ann[2]), "press");
  EXPECT_EQ(snapshot.find_property("$context.ip")->text(ann[2]), "1.2.3.4");
  for (const char* absent :
       {"coupon", "items", "$context.library.name", "$context.userAgentData.mobile", "$provenance"})
    EXPECT_EQ(snapshot.find_property(absent), std::nullopt) << absent;
}

TEST(Property, KnowsItsFrequentTexts) {
  using Counted = std::vector<std::pair<std::string, std::uint64_t>>;
  const Snapshot& snapshot = *shop().snapshot;
  EXPECT_EQ(snapshot.frequent_values(*snapshot.find_property("currency"), 5), (Counted{{"GBP", 2}}));
  EXPECT_EQ(snapshot.frequent_values(*snapshot.find_property("total"), 5), (Counted{{"10.50", 1}}));
  EXPECT_EQ(snapshot.frequent_values(Property{}, 5), Counted{});
}

TEST(Snapshot, CountsKindsAndNamesTheNearestWhenAskedForAnother) {
  const Snapshot& snapshot = *shop().snapshot;
  const std::vector<std::string> asked = {"Order Completed", "$page"};
  const auto kinds = snapshot.find_kinds(asked);
  ASSERT_TRUE(kinds);
  EXPECT_EQ(snapshot.count_of((*kinds)[0]), 3U);
  EXPECT_EQ(snapshot.count_of((*kinds)[1]), 1U);
  const std::vector<std::string> misspelt = {"Order Complete"};
  const auto missing = snapshot.find_kinds(misspelt);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().kind, ErrorKind::NotFound);
  EXPECT_NE(missing.error().message.find("Order Completed"), std::string::npos);
}

// Rows are gathered some thousands at a time: journeys that go over such a border, and over several.
TEST(Snapshot, SelectsTheEventsOfKindsInJourneysOfAnyLength) {
  std::vector<Said> story;
  for (const auto& [who, events] :
       {std::pair{"ann", 9'000}, std::pair{"bob", 1}, std::pair{"cid", 4'090}, std::pair{"dan", 7}})
    for (int event = 0; event < events; ++event)
      story.push_back({who,
                       event % 7 == 0   ? "Order Completed"
                       : event % 2 == 0 ? "Page Viewed"
                                        : "Searched",
                       format_day(*parse_day("2024-01-01") + std::chrono::days{event / 60}) +
                           fmt::format(" 00:{:02}", event % 60)});
  const auto built = build_journeys(story);
  for (const std::vector<std::string>& names :
       {std::vector<std::string>{"Order Completed"}, {"Page Viewed", "Searched"}, {"Order Completed", "Searched"}}) {
    std::vector<std::uint8_t> wanted(built.snapshot->kinds().size());
    for (const std::string& name : names) wanted[built.snapshot->find_kind(name)->value] = 1;
    std::vector<std::uint64_t> plain, selected;
    built.snapshot->for_each_journey([&](Journey journey) {
      for (const Event event : journey)
        if (wanted[event.kind.value] != 0) plain.push_back(built.snapshot->seq_of(event).value);
    });
    built.snapshot->for_each_selection(0, 1, wanted, [&](const SelectionBlock& block) {
      for (const SelectionBlock::Of& of : block.people) {
        const Selection selection = block.selection(of);
        for (std::size_t place = 0; place < selection.size(); ++place) {
          selected.push_back(built.snapshot->seq_of(selection[place]).value);
          EXPECT_LE(block.journey(of)[0].at, selection[place].at);
        }
      }
    });
    EXPECT_EQ(selected, plain) << names.front();
  }
}

}  // namespace
}  // namespace habitue::journey
