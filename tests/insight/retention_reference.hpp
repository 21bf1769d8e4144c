// Small random journeys, and what the questions of acts rest on, read from the definitions: conditions as plain functions, acts as a
// list, calendar periods by stepping from day to day. Nothing of the product's code but time zones.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "insight/random_world.hpp"
#include "insight/retention/asked.hpp"
#include "insight/scale.hpp"
#include "insight/shrink.hpp"

namespace habitue::insight::reference {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::minutes;

/// One thing that somebody did.
struct Happening {
  std::string who, what;
  UtcMicros when;
  std::string v;                          // A property of any event; empty: missing.
  std::string order, target, plan, born;  // Of orders and refunds; traits of identifies.
};

struct Small {
  std::vector<Happening> happenings;  // In order of time.
  std::vector<std::string> people;
  journey::BuiltJourneys built;
  std::shared_ptr<const knowledge::Customers> customers;
};

inline Small small_world(std::vector<Happening> happenings) {
  Small world;
  std::stable_sort(happenings.begin(), happenings.end(),
                   [](const Happening& left, const Happening& right) { return left.when < right.when; });
  std::vector<journey::Said> story;
  std::set<std::string> people;
  for (const Happening& one : happenings) {
    std::string properties;
    const auto add = [&](const char* name, const std::string& value) {
      if (!value.empty()) properties += (properties.empty() ? "\"" : ",\"") + std::string(name) + "\":\"" + value + '"';
    };
    add("v", one.v);
    add("order_id", one.order);
    add("target", one.target);
    add("plan", one.plan);
    add("createdAt", one.born);
    if (one.what == "Order Completed") properties += R"(,"total":5)";
    story.push_back({one.who, one.what, format_moment(one.when), "{" + properties + "}"});
    people.insert(one.who);
  }
  world.people.assign(people.begin(), people.end());
  world.happenings = std::move(happenings);
  world.built = journey::build_journeys(story);
  world.customers = *knowledge::Customers::bind(world.built.snapshot, business_of(kSteps));
  return world;
}

/// People around the two changes of clocks of 2024 in Paris, on the edges of hours, days and weeks, often at one instant.
inline std::vector<Happening> random_happenings(std::mt19937& random, int people) {
  const auto draw = [&](int below) { return static_cast<int>(random() % static_cast<unsigned>(below)); };
  const std::array<const char*, 4> values{"x", "y", "z", ""};
  const std::array<const char*, 4> what{"A", "B", "A", "$identify"};
  std::vector<Happening> happenings;
  int orders = 0;
  for (int person = 0; person < people; ++person) {
    const std::string who = "p" + std::to_string(person);
    const UtcMicros origin = at(draw(2) == 0 ? "2024-03-29 22:00" : "2024-10-25 21:00") + hours{24 * draw(20)};
    const int reach = draw(3) == 0 ? 60 : 8;
    const auto moment = [&] {
      UtcMicros when = origin + minutes{30 * draw(48 * reach)};
      if (draw(3) == 0) when = paris().start_of(paris().day_of(when));
      return when - microseconds{draw(12) == 0 ? 1 : 0};
    };
    for (int count = 1 + draw(9); count > 0; --count) {
      Happening one{
          who, what[static_cast<std::size_t>(draw(4))], moment(), values[static_cast<std::size_t>(draw(4))], "", "", "",
          ""};
      if (one.what == "$identify") {
        one.target = draw(3) == 0 ? "" : draw(2) == 0 ? "yes" : "no";
        one.plan = draw(3) == 0 ? "" : draw(2) == 0 ? "free" : "pro";
        if (draw(2) == 0) one.born = format_moment(origin + hours{draw(24 * 10)});
      }
      if (draw(4) == 0) {
        one = {who, "Order Completed", moment(), one.v, "o" + std::to_string(++orders), "", "", ""};
        happenings.push_back(one);
        if (draw(4) == 0) {
          one.when += minutes{1 + draw(3000)};
          one.v = values[static_cast<std::size_t>(draw(4))];
        } else if (draw(3) == 0) {
          one = {who, "Order Refunded", one.when + minutes{draw(5000)}, "", one.order, "", "", ""};
        } else {
          continue;
        }
      }
      happenings.push_back(one);
    }
  }
  return happenings;
}

/// A condition in words and as a function. Without words: purchases.
struct Condition {
  const char* words;
  std::function<bool(const Happening&)> met, named;
  ActTest test() const { return words == nullptr ? ActTest{} : ActTest{*parse_event_test(words)}; }
};

inline const std::vector<Condition>& conditions() {
  const auto is = [](const char* what) { return [what](const Happening& one) { return one.what == what; }; };
  static const std::vector<Condition> all{
      {nullptr, nullptr, nullptr},
      {"A", is("A"), is("A")},
      {"B", is("B"), is("B")},
      {"A where v = \"x\"", [](const Happening& one) { return one.what == "A" && one.v == "x"; }, is("A")},
      {"any event where v exists", [](const Happening& one) { return !one.v.empty(); },
       [](const Happening&) { return true; }},
      {"A or B or Order Completed",
       [](const Happening& one) { return one.what == "A" || one.what == "B" || one.what == "Order Completed"; },
       [](const Happening& one) { return one.what == "A" || one.what == "B" || one.what == "Order Completed"; }}};
  return all;
}

/// What somebody did that counts, in the order that is promised within an instant.
struct NaiveAct {
  UtcMicros when;
  bool first = false, second = false;  // Meets the first condition; the second.
  std::string value;                   // Empty: missing.
  bool is_first_named = true;
};

/// One person's journey up to a moment.
class Journey {
 public:
  Journey(const Small& world, const std::string& who, UtcMicros as_of) : as_of_(as_of) {
    for (const Happening& one : world.happenings)
      if (one.who == who && one.when <= as_of) all_.push_back(one);
  }
  bool known() const { return !all_.empty(); }
  const std::vector<Happening>& all() const { return all_; }
  std::string trait(std::string Happening::*name) const {
    std::string value;
    for (const Happening& one : all_)
      if (one.what == "$identify" && !(one.*name).empty()) value = one.*name;
    return value;
  }
  criteria::Verdict audience() const {
    const std::string target = trait(&Happening::target);
    return target == "yes"  ? criteria::Verdict::Inside
           : target == "no" ? criteria::Verdict::Outside
                            : criteria::Verdict::Unknown;
  }
  std::vector<NaiveAct> acts(const Condition& first, const Condition& second) const {
    std::vector<NaiveAct> acts;
    std::vector<const Happening*> of;
    for (const Happening& one : all_) {
      NaiveAct act{one.when, first.words != nullptr && first.met(one), second.words != nullptr && second.met(one),
                   one.v};
      if (!act.first && !act.second) continue;
      if (first.words != nullptr)
        for (const Happening& earlier : all_)
          if (earlier.when < one.when && first.named(earlier)) act.is_first_named = false;
      acts.push_back(act);
      of.push_back(&one);
    }
    std::map<std::string, std::vector<const Happening*>> orders;
    std::set<std::string> refunded;
    for (const Happening& one : all_) {
      if (one.what == "Order Completed") orders[one.order].push_back(&one);
      if (one.what == "Order Refunded") refunded.insert(one.order);
    }
    for (const auto& [order, said] : orders) {
      if (refunded.contains(order)) continue;
      NaiveAct purchase{said.front()->when, first.words == nullptr, second.words == nullptr, said.back()->v};
      if (!purchase.first && !purchase.second) continue;
      bool merged = false;
      for (std::size_t index = 0; index < of.size(); ++index)
        if (of[index] == said.back() && said.front()->when == said.back()->when) {
          acts[index].first = acts[index].first || purchase.first;
          acts[index].second = acts[index].second || purchase.second;
          merged = true;
        }
      if (!merged) acts.push_back(purchase);
    }
    std::stable_sort(acts.begin(), acts.end(), [](const NaiveAct& left, const NaiveAct& right) {
      const auto place = [](const NaiveAct& act) {
        return std::tuple(act.when, act.first && act.second ? 1 : act.first ? 0 : 2, act.value);
      };
      return place(left) < place(right);
    });
    return acts;
  }

