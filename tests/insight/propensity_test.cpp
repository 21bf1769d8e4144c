// Chances to act, of an invented shop in which a complaint ends it: columns that see nothing past their moment, a table that finds who
// knew best, refusals, and fits that survive being kept.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/format.h>
#include <boost/random/mersenne_twister.hpp>
#include <boost/random/uniform_01.hpp>

#include "insight/event_matcher.hpp"
#include "insight/propensity/features.hpp"
#include "insight/propensity/frame.hpp"
#include "insight/propensity/propensity.hpp"
#include "journey/journey_builder.hpp"

namespace habitue::insight {
namespace {

using journey::Said;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr int kDays = 24 * 7;
const UtcMicros kStart = *parse_moment("2024-01-01T12:00:00Z", Zone::utc());
UtcMicros day(int number) { return kStart + std::chrono::days{number}; }
Said said(std::string who, std::string what, UtcMicros when, std::string properties = "{}") {
  return {std::move(who), std::move(what), format_moment(when), std::move(properties)};
}

// Every week each buys with a chance of one in three; one in thirty complains, and hardly ever buys again. `matters`: else a complaint
// changes nothing, and all are alike.
std::vector<Said> invent(int people, unsigned seed, bool matters = true, int days = kDays) {
  boost::random::mt19937 random(seed);
  boost::random::uniform_01<double> uniform;
  std::vector<Said> story;
  for (int person = 0; person < people; ++person) {
    const std::string who = fmt::format("c{}", person);
    const auto at = [&](int week) {
      return day(week * 7) + std::chrono::minutes(static_cast<int>(uniform(random) * 9'000));
    };
    story.push_back(said(who, "$identify", day(0),
                         fmt::format(R"({{"plan":"{}","size":{}}})", person % 3 ? "s" : "l", person % 7)));
    story.push_back(said(who, "Order Completed", day(0) + std::chrono::hours(1), R"({"total":20})"));
    bool complained = false;
    for (int week = 0; week < days / 7; ++week) {
      if (uniform(random) < (complained && matters ? 0.02 : 0.33))
        story.push_back(said(who, "Order Completed", at(week), R"({"total":20})"));
      if (uniform(random) < 0.03) {
        complained = true;
        story.push_back(said(who, "Complaint Sent", at(week)));
      }
    }
  }
  return story;
}

config::Business shop(config::BusinessModel model = config::BusinessModel::Purchases) {
  config::Business business;
  business.model = model;
  business.currency = *Currency::parse("EUR");
  business.hypotheses.emplace_back();
  business.hypotheses.back().version = "v1";
  return business;
}

struct Shop {
  explicit Shop(const std::vector<Said>& story, int as_of = kDays, const config::Business& business = shop())
      : built(journey::build_journeys(story)), customers(*Customers::bind(built.snapshot, business)) {
    question.as_of = day(as_of);
  }
  Result<PropensityReport> ask(const PropensitySpec& spec) const { return ask_propensity(*customers, question, spec); }
  Result<PropensityFit> fit(const PropensitySpec& spec) const { return fit_propensity(*customers, question, spec); }
  journey::BuiltJourneys built;
  std::shared_ptr<const Customers> customers;
  Question question;
};

PropensitySpec of_four_weeks(PropensityOutcome outcome = PropensityOutcome::BuyingAgain) {
  PropensitySpec spec;
  spec.outcome = outcome;
  spec.horizon_days = 28;
  spec.limit = 5;
  return spec;
}
const PropensityScores& scores_of(const PropensityCheck& check, PropensityMethod method) {
  return *check.models[static_cast<std::size_t>(method)].scores;
}

TEST(Propensity, FindsWhatALawOfPurchasesCannotSeeAndForetellsWhatComes) {
  const std::vector<Said> whole = invent(320, 5, true, kDays + 28);
  std::vector<Said> known;
  std::copy_if(whole.begin(), whole.end(), std::back_inserter(known),
               [](const Said& one) { return *parse_moment(one.when, Zone::utc()) <= day(kDays); });
  std::set<std::string> bought;
  for (const Said& one : whole)
    if (one.what == "Order Completed" && *parse_moment(one.when, Zone::utc()) > day(kDays)) bought.insert(one.who);
  const Shop shop(known);
  const auto report = shop.ask(of_four_weeks());
  ASSERT_TRUE(report) << report.error().message;
  const PropensityCheck& check = report->check;
  ASSERT_EQ(check.verdict, PropensityVerdict::Passed) << report->sentence_en;
  EXPECT_EQ(check.cuts.size(), 4U);
  EXPECT_TRUE(check.cuts.back().check);
  EXPECT_EQ(check.cuts.back().looked_at, 320U);
  EXPECT_TRUE(check.used == PropensityMethod::Regression || check.used == PropensityMethod::Trees);
  EXPECT_GT(*scores_of(check, check.used).auc, *scores_of(check, PropensityMethod::Probability).auc);
  EXPECT_LT(scores_of(check, check.used).calibration_error, 0.1);
  EXPECT_EQ(check.weights.front().what_en, "Complaint Sent");
  EXPECT_NEAR(report->totals->all.expected, static_cast<double>(bought.size()), 30);
  EXPECT_EQ(report->totals->all.people, 320U);
  ASSERT_EQ(report->customers.size(), 5U);
  EXPECT_THAT(report->customers.front().sentence_en,
              HasSubstr("to buy again within 28 days: never \"Complaint Sent\": +"));
  EXPECT_THAT(report->customers.front().sentence_fr, HasSubstr("jamais « Complaint Sent » : +"));

  // The simplest within one standard error of the best answers.
  for (const PropensityModel& model : check.models) {
    if (model.used) break;
    EXPECT_GT(model.scores->behind, (model.scores->behind_high - model.scores->behind_low) / (2 * 1.96) * 0.999);
  }
  std::uint64_t people = 0;
  for (std::uint32_t band = 0; band < report->bands.size(); ++band) {
    people += report->bands[band].totals.all.people;
    if (band == 7) {
      EXPECT_EQ(people_of_propensity(*shop.customers, shop.question, of_four_weeks(), {.band = band})->size(),
                report->bands[band].totals.all.people);
    }
  }
  EXPECT_EQ(people, 320U);

  // Kept and read back it tells the same; damaged it is refused wherever the damage is.
  const auto fit = shop.fit(of_four_weeks());
  ASSERT_TRUE(fit);
  const std::string bytes = bytes_of(*fit);
  const auto read = propensity_fit_of(bytes);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(bytes_of(*read), bytes);
  const auto again = score_propensity(*shop.customers, shop.question, of_four_weeks(), *read);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->totals->all.expected, report->totals->all.expected);
  EXPECT_EQ(again->customers.front().sentence_en, report->customers.front().sentence_en);
  for (std::size_t at = 0; at < bytes.size(); at += 97) {
    std::string damaged = bytes;
    damaged[at] = static_cast<char>(damaged[at] ^ 1);
    ASSERT_EQ(propensity_fit_of(damaged).error().kind, ErrorKind::Corrupt) << at;
  }
  EXPECT_FALSE(propensity_fit_of(std::string_view(bytes).substr(0, bytes.size() - 1)));
  PropensitySpec other = of_four_weeks();
  other.horizon_days = 29;
  EXPECT_FALSE(score_propensity(*shop.customers, shop.question, other, *fit));
  Question before = shop.question;
  before.as_of = day(kDays - 1);
  EXPECT_THAT(score_propensity(*shop.customers, before, of_four_weeks(), *fit).error().message,
              HasSubstr("saw days up to"));
}

// An event that is only sent once somebody has bought, and one a microsecond past the moment.
TEST(Propensity, NoColumnSeesPastItsMoment) {
  std::vector<Said> story = invent(60, 2);
  const UtcMicros cut = day(100);
  std::vector<Said> planted = story;
  for (const Said& one : story)
    if (one.what == "Order Completed" && *parse_moment(one.when, Zone::utc()) > cut)
      planted.push_back(
          said(one.who, "Thanked For Order", *parse_moment(one.when, Zone::utc()) + std::chrono::seconds(1)));
  for (int person = 0; person < 60; ++person) {
    const UtcMicros after = cut + std::chrono::microseconds{1};
    for (const char* what : {"Complaint Sent", "Thanked For Order"})
      planted.push_back(said(fmt::format("c{}", person), what, after));
    planted.push_back(said(fmt::format("c{}", person), "Order Completed", after, R"({"total":999})"));
    planted.push_back(
        said(fmt::format("c{}", person), "$identify", after, R"({"plan":"left","size":99,"gone":"yes"})"));
  }
  const auto rows_of = [&](const std::vector<Said>& of, std::vector<PropensityColumn>& columns) {
    const Shop shop(of);
    const auto economics = knowledge::Economics::bind(*shop.customers);
    Question then = shop.question;
    then.as_of = cut;
    const auto lens = Lens::of(*shop.customers, then);
    std::vector<std::string> warnings;
    columns = *propensity::choose_columns(*economics, then, *lens, {}, warnings);
    const auto reader = propensity::FeatureReader::bind(*economics, columns);
    std::vector<std::vector<double>> rows;
    for (int person = 0; person < 60; ++person) {
      std::vector<double>& row = rows.emplace_back(reader.columns());
      // The whole journey is given: cutting it is the reader's work.
      reader.read(shop.built.of(fmt::format("c{}", person)), cut, row);
    }
    return rows;
  };
  std::vector<PropensityColumn> columns, planted_columns;
  const auto plain = rows_of(story, columns), with = rows_of(planted, planted_columns);
  ASSERT_EQ(columns.size(), planted_columns.size());
  EXPECT_GT(columns.size(), 40U);
  for (std::size_t person = 0; person < plain.size(); ++person)
    for (std::size_t column = 0; column < columns.size(); ++column) {
      const double left = plain[person][column], right = with[person][column];
      ASSERT_TRUE(left == right || (std::isnan(left) && std::isnan(right)))
          << columns[column].name << static_cast<int>(columns[column].fact);
    }
}

TEST(Propensity, IsTheSameOnAnyThreadsInAnyOrderAndSeesNothingLater) {
  std::vector<Said> story = invent(200, 9);
  const Shop before(story);
  for (int person = 0; person < 200; ++person) {
    story.push_back(said(fmt::format("c{}", person), "Order Completed", day(kDays) + std::chrono::microseconds{1}));
    story.push_back(said(fmt::format("c{}", person), "Survey Filled", day(kDays + 2)));
  }
  std::reverse(story.begin(), story.end());
  Shop after(story);
  after.question.threads = 3;
  const auto left = before.fit(of_four_weeks()), right = after.fit(of_four_weeks());
  ASSERT_TRUE(left && right);
  EXPECT_EQ(left->check.verdict, PropensityVerdict::Passed);
  EXPECT_EQ(bytes_of(*left), bytes_of(*right));
  const auto told = score_propensity(*before.customers, before.question, of_four_weeks(), *left);
  const auto told_after = score_propensity(*after.customers, after.question, of_four_weeks(), *right);
  ASSERT_TRUE(told && told_after);
  EXPECT_EQ(told->totals->all.expected, told_after->totals->all.expected);
  for (std::size_t at = 0; at < told->customers.size(); ++at)
    EXPECT_EQ(told->customers[at].sentence_en, told_after->customers[at].sentence_en);
}

TEST(Propensity, TellsNothingWhereNothingIsToBeKnownOrTooLittleIs) {
  const auto reasons = [](const Shop& shop, const PropensitySpec& spec) {
    const auto report = shop.ask(spec);
    EXPECT_TRUE(report) << report.error().message;
    EXPECT_FALSE(report->totals);
    EXPECT_THAT(report->customers, IsEmpty());
    EXPECT_THAT(report->sentence_en, HasSubstr("No chance is told"));
    EXPECT_THAT(report->sentence_fr, HasSubstr("Aucune chance"));
    return report->check.reasons;
  };
  EXPECT_THAT(reasons(Shop(invent(220, 4, false)), of_four_weeks()), Contains(PropensityReason::NoBetterThanAlike));
  EXPECT_THAT(reasons(Shop(invent(60, 4)), of_four_weeks()), ElementsAre(PropensityReason::TooFewPeople));
  EXPECT_THAT(reasons(Shop(invent(120, 4), 80), of_four_weeks()), ElementsAre(PropensityReason::TooShort));
  EXPECT_THAT(reasons(Shop({}), of_four_weeks()), ElementsAre(PropensityReason::TooShort));
  const auto upgrading = [](const char* event) {
    PropensitySpec spec = of_four_weeks(PropensityOutcome::Upgrading);
    spec.outcome_event = *parse_event_test(event);
    return spec;
  };
  EXPECT_THAT(reasons(Shop(invent(120, 4)), upgrading("Never Sent")), ElementsAre(PropensityReason::TooFewOutcomes));

  const Shop shop(invent(3, 1));
  const auto why_not = [&](auto change) {
    PropensitySpec spec = of_four_weeks();
    change(spec);
    const auto report = shop.ask(spec);
    return report ? std::string() : report.error().message;
  };
  EXPECT_THAT(why_not([](PropensitySpec& spec) { spec.horizon_days = 6; }), HasSubstr("7 to 730"));
  EXPECT_THAT(why_not([](PropensitySpec& spec) { spec.rows_max = 10; }), HasSubstr("rows_max"));
  EXPECT_THAT(why_not([](PropensitySpec& spec) { spec.outcome = PropensityOutcome::Upgrading; }),
              HasSubstr("outcome_event"));
  EXPECT_THAT(why_not([](PropensitySpec& spec) { spec.outcome_event = *parse_event_test("A"); }),
              HasSubstr("of the outcome upgrading alone"));
  Question stopped = shop.question;
  Cancellation cancellation;
  cancellation.cancel();
  stopped.cancellation = &cancellation;
  EXPECT_EQ(ask_propensity(*shop.customers, stopped, of_four_weeks()).error().kind, ErrorKind::Conflict);
}

TEST(Propensity, WhoCouldAndWhoDidAreCountedAsByHand) {
  // Of subscriptions: ended within the time, before it, renewed and upgraded; a change of plan is no end.
  std::vector<Said> story;
  const auto subscribe = [&](const std::string& who, int from, const char* price) {
    story.push_back(said(who, "Subscription Started", day(from), fmt::format(R"({{"price":{}}})", price)));
  };
  for (int person = 0; person < 120; ++person) {
    const std::string who = fmt::format("s{}", person);
    subscribe(who, 0, "10");
    const int fate = person % 4;
    if (fate == 0) story.push_back(said(who, "Subscription Cancelled", day(145)));
    if (fate == 1) story.push_back(said(who, "Subscription Cancelled", day(70)));
    if (fate == 2) {
      story.push_back(said(who, "Subscription Cancelled", day(150)));
      subscribe(who, 150, "10");
    }
    if (fate == 3) story.push_back(said(who, "Subscription Upgraded", day(150), R"({"price":30})"));
  }
  const Shop shop(story, kDays, insight::shop(config::BusinessModel::Subscription));
  const auto cuts = [&](PropensityOutcome outcome) {
    const auto fit = shop.fit(of_four_weeks(outcome));
    EXPECT_TRUE(fit) << fit.error().message;
    return fit->check.cuts;
  };
  // Moments: days 56, 84, 112 and 140.
  const auto leaving = cuts(PropensityOutcome::Leaving);
  ASSERT_EQ(leaving.size(), 4U);
  EXPECT_EQ(leaving[0].eligible, 120U);
  EXPECT_EQ(leaving[0].came, 30U) << "who cancels on day 70";
  EXPECT_EQ(leaving[3].eligible, 90U);
  EXPECT_EQ(leaving[3].came, 30U) << "a change of plan on day 150 is no end";
  const auto upgrading = cuts(PropensityOutcome::Upgrading);
  EXPECT_EQ(upgrading[3].eligible, 90U);
  EXPECT_EQ(upgrading[3].came, 30U);

  // A filter is asked of each moment, not of today: who has cancelled by now had not then.
  Question filtered = shop.question;
  filtered.filter = *criteria::parse("count(Subscription Cancelled) = 0");
  const auto then = fit_propensity(*shop.customers, filtered, of_four_weeks(PropensityOutcome::Leaving));
  ASSERT_TRUE(then);
  EXPECT_EQ(then->check.cuts[0].eligible, 120U);
  EXPECT_EQ(then->check.cuts[0].came, 30U);
}

}  // namespace
}  // namespace habitue::insight
