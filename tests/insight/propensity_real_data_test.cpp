// Two public tables of customers told as journeys, and what `ask propensity` makes of them: IBM's telephone company and the calls of a
// Portuguese bank (Moro, Cortez and Rita 2014). Prints the table of competitors that docs/propensity.md shows.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <map>

#include <fmt/format.h>

#include "insight/event_matcher.hpp"
#include "insight/propensity/propensity.hpp"
#include "journey/journey_builder.hpp"
#include "models/shared_table.hpp"

namespace habitue::insight {
namespace {

using journey::Said;

const UtcMicros kEnd = *parse_moment("2024-01-01", Zone::utc());
std::string moment(double days_before_the_end) {
  return format_moment(kEnd - std::chrono::seconds(static_cast<std::int64_t>(days_before_the_end * 86'400)));
}

// The same for the same row, whatever the machine: 0 to below 1.
double share_of_row(std::uint64_t row) {
  std::uint64_t state = row * 0x9e3779b97f4a7c15U + 0x632be59bd9b4e019U;
  state = (state ^ (state >> 30)) * 0xbf58476d1ce4e5b9U;
  state = (state ^ (state >> 27)) * 0x94d049bb133111ebU;
  return static_cast<double>((state ^ (state >> 31)) >> 11) * 0x1p-53;
}

std::string as_json(const std::vector<std::pair<std::string, std::string>>& traits) {
  std::string text;
  for (const auto& [name, value] : traits) {
    const bool is_number = !value.empty() && value.find_first_not_of("0123456789.-") == std::string::npos;
    text += fmt::format(R"({}"{}":{})", text.empty() ? "" : ",", name, is_number ? value : "\"" + value + "\"");
  }
  return "{" + text + "}";
}

PropensityCheck asked(const char* name, const std::vector<Said>& story, config::BusinessModel model,
                      const PropensitySpec& spec, const char* filter = nullptr) {
  const auto built = journey::build_journeys(story);
  config::Business business;
  business.model = model;
  business.currency = *Currency::parse("EUR");
  business.hypotheses.emplace_back();
  business.hypotheses.back().version = "v1";
  const auto customers = *Customers::bind(built.snapshot, business);
  Question question;
  question.as_of = kEnd;
  if (filter != nullptr) question.filter = *criteria::parse(filter);
  const auto fit = fit_propensity(*customers, question, spec);
  EXPECT_TRUE(fit) << fit.error().message;
  if (!fit) return {};
  for (const PropensityCut& cut : fit->check.cuts)
    std::printf("%s, %s: %llu could, %llu looked at, %llu did\n", name, format_day(cut.day).c_str(),
                static_cast<unsigned long long>(cut.eligible), static_cast<unsigned long long>(cut.looked_at),
                static_cast<unsigned long long>(cut.came));
  for (const PropensityModel& each : fit->check.models)
    if (each.scores)
      std::printf("%s, method %d%s: AUC %.4f, log loss %.4f, Brier %.4f, off by %.4f\n", name,
                  static_cast<int>(each.method), each.used ? " (answers)" : "", each.scores->auc.value_or(0.5),
                  each.scores->log_loss, each.scores->brier, each.scores->calibration_error);
  return fit->check;
}
const PropensityScores& scores_of(const PropensityCheck& check, PropensityMethod method) {
  return *check.models.at(static_cast<std::size_t>(method)).scores;
}

// The file has for each contract how many months it has lasted, and whether it has ended. Who stayed began so long before the end of the
// data, to a part of a month that is drawn: else all who stay would pay on the same days, which a tree finds. Of who left the day is not
// told: they are spread evenly over the six years in which a contract of that length fits.
TEST(PropensityOfTelco, BeatsTheRuleOnMonthsThatItHasNotSeen) {
  std::vector<Said> story;
  std::uint64_t row = 0;
  constexpr double kMonth = 365.25 / 12, kSpan = 73 * kMonth;
  const std::array<const char*, 21> names{"",      "gender",   "senior",    "partner", "dependents", "",        "phone",
                                          "lines", "internet", "security",  "backup",  "protection", "support", "tv",
                                          "films", "contract", "paperless", "payment", "monthly",    "",        ""};
  const auto found = models::read_shared("telco_churn/telco_customer_churn.csv.gz", [&](const auto& cell) {
    if (++row % 2 == 0) return;  // Half of them, for time.
    const std::string who(cell[0]);
    const bool left = cell[20] == "Yes";
    const double lasted = (models::number(cell[5]) + share_of_row(row)) * kMonth;
    const double ended = left ? share_of_row(row + 1'000'000) * (kSpan - lasted) : 0;
    std::vector<std::pair<std::string, std::string>> traits;
    for (std::size_t column = 1; column < names.size(); ++column)
      if (names[column][0] != '\0') traits.emplace_back(names[column], std::string(cell[column]));
    story.push_back({who, "$identify", moment(ended + lasted + 0.1), as_json(traits)});
    story.push_back({who, "Subscription Started", moment(ended + lasted), fmt::format(R"({{"price":{}}})", cell[18])});
    for (double paid = ended + lasted - 0.01; paid > ended; paid -= kMonth)
      story.push_back({who, "Payment Succeeded", moment(paid), fmt::format(R"({{"amount":{}}})", cell[18])});
    if (left) story.push_back({who, "Subscription Cancelled", moment(ended)});
  });
  HABITUE_NEEDS(found, "telco_churn");
  PropensitySpec spec;
  spec.outcome = PropensityOutcome::Leaving;
  spec.horizon_days = 365;
  spec.rows_max = 1'500;
  const PropensityCheck check = asked("Telco", story, config::BusinessModel::Subscription, spec);
  EXPECT_EQ(check.verdict, PropensityVerdict::Passed);
  const PropensityScores& best = scores_of(check, check.used);
  EXPECT_TRUE(check.used == PropensityMethod::Regression || check.used == PropensityMethod::Trees);
  EXPECT_LT(best.log_loss, scores_of(check, PropensityMethod::Rule).log_loss);
  EXPECT_LT(best.log_loss, scores_of(check, PropensityMethod::Probability).log_loss);
  EXPECT_GT(*best.auc, 0.75);
  EXPECT_LT(best.calibration_error, 0.05);
}

// Each row is somebody who was called, some of them several times, and who then took a deposit or did not. Every sixth is taken, for time;
// of these a quarter each is called in the week before a moment, so that the three moments looked back to have people of their own (the
// first quarter is there to be past).
std::optional<std::vector<Said>> told_by_bank() {
  std::vector<std::vector<std::string>> table;
  const auto header = models::read_shared(
      "bank_marketing/bank_additional_full.csv.gz",
      [&](const auto& cell) { table.emplace_back(cell.begin(), cell.end()); }, ';');
  if (!header) return std::nullopt;
  std::vector<Said> story;
  constexpr double kHorizon = 30;
  for (std::size_t row = 0; row < table.size(); row += 6) {
    const std::vector<std::string>& cell = table[row];
    const std::size_t group = (row / 6) % 4;
    const double cut = kHorizon * static_cast<double>(4 - group);
    const std::string who = fmt::format("b{}", row);
    std::vector<std::pair<std::string, std::string>> traits;
    for (std::size_t column = 0; column < 20; ++column) {
      std::string name = (*header)[column];
      std::replace(name.begin(), name.end(), '.', '_');
      // How long the last call took is known only once the outcome is; how many there were is told by the calls.
      if (name != "duration" && name != "campaign") traits.emplace_back(name, cell[column]);
    }
    story.push_back({who, "$identify", moment(cut + 6), as_json(traits)});
    const auto calls = std::min(20, static_cast<int>(models::number(cell[11])));
    for (int call = 0; call < calls; ++call) story.push_back({who, "Call Made", moment(cut + 5 - 0.2 * call)});
    if (cell[20] == "yes") story.push_back({who, "Deposit Taken", moment(cut - 1 - 20 * share_of_row(row))});
  }
  return story;
}

PropensitySpec of_deposits() {
  PropensitySpec spec;
  spec.outcome = PropensityOutcome::Upgrading;
  spec.outcome_event = *parse_event_test("Deposit Taken");
  spec.horizon_days = 30;
  spec.rows_max = 1'500;
  return spec;
}
// Who was called before one of the moments, and nobody of the one before.
constexpr const char* kCalled = "did Call Made in last 7 days";

TEST(PropensityOfBankCalls, BeatsTheRuleOnPeopleThatItHasNotSeen) {
  const auto story = told_by_bank();
  HABITUE_NEEDS(story, "bank_marketing");
  const PropensityCheck check = asked("Bank", *story, config::BusinessModel::Purchases, of_deposits(), kCalled);
  EXPECT_EQ(check.verdict, PropensityVerdict::Passed);
  const PropensityScores& best = scores_of(check, check.used);
  EXPECT_LT(best.log_loss, scores_of(check, PropensityMethod::Rule).log_loss);
  EXPECT_GT(*best.auc, 0.76);
  EXPECT_LT(best.calibration_error, 0.05);
}

}  // namespace
}  // namespace habitue::insight