 private:
  UtcMicros as_of_;
  std::vector<Happening> all_;
};

/// Calendar periods of Paris, by their first moments.
struct NaiveCalendar {
  Bucket bucket;
  std::chrono::weekday week_start;

  UtcMicros of(UtcMicros moment) const {
    if (bucket == Bucket::Hour) return std::chrono::floor<hours>(moment);
    LocalDay day = paris().day_of(moment);
    while (bucket == Bucket::Week && std::chrono::weekday{day} != week_start) day -= days{1};
    while (bucket == Bucket::Month && std::chrono::year_month_day{day}.day() != std::chrono::day{1}) day -= days{1};
    return paris().start_of(day);
  }
  UtcMicros next(UtcMicros start, int periods = 1) const {
    for (; periods > 0; --periods) {
      if (bucket == Bucket::Hour) {
        start += hours{1};
        continue;
      }
      LocalDay day = paris().day_of(start) + days{1};
      while (paris().start_of(day) != of(paris().start_of(day))) day += days{1};
      start = paris().start_of(day);
    }
    return start;
  }
  /// Those that hold a moment of the question's period, from the first event on.
  std::vector<UtcMicros> asked(const Small& world, const Question& question) const {
    std::vector<UtcMicros> starts;
    const UtcMicros end = std::min(question.period.to - microseconds{1}, question.as_of);
    if (world.happenings.empty()) return starts;
    const UtcMicros begin = std::max(question.period.from, world.happenings.front().when);
    if (end < begin) return starts;
    for (UtcMicros start = of(begin); start <= end; start = next(start)) starts.push_back(start);
    return starts;
  }
};

/// A random question over a world.
inline Question random_question(std::mt19937& random) {
  const auto draw = [&](int below) { return static_cast<int>(random() % static_cast<unsigned>(below)); };
  Question question;
  const bool spring = draw(2) == 0;
  const UtcMicros origin = at(spring ? "2024-03-29 22:00" : "2024-10-25 21:00");
  question.period.from = origin + hours{draw(24 * 6)};
  question.period.to = question.period.from + hours{1 + draw(24 * 12)};
  question.as_of = question.period.to + hours{draw(24 * 20)};
  if (draw(3) == 0) question.as_of = question.period.from + hours{draw(24 * 12)};
  if (draw(3) == 0) question.as_of = paris().start_of(paris().day_of(question.as_of)) - microseconds{draw(2)};
  if (draw(4) == 0) question.filter = rule("did A");
  question.threads = static_cast<unsigned>(1 + draw(3));
  return question;
}
inline bool passes(const Question& question, const Journey& journey) {
  if (!journey.known()) return false;
  if (!question.filter) return true;
  for (const Happening& one : journey.all())
    if (one.what == "A") return true;
  return false;
}

inline std::vector<PersonId> sorted_ids(const Small& world, const std::set<std::string>& people) {
  std::vector<PersonId> ids;
  for (const std::string& who : people) ids.push_back(world.built.person(who));
  std::sort(ids.begin(), ids.end());
  return ids;
}

inline std::string text_of(const std::vector<Happening>& happenings) {
  std::string text;
  for (const Happening& one : happenings)
    text += one.who + " " + one.what + " " + format_moment(one.when) + " v=" + one.v + " " + one.order + one.target +
            " " + one.plan + " " + one.born + "\n";
  return text;
}

/// Drops events in ever shorter runs while `fails` holds, then one by one.
inline std::vector<Happening> fewest(std::vector<Happening> happenings,
                                     const std::function<bool(const std::vector<Happening>&)>& fails) {
  for (std::size_t run = happenings.size() / 2; run > 1; run /= 2)
    for (std::size_t first = 0; first < happenings.size();) {
      std::vector<Happening> fewer = happenings;
      const auto from = fewer.begin() + static_cast<std::ptrdiff_t>(first);
      fewer.erase(from, from + static_cast<std::ptrdiff_t>(std::min(run, fewer.size() - first)));
      if (!fewer.empty() && fails(fewer))
        happenings = std::move(fewer);
      else
        first += run;
    }
  return shrunk(std::move(happenings), fails);
}

/// Tests a property of journeys on many random worlds; a failure is shown with the fewest events that still fail. `check` answers
/// what is wrong, or nothing.
inline void for_random_worlds(std::uint32_t seeds, int people, int questions,
                              const std::function<std::string(const Small&, std::mt19937&)>& check) {
  Compared compared;
  for (std::uint32_t seed = 1; seed <= scaled(seeds); ++seed) {
    std::mt19937 random(seed);
    const Small world = small_world(random_happenings(random, people));
    compared.add(world.people.size(), static_cast<std::size_t>(questions));
    for (int question = 0; question < questions; ++question) {
      const std::uint32_t asked = seed * 100'000 + static_cast<std::uint32_t>(question);
      std::mt19937 of_question(asked);
      if (check(world, of_question).empty()) continue;
      std::string wrong;
      const auto smallest = fewest(world.happenings, [&](const std::vector<Happening>& fewer) {
        std::mt19937 again(asked);
        const std::string what = check(small_world(fewer), again);
        if (!what.empty()) wrong = what;
        return !what.empty();
      });
      FAIL() << "world " << seed << ", question " << question << ": " << wrong << "\n" << text_of(smallest);
    }
  }
}

}  // namespace habitue::insight::reference
