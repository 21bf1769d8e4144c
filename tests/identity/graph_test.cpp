// Who is one person with whom, and what a person may undo.
#include <gmock/gmock.h>

#include "graph_events.hpp"

namespace habitue::identity {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::UnorderedElementsAre;

TEST(Graph, GivesAnEventToItsUserIdElseItsDeviceElseItsEmailElseNobody) {
  Story story;
  const auto by_user = story.track("ann", "d1").origin;
  const auto by_device = story.track("", "d1").origin;
  const auto by_email = story.identify("", "", "Zoe@Example.org ").origin;
  EXPECT_EQ(story.graph->find(user("ann")), story.graph->person_of(by_user));
  EXPECT_NE(by_user, by_device);
  EXPECT_EQ(story.graph->person_of(by_user), story.graph->person_of(by_device));
  EXPECT_THAT(story.graph->identifiers_of(story.graph->person_of(by_email)), SizeIs(1));
  EXPECT_TRUE(story.graph->find(email("zoe@example.org")));
  EXPECT_EQ(story.track("", "").origin, kNoOrigin);
}

TEST(Graph, IdentifyJoinsADeviceAndTellsWhoMoved) {
  Story story;
  const OriginId visitor = story.track("", "d1").origin;
  const Applied applied = story.identify("ann", "d1");
  ASSERT_THAT(applied.moved, SizeIs(1));  // The new origin itself: the device's person keeps its name.
  EXPECT_EQ(applied.moved[0].origin, applied.origin);
  EXPECT_EQ(applied.moved[0].person, PersonId(visitor.value));
  EXPECT_THAT(story.track("ann", "d1").moved, IsEmpty());
}

TEST(Graph, NeverJoinsTwoUserIdsThroughADevice) {
  Story story;
  story.track("ann", "tablet");
  story.track("bob", "tablet");
  EXPECT_EQ(people_of(*story.graph), (std::set<Person>{{"user ann", "device tablet"}, {"user bob"}}));
}

TEST(Graph, GivesADeviceToWhoeverUsedItFirstAlsoWhenThatIsLearntLate) {
  Story story;
  story.track("bob", "tablet", at_second(100));
  const OriginId device_origin = story.track("", "tablet").origin;
  const Applied late = story.track("ann", "tablet", at_second(50));
  EXPECT_EQ(people_of(*story.graph), (std::set<Person>{{"user ann", "device tablet"}, {"user bob"}}));
  EXPECT_THAT(late.moved, SizeIs(2));
  EXPECT_EQ(story.graph->person_of(device_origin), story.graph->person_of(late.origin));
}

TEST(Graph, ADeviceOfTooManyUserIdsBelongsToNobody) {
  Story story;
  for (const char* name : {"ann", "bob", "cyd"}) story.track(name, "kiosk");
  EXPECT_EQ(story.graph->find(device("kiosk")), story.graph->find(user("ann")));
  story.track("dan", "kiosk");
  EXPECT_EQ(people_of(*story.graph),
            (std::set<Person>{{"user ann"}, {"user bob"}, {"user cyd"}, {"user dan"}, {"device kiosk"}}));
  const auto links = story.graph->links_of(*story.graph->find(user("ann")));
  ASSERT_THAT(links, SizeIs(1));
  EXPECT_FALSE(links[0].active);
  EXPECT_THAT(links[0].held_back, HasSubstr("shared device: 4 user ids"));
}

TEST(Graph, WhatBrokenClientsSendIsNoIdentifier) {
  Story story;
  for (const std::string& value : std::vector<std::string>{"null", " Undefined ", "", "   ", "0", "[object Object]",
                                                           "NaN", std::string(513, 'x'), std::string("a\0b", 3)}) {
    story.track("ann", value);
    story.track("bob", value);
    story.track(value, "");
  }
  EXPECT_EQ(people_of(*story.graph), (std::set<Person>{{"user ann"}, {"user bob"}}));
}

TEST(Graph, ASharedEmailJoinsUserIdsUntilItIsFiftyPeoples) {
  Story story;
  story.identify("ann", "", "family@example.org");
  story.identify("ann@work", "", " FAMILY@example.org");
  EXPECT_EQ(people_of(*story.graph), (std::set<Person>{{"user ann", "user ann@work", "email family@example.org"}}));
  for (int index = 0; index < 50; ++index) story.identify("u" + std::to_string(index), "", "family@example.org");
  EXPECT_EQ(story.graph->person_count(), 53U);
  const auto links = story.graph->links_of(*story.graph->find(user("ann")));
  ASSERT_THAT(links, SizeIs(1));
  EXPECT_EQ(links[0].reason, LinkReason::SharedEmail);
  EXPECT_THAT(links[0].held_back, HasSubstr("52 user ids gave this email"));
}

intake::Event event_with(const std::string& user_id, const std::string& anonymous_id, const std::string& externals) {
  intake::Event event;
  event.user_id = user_id;
  event.anonymous_id = anonymous_id;
  event.context = R"({"externalIds":[)" + externals + "]}";
  return event;
}

TEST(Graph, AnExternalIdJoinsUserIdsUntilItIsEverybodys) {
  constexpr const char* kTill = R"({"type":"CRM","id":"4711","collection":"users","encoding":"none"})";
  Story story;
  story.apply(event_with("ann", "", kTill));
  const Applied joined = story.apply(event_with("ann2", "", kTill));
  EXPECT_EQ(people_of(*story.graph), (std::set<Person>{{"user ann", "user ann2", "external crm:4711"}}));
  const auto links = story.graph->links_of(story.graph->person_of(joined.origin));
  ASSERT_THAT(links, SizeIs(2));
  EXPECT_EQ(links[0].reason, LinkReason::SharedExternalId);
  story.apply(*story.graph->sever(external("crm:4711"), user("ann2"), "maya", at_second(9)));
  EXPECT_EQ(people_of(*story.graph), (std::set<Person>{{"user ann", "external crm:4711"}, {"user ann2"}}));
  for (int number = 0; number < 6; ++number) story.apply(event_with("u" + std::to_string(number), "", kTill));
  EXPECT_EQ(story.graph->identifiers_of(*story.graph->find(external("crm:4711"))).size(), 1U);
}

TEST(Graph, AnExternalIdBridgesADeviceAndTheUserWhoCameLater) {
  constexpr const char* kTill = R"({"type":"crm","id":"7"})";
  Story story;
  story.apply(event_with("", "d1", kTill));
  story.apply(event_with("ann", "", kTill));
  EXPECT_EQ(people_of(*story.graph), (std::set<Person>{{"user ann", "device d1", "external crm:7"}}));
}

TEST(Graph, TakesNoExternalIdOfAccountsNorWhatIsNone) {
  Story story;
  story.apply(event_with("ann", "",
                         R"({"type":"crm","id":"1","collection":"accounts"},{"type":"crm","id":"null"},)"
                         R"({"type":"","id":"3"},{"id":"4"},{"type":"crm","id":5},"crm:6",null)"));
  EXPECT_EQ(people_of(*story.graph), (std::set<Person>{{"user ann"}}));
}

TEST(Graph, MergingOnEmailCanBeTurnedOff) {
  Rules rules;
  rules.merge_on_email = false;
  Story story(rules);
  story.identify("ann", "", "family@example.org");
  EXPECT_EQ(story.graph->person_count(), 1U);
  story.identify("bob", "", "family@example.org");
  EXPECT_NE(story.graph->find(user("ann")), story.graph->find(user("bob")));
}

TEST(Graph, AliasesChainAndCircle) {
  Story story;
  story.track("a");
  story.alias("a", "b");
  story.alias("b", "c");
  EXPECT_EQ(people_of(*story.graph), (std::set<Person>{{"user a", "user b", "user c"}}));
  story.alias("c", "a");
  story.alias("a", "a");
  EXPECT_EQ(people_of(*story.graph), (std::set<Person>{{"user a", "user b", "user c"}}));
  // In the circle one link may go and they are still one.
  story.apply(story.graph->sever(user("a"), user("b"), "maya", at_second(9)));
  EXPECT_EQ(story.graph->person_count(), 1U);
}

TEST(Graph, AnAliasOfWhatTurnsOutToBeADeviceIsAboutTheDevice) {
  Story story;
  story.alias("d1", "ann");
  EXPECT_EQ(people_of(*story.graph), (std::set<Person>{{"user ann", "user d1"}}));
  story.track("", "d1");
  EXPECT_EQ(people_of(*story.graph), (std::set<Person>{{"user ann", "device d1"}}));
  EXPECT_FALSE(story.graph->find(user("d1")));
  // And a device that many alias joins nobody.
  for (const char* name : {"bob", "cyd", "dan"}) story.alias("d1", name);
  EXPECT_EQ(story.graph->person_count(), 5U);
}

TEST(Graph, ASeveredLinkGivesBackExactlyWhoTheyWere) {
  Story story;
  story.identify("ann", "d1", "ann@example.org");
  story.identify("bob", "d2", "bob@example.org");
  const auto before = people_of(*story.graph);
  story.alias("ann", "bob");
  EXPECT_EQ(story.graph->person_count(), 1U);
  const Applied severed = story.apply(story.graph->sever(user("bob"), user("ann"), "maya", at_second(60)));
  EXPECT_EQ(people_of(*story.graph), before);
  EXPECT_THAT(severed.moved, SizeIs(3));
  EXPECT_EQ(severed.origin, kNoOrigin);
  // Said again, it stays severed; restored by hand, it is back.
  EXPECT_THAT(story.alias("ann", "bob").moved, IsEmpty());
  const auto again = story.graph->sever(user("ann"), user("bob"), "maya", at_second(61));
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().kind, ErrorKind::Conflict);
  story.apply(story.graph->restore(user("ann"), user("bob"), "maya", at_second(62)));
  EXPECT_EQ(story.graph->person_count(), 1U);
  EXPECT_EQ(story.graph->restore(user("ann"), user("bob"), "maya", at_second(63)).error().kind, ErrorKind::Conflict);
  EXPECT_EQ(story.graph->sever(user("ann"), user("zoe"), "maya", at_second(64)).error().kind, ErrorKind::NotFound);
}

