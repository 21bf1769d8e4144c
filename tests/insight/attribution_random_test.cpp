// Attribution against a naive reading of its rules, on random small journeys that shrink to the fewest events that still fail.
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <random>
#include <set>

#include <fmt/format.h>

#include "insight/attribution/attribution.hpp"
#include "insight/event_matcher.hpp"
#include "insight/random_world.hpp"
#include "insight/scale.hpp"
#include "insight/shrink.hpp"

namespace habitue::insight {
namespace {

using std::chrono::hours;

// Orders with and without a channel, pages with one, goals worth something, often at one instant.
struct Doing {
  std::string who, what;
  int hour = 0;
  std::string channel, order;
  int cents = 0;  // 0: no value.
  std::string currency;
  std::string plan = "";  // A property of what is done, and a trait of who identifies.
};

const UtcMicros kBegin = at("2024-03-01");

struct Shop {
  std::vector<Doing> doings;
  journey::BuiltJourneys built;
  std::shared_ptr<const knowledge::Customers> customers;
};
Shop shop_of(const std::vector<Doing>& doings) {
  Shop shop;
  shop.doings = doings;
  std::vector<journey::Said> story;
  for (const Doing& one : doings) {
    std::string properties;
    const auto add = [&](const std::string& name, const std::string& json) {
      properties += (properties.empty() ? "\"" : ",\"") + name + "\":" + json;
    };
    if (one.what == "$identify") {
      add("target", '"' + one.channel + '"');
    } else if (!one.channel.empty()) {
      add("channel", '"' + one.channel + '"');
    }
    if (!one.order.empty()) add("order_id", '"' + one.order + '"');
    if (one.cents != 0) add("total", fmt::format("{}.{:02}", one.cents / 100, one.cents % 100));
    if (!one.currency.empty()) add("currency", '"' + one.currency + '"');
    if (!one.plan.empty()) add("plan", '"' + one.plan + '"');
    story.push_back({one.who, one.what, format_moment(kBegin + hours{one.hour}), "{" + properties + "}"});
  }
  shop.built = journey::build_journeys(story);
  shop.customers = *knowledge::Customers::bind(shop.built.snapshot, business_of({}));
  return shop;
}

std::vector<Doing> random_doings(std::mt19937& random, int people) {
  const auto draw = [&](int below) { return static_cast<int>(random() % static_cast<unsigned>(below)); };
  const std::array<const char*, 8> channels{"", "mail", " Mail", "ads", "press", "direct", "(none)", "friends"};
  const std::array<const char*, 5> plans{"", "free", "pro", "pro", "team"};
  std::vector<Doing> doings;
  int orders = 0;
  for (int person = 0; person < people; ++person) {
    const std::string who = "p" + std::to_string(person);
    const auto plan = [&] { return plans[static_cast<std::size_t>(draw(5))]; };
    for (int count = draw(3); count > 0; --count)
      doings.push_back({who, "$identify", draw(900), draw(2) == 0 ? "yes" : "no", "", 0, "", plan()});
    for (int count = draw(9); count > 0; --count) {
      Doing one{
          who, "Visit", draw(3) == 0 ? 24 * draw(40) : draw(1000), channels[static_cast<std::size_t>(draw(8))], "", 0,
          "",  plan()};
      if (draw(3) == 0) {
        one.what = "Goal";
        one.cents = draw(3) == 0 ? 0 : 1 + draw(5000);
        if (draw(6) == 0) one.currency = "USD";
      } else if (draw(3) == 0) {
        one.what = "Order Completed";
        one.order = "o" + std::to_string(++orders);
        one.cents = 1 + draw(5000);
      }
      doings.push_back(one);
    }
  }
  return doings;
}

struct NaiveTouch {
  int hour;
  std::string channel;
  const Doing* doing;
};
struct NaiveConversion {
  const Doing* doing;
  std::vector<NaiveTouch> touches;  // In order; never empty.
  std::int64_t value = 0;
  bool direct = false;
  std::string plan = "";  // By the breakdown; empty: missing.
};

std::string channel_of(const Doing& one) {
  if (one.what == "$identify" || one.channel.empty()) return "";
  if (one.channel == " Mail") return "mail";
  return one.channel == "(none)" ? "direct" : one.channel;
}

struct Asked {
  Question question;
  AttributionSpec spec;
  int from = 0, to = 0, as_of = 0;
};
Asked random_asked(std::mt19937& random) {
  const auto draw = [&](int below) { return static_cast<int>(random() % static_cast<unsigned>(below)); };
  Asked asked;
  asked.from = draw(500);
  asked.to = asked.from + 1 + draw(700);
  asked.as_of = draw(3) == 0 ? asked.from + draw(700) : 1000;
  asked.question.period = {kBegin + hours{asked.from}, kBegin + hours{asked.to}};
  asked.question.as_of = kBegin + hours{asked.as_of};
  asked.question.threads = static_cast<unsigned>(1 + draw(3));
  if (draw(2) == 0) asked.spec.conversion = *parse_event_test("Goal");
  if (draw(3) == 0) asked.spec.touch = *parse_event_test("Visit");
  asked.spec.conversions = static_cast<AttributionConversions>(draw(3));
  asked.spec.own_touch = static_cast<AttributionOwnTouch>(draw(2));
  asked.spec.lookback = hours{draw(3) == 0 ? draw(2000) : draw(400)};
  asked.spec.half_life = hours{150 + draw(300)};  // No part is so small that rounding decides who has one.
  asked.spec.limit = draw(3) == 0 ? static_cast<std::size_t>(1 + draw(4)) : 50;
  asked.spec.resamples = draw(4) == 0 ? 20 : 0;
  asked.spec.shapley = static_cast<ShapleyWorth>(draw(2));
  if (draw(2) == 0)
    asked.spec.breakdown =
        Breakdown{static_cast<Breakdown::Of>(draw(2)), "plan", static_cast<std::size_t>(1 + draw(4))};
  return asked;
}

// Conversions of one person, by the rules.
std::vector<NaiveConversion> conversions_of(const Shop& shop, const std::string& who, const Asked& asked) {
  const bool purchases = !asked.spec.conversion;
  std::vector<const Doing*> found;
  for (const Doing& one : shop.doings) {
    const bool ever = asked.spec.conversions == AttributionConversions::FirstEver;
    if (one.who == who && one.hour <= asked.as_of && one.hour < asked.to && (ever || one.hour >= asked.from) &&
        one.what == (purchases ? "Order Completed" : "Goal"))
      found.push_back(&one);
  }
  const auto place = [&](const Doing* one) {
    const bool foreign = !one->currency.empty() && one->cents != 0, has = one->cents != 0 && !foreign;
    const std::string own = asked.spec.touch ? "" : channel_of(*one);
    const std::string plan =
        asked.spec.breakdown && asked.spec.breakdown->of == Breakdown::Of::Property ? one->plan : "";
    return std::tuple(one->hour, has, has ? one->cents : 0, foreign, own, plan);
  };
  std::sort(found.begin(), found.end(),
            [&](const Doing* left, const Doing* right) { return place(left) < place(right); });
  if (asked.spec.conversions != AttributionConversions::Every && found.size() > 1) found.resize(1);
  std::vector<NaiveConversion> conversions;
  for (const Doing* one : found) {
    if (one->hour < asked.from) continue;
    NaiveConversion conversion{one, {}, one->currency.empty() ? one->cents : 0, false};
    const auto lookback = std::chrono::duration_cast<hours>(asked.spec.lookback).count();
    for (const Doing& touch : shop.doings) {
      if (touch.who != who || channel_of(touch).empty() || touch.hour > one->hour || touch.hour < one->hour - lookback)
        continue;
      if (asked.spec.touch && touch.what != "Visit") continue;
      if (asked.spec.own_touch == AttributionOwnTouch::Ignored &&
          (&touch == one || (purchases && touch.what == "Order Completed" && touch.hour == one->hour)))
        continue;
      conversion.touches.push_back({touch.hour, channel_of(touch), &touch});
    }
    std::sort(conversion.touches.begin(), conversion.touches.end(),
              [](const NaiveTouch& left, const NaiveTouch& right) {
                return std::tie(left.hour, left.channel) < std::tie(right.hour, right.channel);
              });
    conversion.plan = one->plan;
    if (asked.spec.breakdown && asked.spec.breakdown->of == Breakdown::Of::Trait) {
      conversion.plan.clear();
      int told = -1;
      for (const Doing& trait : shop.doings)
        if (trait.who == who && trait.what == "$identify" && !trait.plan.empty() && trait.hour <= one->hour &&
            trait.hour >= told) {
          conversion.plan = trait.plan;
          told = trait.hour;
        }
    }
    conversion.direct = conversion.touches.empty();
    if (conversion.direct) conversion.touches.push_back({one->hour, "direct", one});
    conversions.push_back(conversion);
  }
  return conversions;
}

// Channels of the touches of the period that came after the last conversion that counts.
std::vector<std::string> open_of(const Shop& shop, const std::string& who, const Asked& asked) {
  Asked any = asked;
  any.spec.conversions = AttributionConversions::Every;
  if (asked.spec.conversions == AttributionConversions::FirstEver) any.from = 0;
  const auto conversions = conversions_of(shop, who, any);
  if (!conversions.empty() && asked.spec.conversions != AttributionConversions::Every) return {};
  std::vector<std::string> open;
  for (const Doing& one : shop.doings)
    if (one.who == who && !channel_of(one).empty() && one.hour >= asked.from && one.hour < asked.to &&
        one.hour <= asked.as_of && (!asked.spec.touch || one.what == "Visit") &&
        (conversions.empty() || one.hour > conversions.back().doing->hour))
      open.push_back(channel_of(one));
  return open;
}

// Exact parts of a conversion as fractions; the answer is within one unit of each.
std::map<std::string, double> parts_of_model(AttributionModel model, const NaiveConversion& conversion,
                                             const Asked& asked, const std::map<std::string, double>& effects,
                                             const std::map<std::string, double>& shapley,
                                             const std::function<std::string(const std::string&)>& shown) {
  const auto& touches = conversion.touches;
  const std::size_t n = touches.size();
  std::map<std::string, double> parts;
  const auto ends = [&](double first, double middle, double last) {
    if (n == 1) {
      parts[shown(touches[0].channel)] = 1;
    } else if (n == 2) {
      parts[shown(touches[0].channel)] += first / (first + last);
      parts[shown(touches[1].channel)] += last / (first + last);
    } else {
      for (std::size_t i = 0; i < n; ++i)
        parts[shown(touches[i].channel)] += (i == 0       ? first
                                             : i == n - 1 ? last
                                                          : middle / static_cast<double>(n - 2)) /
                                            (first + middle + last);
    }
  };
  switch (model) {
    case AttributionModel::First: parts[shown(touches.front().channel)] = 1; break;
    case AttributionModel::Last: parts[shown(touches.back().channel)] = 1; break;
    case AttributionModel::LastNonDirect: {
      std::string last = "direct";
      for (const NaiveTouch& touch : touches)
        if (touch.channel != "direct") last = touch.channel;
      parts[shown(last)] = 1;
      break;
    }
    case AttributionModel::Linear:
      for (const NaiveTouch& touch : touches) parts[shown(touch.channel)] += 1.0 / static_cast<double>(n);
      break;
    case AttributionModel::Position: ends(40, 20, 40); break;
    case AttributionModel::J: ends(20, 20, 60); break;
    case AttributionModel::InverseJ: ends(60, 20, 20); break;
    case AttributionModel::Custom: ends(30, 40, 30); break;
    case AttributionModel::TimeDecay: {
      const double half_life = static_cast<double>(std::chrono::duration_cast<hours>(asked.spec.half_life).count());
      double sum = 0;
      for (const NaiveTouch& touch : touches) sum += std::exp2((touch.hour - touches.back().hour) / half_life);
      for (const NaiveTouch& touch : touches)
        parts[shown(touch.channel)] += std::exp2((touch.hour - touches.back().hour) / half_life) / sum;
      break;
    }
    case AttributionModel::Participation:
      for (const NaiveTouch& touch : touches) parts[shown(touch.channel)] = 1;
      break;
    case AttributionModel::Markov: {
      double sum = 0;
      std::set<std::string> channels;
      for (const NaiveTouch& touch : touches) channels.insert(shown(touch.channel));
      for (const std::string& channel : channels) sum += effects.at(channel);
      for (const std::string& channel : channels) parts[channel] = effects.at(channel) / sum;
      break;
    }
    case AttributionModel::Shapley: {
      double sum = 0;
      std::map<std::string, double> values;
      for (const NaiveTouch& touch : touches) values[shown(touch.channel)] = 1;
      if (asked.spec.shapley == ShapleyWorth::Rate)
        for (auto& [channel, value] : values) value = shapley.at(channel) < 1e-11 ? 0 : shapley.at(channel);
      for (const auto& [channel, value] : values) sum += value;
      for (const auto& [channel, value] : values)
        parts[channel] = sum > 0 ? value / sum : 1 / static_cast<double>(values.size());
      break;
    }
  }
  return parts;
}

std::string check(const Shop& shop, const Asked& asked) {
  const auto report = ask_attribution(*shop.customers, asked.question, asked.spec);
  if (!report) return report.error().kind == ErrorKind::NotFound ? "" : report.error().message;
  const auto text_of = [](const ShownValue& value) {
    return value.kind == ShownValue::Kind::Other ? std::string("<other>") : value.text;
  };
  std::set<std::string> names;
  for (const AttributionChannel& channel : report->channels) names.insert(text_of(channel.channel));
  const auto shown = [&](const std::string& name) { return names.contains(name) ? name : std::string("<other>"); };
  std::map<std::string, double> effects;
  if (report->markov)
    for (const RemovalEffect& effect : report->markov->channels) effects[text_of(effect.channel)] = effect.effect;

  std::map<std::string, double> shapley;
  if (report->shapley)
    for (const ShapleyValue& value : report->shapley->channels) shapley[text_of(value.channel)] = value.value;

  struct Converted {
    std::string who, side;
    NaiveConversion conversion;
  };
  std::vector<Converted> all;
  std::map<std::string, std::set<std::string>> open;
  std::set<std::string> people;
  std::map<std::string, std::int64_t> people_of_channel;
  std::map<std::string, std::set<std::string>> people_of_plan;
  std::vector<std::pair<std::set<std::string>, bool>> journeys;  // Channels as shown, and whether it converted.
  for (const Doing& one : shop.doings) people.insert(one.who);
  for (const std::string& who : people) {
    std::string target;
    int last_identify = -1;
    bool known = false;
    for (const Doing& one : shop.doings)
      if (one.who == who && one.hour <= asked.as_of) {
        known = true;
        if (one.what == "$identify" && one.hour >= last_identify) {
          target = one.channel;
          last_identify = one.hour;
        }
      }
    if (!known) continue;
    const std::string side = target.empty() ? "unknown" : target == "yes" ? "inside" : "outside";
    const auto left_open = open_of(shop, who, asked);
    std::set<std::string> met(left_open.begin(), left_open.end());
    const auto add_journey = [&](const std::set<std::string>& channels, bool converted) {
      std::set<std::string> as_shown;
      for (const std::string& channel : channels) as_shown.insert(shown(channel));
      journeys.emplace_back(as_shown, converted);
    };
    if (!left_open.empty()) add_journey(met, false);
    for (const NaiveConversion& conversion : conversions_of(shop, who, asked)) {
      all.push_back({who, side, conversion});
      people_of_plan[conversion.plan].insert(who);
      std::set<std::string> channels;
      for (const NaiveTouch& touch : conversion.touches) channels.insert(touch.channel);
      met.insert(channels.begin(), channels.end());
      add_journey(channels, true);
    }
    for (const std::string& channel : met) ++people_of_channel[channel];
    for (const std::string& part : {side, std::string("all")})
      if (!left_open.empty()) open[part].insert(who);
  }
  if (report->markov &&
      (report->markov->converted != all.size() || report->markov->not_converted != open["all"].size()))
    return "journeys of the chain";
  std::vector<std::pair<std::int64_t, std::string>> ranked;
  for (const auto& [channel, count] : people_of_channel)
    if (channel != "direct") ranked.emplace_back(-count, channel);
  std::sort(ranked.begin(), ranked.end());
  for (std::size_t place = 0; place < ranked.size(); ++place)
    if (names.contains(ranked[place].second) != (place < asked.spec.limit))
      return fmt::format("{} is shown or not against its rank", ranked[place].second);

  // The values of channels from the definition: over all coalitions of the others.
  if (report->shapley) {
    const std::vector<std::string> players(names.begin(), names.end());
    const auto worth = [&](std::size_t coalition) {
      double converted = 0, within = 0;
      for (const auto& [channels, did] : journeys) {
        bool in = true;
        for (std::size_t player = 0; player < players.size(); ++player)
          in = in && ((coalition >> player & 1U) != 0 || !channels.contains(players[player]));
        within += in ? 1 : 0;
        converted += in && did ? 1 : 0;
      }
      return asked.spec.shapley == ShapleyWorth::Conversions ? converted : within > 0 ? converted / within : 0;
    };
    std::vector<double> worths;
    for (std::size_t coalition = 0; coalition < std::size_t{1} << players.size(); ++coalition)
      worths.push_back(worth(coalition));
    const auto factorial = [](std::size_t n) { return std::tgamma(static_cast<double>(n) + 1); };
    for (std::size_t player = 0; player < players.size(); ++player) {
      double value = 0;
      for (std::size_t coalition = 0; coalition < worths.size(); ++coalition) {
        if ((coalition >> player & 1U) != 0) continue;
        std::size_t size = 0;
        for (std::size_t other = 0; other < players.size(); ++other) size += coalition >> other & 1U;
        value += factorial(size) * factorial(players.size() - size - 1) / factorial(players.size()) *
                 (worths[coalition | std::size_t{1} << player] - worths[coalition]);
      }
      if (std::abs(value - shapley.at(players[player])) > 1e-9) return "Shapley value of " + players[player];
    }
    if (std::abs(report->shapley->worth - worths.back()) > 1e-9) return "worth of all channels";
  }

  // The values that are shown: by people who converted with them, then by text; a missing one comes first.
  std::map<std::string, std::string> slot_of;
  std::vector<std::string> slots{"<total>"};
  if (asked.spec.breakdown) {
    std::vector<std::pair<std::int64_t, std::string>> plans;
    for (const auto& [plan, who] : people_of_plan) plans.emplace_back(-static_cast<std::int64_t>(who.size()), plan);
    std::sort(plans.begin(), plans.end());
    for (std::size_t place = 0; place < plans.size(); ++place) {
      const std::string slot = place >= asked.spec.breakdown->limit ? "<other>" : plans[place].second;
      slot_of[plans[place].second] = slot;
      if (slots.back() != slot) slots.push_back(slot);
    }
  }
  const auto slot_text = [](const ShownValue& value) {
    switch (value.kind) {
      case ShownValue::Kind::Total: return std::string("<total>");
      case ShownValue::Kind::Other: return std::string("<other>");
      case ShownValue::Kind::Missing: return std::string();
      case ShownValue::Kind::Value: break;
    }
    return value.text;
  };
  std::vector<AttributionValue> answered{{{}, report->total, report->channels}};
  answered.insert(answered.end(), report->values.begin(), report->values.end());
  if (answered.size() != slots.size()) return fmt::format("{} values instead of {}", answered.size(), slots.size());

  std::size_t place_of_list = 0;  // Every ninth number's list is looked at.
  for (std::size_t index = 0; index < slots.size(); ++index) {
    const AttributionValue& value = answered[index];
    if (slot_text(value.value) != slots[index]) return "value " + slots[index];
    struct Sums {
      std::set<std::string> people;
      double credit = 0, value = 0;
      double slack = 0.01;
    };
    std::map<std::tuple<std::string, AttributionModel, std::string>, Sums> expected;  // By channel, model, part.
    std::map<std::string, AttributionTotal> totals;
    std::map<std::string, std::set<std::string>> converted;
    for (const Converted& one : all) {
      if (index > 0 && slot_of[one.conversion.plan] != slots[index]) continue;
      for (const std::string& part : {one.side, std::string("all")}) {
        AttributionTotal& total = totals[part];
        ++total.conversions;
        total.value_minor += one.conversion.value;
        total.without_touch += one.conversion.direct ? 1 : 0;
        converted[part].insert(one.who);
      }
      for (const AttributionModel model : report->models)
        for (const auto& [channel, share] : parts_of_model(model, one.conversion, asked, effects, shapley, shown))
          for (const std::string& part : {one.side, std::string("all")}) {
            Sums& sums = expected[{channel, model, part}];
            if (share > 1e-6) sums.people.insert(one.who);
            sums.credit += share * 1e6;
            sums.value += share * static_cast<double>(one.conversion.value);
            sums.slack += 1;
          }
    }
    for (const auto& [part, total] : parts_of(value.total)) {
      if (total->conversions != totals[part].conversions || total->value_minor != totals[part].value_minor ||
          total->without_touch != totals[part].without_touch || total->people != converted[part].size() ||
          total->open_journeys != (index == 0 ? open[part].size() : 0))
        return fmt::format("total of {} {}: {} conversions worth {} instead of {} worth {}", slots[index], part,
                           total->conversions, total->value_minor, totals[part].conversions, totals[part].value_minor);
    }
    for (const AttributionModel model : report->models) {
      if (model == AttributionModel::Participation) continue;
      const auto place = static_cast<std::size_t>(model);
      std::int64_t credits = 0, values = 0;
      for (const AttributionChannel& channel : value.channels) {
        const auto& credit = channel.models[place].credit;
        credits +=
            credit.inside.credit_millionths + credit.outside.credit_millionths + credit.unknown.credit_millionths;
        values += credit.inside.value_minor + credit.outside.value_minor + credit.unknown.value_minor;
      }
      if (credits != static_cast<std::int64_t>(value.total.all.conversions) * kWholeCredit ||
          values != value.total.all.value_minor)
        return fmt::format("credits of model {} do not add up", place);
    }
    for (const AttributionChannel& channel : value.channels)
      for (const AttributionOfModel& one : channel.models)
        for (const auto& [part, credit] : parts_of(one.credit)) {
          const std::string name = text_of(channel.channel);
          const Sums& sums = expected[{name, one.model, part}];
          if (std::abs(static_cast<double>(credit->credit_millionths) - sums.credit) > sums.slack ||
              std::abs(static_cast<double>(credit->value_minor) - sums.value) > sums.slack ||
              credit->people != sums.people.size())
            return fmt::format("{} {} model {} {}: {} of {} people worth {} instead of {} of {} worth {}", slots[index],
                               name, static_cast<int>(one.model), part, credit->credit_millionths, credit->people,
                               credit->value_minor, sums.credit, sums.people.size(), sums.value);
          if (std::string_view(part) != "all" || (all.size() + index + place_of_list++) % 9 != 0) continue;
          const auto list =
              people_of_attribution(*shop.customers, asked.question, asked.spec,
                                    {.channel = channel.channel, .model = one.model, .value = value.value});
          std::vector<PersonId> ids;
          for (const std::string& who : sums.people) ids.push_back(shop.built.person(who));
          std::sort(ids.begin(), ids.end());
          if (*list != ids) return fmt::format("people of {} model {}", name, static_cast<int>(one.model));
        }
    for (const AudienceSide side : {AudienceSide::All, AudienceSide::Inside, AudienceSide::Unknown}) {
      const auto converts = people_of_attribution(*shop.customers, asked.question, asked.spec,
                                                  {.channel = {}, .side = side, .value = value.value});
      if (converts->size() != value.total.of(side).people) return "people who converted";
    }
  }
  for (const AudienceSide side : {AudienceSide::All, AudienceSide::Inside, AudienceSide::Unknown}) {
    const auto open_people = people_of_open_journeys(*shop.customers, asked.question, asked.spec, side);
    if (open_people->size() != report->total.of(side).open_journeys) return "people of open journeys";
  }
  return "";
}

TEST(AttributionOnRandomJourneys, IsThatOfTheRules) {
  Compared compared;
  for (std::uint32_t seed = 1; seed <= scaled(40); ++seed) {
    std::mt19937 random(seed);
    const Shop shop = shop_of(random_doings(random, 12));
    compared.add(12, 8);
    for (std::uint32_t question = 0; question < 8; ++question) {
      std::mt19937 of_question(seed * 100 + question);
      const Asked asked = random_asked(of_question);
      std::string wrong = check(shop, asked);
      if (wrong.empty()) continue;
      const auto fewest = shrunk(shop.doings, [&](const std::vector<Doing>& fewer) {
        if (fewer.empty()) return false;
        const std::string what = check(shop_of(fewer), asked);
        if (!what.empty()) wrong = what;
        return !what.empty();
      });
      std::string story;
      for (const Doing& one : fewest)
        story += fmt::format("{} {} {} \"{}\" {} {} {} {}\n", one.who, one.what, one.hour, one.channel, one.order,
                             one.cents, one.currency, one.plan);
      FAIL() << wrong << "\nfrom " << asked.from << " to " << asked.to << " as of " << asked.as_of << " conversions "
             << static_cast<int>(asked.spec.conversions) << "\n"
             << story;
    }
  }
}

// All that an answer says, to compare two answers byte by byte.
std::string all_of(const AttributionReport& report) {
  std::string text;
  std::vector<AttributionValue> values{{{}, report.total, report.channels}};
  values.insert(values.end(), report.values.begin(), report.values.end());
  for (const AttributionValue& value : values)
    for (const AttributionChannel& channel : value.channels)
      for (const AttributionOfModel& one : channel.models)
        for (const auto& [part, credit] : parts_of(one.credit))
          text +=
              value.value.text + fmt::format(" {} {} {} {} {} {}\n", channel.channel.text, static_cast<int>(one.model),
                                             part, credit->people, credit->credit_millionths, credit->value_minor);
  if (report.markov)
    for (const RemovalEffect& effect : report.markov->channels)
      text += fmt::format("{} {} {} {} {}\n", effect.channel.text, effect.effect, effect.share,
                          effect.share_low.value_or(-1), effect.share_high.value_or(-1));
  if (report.shapley)
    for (const ShapleyValue& value : report.shapley->channels)
      text += fmt::format("{} {} {} {} {}\n", value.channel.text, value.value, value.share,
                          value.share_low.value_or(-1), value.share_high.value_or(-1));
  return text;
}

TEST(AttributionOnRandomJourneys, DoesNotDependOnArrivalOrThreads) {
  for (std::uint32_t seed = 1; seed <= 40; ++seed) {
    std::mt19937 random(seed);
    std::vector<Doing> doings = random_doings(random, 20);
    std::erase_if(doings, [](const Doing& one) { return one.what == "$identify"; });
    Asked asked = random_asked(random);
    asked.spec.resamples = 20;
    const auto before = ask_attribution(*shop_of(doings).customers, asked.question, asked.spec);
    std::shuffle(doings.begin(), doings.end(), random);
    asked.question.threads = 1 + asked.question.threads % 3;
    const auto after = ask_attribution(*shop_of(doings).customers, asked.question, asked.spec);
    ASSERT_EQ(before.has_value(), after.has_value());
    if (before) {
      ASSERT_EQ(all_of(*before), all_of(*after)) << seed;
    }
  }
}

}  // namespace
}  // namespace habitue::insight
