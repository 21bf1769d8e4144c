// A small random company for tests of funnels: events A to D and X with properties, at few moments, so that many coincide.
#pragma once

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "insight/event_matcher.hpp"
#include "insight/funnel/funnel.hpp"
#include "insight/random_world.hpp"

namespace habitue::insight {

/// One thing that somebody did. Empty properties are missing; of an identify, `value` is the plan and `held` the target.
struct Act {
  std::string who, what;
  std::int64_t minute = 0;  ///< Since kActsBegin.
  std::string value, held;
  int size = 0;
};

/// Summer time begins in Paris on 31 March 2024.
inline const UtcMicros kActsBegin = at("2024-03-28 20:00");
inline UtcMicros moment_of(std::int64_t minute) { return kActsBegin + std::chrono::minutes{minute}; }

inline criteria::Expression event(std::string_view text) {
  auto expression = parse_event_test(text);
  EXPECT_TRUE(expression) << text << ": " << (expression ? "" : expression.error().message);
  return expression ? *expression : criteria::Expression{};
}

struct ActsWorld {
  std::vector<Act> acts;
  journey::BuiltJourneys built;
  std::shared_ptr<const knowledge::Customers> customers;
};

inline ActsWorld world_of_acts(const std::vector<Act>& acts) {
  ActsWorld world;
  world.acts = acts;
  std::vector<journey::Said> story;
  for (const Act& act : acts) {
    std::string properties;
    const auto add = [&](const std::string& name, const std::string& json) {
      properties += (properties.empty() ? "" : ",") + ('"' + name + "\":" + json);
    };
    const bool identify = act.what == "$identify";
    if (!act.value.empty()) add(identify ? "plan" : "v", '"' + act.value + '"');
    if (!act.held.empty()) add(identify ? "target" : "h", '"' + act.held + '"');
    if (!identify) add("size", std::to_string(act.size));
    story.push_back({act.who, act.what, format_moment(moment_of(act.minute)), "{" + properties + "}"});
  }
  world.built = journey::build_journeys(story);
  auto customers = knowledge::Customers::bind(world.built.snapshot, business_of({}));
  EXPECT_TRUE(customers) << (customers ? "" : customers.error().message);
  world.customers = *customers;
  return world;
}

inline std::vector<Act> random_acts(std::uint32_t seed, int people, int acts_each) {
  std::mt19937 random(seed);
  const auto draw = [&](int below) { return static_cast<int>(random() % static_cast<unsigned>(below)); };
  const std::array<const char*, 10> kinds{"A", "A", "A", "B", "B", "B", "C", "C", "D", "X"};
  const std::array<const char*, 4> values{"", "red", "blue", "green"};
  std::vector<Act> acts;
  for (int person = 0; person < people; ++person) {
    const std::string who = "p" + std::to_string(person);
    if (draw(3) != 0)
      acts.push_back(
          {who, "$identify", draw(3000), values[static_cast<std::size_t>(draw(4))], draw(2) == 0 ? "yes" : "no", 0});
    std::int64_t minute = draw(4000);
    for (int count = 1 + draw(acts_each); count > 0; --count) {
      acts.push_back({who, kinds[static_cast<std::size_t>(draw(10))], minute, values[static_cast<std::size_t>(draw(4))],
                      draw(2) == 0   ? "x"
                      : draw(3) == 0 ? ""
                                     : "y",
                      draw(4)});
      minute += draw(4) == 0 ? 0 : draw(3) == 0 ? draw(1500) : draw(90);
    }
  }
  return acts;
}

/// A funnel with some switches turned.
inline Funnel random_funnel(std::uint32_t seed) {
  std::mt19937 random(seed);
  const auto draw = [&](int below) { return static_cast<int>(random() % static_cast<unsigned>(below)); };
  const std::array<const char*, 6> tests{"A", "B", "C", "B or D", "A where size > 1", "any event where size < 3"};
  Funnel funnel;
  funnel.order = static_cast<FunnelOrder>(draw(4) == 0 ? 1 : draw(3) == 0 ? 2 : 0);
  const bool any_order = funnel.order == FunnelOrder::AnyOrder;
  funnel.steps.push_back({.name = "", .event = event("A")});
  for (int count = draw(4); count > 0; --count) {
    FunnelStep step{.name = "", .event = event(tests[static_cast<std::size_t>(draw(6))])};
    if (!any_order && draw(4) == 0) step.within = std::chrono::minutes{30 + draw(200)};
    funnel.steps.push_back(step);
  }
  if (!any_order && draw(3) == 0)
    funnel.steps.insert(funnel.steps.begin() + 1, {.name = "", .event = event("D"), .optional = true});
  funnel.window = std::chrono::minutes{60 + draw(2000)};
  if (funnel.steps.size() > 1 && !funnel.steps.back().optional && draw(2) == 0) {
    funnel.exclusions.push_back({.event = event("X")});
    if (draw(2) == 0) funnel.rule = FunnelExclusionRule::DropPerson;
  }
  if (draw(4) == 0) funnel.bounds = FunnelPeriod::AllEvents;
  if (draw(4) == 0) funnel.entries = FunnelEntry::First;
  if (draw(5) == 0) funnel.leave_out_open = true;
  return funnel;
}

}  // namespace habitue::insight
