// Customers who can buy once an occasion: what is counted, by which models, and what was published of donations.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <numeric>

#include <boost/random/beta_distribution.hpp>
#include <boost/random/uniform_int_distribution.hpp>

#include "insight/forecast/fit.hpp"
#include "insight/invented_shop.hpp"
#include "models/shared_table.hpp"

namespace habitue::insight {
namespace {

using journey::Said;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

Said gives(const std::string& who, int year, int month, int of_month, double amount = 50) {
  return {who, "Order Completed", fmt::format("{:04}-{:02}-{:02}T12:00:00Z", year, month, of_month),
          amount > 0 ? fmt::format(R"({{"total":{:.2f}}})", amount) : std::string("{}")};
}

struct Company {
  Company(const std::vector<Said>& story, std::string_view as_of)
      : built(journey::build_journeys(story)), customers(*Customers::bind(built.snapshot, shop())) {
    question.as_of = *parse_moment(as_of, Zone::utc());
  }
  Result<ForecastReport> ask(const ForecastSpec& spec) const { return ask_forecast(*customers, question, spec); }
  ForecastReport answer(const ForecastSpec& spec) const {
    auto report = ask(spec);
    EXPECT_TRUE(report) << report.error().message;
    return report ? *std::move(report) : ForecastReport{};
  }
  journey::BuiltJourneys built;
  std::shared_ptr<const Customers> customers;
  Question question;
};
constexpr std::string_view kEndOf2001 = "2001-12-31T23:59:59.999999Z";
const ForecastSpec kFiveYears{.horizon_days = 1'826, .limit = 10'000, .occasions = "year"};

double parameter(const ForecastReport& report, std::string_view model, std::string_view name) {
  for (const ForecastModel& of : report.models)
    for (const ForecastParameter& each : of.parameters)
      if (of.name == model && each.name == name) return each.value;
  return std::nan("");
}

// 11,104 people first gave in 1995; of each is known at how many of the six years that followed they gave, and at which last. Given those,
// all ways to have given in between are as likely under the model: one is drawn.
std::optional<std::vector<Said>> donations(std::map<std::string, std::uint32_t>& gifts) {
  std::vector<Said> story;
  boost::random::mt19937 random(1995);
  int donors = 0;
  const auto found = models::read_shared("btyd_small/donations_bgbb.csv", [&](const auto& cell) {
    const auto x = static_cast<int>(models::number(cell[0])), last = static_cast<int>(models::number(cell[1]));
    for (int one = 0; one < static_cast<int>(models::number(cell[3])); ++one) {
      const std::string who = fmt::format("d{}", donors++);
      gifts[who] = static_cast<std::uint32_t>(x);
      story.push_back(gives(who, 1995, 6, 15));
      std::vector<int> between(static_cast<std::size_t>(std::max(0, last - 1)));
      std::iota(between.begin(), between.end(), 1);
      for (int gift = 0; gift + 1 < x; ++gift) {
        const auto left = static_cast<int>(between.size()) - 1;
        const auto pick = between.begin() + boost::random::uniform_int_distribution<int>(0, left)(random);
        story.push_back(gives(who, 1995 + *pick, 3 + *pick, 10));
        between.erase(pick);
      }
      if (x > 0) story.push_back(gives(who, 1995 + last, 11, 20));
    }
  });
  return found ? std::optional(story) : std::nullopt;
}

TEST(ForecastOfOccasions, GivesThePublishedFitAndForecastOfDonations) {
  std::map<std::string, std::uint32_t> gifts;
  const auto story = donations(gifts);
  HABITUE_NEEDS(story, "btyd_small");
  const Company charity(*story, kEndOf2001);
  std::map<PersonId, std::uint32_t> gave;
  for (const auto& [who, person] : charity.built.persons) gave[person] = gifts.at(who);
  const ForecastReport report = charity.answer(kFiveYears);
  // Fader, Hardie and Shang (2010), table 4.
  EXPECT_NEAR(parameter(report, "BG/BB", "alpha"), 1.204, 5e-4);
  EXPECT_NEAR(parameter(report, "BG/BB", "beta"), 0.750, 5e-4);
  EXPECT_NEAR(parameter(report, "BG/BB", "gamma"), 0.657, 5e-4);
  EXPECT_NEAR(parameter(report, "BG/BB", "delta"), 2.783, 1e-3);
  ASSERT_EQ(report.models.size(), 2u);
  EXPECT_NEAR(report.models[1].log_likelihood, -33'225.58, 5e-3);
  ASSERT_EQ(report.check.verdict, ForecastVerdict::Passed) << report.sentence_en;
  EXPECT_EQ(report.occasions->ahead, 5u);
  EXPECT_GT(report.models[1].weight, 0.9);

  // The published forecast of five years by past gifts. The question's is a blend, mended by its level: what the model without leaving adds
  // to it has a closed form.
  const std::vector<double> published{0.073, 0.325, 0.709, 1.334, 2.031, 2.784, 3.753};
  std::vector<double> expected(7, 0.0), people(7, 0.0);
  const double a = parameter(report, "beta-binomial", "alpha"), b = parameter(report, "beta-binomial", "beta");
  for (const std::uint32_t offset : {0u, 10'000u}) {
    ForecastSpec page = kFiveYears;
    page.offset = offset;
    for (const ForecastCustomer& customer : charity.answer(page).customers) {
      const std::uint32_t x = gave.at(customer.person);
      EXPECT_EQ(customer.purchases, x + 1);
      EXPECT_EQ(customer.occasions_since_first, 6u);
      const double stays = 5 * (a + x) / (a + b + 6);
      expected[x] +=
          (customer.expected_purchases / report.level - report.models[0].weight * stays) / report.models[1].weight;
      people[x] += 1;
    }
  }
  for (std::size_t x = 0; x < 7; ++x) EXPECT_NEAR(expected[x] / people[x], published[x], 7e-4) << x;
}

// A charity by the model itself: who gives, in which of the years after the first, and how many later.
struct Charity {
  std::vector<Said> story;
  double came = 0;  // Gifts of 2005 to 2007 of those who gave before; they are not told.
};
Charity invented(int donors, unsigned seed, double amount = 50) {
  Charity charity;
  boost::random::mt19937 random(seed);
  boost::random::uniform_01<double> uniform;
  for (int donor = 0; donor < donors; ++donor) {
    const std::string who = fmt::format("d{}", donor);
    const double gives_with = boost::random::beta_distribution<double>(1.2, 0.9)(random);
    const double leaves_with = boost::random::beta_distribution<double>(0.8, 4)(random);
    const int first = 1993 + donor % 6;
    charity.story.push_back(gives(who, first, 5, 1 + donor % 28, amount));
    bool there = true;
    for (int year = first + 1; year <= 2007; ++year) {
      there = there && uniform(random) >= leaves_with;
      if (!there || uniform(random) >= gives_with) continue;
      if (year > 2004)
        charity.came += 1;
      else
        charity.story.push_back(gives(who, year, 1 + donor % 12, 1 + donor % 28, amount));
    }
  }
  return charity;
}
constexpr std::string_view kEndOf2004 = "2004-12-31T23:59:59.999999Z";
const ForecastSpec kThreeYears{.horizon_days = 1'096, .limit = 5, .occasions = "year"};

TEST(ForecastOfOccasions, FindsWhatWasPlantedAndForetellsWhatCame) {
  const Charity planted = invented(3'000, 7);
  const Company charity(planted.story, kEndOf2004);
  const ForecastReport report = charity.answer(kThreeYears);
  ASSERT_EQ(report.check.verdict, ForecastVerdict::Passed) << report.sentence_en;
  const ForecastModel& model = report.models[1];
  EXPECT_EQ(model.name, "BG/BB");
  for (const auto& [name, truth] :
       {std::pair("alpha", 1.2), std::pair("beta", 0.9), std::pair("gamma", 0.8), std::pair("delta", 4.0)})
    for (const ForecastParameter& each : model.parameters)
      if (each.name == name) {
        EXPECT_NEAR(each.value, truth, 3 * *each.standard_error) << name;
      }
  EXPECT_NEAR(report.totals->all.purchases / planted.came, 1, 0.05);
  EXPECT_NEAR(*report.check.purchases_held, 0.9, 0.1);
  EXPECT_TRUE(report.check.by_week.empty());
  EXPECT_EQ(report.check.by_occasion.size(), 2u);
  for (const ForecastByWeek& of : report.check.by_occasion) EXPECT_NEAR(of.expected / of.observed, 1, 0.15);
  const ForecastCustomer& best = report.customers.front();
  EXPECT_LE(best.expected_purchases, 3);
  EXPECT_LT(best.discounted_purchases, best.expected_purchases);
  // At 10 % a year an act of the first of three years is worth 1/1.1, one of the last 1/1.331.
  EXPECT_NEAR(best.discounted_purchases / best.expected_purchases, (1 / 1.1 + 1 / 1.21 + 1 / 1.331) / 3, 0.01);
  EXPECT_LE(best.purchases_high, 3);
  EXPECT_THAT(best.sentence_en, HasSubstr("years since the first"));
  EXPECT_THAT(best.sentence_fr, HasSubstr("ans depuis le premier achat"));
}

TEST(ForecastOfOccasions, CountsAnOccasionWhenItIsOver) {
  const Charity planted = invented(600, 11);
  std::vector<Said> running = planted.story;
  for (int donor = 0; donor < 300; ++donor) running.push_back(gives(fmt::format("d{}", donor), 2005, 2, 3));
  const ForecastReport at_end = Company(planted.story, kEndOf2004).answer(kThreeYears),
                       within = Company(running, "2005-06-30T12:00:00Z").answer(kThreeYears);
  ASSERT_TRUE(at_end.totals && within.totals) << at_end.sentence_en;
  EXPECT_EQ(format_day(*within.occasions->last_day), "2004-12-31");
  EXPECT_EQ(format_day(*within.occasions->until), "2007-12-31");
  EXPECT_EQ(within.totals->all.purchases, at_end.totals->all.purchases);
  EXPECT_EQ(within.totals->all.value_minor, at_end.totals->all.value_minor);
  const Company second(running, "2005-06-30T12:00:00Z");
  const auto people = people_of_forecast(*second.customers, second.question, kThreeYears, {});
  ASSERT_TRUE(people);
  EXPECT_EQ(people->size(), within.totals->all.customers);
}

TEST(ForecastOfOccasions, BeginWhereAnEventSaysSo) {
  const Charity planted = invented(600, 11);
  // A mailing of three days at the beginning of each year: one occasion, as long as the year.
  std::vector<Said> story = planted.story;
  for (int year = 1993; year <= 2005; ++year)
    for (int day = 1; day <= 3; ++day)
      story.push_back({fmt::format("d{}", day), "Appeal Sent", fmt::format("{}-01-{:02}T08:00:00Z", year, day), "{}"});
  ForecastSpec by_event = kThreeYears;
  by_event.occasions = "Appeal Sent";
  const ForecastReport years = Company(story, "2005-01-03T12:00:00Z").answer(kThreeYears),
                       appeals = Company(story, "2005-01-03T12:00:00Z").answer(by_event);
  ASSERT_EQ(years.models.size(), 2u);
  ASSERT_EQ(appeals.models.size(), 2u);
  EXPECT_EQ(appeals.occasions->days, 365);
  EXPECT_EQ(appeals.occasions->ahead, 3u);
  EXPECT_EQ(format_day(*appeals.occasions->last_day), "2004-12-31");
  EXPECT_EQ(appeals.models[1].log_likelihood, years.models[1].log_likelihood);
  ASSERT_TRUE(years.totals && appeals.totals);
  EXPECT_EQ(appeals.totals->all.purchases, years.totals->all.purchases);
  // Without the last appeal the one before still runs.
  for (Said& said : story)
    if (said.when.starts_with("2005-01") && said.what == "Appeal Sent") said.what = "Other";
  const ForecastReport before = Company(story, "2005-01-03T12:00:00Z").answer(by_event);
  EXPECT_EQ(format_day(*before.occasions->last_day), "2003-12-31");
}

TEST(ForecastOfOccasions, WithoutAmountsForetellsActsWithTheirInterval) {
  const ForecastReport report = Company(invented(600, 11, 0).story, kEndOf2004).answer(kThreeYears);
  ASSERT_TRUE(report.totals) << report.sentence_en;
  EXPECT_EQ(report.totals->all.value_minor, std::nullopt);
  const ForecastCustomer& best = report.customers.front();
  EXPECT_GT(best.discounted_purchases, 0);
  EXPECT_THAT(best.sentence_en, HasSubstr(fmt::format("expected in 3 years (from {:.0f} to {:.0f} with 80 %).",
                                                      best.purchases_low, best.purchases_high)));
}

TEST(ForecastOfOccasions, SaysWhatIsWrong) {
  const Company charity(invented(150, 3).story, kEndOf2004);
  const auto error = [&](const ForecastSpec& spec) {
    const auto report = charity.ask(spec);
    EXPECT_FALSE(report);
    return report ? std::string() : report.error().message;
  };
  EXPECT_THAT(error({.horizon_days = 90, .occasions = "year"}), HasSubstr("less than one occasion"));
  EXPECT_THAT(error({.occasions = "did (("}), HasSubstr("week, month, quarter, year"));
  EXPECT_THAT(error({.covariates = {"channel"}, .occasions = "year"}), HasSubstr("leave out one of the two"));
  const ForecastReport none = charity.answer({.occasions = "Appeal Sent"});
  EXPECT_THAT(none.check.reasons, ElementsAre(ForecastReason::NoOccasions));
  EXPECT_THAT(none.sentence_en, HasSubstr("no occasion is over yet"));
  EXPECT_THAT(none.warnings, Contains(HasSubstr("Appeal Sent")));
  // Two years of gifts are too few to look back on.
  std::vector<Said> story;
  for (int donor = 0; donor < 200; ++donor)
    for (int year = 2002; year <= 2004; year += 1 + donor % 2)
      story.push_back(gives(fmt::format("d{}", donor), year, 5, 5));
  const ForecastReport brief = Company(story, kEndOf2004).answer(kThreeYears);
  EXPECT_THAT(brief.check.reasons, ElementsAre(ForecastReason::TooShort));
  // Everybody gives every year: nobody is seen to leave, and taking all for alike is right.
  story.clear();
  for (int donor = 0; donor < 200; ++donor)
    for (int year = 1994; year <= 2004; ++year) story.push_back(gives(fmt::format("d{}", donor), year, 5, 5));
  const ForecastReport alike = Company(story, kEndOf2004).answer(kThreeYears);
  EXPECT_THAT(alike.models[1].findings, Contains("no_dropout_detectable"));
  EXPECT_THAT(alike.check.reasons, Contains(ForecastReason::NoBetterThanAlike));
}

TEST(ForecastOfOccasions, AreKeptInAFitThatAnswersTheSame) {
  const Company charity(invented(600, 11).story, kEndOf2004);
  const auto fit = fit_forecast(*charity.customers, charity.question, kThreeYears);
  ASSERT_TRUE(fit) << fit.error().message;
  const std::string bytes = bytes_of(*fit);
  const auto back = forecast_fit_of(bytes);
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(bytes_of(*back), bytes);
  Question alone = charity.question;
  alone.threads = 1;
  EXPECT_EQ(bytes_of(*fit_forecast(*charity.customers, alone, kThreeYears)), bytes);

  const auto by_fit = ask_forecast(*charity.customers, charity.question, kThreeYears, &*back);
  ASSERT_TRUE(by_fit) << by_fit.error().message;
  EXPECT_EQ(by_fit->totals->all.value_minor, charity.answer(kThreeYears).totals->all.value_minor);
  EXPECT_THAT(report_of(*back, *charity.customers).occasions->sentence_en, HasSubstr("until 2007-12-31"));
  const auto other = ask_forecast(*charity.customers, charity.question, {.horizon_days = 1'096}, &*back);
  ASSERT_FALSE(other);
  EXPECT_THAT(other.error().message, HasSubstr("other occasions"));
  const auto moved = has_moved(*charity.customers, charity.question, *back);
  ASSERT_TRUE(moved);
  EXPECT_EQ(*moved, std::nullopt);
}

}  // namespace
}  // namespace habitue::insight
