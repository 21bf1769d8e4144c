// Retention, growth, stickiness, frequency and intervals of real orders, against plain SQL on the raw file.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <map>

#include "base/file.hpp"
#include "insight/event_matcher.hpp"
#include "insight/growth/growth.hpp"
#include "insight/retention/retention.hpp"
#include "insight/stickiness/frequency.hpp"
#include "insight/stickiness/intervals.hpp"
#include "insight/stickiness/stickiness.hpp"
#include "intake/file_import.hpp"
#include "shop/raw_file.hpp"
#include "workspace/workspace.hpp"

namespace habitue::shop {
namespace {

using insight::Question;

const std::filesystem::path kExamples = std::filesystem::path(HABITUE_SOURCE_DIR) / "examples";
const std::filesystem::path kOrders = kExamples / "online_retail/online_retail_2010_2011.csv.gz";
constexpr const char* kLate = "2011-12-09 12:51:00";  // A minute after the last invoice.

/// The shop of the examples and the raw file, once for all tests.
class RetentionOfTheShop : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(kOrders)) GTEST_SKIP() << kOrders << " is not there";
  }
  static void SetUpTestSuite() {
    if (!std::filesystem::exists(kOrders)) return;
    folder_ = std::filesystem::temp_directory_path() / ("habitue-shop-retention-" + std::to_string(::getpid()));
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    const auto toml = read_file(kExamples / "shop/habitue.toml");
    const auto mapping_text = read_file(kExamples / "online_retail/mapping.json");
    ASSERT_TRUE(toml && mapping_text);
    const auto mapping = intake::parse_mapping(*mapping_text);
    ASSERT_TRUE(mapping) << mapping.error().message;
    const auto created = workspace::create(folder_ / "shop", *toml);
    ASSERT_TRUE(created) << created.error().message;
    auto opened = workspace::Workspace::open(folder_ / "shop");
    ASSERT_TRUE(opened) << opened.error().message;
    workspace_ = std::move(*opened);
    const auto imported = workspace_->import({.file = kOrders, .mapping = *mapping, .again = false}, {}, nullptr);
    ASSERT_TRUE(imported) << imported.error().message;
    ASSERT_TRUE(workspace_->settle());
    customers_ = workspace_->view().customers;
    file_ = std::make_unique<RawFile>(kOrders);
    // Purchases with the side of their customer; `instant` is UTC.
    file_->rows("CREATE TEMP TABLE bought AS SELECT p.customer, p.moment, " + utc("p.moment") +
                " AS instant, k.side FROM " + file_->purchases_at(kLate) + " p JOIN " + file_->people_at(kLate) +
                " k USING (customer)");
  }
  static void TearDownTestSuite() {
    file_.reset();
    customers_.reset();
    workspace_.reset();
    std::filesystem::remove_all(folder_);
  }
  static Question asked() {
    Question question;
    question.as_of = *parse_moment(kLate, customers_->zone());
    question.hypothesis = "v1";
    return question;
  }
  static std::string where(const std::string& part) {
    return part == "all" ? " WHERE true" : " WHERE side = '" + part + "'";
  }
  template <class T>
  static std::map<std::string, const T*> parts_of(const insight::ByAudience<T>& figures) {
    return {{"inside", &figures.inside}, {"outside", &figures.outside}, {"all", &figures.all}};
  }
  // Counts by the text of a key.
  static std::map<std::string, std::uint64_t> counts(const std::string& sql) {
    std::map<std::string, std::uint64_t> found;
    for (const auto& row : file_->rows(sql)) found[row[0]] = static_cast<std::uint64_t>(std::stoll(row[1]));
    return found;
  }

  static inline std::filesystem::path folder_;
  static inline std::unique_ptr<workspace::Workspace> workspace_;
  static inline std::shared_ptr<const knowledge::Customers> customers_;
  static inline std::unique_ptr<RawFile> file_;
};

