// Costs, give-aways, acquisition and recurring revenue of stories whose sums can be made by hand.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "insight/value/acquisition_cost.hpp"
#include "insight/value/acquisition_share.hpp"
#include "insight/value/cost_to_serve.hpp"
#include "insight/value/give_aways.hpp"
#include "insight/value/person_value.hpp"
#include "insight/value/recurring_revenue.hpp"
#include "journey/journey_builder.hpp"

namespace habitue::insight {
namespace {

using journey::Said;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

criteria::Expression rule(std::string_view text) { return *criteria::parse(text); }
UtcMicros at(std::string_view text) { return *parse_moment(text, Zone::utc()); }

// Support by the minute, gifts by their cost; readers are not supposed to pay.
config::Business firm() {
  config::Business business;
  business.currency = *Currency::parse("EUR");
  business.sides.front().supposed_to_pay = rule(R"(not trait kind = "reader")");
  business.hypotheses.emplace_back();
  business.hypotheses.back().version = "v1";
  business.hypotheses.back().audience = rule(R"(trait kind = "maker")");
  config::CostRule support;
  support.name = "support";
  support.events = {"Called"};
  support.amount = {};
  support.quantity = {"minutes"};
  support.unit_cost = 0.5;
  config::CostRule gifts;
  gifts.name = "gifts";
  gifts.events = {"Gift Sent"};
  business.costs = {support, gifts};
  business.acquisition.lost_after_days = 60;
  business.exchange_rates = {{*Currency::parse("USD"), *parse_day("2024-01-01"), 0.9},
                             {*Currency::parse("USD"), *parse_day("2024-03-01"), 0.8},
                             {*Currency::parse("JPY"), *parse_day("2024-01-01"), 0.006}};
  return business;
}

// ann pays in February after a gift; bob is given something and is never seen again; cid is a reader; dan pays and gets all back.
const std::vector<Said> kStory{
    {"ann", "$identify", "2024-01-05", R"({"kind":"maker"})"},
    {"ann", "Page Seen", "2024-01-05", R"({"utm_source":"press"})"},
    {"ann", "Gift Sent", "2024-01-10", R"({"amount":12})"},
    {"ann", "Order Completed", "2024-02-10", R"({"total":100,"order_id":"a1","cost":40})"},
    {"ann", "Called", "2024-02-20", R"({"minutes":20})"},
    {"ann", "Order Completed", "2024-03-12", R"({"total":50,"order_id":"a2","currency":"USD"})"},
    {"bob", "$identify", "2024-01-07", R"({"kind":"other"})"},
    {"bob", "Gift Sent", "2024-01-20", R"({"amount":10,"currency":"USD"})"},
    {"bob", "Gift Sent", "2024-01-21", R"({"amount":500,"currency":"JPY"})"},
    {"cid", "$identify", "2024-01-08", R"({"kind":"reader"})"},
    {"cid", "Called", "2024-01-09", R"({"minutes":10})"},
    {"dan", "$identify", "2024-01-15", R"({"kind":"maker"})"},
    {"dan", "Called", "2024-01-16", R"({"minutes":8})"},
    {"dan", "Order Completed", "2024-02-03", R"({"total":30,"order_id":"d1"})"},
    {"dan", "Order Refunded", "2024-03-04", R"({"order_id":"d1"})"},
    {"dan", "Page Seen", "2024-03-05", R"({})"},
    {"", "Marketing Spent", "2024-01-31", R"({"amount":20,"channel":"Press"})"},
    {"", "Marketing Spent", "2024-02-15", R"({"amount":30,"channel":"press "})"},
    {"", "Marketing Spent", "2024-02-16", R"({"amount":7})"},
    {"", "Called", "2024-02-16", R"({"minutes":2})"},
};

struct Firm {
  explicit Firm(config::Business business = firm(), const std::vector<Said>& story = kStory,
                UtcMicros as_of = at("2024-04-01"))
      : built(journey::build_journeys(story)), customers(*Customers::bind(built.snapshot, std::move(business))) {
    question.as_of = as_of;
  }
  std::vector<std::string> names(const Result<std::vector<PersonId>>& people) const {
    std::vector<std::string> found;
    for (const char* name : {"ann", "bob", "cid", "dan"})
      for (const PersonId person : people ? *people : std::vector<PersonId>{})
        if (!built.of(name).empty() && built.of(name).person() == person) found.emplace_back(name);
    return found;
  }
  journey::BuiltJourneys built;
  std::shared_ptr<const Customers> customers;
  Question question;
};

TEST(Costs, AreOfWhoSomebodyWasWhenTheyWereSpent) {
  const Firm firm;
  const auto report = ask_costs(*firm.customers, firm.question, {});
  ASSERT_TRUE(report) << report.error().message;
  const CostFigures& all = report->total.all;
  // 12 + 9 (10 USD) + 3 (500 JPY) + 5 + 4 for who had not paid; 10 for ann, who had.
  EXPECT_EQ(all.cost_minor, 4300);
  EXPECT_EQ(all.for_who_paid_minor, 1000);
  EXPECT_EQ(all.for_who_did_not_minor, 3300);
  EXPECT_EQ(all.people, 4U);
  ASSERT_EQ(all.roles.size(), 4U);
  EXPECT_EQ(all.roles[0].cost_minor, 1000) << "clients";
  EXPECT_EQ(all.roles[1].cost_minor, 2800) << "prospects";
  EXPECT_EQ(all.roles[2].cost_minor, 500) << "beneficiaries";
  EXPECT_EQ(all.roles[1].people, 3U);
  EXPECT_EQ(all.resources[0].resource, "support");
  EXPECT_EQ(all.resources[0].cost_minor, 1900);
  EXPECT_EQ(all.resources[1].cost_minor, 2400);
  // 100 + 40 (50 USD) + 30 - 30.
  EXPECT_EQ(all.revenue_minor, 14'000);
  EXPECT_DOUBLE_EQ(*all.cover, 14'000.0 / 3'300);
  EXPECT_EQ(report->total.inside.cost_minor, 1200 + 1000 + 400);
  EXPECT_EQ(report->of_nobody_minor, 100);
  ASSERT_EQ(report->periods.size(), 4U);
  EXPECT_EQ(report->periods[0].figures.all.cost_minor, 3300);
  EXPECT_EQ(report->periods[1].figures.all.revenue_minor, 13'000);
  EXPECT_FALSE(report->periods[3].complete);
}

TEST(Costs, ListWhoIsBehindEachNumber) {
  const Firm firm;
  const auto people = [&](const CostsCell& cell) {
    return firm.names(people_of_costs(*firm.customers, firm.question, {}, cell));
  };
  EXPECT_THAT(people({}), ElementsAre("ann", "bob", "cid", "dan"));
  EXPECT_THAT(people({.role = knowledge::Role::Client}), ElementsAre("ann"));
  EXPECT_THAT(people({.period = at("2024-01-01"), .resource = "support"}), ElementsAre("cid", "dan"));
  EXPECT_THAT(people({.side = AudienceSide::Inside}), ElementsAre("ann", "dan"));
  EXPECT_EQ(people_of_costs(*firm.customers, firm.question, {}, {.resource = "suport"}).error().kind,
            ErrorKind::NotFound);
  EXPECT_EQ(people_of_costs(*firm.customers, firm.question, {}, {.period = at("2024-01-02")}).error().kind,
            ErrorKind::NotFound);
}

TEST(Costs, TellHowLongAReserveLasts) {
  config::Business business = firm();
  business.acquisition.reserve = 100;
  Firm firm(business);
  firm.question.as_of = at("2024-01-31T12:00:00Z");
  // 33 spent and nothing earned in the 27 days since the 5th: 1.22 a day, so 100 last 81 days.
  const auto spent = ask_costs(*firm.customers, firm.question, {});
  ASSERT_TRUE(spent && spent->runway);
  EXPECT_EQ(spent->runway->days, 27);
  EXPECT_EQ(spent->runway->uncovered_minor_a_day, 122);
  EXPECT_EQ(format_day(*spent->runway->lasts_until), "2024-04-21");
  firm.question.as_of = at("2024-04-01");
  const auto covered = ask_costs(*firm.customers, firm.question, {});
  EXPECT_TRUE(covered->runway->covered);
  EXPECT_FALSE(covered->runway->lasts_until);
}

TEST(Costs, WithoutARateOrAnAmountAreInNoSumAndSaid) {
  const Firm firm(insight::firm(), {{"ann", "Gift Sent", "2024-01-10", R"({"amount":12,"currency":"GBP"})"},
                                    {"ann", "Gift Sent", "2023-12-31", R"({"amount":12,"currency":"USD"})"},
                                    {"ann", "Gift Sent", "2024-01-11", R"({})"},
                                    {"ann", "Called", "2024-01-11", R"({"minutes":"many"})"},
                                    {"ann", "Gift Sent", "2024-01-12", R"({"amount":"3.10"})"}});
  const auto report = ask_costs(*firm.customers, firm.question, {});
  ASSERT_TRUE(report);
  EXPECT_EQ(report->total.all.cost_minor, 310);
  EXPECT_EQ(report->not_added.costs_without_amount, 2U);
  ASSERT_EQ(report->not_added.without_rate.size(), 2U);
  EXPECT_EQ(report->not_added.without_rate[0].minor, 1200);
  EXPECT_THAT(report->warnings, ElementsAre(HasSubstr("12.00 GBP is in no sum"), HasSubstr("12.00 USD is in no sum"),
                                            HasSubstr("2 event(s) of costs tell no amount")));
}

TEST(GiveAways, AreBookedWrittenOffOrOpenAtEveryDate) {
  const Firm firm;
  const auto report = ask_give_aways(*firm.customers, firm.question, {});
  ASSERT_TRUE(report) << report.error().message;
  ASSERT_EQ(report->periods.size(), 4U);
  const auto stock = [&](std::size_t period) {
    const GiveAwayStock& all = report->periods[period].at_end.all;
    return std::vector{all.given_minor, all.booked_minor, all.written_off_minor, all.open_minor};
  };
  // ann's 12 and dan's 4 are booked in February; dan's opens again when his money goes back. bob, last seen on the 7th of January,
  // is lost on the 7th of March. A reader's call is no give-away.
  EXPECT_THAT(stock(0), ElementsAre(2800, 0, 0, 2800));
  EXPECT_THAT(stock(1), ElementsAre(2800, 1600, 0, 1200));
  EXPECT_THAT(stock(2), ElementsAre(2800, 1200, 1200, 400));
  EXPECT_EQ(report->periods[2].during.all.booked_minor, -400);
  EXPECT_EQ(report->periods[2].during.all.open_minor, -800);
  EXPECT_EQ(report->before.all.given_minor, 0);

  const auto people = [&](UtcMicros period, GiveAwaysCell::State state) {
    return firm.names(people_of_give_aways(*firm.customers, firm.question, {}, {.period = period, .state = state}));
  };
  using State = GiveAwaysCell::State;
  EXPECT_THAT(people(at("2024-02-01"), State::Booked), ElementsAre("ann", "dan"));
  EXPECT_THAT(people(at("2024-03-01"), State::WrittenOff), ElementsAre("bob"));
  EXPECT_THAT(people(at("2024-03-01"), State::Open), ElementsAre("dan"));
  EXPECT_THAT(people(at("2024-03-01"), State::Given), ElementsAre("ann", "bob", "dan"));
}

TEST(GiveAways, ToMembersAreBookedWhenTheirAccountPays) {
  config::Business business = firm();
  business.sides.front().charged = config::Charged::Account;
  const Firm firm(business, {{"ann", "$group", "2024-01-01", "{}", "acme"},
                             {"bob", "$group", "2024-01-01", "{}", "acme"},
                             {"bob", "Gift Sent", "2024-01-10", R"({"amount":5})"},
                             {"ann", "Order Completed", "2024-02-10", R"({"total":100})"},
                             {"bob", "Gift Sent", "2024-02-11", R"({"amount":6})"}});
  const auto report = ask_give_aways(*firm.customers, firm.question, {});
  ASSERT_TRUE(report);
  EXPECT_EQ(report->periods[0].at_end.all.open_minor, 500);
  EXPECT_EQ(report->periods[1].at_end.all.booked_minor, 500);
  EXPECT_EQ(report->periods[1].at_end.all.given_minor, 500) << "what a paying account is given is no give-away";
  const auto acquired = ask_acquisition(*firm.customers, firm.question, {});
  ASSERT_TRUE(acquired);
  EXPECT_EQ(acquired->total.figures.all.clients, 1U) << "an account is one client";
  EXPECT_EQ(acquired->total.figures.all.give_aways_minor, 500);
  EXPECT_EQ(acquired->total.figures.all.margin_minor, 10'000);
}

TEST(Acquisition, CostsMarketingAndGiveAwaysPerNewClient) {
  const Firm firm;
  const auto report = ask_acquisition(*firm.customers, firm.question, {});
  ASSERT_TRUE(report) << report.error().message;
  ASSERT_EQ(report->periods.size(), 4U);
  EXPECT_EQ(report->periods[0].cost.marketing_minor, 2000);
  EXPECT_FALSE(report->periods[0].cost.figures.all.cost_of_one_minor) << "nobody became a client in January";
  const AcquisitionPeriod& february = report->periods[1];
  EXPECT_EQ(february.cost.figures.all.clients, 1U) << "dan got his money back, and is none";
  EXPECT_EQ(february.cost.marketing_minor, 3700);
  EXPECT_EQ(february.cost.figures.all.give_aways_minor, 1200);
  EXPECT_EQ(february.cost.figures.all.cost_of_one_minor, 4900);
  EXPECT_EQ(february.cost.figures.outside.clients, 0U);
  // 100 less the goods of 40 is told; of the order in dollars no cost is told, so revenue stands for it.
  EXPECT_EQ(february.cost.figures.all.margin_minor, 6000 + 4000);
  EXPECT_THAT(february.cost.figures.all.margin_of_one_minor, ElementsAre(6000));
  EXPECT_EQ(february.cost.figures.all.payback_months, 1U);
  EXPECT_DOUBLE_EQ(*february.cost.figures.all.margin_to_cost, 10'000.0 / 4'900);
  ASSERT_EQ(report->channels.size(), 2U);
  EXPECT_EQ(report->channels[0].channel, "press");
  EXPECT_EQ(report->channels[0].cost.marketing_minor, 5000);
  EXPECT_EQ(report->channels[0].cost.figures.all.clients, 1U);
  EXPECT_EQ(report->channels[1].channel, "");
  EXPECT_THAT(firm.names(people_of_acquisition(*firm.customers, firm.question, {},
                                               {.period = at("2024-02-01"), .channel = "press"})),
              ElementsAre("ann"));
  EXPECT_THAT(firm.names(people_of_acquisition(*firm.customers, firm.question, {}, {.side = AudienceSide::Outside})),
              IsEmpty());
}

TEST(AcquisitionShare, IsOfTheMarketingOfItsMonthAndChannelAndOfWhatWasGiven) {
  const Firm firm;
  const auto clients = people_of_acquisition(*firm.customers, firm.question, {}, {});
  ASSERT_THAT(firm.names(clients), ElementsAre("ann"));
  const auto share = acquisition_share_of(*firm.customers, firm.question, clients->front());
  ASSERT_TRUE(share) << share.error().message;
  EXPECT_TRUE(share->is_client);
  EXPECT_EQ(share->month, *parse_day("2024-02-01"));
  EXPECT_EQ(share->channel, "press");
  EXPECT_EQ(share->clients, 1U);
  EXPECT_EQ(share->marketing_minor, 3000) << "January's, and what names no channel, is not of this client";
  EXPECT_EQ(share->give_aways_minor, 1200);
  EXPECT_EQ(share->cost_minor, 4200);
  EXPECT_FALSE(share->profit_minor) << "the margin of an order is not known";
  Question before = firm.question;
  before.as_of = at("2024-02-01");
  EXPECT_FALSE(acquisition_share_of(*firm.customers, before, clients->front())->is_client);
}

TEST(Acquisition, CostsNothingKnownWhereNoCostIsTold) {
  const Firm firm(insight::firm(), {{"ann", "Order Completed", "2024-02-10", R"({"total":100})"}});
  const auto report = ask_acquisition(*firm.customers, firm.question, {});
  ASSERT_TRUE(report);
  EXPECT_EQ(report->total.figures.all.clients, 1U);
  EXPECT_FALSE(report->total.figures.all.cost_of_one_minor || report->total.figures.all.payback_months);
  EXPECT_FALSE(report->first_alert || report->spread);
  EXPECT_THAT(report->warnings, Contains(HasSubstr("no marketing was told of")));
}

// Clients who bring 30 in their first month; what one costs rises from 10 to 40 in May.
std::vector<Said> rising() {
  std::vector<Said> story;
  for (int month = 1; month <= 6; ++month) {
    const std::string day = "2024-0" + std::to_string(month);
    for (int client = 0; client < 2; ++client) {
      const std::string name = "c" + std::to_string(month) + std::to_string(client);
      story.push_back({name, "Order Completed", day + "-10", R"({"total":30})"});
    }
    story.push_back({"", "Marketing Spent", day + "-03",
                     month == 5 ? R"({"amount":80,"channel":"ads"})"
                                : R"({"amount":)" + std::to_string(20 + month % 2) + R"(,"channel":"ads"})"});
  }
  return story;
}

TEST(Acquisition, AlertsInTheFirstPeriodThatCostsMoreThanIsAllowed) {
  config::Business business = firm();
  business.acquisition.payback_months = 1;
  const Firm learnt(business, rising(), at("2024-06-15"));
  const auto report = ask_acquisition(*learnt.customers, learnt.question, {});
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->allowed, AcquisitionReport::Allowed::EarlierClients);
  EXPECT_FALSE(report->periods[0].allowed_minor) << "no client's first month was over";
  EXPECT_EQ(report->periods[4].allowed_minor, 3000);
  EXPECT_EQ(report->first_alert, at("2024-05-01"));
  EXPECT_TRUE(report->periods[4].exceeds && report->periods[4].unusual);
  EXPECT_FALSE(report->periods[3].exceeds || report->periods[3].unusual);
  ASSERT_TRUE(report->spread);
  EXPECT_EQ(report->spread->periods, 5U) << "June is not over";
  EXPECT_EQ(report->spread->mean_minor, (1050 + 1000 + 1050 + 1000 + 4000) / 5);

  business.acquisition.cost_max = 10.2;
  const Firm told(business, rising(), at("2024-06-15"));
  const auto strict = ask_acquisition(*told.customers, told.question, {});
  EXPECT_EQ(strict->allowed, AcquisitionReport::Allowed::Config);
  EXPECT_EQ(strict->first_alert, at("2024-01-01"));
}

TEST(Recurring, MovesAddUpFromOpeningToClosing) {
  config::Business business = firm();
  business.model = config::BusinessModel::Subscription;
  const std::vector<Said> story{
      {"ann", "Subscription Started", "2024-01-10", R"({"price":10})"},
      {"ann", "Subscription Upgraded", "2024-02-10", R"({"price":25})"},
      {"ann", "Subscription Cancellation Requested", "2024-03-10", R"({})"},
      {"bob", "Subscription Started", "2024-01-11", R"({"price":120,"interval":"Yearly"})"},
      {"bob", "Subscription Cancelled", "2024-02-20", R"({})"},
      {"bob", "Subscription Started", "2024-03-20", R"({"price":20,"currency":"USD"})"},
      {"cid", "Subscription Started", "2024-02-02", R"({"price":8,"subscription_id":"x"})"},
      {"cid", "Subscription Started", "2024-02-03", R"({"price":4,"subscription_id":"y"})"},
      {"cid", "Subscription Cancelled", "2024-03-03", R"({"subscription_id":"x"})"},
      {"dan", "Subscription Started", "2024-02-04", R"({"price":9})"},
      {"dan", "Subscription Expired", "2024-02-25", R"({})"},
      {"eve", "Subscription Started", "2024-02-04", R"({"interval":"fortnight"})"},
  };
  const Firm firm(business, story);
  const auto report = ask_recurring(*firm.customers, firm.question, {});
  ASSERT_TRUE(report) << report.error().message;
  const auto told = [&](std::size_t period) {
    const RecurringPeriod& of = report->periods[period];
    const RecurringMoves& moves = of.moves.all;
    return std::vector{of.opening.all.monthly_minor,  moves.fresh.monthly_minor,       moves.reactivated.monthly_minor,
                       moves.expansion.monthly_minor, moves.contraction.monthly_minor, moves.churned.monthly_minor,
                       of.closing.all.monthly_minor};
  };
  EXPECT_THAT(told(0), ElementsAre(0, 2000, 0, 0, 0, 0, 2000));
  // ann + 15, bob's ten end, cid brings 12; dan came and went within the month.
  EXPECT_THAT(told(1), ElementsAre(2000, 1200, 0, 1500, 0, 1000, 3700));
  // bob is back with 20 USD at the rate of March, cid is left with 4.
  EXPECT_THAT(told(2), ElementsAre(3700, 0, 1600, 0, 800, 0, 4500));
  EXPECT_EQ(report->periods[2].closing.all.at_risk_minor, 2500);
  EXPECT_DOUBLE_EQ(*report->periods[1].moves.all.net_retention, 2500.0 / 2000);
  EXPECT_DOUBLE_EQ(*report->periods[2].moves.all.quick_ratio, 2.0);
  EXPECT_THAT(report->warnings, ElementsAre(HasSubstr("began without a price"), HasSubstr("taken for a month")));
  using Who = RecurringCell::Who;
  const auto people = [&](Who who) {
    return firm.names(
        people_of_recurring(*firm.customers, firm.question, {}, {.period = at("2024-03-01"), .who = who}));
  };
  EXPECT_THAT(people(Who::Subscribers), ElementsAre("ann", "bob", "cid"));
  EXPECT_THAT(people(Who::AtRisk), ElementsAre("ann"));
  EXPECT_THAT(people(Who::Reactivated), ElementsAre("bob"));
  EXPECT_THAT(people(Who::Contraction), ElementsAre("cid"));
  EXPECT_THAT(people(Who::Churned), IsEmpty());
}

TEST(PersonValue, IsRevenueMarginCostsAndGiveAwaysWithTheirState) {
  config::Business with_share = firm();
  with_share.margin.share = 0.5;
  const Firm firm(with_share);
  const auto of = [&](std::string_view who, std::string_view as_of) {
    return *value_of_person(*firm.customers, firm.built.of(who), at(as_of));
  };
  const PersonValue ann = of("ann", "2024-04-01");
  // 100 less goods of 40, and half of 50 USD at 0.8.
  EXPECT_EQ(ann.revenue_minor, 14000);
  EXPECT_EQ(ann.margin_minor, 8000);
  EXPECT_EQ(ann.cost_minor, 2200);
  EXPECT_EQ(ann.booked_minor, 1200);
  EXPECT_EQ(ann.profit_minor, 5800);
  const PersonValue before = of("ann", "2024-02-01");
  EXPECT_EQ(before.revenue_minor, 0);
  EXPECT_EQ(before.open_minor, 1200);
  EXPECT_EQ(before.profit_minor, -1200);
  const PersonValue bob = of("bob", "2024-04-01");
  EXPECT_EQ(bob.written_off_minor, 1200);
  EXPECT_EQ(bob.booked_minor + bob.open_minor, 0);
  EXPECT_EQ(of("dan", "2024-04-01").revenue_minor, 0);
  EXPECT_EQ(of("cid", "2024-04-01").open_minor, 0) << "what beneficiaries cost is no give-away";

  const Firm unknown;
  const auto told = value_of_person(*unknown.customers, unknown.built.of("ann"), at("2024-04-01"));
  EXPECT_FALSE(told->margin_minor) << "one payment tells no cost of its goods";
  EXPECT_FALSE(told->profit_minor);
  EXPECT_EQ(told->not_added.payments_without_margin, 1U);
}

TEST(PersonValue, IsOfTheAccountWhereAccountsAreCharged) {
  config::Business business = firm();
  business.margin.share = 1.0;
  business.sides.front().charged = config::Charged::Account;
  const Firm firm(business, {{"ann", "$group", "2024-01-01", "{}", "acme"},
                             {"bob", "$group", "2024-01-01", "{}", "acme"},
                             {"eve", "$group", "2024-01-01", "{}", "acme"},
                             {"eve", "$group", "2024-02-01", "{}", "other"},
                             {"ann", "Gift Sent", "2024-01-02", R"({"amount":5})"},
                             {"eve", "Gift Sent", "2024-02-02", R"({"amount":3})"},
                             {"bob", "Subscription Started", "2024-01-03", R"({"price":20,"interval":"month"})"},
                             {"", "Order Completed", "2024-01-04", R"({"total":70})", "acme"}});
  for (const char* who : {"ann", "bob"}) {
    const auto value = value_of_person(*firm.customers, firm.built.of(who), at("2024-04-01"));
    EXPECT_EQ(value->account, "acme");
    EXPECT_EQ(value->revenue_minor, 7000);
    EXPECT_EQ(value->cost_minor, 500);
    EXPECT_EQ(value->booked_minor, 500);
    EXPECT_EQ(value->monthly_minor, 2000);
    EXPECT_EQ(value->profit_minor, 6500);
  }
  EXPECT_EQ(value_of_person(*firm.customers, firm.built.of("eve"), at("2024-03-15"))->open_minor, 300);
}

TEST(Value, OfAnEmptyCompanyIsNothingAndNoError) {
  const Firm firm(insight::firm(), {});
  EXPECT_THAT(ask_costs(*firm.customers, firm.question, {})->periods, IsEmpty());
  EXPECT_THAT(ask_give_aways(*firm.customers, firm.question, {})->periods, IsEmpty());
  EXPECT_THAT(ask_acquisition(*firm.customers, firm.question, {})->periods, IsEmpty());
  EXPECT_THAT(ask_recurring(*firm.customers, firm.question, {})->periods, IsEmpty());
}

}  // namespace
}  // namespace habitue::insight
