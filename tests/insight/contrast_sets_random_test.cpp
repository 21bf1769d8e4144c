// Contrasts at the age of the outcome against a naive reading of risk sets on random small journeys. Which people the lot draws is taken
// from the product; that they may be drawn, that nobody is missing, and every figure of them are not.
#include <gtest/gtest.h>

#include "insight/contrast/gather.hpp"
#include "insight/contrast_reference.hpp"

namespace habitue::insight::reference {
namespace {

// How long somebody is there without the outcome.
struct Stay {
  std::string who;
  criteria::Verdict audience;
  Who standing;  // NotCompared for whoever can be in a set; NotAmong for whom no set is made.
  std::optional<UtcMicros> birth;
  microseconds seen_to{};            // The last age of the horizon that is over.
  std::optional<microseconds> came;  // The age at which the outcome came.
};

bool was_among(const Small& world, const Stay& one, microseconds age, const Asked& asked) {
  if (!asked.spec.among) return true;
  std::vector<Happening> known;
  for (const Happening& happening : world.happenings)
    if (happening.who == one.who && happening.when <= *one.birth + age - asked.spec.lead) known.push_back(happening);
  return last_told(known, &Happening::plan) == "free";
}

std::vector<Stay> stays_of(const Small& world, const Question& question, const Asked& asked) {
  const ContrastSpec& spec = asked.spec;
  // Who is born when, and is old enough, is the same question at an age.
  Asked at_age = asked;
  at_age.spec.at = ContrastAt::Landmark;
  at_age.spec.among.reset();
  std::vector<Stay> stays;
  for (const Somebody& one : everybody(world, question, at_age)) {
    Stay stay{one.who, one.audience, one.standing, std::nullopt, {}, {}};
    if (one.standing != Who::NeverBorn) stay.birth = one.birth;
    stays.push_back(stay);
    if (one.standing == Who::NeverBorn || one.standing == Who::TooYoung || one.standing == Who::HadBefore) continue;
    Stay& now = stays.back();
    const UtcMicros end =
        one.birth + (spec.counted_from == ContrastHorizon::Landmark ? spec.age : microseconds{0}) + spec.within;
    now.seen_to = std::min(end, question.as_of) - one.birth;
    const Journey journey(world, one.who, question.as_of);
    const std::vector<NaiveAct> acts = journey.acts(*asked.born_with, *asked.outcome);
    for (const NaiveAct& act : acts)
      if (!now.came && act.second && act.when > one.birth + spec.age && act.when <= end)
        now.came = act.when - one.birth;
    now.standing = now.came && !was_among(world, now, *now.came, asked) ? Who::NotAmong : Who::NotCompared;
  }
  return stays;
}

struct Set {
  const Stay* first = nullptr;
  std::vector<const Stay*> others;
  microseconds age{};
};

bool can_be_beside(const Small& world, const Stay& one, microseconds age, const Asked& asked) {
  if (one.standing != Who::NotCompared && one.standing != Who::NotAmong) return false;
  const bool on_side = is_on(asked.spec.side, {one.who, one.audience, one.standing, {}, {}, {}, {}});
  return on_side && one.seen_to >= age && (!one.came || *one.came > age) && was_among(world, one, age, asked);
}

// The rules of a draw: each set is of who came and of others who were there, nobody twice, and nobody is left out who could be taken.
std::string check_draw(const Small& world, const std::vector<Stay>& stays, const std::map<std::uint32_t, Set>& sets,
                       std::size_t controls, const Asked& asked) {
  std::map<const Stay*, microseconds> taken;
  for (const auto& [number, set] : sets) {
    const std::string where = fmt::format("set {}", number);
    HOLDS(set.first != nullptr && set.first->came && set.first->standing == Who::NotCompared, true);
    HOLDS((*set.first->came == set.age), true);
    HOLDS(is_on(asked.spec.side, {"", set.first->audience, Who::First, {}, {}, {}, {}}), true);
    HOLDS(!set.others.empty() && set.others.size() <= controls, true);
    HOLDS(taken.emplace(set.first, set.age).second, true);
    for (const Stay* other : set.others) {
      HOLDS(can_be_beside(world, *other, set.age, asked), true);
      HOLDS(taken.emplace(other, set.age).second, true);
    }
  }
  for (const auto& [number, set] : sets) {
    if (set.others.size() == controls) continue;
    const std::string where = fmt::format("set {} is small", number);
    for (const Stay& one : stays)
      HOLDS(can_be_beside(world, one, set.age, asked) && (!taken.contains(&one) || taken[&one] > set.age), false);
  }
  for (const Stay& one : stays) {
    if (one.standing != Who::NotCompared || !one.came || taken.contains(&one)) continue;
    if (!is_on(asked.spec.side, {"", one.audience, Who::First, {}, {}, {}, {}})) continue;
    const std::string where = one.who + " came and is in no set";
    for (const Stay& other : stays)
      HOLDS(can_be_beside(world, other, *one.came, asked) && (!taken.contains(&other) || taken[&other] > *one.came),
            false);
  }
  return "";
}

std::string check_line(const ContrastLine& line, const std::vector<std::vector<const Somebody*>>& sets) {
  const std::string where = line.name_en;
  double differences = 0, agree = 0, differ = 0, numbers = 0, wins = 0, number_sets = 0;
  for (const auto& set : sets) {  // Who came is first.
    const Naive first = naive(*set.front(), line.feature);
    double with = 0, sum = 0, above = 0;
    for (std::size_t index = 1; index < set.size(); ++index) {
      const Naive other = naive(*set[index], line.feature);
      if (!other.has) continue;
      ++with;
      sum += other.number;
      above += first.number > other.number ? 1 : first.number == other.number ? 0.5 : 0;
    }
    const double others = static_cast<double>(set.size()) - 1;
    differences += (first.has ? 1 : 0) - with / others;
    agree += first.has ? (others - with) / (others + 1) : 0;
    differ += first.has ? 0 : with / (others + 1);
    if (!first.has || with == 0) continue;
    ++number_sets;
    numbers += first.number - sum / with;
    wins += above / with;
  }
  if (line.number) {
    HOLDS(std::abs(line.number->superiority.value - wins / number_sets) < 1e-9, true);
    // The naive number of a first time is in parts of a window of the set's own length.
    if (line.feature.kind == ContrastFeature::Kind::ActiveDays)
      HOLDS(std::abs(line.number->mean_difference->value - numbers / number_sets) < 1e-9, true);
    return "";
  }
  HOLDS(std::abs(line.shares.difference - differences / static_cast<double>(sets.size())) < 1e-9, true);
  HOLDS(line.shares.low <= line.shares.difference && line.shares.difference <= line.shares.high, true);
  HOLDS(line.odds.has_value(), agree > 0 && differ > 0);
  if (line.odds) HOLDS(std::abs(line.odds->value - agree / differ) < 1e-9, true);
  return "";
}

std::string check_sets(const Small& world, std::mt19937& random) {
  Question question = random_question(random);
  question.as_of += hours{24 * 10};
  question.period = {};
  Asked asked = random_spec(random);
  ContrastSpec& spec = asked.spec;
  if (spec.groups != ContrastGroups::Outcome) return "";
  spec.at = ContrastAt::Outcome;
  spec.age += hours{1};
  if (spec.counted_from == ContrastHorizon::Birth) spec.within += hours{1};
  spec.lead = std::min(spec.age, microseconds{hours{1 + random() % 48}});
  if (random() % 2 == 0) spec.controls = 1 + random() % 3;
  spec.seed = static_cast<std::uint32_t>(random() % 5);
  spec.stratify.reset();
  const auto report = ask_contrast(*world.customers, question, spec);
  if (!report) return report.error().kind == ErrorKind::NotFound ? "" : report.error().message;
  const auto gathered = contrast::gather(*world.customers, question, spec);
  const std::vector<Stay> stays = stays_of(world, question, asked);

  std::map<PersonId, const Stay*> by_id;
  for (const Stay& one : stays) by_id[world.built.person(one.who)] = &one;
  std::map<std::uint32_t, Set> sets;
  std::vector<Somebody> people;
  std::map<const Stay*, Who> drawn;
  contrast::for_each_taker(*gathered, [&](const contrast::Part&, const contrast::Taker& taker, std::size_t) {
    const Stay* stay = by_id.at(taker.person);
    Set& set = sets[taker.set];
    set.age = taker.window + spec.lead;
    if (taker.group == 0)
      set.first = stay;
    else
      set.others.push_back(stay);
    drawn[stay] = taker.group == 0 ? Who::First : Who::Second;
    Somebody one{stay->who, stay->audience, drawn[stay], {}, {}, *stay->birth, taker.window};
    const Journey journey(world, stay->who, *stay->birth + taker.window);
    for (const Happening& happening : journey.all()) {
      one.known.push_back(happening);
      if (happening.when >= *stay->birth) one.window.push_back(happening);
    }
    std::vector<bool> used(one.window.size());
    one.steps = most_steps(one.window, asked.steps, 0, *stay->birth, used);
    people.push_back(std::move(one));
  });
  if (std::string wrong = check_draw(world, stays, sets, report->sets->controls, asked); !wrong.empty()) return wrong;

  std::string where = "standing";
  for (const auto& [part, standing] : parts_of(report->people)) {
    std::map<Who, std::uint64_t> expected;
    for (const Stay& one : stays)
      if (counts_in(part, one.audience)) ++expected[drawn.contains(&one) ? drawn[&one] : one.standing];
    HOLDS(standing->first, expected[Who::First]);
    HOLDS(standing->second, expected[Who::Second]);
    HOLDS(standing->not_compared, expected[Who::NotCompared]);
    HOLDS(standing->not_among, expected[Who::NotAmong]);
    HOLDS(standing->too_young, expected[Who::TooYoung]);
    HOLDS(standing->had_before, expected[Who::HadBefore]);
    HOLDS(standing->never_born, expected[Who::NeverBorn]);
    HOLDS(standing->not_over, 0U);
  }
  std::vector<std::vector<const Somebody*>> in_sets;
  for (const auto& [number, set] : sets) {
    std::vector<const Somebody*> in_set;
    for (const Somebody& one : people)
      if (one.who == set.first->who) in_set.push_back(&one);
    for (const Stay* other : set.others)
      for (const Somebody& one : people)
        if (one.who == other->who) in_set.push_back(&one);
    in_sets.push_back(std::move(in_set));
  }
  std::vector<const ContrastLine*> lines;
  for (const ContrastGroup& group : report->groups) {
    lines.push_back(&group.line);
    for (const ContrastAlike& alike : group.alike) lines.push_back(&alike.line);
  }
  if (!sets.empty())
    if (std::string wrong = check_facts(lines, people, spec); !wrong.empty()) return wrong;
  for (const ContrastLine* line : lines) {
    if (std::string wrong = check_counts(*line, people); !wrong.empty()) return wrong;
    if (std::string wrong = check_line(*line, in_sets); !wrong.empty()) return wrong;
  }
  for (std::size_t step = 0; step < report->steps.size(); ++step) {
    ContrastCounts expected;
    for (const Somebody& one : people) {
      if (one.steps < step) continue;
      ++(one.standing == Who::First ? (one.steps == step ? expected.first_with : expected.first_without)
                                    : (one.steps == step ? expected.second_with : expected.second_without));
    }
    where = fmt::format("step {}", step);
    const ContrastCounts& found = report->steps[step].counts.all;
    HOLDS(found.first_with, expected.first_with);
    HOLDS(found.first_without, expected.first_without);
    HOLDS(found.second_with, expected.second_with);
    HOLDS(found.second_without, expected.second_without);
  }
  for (int times = 0; times < 3; ++times) {
    ContrastCell cell{.who = random() % 2 == 0 ? Who::First : Who::Second, .has = random() % 2 == 0};
    cell.side = static_cast<AudienceSide>(random() % 4);
    if (random() % 6 == 0) cell.who = random() % 2 == 0 ? Who::NotCompared : Who::NotAmong;
    if (takes_part({"", {}, cell.who, {}, {}, {}, {}}) && !lines.empty() && random() % 3 != 0)
      cell.feature = lines[random() % lines.size()]->feature;
    std::set<std::string> expected;
    for (const Stay& one : stays) {
      if ((drawn.contains(&one) ? drawn[&one] : one.standing) != cell.who ||
          !is_on(cell.side, {"", one.audience, cell.who, {}, {}, {}, {}}))
        continue;
      bool belongs = true;
      for (const Somebody& somebody : people)
        if (cell.feature && somebody.who == one.who) belongs = naive(somebody, *cell.feature).has == cell.has;
      if (belongs) expected.insert(one.who);
    }
    const auto found = people_of_contrast(*world.customers, question, spec, cell);
    if (!found) return found.error().message;
    where = "people";
    HOLDS(found->size(), expected.size());
    HOLDS((*found == sorted_ids(world, expected)), true);
  }
  return "";
}

TEST(ContrastSetsOnRandomJourneys, AreThoseOfTheDefinitions) { for_random_worlds(6, 60, 40, check_sets); }

TEST(ContrastSetsOnRandomJourneys, DoNotDependOnArrivalOrThreads) {
  for (std::uint32_t seed = 1; seed <= 6; ++seed) {
    std::mt19937 random(seed);
    std::vector<Happening> happenings;
    // Everybody comes at one moment, half of them leave at one other: only what they did tells them apart.
    for (int person = 0; person < 120; ++person) {
      const std::string who = fmt::format("p{:03}", person);
      const auto say = [&](const char* what, int hour, const char* v) {
        happenings.push_back({who, what, at("2024-05-01") + hours{hour}, v, "", "", "", ""});
      };
      say("Arrived", 0, "");
      for (auto count = random() % 3; count > 0; --count)
        say("A", 1 + static_cast<int>(random() % 3), random() % 2 == 0 ? "x" : "y");
      if (random() % 3 == 0) say("B", 50 + 10 * static_cast<int>(random() % 2), "");
    }
    const auto signature = [&](const std::vector<Happening>& in_order, unsigned threads) {
      std::vector<journey::Said> story;
      for (const Happening& one : in_order)
        story.push_back({one.who, one.what, format_moment(one.when), R"({"v":")" + one.v + "\"}"});
      const auto built = journey::build_journeys(story);
      const auto customers = *knowledge::Customers::bind(built.snapshot, business_of(kSteps));
      Question question;
      question.as_of = at("2024-06-01");
      question.threads = threads;
      ContrastSpec spec;
      spec.at = ContrastAt::Outcome;
      spec.age = hours{40};
      spec.lead = hours{12};
      spec.outcome = *parse_event_test("B");
      spec.properties = {"v"};
      spec.support_min = 2;
      const auto report = *ask_contrast(*customers, question, spec);
      std::string text = fmt::format("{} {}\n", report.people.all.first, report.people.all.second);
      for (const ContrastGroup& group : report.groups)
        text += fmt::format("{} {:a} {:a} {:a}\n", group.line.sentence_en, group.line.p_value, group.line.shares.low,
                            group.line.number ? group.line.number->superiority.low : 0);
      return text;
    };
    const std::string expected = signature(happenings, 1);
    EXPECT_NE(expected.find("“A (v = x)”"), std::string::npos) << expected;
    std::shuffle(happenings.begin(), happenings.end(), random);
    EXPECT_EQ(signature(happenings, 3), expected) << seed;
  }
}

}  // namespace
}  // namespace habitue::insight::reference
