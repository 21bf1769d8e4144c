// A small random business for tests, and the naive answers to questions about it: read from the list of what was said,
// with loops and maps, by the definitions of docs/ and insight/README.md, and without any code of the product but time zones.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "insight/growth/growth.hpp"
#include "insight/reports.hpp"
#include "journey/journey_builder.hpp"

namespace habitue::insight {

inline UtcMicros at(std::string_view text) { return *parse_moment(text, Zone::utc()); }
inline const Zone& paris() {
  static const Zone zone = *Zone::find("Europe/Paris");
  return zone;
}
inline criteria::Expression rule(std::string_view text) {
  auto expression = criteria::parse(text);
  EXPECT_TRUE(expression) << text << ": " << (expression ? "" : expression.error().message);
  return expression ? *expression : criteria::Expression{};
}

/// One thing that somebody did.
struct Deed {
  std::string who, what;
  UtcMicros when;
  std::string order, channel, target;  ///< Of orders and refunds; of pages; of identifies.
  int cents = 0;                       ///< 0 on a refund: of the whole.
};

struct World {
  std::vector<Deed> deeds;  ///< In order of time.
  std::map<std::string, std::vector<Deed>> deeds_of;
  std::vector<std::string> people;
  std::shared_ptr<const knowledge::Customers> customers;
  journey::BuiltJourneys built;
};

/// A step that the naive answers read too.
struct PlainStep {
  std::string name;
  std::vector<std::string> events;
  std::uint32_t occurrence = 1;
  int within_days = 0;  ///< 0: no limit.
  bool optional = false;
};

inline config::Business business_of(const std::vector<PlainStep>& steps) {
  config::Business business;
  business.currency = *Currency::parse("EUR");
  business.zone = paris();
  business.hypotheses.resize(2);
  business.hypotheses[0].version = "v1";
  business.hypotheses[0].from = *parse_day("2020-01-01");
  business.hypotheses[0].audience = rule(R"(trait target = "yes")");
  business.hypotheses[1].version = "v2";
  business.hypotheses[1].from = *parse_day("2029-01-01");
  for (const PlainStep& plain : steps) {
    config::Step step;
    step.name = plain.name;
    step.events = plain.events;
    step.occurrence = plain.occurrence;
    step.optional = plain.optional;
    if (plain.within_days > 0) step.within = std::chrono::days{plain.within_days};
    business.steps.push_back(step);
  }
  return business;
}

inline const std::vector<PlainStep> kSteps{{"acquisition", {}},
                                           {"activation", {"Signed Up", "Invited"}, 1, 60},
                                           {"referral", {"Invite Sent"}, 1, 0, true},
                                           {"revenue", {"Order Completed"}},
                                           {"retention", {"Order Completed"}, 2, 400}};

inline journey::Said said(const Deed& deed) {
  journey::Said said{deed.who, deed.what, format_moment(deed.when), "{}", "", "{}"};
  if (deed.what == "$identify") said.properties = R"({"target":")" + deed.target + R"("})";
  if (!deed.channel.empty()) said.context = R"({"campaign":{"source":")" + deed.channel + R"("}})";
  if (!deed.order.empty()) {
    said.properties = R"({"order_id":")" + deed.order + '"';
    if (deed.cents > 0)
      said.properties += R"(,"total":)" + std::to_string(deed.cents / 100) + "." +
                         std::to_string(deed.cents % 100 / 10) + std::to_string(deed.cents % 10);
    said.properties += "}";
  }
  return said;
}

