// What companies really send: a forecast of it is a clear answer in words, never a number that looks fine.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "insight/forecast/forecast.hpp"
#include "insight/invented_shop.hpp"

namespace habitue::insight {
namespace {

using journey::Said;
using testing::AnyOf;
using testing::Contains;
using testing::HasSubstr;

const ForecastSpec kQuarter{.horizon_days = 84, .limit = 5};

ForecastReport ask(const std::vector<Said>& story) {
  const Shop shop(story);
  const auto report = shop.ask(kQuarter);
  EXPECT_TRUE(report) << report.error().message;
  if (!report) return {};
  EXPECT_FALSE(report->sentence_en.empty());
  EXPECT_FALSE(report->sentence_fr.empty());
  EXPECT_EQ(report->totals.has_value(), report->check.verdict == ForecastVerdict::Passed);
  return *report;
}
Said buys(const std::string& who, int on, const std::string& properties) {
  return {who, "Order Completed", format_moment(day(on)), properties};
}

TEST(ForecastOfBadInput, OfOneCustomerSaysThatThereAreTooFew) {
  const ForecastReport report = ask({buys("ann", 0, R"({"total":9})"), buys("ann", 90, R"({"total":9})")});
  EXPECT_THAT(report.check.reasons, Contains(ForecastReason::TooFewCustomers));
  EXPECT_THAT(report.sentence_en, HasSubstr("too few customers"));
}

TEST(ForecastOfBadInput, OfCustomersAllAlikeFindsNoDifference) {
  std::vector<Said> story;
  for (int customer = 0; customer < 150; ++customer)
    for (int on = 0; on < kDays; on += 28) story.push_back(buys(fmt::format("c{}", customer), on, R"({"total":10})"));
  const ForecastReport report = ask(story);
  // Taking everybody for alike is right here, and nothing can do better.
  EXPECT_EQ(report.check.verdict, ForecastVerdict::Failed);
  EXPECT_THAT(report.check.reasons, Contains(ForecastReason::NoBetterThanAlike));
  EXPECT_THAT(report.sentence_en, HasSubstr("all customers for alike"));
  for (const ForecastModel& model : report.models) {
    EXPECT_TRUE(std::isfinite(model.log_likelihood)) << model.name;
    EXPECT_THAT(model.verdict, AnyOf("boundary", "too_few_data", "interior"));
  }
}

TEST(ForecastOfBadInput, OfNoRepeatBuyersSaysThatNothingCanBeLearnt) {
  std::vector<Said> story;
  for (int customer = 0; customer < 400; ++customer)
    story.push_back(buys(fmt::format("c{}", customer), customer % (kDays - 1), R"({"total":10})"));
  const ForecastReport report = ask(story);
  EXPECT_NE(report.check.verdict, ForecastVerdict::Passed);
  for (const ForecastModel& model : report.models) EXPECT_THAT(model.findings, Contains("no_repeat_purchases"));
}

TEST(ForecastOfBadInput, LeavesNegativeSpendOutAndSaysSo) {
  std::vector<Said> story = invent(170, 7);
  for (int customer = 0; customer < 40; ++customer)
    story.push_back(buys(fmt::format("odd{}", customer), 10 + customer, R"({"total":-50})"));
  const ForecastReport report = ask(story);
  ASSERT_TRUE(report.spend);
  for (const ForecastParameter& parameter : report.spend->parameters) EXPECT_TRUE(std::isfinite(parameter.value));
  if (report.totals) {
    EXPECT_GT(*report.totals->all.spend_minor, 0);
  }
  for (const ForecastCustomer& customer : report.customers) EXPECT_GE(*customer.spend_low_minor, 0);
}

TEST(ForecastOfBadInput, SeesNothingDatedInTheFuture) {
  std::vector<Said> story = invent(170, 7);
  const ForecastReport known = ask(story);
  for (int customer = 0; customer < 100; ++customer)
    story.push_back(buys(fmt::format("later{}", customer), kDays + 1 + customer, R"({"total":1000000})"));
  const ForecastReport report = ask(story);
  ASSERT_TRUE(known.totals && report.totals);
  EXPECT_EQ(report.totals->all.customers, known.totals->all.customers);
  EXPECT_EQ(report.totals->all.value_minor, known.totals->all.value_minor);
}

TEST(ForecastOfBadInput, WarnsOfCurrenciesWithoutARate) {
  std::vector<Said> story = invent(170, 7);
  for (std::size_t at = 0; at < story.size(); at += 2) story[at].properties = R"({"total":30,"currency":"GBP"})";
  const ForecastReport mixed = ask(story);
  EXPECT_THAT(mixed.warnings, Contains(HasSubstr("tell no amount that can be added")));
  for (Said& said : story) said.properties = R"({"total":30,"currency":"GBP"})";
  const ForecastReport none = ask(story);
  EXPECT_THAT(none.warnings, Contains(HasSubstr("tell no amount that can be added")));
  // Purchases can be foretold; what nobody knows the worth of is not given a worth.
  ASSERT_TRUE(none.totals) << none.sentence_en;
  EXPECT_GT(none.totals->all.purchases, 0);
  EXPECT_EQ(none.totals->all.spend_minor, std::nullopt);
  EXPECT_EQ(none.totals->all.value_minor, std::nullopt);
  EXPECT_EQ(none.customers.front().value_minor, std::nullopt);
  EXPECT_THAT(none.customers.front().sentence_en, HasSubstr("purchases expected in 84 days."));
  EXPECT_THAT(none.warnings, Contains(HasSubstr("too few customers tell what they pay")));
}

}  // namespace
}  // namespace habitue::insight
