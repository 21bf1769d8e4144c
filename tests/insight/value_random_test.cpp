// Costs, give-aways, acquisition and recurring revenue against naive readings of their definitions, on random companies.
#include <gtest/gtest.h>

#include <fmt/format.h>

#include <map>
#include <random>

#include "insight/scale.hpp"
#include "insight/value/acquisition_cost.hpp"
#include "insight/value/cost_to_serve.hpp"
#include "insight/value/give_aways.hpp"
#include "insight/value/recurring_revenue.hpp"
#include "journey/journey_builder.hpp"

namespace habitue::insight {
namespace {

constexpr int kDays = 120, kLostAfter = 30;

UtcMicros noon(int day) { return *parse_moment("2024-01-01T12:00:00Z", Zone::utc()) + std::chrono::days{day}; }
UtcMicros end_of_day(int day) { return noon(day) + std::chrono::hours{12} - std::chrono::microseconds{1}; }

struct Deed {
  enum What { Seen, Gift, Paid, TakenBack, Subscribed, Ended } what;
  int person, day, cents;
};

struct Company {
  std::vector<Deed> deeds;  // In order of days; one thing a person and day.
  std::vector<bool> readers;
  std::map<int, int> marketing;  // By day.
};

Company invent(std::mt19937_64& random) {
  Company company;
  const auto draw = [&](int below) { return static_cast<int>(random() % static_cast<unsigned>(below)); };
  const int people = 1 + draw(6);
  for (int person = 0; person < people; ++person) company.readers.push_back(draw(4) == 0);
  for (int day = 0; day < kDays; ++day) {
    for (int person = 0; person < people; ++person)
      if (draw(9) == 0) company.deeds.push_back({static_cast<Deed::What>(draw(6)), person, day, 100 * (1 + draw(50))});
    if (draw(10) == 0) company.marketing[day] = 100 * (1 + draw(30));
  }
  return company;
}

std::string name_of_person(int person) { return fmt::format("p{}", person); }

std::vector<journey::Said> story_of(const Company& company) {
  std::vector<journey::Said> story;
  const auto say = [&](std::string who, const char* what, int day, std::string properties) {
    story.push_back({std::move(who), what, format_moment(noon(day)), std::move(properties)});
  };
  for (std::size_t person = 0; person < company.readers.size(); ++person)
    say(name_of_person(static_cast<int>(person)), "$identify", 0,
        company.readers[person] ? R"({"kind":"reader"})" : R"({"kind":"maker"})");
  for (const Deed& deed : company.deeds) {
    const std::string who = name_of_person(deed.person);
    const std::string amount = fmt::format("{:.2f}", deed.cents / 100.0);
    switch (deed.what) {
      case Deed::Seen: say(who, "Page Seen", deed.day, "{}"); break;
      case Deed::Gift: say(who, "Resource Spent", deed.day, R"({"amount":)" + amount + "}"); break;
      case Deed::Paid: say(who, "Order Completed", deed.day, R"({"total":)" + amount + "}"); break;
      case Deed::TakenBack: say(who, "Payment Refunded", deed.day, R"({"amount":)" + amount + "}"); break;
      case Deed::Subscribed: say(who, "Subscription Started", deed.day, R"({"price":)" + amount + "}"); break;
      case Deed::Ended: say(who, "Subscription Cancelled", deed.day, "{}"); break;
    }
  }
  for (const auto& [day, cents] : company.marketing)
    say("", "Marketing Spent", day, fmt::format(R"({{"amount":{:.2f}}})", cents / 100.0));
  return story;
}

// What the definitions say, by loops over what happened.
struct Naive {
  const Company& company;

