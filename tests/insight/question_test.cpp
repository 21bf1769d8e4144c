// What all questions share: threads, cancellation, hypotheses, filters, periods; and the list of people.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "insight/random_world.hpp"

namespace habitue::insight {
namespace {

using testing::HasSubstr;

std::string text(const std::vector<Balance>& balances) {
  std::string words;
  for (const Balance& balance : balances)
    words += std::string(balance.currency.code()) + std::to_string(balance.received_minor) + "/" +
             std::to_string(balance.refunded_minor) + " ";
  return words;
}

// All that the reports say, as one text.
std::string all_answers(const Customers& customers, const Question& question) {
  std::ostringstream out;
  out.precision(17);
  const auto roles = *ask_roles(customers, question);
  for (const auto& side : roles.sides)
    for (const auto& [part, figures] : parts_of(side.figures)) {
      for (const auto people : figures->people) out << people << ' ';
      out << text(figures->balances()) << figures->has_paid << ' ' << figures->took_part << '\n';
    }
  const auto flows = *ask_flows(customers, question);
  for (const auto& [part, matrix] : parts_of(flows.flows))
    for (const auto& row : *matrix)
      for (const auto people : row) out << people << ' ';
  const auto growth = *ask_growth(customers, question, Bucket::Week, {});
  for (const auto& period : growth.periods.all)
    out << period.fresh << ' ' << period.retained << ' ' << period.resurrected << ' ' << period.churned << '\n';
  const auto aarrr = *ask_aarrr(customers, question);
  for (const auto& [part, figures] : parts_of(aarrr.figures))
    for (const auto& step : figures->steps)
      out << step.people << ' ' << step.of_previous.value << ' ' << step.median_days.value_or(-1)
          << text(figures->balances) << '\n';
  const auto pollution = *ask_pollution(customers, question);
  out << pollution.sentence_en << pollution.sentence_fr;
  for (const auto& step : pollution.steps)
    out << (step.gain_overall ? step.gain_overall->minor_units : -1) << ' '
        << (step.gain_inside ? step.gain_inside->minor_units : -1) << '\n';
  const auto channels = *ask_channels(customers, question);
  for (const auto& channel : channels.channels)
    out << channel.channel << channel.inside << ' ' << channel.outside << text(channel.balances) << '\n';
  const auto spikes = *ask_spikes(customers, question);
  for (const auto& spike : spikes.spikes) out << spike.channel << spike.people << '\n';
  const auto people =
      *ask_people(customers, question,
                  {.side = AudienceSide::All, .order = PeopleOrder::NetMoney, .offset = 0, .limit = 1000, .among = {}});
  for (const auto& row : people.rows) out << row.person.value << ' ' << text(row.balances) << row.channel << '\n';
  return out.str();
}

TEST(Question, GivesTheSameAnswerOnAnyNumberOfThreads) {
  const World world = random_world(11, 400, business_of(kSteps));
  Question question;
  question.as_of = at("2024-03-01");
  question.threads = 1;
  const std::string alone = all_answers(*world.customers, question);
  EXPECT_GT(alone.size(), 1000U);
  for (const unsigned threads : {2U, 7U, 200U, 0U}) {
    question.threads = threads;
    EXPECT_EQ(all_answers(*world.customers, question), alone) << threads << " threads";
  }
}

TEST(Question, EndsWithConflictWhenCancelled) {
  const World world = random_world(12, 50, business_of(kSteps));
  Cancellation cancellation;
  cancellation.cancel();
  Question question;
  question.as_of = at("2024-03-01");
  question.cancellation = &cancellation;
  const Customers& customers = *world.customers;
  EXPECT_EQ(ask_roles(customers, question).error().kind, ErrorKind::Conflict);
  EXPECT_EQ(ask_stages(customers, question).error().kind, ErrorKind::Conflict);
  EXPECT_EQ(ask_flows(customers, question).error().kind, ErrorKind::Conflict);
  EXPECT_EQ(ask_growth(customers, question, Bucket::Month, {}).error().kind, ErrorKind::Conflict);
  EXPECT_EQ(ask_aarrr(customers, question).error().kind, ErrorKind::Conflict);
  EXPECT_EQ(ask_pollution(customers, question).error().kind, ErrorKind::Conflict);
  EXPECT_EQ(ask_channels(customers, question).error().kind, ErrorKind::Conflict);
  EXPECT_EQ(ask_spikes(customers, question).error().kind, ErrorKind::Conflict);
  EXPECT_EQ(
      ask_people(customers, question,
                 {.side = AudienceSide::All, .order = PeopleOrder::LastSeen, .offset = 0, .limit = 10, .among = {}})
          .error()
          .kind,
      ErrorKind::Conflict);
}

TEST(Question, RefusesWhatItCannotMean) {
  const World world = random_world(13, 20, business_of(kSteps));
  Question question;
  question.as_of = at("2024-03-01");
  question.hypothesis = "v11";
  auto refused = ask_stages(*world.customers, question);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::NotFound);
  EXPECT_THAT(refused.error().message, HasSubstr("did you mean \"v1\""));
  question.hypothesis.clear();
  question.period = {at("2024-01-01"), at("2023-01-01")};
  EXPECT_EQ(ask_flows(*world.customers, question).error().kind, ErrorKind::InvalidInput);
  question.period = {};
  EXPECT_EQ(ask_growth(*world.customers, question, Bucket::Month, {"Order Complete"}).error().kind,
            ErrorKind::NotFound);
  config::Business without_steps = business_of({});
  EXPECT_EQ(ask_aarrr(*world_of(world.deeds, without_steps).customers, question).error().kind, ErrorKind::InvalidInput);
}

TEST(Question, IsReadUnderTheHypothesisAskedForOrInForce) {
  const World world = random_world(14, 100, business_of(kSteps));
  Question question;
  question.as_of = at("2024-03-01");
  const auto in_force = *ask_stages(*world.customers, question);
  EXPECT_GT(in_force.figures.outside.total, 0U);
  question.hypothesis = "v2";  // Everyone is inside.
  const auto everyone = *ask_stages(*world.customers, question);
  EXPECT_EQ(everyone.figures.inside.total, in_force.figures.all.total);
  EXPECT_EQ(everyone.figures.outside.total + everyone.figures.unknown.total, 0U);
  question.hypothesis.clear();
  question.as_of = at("2029-06-01");
  EXPECT_EQ(ask_stages(*world.customers, question)->figures.outside.total, 0U) << "v2 is in force by then";
}

TEST(Question, CountsOnlyWhoMatchesTheFilter) {
  const World world = random_world(15, 150, business_of(kSteps));
  Question question;
  question.as_of = at("2024-03-01");
  question.filter = rule("count(Order Refunded) >= 1");
  std::uint64_t expected = 0;
  for (const std::string& who : world.people) {
    const auto deeds = Naive(world, who, question.as_of).deeds();
    expected +=
        std::any_of(deeds.begin(), deeds.end(), [](const Deed& deed) { return deed.what == "Order Refunded"; }) ? 1 : 0;
  }
  ASSERT_GT(expected, 10U);
  EXPECT_EQ(ask_stages(*world.customers, question)->figures.all.total, expected);
  EXPECT_EQ(
      ask_people(*world.customers, question,
                 {.side = AudienceSide::All, .order = PeopleOrder::LastSeen, .offset = 0, .limit = 0, .among = {}})
          ->matched,
      expected);
}

TEST(People, AreListedInOrderAndPagesNeverOverlap) {
  const World world = random_world(16, 150, business_of(kSteps));
  Question question;
  question.as_of = at("2023-09-01");
  for (const PeopleOrder order : {PeopleOrder::LastSeen, PeopleOrder::NetMoney, PeopleOrder::Purchases}) {
    const auto whole =
        *ask_people(*world.customers, question,
                    {.side = AudienceSide::All, .order = order, .offset = 0, .limit = 1000, .among = {}});
    EXPECT_EQ(whole.rows.size(), whole.matched);
    EXPECT_EQ(whole.matched, ask_stages(*world.customers, question)->figures.all.total);
    for (std::size_t row = 0; row < whole.rows.size(); ++row) {
      const PersonRow& one = whole.rows[row];
      const auto who = std::find_if(world.people.begin(), world.people.end(),
                                    [&](const auto& name) { return world.built.person(name) == one.person; });
      const Naive naive(world, *who, question.as_of);
      EXPECT_EQ(one.purchases, naive.purchases().size());
      EXPECT_EQ(one.last_seen_at, naive.deeds().back().when);
      EXPECT_EQ(one.channel, naive.channel());
      EXPECT_EQ(one.audience, naive.audience());
      if (row == 0) continue;
      const PersonRow& before = whole.rows[row - 1];
      const auto net = [](const PersonRow& person) {
        return person.balances.empty() ? 0 : person.balances[0].net_minor();
      };
      if (order == PeopleOrder::LastSeen) {
        EXPECT_GE(before.last_seen_at, one.last_seen_at);
      }
      if (order == PeopleOrder::NetMoney) {
        EXPECT_GE(net(before), net(one));
      }
      if (order == PeopleOrder::Purchases) {
        EXPECT_GE(before.purchases, one.purchases);
      }
    }
    std::vector<PersonId> paged;
    for (std::size_t offset = 0; offset < whole.matched + 20; offset += 20) {
      const auto page =
          *ask_people(*world.customers, question,
                      {.side = AudienceSide::All, .order = order, .offset = offset, .limit = 20, .among = {}});
      for (const PersonRow& row : page.rows) paged.push_back(row.person);
    }
    ASSERT_EQ(paged.size(), whole.rows.size());
    for (std::size_t row = 0; row < paged.size(); ++row) EXPECT_EQ(paged[row], whole.rows[row].person);
  }
  std::uint64_t sides = 0;
  for (const AudienceSide side : {AudienceSide::Inside, AudienceSide::Outside, AudienceSide::Unknown})
    sides += ask_people(*world.customers, question,
                        {.side = side, .order = PeopleOrder::LastSeen, .offset = 0, .limit = 0, .among = {}})
                 ->matched;
  EXPECT_EQ(
      sides,
      ask_people(*world.customers, question,
                 {.side = AudienceSide::All, .order = PeopleOrder::LastSeen, .offset = 0, .limit = 0, .among = {}})
          ->matched);
}

TEST(People, CanBeLookedForAmongThoseThatASearchFound) {
  const World world = random_world(18, 60, business_of(kSteps));
  Question question;
  question.as_of = at("2024-03-01");
  PeopleSearch search;
  const PersonId one = world.built.person("p3"), other = world.built.person("p5");
  search.among = {one, other, one, PersonId{9999}};
  const auto report = *ask_people(*world.customers, question, search);
  EXPECT_EQ(report.matched, 2U);
  search.among = std::vector<PersonId>{};
  EXPECT_EQ(ask_people(*world.customers, question, search)->matched, 0U);
}

TEST(People, ForWhomTheFilterCannotBeToldAreCountedApart) {
  const World world = random_world(17, 150, business_of(kSteps));
  Question question;
  question.as_of = at("2024-03-01");
  question.filter = rule(R"(trait target = "no")");
  const auto report =
      *ask_people(*world.customers, question,
                  {.side = AudienceSide::All, .order = PeopleOrder::LastSeen, .offset = 0, .limit = 0, .among = {}});
  std::uint64_t outside = 0, unknown = 0;
  for (const std::string& who : world.people) {
    const Naive naive(world, who, question.as_of);
    if (!naive.known()) continue;
    outside += naive.audience() == criteria::Verdict::Outside ? 1 : 0;
    unknown += naive.audience() == criteria::Verdict::Unknown ? 1 : 0;
  }
  EXPECT_EQ(report.matched, outside);
  EXPECT_EQ(report.unknown, unknown);
}

TEST(Question, OfAnEmptyWorkspaceHasAnEmptyAnswer) {
  const World world = world_of({}, business_of(kSteps));
  Question question;
  question.as_of = at("2024-03-01");
  EXPECT_EQ(ask_roles(*world.customers, question)->people, 0U);
  EXPECT_TRUE(ask_growth(*world.customers, question, Bucket::Day, {})->periods.all.empty());
  EXPECT_TRUE(ask_channels(*world.customers, question)->channels.empty());
  EXPECT_TRUE(ask_spikes(*world.customers, question)->spikes.empty());
  EXPECT_EQ(ask_aarrr(*world.customers, question)->figures.all.steps.size(), kSteps.size());
  EXPECT_EQ(ask_pollution(*world.customers, question)->sentence_en, "Nobody was acquired in this period.");
}

TEST(Growth, MarksThePeriodThatAsOfCutsAndRefusesTooManyPeriods) {
  const World world = world_of({{"ann", "Order Completed", at("1950-01-01"), "A", "", "", 100},
                                {"ann", "Order Completed", at("2024-01-01"), "B", "", "", 100}},
                               business_of(kSteps));
  Question question;
  question.as_of = at("2024-02-29 22:59:59");  // A second before March in Paris.
  question.period.from = at("2024-01-15");
  const auto report = *ask_growth(*world.customers, question, Bucket::Month, {});
  ASSERT_EQ(report.periods.all.size(), 2U);
  EXPECT_TRUE(report.periods.all[0].complete);
  EXPECT_FALSE(report.periods.all[1].complete);
  EXPECT_EQ(report.periods.all[0].resurrected, 1U);
  EXPECT_EQ(report.periods.all[1].churned, 1U);
  EXPECT_EQ(report.events, std::vector<std::string>{"Order Completed"});
  question.period = {};
  const auto refused = ask_growth(*world.customers, question, Bucket::Day, {});
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("ask for weeks or months"));
}

// Newcombe (1998), Two-sided confidence intervals for the single proportion, Statistics in Medicine 17, table I, method 3.
TEST(Share, HasTheIntervalsOfNewcombesTable) {
  const auto expect = [](std::uint64_t part, std::uint64_t whole, double low, double high) {
    const Share share = share_of(part, whole);
    EXPECT_NEAR(share.low, low, 5e-5) << part << "/" << whole;
    EXPECT_NEAR(share.high, high, 5e-5) << part << "/" << whole;
  };
  expect(81, 263, 0.2553, 0.3662);
  expect(15, 148, 0.0624, 0.1605);
  expect(0, 20, 0.0000, 0.1611);
  expect(1, 29, 0.0061, 0.1718);
  EXPECT_EQ(share_of(0, 0).high, 1);
  EXPECT_EQ(share_of(20, 20).high, 1);
}

}  // namespace
}  // namespace habitue::insight
