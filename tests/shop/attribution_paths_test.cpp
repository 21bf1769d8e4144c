// Attribution and paths of real orders, against plain SQL on the raw file. The file has no channels: an order's is the second sign of
// its first article's number, so that journeys are real and channels are not.
#include <gtest/gtest.h>

#include <filesystem>
#include <map>

#include <fmt/format.h>

#include "insight/attribution/attribution.hpp"
#include "insight/event_matcher.hpp"
#include "insight/paths/paths.hpp"
#include "journey/journey_builder.hpp"
#include "shop/raw_file.hpp"

namespace habitue::shop {
namespace {

using namespace insight;

const std::filesystem::path kOrders =
    std::filesystem::path(HABITUE_SOURCE_DIR) / "examples/online_retail/online_retail_2010_2011.csv.gz";

class OrdersOfTheShop : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(kOrders)) GTEST_SKIP() << kOrders << " is not there";
  }
  static void SetUpTestSuite() {
    if (!std::filesystem::exists(kOrders)) return;
    file_ = std::make_unique<RawFile>(kOrders);
    file_->rows("CREATE TEMP TABLE acts AS SELECT o.invoice, o.customer, epoch_us(" + utc("o.moment") +
                ") AS us, o.minor, i.country, 'c' || lower(substr(arg_min(r.stock, r.line), 2, 1)) AS channel "
                "FROM orders o JOIN invoices i USING (invoice) JOIN raw r USING (invoice) "
                "WHERE o.customer IS NOT NULL AND o.minor > 0 GROUP BY ALL");
    std::vector<journey::Said> story;
    for (const auto& row : file_->rows("SELECT customer, us, minor, country, channel FROM acts")) {
      const std::int64_t minor = std::stoll(row[2]);
      story.push_back({row[0], "Ordered", format_moment(UtcMicros{std::chrono::microseconds{std::stoll(row[1])}}),
                       fmt::format(R"({{"total":{}.{:02},"country":"{}","channel":"{}"}})", minor / 100, minor % 100,
                                   row[3], row[4])});
    }
    built_ = std::make_unique<journey::BuiltJourneys>(journey::build_journeys(story));
    config::Business business;
    business.currency = *Currency::parse("GBP");
    business.zone = *Zone::find("Europe/London");
    customers_ = *knowledge::Customers::bind(built_->snapshot, business);
  }
  static void TearDownTestSuite() {
    file_.reset();
    customers_.reset();
    built_.reset();
  }
  static Question asked() {
    Question question;
    question.as_of = *parse_moment("2012-01-01", customers_->zone());
    question.period.from = *parse_moment("2011-03-01", customers_->zone());
    question.period.to = *parse_moment("2011-11-01", customers_->zone());
    return question;
  }
  static std::string in_period(const std::string& us) {
    const Period period = asked().period;
    return us + " >= " + std::to_string(period.from.time_since_epoch().count()) + " AND " + us + " < " +
           std::to_string(period.to.time_since_epoch().count());
  }

  static inline std::unique_ptr<RawFile> file_;
  static inline std::unique_ptr<journey::BuiltJourneys> built_;
  static inline std::shared_ptr<const knowledge::Customers> customers_;
};

