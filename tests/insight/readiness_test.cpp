// Whether a programme may begin, asked of an invented shop: figures equal those that a second, naive way counts from the story, what is to come
// equals the forecast's, and each answer is refused where it has to be.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <set>

#include "insight/forecast/fit.hpp"
#include "insight/invented_shop.hpp"
#include "insight/readiness/readiness.hpp"

namespace habitue::insight {
namespace {

using journey::Said;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using Light = ReadinessLight;
using Reason = ReadinessReason;
using Who = ReadinessCell::Who;

constexpr int kAsOf = 400;

std::string at(int number) { return format_moment(day(number)); }
Said order(const std::string& who, int number, double total) {
  return {who, "Order Completed", at(number), fmt::format(R"({{"total":{:.2f}}})", total)};
}
Said spent(const std::string& who, int number, double amount) {
  return {who, "Resource Spent", at(number), fmt::format(R"({{"amount":{:.2f}}})", amount)};
}
Said known(const std::string& who, int number, const std::string& traits) {
  return {who, "$identify", at(number), traits};
}

struct Company {
  explicit Company(const std::vector<Said>& story, std::optional<double> margin = 0.5, int as_of = kAsOf)
      : built(journey::build_journeys(story)) {
    config::Business rules = shop();
    rules.margin.share = margin;
    rules.treatments.front().perks = {"a call a year"};
    customers = *Customers::bind(built.snapshot, rules);
    question.as_of = day(as_of);
  }
  ReadinessReport ask(const ReadinessSpec& spec, const ForecastFit* kept = nullptr) const {
    auto report = ask_readiness(*customers, question, spec, kept);
    EXPECT_TRUE(report) << report.error().message;
    return report ? *std::move(report) : ReadinessReport{};
  }
  std::size_t people(const ReadinessSpec& spec, Who who) const {
    return people_of_readiness(*customers, question, spec, {who})->size();
  }
  journey::BuiltJourneys built;
  std::shared_ptr<const Customers> customers;
  Question question;
};

criteria::Expression said(std::string_view text) { return *criteria::parse(text); }
ReadinessSpec with_offer() {
  ReadinessSpec spec;
  spec.beyond_goods = {"advice"};
  return spec;
}

// Buys and is served by lot; some tell an email, some agreed, some come from abroad.
std::vector<Said> by_lot(int people, unsigned seed, int days) {
  boost::random::mt19937 random(seed);
  boost::random::uniform_01<double> uniform;
  std::vector<Said> story;
  for (int person = 0; person < people; ++person) {
    const std::string who = fmt::format("p{}", person);
    story.push_back(known(who, 0,
                          fmt::format(R"({{"country":"{}"{}{}}})", uniform(random) < 0.5 ? "fr" : "be",
                                      uniform(random) < 0.7 ? R"(,"email":"x@example.com")" : "",
                                      uniform(random) < 0.6 ? R"(,"agreed":true)" : "")));
    for (int number = 1; number < days; ++number) {
      if (uniform(random) < 0.008) story.push_back(order(who, number, 10 + std::floor(90 * uniform(random))));
      if (uniform(random) < 0.004) story.push_back(spent(who, number, std::floor(20 * uniform(random))));
    }
  }
  return story;
}

double number_in(const std::string& properties, const std::string& name) {
  return std::stod(properties.substr(properties.find("\"" + name + "\":") + name.size() + 3));
}

TEST(Readiness, FiguresAreThoseCountedFromTheStory) {
  const std::vector<Said> story = by_lot(120, 3, 500);
  const Company company(story);
  ReadinessSpec spec = with_offer();
  spec.segment = said("trait country = \"fr\"");
  spec.consent = said("trait agreed = true");
  const ReadinessReport report = company.ask(spec);

  struct One {
    bool french = false, email = false, agreed = false;
    int purchases = 0, recent = 0;
    double brought = 0;
  };
  std::map<std::string, One> all;
  std::int64_t revenue = 0, serving = 0;
  for (const Said& one : story) {
    const int number = static_cast<int>((*parse_moment(one.when, Zone::utc()) - day(0)) / std::chrono::days{1});
    if (number > kAsOf) continue;
    One& of = all[one.who];
    if (one.what == "$identify") {
      of.french = one.properties.find("\"fr\"") != std::string::npos;
      of.email = one.properties.find("email") != std::string::npos;
      of.agreed = one.properties.find("agreed") != std::string::npos;
    }
    const bool recent = number > kAsOf - 365;
    if (one.what == "Order Completed") {
      ++of.purchases;
      of.recent += recent ? 1 : 0;
      if (recent) of.brought += 0.5 * number_in(one.properties, "total");
      if (recent && of.french) revenue += std::llround(100 * number_in(one.properties, "total"));
    }
    if (one.what == "Resource Spent" && recent) {
      of.brought -= number_in(one.properties, "amount");
      if (of.french) serving += std::llround(100 * number_in(one.properties, "amount"));
    }
  }
  std::erase_if(all, [](const auto& each) { return !each.second.french; });
  const double n = static_cast<double>(all.size());
  double sum = 0, squares = 0, purchases = 0, buyers = 0;
  std::uint64_t losing = 0, ready = 0, reachable = 0, bought = 0, again = 0, agreed = 0;
  for (const auto& [who, one] : all) {
    sum += one.brought;
    squares += one.brought * one.brought;
    losing += one.brought < 0 ? 1 : 0;
    reachable += one.email ? 1 : 0;
    bought += one.purchases > 0 ? 1 : 0;
    again += one.purchases > 1 ? 1 : 0;
    agreed += one.agreed ? 1 : 0;
    ready += one.email && one.agreed && one.purchases > 0 ? 1 : 0;
    purchases += one.recent;
    buyers += one.recent > 0 ? 1 : 0;
  }
  EXPECT_EQ(report.people, all.size());
  EXPECT_EQ(report.profit.revenue_minor, revenue);
  EXPECT_EQ(report.profit.serving_minor, serving);
  EXPECT_NEAR(static_cast<double>(report.profit.contribution_of_one->minor), 100 * sum / n, 1);
  const double error = 1.96 * std::sqrt((squares - sum * sum / n) / (n - 1) / n);
  EXPECT_NEAR(static_cast<double>(report.profit.contribution_of_one->low_minor), 100 * (sum / n - error), 2);
  EXPECT_EQ(report.profit.losing, losing);
  EXPECT_EQ(report.data.score.part, ready);
  EXPECT_EQ(report.data.reachable.part, reachable);
  EXPECT_EQ(report.data.bought.part, bought);
  EXPECT_EQ(report.data.bought_again.part, again);
  EXPECT_EQ(report.data.consent->part, agreed);
  EXPECT_NEAR(*report.offer.purchases_a_year, purchases / buyers, 1e-9);
  EXPECT_EQ(company.people(spec, Who::Segment), all.size());
  EXPECT_EQ(company.people(spec, Who::Losing), losing);
  EXPECT_EQ(company.people(spec, Who::Ready) + company.people(spec, Who::NotReady), all.size());
  EXPECT_EQ(company.people(spec, Who::Ready), ready);
  EXPECT_EQ(company.people(spec, Who::NotReachable), all.size() - reachable);
  EXPECT_EQ(company.people(spec, Who::BoughtAgain), again);
  EXPECT_EQ(company.people(spec, Who::NotConsented), all.size() - agreed);
}

TEST(Readiness, WhatIsToComeIsTheForecastsAndPayBackAddsUp) {
  const Company company(invent(170, 7), 0.5, kDays);
  const auto fit = fit_forecast(*company.customers, company.question, ForecastSpec{});
  ReadinessSpec spec = with_offer();
  spec.horizon_years = 3;
  spec.cost_of_one_minor = 100;
  spec.set_up_minor = 5'000;
  spec.lift = 0.2;
  spec.lift_source = "a test in May";
  const ReadinessReport report = company.ask(spec, &*fit);
  const ReadinessProfit& profit = report.profit;
  ForecastSpec year;
  const auto forecast = ask_forecast(*company.customers, company.question, year, &*fit);
  ASSERT_TRUE(forecast && forecast->totals);
  ASSERT_THAT(profit.years, SizeIs(3));
  // Nothing was spent on serving: all margin is left.
  const double foretold = static_cast<double>(*forecast->totals->all.value_minor);
  EXPECT_NEAR(static_cast<double>(profit.years[0].contribution_minor), foretold, 1e-3 * foretold)
      << "but for what the rounding of margins by payment adds";
  EXPECT_GT(profit.years[0].contribution_minor, profit.years[1].contribution_minor) << "people leave";
  std::int64_t balance = -spec.set_up_minor, margin = 0, programme = spec.set_up_minor;
  std::optional<std::uint32_t> paid;
  for (const ReadinessYear& one : profit.years) {
    EXPECT_NEAR(static_cast<double>(one.lift_minor), 0.2 * static_cast<double>(one.contribution_minor), 1);
    EXPECT_NEAR(static_cast<double>(one.programme_minor),
                100.0 * static_cast<double>(report.people) / std::pow(1.1, one.year - 1), 1);
    balance += one.contribution_minor + one.lift_minor - one.programme_minor;
    EXPECT_NEAR(static_cast<double>(one.balance_minor), static_cast<double>(balance), 4);
    if (balance >= 0 && !paid) paid = one.year;
    margin += one.contribution_minor;
    programme += one.programme_minor;
  }
  EXPECT_EQ(profit.payback_year, paid);
  EXPECT_EQ(paid, 1U);
  EXPECT_NEAR(static_cast<double>(profit.lifetime_of_one->minor * static_cast<std::int64_t>(report.people)),
              static_cast<double>(margin), static_cast<double>(report.people));
  EXPECT_LT(profit.lifetime_of_one->low_minor, profit.lifetime_of_one->minor);
  EXPECT_NEAR(*profit.break_even_lift, static_cast<double>(programme) / static_cast<double>(margin), 1e-6);
  EXPECT_EQ(profit.light, *profit.break_even_lift <= 0.2 ? Light::Green : Light::Red) << profit.sentence_en;
  EXPECT_THAT(profit.sentence_en, HasSubstr("a test in May"));

  // Just under and over break-even.
  spec.lift = *profit.break_even_lift * 1.001;
  EXPECT_EQ(company.ask(spec, &*fit).profit.light, Light::Green);
  spec.lift = *profit.break_even_lift * 0.999;
  EXPECT_THAT(company.ask(spec, &*fit).profit.reasons, ElementsAre(Reason::LiftTooSmall));
  spec.lift = *profit.break_even_lift * 1.1;
  spec.lift_source.clear();
  EXPECT_THAT(company.ask(spec, &*fit).profit.reasons, ElementsAre(Reason::LiftWithoutSource));
  spec.lift.reset();
  EXPECT_THAT(company.ask(spec, &*fit).profit.reasons, ElementsAre(Reason::LiftNotGiven));
  // What is never paid back says so.
  spec.cost_of_one_minor = 1'000'000;
  const ReadinessReport dear = company.ask(spec, &*fit);
  EXPECT_FALSE(dear.profit.payback_year);
  EXPECT_THAT(dear.profit.reasons, ElementsAre(Reason::NotPaidBack, Reason::NeedsDoubling));
  EXPECT_THAT(dear.profit.sentence_en, HasSubstr("not paid back within 3 years"));
  EXPECT_FALSE(dear.go);
  EXPECT_TRUE(dear.eligible) << "the people are worth it, the plan is not";
}

TEST(Readiness, WhatBeingFoundCostsIsPaidBackToo) {
  std::vector<Said> story = invent(170, 7);
  const Company free(story, 0.5, kDays);
  const auto fit = fit_forecast(*free.customers, free.question, ForecastSpec{});
  ReadinessSpec spec = with_offer();
  spec.cost_of_one_minor = 10;
  const std::uint32_t before = free.ask(spec, &*fit).profit.payback_year.value_or(99);
  story.push_back({"spender", "Marketing Spent", at(200), R"({"amount":9000,"channel":"search"})"});
  const Company company(story, 0.5, kDays);
  const ReadinessReport report = company.ask(spec, &*fit);
  ASSERT_TRUE(report.profit.acquisition_of_one_minor);
  EXPECT_GT(*report.profit.acquisition_of_one_minor, 5'000);
  EXPECT_LT(report.profit.years.front().balance_minor, free.ask(spec, &*fit).profit.years.front().balance_minor);
  EXPECT_GT(report.profit.payback_year.value_or(99), before);
}

TEST(Readiness, ASegmentThatLosesMoneyIsRefused) {
  std::vector<Said> story;
  for (int person = 0; person < 40; ++person) {
    const std::string who = fmt::format("p{}", person);
    story.push_back(
        known(who, 0, fmt::format(R"({{"email":"x@example.com","kind":"{}"}})", person < 35 ? "dear" : "good")));
    for (int number = 10; number < kAsOf; number += 60) {
      story.push_back(order(who, number, 20));
      story.push_back(spent(who, number, person < 35 ? 13.0 + person % 3 : 1.0));
    }
  }
  const Company company(story);
  ReadinessSpec spec = with_offer();
  spec.segment = said("trait kind = \"dear\"");
  const ReadinessReport report = company.ask(spec);
  EXPECT_FALSE(report.eligible);
  EXPECT_FALSE(report.go);
  EXPECT_EQ(report.profit.light, Light::Red);
  EXPECT_EQ(report.profit.losing, 35U);
  EXPECT_EQ(company.people(spec, Who::Losing), 35U);
  EXPECT_THAT(report.profit.sentence_en, HasSubstr("Of 35 people, 35 cost more"));
  EXPECT_THAT(report.sentence_fr, HasSubstr("fait perdre de l'argent"));
  // The few others are too few to say.
  spec.segment = said("trait kind = \"good\"");
  const ReadinessReport few = company.ask(spec);
  EXPECT_THAT(few.profit.reasons, ElementsAre(Reason::TooFewPeople));
  EXPECT_EQ(few.profit.light, Light::Unknown);
  EXPECT_TRUE(few.eligible);
  EXPECT_THAT(few.sentence_en, HasSubstr("not known for profit and the data"));
  // Who lives where is not known of anybody.
  spec.segment = said("trait country = \"fr\"");
  const ReadinessReport unknown = company.ask(spec);
  EXPECT_EQ(unknown.people, 0U);
  EXPECT_EQ(unknown.cannot_tell, 40U);
  EXPECT_EQ(company.people(spec, Who::CannotTell), 40U);
  EXPECT_FALSE(unknown.go) << "there is nobody";
}

TEST(Readiness, SaysWhatThereIsToOfferAndWhatTheDataLack) {
  std::vector<Said> story;
  for (int person = 0; person < 50; ++person) {
    const std::string who = fmt::format("p{}", person);
    story.push_back(known(who, 0, person < 20 ? R"({"email":"x@example.com"})" : R"({"age":3})"));
    story.push_back(order(who, 40 + person, 100));
    if (person < 10) story.push_back(order(who, 300 + person, 100));
  }
  const Company thin(story, 0.1), thick(story, 0.6);
  ReadinessSpec spec;
  EXPECT_THAT(thin.ask(spec).offer.reasons, ElementsAre(Reason::BeyondNotTold, Reason::LowInvolvement));
  EXPECT_EQ(thin.ask(spec).offer.light, Light::Red) << "bought 1.2 times a year, a tenth of it margin";
  EXPECT_EQ(thick.ask(spec).offer.light, Light::Unknown);
  EXPECT_THAT(thick.ask(spec).offer.sentence_en, HasSubstr("a call a year"));
  spec.beyond_goods = std::vector<std::string>{};
  EXPECT_THAT(thick.ask(spec).offer.reasons, ElementsAre(Reason::NothingBeyond));
  spec.beyond_goods = {"advice", "evenings"};
  const ReadinessReport report = thick.ask(spec);
  EXPECT_EQ(report.offer.light, Light::Green);
  EXPECT_THAT(report.offer.sentence_en, HasSubstr("advice and evenings"));
  EXPECT_THAT(report.data.reasons, ElementsAre(Reason::FewKnown, Reason::TooFewRepeats));
  EXPECT_EQ(report.data.light, Light::Red);
  EXPECT_THAT(report.profit.reasons, ElementsAre(Reason::NotForetold)) << "too few to foretell from";
  EXPECT_EQ(report.profit.light, Light::Unknown);
  // Without a margin nobody knows what is left.
  const ReadinessReport blind = Company(story, std::nullopt).ask(spec);
  EXPECT_THAT(blind.profit.reasons, ElementsAre(Reason::NoMargin));
  EXPECT_THAT(blind.offer.reasons, ElementsAre(Reason::InvolvementNotKnown));
  EXPECT_THAT(Company(story, 0.5, 130).ask(spec).profit.reasons, ElementsAre(Reason::TooShort));
}

TEST(Readiness, IsTheSameOnAnyThreadsInAnyOrderAndSeesNothingLater) {
  std::vector<Said> story = invent(170, 7, kDays + 200);
  for (Said& one : by_lot(40, 5, kDays + 200)) story.push_back(std::move(one));
  ReadinessSpec spec = with_offer();
  spec.cost_of_one_minor = 200;
  const Company whole(story, 0.5, kDays);
  std::erase_if(story, [](const Said& one) { return *parse_moment(one.when, Zone::utc()) > day(kDays); });
  std::reverse(story.begin(), story.end());
  Company alone(story, 0.5, kDays);
  alone.question.threads = 3;
  const ReadinessReport left = whole.ask(spec), right = alone.ask(spec);
  ASSERT_THAT(left.profit.years, Not(IsEmpty())) << left.profit.sentence_en;
  EXPECT_EQ(left.profit.sentence_en, right.profit.sentence_en);
  EXPECT_EQ(left.offer.sentence_fr, right.offer.sentence_fr);
  EXPECT_EQ(left.data.sentence_fr, right.data.sentence_fr);
  EXPECT_EQ(left.profit.break_even_lift, right.profit.break_even_lift);
  EXPECT_EQ(left.profit.contribution_of_one->low_minor, right.profit.contribution_of_one->low_minor);
  EXPECT_EQ(left.profit.years.back().balance_minor, right.profit.years.back().balance_minor);
}

TEST(Readiness, RefusesWhatIsOutOfRange) {
  const Company company({order("ann", 0, 5)});
  const auto why_not = [&](auto change) {
    ReadinessSpec spec;
    change(spec);
    const auto report = ask_readiness(*company.customers, company.question, spec);
    return report ? std::string() : report.error().message;
  };
  EXPECT_THAT(why_not([](ReadinessSpec& spec) { spec.cost_of_one_minor = -1; }), HasSubstr("cost_of_one_minor"));
  EXPECT_THAT(why_not([](ReadinessSpec& spec) { spec.lift = 9; }), HasSubstr("lift"));
  EXPECT_THAT(why_not([](ReadinessSpec& spec) { spec.lift = std::nan(""); }), HasSubstr("lift"));
  EXPECT_THAT(why_not([](ReadinessSpec& spec) { spec.horizon_years = 0; }), HasSubstr("horizon_years"));
  EXPECT_THAT(why_not([](ReadinessSpec& spec) { spec.beyond_goods = {""}; }), HasSubstr("beyond_goods"));
  EXPECT_FALSE(Company({}).ask({}).go);
}

}  // namespace
}  // namespace habitue::insight