  int net(int person, int day) const {
    int sum = 0;
    for (const Deed& deed : company.deeds)
      if (deed.person == person && deed.day <= day)
        sum += deed.what == Deed::Paid ? deed.cents : deed.what == Deed::TakenBack ? -deed.cents : 0;
    return sum;
  }
  bool is_give_away(const Deed& deed) const {
    return deed.what == Deed::Gift && net(deed.person, deed.day) <= 0 &&
           !company.readers[static_cast<std::size_t>(deed.person)];
  }
  int given(int person, int day) const {
    int sum = 0;
    for (const Deed& deed : company.deeds)
      if (deed.person == person && deed.day <= day && is_give_away(deed)) sum += deed.cents;
    return sum;
  }
  bool is_lost(int person, int day) const {
    int last = 0;  // Told who they are on the first day.
    for (const Deed& deed : company.deeds)
      if (deed.person == person && deed.day <= day && deed.what != Deed::Gift && deed.what != Deed::TakenBack)
        last = deed.day;
    return day - last >= kLostAfter;
  }
  // The first day on which the money of somebody who has paid on the last day exceeded nothing.
  int client_since(int person, int last) const {
    if (net(person, last) <= 0) return -1;
    for (int day = 0; day <= last; ++day)
      if (net(person, day) > 0) return day;
    return -1;
  }
  int monthly(int person, int day) const {
    int price = 0;
    for (const Deed& deed : company.deeds) {
      if (deed.person != person || deed.day > day) continue;
      if (deed.what == Deed::Subscribed) price = deed.cents;
      if (deed.what == Deed::Ended) price = 0;
    }
    return price;
  }
};

config::Business business() {
  config::Business business;
  business.currency = *Currency::parse("EUR");
  business.sides.front().supposed_to_pay = *criteria::parse(R"(not trait kind = "reader")");
  business.hypotheses.emplace_back();
  business.hypotheses.back().version = "v1";
  business.acquisition.lost_after_days = kLostAfter;
  return business;
}

TEST(ValueOnRandomCompanies, IsWhatTheDefinitionsSay) {
  std::mt19937_64 random(20'240'101);
  const std::uint64_t worlds = scaled(150);
  for (std::uint64_t world = 0; world < worlds && !testing::Test::HasFailure(); ++world) {
    const Company company = invent(random);
    const Naive naive{company};
    auto story = story_of(company);
    std::shuffle(story.begin(), story.end(), random);
    const auto built = journey::build_journeys(story);
    const auto customers = *Customers::bind(built.snapshot, business());
    const int last = 40 + static_cast<int>(random() % (kDays - 40));
    Question question;
    question.as_of = end_of_day(last);
    question.threads = 1 + static_cast<unsigned>(world % 2);
    const int people = static_cast<int>(company.readers.size());
    SCOPED_TRACE(fmt::format("world {}, day {}", world, last));

    const auto costs = ask_costs(*customers, question, {.bucket = Bucket::Week});
    const auto given = ask_give_aways(*customers, question, {.bucket = Bucket::Week});
    const auto acquired = ask_acquisition(*customers, question, {.bucket = Bucket::Week});
    const auto recurring = ask_recurring(*customers, question, {.bucket = Bucket::Week});
    ASSERT_TRUE(costs && given && acquired && recurring);
    ASSERT_EQ(given->periods.size(), static_cast<std::size_t>(last / 7 + 1)) << "the first of January is a Monday";

    std::int64_t cost = 0, unpaid = 0;
    for (const Deed& deed : company.deeds)
      if (deed.what == Deed::Gift && deed.day <= last) {
        cost += deed.cents;
        unpaid += naive.net(deed.person, deed.day) <= 0 ? deed.cents : 0;
      }
    EXPECT_EQ(costs->total.all.cost_minor, cost);
    EXPECT_EQ(costs->total.all.for_who_did_not_minor, unpaid);

    for (std::size_t week = 0; week < given->periods.size(); ++week) {
      const int first = static_cast<int>(week) * 7, end = std::min(first + 6, last);
      SCOPED_TRACE(fmt::format("week {}", week));
      GiveAwayStock stock;
      std::int64_t clients = 0, booked_to_clients = 0, marketing = 0, opening = 0, closing = 0, fresh = 0, back = 0,
                   fell = 0;
      for (int person = 0; person < people; ++person) {
        const int gifts = naive.given(person, end);
        const bool pays = naive.net(person, end) > 0;
        stock.given_minor += gifts;
        (pays ? stock.booked_minor : naive.is_lost(person, end) ? stock.written_off_minor : stock.open_minor) += gifts;
        const int since = naive.client_since(person, last);
        if (since >= first && since <= end) {
          ++clients;
          booked_to_clients += naive.given(person, last);
        }
        const int was = naive.monthly(person, first - 1), is = naive.monthly(person, end);
        opening += was;
        closing += is;
        fell += std::max(0, was - is);
        bool had = false;
        for (int day = 0; day < first; ++day) had = had || naive.monthly(person, day) > 0;
        if (was == 0) (had ? back : fresh) += is;
      }
      for (const auto& [day, cents] : company.marketing) marketing += day >= first && day <= end ? cents : 0;
      const GiveAwayStock& found = given->periods[week].at_end.all;
      EXPECT_EQ(found.given_minor, stock.given_minor);
      EXPECT_EQ(found.booked_minor, stock.booked_minor);
      EXPECT_EQ(found.written_off_minor, stock.written_off_minor);
      EXPECT_EQ(found.open_minor, stock.open_minor);
      const AcquisitionPeriod& acquisition = acquired->periods[week];
      EXPECT_EQ(acquisition.cost.figures.all.clients, static_cast<std::uint64_t>(clients));
      EXPECT_EQ(acquisition.cost.figures.all.give_aways_minor, booked_to_clients);
      EXPECT_EQ(acquisition.cost.marketing_minor, marketing);
      const RecurringPeriod& revenue = recurring->periods[week];
      EXPECT_EQ(revenue.opening.all.monthly_minor, opening);
      EXPECT_EQ(revenue.closing.all.monthly_minor, closing);
      EXPECT_EQ(revenue.moves.all.fresh.monthly_minor, fresh);
      EXPECT_EQ(revenue.moves.all.reactivated.monthly_minor, back);
      EXPECT_EQ(revenue.moves.all.contraction.monthly_minor + revenue.moves.all.churned.monthly_minor, fell);

      const UtcMicros from = given->periods[week].from;
      using State = GiveAwaysCell::State;
      for (const auto& [state, number] : {std::pair{State::Given, found.given_people},
                                          {State::Booked, found.booked_people},
                                          {State::WrittenOff, found.written_off_people},
                                          {State::Open, found.open_people}})
        EXPECT_EQ(people_of_give_aways(*customers, question, {.bucket = Bucket::Week}, {.period = from, .state = state})
                      ->size(),
                  number);
      EXPECT_EQ(people_of_acquisition(*customers, question, {.bucket = Bucket::Week}, {.period = from})->size(),
                static_cast<std::size_t>(clients));
    }
    // What the ledger of give-aways says is booked is what acquisition was charged with.
    EXPECT_EQ(acquired->total.figures.all.give_aways_minor, given->periods.back().at_end.all.booked_minor);
  }
}

}  // namespace
}  // namespace habitue::insight
