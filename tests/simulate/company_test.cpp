#include "simulate/company.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace habitue::simulate {
namespace {

using testing::HasSubstr;

TEST(Company, ReadsBackWhatItWrites) {
  Company company;
  company.name = "Chez \"Zoé\"";
  company.inside.activation = 0.1234567890123;
  company.channels[0].cost_per_click = 1e-3;
  company.spikes.clear();
  const std::string text = write_company(company);
  const auto read = parse_company(text);
  ASSERT_TRUE(read.has_value()) << read.error().message << "\n" << text;
  EXPECT_EQ(write_company(*read), text);
  EXPECT_EQ(read->name, company.name);
  EXPECT_EQ(read->inside.activation, company.inside.activation);
  EXPECT_TRUE(read->spikes.empty());
  EXPECT_EQ(read->channels.size(), company.channels.size());
}

TEST(Company, KeepsDefaultsOfWhatIsLeftOut) {
  const auto read = parse_company("[rhythm]\nshape = 3\n");
  ASSERT_TRUE(read.has_value()) << read.error().message;
  Company expected;
  expected.rhythm.shape = 3;
  EXPECT_EQ(write_company(*read), write_company(expected));
}

struct Refusal {
  std::string name, toml, message;
};
class Refusals : public testing::TestWithParam<Refusal> {};
TEST_P(Refusals, TellWhatIsWrongAndWhere) {
  const auto read = parse_company(GetParam().toml);
  ASSERT_FALSE(read.has_value());
  EXPECT_EQ(read.error().kind, ErrorKind::InvalidInput);
  EXPECT_THAT(read.error().message, HasSubstr(GetParam().message));
}
INSTANTIATE_TEST_SUITE_P(
    Company, Refusals,
    testing::Values(
        Refusal{"NoToml", "a = = b", "line 1"},
        Refusal{"UnknownKey", "[rhythm]\nshap = 3\n",
                "line 2, column 8: rhythm: shap is no parameter; did you mean shape?"},
        Refusal{"UnknownSection", "[rythm]\nshape = 3\n", "rythm is no parameter; did you mean rhythm?"},
        Refusal{"WrongKind", "name = 3\n", "name must be a text"},
        Refusal{"ShareAboveOne", "[inside]\nactivation = 1.2\n", "inside.activation is a share"},
        Refusal{"NegativeWeight", "[[channels]]\nname = \"a\"\nweight = -1\n", "channels[1].weight must be 0 or more"},
        Refusal{"NotANumber", "[kits]\nr = nan\n", "kits.r must be above 0"},
        Refusal{"UnknownSpikeChannel", "[[spikes]]\nchannel = \"radio\"\n", "radio"},
        Refusal{"UnknownStuckStep", "[onboarding]\nstuck_step = \"x\"\n", "stuck_step must be one of the steps"},
        Refusal{"SixDays", "[season]\nweekdays = [1, 1, 1, 1, 1, 1]\n", "season.weekdays needs 7 numbers"},
        Refusal{"UnknownZone", "zone = \"Europe/Lutece\"\n", "zone is no IANA time zone"},
        Refusal{"CurrencyWithoutCents", "currency = \"JPY\"\n", "currency"}),
    [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace habitue::simulate
