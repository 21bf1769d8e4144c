// Contrasts read naively from their definitions: where everybody stands, what they did in their window, which facts there are.
#pragma once

#include <cmath>
#include <functional>

#include <fmt/format.h>

#include "insight/contrast/contrast.hpp"
#include "insight/event_matcher.hpp"
#include "insight/retention_reference.hpp"

namespace habitue::insight::reference {

#define HOLDS(left, right) \
  if (!((left) == (right))) return fmt::format("{} is {} and not {} ({})", #left, left, right, where)

inline const Condition kNothing{"nothing", [](const Happening&) { return false; },
                                [](const Happening&) { return false; }};
using Who = ContrastCell::Who;

struct Somebody {
  std::string who;
  criteria::Verdict audience;
  Who standing;
  std::vector<Happening> known, window;  // Up to the landmark; from birth on.
  UtcMicros birth;
  microseconds length;  // Of the window.
  std::size_t steps = 0;
};

// How many steps can be given events of their own, in time, those of one instant in any order: by trying everything.
inline std::size_t most_steps(const std::vector<Happening>& events, const std::vector<const Condition*>& steps,
                              std::size_t step, UtcMicros from, std::vector<bool>& used) {
  if (step == steps.size()) return step;
  std::size_t best = step;
  for (std::size_t index = 0; index < events.size(); ++index) {
    if (used[index] || events[index].when < from || !steps[step]->met(events[index])) continue;
    used[index] = true;
    best = std::max(best, most_steps(events, steps, step + 1, events[index].when, used));
    used[index] = false;
  }
  return best;
}

struct Asked {
  ContrastSpec spec;
  const Condition* born_with = &kNothing;
  const Condition* outcome = &kNothing;
  std::vector<const Condition*> steps;
};

inline Asked random_spec(std::mt19937& random) {
  const auto draw = [&](int below) { return static_cast<int>(random() % static_cast<unsigned>(below)); };
  const auto any = [&] { return &conditions()[static_cast<std::size_t>(draw(6))]; };
  Asked asked;
  ContrastSpec& spec = asked.spec;
  spec.birth = static_cast<ContrastBirth>(draw(3));
  if (spec.birth == ContrastBirth::FirstOf) {
    asked.born_with = any();
    spec.born_with = asked.born_with->test();
  }
  spec.age = draw(8) == 0 ? hours{0} : hours{draw(2) == 0 ? draw(24 * 5) : 24 * draw(5)};
  spec.groups = draw(3) == 0 ? ContrastGroups::People : ContrastGroups::Outcome;
  if (spec.groups == ContrastGroups::Outcome) {
    asked.outcome = any();
    spec.outcome = asked.outcome->test();
    spec.counted_from = static_cast<ContrastHorizon>(draw(2));
    spec.within = hours{draw(24 * 6)} + (spec.counted_from == ContrastHorizon::Birth ? spec.age + hours{1} : hours{0});
  } else {
    spec.first = rule("trait plan = \"pro\"");
    if (draw(2) == 0) spec.second = rule("trait target = \"no\"");
  }
  if (draw(4) == 0) spec.among = rule("trait plan = \"free\"");
  spec.properties = {"v"};
  spec.cuts = {2, 3};
  spec.support_min = static_cast<std::uint32_t>(draw(4));
  spec.adjustment = static_cast<FalseDiscovery>(draw(2));
  spec.side = draw(2) == 0 ? AudienceSide::All : static_cast<AudienceSide>(draw(4));
  spec.alike_from = draw(2) == 0 ? 0.5 : 2;
  spec.limit = 1000;
  if (draw(3) == 0) spec.stratify = ContrastStratify{.of = ContrastStratify::Of::Trait, .name = "plan"};
  for (int step = draw(4); step > 0; --step) {
    asked.steps.push_back(&conditions()[static_cast<std::size_t>(1 + draw(5))]);
    spec.steps.push_back(*asked.steps.back()->test());
  }
  return asked;
}

inline std::string last_told(const std::vector<Happening>& known, std::string Happening::*name) {
  std::string value;
  for (const Happening& one : known)
    if (one.what == "$identify" && !(one.*name).empty()) value = one.*name;
  return value;
}

inline std::vector<Somebody> everybody(const Small& world, const Question& question, const Asked& asked) {
  const ContrastSpec& spec = asked.spec;
  std::vector<Somebody> people;
  for (const std::string& who : world.people) {
    const Journey journey(world, who, question.as_of);
    if (!passes(question, journey)) continue;
    Somebody one{who, journey.audience(), Who::NeverBorn, {}, {}, {}, spec.age};
    const std::vector<NaiveAct> acts = journey.acts(*asked.born_with, *asked.outcome);
    const NaiveAct* birth_act = nullptr;
    std::optional<UtcMicros> birth;
    if (spec.birth == ContrastBirth::FirstEvent) birth = journey.all().front().when;
    if (spec.birth == ContrastBirth::Creation)
      for (const Happening& happening : journey.all())
        if (!birth && happening.what == "$identify" && !happening.born.empty())
          birth = *parse_moment(happening.born, paris());
    if (spec.birth == ContrastBirth::FirstOf)
      for (const NaiveAct& act : acts)
        if (birth_act == nullptr && act.first) {
          birth_act = &act;
          birth = act.when;
        }
    if (!birth) {
      people.push_back(one);
      continue;
    }
    if (*birth < question.period.from || *birth >= question.period.to) continue;
    one.birth = *birth;
    const UtcMicros landmark = *birth + spec.age;
    for (const Happening& happening : journey.all())
      if (happening.when <= landmark) {
        one.known.push_back(happening);
        if (happening.when >= *birth) one.window.push_back(happening);
      }
    std::vector<bool> used(one.window.size());
    one.steps = most_steps(one.window, asked.steps, 0, *birth, used);
    const UtcMicros end = (spec.counted_from == ContrastHorizon::Landmark ? landmark : *birth) + spec.within;
    if (landmark > question.as_of) {
      one.standing = Who::TooYoung;
    } else if (spec.among && last_told(one.known, &Happening::plan) != "free") {
      one.standing = Who::NotAmong;
    } else if (spec.groups == ContrastGroups::Outcome) {
      bool before = false, after = false;
      for (const NaiveAct& act : acts) {
        if (&act == birth_act || !act.second) continue;
        before = before || act.when <= landmark;
        after = after || (act.when > landmark && act.when <= end);
      }
      one.standing = before ? Who::HadBefore : end > question.as_of ? Who::NotOver : after ? Who::First : Who::Second;
    } else {
      const auto is = [](const std::string& value, const char* wanted) {
        return value.empty() ? 2 : value == wanted ? 1 : 0;
      };
      const int first = is(journey.trait(&Happening::plan), "pro");
      const int second = spec.second ? is(journey.trait(&Happening::target), "no") : first == 2 ? 2 : 1 - first;
      one.standing = first == 2 || second == 2   ? Who::CannotTell
                     : first == 1 && second == 1 ? Who::InBoth
                     : first == 1                ? Who::First
                     : second == 1               ? Who::Second
                                                 : Who::InNeither;
    }
    people.push_back(std::move(one));
  }
  return people;
}

// Whether somebody has a fact; of numbers, which number, if it is known.
struct Naive {
  bool has = false;
  double number = 0;
};
inline Naive naive(const Somebody& one, const ContrastFeature& feature) {
  using Kind = ContrastFeature::Kind;
  const auto age_of = [&](const Happening& happening) {
    return static_cast<double>((happening.when - one.birth).count());
  };
  std::uint32_t times = 0;
  std::optional<double> first;
  bool with_value = false;
  for (const Happening& happening : one.window) {
    if (happening.what != feature.event) continue;
    ++times;
    with_value = with_value || happening.v == feature.value.text;
    const double part = std::floor(age_of(happening) / static_cast<double>(one.length.count()) * 1024);
    if (!first) first = std::min(part, 1023.0);
  }
  switch (feature.kind) {
    case Kind::Did: return {times > 0};
    case Kind::AtLeast: return {times >= feature.times};
    case Kind::WithValue: return {with_value};
    case Kind::DaysToFirst: return {times > 0, first.value_or(0)};
    case Kind::Channel: return {feature.value.text == "direct"};
    case Kind::ActiveDays: {
      std::set<std::int64_t> seen;
      for (const Happening& happening : one.window) seen.insert((happening.when - one.birth) / hours{24});
      return {true, static_cast<double>(seen.size())};
    }
    case Kind::Trait: {
      std::string Happening::*const name = feature.property == "plan"     ? &Happening::plan
                                           : feature.property == "target" ? &Happening::target
                                           : feature.property == "v"      ? &Happening::v
                                                                          : &Happening::born;
      const std::string value = last_told(one.known, name);
      return {feature.value.kind == ShownValue::Kind::Missing ? value.empty() : value == feature.value.text};
    }
    case Kind::TraitNumber: break;
  }
  return {};
}

inline bool takes_part(const Somebody& one) { return one.standing == Who::First || one.standing == Who::Second; }
inline bool is_on(AudienceSide side, const Somebody& one) {
  return side == AudienceSide::All || one.audience == (side == AudienceSide::Inside    ? criteria::Verdict::Inside
                                                       : side == AudienceSide::Outside ? criteria::Verdict::Outside
                                                                                       : criteria::Verdict::Unknown);
}

inline std::string check_counts(const ContrastLine& line, const std::vector<Somebody>& people) {
  const std::string where = line.name_en;
  for (const auto& [part, counts] : parts_of(line.counts)) {
    ContrastCounts expected;
    for (const Somebody& one : people) {
      if (!takes_part(one) || !counts_in(part, one.audience)) continue;
      const bool has = naive(one, line.feature).has;
      ++(one.standing == Who::First ? (has ? expected.first_with : expected.first_without)
                                    : (has ? expected.second_with : expected.second_without));
    }
    HOLDS(counts->first_with, expected.first_with);
    HOLDS(counts->first_without, expected.first_without);
    HOLDS(counts->second_with, expected.second_with);
    HOLDS(counts->second_without, expected.second_without);
  }
  return "";
}

// Facts that enough people have are there, and no others.
inline std::string check_facts(const std::vector<const ContrastLine*>& lines, const std::vector<Somebody>& people,
                               const ContrastSpec& spec) {
  using Kind = ContrastFeature::Kind;
  std::vector<ContrastFeature> possible;
  for (const char* event : {"A", "B", "Order Completed", "Order Refunded"}) {
    possible.push_back({.kind = Kind::Did, .event = event});
    for (const std::uint32_t times : {2U, 3U})
      possible.push_back({.kind = Kind::AtLeast, .event = event, .times = times});
    for (const char* value : {"x", "y", "z"})
      possible.push_back(
          {.kind = Kind::WithValue, .event = event, .property = "v", .value = {ShownValue::Kind::Value, value}});
  }
  for (const auto& [trait, value] : {std::pair{"plan", "pro"},
                                     {"plan", "free"},
                                     {"plan", ""},
                                     {"target", "yes"},
                                     {"target", ""},
                                     {"v", "x"},
                                     {"v", "z"}})
    possible.push_back({.kind = Kind::Trait,
                        .property = trait,
                        .value = {*value == 0 ? ShownValue::Kind::Missing : ShownValue::Kind::Value, value}});
  std::uint64_t below = 0;
  for (const ContrastFeature& feature : possible) {
    std::uint64_t all = 0, with = 0;
    for (const Somebody& one : people) {
      if (!takes_part(one) || !is_on(spec.side, one)) continue;
      ++all;
      with += naive(one, feature).has;
    }
    const bool same_as_below = feature.kind == Kind::AtLeast && with == below;
    if (feature.kind == Kind::Did || feature.kind == Kind::AtLeast) below = with;
    const std::uint64_t least = std::max(spec.support_min, 1U);
    const bool left_out = spec.groups == ContrastGroups::People &&
                          (feature.property == "plan" || (spec.second && feature.property == "target"));
    // A trait of which nothing is known is none; that it is missing tells only beside somebody who has it.
    bool anybody = feature.value.kind != ShownValue::Kind::Missing;
    for (const Somebody& one : people)
      anybody = anybody || (takes_part(one) && is_on(spec.side, one) && !naive(one, feature).has);
    const bool expected = with >= least && all - with >= least && !same_as_below && !left_out && anybody;
    const auto found =
        std::find_if(lines.begin(), lines.end(), [&](const ContrastLine* line) { return line->feature == feature; });
    const std::string where = feature.event + feature.property + feature.value.text + std::to_string(feature.times);
    HOLDS(found != lines.end(), expected);
  }
  return "";
}

}  // namespace habitue::insight::reference
