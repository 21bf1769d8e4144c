// Growth by the hour, by creation, and the stock of dormant people, against a naive reading of the definitions.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>

#include "insight/event_matcher.hpp"
#include "insight/retention_reference.hpp"

namespace habitue::insight::reference {
namespace {

#define HOLDS(left, right) \
  if (!((left) == (right))) return fmt::format("{} is {} and not {} ({})", #left, left, right, where)

std::string check_growth(const Small& world, std::mt19937& random) {
  const auto draw = [&](int below) { return static_cast<int>(random() % static_cast<unsigned>(below)); };
  Question question = random_question(random);
  GrowthSpec spec{.bucket = static_cast<Bucket>(draw(4)),
                  .events = {},
                  .birth = static_cast<Birth>(draw(2)),
                  .week_start = draw(2) == 0 ? std::chrono::Monday : std::chrono::Saturday};
  if (spec.bucket == Bucket::Hour) question.period.to = question.period.from + hours{1 + draw(30)};
  const bool by_purchase = draw(3) == 0;
  if (!by_purchase) spec.events = {"A", "B"};
  const auto report = ask_growth(*world.customers, question, spec);
  if (!report) return report.error().kind == ErrorKind::NotFound ? "" : report.error().message;

  const NaiveCalendar calendar{spec.bucket, spec.week_start};
  const std::vector<UtcMicros> periods = calendar.asked(world, question);
  const Condition acts{"A or B", [](const Happening& one) { return one.what == "A" || one.what == "B"; },
                       [](const Happening&) { return false; }};
  const Condition nothing{"nothing", [](const Happening&) { return false; }, [](const Happening&) { return false; }};
  for (const auto& [part, figures] : parts_of(report->periods)) {
    std::string where = part;
    HOLDS(figures->size(), periods.size());
    for (std::size_t index = 0; index < periods.size(); ++index) {
      const UtcMicros here = periods[index], end = calendar.next(here);
      std::array<std::set<std::string>, 4> of;  // Fresh, retained, resurrected, churned.
      std::array<std::set<std::string>, 4> dormant;
      std::uint64_t active_before = 0;
      for (const std::string& who : world.people) {
        const Journey journey(world, who, question.as_of);
        if (!passes(question, journey) || !counts_in(part, journey.audience())) continue;
        std::set<UtcMicros> active;
        for (const NaiveAct& act : journey.acts(by_purchase ? conditions()[0] : acts, nothing))
          active.insert(calendar.of(act.when));
        std::optional<UtcMicros> born = active.empty() ? std::nullopt : std::optional(*active.begin());
        if (spec.birth == Birth::Creation) {
          born.reset();
          for (const Happening& one : journey.all())
            if (!born && !one.born.empty()) born = calendar.of(at(one.born));
          if (!born) continue;
        }
        const bool now = active.contains(here);
        int idle = 0;
        for (auto last = active.rbegin(); last != active.rend(); ++last)
          if (*last <= here) {
            for (UtcMicros start = *last; start < here; start = calendar.next(start)) ++idle;
            break;
          } else if (std::next(last) == active.rend()) {
            idle = -1;
          }
        const bool before = [&] {
          for (const UtcMicros start : active)
            if (calendar.next(start) == here) return true;
          return false;
        }();
        if (now && *born == here) {
          of[0].insert(who);
          active_before += before ? 1 : 0;
        } else if (now) {
          of[before ? 1 : 2].insert(who);
        } else if (before) {
          of[3].insert(who);
        }
        if (!active.empty() && idle > 0) dormant[idle == 1 ? 0 : idle < 4 ? 1 : idle < 8 ? 2 : 3].insert(who);
      }
      const GrowthPeriod& one = (*figures)[index];
      where = fmt::format("{} {}", part, format_moment(here));
      HOLDS(format_moment(one.from), format_moment(here));
      HOLDS(format_moment(one.to), format_moment(end));
      HOLDS(one.fresh, of[0].size());
      HOLDS(one.retained, of[1].size());
      HOLDS(one.resurrected, of[2].size());
      HOLDS(one.churned, of[3].size());
      HOLDS(one.fresh_active_before, active_before);
      HOLDS(one.complete, (end - microseconds{1} <= question.as_of));
      for (std::size_t band = 0; band < dormant.size(); ++band) HOLDS(one.dormant[band], dormant[band].size());
      if (std::string_view(part) != "outside" || draw(4) != 0) continue;
      using Who = GrowthCell::Who;
      const auto people = [&](Who who, std::size_t band = 0) {
        return *people_of_growth(*world.customers, question, spec,
                                 {.period = here, .who = who, .idle_band = band, .side = AudienceSide::Outside});
      };
      HOLDS((people(Who::Fresh) == sorted_ids(world, of[0])), true);
      HOLDS((people(Who::Retained) == sorted_ids(world, of[1])), true);
      HOLDS((people(Who::Resurrected) == sorted_ids(world, of[2])), true);
      HOLDS((people(Who::Churned) == sorted_ids(world, of[3])), true);
      HOLDS(people(Who::Active).size(), one.fresh + one.retained + one.resurrected);
      for (std::size_t band = 0; band < dormant.size(); ++band)
        HOLDS((people(Who::Dormant, band) == sorted_ids(world, dormant[band])), true);
    }
  }
  return "";
}

TEST(GrowthOnRandomJourneys, IsThatOfTheDefinitions) { for_random_worlds(6, 40, 25, check_growth); }

TEST(Growth, CountsThoseOfNoKnownCreationApart) {
  const Small world = small_world({{"ann", "$identify", at("2024-03-05"), "", "", "", "", "2024-03-01T10:00:00Z"},
                                   {"ann", "A", at("2024-02-10"), "", "", "", "", ""},
                                   {"ann", "A", at("2024-03-10"), "", "", "", "", ""},
                                   {"bob", "A", at("2024-03-11"), "", "", "", "", ""},
                                   {"eve", "$identify", at("2024-03-01"), "", "", "", "", "yesterday"},
                                   {"eve", "A", at("2024-03-11"), "", "", "", "", ""}});
  Question question;
  question.as_of = at("2024-04-15");
  const GrowthSpec spec{.bucket = Bucket::Month, .events = {"A"}, .birth = Birth::Creation};
  const auto report = *ask_growth(*world.customers, question, spec);
  ASSERT_EQ(report.periods.all.size(), 3U);
  EXPECT_EQ(report.periods.all[0].resurrected, 1U) << "active before the creation: neither new nor retained";
  EXPECT_EQ(report.periods.all[1].fresh, 1U);
  EXPECT_EQ(report.periods.all[1].fresh_active_before, 1U) << "the identity that creation breaks is told, not hidden";
  EXPECT_EQ(report.periods.all[1].churned, 0U);
  EXPECT_EQ(report.without_creation.all, 2U) << "one without, and one whose creation cannot be read";
  const auto by_activity = *ask_growth(*world.customers, question, Bucket::Month, {"A"});
  EXPECT_EQ(by_activity.periods.all[1].fresh, 2U);
  EXPECT_EQ(by_activity.without_creation.all, 0U);
}

TEST(Growth, RefusesPeriodsThatAreNotThere) {
  const Small world = small_world({{"ann", "A", at("2024-03-10"), "", "", "", "", ""}});
  Question question;
  question.as_of = at("2024-04-15");
  const GrowthSpec spec{.bucket = Bucket::Day, .events = {"A"}};
  const auto refused = people_of_growth(*world.customers, question, spec, {.period = at("2024-03-11")});
  ASSERT_FALSE(refused) << "midnight in London is an hour past midnight in Paris";
  EXPECT_EQ(refused.error().kind, ErrorKind::NotFound);
  EXPECT_EQ(people_of_growth(*world.customers, question, spec, {.period = at("2024-03-09 23:00")})->size(), 1U);
}

}  // namespace
}  // namespace habitue::insight::reference
