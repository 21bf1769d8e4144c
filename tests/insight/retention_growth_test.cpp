// Growth by the hour, by creation, and the stock of dormant people, against a naive reading of the definitions.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include <fmt/format.h>

#include "insight/event_matcher.hpp"
#include "insight/retention_reference.hpp"

namespace habitue::insight::reference {
namespace {

#define HOLDS(left, right) \
  if (!((left) == (right))) return fmt::format("{} is {} and not {} ({})", #left, left, right, where)

// Somebody in one of the numbers of a period.
struct Standing {
  std::size_t period = 0;
  std::string who, value;
  criteria::Verdict audience = criteria::Verdict::Unknown;
  std::optional<std::size_t> kind, band;  // Fresh, retained, resurrected or churned; the band of the dormant.
  bool active_before = false;             // New, yet active in the period before.
};

std::vector<Standing> standings_of(const Small& world, const Question& question, const GrowthSpec& spec,
                                   const NaiveCalendar& calendar, const std::vector<UtcMicros>& periods,
                                   bool by_trait) {
  const Condition acts{"A or B", [](const Happening& one) { return one.what == "A" || one.what == "B"; },
                       [](const Happening&) { return false; }};
  const Condition nothing{"nothing", [](const Happening&) { return false; }, [](const Happening&) { return false; }};
  std::vector<Standing> standings;
  for (const std::string& who : world.people) {
    const Journey journey(world, who, question.as_of);
    if (!passes(question, journey)) continue;
    std::map<UtcMicros, std::string> active;  // Periods, with the value of their first act.
    for (const NaiveAct& act : journey.acts(spec.events.empty() ? conditions()[0] : acts, nothing))
      active.emplace(calendar.of(act.when), act.value);
    if (active.empty()) continue;
    UtcMicros born = active.begin()->first;
    if (spec.birth == Birth::Creation) {
      std::optional<UtcMicros> told;
      for (const Happening& one : journey.all())
        if (!told && !one.born.empty()) told = calendar.of(at(one.born));
      if (!told) continue;
      born = *told;
    }
    for (std::size_t index = 0; index < periods.size(); ++index) {
      const UtcMicros here = periods[index];
      auto last = active.upper_bound(here);
      if (last == active.begin()) continue;
      --last;
      Standing standing{.period = index,
                        .who = who,
                        .value = by_trait ? journey.trait(&Happening::plan) : last->second,
                        .audience = journey.audience(),
                        .kind = {},
                        .band = {}};
      const bool before =
          std::any_of(active.begin(), active.end(), [&](const auto& one) { return calendar.next(one.first) == here; });
      int idle = 0;
      for (UtcMicros start = last->first; start < here; start = calendar.next(start)) ++idle;
      if (idle == 0) {
        standing.kind = here == born ? 0 : before ? 1 : 2;
        standing.active_before = here == born && before;
      } else {
        if (before) standing.kind = 3;
        standing.band = idle == 1 ? 0 : idle < 4 ? 1 : idle < 8 ? 2 : 3;
      }
      standings.push_back(standing);
    }
  }
  return standings;
}

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
  const bool by_trait = draw(2) == 0;
  if (draw(3) != 0)
    spec.breakdown = Breakdown{by_trait ? Breakdown::Of::Trait : Breakdown::Of::Property, by_trait ? "plan" : "v",
                               static_cast<std::size_t>(1 + draw(3))};
  const auto report = ask_growth(*world.customers, question, spec);
  if (!report) return report.error().kind == ErrorKind::NotFound ? "" : report.error().message;

  const NaiveCalendar calendar{spec.bucket, spec.week_start};
  const std::vector<UtcMicros> periods = calendar.asked(world, question);
  const std::vector<Standing> standings = standings_of(world, question, spec, calendar, periods, by_trait);

  // Values by the people who are in any number with them, then by text; a missing one comes first.
  std::map<std::string, std::set<std::string>> people_of;
  for (const Standing& one : standings) people_of[one.value].insert(one.who);
  std::vector<std::pair<std::int64_t, std::string>> ranked;
  for (const auto& [value, who] : people_of) ranked.emplace_back(-static_cast<std::int64_t>(who.size()), value);
  std::sort(ranked.begin(), ranked.end());
  std::vector<std::string> slots{"<total>"};
  std::map<std::string, std::string> slot_of;
  for (std::size_t place = 0; place < ranked.size() && spec.breakdown; ++place) {
    const std::string slot = place >= spec.breakdown->limit ? "<other>" : ranked[place].second;
    slot_of[ranked[place].second] = slot;
    if (slots.back() != slot) slots.push_back(slot);
  }
  std::vector<GrowthValue> answered{{{}, report->periods}};
  answered.insert(answered.end(), report->values.begin(), report->values.end());
  std::string where = "values";
  HOLDS(answered.size(), slots.size());
  for (std::size_t slot = 0; slot < slots.size(); ++slot) {
    const GrowthValue& value = answered[slot];
    where = slots[slot];
    using Kind = ShownValue::Kind;
    const Kind kind = slot == 0                  ? Kind::Total
                      : slots[slot] == "<other>" ? Kind::Other
                      : slots[slot].empty()      ? Kind::Missing
                                                 : Kind::Value;
    HOLDS(static_cast<int>(value.value.kind), static_cast<int>(kind));
    if (kind == Kind::Value) HOLDS(value.value.text, slots[slot]);
    for (const auto& [part, figures] : parts_of(value.periods)) {
      where = slots[slot] + " " + part;
      HOLDS(figures->size(), periods.size());
      for (std::size_t index = 0; index < periods.size(); ++index) {
        std::array<std::set<std::string>, 4> of;  // Fresh, retained, resurrected, churned.
        std::array<std::set<std::string>, 4> dormant;
        std::uint64_t active_before = 0;
        for (const Standing& one : standings) {
          if (one.period != index || !counts_in(part, one.audience)) continue;
          if (slot > 0 && slot_of[one.value] != slots[slot]) continue;
          if (one.kind) of[*one.kind].insert(one.who);
          if (one.band) dormant[*one.band].insert(one.who);
          active_before += one.active_before ? 1 : 0;
        }
        const UtcMicros here = periods[index], end = calendar.next(here);
        const GrowthPeriod& one = (*figures)[index];
        where = fmt::format("{} {} {}", slots[slot], part, format_moment(here));
        HOLDS(format_moment(one.from), format_moment(here));
        HOLDS(format_moment(one.to), format_moment(end));
        HOLDS(one.fresh, of[0].size());
        HOLDS(one.retained, of[1].size());
        HOLDS(one.resurrected, of[2].size());
        HOLDS(one.churned, of[3].size());
        HOLDS(one.fresh_active_before, active_before);
        HOLDS(one.complete, (end - microseconds{1} <= question.as_of));
        for (std::size_t band = 0; band < dormant.size(); ++band) HOLDS(one.dormant[band], dormant[band].size());
        if (std::string_view(part) != "outside" || draw(slot == 0 ? 4 : 8) != 0) continue;
        using Who = GrowthCell::Who;
        const auto people = [&](Who who, std::size_t band = 0) {
          return *people_of_growth(
              *world.customers, question, spec,
              {.period = here, .who = who, .idle_band = band, .side = AudienceSide::Outside, .value = value.value});
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
  }
  return "";
}

TEST(GrowthOnRandomJourneys, IsThatOfTheDefinitions) { for_random_worlds(6, 40, 20, check_growth); }

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
