// Paths against a naive reading of their rules, on random small journeys that shrink to the fewest events that still fail.
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

#include <fmt/format.h>

#include "insight/event_matcher.hpp"
#include "insight/paths/naming.hpp"
#include "insight/paths/paths.hpp"
#include "insight/random_world.hpp"
#include "insight/scale.hpp"
#include "insight/shrink.hpp"

namespace habitue::insight {
namespace {

using std::chrono::minutes;

struct Doing {
  std::string who, what;
  int minute = 0;
  std::string path;       // Of any event; of an identify the target.
  std::string plan = "";  // A property of what is done, and a trait of who identifies.
};
const UtcMicros kBegin = at("2024-03-01");

struct Site {
  std::vector<Doing> doings;
  journey::BuiltJourneys built;
  std::shared_ptr<const knowledge::Customers> customers;
};
Site site_of(const std::vector<Doing>& doings) {
  Site site;
  site.doings = doings;
  std::vector<journey::Said> story;
  for (const Doing& one : doings) {
    std::string properties;
    if (!one.path.empty())
      properties = fmt::format("\"{}\":\"{}\"", one.what == "$identify" ? "target" : "path", one.path);
    if (!one.plan.empty()) properties += (properties.empty() ? "" : ",") + fmt::format("\"plan\":\"{}\"", one.plan);
    story.push_back({one.who, one.what, format_moment(kBegin + minutes{one.minute}), "{" + properties + "}"});
  }
  site.built = journey::build_journeys(story);
  site.customers = *knowledge::Customers::bind(site.built.snapshot, business_of({}));
  return site;
}

std::vector<Doing> random_doings(std::mt19937& random, int people) {
  const auto draw = [&](int below) { return static_cast<int>(random() % static_cast<unsigned>(below)); };
  const std::array<const char*, 6> kinds{"A", "A", "B", "C", "D", "X"};
  const std::array<const char*, 6> paths{"", "", "/", "/p/1", "/p/2", "/cart"};
  const std::array<const char*, 5> plans{"", "free", "pro", "pro", "team"};
  std::vector<Doing> doings;
  for (int person = 0; person < people; ++person) {
    const std::string who = "p" + std::to_string(person);
    const auto plan = [&] { return plans[static_cast<std::size_t>(draw(5))]; };
    for (int count = draw(3); count > 0; --count)
      doings.push_back({who, "$identify", draw(300), draw(2) == 0 ? "yes" : "no", plan()});
    int minute = draw(200);
    for (int count = 1 + draw(14); count > 0; --count) {
      doings.push_back(
          {who, kinds[static_cast<std::size_t>(draw(6))], minute, paths[static_cast<std::size_t>(draw(6))], plan()});
      minute += draw(4) == 0 ? 0 : draw(4) == 0 ? 20 + draw(60) : draw(20);
    }
  }
  return doings;
}

struct Asked {
  Question question;
  PathsSpec spec;
  int from = 0, to = 0, as_of = 0;
  bool excludes = false;
};
Asked random_asked(std::mt19937& random) {
  const auto draw = [&](int below) { return static_cast<int>(random() % static_cast<unsigned>(below)); };
  Asked asked;
  asked.from = draw(200);
  asked.to = asked.from + 1 + draw(400);
  asked.as_of = draw(3) == 0 ? asked.from + draw(300) : 2000;
  asked.question.period = {kBegin + minutes{asked.from}, kBegin + minutes{asked.to}};
  asked.question.as_of = kBegin + minutes{asked.as_of};
  asked.question.threads = static_cast<unsigned>(1 + draw(3));
  PathsSpec& spec = asked.spec;
  spec.from = static_cast<PathsFrom>(draw(3));
  spec.direction = static_cast<PathsDirection>(draw(2));
  spec.anchor = *parse_event_test("A");
  spec.steps = static_cast<std::uint32_t>(1 + draw(5));
  if (draw(4) == 0) spec.gap.reset();
  spec.repeats = static_cast<PathsRepeats>(draw(2));
  if (draw(2) == 0) spec.property = "path";
  if (draw(2) == 0) spec.rules = {{"/p/*", "product"}, {"D", ""}};
  asked.excludes = draw(2) == 0;
  if (asked.excludes) spec.excluded = {*parse_event_test("X")};
  spec.names_limit = static_cast<std::size_t>(1 + draw(4));
  spec.paths_limit = static_cast<std::size_t>(1 + draw(6));
  if (draw(2) == 0)
    spec.breakdown = Breakdown{static_cast<Breakdown::Of>(draw(2)), "plan", static_cast<std::size_t>(1 + draw(4))};
  return asked;
}

// Nothing: no step.
std::optional<std::string> name_of(const Doing& one, const Asked& asked) {
  if (one.what == "$identify" || (asked.excludes && one.what == "X")) return std::nullopt;
  std::string name = asked.spec.property && !one.path.empty() ? one.path : one.what;
  if (asked.spec.rules.empty()) return name;
  if (name.starts_with("/p/")) return "product";
  if (name == "D") return std::nullopt;
  return name;
}

using Names = std::vector<std::string>;
struct Path {
  Names names;
  std::string plan;  // Of the event that it begins with.
  friend auto operator<=>(const Path&, const Path&) = default;
};
std::vector<Path> paths_of(const Site& site, const std::string& who, const Asked& asked) {
  struct Stop {
    int minute;
    std::string name;
    const Doing* doing;
  };
  std::vector<Stop> stops;
  for (const Doing& one : site.doings)
    if (one.who == who && one.minute <= asked.as_of)
      if (const auto name = name_of(one, asked)) stops.push_back({one.minute, *name, &one});
  std::sort(stops.begin(), stops.end(), [](const Stop& left, const Stop& right) {
    return std::tie(left.minute, left.name) < std::tie(right.minute, right.name);
  });
  const bool after = asked.spec.direction == PathsDirection::After;
  if (!after) std::reverse(stops.begin(), stops.end());
  const auto apart = [&](int one, int other) {
    return asked.spec.gap && minutes{std::abs(one - other)} > *asked.spec.gap;
  };
  const auto follow = [&](int from, std::optional<std::string> last, const Doing* own, std::size_t first) {
    Names names;
    for (std::size_t i = first; i < stops.size() && names.size() < asked.spec.steps; ++i) {
      if (stops[i].doing == own || (after ? stops[i].minute < from : stops[i].minute > from)) continue;
      if (apart(from, stops[i].minute)) break;
      from = stops[i].minute;
      if (asked.spec.repeats == PathsRepeats::Folded && last == stops[i].name) continue;
      last = stops[i].name;
      names.push_back(stops[i].name);
    }
    return names;
  };
  std::vector<Path> paths;
  if (asked.spec.from == PathsFrom::Session) {
    for (std::size_t i = 0; i < stops.size(); ++i)
      if ((i == 0 || apart(stops[i - 1].minute, stops[i].minute)) && stops[i].minute >= asked.from &&
          stops[i].minute < asked.to) {
        std::string plan = stops[i].doing->plan;
        for (const Stop& other : stops)
          if (other.minute == stops[i].minute && other.name == stops[i].name) plan = std::min(plan, other.doing->plan);
        paths.push_back({follow(stops[i].minute, std::nullopt, nullptr, i), plan});
      }
    return paths;
  }
  int first = INT32_MAX;
  for (const Doing& one : site.doings)
    if (one.who == who && one.what == "A" && one.minute >= asked.from && one.minute < asked.to &&
        one.minute <= asked.as_of) {
      if (asked.spec.from == PathsFrom::FirstAnchor) {
        if (one.minute > first) continue;
        if (one.minute < first) paths.clear();
        first = one.minute;
      }
      paths.push_back({follow(one.minute, name_of(one, asked), &one, 0), one.plan});
    }
  if (asked.spec.from == PathsFrom::FirstAnchor && paths.size() > 1)
    paths = {*std::min_element(paths.begin(), paths.end())};
  return paths;
}

struct Walked {
  std::string who, side;
  std::vector<Names> paths;
  std::vector<std::string> plans;  // Of each path, by the breakdown.
};

std::string slot_text(const ShownValue& value) {
  switch (value.kind) {
    case ShownValue::Kind::Total: return "<total>";
    case ShownValue::Kind::Other: return "<other>";
    case ShownValue::Kind::Missing: return "";
    case ShownValue::Kind::Value: break;
  }
  return value.text;
}

std::string check_value(const Site& site, const Asked& asked, const PathsValue& answered,
                        const std::vector<Walked>& everybody, const std::vector<Walked>& walked) {
  const PathsValue* const report = &answered;
  const auto count_of = [&](const std::vector<Walked>& people, std::string_view part,
                            const std::function<bool(const Names&)>& is) {
    PathCount counted;
    for (const Walked& one : people) {
      if (part != "all" && part != one.side) continue;
      const auto times = static_cast<std::uint64_t>(std::count_if(one.paths.begin(), one.paths.end(), is));
      counted.transitions += times;
      counted.people += times > 0 ? 1 : 0;
    }
    return counted;
  };
  const auto count = [&](std::string_view part, const std::function<bool(const Names&)>& is) {
    return count_of(walked, part, is);
  };
  const auto ids = [&](const std::function<bool(const Walked&)>& belongs) {
    std::vector<PersonId> found;
    for (const Walked& one : walked)
      if (belongs(one)) found.push_back(site.built.person(one.who));
    std::sort(found.begin(), found.end());
    return found;
  };
  const auto same = [](const PathCount& left, const PathCount& right) {
    return left.people == right.people && left.transitions == right.transitions;
  };
  const std::size_t steps = asked.spec.steps;

  // The names of a step by people, paths and text: of all, whatever the value.
  std::vector<std::set<std::string>> shown(steps + 1);
  std::vector<std::size_t> others(steps + 1);
  for (std::size_t step = 1; step <= steps; ++step) {
    std::set<std::string> names;
    for (const Walked& one : everybody)
      for (const Names& path : one.paths)
        if (path.size() >= step) names.insert(path[step - 1]);
    std::vector<std::tuple<std::int64_t, std::int64_t, std::string>> order;
    for (const std::string& name : names) {
      const PathCount counted =
          count_of(everybody, "all", [&](const Names& path) { return path.size() >= step && path[step - 1] == name; });
      order.emplace_back(-static_cast<std::int64_t>(counted.people), -static_cast<std::int64_t>(counted.transitions),
                         name);
    }
    std::sort(order.begin(), order.end());
    for (std::size_t i = 0; i < std::min(order.size(), asked.spec.names_limit); ++i)
      shown[step].insert(std::get<2>(order[i]));
    others[step] = order.size() - shown[step].size();
  }
  const auto node_at = [&](const Names& path, std::size_t step) -> PathNode {
    if (step == 0) return {};
    if (step > path.size()) return {path.size() == steps ? PathNode::Kind::Cut : PathNode::Kind::Ended};
    if (!shown[step].contains(path[step - 1])) return {PathNode::Kind::Other};
    return {PathNode::Kind::Name, path[step - 1]};
  };

  if (report->steps.size() != steps + 1) return "number of steps";
  for (std::size_t step = 0; step <= steps; ++step) {
    if (report->steps[step].other_names != others[step]) return fmt::format("other names of step {}", step);
    for (const auto& [part, reached] : parts_of(report->steps[step].reached))
      if (!same(*reached, count(part, [&](const Names& path) { return path.size() >= step; })))
        return fmt::format("reached step {} {}", step, part);
    for (const auto& [part, ended] : parts_of(report->steps[step].ended)) {
      PathCount expected = count(part, [&](const Names& path) { return path.size() == step; });
      expected.people = count(part, [&](const Names& path) { return path.size() >= step; }).people -
                        count(part, [&](const Names& path) { return path.size() > step; }).people;
      if (!same(*ended, expected)) return fmt::format("ended at step {} {}", step, part);
    }
    const auto reached = people_of_path_edge(*site.customers, asked.question, asked.spec,
                                             {.step = static_cast<std::uint32_t>(step), .value = report->value});
    const auto ended =
        people_of_path_edge(*site.customers, asked.question, asked.spec,
                            {.step = static_cast<std::uint32_t>(step), .furthest = true, .value = report->value});
    if (reached->size() != report->steps[step].reached.all.people) return "people who reached a step";
    if (ended->size() != report->steps[step].ended.all.people) return "people who ended at a step";
  }

  std::set<std::tuple<std::size_t, PathNode, PathNode>> edges;
  for (const Walked& one : walked)
    for (const Names& path : one.paths)
      for (std::size_t step = 0; step <= path.size(); ++step)
        edges.emplace(step, node_at(path, step), node_at(path, step + 1));
  if (edges.size() != report->edges.size())
    return fmt::format("{} edges instead of {}", report->edges.size(), edges.size());
  for (const PathEdge& edge : report->edges) {
    const auto goes = [&](const Names& path) {
      return path.size() >= edge.step && node_at(path, edge.step) == edge.from &&
             node_at(path, edge.step + 1) == edge.to;
    };
    for (const auto& [part, counted] : parts_of(edge.count))
      if (!same(*counted, count(part, goes)))
        return fmt::format("edge of step {} from {} to {} {}", edge.step, edge.from.name, edge.to.name, part);
    const auto list =
        people_of_path_edge(*site.customers, asked.question, asked.spec,
                            {.step = edge.step, .from = edge.from, .to = edge.to, .value = report->value});
    if (*list != ids([&](const Walked& one) { return std::any_of(one.paths.begin(), one.paths.end(), goes); }))
      return "people of an edge";
  }

  std::set<Names> wholes;
  for (const Walked& one : everybody) wholes.insert(one.paths.begin(), one.paths.end());
  std::vector<std::tuple<std::int64_t, std::int64_t, Names>> order;
  for (const Names& names : wholes) {
    const PathCount counted = count_of(everybody, "all", [&](const Names& path) { return path == names; });
    order.emplace_back(-static_cast<std::int64_t>(counted.people), -static_cast<std::int64_t>(counted.transitions),
                       names);
  }
  std::sort(order.begin(), order.end());
  std::set<Names> top;
  std::size_t place = 0;
  for (std::size_t i = 0; i < std::min(order.size(), asked.spec.paths_limit); ++i) {
    const Names& names = std::get<2>(order[i]);
    top.insert(names);
    if (count("all", [&](const Names& path) { return path == names; }).people == 0) continue;
    if (place >= report->paths.size() || report->paths[place].names != names) return fmt::format("whole path {}", i);
    for (const auto& [part, counted] : parts_of(report->paths[place].count))
      if (!same(*counted, count(part, [&](const Names& path) { return path == names; })))
        return fmt::format("count of whole path {} {}", i, part);
    ++place;
  }
  if (place != report->paths.size()) return "whole paths";
  std::set<Names> different;
  for (const Walked& one : walked)
    for (const Names& path : one.paths)
      if (!top.contains(path)) different.insert(path);
  if (report->different_other_paths != different.size()) return "different other paths";
  for (const auto& [part, counted] : parts_of(report->other_paths))
    if (!same(*counted, count(part, [&](const Names& path) { return !top.contains(path); })))
      return fmt::format("other paths {}", part);
  const auto rare = people_of_whole_path(*site.customers, asked.question, asked.spec, {.value = report->value});
  if (rare->size() != report->other_paths.all.people) return "people of other paths";
  if (!report->paths.empty()) {
    const WholePath& last = report->paths.back();
    const auto list = people_of_whole_path(*site.customers, asked.question, asked.spec,
                                           {.names = last.names, .side = AudienceSide::Inside, .value = report->value});
    if (list->size() != last.count.inside.people) return "people of a whole path";
  }
  return "";
}

std::string check(const Site& site, const Asked& asked) {
  const auto report = ask_paths(*site.customers, asked.question, asked.spec);
  if (!report) return report.error().kind == ErrorKind::NotFound ? "" : report.error().message;
  std::set<std::string> people;
  for (const Doing& one : site.doings) people.insert(one.who);
  std::vector<Walked> everybody;
  for (const std::string& who : people) {
    std::string target;
    int last = -1;
    for (const Doing& one : site.doings)
      if (one.who == who && one.what == "$identify" && one.minute <= asked.as_of && one.minute >= last) {
        target = one.path;
        last = one.minute;
      }
    Walked one{who, target.empty() ? "unknown" : target == "yes" ? "inside" : "outside", {}, {}};
    std::string trait;
    int told = -1;
    for (const Doing& doing : site.doings)
      if (doing.who == who && doing.what == "$identify" && !doing.plan.empty() && doing.minute <= asked.as_of &&
          doing.minute >= told) {
        trait = doing.plan;
        told = doing.minute;
      }
    const bool by_trait = asked.spec.breakdown && asked.spec.breakdown->of == Breakdown::Of::Trait;
    for (const Path& path : paths_of(site, who, asked)) {
      one.paths.push_back(path.names);
      one.plans.push_back(by_trait ? trait : path.plan);
    }
    everybody.push_back(std::move(one));
  }
  std::vector<std::string> slots{"<total>"};
  std::map<std::string, std::string> slot_of;
  if (asked.spec.breakdown) {
    std::map<std::string, std::set<std::string>> people_of;
    for (const Walked& one : everybody)
      for (const std::string& plan : one.plans) people_of[plan].insert(one.who);
    std::vector<std::pair<std::int64_t, std::string>> order;
    for (const auto& [plan, who] : people_of) order.emplace_back(-static_cast<std::int64_t>(who.size()), plan);
    std::sort(order.begin(), order.end());
    for (std::size_t place = 0; place < order.size(); ++place) {
      const std::string slot = place >= asked.spec.breakdown->limit ? "<other>" : order[place].second;
      slot_of[order[place].second] = slot;
      if (slots.back() != slot) slots.push_back(slot);
    }
  }
  std::vector<PathsValue> answered{{.value = {},
                                    .steps = report->steps,
                                    .edges = report->edges,
                                    .paths = report->paths,
                                    .other_paths = report->other_paths,
                                    .different_other_paths = report->different_other_paths}};
  answered.insert(answered.end(), report->values.begin(), report->values.end());
  if (answered.size() != slots.size()) return fmt::format("{} values instead of {}", answered.size(), slots.size());
  for (std::size_t index = 0; index < slots.size(); ++index) {
    if (slot_text(answered[index].value) != slots[index]) return "value " + slots[index];
    std::vector<Walked> of_slot = everybody;
    for (Walked& one : of_slot)
      for (std::size_t path = one.paths.size(); path-- > 0 && index > 0;)
        if (slot_of[one.plans[path]] != slots[index])
          one.paths.erase(one.paths.begin() + static_cast<std::ptrdiff_t>(path));
    const std::string wrong = check_value(site, asked, answered[index], everybody, of_slot);
    if (!wrong.empty()) return slots[index] + ": " + wrong;
  }
  return "";
}

TEST(PathsOnRandomJourneys, AreThoseOfTheRules) {
  Compared compared;
  for (std::uint32_t seed = 1; seed <= scaled(20); ++seed) {
    std::mt19937 random(seed);
    const Site site = site_of(random_doings(random, 10));
    compared.add(10, 8);
    for (std::uint32_t question = 0; question < 8; ++question) {
      std::mt19937 of_question(seed * 100 + question);
      const Asked asked = random_asked(of_question);
      std::string wrong = check(site, asked);
      if (wrong.empty()) continue;
      const auto fewest = shrunk(site.doings, [&](const std::vector<Doing>& fewer) {
        if (fewer.empty()) return false;
        const std::string what = check(site_of(fewer), asked);
        if (!what.empty()) wrong = what;
        return !what.empty();
      });
      std::string story;
      for (const Doing& one : fewest)
        story += fmt::format("{} {} {} {} {}\n", one.who, one.what, one.minute, one.path, one.plan);
      FAIL() << wrong << "\nfrom " << asked.from << " to " << asked.to << " as of " << asked.as_of << " by "
             << static_cast<int>(asked.spec.from) << " " << static_cast<int>(asked.spec.direction) << "\n"
             << story;
    }
  }
}

TEST(PathsOnRandomJourneys, DoNotDependOnArrivalOrThreads) {
  const auto all_of = [](const PathsReport& report) {
    std::string text;
    for (const PathEdge& edge : report.edges)
      text += fmt::format("{} {} {} {} {}\n", edge.step, edge.from.name, edge.to.name, edge.count.all.people,
                          edge.count.all.transitions);
    for (const WholePath& path : report.paths)
      text +=
          fmt::format("{} {} {}\n", fmt::join(path.names, " > "), path.count.all.people, path.count.all.transitions);
    for (const PathsValue& value : report.values)
      for (const PathEdge& edge : value.edges)
        text += fmt::format("{} {} {} {} {}\n", value.value.text, edge.step, edge.from.name, edge.to.name,
                            edge.count.all.transitions);
    return text;
  };
  for (std::uint32_t seed = 1; seed <= 60; ++seed) {
    std::mt19937 random(seed);
    std::vector<Doing> doings = random_doings(random, 15);
    Asked asked = random_asked(random);
    const auto before = ask_paths(*site_of(doings).customers, asked.question, asked.spec);
    std::shuffle(doings.begin(), doings.end(), random);
    asked.question.threads = 1 + asked.question.threads % 3;
    const auto after = ask_paths(*site_of(doings).customers, asked.question, asked.spec);
    ASSERT_EQ(before.has_value(), after.has_value());
    if (before) {
      ASSERT_EQ(all_of(*before), all_of(*after)) << seed;
    }
  }
}

TEST(PathsRules, FitWholeNamesWithStars) {
  EXPECT_TRUE(paths::fits("/p/*", "/p/"));
  EXPECT_TRUE(paths::fits("/p/*/buy", "/p/1/buy/2/buy"));
  EXPECT_TRUE(paths::fits("*", ""));
  EXPECT_TRUE(paths::fits("a*b*c", "a*xbc"));
  EXPECT_FALSE(paths::fits("/p/*/buy", "/p/buy"));
  EXPECT_FALSE(paths::fits("a*b", "abc"));
  EXPECT_FALSE(paths::fits("", "a"));
}

TEST(PathsOfPurchases, LeaveOutThePurchaseThatWasSaidAgain) {
  const auto order = [](const char* when) {
    return journey::Said{"ann", "Order Completed", when, R"({"order_id":"o1","total":5})"};
  };
  const auto built = journey::build_journeys({{"ann", "A", "2024-03-01 10:00"},
                                              order("2024-03-01 10:10"),
                                              order("2024-03-01 10:15"),
                                              {"ann", "B", "2024-03-01 10:20"},
                                              {"ann", "C", "2024-03-01 11:20"}});
  const auto customers = *knowledge::Customers::bind(built.snapshot, business_of({}));
  const Question question{.as_of = at("2024-04-01"), .period = {}, .hypothesis = {}, .filter = {}};
  const auto report = *ask_paths(*customers, question, {});
  ASSERT_EQ(report.paths.size(), 1U);
  // The long pause before C ended the path.
  EXPECT_EQ(report.paths[0].names, Names{"B"});
  const auto before = *ask_paths(*customers, question, {.direction = PathsDirection::Before});
  EXPECT_EQ(before.paths[0].names, Names{"A"});
}

TEST(Paths, RefuseWhatIsOutOfBounds) {
  const auto built = journey::build_journeys({{"ann", "A", "2024-03-01 10:00"}});
  const auto customers = *knowledge::Customers::bind(built.snapshot, business_of({}));
  const Question question{.as_of = at("2024-04-01"), .period = {}, .hypothesis = {}, .filter = {}};
  PathsSpec spec;
  spec.steps = 21;
  EXPECT_EQ(ask_paths(*customers, question, spec).error().kind, ErrorKind::InvalidInput);
  spec = {};
  spec.gap = minutes{0};
  EXPECT_EQ(ask_paths(*customers, question, spec).error().kind, ErrorKind::InvalidInput);
  spec = {};
  spec.property = "pth";
  EXPECT_EQ(ask_paths(*customers, question, spec).error().kind, ErrorKind::NotFound);
  EXPECT_EQ(people_of_path_edge(*customers, question, {}, {.step = 6}).error().kind, ErrorKind::NotFound);
}

}  // namespace
}  // namespace habitue::insight