inline World world_of(std::vector<Deed> deeds, const config::Business& business) {
  World world;
  std::stable_sort(deeds.begin(), deeds.end(),
                   [](const Deed& left, const Deed& right) { return left.when < right.when; });
  std::vector<journey::Said> story;
  std::set<std::string> people;
  for (const Deed& deed : deeds) {
    story.push_back(said(deed));
    world.deeds_of[deed.who].push_back(deed);
    if (!deed.who.empty()) people.insert(deed.who);
  }
  world.people.assign(people.begin(), people.end());
  world.deeds = std::move(deeds);
  world.built = journey::build_journeys(story);
  auto customers = knowledge::Customers::bind(world.built.snapshot, business);
  EXPECT_TRUE(customers) << (customers ? "" : customers.error().message);
  world.customers = *customers;
  return world;
}

inline World random_world(std::uint32_t seed, int people, const config::Business& business) {
  std::mt19937 random(seed);
  const auto draw = [&](int below) { return static_cast<int>(random() % static_cast<unsigned>(below)); };
  const UtcMicros origin = at("2022-01-01");
  const auto later = [&](int days) { return std::chrono::minutes{draw(days * 24 * 60)}; };
  std::vector<Deed> deeds;
  int orders = 0;
  const std::array<const char*, 5> channels{"", "", "google", "Press", "friends"};
  for (int number = 0; number < people; ++number) {
    const std::string who = "p" + std::to_string(number);
    const UtcMicros first = origin + later(500);
    if (draw(4) != 0) deeds.push_back({who, "$page", first, "", channels[static_cast<std::size_t>(draw(5))], ""});
    for (int i = draw(3); i > 0; --i)
      deeds.push_back({who, "$identify", first + later(100), "", "", draw(2) == 0 ? "yes" : "no"});
    if (draw(2) == 0) deeds.push_back({who, draw(3) == 0 ? "Invited" : "Signed Up", first + later(90), "", "", ""});
    if (draw(5) == 0) deeds.push_back({who, "Invite Sent", first + later(200), "", "", ""});
    for (int i = draw(6); i > 0; --i) {
      Deed order{who, "Order Completed", first + later(900), "o" + std::to_string(++orders), "", "", 100 + draw(9000)};
      deeds.push_back(order);
      if (draw(8) == 0)
        deeds.push_back({who, "Order Completed", order.when + later(2), order.order, "", "", order.cents});
      if (draw(5) == 0)
        deeds.push_back(
            {who, "Order Refunded", order.when + later(120), order.order, "", "", draw(2) == 0 ? 0 : order.cents / 2});
    }
  }
  deeds.push_back({"", "Order Completed", origin + later(300), "till", "", "", 4200});
  return world_of(std::move(deeds), business);
}

