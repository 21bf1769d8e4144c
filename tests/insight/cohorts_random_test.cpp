// Overlap and history of cohorts against plain sets, on random worlds: every size, pair and region, who came and who went,
// and the list behind each number.
#include <map>
#include <set>

#include <gtest/gtest.h>

#include "insight/cohorts/cohort_history.hpp"
#include "insight/cohorts/list_people.hpp"
#include "insight/cohorts/overlap.hpp"
#include "insight/random_world.hpp"
#include "insight/scale.hpp"

namespace habitue::insight {
namespace {

using criteria::Verdict;

class Book final : public criteria::Cohorts {
 public:
  std::map<std::string, criteria::Cohort> cohorts;
  std::optional<criteria::Cohort> find(std::string_view name) const override {
    const auto found = cohorts.find(std::string(name));
    return found == cohorts.end() ? std::nullopt : std::optional(found->second);
  }
  std::vector<std::string> names() const override { return {}; }
};

// Criteria whose answers the naive side takes one by one, and cohorts that are made of them.
const std::map<std::string, std::string> kLive{{"buyers", "did Order Completed"},
                                               {"recent", "did Order Completed in last 90 days"},
                                               {"lapsed", "last(Order Completed) more than 200 days ago"},
                                               {"target", "trait target = \"yes\""},
                                               {"often", "count(Order Completed) >= 3"},
                                               {"fresh", "stage = new"}};
const std::map<std::string, std::string> kMade{{"either", "in cohort recent or in cohort chosen"},
                                               {"only", "in cohort buyers and not in cohort either"},
                                               {"doubtful", "not in cohort target or in cohort only"}};
const std::vector<std::string> kNames{"buyers", "recent", "lapsed", "target", "often",
                                      "fresh",  "chosen", "either", "only",   "doubtful"};

Verdict all_of(Verdict left, Verdict right) {
  if (left == Verdict::Outside || right == Verdict::Outside) return Verdict::Outside;
  return left == Verdict::Unknown || right == Verdict::Unknown ? Verdict::Unknown : Verdict::Inside;
}
Verdict none_of(Verdict one) {
  return one == Verdict::Unknown ? one : one == Verdict::Inside ? Verdict::Outside : Verdict::Inside;
}
Verdict any_of(Verdict left, Verdict right) { return none_of(all_of(none_of(left), none_of(right))); }

struct Trial {
  World world;
  std::set<PersonId> chosen;
  std::shared_ptr<Book> book = std::make_shared<Book>();
  std::map<std::string, criteria::Evaluator> plain;
  Question question;
  std::mt19937 random;

  explicit Trial(std::uint32_t seed) : world(random_world(seed, 30, business_of(kSteps))), random(seed) {
    criteria::PersonSet set;
    for (const std::string& who : world.people)
      if (draw(3) == 0) {
        chosen.insert(world.built.person(who));
        set.add(world.built.person(who));
      }
    book->cohorts["chosen"] = {std::nullopt, std::make_shared<const criteria::PersonSet>(set)};
    for (const auto& [name, text] : kLive) {
      book->cohorts[name] = {rule(text), nullptr};
      plain.emplace(name, *world.customers->evaluator(rule(text)));
    }
    for (const auto& [name, text] : kMade) book->cohorts[name] = {rule(text), nullptr};
    question.as_of = at("2022-06-01") + std::chrono::hours{24 * draw(900) + draw(24)};
    question.cohorts = book;
    question.threads = 1 + static_cast<unsigned>(draw(3));
    if (draw(3) == 0) question.filter = rule("did $page");
  }
  int draw(int below) { return static_cast<int>(random() % static_cast<unsigned>(below)); }

