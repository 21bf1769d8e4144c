// Questions from JSON and back, and their part of the API's description, which is made from the same fields.
#include <cstdlib>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.hpp"
#include "server/described/aida.hpp"
#include "server/described/contracts.hpp"
#include "server/described/map.hpp"
#include "server/described/preview.hpp"
#include "server/described/products.hpp"
#include "server/described/propensity.hpp"
#include "server/described/questions.hpp"
#include "server/described/read.hpp"
#include "server/described/readiness.hpp"
#include "server/described/rhythm.hpp"
#include "server/described/scenario.hpp"
#include "server/described/schema.hpp"
#include "server/described/today.hpp"
#include "server/described/uplift.hpp"
#include "server/described/value.hpp"
#include "server/described/write.hpp"
#include "server/openapi.hpp"

namespace habitue::server::described {
namespace {

namespace bj = boost::json;
using testing::HasSubstr;

const Zone kZone = Zone::utc();

template <class Spec>
Result<Spec> read_text(std::string_view text) {
  Spec spec{};
  auto done = read(*parse_json(text), {"", &kZone}, spec);
  if (!done) return tl::unexpected(done.error());
  return spec;
}

template <class Spec>
std::string why_not(std::string_view text) {
  const auto spec = read_text<Spec>(text);
  return spec ? "it was taken" : spec.error().message;
}

TEST(Described, ReadsAQuestionAndWritesItWithEverySwitchTold) {
  const auto funnel = read_text<insight::Funnel>(
      R"({"steps":[{"event":"Signed Up"},{"event":"Order Completed where total > 50","within":"2 h"}],"order":"any_order",
          "window":1209600.5,"breakdown":{"by":{"of":"trait","name":"country"},"attribution":"last"},"trend":"week"})");
  ASSERT_TRUE(funnel) << funnel.error().message;
  EXPECT_EQ(funnel->steps[1].within, std::chrono::hours(2));
  EXPECT_EQ(funnel->order, insight::FunnelOrder::AnyOrder);
  EXPECT_EQ(funnel->window, std::chrono::microseconds(1'209'600'500'000));
  EXPECT_EQ(funnel->breakdown->by.of, insight::Breakdown::Of::Trait);
  EXPECT_EQ(funnel->rule, insight::FunnelExclusionRule::Cut);
  const bj::value written = write(*funnel);
  EXPECT_EQ(written.at("steps").at(1).at("within"), bj::value(7'200));
  EXPECT_EQ(written.at("entries"), bj::value("every"));
  EXPECT_TRUE(written.at("held_property").is_null());
  const auto again = read_text<insight::Funnel>(bj::serialize(written));
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(write(*again), written);
}

TEST(Described, RefusesWithThePlaceAndTheNearestWord) {
  EXPECT_THAT(why_not<insight::Funnel>("[]"), HasSubstr("must be an object"));
  EXPECT_THAT(why_not<insight::Funnel>(R"({"stepz":[]})"), HasSubstr("/stepz is not known; did you mean \"steps\"?"));
  EXPECT_THAT(why_not<insight::Funnel>(R"({"steps":[{"event":"A"},{"event":"B where"}]})"),
              HasSubstr("/steps/1/event"));
  EXPECT_THAT(why_not<insight::Funnel>(R"({"order":"ordred"})"),
              HasSubstr("/order must be one of ordered, strict, any_order"));
  EXPECT_THAT(why_not<insight::Funnel>(R"({"window":"fortnight"})"), HasSubstr("`14 d`"));
  EXPECT_THAT(why_not<insight::Funnel>(R"({"window":-1})"), HasSubstr("from 0 s"));
  EXPECT_THAT(why_not<insight::Funnel>(R"({"window":"99999999999999999999 d"})"), HasSubstr("no duration"));
  EXPECT_THAT(why_not<insight::Funnel>(R"({"leave_out_open":1})"), HasSubstr("true or false"));
  EXPECT_THAT(why_not<insight::RetentionSpec>(R"({"columns":-1})"), HasSubstr("/columns must be a whole number"));
  EXPECT_THAT(why_not<insight::RetentionSpec>(R"({"brackets":[1,"2"]})"), HasSubstr("/brackets/1"));
  EXPECT_THAT(why_not<insight::RetentionSpec>(R"({"week_start":"mon"})"), HasSubstr("monday"));
  EXPECT_THAT(why_not<insight::ActiveDayCell>(R"({"day":"2024-13-01"})"), HasSubstr("/day"));
}

// With HABITUE_REWRITE_OPENAPI set the file is brought up to date; otherwise it has to be.
TEST(Described, IsInTheDescriptionOfTheApiAsItIs) {
  std::map<std::string, bj::value> schemas;
  SchemaWriter writer(schemas);
  const auto answer = [&](auto... report) { (writer.of<decltype(report)>(false), ...); };
  answer(insight::FunnelReport{}, insight::RetentionReport{}, insight::StickinessReport{}, insight::FrequencyReport{},
         insight::IntervalsReport{}, insight::AttributionReport{}, insight::PathsReport{}, insight::OverlapReport{},
         insight::ContrastReport{}, insight::SecondPurchaseReport{}, insight::CohortHistoryReport{},
         insight::CostsReport{}, insight::GiveAwaysReport{}, insight::AcquisitionReport{}, insight::RecurringReport{},
         insight::ForecastReport{}, insight::ContractsReport{}, insight::UpliftReport{}, insight::PropensityReport{},
         insight::EquityReport{}, insight::AcquisitionShare{}, insight::CrossSellReport{},
         insight::RecommendationsReport{}, insight::ProductsReport{}, insight::AssortmentReport{},
         insight::RhythmReport{}, insight::MapReport{}, insight::AidaReport{}, AidaOfPerson{}, MayAnswer{},
         insight::ScenarioReport{}, insight::ReadinessReport{}, ProgrammeVerdict{}, ProgrammeSignatures{},
         insight::PreviewReport{}, insight::TodayReport{});
  const auto question = [&](auto... spec) { (writer.of<decltype(spec)>(true), ...); };
  question(insight::Funnel{}, insight::FunnelCell{}, insight::RetentionSpec{}, insight::RetentionCellOf{},
           insight::StickinessSpec{}, insight::StickinessCell{}, insight::ActiveDayCell{}, insight::FrequencySpec{},
           insight::FrequencyCell{}, insight::IntervalsSpec{}, insight::IntervalCell{}, insight::GrowthSpec{},
           insight::GrowthCell{}, insight::StageHistorySpec{}, insight::StageHistoryCell{}, insight::FlowsSpec{},
           insight::FlowCell{}, insight::AttributionSpec{}, insight::AttributionCell{}, insight::PathsSpec{},
           insight::PathEdgeCell{}, insight::WholePathCell{}, insight::OverlapSpec{}, insight::OverlapCell{},
           insight::CohortHistorySpec{}, insight::CohortHistoryCell{}, insight::ContrastSpec{}, insight::ContrastCell{},
           insight::SecondPurchaseSpec{}, insight::SecondPurchaseCell{}, insight::CostsSpec{}, insight::CostsCell{},
           insight::GiveAwaysSpec{}, insight::GiveAwaysCell{}, insight::AcquisitionSpec{}, insight::AcquisitionCell{},
           insight::RecurringSpec{}, insight::RecurringCell{}, insight::ForecastSpec{}, insight::ForecastCell{},
           insight::ContractsSpec{}, insight::ContractsCell{}, insight::UpliftSpec{}, insight::UpliftCell{},
           insight::PropensitySpec{}, insight::PropensityCell{}, insight::EquitySpec{}, insight::EquityCell{},
           insight::CrossSellSpec{}, insight::CrossSellCell{}, insight::ProductsSpec{}, insight::ProductsCell{},
           insight::AssortmentSpec{}, insight::AssortmentCell{}, insight::RhythmSpec{}, insight::RhythmCell{},
           insight::MapSpec{}, insight::MapCell{}, insight::AidaSpec{}, insight::AidaCell{}, MayAsked{},
           insight::ScenarioSpec{}, insight::ScenarioCell{}, insight::ReadinessSpec{}, insight::ReadinessCell{},
           ProgrammeAsked{}, ProgrammeSigning{}, insight::PreviewSpec{}, insight::PreviewCell{}, insight::TodaySpec{},
           insight::TodayCell{});
  bj::value text = *parse_json(openapi_text());
  bj::object& described = text.at("components").at("schemas").as_object();
  if (std::getenv("HABITUE_REWRITE_OPENAPI") != nullptr) {
    for (const auto& [name, schema] : schemas) described[name] = schema;
    std::ofstream(HABITUE_SOURCE_DIR "/src/server/openapi.json") << bj::serialize(text) << '\n';
    GTEST_SKIP()
        << "src/server/openapi.json is written; format it with: python3 -m json.tool --indent 1 --no-ensure-ascii";
  }
  for (const auto& [name, schema] : schemas) {
    const bj::value* found = described.if_contains(name);
    ASSERT_NE(found, nullptr) << name << ": run this test with HABITUE_REWRITE_OPENAPI=1";
    EXPECT_EQ(*found, schema) << name << ": run this test with HABITUE_REWRITE_OPENAPI=1";
  }
}

}  // namespace
}  // namespace habitue::server::described