/// The naive answers about one person, from their deeds up to a moment.
class Naive {
 public:
  Naive(const World& world, const std::string& who, UtcMicros as_of) : as_of_(as_of) {
    if (const auto found = world.deeds_of.find(who); found != world.deeds_of.end())
      for (const Deed& deed : found->second)
        if (deed.when <= as_of) deeds_.push_back(deed);
  }
  bool known() const { return !deeds_.empty(); }
  criteria::Verdict audience() const {
    std::string target;
    for (const Deed& deed : deeds_)
      if (deed.what == "$identify") target = deed.target;
    return target == "yes"  ? criteria::Verdict::Inside
           : target == "no" ? criteria::Verdict::Outside
                            : criteria::Verdict::Unknown;
  }
  /// First moments of orders that were not given back as a whole.
  std::vector<UtcMicros> purchases() const {
    std::map<std::string, UtcMicros> first;
    std::set<std::string> gone;
    for (const Deed& deed : deeds_) {
      if (deed.what == "Order Completed") first.emplace(deed.order, deed.when);
      if (deed.what == "Order Refunded" && deed.cents == 0) gone.insert(deed.order);
    }
    std::multiset<UtcMicros> moments;
    for (const auto& [order, moment] : first)
      if (!gone.contains(order)) moments.insert(moment);
    return {moments.begin(), moments.end()};
  }
  std::int64_t received() const {
    std::map<std::string, std::int64_t> orders;
    for (const Deed& deed : deeds_)
      if (deed.what == "Order Completed") orders[deed.order] = deed.cents;
    std::int64_t sum = 0;
    for (const auto& [order, cents] : orders) sum += cents;
    return sum;
  }
  std::int64_t refunded() const {
    std::map<std::string, std::int64_t> orders;
    for (const Deed& deed : deeds_)
      if (deed.what == "Order Completed") orders[deed.order] = deed.cents;
    std::int64_t sum = 0;
    for (const Deed& deed : deeds_)
      if (deed.what == "Order Refunded") sum += deed.cents == 0 ? orders[deed.order] : deed.cents;
    return sum;
  }
  std::string channel() const {
    for (const Deed& deed : deeds_)
      if (!deed.channel.empty() && deed.when <= deeds_.front().when + std::chrono::hours{24})
        return deed.channel == "Press" ? "press" : deed.channel;
    return "direct";
  }
  /// Name of the stage, and whether new with a second purchase.
  std::pair<std::string, bool> stage() const {
    const std::vector<UtcMicros> moments = purchases();
    if (moments.empty()) return {"prospect", false};
    const auto days = [](UtcMicros from, UtcMicros to) { return (paris().day_of(to) - paris().day_of(from)).count(); };
    const auto last = days(moments.back(), as_of_);
    if (last >= 365) return {"dormant", false};
    if (last >= 90) return {"at_risk", false};
    if (moments.size() > 1 && days(moments[moments.size() - 2], moments.back()) >= 365) return {"back", false};
    if (days(moments.front(), as_of_) < 90) return {"new", moments.size() > 1};
    int recent = 0;
    for (const UtcMicros moment : moments) recent += days(moment, as_of_) < 365 ? 1 : 0;
    return {recent >= 2 ? "active" : "occasional", false};
  }
  /// When each step was reached, counted from acquisition, or not.
  std::vector<std::optional<UtcMicros>> steps(const std::vector<PlainStep>& steps) const {
    std::vector<std::optional<UtcMicros>> reached;
    bool open = true;
    for (const PlainStep& step : steps) {
      const UtcMicros from = reached.empty() ? kBeginning : *reached.front();
      std::vector<UtcMicros> moments;
      for (const Deed& deed : deeds_)
        for (const std::string& event : step.events)
          if (deed.what == event && event != "Order Completed" && deed.when >= from) moments.push_back(deed.when);
      if (step.events.empty())
        for (const Deed& deed : deeds_) moments.push_back(deed.when);
      for (const std::string& event : step.events)
        if (event == "Order Completed")
          for (const UtcMicros moment : purchases())
            if (moment >= from) moments.push_back(moment);
      std::sort(moments.begin(), moments.end());
      std::optional<UtcMicros> moment;
      if (open && moments.size() >= step.occurrence) moment = moments[step.occurrence - 1];
      if (moment && !reached.empty() && step.within_days > 0 && *moment - from > std::chrono::days{step.within_days})
        moment.reset();
      if (reached.empty() && !moment) return {};
      reached.push_back(moment);
      if (!step.optional) open = moment.has_value();
    }
    return reached;
  }
  const std::vector<Deed>& deeds() const { return deeds_; }

 private:
  UtcMicros as_of_;
  std::vector<Deed> deeds_;
};

/// The same figure from each part of the audience, for loops over all four.
template <class T>
std::array<std::pair<const char*, const T*>, 4> parts_of(const ByAudience<T>& figures) {
  return {{{"inside", &figures.inside},
           {"outside", &figures.outside},
           {"unknown", &figures.unknown},
           {"all", &figures.all}}};
}
/// Whether somebody of this verdict is in the part.
inline bool counts_in(std::string_view part, criteria::Verdict verdict) {
  if (part == "all") return true;
  return part == (verdict == criteria::Verdict::Inside    ? "inside"
                  : verdict == criteria::Verdict::Outside ? "outside"
                                                          : "unknown");
}

}  // namespace habitue::insight
