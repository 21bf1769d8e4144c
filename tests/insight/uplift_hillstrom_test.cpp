// The first tenth of Hillstrom's e-mails as journeys: effects are those counted in the file. The whole of it through the import is in docs/uplift.md.
#include <gtest/gtest.h>

#include <fmt/format.h>

#include "insight/event_matcher.hpp"
#include "insight/uplift/uplift.hpp"
#include "journey/journey_builder.hpp"
#include "models/shared_table.hpp"

namespace habitue::insight {
namespace {

TEST(UpliftOfHillstrom, GivesTheEffectThatTheFileHas) {
  std::vector<journey::Said> story;
  double people[2] = {}, visits[2] = {};
  int row = 0;
  const auto found = models::read_shared("hillstrom/hillstrom.csv.gz", [&](const auto& cell) {
    if (++row > 6'400 || cell[8] == "Mens E-Mail") return;
    const std::string who = fmt::format("h{}", row);
    const std::size_t arm = cell[8] == "No E-Mail" ? 0 : 1;
    story.push_back(
        {who, "$identify", "2008-03-01",
         fmt::format(R"({{"recency":{},"history":{},"womens":{},"newbie":{}}})", cell[0], cell[2], cell[4], cell[6])});
    story.push_back({who, "Mail Assigned", "2008-03-02", fmt::format(R"({{"variant":"{}"}})", cell[8])});
    ++people[arm];
    if (cell[9] != "1") return;
    ++visits[arm];
    story.push_back({who, "Site Visited", "2008-03-05"});
  });
  HABITUE_NEEDS(found, "hillstrom");
  const auto built = journey::build_journeys(story);
  config::Business business;
  business.currency = *Currency::parse("USD");
  const auto customers = *Customers::bind(built.snapshot, business);
  Question question;
  question.as_of = *parse_moment("2008-04-01", Zone::utc());
  UpliftSpec spec;
  spec.treated = *parse_event_test(R"(Mail Assigned where variant = "Womens E-Mail")");
  spec.control = *parse_event_test(R"(Mail Assigned where variant = "No E-Mail")");
  spec.outcome = *parse_event_test("Site Visited");
  const auto report = ask_uplift(*customers, question, spec);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_NEAR(*report->effect.all.difference, visits[1] / people[1] - visits[0] / people[0], 1e-12);
  EXPECT_EQ(static_cast<double>(report->learnt_from), people[0] + people[1]);
  EXPECT_TRUE(report->qini);
}

}  // namespace
}  // namespace habitue::insight
