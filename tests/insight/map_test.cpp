// The map: a story counted by hand, a naive second way on random companies, what is known of the past, and what is refused.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "insight/map/map.hpp"
#include "random_world.hpp"
#include "scale.hpp"

namespace habitue::insight {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

config::Business shop() {
  config::Business business = business_of(kSteps);
  business.value_classes = {{"some", 0.01}, {"much", 100}};
  business.relations = {{"advocate", rule("did Invite Sent in last 365 days")},
                        {"regular", rule("did Order Completed in last 90 days")},
                        {"silent", rule("everyone")}};
  return business;
}

Deed order(std::string who, std::string_view when, int cents) {
  static int number = 0;
  return {std::move(who), "Order Completed", at(when), "m" + std::to_string(++number), "", "", cents};
}

std::string text_of(const MapReport& report) {
  std::string text = report.sentence_en;
  for (const MapSquare& of : report.squares)
    text += fmt::format("\n{}/{}: {} {} -> {} {} (+{} -{})", of.place.value_class, of.place.relation, of.before.people,
                        of.before.money_minor, of.now.people, of.now.money_minor, of.came, of.left);
  for (const MapMove& of : report.moves)
    text += fmt::format("\n{}/{} > {}/{}: {} {} {}", of.from.value_class, of.from.relation, of.to.value_class,
                        of.to.relation, of.people, of.before_minor, of.now_minor);
  for (const std::string& warning : report.warnings) text += "\n" + warning;
  return text;
}

TEST(Map, TellsAStoryWithItsMovesAndTheirPeople) {
  Deed refund = order("paid back", "2023-02-01", 5'000);
  const std::string paid_back = refund.order;
  const World world = world_of({order("stays", "2022-12-01", 15'000),
                                order("stays", "2023-12-01", 15'000),
                                order("falls silent", "2022-12-20", 2'000),
                                order("new", "2023-11-20", 3'000),
                                order("grows", "2022-12-24", 4'000),
                                order("grows", "2023-12-24", 40'000),
                                {"grows", "Invite Sent", at("2023-12-25"), "", "", ""},
                                {"looks", "$page", at("2023-01-01"), "", "", ""},
                                refund,
                                {"paid back", "Order Refunded", at("2023-02-10"), paid_back, "", "", 0}},
                               shop());
  Question question;
  question.as_of = at("2023-12-31 12:00");
  const auto report = ask_map(*world.customers, question, {});
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->from_day, *parse_day("2022-12-31"));
  EXPECT_EQ(report->before.people, 3U);
  EXPECT_EQ(report->before.money_minor, 21'000);
  EXPECT_EQ(report->now.people, 5U) << "who paid once is a customer, given back or not";
  EXPECT_EQ(report->now.money_minor, 15'000 + 3'000 + 40'000);
  EXPECT_EQ(report->newcomers, 2U);
  EXPECT_EQ(report->moved, 2U);
  EXPECT_EQ(report->stayed, 1U);
  const auto people = [&](std::optional<MapPlace> before, std::optional<MapPlace> now) {
    std::vector<std::string> names;
    const auto found = people_of_map(*world.customers, question, {}, {before, now, AudienceSide::All});
    EXPECT_TRUE(found) << found.error().message;
    for (const std::string& who : world.people)
      if (std::find(found->begin(), found->end(), world.built.of(who).person()) != found->end()) names.push_back(who);
    return names;
  };
  EXPECT_THAT(people(MapPlace{"some", "regular"}, MapPlace{"much", "advocate"}), ElementsAre("grows"));
  EXPECT_THAT(people(MapPlace{"much", "regular"}, MapPlace{"much", "regular"}), ElementsAre("stays"));
  EXPECT_THAT(people(MapPlace{}, {}), UnorderedElementsAre("new", "paid back"));
  EXPECT_THAT(people({}, MapPlace{"nothing", "silent"}), UnorderedElementsAre("falls silent", "paid back"));
  EXPECT_EQ(people({}, {}).size(), 5U);
  EXPECT_EQ(
      people_of_map(*world.customers, question, {}, {{}, MapPlace{"lots", "silent"}, AudienceSide::All}).error().kind,
      ErrorKind::NotFound);
  EXPECT_EQ(ask_map(*world.customers, question, {.from_day = *parse_day("2023-12-31")}).error().kind,
            ErrorKind::InvalidInput);
}

// --- a naive second way -------------------------------------------------------------------------------------------------

// Nowhere: "".
std::string naive_place(const World& world, const std::string& who, UtcMicros moment, std::int64_t& money) {
  const Naive known(world, who, moment);
  money = 0;
  bool paid = false, invited = false, ordered = false;
  const LocalDay today = paris().day_of(moment);
  const auto age = [&](UtcMicros then) { return (today - paris().day_of(then)).count(); };
  // Orders said again move money once, at their first moment, and refunds give back no more than is left.
  std::map<std::string, std::pair<UtcMicros, std::int64_t>> orders;
  std::map<std::string, std::int64_t> back;
  for (const Deed& deed : known.deeds()) {
    if (deed.what == "Order Completed") {
      paid = true;
      ordered = ordered || age(deed.when) < 90;
      orders.try_emplace(deed.order, deed.when, deed.cents);
    }
    invited = invited || (deed.what == "Invite Sent" && age(deed.when) < 365);
  }
  for (const auto& [name, one] : orders)
    if (age(one.first) < 365) money += one.second;
  for (const Deed& deed : known.deeds()) {
    if (deed.what != "Order Refunded") continue;
    const auto found = orders.find(deed.order);
    const std::int64_t worth = found == orders.end() ? 0 : found->second.second;
    const std::int64_t given = deed.cents == 0 ? worth - back[deed.order] : std::int64_t{deed.cents};
    back[deed.order] += given;
    if (age(deed.when) < 365) money -= given;
  }
  if (!paid) return "";
  const std::string value = money <= 0 ? "nothing" : money >= 10'000 ? "much" : "some";
  return value + "/" + (invited ? "advocate" : ordered ? "regular" : "silent");
}

TEST(Map, OfRandomCompaniesIsWhatANaiveReadingFinds) {
  Compared compared;
  for (std::uint32_t seed = 1; seed <= scaled(4); ++seed) {
    const World world = random_world(seed, 120, shop());
    compared.add(world.people.size(), 2);
    Question question;
    question.as_of = at("2023-10-17 15:00");
    const MapSpec spec{.from_day = *parse_day("2023-02-03")};
    const auto report = ask_map(*world.customers, question, spec);
    ASSERT_TRUE(report) << report.error().message;
    std::map<std::string, std::pair<std::uint64_t, std::int64_t>> before, now, moves;
    for (const std::string& who : world.people) {
      std::int64_t then = 0, money = 0;
      const std::string from =
          naive_place(world, who, paris().start_of(*parse_day("2023-02-04")) - std::chrono::microseconds{1}, then);
      const std::string to = naive_place(world, who, question.as_of, money);
      if (!from.empty()) before[from].first += 1, before[from].second += then;
      if (!to.empty()) now[to].first += 1, now[to].second += money;
      if (!from.empty() || !to.empty()) moves[from + ">" + to].first += 1, moves[from + ">" + to].second += money;
    }
    std::size_t squares = 0;
    for (const MapSquare& square : report->squares) {
      const std::string place = square.place.value_class + "/" + square.place.relation;
      EXPECT_EQ(square.before.people, before[place].first) << place;
      EXPECT_EQ(square.before.money_minor, before[place].second) << place;
      EXPECT_EQ(square.now.people, now[place].first) << place;
      EXPECT_EQ(square.now.money_minor, now[place].second) << place;
      squares += square.now.people > 0 ? 1U : 0U;
      const auto list = people_of_map(*world.customers, question, spec, {{}, square.place, AudienceSide::All});
      EXPECT_EQ(list->size(), square.now.people);
    }
    EXPECT_EQ(squares, static_cast<std::size_t>(std::count_if(now.begin(), now.end(),
                                                              [](const auto& one) { return one.second.first > 0; })));
    ASSERT_EQ(report->moves.size(), moves.size());
    const auto place_text = [](const MapPlace& place) {
      return place == MapPlace{} ? std::string() : place.value_class + "/" + place.relation;
    };
    for (const MapMove& move : report->moves) {
      const auto found = moves.find(place_text(move.from) + ">" + place_text(move.to));
      ASSERT_NE(found, moves.end());
      EXPECT_EQ(move.people, found->second.first);
      EXPECT_EQ(move.now_minor, found->second.second);
    }
  }
}

TEST(Map, KnowsNothingOfWhatComesAfterAndIsTheSameForAnyNumberOfThreads) {
  config::Business business = shop();
  business.value_classes.clear();  // By quantiles.
  business.relations = config::default_relations();
  const World whole = random_world(6, 200, business);
  Question question;
  question.as_of = at("2023-08-17 09:00");
  std::vector<Deed> known;
  for (const Deed& deed : whole.deeds)
    if (deed.when <= question.as_of) known.push_back(deed);
  const World then = world_of(known, business);
  const auto report = ask_map(*whole.customers, question, {});
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_TRUE(report->by_quantiles);
  EXPECT_THAT(report->warnings, testing::Contains(HasSubstr("nobody can be \"critic\"")));
  EXPECT_EQ(text_of(*report), text_of(*ask_map(*then.customers, question, {})));
  for (const unsigned threads : {1U, 3U}) {
    Question again = question;
    again.threads = threads;
    EXPECT_EQ(text_of(*ask_map(*whole.customers, again, {})), text_of(*report));
  }
  // The parts of the audience add up to all.
  std::uint64_t parts = 0;
  for (const AudienceSide side : {AudienceSide::Inside, AudienceSide::Outside, AudienceSide::Unknown})
    parts += ask_map(*whole.customers, question, {.from_day = {}, .side = side})->now.people;
  EXPECT_EQ(parts, report->now.people);
}

TEST(Map, OfNobodyIsRefusedInWords) {
  const World world = world_of({{"p", "$page", at("2023-01-01"), "", "", ""}}, shop());
  Question question;
  question.as_of = at("2023-12-31");
  const auto report = ask_map(*world.customers, question, {});
  ASSERT_TRUE(report);
  EXPECT_EQ(report->verdict, MapVerdict::NoCustomers);
  EXPECT_THAT(report->sentence_en, HasSubstr("nobody has paid yet"));
  EXPECT_THAT(report->squares, IsEmpty());
}

}  // namespace
}  // namespace habitue::insight
