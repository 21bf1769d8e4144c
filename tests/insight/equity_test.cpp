// What customers are worth at two dates: the lines add up, equal what forecasts of both dates say of each customer, and are refused where
// a forecast is.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "insight/forecast/equity.hpp"
#include "insight/invented_shop.hpp"
#include "insight/value/acquisition_cost.hpp"

namespace habitue::insight {
namespace {

using testing::HasSubstr;

constexpr int kOpening = kDays - 60;
const EquitySpec kQuarter{.horizon_days = 84, .limit = 10'000};

// People who first buy between the dates beside those who were there; one of the old gives back what was bought.
const Shop& the_shop() {
  static const Shop shop = [] {
    std::vector<journey::Said> story = invent(170, 8);
    for (int late = 0; late < 12; ++late)
      story.push_back(
          {fmt::format("late{}", late), "Order Completed", format_moment(day(kOpening + 5 + late)), R"({"total":40})"});
    story.push_back({"sorry", "Order Completed", format_moment(day(kOpening - 10)), R"({"total":50,"order_id":"s1"})"});
    story.push_back({"sorry", "Order Refunded", format_moment(day(kOpening + 10)), R"({"total":50,"order_id":"s1"})"});
    return Shop(story);
  }();
  return shop;
}
Question between() {
  Question question = the_shop().question;
  question.period.from = day(kOpening);
  return question;
}
const EquityReport& the_report() {
  static const EquityReport report = *ask_equity(*the_shop().customers, between(), kQuarter);
  return report;
}

// The value of each customer at a date, as `ask forecast` tells it.
std::map<std::uint32_t, std::int64_t> values_at(UtcMicros at) {
  Question question = the_shop().question;
  question.as_of = at;
  const auto report = ask_forecast(*the_shop().customers, question, {.horizon_days = 84, .limit = 10'000});
  std::map<std::uint32_t, std::int64_t> values;
  for (const ForecastCustomer& customer : report->customers)
    values[customer.person.value] = customer.value_minor.value();
  return values;
}

TEST(Equity, EqualsTheForecastsOfBothDatesCustomerByCustomer) {
  ASSERT_EQ(the_report().verdict, EquityVerdict::Told) << the_report().sentence_en;
  const EquityFigures& all = the_report().figures->all;
  const auto before = values_at(day(kOpening) - std::chrono::microseconds(1)), after = values_at(day(kDays));
  std::int64_t opening = 0, closing = 0, fresh = 0;
  std::uint64_t newcomers = 0;
  for (const auto& entry : before) opening += entry.second;
  for (const auto& [person, value] : after) {
    closing += value;
    if (before.contains(person)) continue;
    fresh += value;
    ++newcomers;
  }
  EXPECT_EQ(all.opening.minor, opening);
  EXPECT_EQ(all.opening.customers, before.size());
  EXPECT_EQ(all.closing.minor, closing);
  EXPECT_EQ(all.closing.customers, after.size());
  EXPECT_EQ(all.fresh.minor, fresh);
  EXPECT_EQ(all.fresh.customers, newcomers);
  EXPECT_EQ(newcomers, 12U);
  EXPECT_EQ(all.fresh.customers + all.grown.customers + all.shrunk.customers + all.lost.customers,
            before.size() + newcomers);
  EXPECT_EQ(
      all.opening.minor + all.revised.minor + all.fresh.minor + all.grown.minor + all.shrunk.minor + all.lost.minor,
      all.closing.minor);
  EXPECT_GT(all.grown.minor, 0);
  EXPECT_LE(all.shrunk.minor, 0);
  EXPECT_GT(all.received_minor, 0);
}

TEST(Equity, NamesThePeopleBehindEachLine) {
  std::set<std::uint32_t> seen;
  const EquityFigures& all = the_report().figures->all;
  const std::pair<EquityMove, const EquityLine*> lines[] = {{EquityMove::Fresh, &all.fresh},
                                                            {EquityMove::Lost, &all.lost}};
  for (const auto& [move, line] : lines) {
    const auto people = people_of_equity(*the_shop().customers, between(), kQuarter, {.move = move});
    ASSERT_TRUE(people);
    EXPECT_EQ(people->size(), line->customers);
    for (const PersonId person : *people) EXPECT_TRUE(seen.insert(person.value).second);
  }
  // Whoever gave all back is a customer no more.
  const EquityCustomer* sorry = nullptr;
  for (const EquityCustomer& customer : the_report().customers)
    if (customer.move == EquityMove::Lost && customer.closing_minor == 0) sorry = &customer;
  ASSERT_NE(sorry, nullptr);
  EXPECT_GT(sorry->opening_minor, 0);
  for (std::size_t at = 1; at < the_report().customers.size(); ++at) {
    const auto by = [](const EquityCustomer& of) { return std::abs(of.closing_minor - of.opening_minor); };
    EXPECT_LE(by(the_report().customers[at]), by(the_report().customers[at - 1]));
  }
}

// What it cost to win clients, beside what they brought and are expected to bring.
TEST(Acquisition, AddsWhatIsStillToComeToWhatClientsBrought) {
  const AcquisitionSpec spec{.lifetime_days = 84};
  const auto report = ask_acquisition(*the_shop().customers, the_shop().question, spec);
  ASSERT_TRUE(report) << report.error().message;
  ASSERT_EQ(report->lifetime->verdict, LifetimeVerdict::Told) << report->lifetime->sentence_en;
  const AcquisitionFigures& all = report->total.figures.all;
  std::int64_t to_come = 0;
  for (const auto& entry : values_at(day(kDays))) to_come += entry.second;
  EXPECT_EQ(*all.lifetime_minor, all.margin_minor + to_come);
  EXPECT_FALSE(all.lifetime_to_cost) << "no cost is told";
  std::int64_t of_periods = 0;
  for (const AcquisitionPeriod& period : report->periods)
    of_periods += period.cost.figures.all.lifetime_minor.value_or(0);
  EXPECT_EQ(of_periods, *all.lifetime_minor);
  const auto without = ask_acquisition(*the_shop().customers, the_shop().question, {});
  EXPECT_FALSE(without->lifetime);
  EXPECT_FALSE(without->total.figures.all.lifetime_minor);
  Question early = the_shop().question;
  early.as_of = day(30);
  const auto refused = ask_acquisition(*the_shop().customers, early, spec);
  EXPECT_EQ(refused->lifetime->verdict, LifetimeVerdict::NotChecked);
  EXPECT_FALSE(refused->total.figures.all.lifetime_minor);
}

TEST(Equity, IsRefusedInWordsWhereAForecastIs) {
  Question early = between();
  early.period.from = day(20);
  const auto report = ask_equity(*the_shop().customers, early, kQuarter);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->verdict, EquityVerdict::NoOpening);
  EXPECT_FALSE(report->figures);
  EXPECT_THAT(report->sentence_en, HasSubstr("cannot be told"));
  EXPECT_THAT(report->sentence_fr, HasSubstr("ne peut pas être dite"));
  Question whole = the_shop().question;
  EXPECT_EQ(ask_equity(*the_shop().customers, whole, kQuarter).error().kind, ErrorKind::InvalidInput);
}

}  // namespace
}  // namespace habitue::insight
