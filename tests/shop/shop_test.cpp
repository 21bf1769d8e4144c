// Real orders, all the way from the file to the reports, against plain SQL on the raw file.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <map>

#include "base/file.hpp"
#include "insight/growth/growth.hpp"
#include "insight/reports.hpp"
#include "intake/file_import.hpp"
#include "shop/products_check.hpp"
#include "shop/raw_file.hpp"
#include "workspace/workspace.hpp"

namespace habitue::shop {
namespace {

using insight::Question;
using knowledge::Customers;

const std::filesystem::path kExamples = std::filesystem::path(HABITUE_SOURCE_DIR) / "examples";
const std::filesystem::path kOrders = kExamples / "online_retail/online_retail_2010_2011.csv.gz";
/// A minute after the last invoice.
constexpr const char* kLate = "2011-12-09 12:51:00";

/// The shop of the examples, imported as a newcomer would.
class Shop {
 public:
  Shop() : folder_(std::filesystem::temp_directory_path() / ("habitue-shop-" + std::to_string(::getpid()))) {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    const auto toml = read_file(kExamples / "shop/habitue.toml");
    const auto mapping_text = read_file(kExamples / "online_retail/mapping.json");
    EXPECT_TRUE(toml && mapping_text);
    const auto mapping = intake::parse_mapping(*mapping_text);
    EXPECT_TRUE(mapping) << mapping.error().message;
    const auto created = workspace::create(folder_ / "shop", *toml);
    EXPECT_TRUE(created) << created.error().message;
    auto opened = workspace::Workspace::open(folder_ / "shop");
    EXPECT_TRUE(opened) << opened.error().message;
    workspace_ = std::move(*opened);
    const auto imported = workspace_->import({.file = kOrders, .mapping = *mapping, .again = false}, {}, nullptr);
    EXPECT_TRUE(imported) << imported.error().message;
    EXPECT_TRUE(workspace_->settle());
    customers = workspace_->view().customers;
    people = workspace_->view().people;
  }
  Shop(const Shop&) = delete;
  Shop& operator=(const Shop&) = delete;
  ~Shop() {
    customers.reset();
    workspace_.reset();
    std::filesystem::remove_all(folder_);
  }
  std::shared_ptr<const Customers> customers;
  std::shared_ptr<const identity::Graph> people;

 private:
  std::filesystem::path folder_;
  std::unique_ptr<workspace::Workspace> workspace_;
};

/// Both answers, side by side.
class Comparison {
 public:
  Comparison(const Customers& customers, RawFile& file) : customers_(customers), file_(file) {}

  void roles(const std::string& as_of);
  void stages(const std::string& as_of);
  void flows(const std::string& from, const std::string& to);
  void growth();
  void aarrr(const std::string& from, const std::string& to, const std::string& as_of);
  void channels(const std::string& from, const std::string& to);
  void richest(const identity::Graph& people);

 private:
  Question asked(const std::string& as_of) const {
    Question question;
    question.as_of = moment(as_of);
    question.hypothesis = "v1";
    return question;
  }
  UtcMicros moment(const std::string& text) const { return *parse_moment(text, customers_.zone()); }
  std::int64_t count(const std::string& sql) { return file_.number("SELECT count(*) FROM " + sql); }