// Orders of more than 500 pounds, owed to the channels of all orders of the 30 days before, the order's own among them.
TEST_F(OrdersOfTheShop, AreOwedToChannelsAsInPlainSql) {
  AttributionSpec spec;
  spec.conversion = *parse_event_test("Ordered where total > 500");
  spec.channel = "channel";
  spec.models = {AttributionModel::First,    AttributionModel::Last,      AttributionModel::Linear,
                 AttributionModel::Position, AttributionModel::TimeDecay, AttributionModel::Participation,
                 AttributionModel::Shapley};
  spec.resamples = 0;
  spec.breakdown = Breakdown{.name = "country", .limit = 3};
  const auto report = ask_attribution(*customers_, asked(), spec);
  ASSERT_TRUE(report) << report.error().message;

  file_->rows(
      "CREATE OR REPLACE TEMP TABLE steps AS SELECT c.invoice, c.customer, c.minor, c.country, t.channel, c.us - t.us "
      "AS age, "
      "row_number() OVER (PARTITION BY c.invoice ORDER BY t.us, t.channel) AS place, "
      "count(*) OVER (PARTITION BY c.invoice) AS n, "
      "count(*) OVER (PARTITION BY c.invoice, t.channel) AS of_channel, "
      "sum(pow(2, -(c.us - t.us) / (7 * 86400000000))) OVER (PARTITION BY c.invoice) AS decayed "
      "FROM acts c JOIN acts t ON t.customer = c.customer AND t.us BETWEEN c.us - 30 * 86400000000 AND c.us "
      "WHERE c.minor > 50000 AND " +
      in_period("c.us"));
  const std::vector<std::string> parts{
      "CASE WHEN place = 1 THEN 1 ELSE 0 END",
      "CASE WHEN place = n THEN 1 ELSE 0 END",
      "1 / n",
      "CASE WHEN n = 1 THEN 1 WHEN n = 2 THEN 0.5 WHEN place IN (1, n) THEN 0.4 ELSE 0.2 / (n - 2) END",
      "pow(2, -age / (7 * 86400000000)) / decayed",
      "1 / of_channel",
      "1 / of_channel / (SELECT count(DISTINCT channel) FROM steps s WHERE s.invoice = steps.invoice)"};
  const std::int64_t conversions = file_->number("SELECT count(DISTINCT invoice) FROM steps");
  ASSERT_GT(conversions, 2500);
  EXPECT_EQ(report->total.all.conversions, static_cast<std::uint64_t>(conversions));
  EXPECT_EQ(report->total.all.people,
            static_cast<std::uint64_t>(file_->number("SELECT count(DISTINCT customer) FROM steps")));
  EXPECT_EQ(report->total.all.value_minor,
            file_->number("SELECT sum(minor) FROM (SELECT DISTINCT invoice, minor FROM steps)"));
  EXPECT_EQ(report->total.all.without_touch, 0U) << "the order itself is a touch";

  // The total, then each value: a country, or all countries but those shown.
  std::vector<std::pair<const std::vector<AttributionChannel>*, std::string>> answered{{&report->channels, "true"}};
  std::string others = "true";
  for (const AttributionValue& value : report->values) {
    const bool is_other = value.value.kind == ShownValue::Kind::Other;
    answered.emplace_back(&value.channels, is_other ? others : "country = '" + value.value.text + "'");
    others += " AND country <> '" + value.value.text + "'";
  }
  ASSERT_EQ(answered.size(), 5U) << "the total, three countries and the others";
  for (const auto& [channels, where] : answered)
    for (std::size_t model = 0; model < spec.models.size(); ++model) {
      struct Expected {
        double credit = 0, value = 0;
        std::uint64_t people = 0;
      };
      std::map<std::string, Expected> expected;
      for (const auto& row :
           file_->rows("SELECT channel, sum(part), sum(part * minor), count(DISTINCT customer) FILTER (part > 0) "
                       "FROM (SELECT *, " +
                       parts[model] + " AS part FROM steps WHERE " + where + ") GROUP BY channel"))
        expected[row[0]] = {std::stod(row[1]), std::stod(row[2]), std::stoull(row[3])};
      for (const AttributionChannel& channel : *channels) {
        if (channel.channel.text == "direct") continue;
        const AttributionCredit& credit = channel.models[model].credit.all;
        const Expected& sql = expected[channel.channel.text];
        // Each conversion is told in whole millionths and pence.
        const auto slack = 0.01 + static_cast<double>(conversions);
        EXPECT_NEAR(static_cast<double>(credit.credit_millionths), sql.credit * 1e6, model < 2 ? 0.01 : slack)
            << where << ' ' << model << ' ' << channel.channel.text;
        EXPECT_NEAR(static_cast<double>(credit.value_minor), sql.value, model < 2 ? 0.01 : slack);
        EXPECT_EQ(credit.people, sql.people) << where << ' ' << model << ' ' << channel.channel.text;
      }
    }
}

