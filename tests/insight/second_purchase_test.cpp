// The second-purchase clock against published tables, edges that can be counted by hand and a naive reading of its definition.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include <fmt/format.h>

#include "insight/contrast/second_purchase.hpp"
#include "insight/event_matcher.hpp"
#include "insight/retention_reference.hpp"

namespace habitue::insight::reference {
namespace {

// Freireich and others (1963): weeks of remission of 21 children on 6-mercaptopurine, the example of most textbooks. Estimates and
// log-log intervals as SAS PROC LIFETEST prints them.
TEST(SecondPurchase, HasTheCurveOfThePublishedExample) {
  std::vector<contrast::DayCount> weeks(36);
  const std::vector<std::pair<int, bool>> children{
      {6, true},   {6, true},   {6, true},   {6, false},  {7, true},   {9, false},  {10, true},
      {10, false}, {11, false}, {13, true},  {16, true},  {17, false}, {19, false}, {20, false},
      {22, true},  {23, true},  {25, false}, {32, false}, {32, false}, {34, false}, {35, false}};
  for (std::size_t week = 0; week < weeks.size(); ++week)
    for (const auto& [last, relapsed] : children) {
      weeks[week].at_risk += last >= static_cast<int>(week);
      weeks[week].again += last == static_cast<int>(week) && relapsed;
    }
  const auto shares = contrast::kaplan_meier(weeks);
  struct Row {
    std::size_t week;
    double stay, low, high;
  };
  for (const Row& row :
       {Row{6, 0.8571, 0.6197, 0.9516}, Row{7, 0.8067, 0.5631, 0.9228}, Row{10, 0.7529, 0.5032, 0.8894},
        Row{13, 0.6902, 0.4316, 0.8491}, Row{16, 0.6275, 0.3675, 0.8049}, Row{22, 0.5378, 0.2678, 0.7468},
        Row{23, 0.4482, 0.1881, 0.6801}}) {
    ASSERT_TRUE(shares[row.week]);
    EXPECT_NEAR(1 - shares[row.week]->value, row.stay, 5e-5) << row.week;
    EXPECT_NEAR(1 - shares[row.week]->high, row.low, 5e-5) << row.week;
    EXPECT_NEAR(1 - shares[row.week]->low, row.high, 5e-5) << row.week;
  }
  EXPECT_EQ(shares[5]->value, 0);
  EXPECT_NEAR(shares[35]->value, 1 - 0.4482, 5e-5);
}

Question until(UtcMicros as_of) {
  Question question;
  question.as_of = as_of;
  return question;
}
Happening bought(const std::string& who, UtcMicros when) {
  static int order = 0;
  return {who, "Order Completed", when, "", fmt::format("second{}", ++order), "", "", ""};
}

TEST(SecondPurchase, CountsOnlyDaysThatAreOver) {
  const UtcMicros start = at("2024-05-01 09:00");
  const Small world = small_world({bought("ann", start), bought("ann", start + hours{24 * 3}), bought("bob", start),
                                   bought("cat", start + hours{24}), bought("cat", start + hours{24 * 4 + 1})});
  SecondPurchaseSpec spec;
  spec.days = 10;
  spec.window_days = 2;
  // As of four days and an hour: cat's second purchase lies in a day that is not over.
  auto report = *ask_second_purchase(*world.customers, until(start + hours{24 * 4 + 1}), spec);
  const auto& days = report.total.all.days;
  EXPECT_EQ(report.total.all.people, 3U);
  EXPECT_EQ(days[0].at_risk, 3U);
  EXPECT_EQ(days[2].at_risk, 3U);
  EXPECT_EQ(days[3].at_risk, 2U) << "cat has had three days";
  EXPECT_EQ(days[3].again, 1U);
  EXPECT_DOUBLE_EQ(days[3].share->value, 0.5);
  EXPECT_FALSE(days[4].share);
  EXPECT_EQ(report.total.all.again, 1U);
  EXPECT_EQ(report.total.all.half_day, 3U);
  EXPECT_FALSE(report.total.all.best) << "too few";
  ASSERT_EQ(report.cohorts.size(), 1U);
  EXPECT_EQ(report.cohorts[0].figures.all.people, 3U);
  report = *ask_second_purchase(*world.customers, until(start + hours{24 * 5} - microseconds{1}), spec);
  EXPECT_EQ(report.total.all.again, 2U);
  EXPECT_EQ(
      people_of_second_purchase(*world.customers, until(start + hours{24 * 6}), spec, {.first_day = 3, .last_day = 3})
          ->size(),
      2U);
  spec.days = 0;
  EXPECT_FALSE(ask_second_purchase(*world.customers, until(start), spec));
}

TEST(SecondPurchase, FindsThePlantedWindow) {
  std::mt19937 random(3);
  std::vector<Happening> story;
  const UtcMicros start = at("2023-01-01 09:00");
  for (int person = 0; person < 500; ++person) {
    const std::string who = fmt::format("p{:04}", person);
    const UtcMicros first = start + hours{random() % (24 * 200)};
    story.push_back(bought(who, first));
    // Seven in a thousand a day, but fifty from day 40 to 46.
    for (int day = 0; day < 300; ++day)
      if (random() % 1000 < (day >= 40 && day < 47 ? 50U : 7U)) {
        story.push_back(bought(who, first + hours{24 * day + 1}));
        break;
      }
  }
  const Small world = small_world(story);
  SecondPurchaseSpec spec;
  spec.window_days = 7;
  const auto report = *ask_second_purchase(*world.customers, until(at("2024-06-01")), spec);
  const auto& best = report.total.all.best;
  ASSERT_TRUE(best);
  EXPECT_NEAR(best->first_day, 40, 1);
  EXPECT_GT(best->per_thousand.low, 2 * best->usual_per_thousand);
  EXPECT_LT(best->per_thousand.low, 50);
  EXPECT_GT(best->per_thousand.high, 50);
  EXPECT_EQ(people_of_second_purchase(*world.customers, until(at("2024-06-01")), spec,
                                      {.first_day = best->first_day, .last_day = best->last_day})
                ->size(),
            best->again);
}

#define HOLDS(left, right) \
  if (!((left) == (right))) return fmt::format("{} is {} and not {} ({})", #left, left, right, where)

std::string check_clock(const Small& world, std::mt19937& random) {
  const auto draw = [&](int below) { return static_cast<int>(random() % static_cast<unsigned>(below)); };
  Question question = random_question(random);
  if (draw(2) == 0) question.period = {};
  SecondPurchaseSpec spec;
  const Condition &first = conditions()[static_cast<std::size_t>(draw(6))],
                  &second = conditions()[static_cast<std::size_t>(draw(6))];
  spec.first = first.test();
  spec.second = second.test();
  spec.days = static_cast<std::uint32_t>(1 + draw(20));
  spec.window_days = 1;
  if (draw(2) == 0) spec.cohort = static_cast<Bucket>(draw(3));
  const auto report = ask_second_purchase(*world.customers, question, spec);
  if (!report) return report.error().message;
  struct Seen {
    std::string who;
    criteria::Verdict audience;
    UtcMicros began;
    std::optional<UtcMicros> again;
  };
  std::vector<Seen> people;
  for (const std::string& who : world.people) {
    const Journey journey(world, who, question.as_of);
    if (!passes(question, journey)) continue;
    const std::vector<NaiveAct> acts = journey.acts(first, second);
    const NaiveAct* begins = nullptr;
    for (const NaiveAct& act : acts)
      if (begins == nullptr && act.first) begins = &act;
    if (begins == nullptr || begins->when < question.period.from || begins->when >= question.period.to) continue;
    Seen seen{who, journey.audience(), begins->when, {}};
    for (const NaiveAct& act : acts)
      if (&act != begins && act.second && act.when >= begins->when && !seen.again) seen.again = act.when;
    people.push_back(seen);
  }
  std::string where;
  for (const auto& [part, figures] : parts_of(report->total)) {
    double stay = 1;
    std::uint64_t all = 0, again_in_all = 0;
    for (const Seen& seen : people) all += counts_in(part, seen.audience);
    HOLDS(figures->people, all);
    for (std::uint32_t day = 0; day < spec.days; ++day) {
      std::uint64_t at_risk = 0, again = 0;
      for (const Seen& seen : people) {
        const UtcMicros from = seen.began + hours{24 * day}, to = from + hours{24};
        if (!counts_in(part, seen.audience) || to - microseconds{1} > question.as_of) continue;
        if (seen.again && *seen.again < from) continue;
        ++at_risk;
        again += seen.again && *seen.again < to;
      }
      where = fmt::format("{} day {}", part, day);
      HOLDS(figures->days[day].at_risk, at_risk);
      HOLDS(figures->days[day].again, again);
      again_in_all += again;
      if (at_risk == 0) break;
      stay *= 1 - static_cast<double>(again) / static_cast<double>(at_risk);
      HOLDS(std::abs(figures->days[day].share->value - (1 - stay)) < 1e-9, true);
      HOLDS(figures->days[day].share->low <= 1 - stay + 1e-9 && 1 - stay <= figures->days[day].share->high + 1e-9,
            true);
    }
    HOLDS(figures->again, again_in_all);
    std::uint64_t of_cohorts = 0;
    for (const SecondPurchaseCohort& cohort : report->cohorts)
      for (const auto& [name, of] : parts_of(cohort.figures))
        of_cohorts += std::string_view(name) == part ? of->again : 0;
    if (spec.cohort) HOLDS(of_cohorts, again_in_all);
  }
  const auto side = static_cast<AudienceSide>(draw(4));
  const auto day = static_cast<std::uint32_t>(draw(static_cast<int>(spec.days)));
  const auto found =
      people_of_second_purchase(*world.customers, question, spec, {.first_day = 0, .last_day = day, .side = side});
  std::uint64_t expected = 0;
  for (std::uint32_t each = 0; each <= day; ++each) expected += report->total.of(side).days[each].again;
  where = "people";
  HOLDS(found->size(), expected);
  if (!report->cohorts.empty()) {
    const SecondPurchaseCohort& cohort =
        report->cohorts[static_cast<std::size_t>(draw(static_cast<int>(report->cohorts.size())))];
    HOLDS(people_of_second_purchase(*world.customers, question, spec, {.cohort = cohort.start, .side = side})->size(),
          cohort.figures.of(side).people);
  }
  return "";
}

TEST(SecondPurchase, IsThatOfTheDefinitionOnRandomJourneys) { for_random_worlds(6, 60, 40, check_clock); }

}  // namespace
}  // namespace habitue::insight::reference
