// Contrasts of real customers against plain SQL on the raw file: who gives something back, and who buys again.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>

#include <fmt/format.h>

#include "base/file.hpp"
#include "insight/contrast/gather.hpp"
#include "insight/event_matcher.hpp"
#include "intake/file_import.hpp"
#include "shop/raw_file.hpp"
#include "workspace/workspace.hpp"

namespace habitue::shop {
namespace {

using insight::ContrastLine;
using insight::ContrastReport;
using insight::ContrastSpec;
using std::chrono::days;

const std::filesystem::path kExamples = std::filesystem::path(HABITUE_SOURCE_DIR) / "examples";
const std::filesystem::path kOrders = kExamples / "online_retail/online_retail_2010_2011.csv.gz";
constexpr const char* kLate = "2011-12-09 12:51:00";  // A minute after the last invoice.
constexpr std::int64_t kDayUs = 86'400'000'000;

/// The shop of the examples and the raw file.
class ContrastOfTheShop : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(kOrders)) GTEST_SKIP() << kOrders << " is not there";
  }
  static void SetUpTestSuite() {
    if (!std::filesystem::exists(kOrders)) return;
    folder_ = std::filesystem::temp_directory_path() / ("habitue-shop-contrast-" + std::to_string(::getpid()));
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    const auto toml = read_file(kExamples / "shop/habitue.toml");
    const auto mapping_text = read_file(kExamples / "online_retail/mapping.json");
    ASSERT_TRUE(toml && mapping_text);
    const auto mapping = intake::parse_mapping(*mapping_text);
    ASSERT_TRUE(mapping) << mapping.error().message;
    ASSERT_TRUE(workspace::create(folder_ / "shop", *toml));
    auto opened = workspace::Workspace::open(folder_ / "shop");
    ASSERT_TRUE(opened) << opened.error().message;
    workspace_ = std::move(*opened);
    ASSERT_TRUE(workspace_->import({.file = kOrders, .mapping = *mapping, .again = false}, {}, nullptr));
    ASSERT_TRUE(workspace_->settle());
    customers_ = workspace_->view().customers;
    file_ = std::make_unique<RawFile>(kOrders);
    // What customers did, and when they were born: by their first purchase that counts. In microseconds of UTC.
    file_->rows("CREATE TEMP TABLE acts AS SELECT customer, 'order' AS what, epoch_us(" + utc("moment") +
                ") AS us FROM orders WHERE customer IS NOT NULL UNION ALL SELECT customer, 'refund', epoch_us(" +
                utc("moment") +
                ") FROM (SELECT DISTINCT invoice, customer, moment FROM refunds WHERE customer IS NOT NULL)");
    file_->rows("CREATE TEMP TABLE bought AS SELECT customer, epoch_us(" + utc("moment") + ") AS us FROM " +
                file_->purchases_at(kLate));
    file_->rows("CREATE TEMP TABLE born AS SELECT customer, min(us) AS us FROM bought GROUP BY customer");
    file_->rows("CREATE TEMP TABLE placed AS SELECT customer, country, line, epoch_us(" + utc("moment") +
                ") AS us FROM invoices WHERE customer IS NOT NULL");
    file_->rows("CREATE TEMP TABLE now AS SELECT epoch_us(" + utc("TIMESTAMP '" + std::string(kLate) + "'") +
                ") AS us");
  }
  static void TearDownTestSuite() {
    file_.reset();
    customers_.reset();
    workspace_.reset();
    std::filesystem::remove_all(folder_);
  }
  static insight::Question asked() {
    insight::Question question;
    question.as_of = *parse_moment(kLate, customers_->zone());
    question.hypothesis = "v1";
    return question;
  }
  static ContrastSpec from_the_first_purchase() {
    ContrastSpec spec;
    spec.birth = insight::ContrastBirth::FirstOf;
    spec.age = days{60};
    spec.within = days{120};
    return spec;
  }
  static const ContrastLine* line_of(const ContrastReport& report, const std::string& name) {
    for (const insight::ContrastGroup& group : report.groups) {
      if (group.line.name_en == name) return &group.line;
      for (const insight::ContrastAlike& alike : group.alike)
        if (alike.line.name_en == name) return &alike.line;
    }
    return nullptr;
  }
  static std::uint64_t count(const std::string& sql) { return static_cast<std::uint64_t>(file_->number(sql)); }
  static double real(const std::string& sql) { return std::stod(file_->rows(sql).at(0).at(0)); }

  // Makes `seen`: of each customer where they stand; `outcomes` has customer and us.
  static void stand(const std::string& outcomes) {
    file_->rows(fmt::format(
        "CREATE OR REPLACE TEMP TABLE seen AS SELECT b.customer, b.us AS birth, b.us + 60 * {0} AS landmark, CASE "
        "WHEN b.us + 60 * {0} > n.us THEN 'too_young' WHEN EXISTS (FROM {1} o WHERE o.customer = b.customer AND o.us "
        "<= "
        "b.us + 60 * {0}) THEN 'had_before' WHEN b.us + 180 * {0} > n.us THEN 'not_over' WHEN EXISTS (FROM {1} o WHERE "
        "o.customer = b.customer AND o.us > b.us + 60 * {0} AND o.us <= b.us + 180 * {0}) THEN 'first' ELSE 'second' "
        "END "
        "AS stands FROM born b, now n",
        kDayUs, outcomes));
    file_->rows(
        "CREATE OR REPLACE TEMP TABLE done AS SELECT s.customer, s.stands, a.what, a.us, a.us - s.birth AS age FROM "
        "seen s "
        "JOIN acts a ON a.customer = s.customer AND a.us >= s.birth AND a.us <= s.landmark");
  }
  static void standing_is_that_of_sql(const ContrastReport& report) {
    const insight::ContrastStanding& all = report.people.all;
    const auto people = [](const std::string& stands) {
      return count("SELECT count(*) FROM seen WHERE stands = '" + stands + "'");
    };
    EXPECT_EQ(all.born, count("SELECT count(*) FROM seen"));
    EXPECT_EQ(all.first, people("first"));
    EXPECT_EQ(all.second, people("second"));
    EXPECT_EQ(all.too_young, people("too_young"));
    EXPECT_EQ(all.had_before, people("had_before"));
    EXPECT_EQ(all.not_over, people("not_over"));
    EXPECT_GT(all.first, 100U);
    EXPECT_GT(all.second, 100U);
  }
  // The four cells of a fact, of which `having` lists the customers that have it.
  static void cells_are_those_of_sql(const ContrastReport& report, const std::string& name, const std::string& having) {
    const ContrastLine* line = line_of(report, name);
    ASSERT_NE(line, nullptr) << name;
    const auto people = [&](const std::string& stands, bool with) {
      return count("SELECT count(*) FROM seen WHERE stands = '" + stands + "' AND customer " + (with ? "" : "NOT ") +
                   "IN (" + having + ")");
    };
    EXPECT_EQ(line->counts.all.first_with, people("first", true)) << name;
    EXPECT_EQ(line->counts.all.first_without, people("first", false)) << name;
    EXPECT_EQ(line->counts.all.second_with, people("second", true)) << name;
    EXPECT_EQ(line->counts.all.second_without, people("second", false)) << name;
  }
  // Medians of a number, and how often one of the first group has more; `numbers` has stands and number.
  static void number_is_that_of_sql(const ContrastReport& report, const std::string& name, const std::string& numbers) {
    const ContrastLine* line = line_of(report, name);
    ASSERT_NE(line, nullptr) << name;
    const auto median = [&](const char* stands) {
      return real("SELECT median(number) FROM (" + numbers + ") WHERE stands = '" + stands + "'");
    };
    EXPECT_NEAR(*line->number->first_median, median("first"), 1e-9) << name;
    EXPECT_NEAR(*line->number->second_median, median("second"), 1e-9) << name;
    EXPECT_NEAR(line->number->superiority.value,
                real("WITH n AS (" + numbers +
                     ") SELECT avg(CASE WHEN a.number > b.number THEN 1.0 WHEN a.number = b.number THEN 0.5 ELSE 0.0 "
                     "END) FROM n a, n b WHERE a.stands = 'first' AND b.stands = 'second'"),
                1e-9)
        << name;
  }

  void of_those_who_give_back();
  void of_those_who_buy_again();
  void at_the_age_of_giving_back();

  static inline std::filesystem::path folder_;
  static inline std::unique_ptr<workspace::Workspace> workspace_;
  static inline std::shared_ptr<const knowledge::Customers> customers_;
  static inline std::unique_ptr<RawFile> file_;
};