TEST_F(RetentionOfTheShop, ByMonthOfTheFirstPurchase) {
  const auto report = insight::ask_retention(*customers_, asked(), {});
  ASSERT_TRUE(report) << report.error().message;
  for (const auto& [part, figures] : parts_of(report->total)) {
    const auto expected = counts(
        "SELECT strftime(first, '%Y-%m-01') || ' ' || k, count(DISTINCT customer) FROM (SELECT customer, first, "
        "date_diff('month', first, date_trunc('month', moment)) AS k FROM bought JOIN (SELECT customer, "
        "date_trunc('month', min(moment)) AS first FROM bought" +
        where(part) + " GROUP BY customer) USING (customer)) GROUP BY ALL");
    ASSERT_EQ(figures->cohorts.size(), 13U) << "December 2010 to December 2011";
    for (std::size_t row = 0; row < 13; ++row) {
      const insight::RetentionCohort& cohort = figures->cohorts[row];
      for (std::size_t column = 0; column < 12; ++column) {
        const auto found = expected.find(format_day(cohort.start) + ' ' + std::to_string(column));
        EXPECT_EQ(cohort.cells[column].people, found == expected.end() ? 0 : found->second)
            << part << format_day(cohort.start) << ' ' << column;
        EXPECT_EQ(cohort.cells[column].complete, row + column < 12) << "December 2011 is not over";
      }
      EXPECT_EQ(cohort.size, cohort.cells[0].people) << "who starts buys";
    }
  }
}

TEST_F(RetentionOfTheShop, ByThirtyDaysFromEachMonthsFirstPurchase) {
  insight::RetentionSpec spec;
  spec.cohort_by = insight::RetentionSpec::CohortBy::Recurring;
  spec.clock = insight::RetentionSpec::Clock::Elapsed;
  spec.occurrences_min = 2;
  const auto report = insight::ask_retention(*customers_, asked(), spec);
  ASSERT_TRUE(report) << report.error().message;
  for (const auto& [part, figures] : parts_of(report->total)) {
    const auto expected = counts(
        "SELECT strftime(month, '%Y-%m-01') || ' ' || k, count(*) FROM (SELECT month, s.customer, "
        "floor(date_diff('microsecond', s.instant, b.instant) / (30 * 86400 * 1e6))::INT AS k FROM (SELECT customer, "
        "date_trunc('month', moment) AS month, min(instant) AS instant FROM bought" +
        where(part) +
        " GROUP BY ALL) s JOIN bought b ON b.customer = s.customer AND b.instant >= s.instant GROUP BY ALL HAVING "
        "count(*) >= 2) "
        "GROUP BY ALL");
    for (const insight::RetentionCohort& cohort : figures->cohorts)
      for (std::size_t column = 0; column < 12; ++column) {
        const auto found = expected.find(format_day(cohort.start) + ' ' + std::to_string(column));
        EXPECT_EQ(cohort.cells[column].people, found == expected.end() ? 0 : found->second)
            << part << format_day(cohort.start) << ' ' << column;
      }
  }
}

TEST_F(RetentionOfTheShop, DormantPeopleAreAllThatBoughtAndAreNotActive) {
  const auto report = insight::ask_growth(*customers_, asked(), insight::Bucket::Month, {});
  ASSERT_TRUE(report) << report.error().message;
  const auto expected = counts(
      "SELECT strftime(month, '%Y-%m-01') || ' ' || CASE WHEN idle = 1 THEN 0 WHEN idle < 4 THEN 1 WHEN idle < 8 THEN "
      "2 "
      "ELSE 3 END, count(*) FROM (SELECT m.month, customer, date_diff('month', max(date_trunc('month', moment)), "
      "m.month) AS idle FROM (SELECT unnest(range(TIMESTAMP '2010-12-01', TIMESTAMP '2012-01-01', INTERVAL 1 MONTH)) "
      "AS "
      "month) m JOIN bought ON date_trunc('month', moment) <= m.month GROUP BY m.month, customer) WHERE idle > 0 GROUP "
      "BY 1");
  for (const insight::GrowthPeriod& period : report->periods.all)
    for (std::size_t band = 0; band < insight::kIdleBands.size(); ++band) {
      const auto found = expected.find(format_day(period.start) + ' ' + std::to_string(band));
      EXPECT_EQ(period.dormant[band], found == expected.end() ? 0 : found->second) << format_day(period.start) << band;
    }
}