// Paths of up to three channels after, or before, an order of more than 500 pounds; a channel several times on end is one step, and a
// pause of 30 days ends the path.
TEST_F(OrdersOfTheShop, GoTheWaysOfPlainSql) {
  for (const PathsDirection direction : {PathsDirection::After, PathsDirection::Before}) {
    const bool after = direction == PathsDirection::After;
    PathsSpec spec;
    spec.direction = direction;
    spec.anchor = *parse_event_test("Ordered where total > 500");
    spec.steps = 3;
    spec.gap = std::chrono::days{30};
    spec.property = "channel";
    spec.names_limit = 100;
    spec.breakdown = Breakdown{.name = "country", .limit = 2};
    const auto report = ask_paths(*customers_, asked(), spec);
    ASSERT_TRUE(report) << report.error().message;

    const std::string order = after ? "e.us, e.channel, e.invoice" : "e.us DESC, e.channel DESC, e.invoice";
    file_->rows(
        "CREATE OR REPLACE TEMP TABLE walks AS WITH reached AS (SELECT a.invoice AS anchor, a.customer, a.country, "
        "e.channel, "
        "abs(e.us - lag(e.us, 1, a.us) OVER way) > 30 * 86400000000 AS pause, "
        "e.channel <> lag(e.channel, 1, a.channel) OVER way AS is_step, row_number() OVER way AS place "
        "FROM acts a JOIN acts e ON e.customer = a.customer AND e.invoice <> a.invoice AND e.us " +
        std::string(after ? ">=" : "<=") + " a.us WHERE a.minor > 50000 AND " + in_period("a.us") +
        " WINDOW way AS (PARTITION BY a.invoice ORDER BY " + order +
        ")), kept AS (SELECT *, sum(is_step::INT) OVER (PARTITION BY anchor ORDER BY place) AS step, "
        "sum(pause::INT) OVER (PARTITION BY anchor ORDER BY place) AS pauses FROM reached) "
        "SELECT a.invoice AS anchor, a.customer, a.country, "
        "max(k.channel) FILTER (step = 1) AS s1, max(k.channel) FILTER (step = 2) AS s2, "
        "max(k.channel) FILTER (step = 3) AS s3 FROM acts a LEFT JOIN kept k ON k.anchor = a.invoice AND is_step AND "
        "pauses = 0 AND step <= 3 WHERE a.minor > 50000 AND " +
        in_period("a.us") + " GROUP BY ALL");
    const auto expected = [&](const std::string& where) {
      std::map<std::string, std::string> edges;
      const auto add = [&](int step, const std::string& from, const std::string& to, const std::string& reached) {
        for (const auto& row :
             file_->rows("SELECT " + from + ", " + to + ", count(DISTINCT customer), count(*) FROM walks WHERE " +
                         where + " AND " + reached + " GROUP BY ALL"))
          edges[fmt::format("{} {} {}", step, row[0], row[1])] = row[2] + " " + row[3];
      };
      add(0, "'start'", "coalesce(s1, 'ended')", "true");
      add(1, "s1", "coalesce(s2, 'ended')", "s1 IS NOT NULL");
      add(2, "s2", "coalesce(s3, 'ended')", "s2 IS NOT NULL");
      add(3, "s3", "'cut'", "s3 IS NOT NULL");
      return edges;
    };
    const auto told = [](const std::vector<PathEdge>& from) {
      const auto name = [](const PathNode& node) {
        switch (node.kind) {
          case PathNode::Kind::Start: return std::string("start");
          case PathNode::Kind::Ended: return std::string("ended");
          case PathNode::Kind::Cut: return std::string("cut");
          default: return node.name;
        }
      };
      std::map<std::string, std::string> edges;
      for (const PathEdge& edge : from)
        edges[fmt::format("{} {} {}", edge.step, name(edge.from), name(edge.to))] =
            fmt::format("{} {}", edge.count.all.people, edge.count.all.transitions);
      return edges;
    };
    EXPECT_GT(report->edges.size(), 100U);
    EXPECT_EQ(told(report->edges), expected("true"));
    std::string others = "true";
    for (const PathsValue& value : report->values) {
      const bool is_other = value.value.kind == ShownValue::Kind::Other;
      EXPECT_EQ(told(value.edges), expected(is_other ? others : "country = '" + value.value.text + "'"))
          << value.value.text;
      others += " AND country <> '" + value.value.text + "'";
    }
    EXPECT_EQ(report->values.size(), 3U);
    const auto whole = file_->rows(
        "SELECT s1, s2, s3, count(DISTINCT customer), count(*) FROM walks GROUP BY ALL "
        "ORDER BY 4 DESC, 5 DESC LIMIT 1");
    ASSERT_FALSE(report->paths.empty());
    EXPECT_EQ(std::to_string(report->paths[0].count.all.people), whole[0][3]);
    EXPECT_EQ(std::to_string(report->paths[0].count.all.transitions), whole[0][4]);
    std::cout << "  " << (after ? "after" : "before") << ": " << report->edges.size() << " edges of "
              << report->steps[0].reached.all.transitions << " paths\n";
  }
}

}  // namespace
}  // namespace habitue::shop
