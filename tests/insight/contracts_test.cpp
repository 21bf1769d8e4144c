// Subscriptions of an invented company: stories counted by hand and again by brute force, a factor that was planted, a projection that
// holds and one that must be refused.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>
#include <boost/random/gamma_distribution.hpp>
#include <boost/random/mersenne_twister.hpp>
#include <boost/random/uniform_01.hpp>

#include "insight/contracts/contracts.hpp"
#include "insight/contracts/spells.hpp"
#include "journey/journey_builder.hpp"

namespace habitue::insight {
namespace {

using journey::Said;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

const UtcMicros kStart = *parse_moment("2023-01-01T12:00:00Z", Zone::utc());
UtcMicros day(int number) { return kStart + std::chrono::days{number}; }
Said said(std::string who, std::string what, UtcMicros when, std::string properties = "{}") {
  return {std::move(who), std::move(what), format_moment(when), std::move(properties)};
}

struct Company {
  explicit Company(const std::vector<Said>& story, int as_of) : built(journey::build_journeys(story)) {
    config::Business business;
    business.model = config::BusinessModel::Subscription;
    business.currency = *Currency::parse("EUR");
    business.margin.share = 0.5;
    business.hypotheses.emplace_back();
    business.hypotheses.back().version = "v1";
    customers = *Customers::bind(built.snapshot, business);
    question.as_of = day(as_of);
  }
  Result<ContractsReport> ask(const ContractsSpec& spec = {}) const {
    return ask_contracts(*customers, question, spec);
  }
  Result<std::vector<PersonId>> people(const ContractsCell& cell, const ContractsSpec& spec = {}) const {
    return people_of_contracts(*customers, question, spec, cell);
  }
  journey::BuiltJourneys built;
  std::shared_ptr<const Customers> customers;
  Question question;
};

// A contract may end at each renewal of 30 days: by a chance of its own, Beta(1, 6), the square root of whose survival those of plan "l" have.
// `alike`: all have the same.
std::vector<Said> invent(int people, unsigned seed, int days, bool alike = false) {
  boost::random::mt19937 random(seed);
  boost::random::uniform_01<double> uniform;
  std::vector<Said> story;
  for (int person = 0; person < people; ++person) {
    const std::string who = fmt::format("s{}", person);
    const bool large = uniform(random) < 0.5;
    const double leaves = alike ? 0.12 : 1 - std::pow(uniform(random), 1 / 6.0);
    const int from = static_cast<int>(uniform(random) * days * 0.7);
    story.push_back(said(who, "$identify", day(from) - std::chrono::hours(1),
                         fmt::format(R"({{"plan":"{}"}})", large ? "l" : "s")));
    story.push_back(said(who, "Subscription Started", day(from), R"({"price":20})"));
    for (int at = from + 30; at < days; at += 30)
      if (uniform(random) < (large ? 1 - std::sqrt(1 - leaves) : leaves)) {
        story.push_back(said(who, "Subscription Cancelled", day(at) - std::chrono::hours(2)));
        break;
      }
  }
  return story;
}

TEST(Contracts, SpellsArePlansTogetherAndAChangeOfPlanIsNoEnd) {
  const Company company({said("ann", "Subscription Started", day(0), R"({"subscription_id":"a","price":10})"),
                         said("ann", "Subscription Started", day(10), R"({"subscription_id":"b","price":10})"),
                         said("ann", "Subscription Cancelled", day(20), R"({"subscription_id":"a"})"),
                         said("ann", "Subscription Cancelled", day(30), R"({"subscription_id":"b"})"),
                         said("ann", "Subscription Started", day(30), R"({"subscription_id":"c","price":12})"),
                         said("ann", "Subscription Cancelled", day(40), R"({"subscription_id":"unknown"})"),
                         said("ann", "Subscription Cancelled", day(50)), said("ann", "Subscription Renewed", day(90)),
                         said("bob", "Subscription Cancelled", day(5))},
                        100);
  const auto economics = knowledge::Economics::bind(*company.customers);
  const auto reader = contracts::SpellReader::bind(*economics);
  std::vector<contracts::Spell> spells;
  reader.read(company.built.of("ann"), day(100), spells);
  ASSERT_THAT(spells, SizeIs(2));
  EXPECT_EQ(spells[0].from, day(0));
  EXPECT_EQ(spells[0].to, day(50));
  EXPECT_EQ(spells[1].from, day(90));
  EXPECT_FALSE(spells[1].to);
  reader.read(company.built.of("ann"), day(35), spells);
  ASSERT_THAT(spells, SizeIs(1));
  EXPECT_FALSE(spells[0].to) << "the end on day 50 is not known yet";
  reader.read(company.built.of("bob"), day(100), spells);
  EXPECT_THAT(spells, IsEmpty());
}

TEST(Contracts, ChurnIsThatOfCountingAndItsPeopleAreBehindIt) {
  const Company company(invent(150, 4, 360), 360);
  const auto report = company.ask();
  ASSERT_TRUE(report) << report.error().message;
  // Naively, from the words of the story alone.
  std::map<std::string, std::pair<UtcMicros, UtcMicros>> lives;
  for (const Said& one : invent(150, 4, 360)) {
    const UtcMicros at = *parse_moment(one.when, Zone::utc());
    if (one.what == "Subscription Started") lives[one.who] = {at, kEnd};
    if (one.what == "Subscription Cancelled" && at <= day(360)) lives[one.who].second = at;
  }
  ASSERT_GT(report->periods.size(), 10U);
  for (const ContractsPeriod& period : report->periods) {
    std::uint64_t opening = 0, left = 0, begun = 0;
    const UtcMicros end = std::min(period.to, day(360) + std::chrono::microseconds{1});
    for (const auto& [who, life] : lives) {
      const bool before = life.first < period.from && life.second >= period.from;
      const bool after = life.first < end && life.second >= end;
      opening += before ? 1 : 0;
      left += before && !after ? 1 : 0;
      begun += !before && after ? 1 : 0;
    }
    const ContractsChurn& churn = period.churn.all;
    EXPECT_EQ(churn.opening, opening) << format_day(period.start);
    EXPECT_EQ(churn.left, left);
    EXPECT_EQ(churn.begun, begun);
    EXPECT_EQ(churn.left_monthly_minor, static_cast<std::int64_t>(left) * 2'000);
    if (opening > 0) {
      EXPECT_NEAR(*churn.people_share, static_cast<double>(left) / static_cast<double>(opening), 1e-12);
      EXPECT_NEAR(*churn.money_share, *churn.people_share, 1e-12) << "all pay the same";
    }
  }
  const ContractsPeriod& one = report->periods[6];
  using Who = ContractsCell::Who;
  EXPECT_THAT(*company.people({.who = Who::Left, .period = one.from}), SizeIs(one.churn.all.left));
  EXPECT_THAT(*company.people({.who = Who::Opening, .period = one.from}), SizeIs(one.churn.all.opening));
  EXPECT_THAT(*company.people({.who = Who::Begun, .period = one.from}), SizeIs(one.churn.all.begun));
  EXPECT_THAT(*company.people({}), SizeIs(150));
  ASSERT_TRUE(report->leaving);
  EXPECT_THAT(*company.people({.who = Who::Running}), SizeIs(report->leaving->all.people));
  EXPECT_EQ(company.people({.who = Who::Left}).error().kind, ErrorKind::InvalidInput);
  EXPECT_EQ(company.people({.who = Who::Left, .period = day(3)}).error().kind, ErrorKind::NotFound);
}

TEST(Contracts, FindsThePlantedFactor) {
  // Of contracts that are alike but for it: where each has a chance of its own, a ratio over all of them is nearer to 1.
  const auto report = Company(invent(500, 11, 540, true), 540).ask();
  ASSERT_TRUE(report) << report.error().message;
  ASSERT_THAT(report->factors.factors, testing::Not(IsEmpty()));
  // Half the hazard, whichever of the two plans is told.
  const ContractsFactor& factor = report->factors.factors.front();
  EXPECT_THAT(factor.what_en, HasSubstr("plan: "));
  const double truth = factor.what_en == "plan: l" ? 0.5 : 2;
  EXPECT_LT(factor.low, truth);
  EXPECT_GT(factor.high, truth);
  EXPECT_LT(factor.p_value, 1e-4);
  EXPECT_TRUE(factor.proportional);
}

TEST(Contracts, ProjectsWhatComes) {
  const Company company(invent(900, 11, 720), 720);
  ContractsSpec spec;
  spec.by = ContractsSpec::By::Trait;
  spec.trait = "plan";
  const auto report = company.ask(spec);
  ASSERT_TRUE(report) << report.error().message;
  ASSERT_THAT(report->curves, SizeIs(2));
  EXPECT_EQ(report->curves[0].contracts + report->curves[1].contracts, 900U);
  ASSERT_EQ(report->projection.verdict, ContractsVerdict::Passed) << report->sentence_en;
  EXPECT_GT(report->projection.ages_checked, 2U);
  for (const ContractsProjected& point : report->projection.points)
    if (point.counted && point.period < 16) {
      EXPECT_NEAR(point.projected, *point.counted, 0.06) << point.period;
    }
  ASSERT_TRUE(report->worth);
  EXPECT_EQ(report->worth->all.monthly_minor, static_cast<std::int64_t>(report->worth->all.people) * 2'000);
  // Half of what they would pay is margin, and later euros are worth less.
  const double undiscounted =
      static_cast<double>(report->worth->all.people) * report->worth->all.days_left * 2'000 / (365.25 / 12) / 2;
  EXPECT_LT(static_cast<double>(report->worth->all.value_minor), undiscounted);
  EXPECT_GT(static_cast<double>(report->worth->all.value_minor), 0.6 * undiscounted);
  EXPECT_THAT(report->sentence_en, HasSubstr("The projection is checked"));
  EXPECT_THAT(report->sentence_fr, HasSubstr("Projection vérifiée"));
  EXPECT_THAT(*company.people({.value = report->curves[0].value}, spec), SizeIs(report->curves[0].contracts));

  // Leaving within 90 days, as it came.
  int came = 0;
  const Company later(invent(900, 11, 720), 630);
  const auto then = later.ask();
  ASSERT_TRUE(then && then->leaving);
  for (const Said& one : invent(900, 11, 720)) {
    const UtcMicros at = *parse_moment(one.when, Zone::utc());
    if (one.what == "Subscription Cancelled" && at > day(630)) ++came;
  }
  EXPECT_NEAR(then->leaving->all.expected, came, 25);
}

// A second way to the check: the moment looked back to is asked itself, and who left is counted from the story.
TEST(Contracts, LeavingIsToldOnlyAsFarAsTheMomentLookedBackToWasRight) {
  const std::vector<Said> story = invent(900, 11, 720);
  const auto now = Company(story, 630).ask(), then = Company(story, 540).ask();
  ASSERT_TRUE(now && then && then->leaving);
  const ContractsLeavingCheck& check = now->leaving_check;
  ASSERT_EQ(check.verdict, ContractsVerdict::Passed) << now->sentence_en;
  EXPECT_EQ(*check.checked_on, Zone::utc().day_of(day(540)));
  EXPECT_EQ(check.people, then->leaving->all.people);
  EXPECT_NEAR(check.foretold, then->leaving->all.expected, 1e-9) << "what would have been told then";
  std::uint64_t came = 0, in_bins = 0;
  for (const Said& one : story) {
    const UtcMicros at = *parse_moment(one.when, Zone::utc());
    if (one.what != "Subscription Cancelled" || at <= day(540) || at > day(630)) continue;
    const auto started = std::find_if(story.begin(), story.end(), [&](const Said& each) {
      return each.who == one.who && each.what == "Subscription Started";
    });
    came += *parse_moment(started->when, Zone::utc()) <= day(540) ? 1U : 0U;
  }
  EXPECT_EQ(check.came, came);
  EXPECT_NEAR(*check.level, check.foretold / static_cast<double>(came), 1e-12);
  double left = 0;
  for (const ContractsReliability& bin : check.reliability) {
    in_bins += bin.people;
    left += bin.share_that_left * static_cast<double>(bin.people);
  }
  EXPECT_EQ(in_bins, check.people);
  EXPECT_NEAR(left, static_cast<double>(came), 1e-6);
  EXPECT_THAT(now->sentence_en, HasSubstr("are expected to leave within 90 days (said on "));
  EXPECT_THAT(now->sentence_fr, HasSubstr("départs étaient attendus"));
}

// Half of all who have a contract leave in the last month, as nobody did before.
TEST(Contracts, LeavingIsNotToldAfterAPastThatItMissed) {
  std::vector<Said> story = invent(400, 5, 540);
  for (int person = 0; person < 400; ++person)
    if (person % 2 == 0)
      story.push_back(
          said(fmt::format("s{}", person), "Subscription Cancelled", day(520) + std::chrono::hours(person)));
  const auto report = Company(story, 540).ask();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->leaving_check.verdict, ContractsVerdict::Failed);
  EXPECT_THAT(report->leaving_check.reasons, testing::Contains(ContractsLeavingReason::Biased));
  EXPECT_LT(*report->leaving_check.level, 0.75);
  EXPECT_FALSE(report->leaving);
  EXPECT_THAT(report->sentence_en, HasSubstr("Who leaves within 90 days is not told: said on "));
  const auto few = Company(invent(40, 1, 540), 540).ask();
  ASSERT_TRUE(few);
  EXPECT_THAT(few->leaving_check.reasons, ElementsAre(ContractsLeavingReason::TooFew));
  EXPECT_FALSE(few->leaving);
  EXPECT_THAT(few->sentence_fr, HasSubstr("On ne dit pas qui part en 90 jours"));
}

TEST(Contracts, IsTheSameOnAnyThreadsInAnyOrderAndSeesNothingLater) {
  std::vector<Said> story = invent(300, 6, 540);
  const Company before(story, 450);
  std::erase_if(story, [](const Said& one) { return *parse_moment(one.when, Zone::utc()) > day(450); });
  std::reverse(story.begin(), story.end());
  Company alone(story, 450);
  alone.question.threads = 3;
  const auto left = before.ask(), right = alone.ask();
  ASSERT_TRUE(left && right);
  EXPECT_EQ(left->sentence_en, right->sentence_en);
  ASSERT_EQ(left->factors.factors.size(), right->factors.factors.size());
  for (std::size_t at = 0; at < left->factors.factors.size(); ++at)
    EXPECT_EQ(left->factors.factors[at].hazard_ratio, right->factors.factors[at].hazard_ratio);
  ASSERT_EQ(left->projection.points.size(), right->projection.points.size());
  for (std::size_t at = 0; at < left->projection.points.size(); ++at)
    EXPECT_EQ(left->projection.points[at].projected, right->projection.points[at].projected);
  EXPECT_EQ(left->leaving->all.expected, right->leaving->all.expected);
}

TEST(Contracts, RefusesToProjectWhatThePastDoesNotBearOut) {
  const auto reasons = [](const Company& company) {
    const auto report = company.ask();
    EXPECT_TRUE(report);
    EXPECT_THAT(report->projection.points, IsEmpty());
    EXPECT_FALSE(report->worth);
    return report->projection.reasons;
  };
  EXPECT_THAT(reasons(Company({}, 300)), ElementsAre(ContractsReason::NoContracts));
  EXPECT_THAT(Company({}, 300).ask()->sentence_en, HasSubstr("no subscription"));
  EXPECT_THAT(reasons(Company(invent(30, 1, 300), 300)), testing::Contains(ContractsReason::TooFew));
  EXPECT_THAT(reasons(Company(invent(300, 1, 100), 100)), testing::Contains(ContractsReason::TooShort));
  // Few leave for a year, then a price rises and nearly all do.
  std::vector<Said> shock;
  for (int person = 0; person < 200; ++person) {
    const std::string who = fmt::format("s{}", person);
    shock.push_back(said(who, "Subscription Started", day(person % 20), R"({"price":20})"));
    shock.push_back(said(who, "Subscription Cancelled", day(person % 5 == 0 ? 40 + person : 370 + person % 60)));
  }
  EXPECT_THAT(reasons(Company(shock, 480)), ElementsAre(ContractsReason::MissedPast));
  EXPECT_THAT(Company(shock, 480).ask()->sentence_fr, HasSubstr("Rien n'est projeté"));

  const Company company(invent(10, 1, 300), 300);
  const auto why_not = [&](auto change) {
    ContractsSpec spec;
    change(spec);
    const auto report = company.ask(spec);
    return report ? std::string() : report.error().message;
  };
  EXPECT_THAT(why_not([](ContractsSpec& spec) { spec.period_days = 3; }), HasSubstr("period_days"));
  EXPECT_THAT(why_not([](ContractsSpec& spec) { spec.by = ContractsSpec::By::Trait; }), HasSubstr("name of one"));
  EXPECT_THAT(why_not([](ContractsSpec& spec) {
                spec.by = ContractsSpec::By::Trait;
                spec.trait = "plam";
              }),
              HasSubstr("plan"));
}

}  // namespace
}  // namespace habitue::insight
