// `in cohort NAME`: said, resolved, refused, evaluated.
#include "criteria/cohorts.hpp"

#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/json.hpp>

#include "journey/journey_builder.hpp"

namespace habitue::criteria {
namespace {

using testing::HasSubstr;

Expression said(std::string_view text) {
  auto expression = parse(text);
  EXPECT_TRUE(expression) << text << ": " << (expression ? "" : expression.error().message);
  return expression ? *expression : Expression{};
}

class Book final : public Cohorts {
 public:
  void live(const std::string& name, std::string_view text) { cohorts_[name] = {said(text), {}}; }
  void fixed(const std::string& name, PersonSet people) {
    cohorts_[name] = {{}, std::make_shared<const PersonSet>(std::move(people))};
  }
  std::optional<Cohort> find(std::string_view name) const override {
    const auto found = cohorts_.find(std::string(name));
    return found == cohorts_.end() ? std::nullopt : std::optional(found->second);
  }
  std::vector<std::string> names() const override {
    std::vector<std::string> names;
    for (const auto& [name, cohort] : cohorts_) names.push_back(name);
    return names;
  }

 private:
  std::map<std::string, Cohort> cohorts_;
};

TEST(InCohort, TextAndJsonSayTheSame) {
  for (const auto& [text, json] :
       {std::pair{"in cohort Regulars", R"({"cohort":"Regulars"})"},
        std::pair{"not in cohort \"signed in\"", R"({"not":{"cohort":"signed in"}})"},
        std::pair{"in cohort A and not (in cohort B or in cohort \"C+\")",
                  R"({"all":[{"cohort":"A"},{"not":{"any":[{"cohort":"B"},{"cohort":"C+"}]}}]})"}}) {
    const Expression expression = said(text);
    EXPECT_EQ(to_text(expression), text);
    EXPECT_EQ(boost::json::serialize(to_json(expression)), json);
    const auto read = from_json(boost::json::parse(json));
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(*read, expression);
  }
  EXPECT_EQ(said("trait cohort = \"x\""), said("trait \"cohort\" = \"x\"")) << "the word stays free for names";
  EXPECT_EQ(names_of(said("in cohort B and did X and in cohort A")).cohorts, (std::vector<std::string>{"A", "B"}));
}

TEST(InCohort, IsWordedInBothLanguages) {
  EXPECT_EQ(describe(said("not in cohort Habitués"), "en"), "is not in the cohort “Habitués”");
  EXPECT_EQ(describe(said("in cohort Habitués"), "fr"), "fait partie de la cohorte «\u202FHabitués\u202F»");
  EXPECT_EQ(describe(said("not in cohort Habitués"), "fr"), "ne fait pas partie de la cohorte «\u202FHabitués\u202F»");
}

TEST(InCohort, ANameWithoutNameIsRefusedAtItsPlace) {
  EXPECT_THAT(parse("did X and in cohort").error().message, HasSubstr("expected the cohort's name"));
  EXPECT_THAT(from_json(boost::json::parse(R"({"all":[{"cohort":5}]})")).error().message, HasSubstr("/all/0/cohort"));
}

TEST(InCohort, ResolvesLiveAndStaticOnesThroughEachOther) {
  const auto built = journey::build_journeys(
      {{"ann", "A", "2025-01-01"}, {"bob", "B", "2025-01-01"}, {"cat", "A", "2025-01-01"}, {"cat", "B", "2025-01-02"}});
  Book book;
  book.live("did a", "did A");
  PersonSet fixed;
  fixed.add(built.person("bob"));
  book.fixed("bobs", std::move(fixed));
  book.live("either", "in cohort did a or in cohort bobs");
  const auto resolved = with_cohorts(said("in cohort either and not (in cohort did a and did B)"), book);
  ASSERT_TRUE(resolved) << resolved.error().message;
  EXPECT_EQ(to_text(*resolved), "in cohort either and not (in cohort did a and did B)");
  const auto evaluator = Evaluator::bind(*resolved, *built.snapshot, Zone::utc());
  ASSERT_TRUE(evaluator) << evaluator.error().message;
  const auto verdict = [&](const char* who) { return evaluator->evaluate(built.of(who), kEnd); };
  EXPECT_EQ(verdict("ann"), Verdict::Inside);
  EXPECT_EQ(verdict("bob"), Verdict::Inside);
  EXPECT_EQ(verdict("cat"), Verdict::Outside);
}

TEST(InCohort, RefusesUnknownNamesAndCircles) {
  Book book;
  book.live("regulars", "did A");
  book.live("one", "in cohort two");
  book.live("two", "did B or in cohort one");
  EXPECT_THAT(with_cohorts(said("in cohort regular"), book).error().message, HasSubstr("did you mean \"regulars\"?"));
  EXPECT_THAT(with_cohorts(said("in cohort one"), book).error().message, HasSubstr("\"one\", \"two\", \"one\""));
  for (int depth = 0; depth < 20; ++depth)
    book.live("n" + std::to_string(depth + 1),
              "in cohort n" + std::to_string(depth) + " and not in cohort n" + std::to_string(depth));
  book.live("n0", "everyone");
  EXPECT_TRUE(with_cohorts(said("in cohort n8"), book));
  EXPECT_THAT(with_cohorts(said("in cohort n14"), book).error().message, HasSubstr("more than 10000 tests"));
  EXPECT_THAT(with_cohorts(said("in cohort n20"), book).error().message, HasSubstr("more than 16 deep"));
}

TEST(InCohort, IsNoConditionWhereNothingResolvesIt) {
  const auto built = journey::build_journeys({{"ann", "A", "2025-01-01"}});
  const auto bound = Evaluator::bind(said("in cohort A"), *built.snapshot, Zone::utc());
  ASSERT_FALSE(bound);
  EXPECT_THAT(bound.error().message, HasSubstr("cannot be named here"));
}

}  // namespace
}  // namespace habitue::criteria