  Verdict of(const std::string& name, const std::string& who, UtcMicros moment) const {
    const PersonId person = world.built.person(who);
    if (name == "chosen") return chosen.contains(person) ? Verdict::Inside : Verdict::Outside;
    if (name == "either") return any_of(of("recent", who, moment), of("chosen", who, moment));
    if (name == "only") return all_of(of("buyers", who, moment), none_of(of("either", who, moment)));
    if (name == "doubtful") return any_of(none_of(of("target", who, moment)), of("only", who, moment));
    return plain.at(name).evaluate(world.built.of(who), moment);
  }
  // Those whom the question lets in, on this side.
  std::vector<std::string> admitted(AudienceSide side) const {
    std::vector<std::string> people;
    for (const std::string& who : world.people) {
      const Naive naive(world, who, question.as_of);
      if (!naive.known()) continue;
      bool paged = false;
      for (const Deed& deed : world.deeds_of.at(who))
        paged = paged || (deed.what == "$page" && deed.when <= question.as_of);
      if (question.filter && !paged) continue;
      const Verdict verdict = naive.audience();
      if (side == AudienceSide::All || (side == AudienceSide::Inside && verdict == Verdict::Inside) ||
          (side == AudienceSide::Outside && verdict == Verdict::Outside) ||
          (side == AudienceSide::Unknown && verdict == Verdict::Unknown))
        people.push_back(who);
    }
    return people;
  }
  template <class Belongs>
  std::vector<PersonId> who(AudienceSide side, const Belongs& belongs) const {
    std::vector<PersonId> people;
    for (const std::string& name : admitted(side))
      if (belongs(name)) people.push_back(world.built.person(name));
    std::sort(people.begin(), people.end());
    return people;
  }
};

constexpr AudienceSide kSides[] = {AudienceSide::All, AudienceSide::Inside, AudienceSide::Outside,
                                   AudienceSide::Unknown};

TEST(CohortsRandom, OverlapIsThatOfPlainSets) {
  Compared compared;
  for (std::uint32_t seed = 1; seed <= scaled(12); ++seed) {
    SCOPED_TRACE(seed);
    Trial trial(seed);
    compared.add(trial.world.people.size(), 1);
    OverlapSpec spec{kNames};
    std::shuffle(spec.cohorts.begin(), spec.cohorts.end(), trial.random);
    spec.cohorts.resize(static_cast<std::size_t>(2 + trial.draw(6)));
    const auto report = ask_overlap(*trial.world.customers, trial.question, spec);
    ASSERT_TRUE(report) << report.error().message;
    const auto as_of = trial.question.as_of;
    const auto in = [&](const std::string& cohort, const std::string& who) {
      return trial.of(cohort, who, as_of) == Verdict::Inside;
    };
    const auto listed = [&](OverlapCell cell) {
      return *people_of_overlap(*trial.world.customers, trial.question, spec, cell);
    };
    using Who = OverlapCell::Who;
    for (const AudienceSide side : kSides) {
      for (const OverlapSize& size : report->sizes) {
        const auto people = trial.who(side, [&](const auto& who) { return in(size.cohort, who); });
        EXPECT_EQ(size.people.of(side), people.size()) << size.cohort;
        EXPECT_EQ(listed({Who::All, {size.cohort}, side}), people);
        const auto unknown =
            trial.who(side, [&](const auto& who) { return trial.of(size.cohort, who, as_of) == Verdict::Unknown; });
        EXPECT_EQ(size.unknown.of(side), unknown.size());
        EXPECT_EQ(listed({Who::Unknown, {size.cohort}, side}), unknown);
      }
      for (const OverlapPair& pair : report->pairs) {
        const auto both = trial.who(side, [&](const auto& who) { return in(pair.first, who) && in(pair.second, who); });
        const auto either =
            trial.who(side, [&](const auto& who) { return in(pair.first, who) || in(pair.second, who); });
        const OverlapShares& figures = pair.figures.of(side);
        EXPECT_EQ(figures.both, both.size()) << pair.first << " " << pair.second;
        EXPECT_EQ(figures.jaccard.whole, either.size());
        EXPECT_DOUBLE_EQ(figures.jaccard.value,
                         either.empty() ? 0 : static_cast<double>(both.size()) / static_cast<double>(either.size()));
        EXPECT_EQ(listed({Who::All, {pair.first, pair.second}, side}), both);
        EXPECT_EQ(listed({Who::Any, {pair.second, pair.first}, side}), either);
      }
      std::uint64_t in_regions = 0;
      for (const OverlapRegion& region : report->regions) {
        const std::set<std::string> wanted(region.cohorts.begin(), region.cohorts.end());
        const auto people = trial.who(side, [&](const auto& who) {
          return std::all_of(spec.cohorts.begin(), spec.cohorts.end(),
                             [&](const auto& cohort) { return in(cohort, who) == wanted.contains(cohort); });
        });
        EXPECT_EQ(region.people.of(side), people.size());
        EXPECT_EQ(listed({Who::Exactly, region.cohorts, side}), people);
        in_regions += people.size();
      }
      EXPECT_EQ(report->any.of(side), in_regions);
    }
    const auto pairs = spec.cohorts.size() * (spec.cohorts.size() - 1) / 2;
    EXPECT_EQ(report->pairs.size(), pairs);
    if (HasFailure()) return;
  }
}

// The first moments of the months of Paris around which the worlds lie, and those of weeks and days, by counting on.
std::vector<LocalDay> starts_of(Bucket bucket) {
  std::vector<LocalDay> starts;
  for (LocalDay day = *parse_day("2021-01-01"); day < *parse_day("2026-01-01"); day += std::chrono::days{1}) {
    const bool first = bucket == Bucket::Day ||
                       (bucket == Bucket::Week && std::chrono::weekday{day} == std::chrono::Monday) ||
                       (bucket == Bucket::Month && static_cast<unsigned>(std::chrono::year_month_day{day}.day()) == 1);
    if (first) starts.push_back(day);
  }
  return starts;
}

TEST(CohortsRandom, HistoryIsWhoWasInAtEachMoment) {
  using Who = CohortHistoryCell::Who;
  Compared compared;
  for (std::uint32_t seed = 101; seed <= 100 + scaled(10); ++seed) {
    SCOPED_TRACE(seed);
    Trial trial(seed);
    compared.add(trial.world.people.size(), 1);
    CohortHistorySpec spec{
        kNames[static_cast<std::size_t>(trial.draw(static_cast<int>(kNames.size())))],
        std::array{Bucket::Day, Bucket::Week, Bucket::Month}[static_cast<std::size_t>(trial.draw(3))]};
    const int length = spec.bucket == Bucket::Month ? 300 : spec.bucket == Bucket::Week ? 60 : 9;
    trial.question.period.from = trial.question.as_of - std::chrono::hours{24 * length};
    const auto report = ask_cohort_history(*trial.world.customers, trial.question, spec);
    ASSERT_TRUE(report) << report.error().message;
    const std::vector<LocalDay> starts = starts_of(spec.bucket);
    const auto is = [&](const std::string& who, UtcMicros moment) {
      return Naive(trial.world, who, moment).known() && trial.of(spec.cohort, who, moment) == Verdict::Inside;
    };
    const auto doubtful = [&](const std::string& who, UtcMicros moment) {
      return Naive(trial.world, who, moment).known() && trial.of(spec.cohort, who, moment) == Verdict::Unknown;
    };
    const auto listed = [&](CohortHistoryCell cell) {
      const auto people = people_of_cohort_history(*trial.world.customers, trial.question, spec, cell);
      EXPECT_TRUE(people) << people.error().message;
      return *people;
    };
    ASSERT_FALSE(report->points.empty());
    for (std::size_t place = 0; place < report->points.size(); ++place) {
      const CohortPoint& point = report->points[place];
      const auto start = std::find(starts.begin(), starts.end(), point.start);
      ASSERT_NE(start, starts.end());
      const UtcMicros end = paris().start_of(*std::next(start)) - std::chrono::microseconds{1};
      const UtcMicros before = paris().start_of(*start) - std::chrono::microseconds{1};
      EXPECT_EQ(point.at, std::min(end, trial.question.as_of));
      EXPECT_EQ(point.complete, end <= trial.question.as_of);
      if (place > 0) {
        EXPECT_EQ(*std::prev(start), report->points[place - 1].start);
      }
      for (const AudienceSide side : kSides) {
        const CohortStock& figures = point.figures.of(side);
        const auto people = trial.who(side, [&](const auto& who) { return is(who, point.at); });
        const auto entered = trial.who(side, [&](const auto& who) { return is(who, point.at) && !is(who, before); });
        const auto left = trial.who(side, [&](const auto& who) { return !is(who, point.at) && is(who, before); });
        EXPECT_EQ(figures.people, people.size()) << spec.cohort;
        EXPECT_EQ(figures.entered, entered.size());
        EXPECT_EQ(figures.left, left.size());
        EXPECT_EQ(figures.unknown, trial.who(side, [&](const auto& who) { return doubtful(who, point.at); }).size());
        if (place % 3 != 0) continue;
        EXPECT_EQ(listed({Who::People, point.start, side}), people);
        EXPECT_EQ(listed({Who::Entered, point.start, side}), entered);
        EXPECT_EQ(listed({Who::Left, point.start, side}), left);
        EXPECT_EQ(listed({Who::Unknown, point.start, side}).size(), figures.unknown);
      }
    }
    for (const AudienceSide side : kSides) {
      const auto stayed =
          trial.who(side, [&](const auto& who) { return is(who, report->from) && is(who, report->to); });
      EXPECT_EQ(report->stayed.of(side), stayed.size());
      EXPECT_EQ(listed({Who::Stayed, std::nullopt, side}), stayed);
      EXPECT_EQ(listed({Who::Before, std::nullopt, side}).size(), report->before.of(side));
      EXPECT_EQ(listed({Who::Entered, std::nullopt, side}).size(), report->whole.of(side).entered);
      EXPECT_EQ(listed({Who::Left, std::nullopt, side}).size(), report->whole.of(side).left);
    }
    if (HasFailure()) return;
  }
}

TEST(Cohorts, WhatCannotBeAskedIsRefusedWithItsPlace) {
  Trial trial(7);
  const auto why = [&](OverlapSpec spec) {
    return ask_overlap(*trial.world.customers, trial.question, spec).error().message;
  };
  EXPECT_NE(why({{"buyers"}}).find("2 to 32"), std::string::npos);
  EXPECT_NE(why({{"buyers", "recent", "buyers"}}).find("/cohorts/2"), std::string::npos);
  EXPECT_NE(why({{"buyers", "nobody"}}).find("/cohorts/1"), std::string::npos);
  const auto history = [&](CohortHistorySpec spec) {
    return ask_cohort_history(*trial.world.customers, trial.question, spec).error().message;
  };
  EXPECT_NE(history({"nobody"}).find("/cohort"), std::string::npos);
  EXPECT_NE(history({"buyers", Bucket::Hour}).find("/bucket"), std::string::npos);
  trial.question.cohorts = nullptr;
  EXPECT_FALSE(ask_overlap(*trial.world.customers, trial.question, {{"buyers", "recent"}}));
}

TEST(Cohorts, EverybodyWhomAQuestionLetsInIsListed) {
  Trial trial(11);
  for (const AudienceSide side : kSides) {
    const auto wanted = trial.who(side, [](const auto&) { return true; });
    EXPECT_EQ(*list_people(*trial.world.customers, trial.question, side), wanted);
    std::vector<PersonId> among(trial.chosen.begin(), trial.chosen.end());
    among.insert(among.end(), trial.chosen.begin(), trial.chosen.end());
    std::vector<PersonId> both;
    std::set_intersection(wanted.begin(), wanted.end(), trial.chosen.begin(), trial.chosen.end(),
                          std::back_inserter(both));
    EXPECT_EQ(*list_people(*trial.world.customers, trial.question, side, among), both);
  }
}

}  // namespace
}  // namespace habitue::insight