TEST(Graph, APersonMayJoinWhatAGuardHoldsBack) {
  Story story;
  for (const char* name : {"ann", "bob", "cyd", "dan"}) story.track(name, "kiosk");
  story.apply(story.graph->restore(device("kiosk"), user("cyd"), "maya", at_second(60)));
  EXPECT_EQ(story.graph->find(device("kiosk")), story.graph->find(user("cyd")));
  EXPECT_EQ(story.graph->person_count(), 4U);
}

TEST(Graph, NoEventThatNamesSomebodyDecides) {
  Story story;
  story.identify("ann", "d1");
  auto forged = story.graph->sever(user("ann"), device("d1"), "mallory", at_second(9));
  forged->anonymous_id = "d9";
  story.apply(forged);
  EXPECT_EQ(story.graph->find(user("ann")), story.graph->find(device("d1")));
}

TEST(Graph, OldKeysLeadToTheMergedPerson) {
  Rules rules;
  rules.key_seed = 7;
  Story story(rules);
  const OriginId ann = story.track("ann").origin, bob = story.track("bob").origin;
  const PersonKey key_of_ann = story.graph->key_of(PersonId(ann.value)),
                  key_of_bob = story.graph->key_of(PersonId(bob.value));
  story.alias("bob", "ann");
  EXPECT_EQ(story.graph->find(key_of_bob), story.graph->find(key_of_ann));
  EXPECT_EQ(story.graph->key_of(*story.graph->find(key_of_bob)), key_of_ann);
  rules.key_seed = 8;
  Story other(rules);
  other.track("ann");
  EXPECT_FALSE(other.graph->find(key_of_ann));
}

