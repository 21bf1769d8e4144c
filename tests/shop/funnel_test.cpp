// Funnels of real orders, against joins in plain SQL on the raw file.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "base/file.hpp"
#include "insight/event_matcher.hpp"
#include "insight/funnel/funnel.hpp"
#include "intake/file_import.hpp"
#include "shop/raw_file.hpp"
#include "workspace/workspace.hpp"

namespace habitue::shop {
namespace {

using insight::Funnel;

const std::filesystem::path kExamples = std::filesystem::path(HABITUE_SOURCE_DIR) / "examples";
const std::filesystem::path kOrders = kExamples / "online_retail/online_retail_2010_2011.csv.gz";

class FunnelOfShop : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(kOrders)) GTEST_SKIP() << kOrders << " is not there";
    folder_ = std::filesystem::temp_directory_path() / ("habitue-shop-funnel-" + std::to_string(::getpid()));
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
  }
  void TearDown() override {
    customers_.reset();
    workspace_.reset();
    std::filesystem::remove_all(folder_);
  }
  UtcMicros moment(const std::string& text) const { return *parse_moment(text, customers_->zone()); }

  std::filesystem::path folder_;
  std::unique_ptr<workspace::Workspace> workspace_;
  std::shared_ptr<const knowledge::Customers> customers_;
};

// An order, then one of more than 500 pounds, then another: all chains there are, by joins.
TEST_F(FunnelOfShop, EqualsJoinsInPlainSql) {
  RawFile file(kOrders);
  for (const int days : {7, 30}) {
    Funnel funnel;
    for (const char* step : {"Order Completed", "Order Completed where total > 500", "Order Completed"})
      funnel.steps.push_back({.name = "", .event = *insight::parse_event_test(step)});
    funnel.window = std::chrono::days{days};
    insight::Question question;
    question.as_of = moment("2011-12-09 12:51:00");
    question.period = {moment("2011-03-01"), moment("2011-09-01")};
    question.hypothesis = "v1";
    const auto report = insight::ask_funnel(*customers_, question, funnel);
    ASSERT_TRUE(report) << report.error().message;

    const std::string orders = "(SELECT invoice, customer, moment, minor, epoch_us(" + utc("moment") +
                               ") AS us FROM orders WHERE customer IS NOT NULL)";
    const std::string from = " WHERE a.moment >= TIMESTAMP '2011-03-01' AND a.moment < TIMESTAMP '2011-09-01'";
    const std::string in_window = "us - a.us <= " + std::to_string(days) + " * 86400000000";
    const std::string second = " JOIN " + orders +
                               " b ON b.customer = a.customer AND b.invoice <> a.invoice AND b.us >= a.us "
                               "AND b.minor > 50000 AND b." +
                               in_window;
    const std::string third = " JOIN " + orders +
                              " c ON c.customer = a.customer AND c.invoice NOT IN (a.invoice, b.invoice) "
                              "AND c.us >= b.us AND c." +
                              in_window;
    const auto reached = [&](const std::string& joins) {
      return static_cast<std::uint64_t>(
          file.number("SELECT count(DISTINCT a.customer) FROM " + orders + " a" + joins + from));
    };
    const auto& figures = report->figures.all;
    EXPECT_EQ(figures.steps[0].reached, reached(""));
    EXPECT_EQ(figures.steps[1].reached, reached(second));
    EXPECT_EQ(figures.steps[2].reached, reached(second + third));
    EXPECT_GT(figures.converted, 20U);
    EXPECT_EQ(figures.still_open, 0U);
    // The first completion and its latest entry.
    const Table took = file.rows(
        "SELECT min(took), max(took), avg(took), count(*) FROM "
        "(SELECT customer, min(done) - max_by(entry, (-done, entry)) AS took FROM "
        "(SELECT a.customer, c.us AS done, a.us AS entry FROM " +
        orders + " a" + second + third + from + ") GROUP BY customer)");
    EXPECT_EQ(figures.whole.least.count(), std::stoll(took[0][0])) << days;
    EXPECT_EQ(figures.whole.most.count(), std::stoll(took[0][1])) << days;
    EXPECT_NEAR(static_cast<double>(figures.whole.mean.count()), std::stod(took[0][2]), 1) << days;
    EXPECT_EQ(figures.whole.people, std::stoull(took[0][3]));
    std::cout << "  " << days << " days: " << figures.entered << ", " << figures.steps[1].reached << ", "
              << figures.converted << '\n';
  }
}

}  // namespace
}  // namespace habitue::shop
