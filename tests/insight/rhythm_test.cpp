// Own rhythms: stages that they drive against a naive reading day by day, the check on later orders, what is refused, and what is
// known of the past.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <boost/random/gamma_distribution.hpp>
#include <boost/random/mersenne_twister.hpp>
#include <boost/random/uniform_01.hpp>

#include "insight/rhythm/rhythm.hpp"
#include "insight/stage_history.hpp"
#include "random_world.hpp"
#include "scale.hpp"

namespace habitue::insight {
namespace {

using std::chrono::days;
using testing::ElementsAre;
using testing::HasSubstr;

// --- a naive reading ----------------------------------------------------------------------------------------------------

int month_of(LocalDay day) {
  const std::chrono::year_month_day date{day};
  return static_cast<int>(date.year()) * 12 + static_cast<int>(static_cast<unsigned>(date.month())) - 1;
}

// What was known when a month began, from everybody's purchases as they stood at the end of each month before it.
class NaiveRhythms {
 public:
  explicit NaiveRhythms(const World& world) : world_(world) {
    for (int month = 2022 * 12; month < 2025 * 12; ++month) ends_[month] = end_of(month);
  }
  static UtcMicros end_of(int month) {
    const int next = month + 1;
    return *parse_moment(fmt::format("{}-{:02}-01", next / 12, next % 12 + 1), paris()) - std::chrono::microseconds{1};
  }
  std::vector<LocalDay> days_of(const std::string& who, UtcMicros as_of) const {
    std::set<LocalDay> bought;
    for (const UtcMicros at : Naive(world_, who, as_of).purchases()) bought.insert(paris().day_of(at));
    return {bought.begin(), bought.end()};
  }
  const knowledge::RhythmLearnt* learnt(int month) {
    auto [found, fresh] = learnt_.try_emplace(month);
    if (!fresh) return found->second.get();
    const auto law = law_before(month);
    if (!law) return nullptr;
    std::array<models::ChanceCounts, 4> counts;
    // Months without a new interval teach nothing, and the last year before one that does is what counts.
    int last = month - 1;
    while (last >= 2022 * 12 && !has_interval(last)) --last;
    for (int of = last - 11; of <= last; ++of) {
      if (of < 2022 * 12) continue;
      const auto told = law_before(of);
      if (!told) continue;
      for (const std::string& who : world_.people) {
        const auto bought = days_of(who, ends_[of]);
        for (std::size_t at = 1; at < bought.size(); ++at) {
          if (month_of(bought[at]) != of) continue;
          const std::size_t band = at == 1 ? 0 : at <= 3 ? 1 : at <= 6 ? 2 : 3;
          counts[band].add(told->chance(static_cast<std::uint32_t>(at - 1),
                                        static_cast<double>((bought[at - 1] - bought[0]).count()),
                                        static_cast<double>((bought[at] - bought[at - 1]).count())));
        }
      }
    }
    found->second = std::make_unique<knowledge::RhythmLearnt>(*law, counts);
    return found->second.get();
  }
  // Whether somebody is overdue, by the day.
  bool overdue(const std::string& who, UtcMicros as_of) {
    const auto bought = days_of(who, as_of);
    const LocalDay today = paris().day_of(as_of);
    if (bought.empty()) return false;
    const knowledge::RhythmLearnt* const known = learnt(month_of(today));
    if (known == nullptr) return false;
    const auto intervals = static_cast<std::uint32_t>(bought.size() - 1);
    const std::int64_t late =
        known->days_to(knowledge::RhythmLearnt::Point::Late, intervals, (bought.back() - bought.front()).count());
    return (today - bought.back()).count() > late;
  }