TEST(Graph, SearchPutsExactBeforePrefixBeforeInside) {
  Story story;
  const auto joan = story.track("joan").origin, ann = story.track("ANN").origin, anna = story.track("anna").origin;
  const auto jose = story.track("José").origin;
  const auto person = [](OriginId origin) { return PersonId(origin.value); };
  EXPECT_THAT(story.graph->search("an", 10), ElementsAre(person(ann), person(anna), person(joan)));
  EXPECT_THAT(story.graph->search("Ann", 10), ElementsAre(person(ann), person(anna)));
  EXPECT_THAT(story.graph->search("jose", 10), ElementsAre(person(jose)));
  EXPECT_THAT(story.graph->search("a", 1), SizeIs(1));
  EXPECT_THAT(story.graph->search("", 10), IsEmpty());
}

TEST(Graph, ForgetsAPersonAndLetsTheOthersBe) {
  Story story;
  story.identify("ann", "d1", "ann@example.org");
  story.alias("old-ann", "ann");
  story.track("bob", "d1");
  story.track("cyd", "d2");
  const PersonId ann = *story.graph->find(user("ann"));
  const PersonKey key = story.graph->key_of(ann);
  std::vector<Moved> moved;
  EXPECT_THAT(story.graph->forget(ann, &moved), SizeIs(4));
  EXPECT_EQ(people_of(*story.graph), (std::set<Person>{{"user bob"}, {"user cyd", "device d2"}}));
  EXPECT_FALSE(story.graph->find(user("ann")));
  EXPECT_FALSE(story.graph->find(key));
  EXPECT_THAT(story.graph->search("ann", 10), IsEmpty());
  EXPECT_EQ(story.graph->person_of(OriginId(1)), kNobody);
  // Somebody of the same name who comes later is somebody new.
  EXPECT_GT(story.track("ann").origin.value, 6U);
}

}  // namespace
}  // namespace habitue::identity
