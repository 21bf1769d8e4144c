// Where people stand before offers: a story counted by hand, a naive second way on random companies, what is known of the past, and
// what is refused.
#include "insight/aida/aida.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "random_world.hpp"
#include "scale.hpp"

namespace habitue::insight {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;
using enum AidaPlace;

config::Business shop() {
  config::Business business = business_of(kSteps);
  business.offers.resize(2);
  config::Offer &any = business.offers[0], &big = business.offers[1];
  any.name = "any";
  any.attention = rule("did $page in last 200 days");
  any.interest = rule("did Signed Up");
  any.desire = rule("did Invite Sent in last 300 days");
  big.name = "big";
  big.en = "a big order";
  big.desire = rule("did (Signed Up or Invited)");
  big.within = std::chrono::days(90);
  big.action = *criteria::parse_event_condition("total > 50");
  return business;
}

std::string text_of(const AidaReport& report) {
  std::string text = report.sentence_en + report.sentence_fr + format_moment(report.from_at);
  for (const AidaOffer& offer : report.offers)
    for (const auto& [side, figures] : parts_of(offer.figures)) {
      text += fmt::format("\n{} {} {}+{}={}", offer.offer, side, figures->before, figures->newcomers, figures->now);
      for (const AidaPhaseFigures& of : figures->phases)
        text += fmt::format("\n {} {} +{} -{} {} {} {} {} {} {}", static_cast<int>(of.phase), of.before, of.came,
                            of.left, of.now, of.at_least, of.went_on.value, of.fell_back.value,
                            of.median_days.value_or(-1), of.quartile3_days.value_or(-1));
      for (const AidaMove& of : figures->moves)
        text += fmt::format("\n {}>{} {}", static_cast<int>(of.from), static_cast<int>(of.to), of.people);
    }
  return text;
}

TEST(Aida, TellsAStoryWithItsMovesAndTheirPeople) {
  const auto order = [](std::string who, std::string_view when, std::string name) {
    return Deed{std::move(who), "Order Completed", at(when), std::move(name), "", "", 6'000};
  };
  const World world = world_of({{"looks", "$page", at("2023-11-01"), "", "", ""},
                                {"looks more", "$page", at("2023-11-01"), "", "", ""},
                                {"looks more", "Signed Up", at("2023-12-12 12:00"), "", "", ""},
                                {"wants", "Invite Sent", at("2023-12-02 12:00"), "", "", ""},
                                {"new, wants", "Invite Sent", at("2023-12-27 12:00"), "", "", ""},
                                {"pays", "Signed Up", at("2023-11-01"), "", "", ""},
                                order("pays", "2023-12-20", "1"),
                                {"paid back", "Signed Up", at("2023-06-01"), "", "", ""},
                                order("paid back", "2023-07-01", "2"),
                                {"paid back", "Order Refunded", at("2023-12-25"), "2", "", "", 0},
                                {"forgot", "$page", at("2023-05-20"), "", "", ""}},
                               shop());
  Question question;
  question.as_of = at("2023-12-31 12:00");
  const auto report = ask_aida(*world.customers, question, {});
  ASSERT_TRUE(report) << report.error().message;
  // The end of the day 30 days before.
  EXPECT_EQ(report->from_at, at("2023-12-01 23:00") - std::chrono::microseconds{1});
  ASSERT_EQ(report->offers.size(), 2U);
  const AidaFigures& any = report->offers[0].figures.all;
  EXPECT_EQ(any.before, 5U);
  EXPECT_EQ(any.newcomers, 2U);
  const auto row = [&](AidaPlace place) {
    const AidaPhaseFigures& of = any.phases[static_cast<std::size_t>(place) - 1];
    return std::vector<std::uint64_t>{of.before, of.came, of.left, of.now, of.at_least};
  };
  EXPECT_THAT(row(None), ElementsAre(0U, 1U, 0U, 1U, 7U));
  EXPECT_THAT(row(Attention), ElementsAre(3U, 0U, 2U, 1U, 6U));
  EXPECT_THAT(row(Interest), ElementsAre(1U, 2U, 1U, 2U, 5U));
  EXPECT_THAT(row(Desire), ElementsAre(0U, 2U, 0U, 2U, 3U));
  EXPECT_THAT(row(Action), ElementsAre(1U, 1U, 1U, 1U, 1U));
  EXPECT_EQ(any.phases[3].reached->part, 3U);
  EXPECT_EQ(any.phases[3].reached->whole, 5U);
  EXPECT_EQ(any.phases[2].went_on.value, 1) << "pays";
  EXPECT_EQ(any.phases[4].fell_back.value, 1) << "paid back";
  EXPECT_EQ(*any.phases[3].median_days, 16.5) << "29 and 4 days";
  EXPECT_EQ(*any.phases[2].quartile1_days, 0.25 * 19 + 0.75 * 6.5) << "signed up, and since it went back";
  EXPECT_FALSE(any.phases[0].median_days);
  EXPECT_THAT(report->sentence_en, HasSubstr("any: 2 people want it and have not paid, 1 have paid."));

  const auto people = [&](AidaCell cell) {
    cell.offer = "any";
    std::vector<std::string> names;
    const auto found = people_of_aida(*world.customers, question, {}, cell);
    EXPECT_TRUE(found) << found.error().message;
    for (const std::string& who : world.people)
      if (std::find(found->begin(), found->end(), world.built.of(who).person()) != found->end()) names.push_back(who);
    return names;
  };
  using Who = AidaCell::Who;
  EXPECT_THAT(people({.offer = {}, .who = Who::Now, .phase = Desire, .from = {}}),
              UnorderedElementsAre("wants", "new, wants"));
  EXPECT_THAT(people({.offer = {}, .who = Who::WentOn, .phase = Attention, .from = {}}), ElementsAre("looks more"));
  EXPECT_THAT(people({.offer = {}, .who = Who::FellBack, .phase = {}, .from = {}}),
              UnorderedElementsAre("forgot", "paid back"));
  EXPECT_THAT(people({.offer = {}, .who = Who::Moved, .phase = Desire, .from = NotYet}),
              UnorderedElementsAre("wants", "new, wants"));
  EXPECT_THAT(people({.offer = {}, .who = Who::AtLeast, .phase = Desire, .from = {}}),
              UnorderedElementsAre("wants", "new, wants", "pays"));
}

// --- a naive second way -------------------------------------------------------------------------------------------------

AidaPlace naive_place(const World& world, const std::string& who, UtcMicros moment, bool big) {
  const Naive known(world, who, moment);
  if (!known.known()) return NotYet;
  const LocalDay today = paris().day_of(moment);
  const auto age = [&](UtcMicros then) { return (today - paris().day_of(then)).count(); };
  std::map<std::string, std::int64_t> orders, back;
  bool looked = false, signed_up = false, invited = false, wants = false, sign = false;
  for (const Deed& deed : known.deeds()) {
    if (deed.what == "Order Completed") orders[deed.order] = deed.cents;
    looked = looked || (deed.what == "$page" && age(deed.when) < 200);
    signed_up = signed_up || deed.what == "Signed Up";
    invited = invited || (deed.what == "Invite Sent" && age(deed.when) < 300);
    const bool one = deed.what == "Signed Up" || deed.what == "Invited";
    wants = wants || one;
    sign = sign || (one && age(deed.when) < 90);
  }
  std::int64_t net = 0;
  for (const Deed& deed : known.deeds())
    if (deed.what == "Order Refunded")
      back[deed.order] += deed.cents == 0 ? orders[deed.order] - back[deed.order] : std::int64_t{deed.cents};
  for (const auto& [name, cents] : orders)
    if (!big || cents > 5'000) net += cents - back[name];
  if (net > 0) return Action;
  if (big) return wants && sign ? Desire : None;
  return invited ? Desire : signed_up ? Interest : looked ? Attention : None;
}

TEST(Aida, OfRandomCompaniesIsWhatANaiveReadingFinds) {
  Compared compared;
  for (std::uint32_t seed = 1; seed <= scaled(4); ++seed) {
    const World world = random_world(seed, 120, shop());
    compared.add(world.people.size(), 4);
    Question question;
    question.as_of = at("2023-06-17 15:00");
    question.period.from = at("2023-02-03");
    const auto report = ask_aida(*world.customers, question, {});
    ASSERT_TRUE(report) << report.error().message;
    for (std::size_t offer = 0; offer < 2; ++offer) {
      std::map<std::pair<AidaPlace, AidaPlace>, std::uint64_t> moves;
      for (const std::string& who : world.people) {
        const bool big = offer == 1;
        const AidaPlace now = naive_place(world, who, question.as_of, big);
        const AidaPlace before = naive_place(world, who, question.period.from - std::chrono::microseconds{1}, big);
        if (now != NotYet) ++moves[{before, now}];
      }
      std::map<std::pair<AidaPlace, AidaPlace>, std::uint64_t> told;
      for (const AidaMove& move : report->offers[offer].figures.all.moves) {
        told[{move.from, move.to}] = move.people;
        const auto list =
            people_of_aida(*world.customers, question, {report->offers[offer].offer},
                           {.offer = {}, .who = AidaCell::Who::Moved, .phase = move.to, .from = move.from});
        EXPECT_EQ(list->size(), move.people);
      }
      EXPECT_EQ(told, moves) << "seed " << seed << ", offer " << offer;
      // The parts of the audience add up to all.
      const auto& figures = report->offers[offer].figures;
      for (std::size_t phase = 0; phase < 5; ++phase)
        EXPECT_EQ(
            figures.inside.phases[phase].now + figures.outside.phases[phase].now + figures.unknown.phases[phase].now,
            figures.all.phases[phase].now);
    }
  }
}

TEST(Aida, KnowsNothingOfWhatComesAfterAndIsTheSameForAnyNumberOfThreads) {
  const World whole = random_world(6, 200, shop());
  Question question;
  question.as_of = at("2023-05-17 09:00");
  std::vector<Deed> known;
  for (const Deed& deed : whole.deeds)
    if (deed.when <= question.as_of) known.push_back(deed);
  const World then = world_of(known, shop());
  const auto report = ask_aida(*whole.customers, question, {});
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(text_of(*report), text_of(*ask_aida(*then.customers, question, {})));
  for (const unsigned threads : {1U, 3U}) {
    Question again = question;
    again.threads = threads;
    EXPECT_EQ(text_of(*ask_aida(*whole.customers, again, {})), text_of(*report));
  }
}

TEST(Aida, SaysWhatItCannotTell) {
  const std::vector<Deed> deeds{{"p", "$page", at("2023-01-01"), "", "", ""}};
  const World plain = world_of(deeds, business_of(kSteps)), world = world_of(deeds, shop());
  Question question;
  question.as_of = at("2023-12-31");
  const auto none = ask_aida(*plain.customers, question, {});
  ASSERT_TRUE(none);
  EXPECT_EQ(none->verdict, AidaAnswer::NoOffers);
  EXPECT_THAT(none->sentence_en, HasSubstr("has no [[offers]]"));
  EXPECT_THAT(none->offers, IsEmpty());
  EXPECT_THAT(ask_aida(*world.customers, question, {})->warnings, testing::Contains(HasSubstr("Invite Sent")));
  EXPECT_EQ(ask_aida(*world.customers, question, {"bigg"}).error().kind, ErrorKind::NotFound);
  EXPECT_EQ(people_of_aida(*world.customers, question, {}, AidaCell{}).error().kind, ErrorKind::InvalidInput);
  EXPECT_EQ(people_of_aida(*world.customers, question, {}, {.offer = "any", .phase = {}, .from = None}).error().kind,
            ErrorKind::InvalidInput);
  Question early = question;
  early.as_of = at("2022-01-01");
  EXPECT_EQ(ask_aida(*world.customers, early, {})->verdict, AidaAnswer::Nobody);
  early.period.from = at("2022-06-01");
  EXPECT_EQ(ask_aida(*world.customers, early, {}).error().kind, ErrorKind::InvalidInput);
}

}  // namespace
}  // namespace habitue::insight