 private:
  bool has_interval(int month) {
    for (const std::string& who : world_.people) {
      const auto bought = days_of(who, ends_[month]);
      for (std::size_t at = 1; at < bought.size(); ++at)
        if (month_of(bought[at]) == month) return true;
    }
    return false;
  }
  std::optional<models::IntervalLaw> law_before(int month) {
    const auto [found, fresh] = laws_.try_emplace(month);
    if (!fresh) return found->second;
    models::IntervalSums sums;
    for (int of = 2022 * 12; of < month; ++of)
      for (const std::string& who : world_.people) {
        const auto bought = days_of(who, ends_[of]);
        if (bought.size() > 1 && month_of(bought[1]) == of) sums.add_first((bought[1] - bought[0]).count());
        if (bought.size() > 2 && month_of(bought[2]) == of)
          sums.add_pair((bought[1] - bought[0]).count(), (bought[2] - bought[1]).count());
      }
    return found->second = models::IntervalLaw::learn(sums);
  }
  const World& world_;
  std::map<int, UtcMicros> ends_;
  std::map<int, std::unique_ptr<knowledge::RhythmLearnt>> learnt_;
  std::map<int, std::optional<models::IntervalLaw>> laws_;
};

config::Business driven() {
  config::Business business = business_of(kSteps);
  business.stages.rhythm = "drives";
  // Long enough that one's own rhythm has something to say before the rule for all.
  business.stages.at_risk_days = 200;
  business.stages.new_days = 90;
  return business;
}

// Purchases by a pace of one's own, some given back, so that rhythms differ and are learnt.
World paced_world(std::uint32_t seed, int people, const config::Business& business) {
  boost::random::mt19937 random(seed);
  boost::random::uniform_01<double> uniform;
  std::vector<Deed> deeds;
  int orders = 0;
  for (int number = 0; number < people; ++number) {
    const std::string who = "p" + std::to_string(number);
    const double mean = 8 + 60 * uniform(random);
    double at_day = 200 * uniform(random);
    deeds.push_back({who, "$identify", at("2022-01-02") + std::chrono::hours{static_cast<int>(at_day * 24)}, "", "",
                     uniform(random) < 0.5 ? "yes" : "no"});
    while (at_day < 800 && orders < 100'000) {
      Deed order{who,
                 "Order Completed",
                 at("2022-01-02") + std::chrono::minutes{static_cast<int>(at_day * 1440)},
                 "o" + std::to_string(++orders),
                 "",
                 "",
                 100 + static_cast<int>(9'000 * uniform(random))};
      deeds.push_back(order);
      if (uniform(random) < 0.08)
        deeds.push_back({who, "Order Refunded",
                         order.when + std::chrono::hours{static_cast<int>(900 * uniform(random))}, order.order, "", "",
                         0});
      if (uniform(random) < 0.12) break;
      at_day += std::max(0.6, boost::random::gamma_distribution<double>(3, mean / 3)(random));
    }
  }
  return world_of(std::move(deeds), business);
}

// The rules of product.md with the thresholds of `driven`.
std::string naive_stage(NaiveRhythms& rhythms, const World& world, const std::string& who, UtcMicros as_of,
                        const config::StageRules& rules) {
  const auto bought = Naive(world, who, as_of).purchases();
  if (bought.empty()) return "prospect";
  const auto since = [&](UtcMicros then) { return (paris().day_of(as_of) - paris().day_of(then)).count(); };
  const auto last = since(bought.back());
  if (last >= rules.dormant_days) return "dormant";
  if (last >= rules.at_risk_days || rhythms.overdue(who, as_of)) return "at_risk";
  if (bought.size() > 1 && since(bought[bought.size() - 2]) - last >= rules.back_days) return "back";
  if (since(bought.front()) < rules.new_days) return "new";
  const auto recent =
      std::count_if(bought.begin(), bought.end(), [&](UtcMicros then) { return since(then) < rules.active_days; });
  return recent >= rules.active_purchases ? "active" : "occasional";
}

TEST(Rhythm, DrivesStagesAsANaiveReadingDayByDayDoes) {
  Compared compared;
  for (std::uint32_t seed = 1; seed <= scaled(1); ++seed) {
    const config::Business business = driven();
    const World world = paced_world(seed, 70, business);
    compared.add(world.people.size(), 40);
    NaiveRhythms naive(world);
    std::map<std::string, int> seen;
    int by_rhythm = 0;
    for (LocalDay day = *parse_day("2022-05-20"); day < *parse_day("2024-03-20"); day += days{17}) {
      const UtcMicros as_of = paris().start_of(day) + std::chrono::hours{13};
      for (const std::string& who : world.people) {
        const auto journey = world.built.of(who);
        const std::string expected = naive_stage(naive, world, who, as_of, business.stages);
        const knowledge::StageVerdict verdict = world.customers->stage_of(journey, as_of);
        ASSERT_EQ(name_of(verdict.stage), expected) << who << " " << format_moment(as_of);
        ++seen[expected];
        if (expected == "at_risk" && *verdict.days_since_last < business.stages.at_risk_days) ++by_rhythm;
      }
    }
    EXPECT_GT(by_rhythm, 100);
    EXPECT_GT(seen["active"], 100);
  }
}

TEST(Rhythm, DrivesHistoriesFlowsAndCriteriaAlike) {
  const config::Business business = driven();
  const World world = paced_world(5, 60, business);
  for (const Bucket bucket : {Bucket::Day, Bucket::Month}) {
    Question question;
    question.as_of = at("2023-12-20 10:00");
    question.period = {bucket == Bucket::Day ? at("2023-09-01") : at("2022-03-01"), at("2023-12-20")};
    const auto history = ask_stage_history(*world.customers, question, {.bucket = bucket});
    ASSERT_TRUE(history) << history.error().message;
    for (const StageHistoryPoint& point : history->points) {
      Question then = question;
      then.as_of = point.at;
      ASSERT_EQ(point.figures.all.people, ask_stages(*world.customers, then)->figures.all.people)
          << format_moment(point.at);
    }
  }
  Question question;
  question.as_of = at("2023-06-20");
  question.filter = rule("stage = at_risk");
  const StageFigures chosen = ask_stages(*world.customers, question)->figures.all;
  EXPECT_EQ(chosen.people[static_cast<std::size_t>(knowledge::Stage::AtRisk)], chosen.total);
  EXPECT_GT(chosen.total, 0U);
}

// --- the question -------------------------------------------------------------------------------------------------------

config::Business shown() {
  config::Business business = business_of(kSteps);
  business.stages.rhythm_by = "";
  return business;
}
Question question_at(std::string_view moment) {
  Question question;
  question.as_of = at(moment);
  return question;
}

TEST(Rhythm, HoldsItsIntervalsOnLaterOrdersAndNamesWhoIsLate) {
  const World world = paced_world(9, 400, shown());
  const Question question = question_at("2023-12-31 20:00");
  const RhythmSpec spec{.due_days = 20, .limit = 10'000};
  const auto report = ask_rhythm(*world.customers, question, spec);
  ASSERT_TRUE(report) << report.error().message;
  ASSERT_EQ(report->check.verdict, RhythmVerdict::Passed) << report->sentence_en;
  EXPECT_NEAR(report->check.held.value, 0.8, 0.06);
  EXPECT_EQ(report->check.origins.size(), 3U);
  EXPECT_THAT(report->sentence_fr, HasSubstr("Vérifié"));
  EXPECT_GT(report->learnt.front().regularity, 1.5);
  EXPECT_LT(report->learnt.front().own_weight_of_one, report->learnt.front().own_weight_of_ten);

  // Each number has its people, who are as told one by one.
  const auto people = [&](RhythmCell cell) { return *people_of_rhythm(*world.customers, question, spec, cell); };
  for (const AudienceSide side : {AudienceSide::All, AudienceSide::Inside, AudienceSide::Outside}) {
    const RhythmFigures& of = report->figures->of(side);
    using Who = RhythmCell::Who;
    EXPECT_EQ(people({.who = Who::Customers, .stage = {}, .side = side}).size(), of.customers);
    EXPECT_EQ(people({.who = Who::Told, .stage = {}, .side = side}).size(), of.told);
    EXPECT_EQ(people({.who = Who::Due, .stage = {}, .side = side}).size(), of.due);
    std::uint64_t late = 0, cycles = 0;
    for (const RhythmOfStage& stage : of.stages) {
      EXPECT_EQ(people({.who = Who::Overdue, .stage = stage.stage, .side = side}).size(), stage.overdue);
      late += stage.overdue;
    }
    for (const RhythmCycles& one : of.cycles) cycles += one.customers;
    EXPECT_EQ(late, of.overdue);
    EXPECT_EQ(cycles, of.told);
  }
  ASSERT_EQ(report->customers.size(), report->figures->all.overdue);
  ASSERT_GT(report->customers.size(), 5U);
  for (std::size_t at_place = 1; at_place < report->customers.size(); ++at_place)
    EXPECT_GE(report->customers[at_place - 1].spent_minor, report->customers[at_place].spent_minor);
  for (const PersonId person : people({.who = RhythmCell::Who::Overdue, .stage = {}, .side = AudienceSide::All})) {
    const auto journey = *world.customers->snapshot().find(person);
    const auto rhythm = world.customers->rhythm_of(journey, question.as_of);
    ASSERT_TRUE(rhythm);
    EXPECT_TRUE(rhythm->overdue);
    EXPECT_GT(rhythm->days_since_last, rhythm->overdue_after_days);
    EXPECT_GT(rhythm->lateness, 0.88);
  }
  std::uint64_t purchases = 0;
  double shares = 0;
  for (const RhythmHabit& hour : report->habits.hours) purchases += hour.purchases;
  for (const RhythmHabit& month : report->habits.months) shares += month.uniform;
  EXPECT_EQ(purchases, report->habits.purchases);
  EXPECT_NEAR(shares, 1, 1e-9);
}

std::string told(const RhythmReport& report) {
  std::string text = report.sentence_en;
  if (report.figures)
    text += fmt::format(" {} {} {}", report.figures->all.told, report.figures->all.overdue, report.figures->all.due);
  for (const RhythmOfGroup& of : report.learnt)
    text += fmt::format(" {} {} {}", of.group, of.regularity, of.cycle_days);
  for (const RhythmCustomer& of : report.customers) text += "\n" + of.sentence_fr + fmt::format("{}", of.lateness);
  for (const RhythmHabit& of : report.habits.weekdays) text += fmt::format(" {}/{}", of.purchases, of.uniform);
  return text;
}

TEST(Rhythm, KnowsNothingOfWhatComesAfterAndAnswersTheSameForAnyNumberOfThreads) {
  config::Business business = driven();
  business.stages.rhythm_by = "target";
  const World whole = paced_world(12, 300, business);
  const Question question = question_at("2023-08-17 09:00");
  std::vector<Deed> known;
  for (const Deed& deed : whole.deeds)
    if (deed.when <= question.as_of) known.push_back(deed);
  ASSERT_LT(known.size(), whole.deeds.size());
  const World then = world_of(known, business);
  const auto asked = ask_rhythm(*whole.customers, question, {});
  const auto asked_then = ask_rhythm(*then.customers, question, {});
  ASSERT_TRUE(asked && asked_then);
  EXPECT_EQ(told(*asked), told(*asked_then));
  EXPECT_EQ(asked->learnt.size(), 3U) << "all, and the two values of the trait";
  EXPECT_EQ(ask_stages(*whole.customers, question)->figures.all.people,
            ask_stages(*then.customers, question)->figures.all.people);
  for (const unsigned threads : {1U, 3U}) {
    Question again = question;
    again.threads = threads;
    EXPECT_EQ(told(*ask_rhythm(*whole.customers, again, {})), told(*asked));
  }
}

TEST(Rhythm, IsRefusedInWordsWhereThePastGivesNoGround) {
  const config::Business business = shown();
  const Question question = question_at("2023-12-31");
  const World nobody = world_of({{"p", "$page", at("2023-01-01"), "", "", ""}}, business);
  const auto none = ask_rhythm(*nobody.customers, question, {});
  ASSERT_TRUE(none);
  EXPECT_THAT(none->check.reasons, ElementsAre(RhythmReason::NoCustomers));
  EXPECT_THAT(none->sentence_fr, HasSubstr("personne n'a encore acheté"));
  EXPECT_EQ(people_of_rhythm(*nobody.customers, question, {}, {}).error().kind, ErrorKind::NotFound);

  const World few = paced_world(1, 12, business);
  EXPECT_THAT(ask_rhythm(*few.customers, question, {})->check.reasons, ElementsAre(RhythmReason::TooFewRepeats));

  // Everybody's pace becomes ten times as slow at once: what was expected does not come.
  std::vector<Deed> deeds;
  for (int number = 0; number < 150; ++number) {
    UtcMicros when = at("2023-01-01") + std::chrono::hours{number};
    for (int order = 0; when < at("2023-12-31"); ++order) {
      deeds.push_back(
          {"p" + std::to_string(number), "Order Completed", when, fmt::format("o{}-{}", number, order), "", "", 1'000});
      const int pace = 5 + number % 3;
      when += days{when < at("2023-05-20") ? pace : pace * 9};
    }
  }
  const World turned = world_of(deeds, business);
  const auto broken = ask_rhythm(*turned.customers, question, {});
  ASSERT_TRUE(broken);
  EXPECT_EQ(broken->check.verdict, RhythmVerdict::Failed) << broken->sentence_en;
  EXPECT_THAT(broken->check.reasons, ElementsAre(RhythmReason::TooNarrow));
  EXPECT_FALSE(broken->figures);
  EXPECT_TRUE(broken->customers.empty());
  EXPECT_EQ(ask_rhythm(*few.customers, question, {.due_days = 0}).error().kind, ErrorKind::InvalidInput);

  Cancellation cancelled;
  cancelled.cancel();
  Question stopped = question;
  stopped.cancellation = &cancelled;
  EXPECT_EQ(ask_rhythm(*paced_world(2, 40, business).customers, stopped, {}).error().kind, ErrorKind::Conflict);
}

TEST(Rhythm, IsSaidInWordsBesideTheRuleForAll) {
  const World world = paced_world(5, 120, driven());
  bool found = false;
  for (const std::string& who : world.people) {
    const auto journey = world.built.of(who);
    for (LocalDay day = *parse_day("2022-09-01"); day < *parse_day("2023-12-01") && !found; day += days{9}) {
      const UtcMicros as_of = paris().start_of(day);
      const auto verdict = world.customers->explain_stage(journey, as_of, "en");
      if (verdict.stage != knowledge::Stage::AtRisk || *verdict.days_since_last >= 200) continue;
      found = true;
      EXPECT_THAT(verdict.reason, HasSubstr("of the own rhythm; the rule for all says 200"));
      EXPECT_THAT(world.customers->explain_stage(journey, as_of, "fr").reason, HasSubstr("propre rythme"));
    }
  }
  EXPECT_TRUE(found);
}

}  // namespace
}  // namespace habitue::insight
