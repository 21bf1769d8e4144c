#include "knowledge/treatment.hpp"

#include <gtest/gtest.h>

#include "journey/journey_builder.hpp"

namespace habitue::knowledge {
namespace {

constexpr const char* kRules = R"(name = "Shop"
currency = "EUR"
[[treatments]]
name = "won back"
roles = ["client"]
stages = ["back"]
channels = ["phone"]
reply_hours = 4
perks = ["a call"]
[[treatments]]
name = "clients"
roles = ["client"]
[[treatments]]
name = "to be"
stages = ["prospect"]
)";

std::string treated(const char* toml, UtcMicros as_of, std::string_view language = "en") {
  static const auto built = journey::build_journeys({{"ann", "$identify", "2022-01-01", "{}"},
                                                     {"ann", "Order Completed", "2022-02-01", R"({"total":5})"},
                                                     {"ann", "Order Completed", "2024-02-01", R"({"total":5})"},
                                                     {"ann", "Order Refunded", "2024-02-09", R"({"amount":10})"}});
  const auto customers = *Customers::bind(built.snapshot, *config::parse(toml));
  const TreatmentVerdict verdict = treatment_of(*customers, built.of("ann"), as_of, language);
  EXPECT_EQ(verdict.side, "customers");
  EXPECT_FALSE(verdict.role_words.empty());
  EXPECT_FALSE(verdict.stage_words.empty());
  return verdict.words;
}
UtcMicros day(const char* text) { return *parse_moment(text, Zone::utc()); }

TEST(Treatment, IsTheFirstThatFitsRoleAndStageOfTheMoment) {
  EXPECT_EQ(treated(kRules, day("2022-01-15")), "\"to be\" is the first rule that fits, for the stage prospect.");
  EXPECT_EQ(treated(kRules, day("2022-02-02")), "\"clients\" is the first rule that fits, for the role client.");
  EXPECT_EQ(treated(kRules, day("2024-02-05")),
            "\"won back\" is the first rule that fits, for the role client and the stage back.");
  EXPECT_EQ(treated(kRules, day("2024-02-10")), "No rule of [[treatments]] fits the role prospect and the stage back.");
  EXPECT_EQ(treated(kRules, day("2022-02-02"), "fr"),
            "«\u00a0clients\u00a0» est la première règle qui convient, pour le rôle client.");
}

TEST(Treatment, WithoutRulesServesClientsByPeopleAndTheOthersByTheCommunity) {
  const char* plain = "name = \"Shop\"\ncurrency = \"EUR\"\n";
  EXPECT_EQ(treated(plain, day("2022-02-02")), "\"clients\" is the first rule that fits, for the role client.");
  EXPECT_EQ(treated(plain, day("2022-01-15")), "\"prospects\" is the first rule that fits, for the role prospect.");
}

}  // namespace
}  // namespace habitue::knowledge
