// Reports of funnels on random companies: against all ways tried, and against themselves asked in another way.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <map>
#include <set>

#include "insight/funnel/check.hpp"
#include "insight/funnel_naive.hpp"
#include "insight/funnel_world.hpp"
#include "insight/retention/calendar.hpp"
#include "insight/scale.hpp"

namespace habitue::insight {
namespace {

using std::chrono::microseconds;
using std::chrono::minutes;

constexpr std::uint32_t kWorlds = 16;

Question question_of(std::uint32_t seed) {
  Question question;
  question.as_of = moment_of(1500 + seed % 7 * 600);
  question.period = {moment_of(seed % 3 * 300), moment_of(1200 + seed % 5 * 700)};
  question.hypothesis = "v1";
  return question;
}

FunnelReport ask(const ActsWorld& world, const Question& question, const Funnel& funnel) {
  auto report = ask_funnel(*world.customers, question, funnel);
  EXPECT_TRUE(report) << report.error().message;
  return report ? *std::move(report) : FunnelReport{};
}

void expect_same(const ByAudience<FunnelFigures>& left, const ByAudience<FunnelFigures>& right,
                 const std::string& where) {
  EXPECT_TRUE(left.inside == right.inside && left.outside == right.outside && left.unknown == right.unknown &&
              left.all == right.all)
      << where << ": " << left.all.entered << " entered, " << left.all.converted << " converted, "
      << left.all.still_open << " open and " << right.all.entered << ", " << right.all.converted << ", "
      << right.all.still_open;
}

void expect_same(const std::vector<FunnelPoint>& left, const std::vector<FunnelPoint>& right,
                 const std::string& where) {
  ASSERT_EQ(left.size(), right.size()) << where;
  for (std::size_t bucket = 0; bucket < left.size(); ++bucket) {
    EXPECT_EQ(left[bucket].start, right[bucket].start);
    EXPECT_EQ(left[bucket].complete, right[bucket].complete);
    expect_same(left[bucket].figures, right[bucket].figures, where + ", bucket " + std::to_string(bucket));
  }
}

/// Calls `visit(seed, world, question, funnel)` on random ones.
template <class Visit>
void for_random_funnels(const Visit& visit) {
  Compared compared;
  for (std::uint32_t seed = 1; seed <= scaled(kWorlds); ++seed) {
    const ActsWorld world = world_of_acts(random_acts(seed, 40, 12));
    compared.add(40, 8);
    for (std::uint32_t number = 0; number < 8; ++number) {
      const std::uint32_t one = seed * 100 + number;
      SCOPED_TRACE("world " + std::to_string(seed) + ", funnel " + std::to_string(one));
      visit(one, world, question_of(one), random_funnel(one));
      if (testing::Test::HasFailure()) return;
    }
  }
}

// --- Against all ways tried ------------------------------------------------------------------------------------------

/// Whether an act meets the words that random_funnel uses.
bool meets(const Act& act, std::string words) {
  std::erase_if(words, [](char letter) { return letter == '(' || letter == ')'; });
  if (words.size() == 5) return act.what == words.substr(4);
  if (words == "did B or D") return act.what == "B" || act.what == "D";
  if (words == "did A where size > 1") return act.what == "A" && act.size > 1;
  if (words == "did any event where size < 3") return act.size < 3;
  ADD_FAILURE() << "unknown words: " << words;
  return false;
}

struct NaiveCounts {
  std::map<std::size_t, std::uint64_t> ended, open;  // By required steps done.
  std::uint64_t removed = 0, left_out = 0;
  std::vector<std::int64_t> whole;
};

NaiveCounts count_naively(const ActsWorld& world, const Question& question, const Funnel& funnel) {
  const funnel::Plan plan = funnel::plan_of(funnel);
  const auto us = [](UtcMicros moment) { return moment.time_since_epoch().count(); };
  const auto levels = static_cast<std::uint32_t>(std::popcount(plan.required));
  std::map<std::string, std::vector<funnel::Hit>> hits_of;
  for (const Act& act : world.acts) {
    const UtcMicros when = moment_of(act.minute);
    if (when > question.as_of || act.what == "$identify") continue;
    if (funnel.bounds == FunnelPeriod::AllEvents && (when < question.period.from || when >= question.period.to))
      continue;
    funnel::Hit hit{us(when), 0, 0, 0};
    for (std::size_t step = 0; step < funnel.steps.size(); ++step)
      if (meets(act, criteria::to_text(funnel.steps[step].event))) hit.steps |= std::uint64_t{1} << step;
    if (!funnel.exclusions.empty() && act.what == "X") hit.exclusions = 1;
    if (hit.steps != 0 || hit.exclusions != 0 || funnel.order == FunnelOrder::Strict) hits_of[act.who].push_back(hit);
  }
  NaiveCounts counts;
  for (auto& [who, hits] : hits_of) {
    std::stable_sort(hits.begin(), hits.end(),
                     [](const funnel::Hit& left, const funnel::Hit& right) { return left.at_us < right.at_us; });
    funnel::EntryRange entries{us(question.period.from),
                               us(std::min(question.period.to, question.as_of + microseconds{1}))};
    if (funnel.entries == FunnelEntry::First) {
      const auto first = std::find_if(hits.begin(), hits.end(), [&](const funnel::Hit& hit) {
        const bool begins = funnel.order == FunnelOrder::AnyOrder ? hit.steps != 0 : (hit.steps & 1) != 0;
        return begins && hit.at_us >= entries.from_us && hit.at_us < entries.to_us;
      });
      if (first == hits.end()) continue;
      entries = {first->at_us, first->at_us + 1};
    }
    const funnel::NaiveAnswer answer = funnel::NaiveFunnel(plan, hits, entries).answer();
    if (answer.removed) ++counts.removed;
    if (answer.depth == 0) continue;
    bool open = false;
    const std::int64_t soon = us(question.as_of) + 1;
    const bool may_go_on = funnel.bounds == FunnelPeriod::Entry || soon < us(question.period.to);
    if (answer.depth < levels && may_go_on) {
      std::vector<funnel::Hit> more = hits;
      for (std::size_t step = 0; step < funnel.steps.size(); ++step)
        if ((plan.required >> step & 1) != 0) more.push_back({soon, std::uint64_t{1} << step, 0, 0});
      open = funnel::NaiveFunnel(plan, more, entries).answer().depth == levels;
    }
    if (open && funnel.leave_out_open) {
      ++counts.left_out;
      continue;
    }
    ++(open ? counts.open : counts.ended)[answer.depth];
    if (answer.depth == levels) counts.whole.push_back(answer.completed_us - answer.entry_us);
  }
  return counts;
}

TEST(FunnelReports, AgreeWithAllWaysTried) {
  std::uint64_t converted = 0, open = 0, removed = 0;
  for_random_funnels([&](std::uint32_t, const ActsWorld& world, const Question& question, const Funnel& funnel) {
    const FunnelFigures figures = ask(world, question, funnel).figures.all;
    NaiveCounts counts = count_naively(world, question, funnel);
    const auto levels = static_cast<std::size_t>(std::popcount(funnel::plan_of(funnel).required));
    std::size_t level = 0;
    for (std::size_t step = 0; step < funnel.steps.size(); ++step) {
      if (funnel.steps[step].optional) continue;
      ++level;
      std::uint64_t reached = 0;
      for (std::size_t deep = level; deep <= levels; ++deep) reached += counts.ended[deep] + counts.open[deep];
      EXPECT_EQ(figures.steps[step].reached, reached) << step;
      EXPECT_EQ(figures.steps[step].still_open, counts.open[level]) << step;
      EXPECT_EQ(figures.steps[step].stopped, level == levels ? 0 : counts.ended[level]) << step;
    }
    EXPECT_EQ(figures.converted, counts.ended[levels]);
    EXPECT_EQ(figures.removed, counts.removed);
    EXPECT_EQ(figures.open_left_out, counts.left_out);
    EXPECT_EQ(figures.whole, times_of(counts.whole, std::nullopt));
    converted += levels > 1 ? figures.converted : 0;
    open += figures.still_open;
    removed += figures.removed;
  });
  EXPECT_GT(converted, 100U);
  EXPECT_GT(open, 50U);
  EXPECT_GT(removed, 10U);
}

// --- Against themselves ----------------------------------------------------------------------------------------------

TEST(FunnelReports, ABucketIsTheFunnelOfItsPeriod) {
  for_random_funnels([](std::uint32_t seed, const ActsWorld& world, const Question& question, Funnel funnel) {
    funnel.bounds = FunnelPeriod::Entry;
    funnel.trend = static_cast<Bucket>(seed % 4);
    const auto trend = ask(world, question, funnel).trend;
    ASSERT_FALSE(trend.empty());
    const retention::Calendar calendar(*funnel.trend, std::chrono::Monday, world.customers->zone(), question.as_of);
    Funnel plain = funnel;
    plain.trend.reset();
    for (std::size_t number = 0; number < trend.size(); ++number) {
      EXPECT_EQ(calendar.start_of(calendar.number_of(trend[number].start)), trend[number].start);
      if (funnel.trend == Bucket::Hour && trend[number].figures.all.entered == 0 && number % 11 != 0) continue;
      Question of_bucket = question;
      of_bucket.period.from = std::max(question.period.from, trend[number].start);
      if (number + 1 < trend.size()) of_bucket.period.to = std::min(question.period.to, trend[number + 1].start);
      expect_same(trend[number].figures, ask(world, of_bucket, plain).figures, format_moment(trend[number].start));
      const UtcMicros closed = of_bucket.period.to - microseconds{1} + funnel.window;
      if (number + 1 < trend.size()) {
        EXPECT_EQ(trend[number].complete, closed <= question.as_of) << number;
      }
      if (trend[number].complete) {
        EXPECT_EQ(trend[number].figures.all.still_open, 0U);
      }
    }
  });
}

TEST(FunnelReports, ATrendOfOneBucketIsTheTable) {
  for_random_funnels([](std::uint32_t seed, const ActsWorld& world, Question question, Funnel funnel) {
    // All of it in one week.
    question.period = {at("2024-03-25"), at("2024-03-31 21:00")};
    funnel.trend = Bucket::Week;
    funnel.breakdown =
        FunnelBreakdown{.by = {.name = "v", .limit = 1}, .attribution = static_cast<FunnelAttribution>(seed % 3)};
    const FunnelReport report = ask(world, question, funnel);
    ASSERT_EQ(report.trend.size(), 1U);
    expect_same(report.trend[0].figures, report.figures, "the week");
    for (const FunnelValue& value : report.values) {
      ASSERT_EQ(value.trend.size(), 1U);
      expect_same(value.trend[0].figures, value.figures, value.text);
    }
  });
}

TEST(FunnelReports, AValueOfATraitIsTheFunnelOfThosePeople) {
  for_random_funnels([](std::uint32_t seed, const ActsWorld& world, Question question, Funnel funnel) {
    funnel.breakdown = FunnelBreakdown{.by = {.of = Breakdown::Of::Trait, .name = "plan"}};
    if (seed % 3 == 0) funnel.trend = Bucket::Day;
    const FunnelReport report = ask(world, question, funnel);
    std::uint64_t entered = 0, removed = 0;
    Funnel plain = funnel;
    plain.breakdown.reset();
    for (const FunnelValue& value : report.values) {
      entered += value.figures.all.entered;
      removed += value.figures.all.removed;
      if (value.kind != FunnelValueKind::Value) continue;
      question.filter = rule("trait plan = \"" + value.text + "\"");
      const FunnelReport of_those = ask(world, question, plain);
      expect_same(value.figures, of_those.figures, value.text);
      expect_same(value.trend, of_those.trend, value.text);
    }
    EXPECT_EQ(entered, report.figures.all.entered);
    EXPECT_EQ(removed, report.figures.all.removed);
  });
}

TEST(FunnelReports, ValuesOfOneEventAddUpToTheTotal) {
  for_random_funnels([](std::uint32_t seed, const ActsWorld& world, const Question& question, Funnel funnel) {
    const std::array attributions{FunnelAttribution::First, FunnelAttribution::Last, FunnelAttribution::Step};
    FunnelBreakdown breakdown{.by = {.name = "v", .limit = 1}, .attribution = attributions[seed % 3], .step = 0};
    if (funnel.order == FunnelOrder::AnyOrder) breakdown.attribution = FunnelAttribution::First;
    breakdown.step = seed % funnel.steps.size();
    funnel.breakdown = breakdown;
    funnel.trend = Bucket::Day;
    const FunnelReport report = ask(world, question, funnel);
    for (std::size_t bucket = 0; bucket < report.trend.size(); ++bucket) {
      std::uint64_t reached = 0, open = 0, left_out = 0;
      for (const FunnelValue& value : report.values) {
        reached += value.trend[bucket].figures.inside.steps.back().reached;
        open += value.trend[bucket].figures.all.still_open;
        left_out += value.trend[bucket].figures.all.open_left_out;
      }
      EXPECT_EQ(reached, report.trend[bucket].figures.inside.steps.back().reached);
      EXPECT_EQ(open, report.trend[bucket].figures.all.still_open);
      EXPECT_EQ(left_out, report.trend[bucket].figures.all.open_left_out);
    }
    FunnelFigures sum;
    std::uint64_t last = 0;
    for (const FunnelValue& value : report.values) {
      const FunnelFigures& one = value.figures.all;
      sum.entered += one.entered;
      sum.converted += one.converted;
      sum.still_open += one.still_open;
      sum.open_left_out += one.open_left_out;
      sum.removed += one.removed;
      last += one.steps.back().reached;
    }
    const FunnelFigures& all = report.figures.all;
    EXPECT_EQ(sum.entered, all.entered);
    EXPECT_EQ(sum.converted, all.converted);
    EXPECT_EQ(sum.still_open, all.still_open);
    EXPECT_EQ(sum.open_left_out, all.open_left_out);
    EXPECT_EQ(sum.removed, all.removed);
    EXPECT_EQ(last, all.steps.back().reached);
  });
}

TEST(FunnelReports, ByAllEventsAValueIsTheFunnelOfItsEvents) {
  for_random_funnels([](std::uint32_t seed, const ActsWorld& world, const Question& question, Funnel funnel) {
    funnel.breakdown = FunnelBreakdown{.by = {.name = "v", .limit = 2}, .attribution = FunnelAttribution::All};
    if (seed % 3 == 0) funnel.trend = Bucket::Day;
    const FunnelReport report = ask(world, question, funnel);
    Funnel plain = funnel;
    plain.breakdown.reset();
    expect_same(report.figures, ask(world, question, plain).figures, "the total");
    for (const FunnelValue& value : report.values) {
      if (value.kind == FunnelValueKind::Other) {
        EXPECT_LE(value.values, 1U) << "two of three values are shown";
        continue;
      }
      plain.among = event(value.kind == FunnelValueKind::Missing ? "any event where size exists and not v exists"
                                                                 : "any event where v = \"" + value.text + "\"");
      const FunnelReport of_those = ask(world, question, plain);
      expect_same(value.figures, of_those.figures, value.text);
      expect_same(value.trend, of_those.trend, value.text);
    }
  });
}

TEST(FunnelReports, AHeldPropertyCountsPairs) {
  for_random_funnels([](std::uint32_t, const ActsWorld& world, const Question& question, Funnel funnel) {
    Funnel held = funnel;
    held.held_property = "h";
    const FunnelFigures figures = ask(world, question, held).figures.all;
    std::vector<std::uint64_t> reached(funnel.steps.size());
    std::uint64_t converted = 0, open = 0;
    for (const char* value : {"x", "y"}) {
      funnel.among = event(std::string("any event where h = \"") + value + "\"");
      const FunnelFigures one = ask(world, question, funnel).figures.all;
      for (std::size_t step = 0; step < reached.size(); ++step) reached[step] += one.steps[step].reached;
      converted += one.converted;
      open += one.still_open;
    }
    for (std::size_t step = 0; step < reached.size(); ++step) EXPECT_EQ(figures.steps[step].reached, reached[step]);
    EXPECT_EQ(figures.converted, converted);
    EXPECT_EQ(figures.still_open, open);
  });
}

TEST(FunnelReports, OptionalStepsChangeNothingElse) {
  for_random_funnels([](std::uint32_t, const ActsWorld& world, const Question& question, Funnel funnel) {
    if (funnel.order != FunnelOrder::Ordered) return;
    std::erase_if(funnel.steps, [](const FunnelStep& step) { return step.optional; });
    funnel.exclusions.clear();
    Funnel more = funnel;
    more.steps.insert(more.steps.begin() + 1, {.name = "", .event = event("D"), .optional = true});
    const FunnelFigures plain = ask(world, question, funnel).figures.all, with = ask(world, question, more).figures.all;
    EXPECT_EQ(plain.whole, with.whole);
    for (std::size_t step = 1; step < funnel.steps.size(); ++step)
      EXPECT_TRUE(plain.steps[step] == with.steps[step + 1]);
    EXPECT_LE(with.steps[1].reached, with.entered);
  });
}

TEST(FunnelReports, ListThePeopleBehindEveryNumber) {
  std::uint64_t lists = 0;
  for_random_funnels([&](std::uint32_t seed, const ActsWorld& world, const Question& question, Funnel funnel) {
    funnel.breakdown = FunnelBreakdown{
        .by = {.name = "v", .limit = 2}, .attribution = static_cast<FunnelAttribution>(seed % 3), .step = 0};
    funnel.trend = Bucket::Week;
    if (seed % 5 == 0) funnel.held_property = "h";
    const FunnelReport report = ask(world, question, funnel);
    using What = FunnelCell::What;
    const auto expect = [&](FunnelCell cell, std::uint64_t number) {
      const auto people = people_of_funnel(*world.customers, question, funnel, cell);
      ASSERT_TRUE(people) << people.error().message;
      EXPECT_EQ(people->size(), number) << static_cast<int>(cell.what) << " of step " << cell.step;
      EXPECT_TRUE(std::is_sorted(people->begin(), people->end()));
      if (!funnel.held_property) {
        EXPECT_EQ(std::set(people->begin(), people->end()).size(), people->size());
      }
      ++lists;
    };
    const auto expect_figures = [&](FunnelCell cell, const ByAudience<FunnelFigures>& by_audience) {
      cell.side = static_cast<AudienceSide>(seed % 4);
      const FunnelFigures& figures = by_audience.of(cell.side);
      for (cell.step = 0; cell.step < figures.steps.size(); ++cell.step) {
        cell.what = What::Reached;
        expect(cell, figures.steps[cell.step].reached);
        cell.what = What::Stopped;
        expect(cell, figures.steps[cell.step].stopped);
        cell.what = What::StillOpen;
        expect(cell, figures.steps[cell.step].still_open);
        cell.what = What::Reached;
        for (const FunnelBar& bar : figures.steps[cell.step].from_previous.histogram) {
          FunnelCell of_bar = cell;
          of_bar.took = bar;
          expect(of_bar, bar.people);
        }
      }
      cell.step = 0;
      cell.what = What::Converted;
      expect(cell, figures.converted);
      cell.what = What::AllOpen;
      expect(cell, figures.still_open);
      cell.what = What::OpenLeftOut;
      expect(cell, figures.open_left_out);
      cell.what = What::Removed;
      expect(cell, figures.removed);
    };
    expect_figures({}, report.figures);
    const FunnelValue& value = report.values[seed % std::max<std::size_t>(1, report.values.size())];
    if (!report.values.empty()) expect_figures({.value = FunnelCell::Value{value.kind, value.text}}, value.figures);
    expect_figures({.bucket = report.trend.front().start}, report.trend.front().figures);
    if (report.values.empty()) return;
    const FunnelPoint& point = value.trend[seed % value.trend.size()];
    expect_figures({.value = FunnelCell::Value{value.kind, value.text}, .bucket = point.start}, point.figures);
  });
  EXPECT_GT(lists, 1000U);
}

TEST(FunnelReports, AreTheSameForAnyOrderOfArrivalAndAnyNumberOfThreads) {
  for (std::uint32_t seed = 1; seed <= 10; ++seed) {
    std::vector<Act> acts = random_acts(seed, 40, 12);
    const ActsWorld world = world_of_acts(acts);
    // Persons keep their numbers by who is named first; what they did comes in another order.
    std::mt19937 random(seed);
    std::shuffle(acts.begin(), acts.end(), random);
    const ActsWorld shuffled = world_of_acts(acts);
    for (std::uint32_t number = 0; number < 8; ++number) {
      SCOPED_TRACE(seed * 100 + number);
      Funnel funnel = random_funnel(seed * 100 + number);
      funnel.breakdown =
          FunnelBreakdown{.by = {.name = "v", .limit = 2}, .attribution = static_cast<FunnelAttribution>(number % 3)};
      Question question = question_of(seed + number);
      question.threads = 1;
      const FunnelReport one = ask(world, question, funnel);
      question.threads = 5;
      const FunnelReport other = ask(shuffled, question, funnel);
      expect_same(one.figures, other.figures, "the total");
      ASSERT_EQ(one.values.size(), other.values.size());
      for (std::size_t value = 0; value < one.values.size(); ++value) {
        EXPECT_EQ(one.values[value].text, other.values[value].text);
        EXPECT_EQ(one.values[value].kind, other.values[value].kind);
        expect_same(one.values[value].figures, other.values[value].figures, one.values[value].text);
      }
    }
  }
}

// Values are counted while people are walked up to a number of them, and beyond it from records: the answer is of one kind.
TEST(FunnelReport, CountsAnyNumberOfValues) {
  for (const int people : {1'900, 2'300}) {
    std::vector<Act> acts;
    for (int person = 0; person < people; ++person) {
      const std::string who = "p" + std::to_string(person), value = "v" + std::to_string(10'000 + person);
      acts.push_back({who, "A", 0, value, "", 1});
      if (person % 2 == 0) acts.push_back({who, "B", 10, value, "", 1});
    }
    acts.push_back({"another", "A", 5, "v10001", "", 1});
    const ActsWorld world = world_of_acts(acts);
    Question question;
    question.as_of = moment_of(10'000);
    Funnel funnel;
    for (const char* step : {"A", "B"}) funnel.steps.push_back({.event = event(step)});
    funnel.window = std::chrono::hours{1};
    funnel.breakdown = FunnelBreakdown{.by = {Breakdown::Of::Property, "v", 3}};
    const FunnelReport report = ask(world, question, funnel);
    SCOPED_TRACE(std::to_string(people) + " values");
    const auto count = static_cast<std::uint64_t>(people);
    EXPECT_EQ(report.figures.all.entered, count + 1);
    EXPECT_EQ(report.figures.all.converted, count / 2);
    ASSERT_EQ(report.values.size(), 4U);
    const auto expect = [&](std::size_t place, const char* text, std::uint64_t entered, std::uint64_t converted) {
      EXPECT_EQ(report.values[place].text, text);
      EXPECT_EQ(report.values[place].figures.all.entered, entered) << text;
      EXPECT_EQ(report.values[place].figures.all.converted, converted) << text;
    };
    expect(0, "v10001", 2, 0);
    expect(1, "v10000", 1, 1);
    expect(2, "v10002", 1, 1);
    EXPECT_EQ(report.values[3].kind, FunnelValueKind::Other);
    EXPECT_EQ(report.values[3].values, count - 3);
    expect(3, "", count - 3, count / 2 - 2);
  }
}

}  // namespace
}  // namespace habitue::insight