TEST_F(RetentionOfTheShop, StickinessByMonthAndWindowsOfDays) {
  insight::StickinessSpec spec;
  spec.act = *insight::parse_event_test("Order Completed");
  spec.unit = insight::Bucket::Month;
  Question question = asked();
  const auto report = insight::ask_stickiness(*customers_, question, spec);
  ASSERT_TRUE(report) << report.error().message;
  // Events alone, whether or not they were given back: every order of somebody.
  file_->rows("CREATE OR REPLACE TEMP TABLE ordered AS SELECT o.customer, o.moment, k.side FROM orders o JOIN " +
              file_->people_at(kLate) + " k USING (customer)");
  for (const auto& [part, figures] : parts_of(report->total)) {
    const auto expected = counts(
        "SELECT n, count(*) FROM (SELECT customer, count(DISTINCT date_trunc('month', moment)) AS n FROM ordered" +
        where(part) + " GROUP BY customer) GROUP BY n");
    ASSERT_EQ(figures->exact.size(), 13U);
    for (std::size_t months = 1; months <= 13; ++months) {
      const auto found = expected.find(std::to_string(months));
      EXPECT_EQ(figures->exact[months - 1], found == expected.end() ? 0 : found->second) << part << months;
    }
  }
  for (const insight::ActiveDay& day : report->days.all) {
    const std::string last = format_day(day.day);
    if (last.substr(8) != "15") continue;
    const auto active = [&](int days) {
      return static_cast<std::uint64_t>(
          file_->number("SELECT count(DISTINCT customer) FROM ordered WHERE moment::DATE BETWEEN DATE '" + last +
                        "' - " + std::to_string(days - 1) + " AND DATE '" + last + "'"));
    };
    EXPECT_EQ(day.daily, active(1)) << last;
    EXPECT_EQ(day.weekly, active(7)) << last;
    EXPECT_EQ(day.monthly, active(30)) << last;
  }
}

TEST_F(RetentionOfTheShop, FrequencyAndIntervalsOfPurchases) {
  const auto frequency = insight::ask_frequency(*customers_, asked(), {});
  const auto intervals = insight::ask_intervals(*customers_, asked(), {});
  ASSERT_TRUE(frequency && intervals);
  for (const auto& [part, figures] : parts_of(frequency->total)) {
    const auto expected = counts("SELECT n, count(*) FROM (SELECT customer, count(*) AS n FROM bought" + where(part) +
                                 " GROUP BY customer) GROUP BY n");
    ASSERT_EQ(figures->counts.size(), expected.size()) << part;
    for (const auto& count : figures->counts) EXPECT_EQ(count.people, expected.at(std::to_string(count.times))) << part;
  }
  for (const auto& [part, figures] : parts_of(intervals->total)) {
    const auto row = file_->rows(
        "SELECT count(us), round(quantile_cont(us, 0.25))::BIGINT, round(quantile_cont(us, 0.5))::BIGINT, "
        "round(quantile_cont(us, 0.9))::BIGINT, max(us), count(*) FROM (SELECT date_diff('microsecond', instant, "
        "lead(instant) "
        "OVER (PARTITION BY customer ORDER BY instant)) AS us FROM bought" +
        where(part) + ")")[0];
    EXPECT_EQ(std::to_string(figures->intervals), row[0]) << part;
    EXPECT_NEAR(figures->us->p25, std::stod(row[1]), 1) << part;
    EXPECT_NEAR(figures->us->median, std::stod(row[2]), 1) << part;
    EXPECT_NEAR(figures->us->p90, std::stod(row[3]), 1) << part;
    EXPECT_EQ(figures->us->most, std::stod(row[4])) << part;
    EXPECT_EQ(std::to_string(figures->intervals + figures->not_followed), row[5]) << part;
  }
}

}  // namespace
}  // namespace habitue::shop
