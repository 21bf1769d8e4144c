// Random expressions: text and JSON bring each back as it was, and over random journeys the evaluator says what the naive
// one says. The seeds are fixed, and printed with what they made when something differs.
#include <algorithm>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <boost/json.hpp>

#include "criteria/criteria.hpp"
#include "criteria/naive_evaluator.hpp"
#include "criteria/random_expression.hpp"
#include "journey/journey_builder.hpp"

namespace habitue::criteria {
namespace {

TEST(RandomExpressions, ComeBackFromTheirTextAndTheirJson) {
  for (std::uint64_t seed = 1; seed <= 6'000; ++seed) {
    const Expression made(RandomExpressions(seed, seed % 2 == 0).expression(4).node);
    const std::string text = to_text(made);
    const auto from_text = parse(text);
    ASSERT_TRUE(from_text) << "seed " << seed << "\n" << text << "\n" << from_text.error().message;
    ASSERT_EQ(*from_text, made) << "seed " << seed << "\n" << text << "\n" << to_text(*from_text);
    ASSERT_EQ(to_text(*from_text), text) << "seed " << seed;
    const boost::json::value json = to_json(made);
    const auto back = from_json(json);
    ASSERT_TRUE(back) << "seed " << seed << "\n" << boost::json::serialize(json) << "\n" << back.error().message;
    ASSERT_EQ(*back, made) << "seed " << seed << "\n" << boost::json::serialize(json);
    ASSERT_FALSE(describe(made, "en").empty());
    ASSERT_FALSE(describe(made, "fr").empty());
  }
}

struct Words final : Facts {
  std::string role_word, stage_word;
  std::string_view role(const journey::Journey&, UtcMicros) const override { return role_word; }
  std::string_view stage(const journey::Journey&, UtcMicros) const override { return stage_word; }
};

std::string json_of(const std::map<std::string, Literal>& properties) {
  boost::json::object object;
  for (const auto& [name, value] : properties) {
    if (name == "$group_id") continue;
    if (const auto* number = std::get_if<double>(&value))
      object[name] = *number;
    else if (const auto* truth = std::get_if<bool>(&value))
      object[name] = *truth;
    else
      object[name] = std::get<std::string>(value);
  }
  return boost::json::serialize(object);
}

// Events around the days when Paris changes its clock (2011-03-27 is day 15060), many of them at the same moment.
PlainJourney random_journey(std::mt19937_64& random) {
  const auto pick = [&](int below) { return static_cast<int>(random() % static_cast<std::uint64_t>(below)); };
  const std::array<std::string, 6> kinds = {"A", "B", "C", "$page", "$identify", "$group"};
  PlainJourney journey;
  for (int i = pick(14); i > 0; --i) {
    PlainEvent& event = journey.emplace_back();
    event.kind = kinds[static_cast<std::size_t>(pick(kinds.size()))];
    event.at = std::chrono::sys_days{std::chrono::days(15'050 + pick(30))} + std::chrono::hours(pick(4) * 7 + pick(3));
    for (const char* name : {"p", "q", "r"}) {
      switch (pick(9)) {
        case 0: event.properties[name] = std::string("x"); break;
        case 1: event.properties[name] = std::string("1"); break;
        case 2: event.properties[name] = pick(2) == 0; break;
        case 3: event.properties[name] = std::string("2011-03-28T22:30:00Z"); break;
        case 4: break;
        case 5: event.properties[name] = 2.5; break;
        default: event.properties[name] = static_cast<double>(pick(4));
      }
    }
    if (event.kind == "$group") event.properties["$group_id"] = std::string(pick(2) == 0 ? "1" : "x");
  }
  std::stable_sort(journey.begin(), journey.end(),
                   [](const PlainEvent& left, const PlainEvent& right) { return left.at < right.at; });
  return journey;
}

TEST(RandomExpressions, AreEvaluatedAsTheNaiveReferenceSays) {
  const Zone zone = *Zone::find("Europe/Paris");
  std::array<std::uint64_t, 3> answers{};
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    std::mt19937_64 random(seed);
    std::vector<PlainJourney> journeys;
    std::vector<journey::Said> story = {
        {"zoe", "A", "2011-04-01"}};  // Somebody is always there, and every kind may be missing.
    for (int person = 0; person < 12; ++person) {
      journeys.push_back(random_journey(random));
      for (const PlainEvent& event : journeys.back()) {
        const auto group = event.properties.find("$group_id");
        story.push_back({fmt::format("p{}", person), event.kind, format_moment(event.at), json_of(event.properties),
                         group == event.properties.end() ? "" : std::get<std::string>(group->second)});
      }
    }
    const journey::BuiltJourneys built = journey::build_journeys(story);
    for (int round = 0; round < 60; ++round) {
      const Expression expression(
          RandomExpressions(seed * 1000 + static_cast<std::uint64_t>(round)).expression(3).node);
      Words facts;
      facts.role_word = std::array{"client", "prospect", "unknown"}[random() % 3];
      facts.stage_word = std::array{"new", "active", ""}[random() % 3];
      const auto evaluator = Evaluator::bind(expression, *built.snapshot, zone, &facts);
      ASSERT_TRUE(evaluator);
      for (int person = 0; person < 12; ++person) {
        const std::string who = fmt::format("p{}", person);
        if (!built.persons.contains(who)) continue;
        const UtcMicros as_of = std::chrono::sys_days{std::chrono::days(15'052 + static_cast<int>(random() % 35))} +
                                std::chrono::minutes(random() % 1500);
        const Verdict expected = naive_verdict(expression.root(), journeys[static_cast<std::size_t>(person)], as_of,
                                               zone, facts.role_word, facts.stage_word);
        const Verdict found = evaluator->evaluate(built.of(who), as_of);
        ++answers[static_cast<std::size_t>(found)];
        std::string shown;
        if (found != expected)
          for (const PlainEvent& event : journeys[static_cast<std::size_t>(person)])
            shown += fmt::format("{} {} {}\n", format_moment(event.at), event.kind, json_of(event.properties));
        ASSERT_EQ(static_cast<int>(found), static_cast<int>(expected))
            << "seed " << seed << " round " << round << " as of " << format_moment(as_of) << "\n"
            << to_text(expression) << "\n"
            << shown;
      }
    }
  }
  // The comparison means something only when all three answers are common.
  for (const std::uint64_t count : answers) EXPECT_GT(count, 1'000U);
}

}  // namespace
}  // namespace habitue::criteria