void ContrastOfTheShop::of_those_who_give_back() {
  ContrastSpec spec = from_the_first_purchase();
  spec.outcome = *insight::parse_event_test("Order Refunded");
  const auto report = insight::ask_contrast(*customers_, asked(), spec);
  ASSERT_TRUE(report) << report.error().message;
  stand("(SELECT customer, us FROM acts WHERE what = 'refund')");
  standing_is_that_of_sql(*report);
  for (const int times : {2, 3, 5})
    cells_are_those_of_sql(*report, fmt::format("Order Completed {} times or more", times),
                           fmt::format("SELECT customer FROM done WHERE what = 'order' GROUP BY customer HAVING "
                                       "count(*) >= {}",
                                       times));
  for (const char* country : {"United Kingdom", "Germany", "France"})
    cells_are_those_of_sql(
        *report, fmt::format("country: {}", country),
        fmt::format("SELECT s.customer FROM seen s JOIN placed p ON p.customer = s.customer AND "
                    "p.us <= s.landmark GROUP BY s.customer HAVING arg_max(p.country, (p.us, p.line)) "
                    "= '{}'",
                    country));
  number_is_that_of_sql(*report, "days with activity",
                        fmt::format("SELECT stands, count(DISTINCT age // {}) AS number FROM done GROUP BY customer, "
                                    "stands",
                                    kDayUs));
}