  const Customers& customers_;
  RawFile& file_;
};

template <class T>
std::map<std::string, const T*> parts_of(const insight::ByAudience<T>& figures) {
  return {
      {"inside", &figures.inside}, {"outside", &figures.outside}, {"unknown", &figures.unknown}, {"all", &figures.all}};
}
std::string where(const std::string& part) { return part == "all" ? " WHERE true" : " WHERE side = '" + part + "'"; }

std::int64_t received(const std::vector<insight::Balance>& balances) {
  return balances.empty() ? 0 : balances[0].received_minor;
}
std::int64_t refunded(const std::vector<insight::Balance>& balances) {
  return balances.empty() ? 0 : balances[0].refunded_minor;
}

void Comparison::roles(const std::string& as_of) {
  const auto report = insight::ask_roles(customers_, asked(as_of));
  ASSERT_TRUE(report) << report.error().message;
  ASSERT_EQ(report->sides.size(), 1U);
  for (const auto& [part, figures] : parts_of(report->sides[0].figures)) {
    const std::string people = file_.people_at(as_of) + where(part);
    EXPECT_EQ(figures->total, count(people)) << part << as_of;
    EXPECT_EQ(figures->people[0], count(people + " AND received > refunded")) << part << as_of;
    EXPECT_EQ(figures->people[1], count(people + " AND received <= refunded")) << part << as_of;
    EXPECT_EQ(figures->has_paid, figures->people[0]);
    EXPECT_EQ(received(figures->balances()), file_.number("SELECT sum(received) FROM " + people)) << part << as_of;
    EXPECT_EQ(refunded(figures->balances()), file_.number("SELECT sum(refunded) FROM " + people)) << part << as_of;
    if (!figures->balances().empty()) {
      EXPECT_EQ(figures->balances()[0].currency.code(), "GBP");
    }
    EXPECT_LE(figures->balances().size(), 1U);
  }
  const std::string nobodys = " WHERE customer IS NULL AND moment <= TIMESTAMP '" + as_of + "'";
  EXPECT_EQ(received(report->of_nobody), file_.number("SELECT sum(minor) FROM orders" + nobodys)) << as_of;
  EXPECT_EQ(refunded(report->of_nobody), file_.number("SELECT sum(minor) FROM refunds" + nobodys)) << as_of;
  EXPECT_EQ(report->payments_of_nobody, count("orders" + nobodys + " AND minor > 0")) << as_of;
}

void Comparison::stages(const std::string& as_of) {
  const auto report = insight::ask_stages(customers_, asked(as_of));
  ASSERT_TRUE(report) << report.error().message;
  for (const auto& [part, figures] : parts_of(report->figures)) {
    std::map<std::string, std::int64_t> expected;
    for (const auto& row :
         file_.rows("SELECT stage, count(*) FROM " + file_.stages_at(as_of) + where(part) + " GROUP BY stage"))
      expected[row[0]] = std::stoll(row[1]);
    for (std::size_t stage = 0; stage < knowledge::kStages; ++stage) {
      const std::string name(knowledge::name_of(static_cast<knowledge::Stage>(stage)));
      EXPECT_EQ(figures->people[stage], expected[name]) << name << ' ' << part << ' ' << as_of;
    }
    EXPECT_EQ(figures->repeat, count(file_.stages_at(as_of) + where(part) + " AND stage = 'new' AND n > 1"))
        << part << as_of;
  }
}

void Comparison::flows(const std::string& from, const std::string& to) {
  Question question = asked(to);
  question.period = {moment(from), moment(to)};
  const auto report = insight::ask_flows(customers_, question);
  ASSERT_TRUE(report) << report.error().message;
  for (const auto& [part, matrix] : parts_of(report->flows)) {
    std::map<std::pair<std::string, std::string>, std::int64_t> expected;
    for (const auto& row :
         file_.rows("SELECT coalesce(b.stage, 'not here'), a.stage, count(*) FROM " + file_.stages_at(to) +
                    " a LEFT JOIN " + file_.stages_at(from) + " b USING (customer)" +
                    (part == "all" ? "" : " WHERE a.side = '" + part + "'") + " GROUP BY 1, 2"))
      expected[{row[0], row[1]}] = std::stoll(row[2]);
    const auto name = [](std::size_t stage) {
      return stage == knowledge::kStages ? std::string("not here")
                                         : std::string(knowledge::name_of(static_cast<knowledge::Stage>(stage)));
    };
    for (std::size_t before = 0; before <= knowledge::kStages; ++before)
      for (std::size_t after = 0; after <= knowledge::kStages; ++after)
        EXPECT_EQ((*matrix)[before][after], (expected[{name(before), name(after)}]))
            << name(before) << " to " << name(after) << ' ' << part;
  }
}

void Comparison::growth() {
  const auto report = insight::ask_growth(customers_, asked(kLate), insight::Bucket::Month, {});
  ASSERT_TRUE(report) << report.error().message;
  for (const auto& [part, periods] : parts_of(report->periods)) {
    ASSERT_EQ(periods->size(), 13U) << "December 2010 to December 2011";
    const std::string months = "(SELECT DISTINCT customer, date_trunc('month', moment) AS month FROM " +
                               file_.purchases_at(kLate) + " JOIN " + file_.people_at(kLate) + " USING (customer)" +
                               where(part) + ")";
    const std::string lives = "(SELECT month, lag(month) OVER w AS before, lead(month) OVER w AS after FROM " + months +
                              " WINDOW w AS (PARTITION BY customer ORDER BY month))";
    for (const auto& period : *periods) {
      const std::string month = "DATE '" + format_day(period.start) + "'";
      const std::string here = lives + " WHERE month = " + month;
      EXPECT_EQ(period.fresh, count(here + " AND before IS NULL")) << part << month;
      EXPECT_EQ(period.retained, count(here + " AND before = month - INTERVAL 1 MONTH")) << part << month;
      EXPECT_EQ(period.resurrected, count(here + " AND before < month - INTERVAL 1 MONTH")) << part << month;
      EXPECT_EQ(period.churned, count(lives + " WHERE month = " + month +
                                      " - INTERVAL 1 MONTH AND (after IS NULL OR after > " + month + ")"))
          << part << month;
    }
    EXPECT_FALSE(periods->back().complete);
    EXPECT_TRUE(periods->front().complete);
  }
}

void Comparison::aarrr(const std::string& from, const std::string& to, const std::string& as_of) {
  Question question = asked(as_of);
  question.period = {moment(from), moment(to)};
  const auto report = insight::ask_aarrr(customers_, question);
  const auto pollution = insight::ask_pollution(customers_, question);
  ASSERT_TRUE(report && pollution);
  const auto& steps = customers_.business().steps;
  for (const auto& step : steps)
    ASSERT_EQ(step.events, std::vector<std::string>{"Order Completed"}) << "the SQL below knows of no other step";
  ASSERT_EQ(steps.front().occurrence, 1U);

  // Of each of the cohort: when the purchases were, in order, in seconds since the first.
  const std::string cohort =
      "(SELECT customer, side, received, refunded, list(date_diff('second', first, instant) ORDER BY place) AS seconds "
      "FROM "
      "(SELECT customer, " +
      utc("moment") + " AS instant, min(" + utc("moment") +
      ") OVER w AS first, row_number() OVER (PARTITION BY customer ORDER BY moment) AS place, "
      "min(moment) OVER w AS entered FROM " +
      file_.purchases_at(as_of) + " WINDOW w AS (PARTITION BY customer)) JOIN " + file_.people_at(as_of) +
      " USING (customer) WHERE entered >= TIMESTAMP '" + from + "' AND entered < TIMESTAMP '" + to + "' GROUP BY ALL)";
  for (const auto& [part, figures] : parts_of(report->figures)) {
    std::string required = cohort + where(part);  // Those who reached every earlier step that is not optional.
    std::int64_t before = 0;
    for (std::size_t index = 0; index < steps.size(); ++index) {
      const std::string nth = "seconds[" + std::to_string(steps[index].occurrence) + "]";
      std::string reached = required + " AND len(seconds) >= " + std::to_string(steps[index].occurrence);
      if (steps[index].within) reached += " AND " + nth + " <= " + std::to_string(steps[index].within->count() * 86400);
      const std::int64_t people = count(reached);
      EXPECT_EQ(figures->steps[index].people, people) << steps[index].name << part;
      EXPECT_EQ(figures->steps[index].of_previous.whole, index == 0 ? people : before) << steps[index].name << part;
      if (people > 0) {
        const Table median = file_.rows("SELECT median(" + nth + ") / 86400 FROM " + reached);
        ASSERT_TRUE(figures->steps[index].median_days);
        EXPECT_NEAR(*figures->steps[index].median_days, std::stod(median[0][0]), 1e-6) << steps[index].name << part;
      }
      if (steps[index].optional) continue;
      required = reached;
      before = people;
    }
    EXPECT_EQ(received(figures->balances), file_.number("SELECT sum(received) FROM " + cohort + where(part))) << part;
    EXPECT_EQ(refunded(figures->balances), file_.number("SELECT sum(refunded) FROM " + cohort + where(part))) << part;
  }
  EXPECT_EQ(pollution->outsiders.part, count(cohort + where("outside")));
  EXPECT_EQ(pollution->outsiders.whole, count(cohort));
  for (std::size_t index = 1; index < steps.size(); ++index) {
    const auto& step = pollution->steps[index];
    EXPECT_EQ(step.overall.part, report->figures.all.steps[index].people);
    EXPECT_EQ(step.inside.part, report->figures.inside.steps[index].people);
    EXPECT_DOUBLE_EQ(step.pollution, step.overall.value - step.inside.value);
  }
  std::cout << "  " << from << " to " << to << ": " << pollution->sentence_en << '\n';
}

void Comparison::channels(const std::string& from, const std::string& to) {
  Question question = asked(kLate);
  question.period = {moment(from), moment(to)};
  const auto report = insight::ask_channels(customers_, question);
  ASSERT_TRUE(report) << report.error().message;
  ASSERT_EQ(report->channels.size(), 1U) << "the file names no source";
  const auto& direct = report->channels[0];
  EXPECT_EQ(direct.channel, "direct");
  const std::string acquired = "(SELECT p.* FROM " + file_.people_at(kLate) +
                               " p JOIN (SELECT customer, min(moment) AS moment FROM " + file_.purchases_at(kLate) +
                               " GROUP BY customer) f USING (customer) WHERE f.moment >= TIMESTAMP '" + from +
                               "' AND f.moment < TIMESTAMP '" + to + "')";
  EXPECT_EQ(direct.inside, count(acquired + where("inside")));
  EXPECT_EQ(direct.outside, count(acquired + where("outside")));
  EXPECT_EQ(direct.unknown, 0U);
  EXPECT_EQ(direct.clients, count(acquired + " WHERE received > refunded"));
  EXPECT_EQ(received(direct.balances), file_.number("SELECT sum(received) FROM " + acquired));
}

void Comparison::richest(const identity::Graph& people) {
  const auto report = insight::ask_people(customers_, asked(kLate),
                                          {.side = insight::AudienceSide::All,
                                           .order = insight::PeopleOrder::NetMoney,
                                           .offset = 0,
                                           .limit = 50,
                                           .among = {}});
  ASSERT_TRUE(report) << report.error().message;
  const Table expected =
      file_.rows("SELECT k.customer, received - refunded AS net, n FROM " + file_.people_at(kLate) + " k JOIN " +
                 file_.stages_at(kLate) + " USING (customer) ORDER BY net DESC LIMIT 50");
  ASSERT_EQ(report->rows.size(), expected.size());
  for (std::size_t row = 0; row < expected.size(); ++row) {
    const auto identifiers = people.identifiers_of(report->rows[row].person);
    ASSERT_EQ(identifiers.size(), 1U);
    EXPECT_EQ(identifiers[0].value, expected[row][0]);
    EXPECT_EQ(report->rows[row].balances[0].net_minor(), std::stoll(expected[row][1]));
    EXPECT_EQ(report->rows[row].purchases, std::stoul(expected[row][2]));
  }
}

// One test, as the import is its dearest part.
TEST(Shop, EveryInsightEqualsPlainSqlOnTheRawFile) {
  if (!std::filesystem::exists(kOrders)) GTEST_SKIP() << kOrders << " is not there";
  const Shop shop;
  RawFile file(kOrders);
  Comparison compare(*shop.customers, file);

  EXPECT_EQ(shop.customers->snapshot().person_count(),
            static_cast<std::size_t>(file.number("SELECT count(DISTINCT customer) FROM raw")));
  for (const char* as_of : {kLate, "2011-06-30 23:59:59", "2010-12-31 12:00:00"}) compare.roles(as_of);
  // The day before and after the clocks change, a midnight, and the end.
  for (const char* as_of : {kLate, "2011-03-26 23:59:59", "2011-03-27 12:00:00", "2011-06-30 00:00:00",
                            "2011-10-30 12:00:00", "2010-12-01 09:00:00"})
    compare.stages(as_of);
  compare.flows("2011-03-01 00:00:00", "2011-06-01 00:00:00");
  compare.flows("2011-06-01 00:00:00", kLate);
  compare.growth();
  compare.aarrr("2010-12-01 00:00:00", "2011-03-01 00:00:00", kLate);
  compare.aarrr("2011-03-01 00:00:00", "2011-06-01 00:00:00", "2011-08-15 10:00:00");
  compare.channels("2011-01-01 00:00:00", "2011-07-01 00:00:00");
  compare.richest(*shop.people);
  check_products(*shop.customers, file, kLate);
  check_cross_sell(*shop.customers, "2011-03-31 23:59:59");
}

}  // namespace
}  // namespace habitue::shop