void ContrastOfTheShop::of_those_who_buy_again() {
  ContrastSpec spec = from_the_first_purchase();
  spec.support_min = 5;
  const auto report = insight::ask_contrast(*customers_, asked(), spec);
  ASSERT_TRUE(report) << report.error().message;
  // The purchase of birth is no outcome: of several at its instant one alone.
  stand(
      "(SELECT customer, us FROM (SELECT *, row_number() OVER (PARTITION BY customer ORDER BY us) AS place FROM "
      "bought) "
      "WHERE place > 1)");
  standing_is_that_of_sql(*report);
  cells_are_those_of_sql(*report, "Order Refunded", "SELECT customer FROM done WHERE what = 'refund'");
  // To a thousandth and some of the window, in the middle of it.
  number_is_that_of_sql(*report, "days to Order Refunded, of those who did it",
                        fmt::format("SELECT stands, (floor(min(age) / (60.0 * {}) * 1024) + 0.5) / 1024 * 60 AS number "
                                    "FROM done WHERE what = 'refund' GROUP BY customer, stands",
                                    kDayUs));
}

// Who is beside whom is told by the product; that they may be, and all figures, by SQL.
void ContrastOfTheShop::at_the_age_of_giving_back() {
  ContrastSpec spec = from_the_first_purchase();
  spec.at = insight::ContrastAt::Outcome;
  spec.outcome = *insight::parse_event_test("Order Refunded");
  spec.within = days{300};
  spec.lead = days{5};
  const auto report = insight::ask_contrast(*customers_, asked(), spec);
  const auto gathered = insight::contrast::gather(*customers_, asked(), spec);
  ASSERT_TRUE(report && gathered);
  const auto people = workspace_->view().people;
  std::string values;
  insight::contrast::for_each_taker(*gathered, [&](const auto&, const insight::contrast::Taker& taker, std::size_t) {
    values += fmt::format("{}('{}', {}, {}, {})", values.empty() ? "" : ", ",
                          people->identifiers_of(taker.person).front().value, taker.set, taker.group == 0,
                          (taker.window + spec.lead).count());
  });
  file_->rows("CREATE OR REPLACE TEMP TABLE places (customer VARCHAR, number INT, came BOOLEAN, age BIGINT)");
  file_->rows("INSERT INTO places VALUES " + values);
  file_->rows(
      "CREATE OR REPLACE TEMP TABLE given AS SELECT b.customer, b.us AS birth, (SELECT min(us) FROM acts a WHERE "
      "a.customer = b.customer AND what = 'refund') - b.us AS age FROM born b");
  const insight::ContrastStanding& all = report->people.all;
  EXPECT_EQ(count("SELECT count(DISTINCT customer) FROM places"), all.first + all.second) << "nobody twice";
  EXPECT_GT(all.first, 200U);
  EXPECT_EQ(count("SELECT count(*) FROM places WHERE came"), all.first);
  EXPECT_EQ(count("SELECT count(DISTINCT number) FROM places WHERE came"), all.first);
  EXPECT_EQ(count("SELECT count(*) FROM places p JOIN given g USING (customer) WHERE p.came AND p.age = g.age"),
            all.first)
      << "each at the age of a first refund";
  EXPECT_EQ(count("SELECT count(*) FROM places p JOIN places f ON f.number = p.number AND f.came AND f.age = p.age"),
            all.first + all.second)
      << "one age a set";
  EXPECT_EQ(
      count("SELECT count(*) FROM places p JOIN given g USING (customer), now n WHERE NOT p.came AND (g.age IS NULL OR "
            "g.age > p.age) AND g.birth + p.age <= n.us"),
      all.second)
      << "still there";
  // Whoever comes to it is in a set of their own, or in somebody's: there is always one more to be beside.
  EXPECT_EQ(
      count(fmt::format("SELECT count(*) FROM given g WHERE g.age > 60 * {0} AND g.age <= 360 * {0} AND customer NOT "
                        "IN (SELECT customer FROM places)",
                        kDayUs)),
      0U);
  for (const int times : {2, 3, 5}) {
    const ContrastLine* line = line_of(*report, fmt::format("Order Completed {} times or more", times));
    ASSERT_NE(line, nullptr);
    file_->rows(fmt::format(
        "CREATE OR REPLACE TEMP TABLE has AS SELECT p.number, p.came, (SELECT count(*) FROM acts a WHERE a.customer = "
        "p.customer AND what = 'order' AND a.us >= b.us AND a.us <= b.us + p.age - 5 * {}) >= {} AS it FROM places p "
        "JOIN born b USING (customer)",
        kDayUs, times));
    EXPECT_EQ(line->counts.all.first_with, count("SELECT count(*) FROM has WHERE came AND it")) << times;
    EXPECT_EQ(line->counts.all.second_with, count("SELECT count(*) FROM has WHERE NOT came AND it")) << times;
    const std::string sets =
        "(SELECT number, max(it::INT) FILTER (came) AS x, count(*) FILTER (NOT came AND it) AS k, count(*) FILTER (NOT "
        "came) "
        "AS m FROM has GROUP BY number)";
    EXPECT_NEAR(line->shares.difference, real("SELECT avg(x - k / m) FROM " + sets), 1e-9) << times;
    EXPECT_NEAR(line->odds->value, real("SELECT sum(x * (m - k) / (m + 1)) / sum((1 - x) * k / (m + 1)) FROM " + sets),
                1e-9)
        << times;
  }
}

// One test for the three, as the import takes longer than they do.
TEST_F(ContrastOfTheShop, IsThatOfPlainSql) {
  of_those_who_give_back();
  of_those_who_buy_again();
  at_the_age_of_giving_back();
}

}  // namespace
}  // namespace habitue::shop
