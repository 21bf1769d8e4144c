// The whole of Online Retail, against plain SQL on the raw file.
#include <duckdb.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <cmath>
#include <map>

#include "intake/files.hpp"

namespace habitue::intake {
namespace {

namespace json = boost::json;
using namespace habitue::intake::testing;

class Sql {
 public:
  Sql() {
    duckdb_open(nullptr, &database_);
    duckdb_connect(database_, &connection_);
    run("CREATE TABLE raw AS SELECT InvoiceNo AS i, StockCode AS p, trim(Description) AS d, Quantity::BIGINT AS q, "
        "InvoiceDate::TIMESTAMP AS t, "
        "UnitPrice::DECIMAL(18,3) AS price, CustomerID AS c, Country AS country, starts_with(InvoiceNo, 'C') AS "
        "cancelled, "
        "(p IN ('BANK CHARGES', 'AMAZONFEE', 'CRUK', 'B')) AS books FROM read_csv('" +
        online_retail().string() + "', all_varchar = true)");
  }
  Sql(const Sql&) = delete;
  Sql& operator=(const Sql&) = delete;
  ~Sql() {
    duckdb_disconnect(&connection_);
    duckdb_close(&database_);
  }
  std::vector<std::vector<std::string>> run(const std::string& sql) {
    duckdb_result result;
    EXPECT_EQ(duckdb_query(connection_, sql.c_str(), &result), DuckDBSuccess) << duckdb_result_error(&result);
    std::vector<std::vector<std::string>> rows(duckdb_row_count(&result));
    for (idx_t row = 0; row < rows.size(); ++row)
      for (idx_t column = 0; column < duckdb_column_count(&result); ++column) {
        char* text = duckdb_value_varchar(&result, column, row);
        rows[row].emplace_back(text == nullptr ? "" : text);
        duckdb_free(text);
      }
    duckdb_destroy_result(&result);
    return rows;
  }
  std::int64_t number(const std::string& sql) { return std::stoll(run(sql)[0][0]); }

 private:
  duckdb_database database_ = nullptr;
  duckdb_connection connection_ = nullptr;
};

// An order of somebody, or of nobody that was paid and is no entry in the books.
constexpr const char* kOrders =
    "(SELECT i, any_value(c) AS c, min(t) AS t, sum(q * price) AS total, count(*) AS rows FROM raw WHERE NOT cancelled "
    "GROUP BY i "
    "HAVING any_value(c) IS NOT NULL OR (sum(q * price) > 0 AND NOT bool_and(books)))";
constexpr const char* kCancellations =
    "(SELECT i, any_value(c) AS c, -sum(q * price) AS total, count(*) AS rows FROM raw WHERE cancelled GROUP BY i "
    "HAVING any_value(c) IS NOT NULL OR NOT bool_and(books))";

std::int64_t cents(const json::value& value) {
  return static_cast<std::int64_t>(std::llround(value.to_number<double>() * 100));
}

TEST(OnlineRetail, BecomesWhatSqlSaysOfTheRawFile) {
  const Imported imported = import_as_proposed(online_retail());
  const ImportReport& report = imported.report;
  Sql sql;

  EXPECT_EQ(report.rows, sql.number("SELECT count(*) FROM raw"));
  EXPECT_EQ(report.rows_rejected, 0U);
  EXPECT_EQ(report.rows_without_person, sql.number("SELECT count(*) FROM raw WHERE c IS NULL"));
  EXPECT_EQ(report.orders, sql.number(std::string("SELECT count(*) FROM ") + kOrders));
  EXPECT_EQ(report.received_minor_units.at("GBP"),
            sql.number(std::string("SELECT (sum(round(total, 2)) * 100)::BIGINT FROM ") + kOrders));
  EXPECT_EQ(report.refund_lines_matched + report.refund_lines_unmatched,
            sql.number(std::string("SELECT sum(rows)::BIGINT FROM ") + kCancellations));
  EXPECT_EQ(report.refunded_minor_units.at("GBP"),
            sql.number(std::string("SELECT (sum(total) * 100)::BIGINT FROM ") + kCancellations));
  EXPECT_EQ(
      report.events_by_name.at("Stock Adjusted"),
      sql.number(
          "SELECT count(*) FROM (SELECT i FROM raw GROUP BY i HAVING any_value(c) IS NULL AND max(abs(price)) = 0)"));
  EXPECT_EQ(report.events_by_name.at("Books Adjusted"),
            sql.number(
                "SELECT count(*) FROM (SELECT i FROM raw GROUP BY i HAVING any_value(c) IS NULL AND bool_and(books))"));
  // Each person's country, in order of time: told once, and again when it changed.
  EXPECT_EQ(
      report.events_by_name.at("identify"),
      sql.number(
          "SELECT count(*) FROM (SELECT country, lag(country) OVER (PARTITION BY c ORDER BY t, first) AS before FROM "
          "(SELECT c, i, min(t) AS t, min(rowid) AS first, any_value(country) AS country FROM raw WHERE c IS NOT NULL "
          "GROUP BY c, i)) "
          "WHERE before IS DISTINCT FROM country"));

  struct Order {
    std::string user;
    UtcMicros at;
    json::array products;
    std::map<std::int64_t, std::int64_t> returned;  // By line.
  };
  std::map<std::string, Order> orders;
  std::map<std::string, std::pair<std::int64_t, std::int64_t>> money;  // Cents received and refunded by person.
  std::int64_t rows = 0, units = 0, full = 0;
  for (const Event& event : imported.events) {
    if (event.type != EventType::Track) continue;
    const json::object properties = json::parse(event.properties).as_object();
    const json::array& products = properties.at("products").as_array();
    const bool refund = event.name == "Order Refunded";
    for (const json::value& product : products)
      units += (refund ? -1 : 1) * product.at("quantity").to_number<std::int64_t>();
    if (!refund) rows += static_cast<std::int64_t>(products.size());
    if (event.name == "Order Completed") {
      orders[std::string(properties.at("order_id").as_string())] = {event.user_id, event.at, products, {}};
      money[event.user_id].first += cents(properties.at("total"));
    }
    if (refund) money[event.user_id].second += cents(properties.at("total"));
  }
  // Nothing is dropped: every row and every unit of the file is in some event.
  EXPECT_EQ(rows + static_cast<std::int64_t>(report.refund_lines_matched + report.refund_lines_unmatched),
            sql.number("SELECT count(*) FROM raw"));
  EXPECT_EQ(units, sql.number("SELECT sum(q)::BIGINT FROM raw"));

  const auto by_person =
      sql.run(std::string("SELECT coalesce(c, ''), coalesce(sum(received), 0)::BIGINT, coalesce(sum(refunded), "
                          "0)::BIGINT FROM (SELECT c, "
                          "round(total, 2) * 100 AS received, 0 AS refunded FROM ") +
              kOrders + " UNION ALL SELECT c, 0, total * 100 FROM " + kCancellations + ") GROUP BY c");
  EXPECT_EQ(by_person.size(), money.size());
  for (const auto& person : by_person)
    ASSERT_EQ(money[person[0]], (std::pair<std::int64_t, std::int64_t>(std::stoll(person[1]), std::stoll(person[2]))))
        << "customer " << person[0];

  // Every matched part gives back a line of the same person and product, bought before, and never more than was bought.
  for (const Event& event : imported.events) {
    if (event.name != "Order Refunded") continue;
    const json::object refund = json::parse(event.properties).as_object();
    EXPECT_NE(refund.contains("order_id"), refund.contains("unmatched"));
    if (!refund.contains("order_id")) continue;
    Order& order = orders.at(std::string(refund.at("order_id").as_string()));
    EXPECT_EQ(order.user, event.user_id);
    EXPECT_LE(order.at, event.at);
    for (const json::value& product : refund.at("products").as_array()) {
      const std::int64_t index = product.at("line_index").as_int64();
      const json::value& line = order.products.at(static_cast<std::size_t>(index));
      ASSERT_EQ(line.at("product_id"), product.at("product_id"));
      ASSERT_LE(order.returned[index] += product.at("quantity").as_int64(), line.at("quantity").as_int64());
      ASSERT_EQ(product.at("order_id"), refund.at("order_id"));
    }
    bool whole = true;
    for (std::size_t index = 0; index < order.products.size(); ++index)
      whole = whole &&
              (order.products[index].at("price").to_number<double>() == 0 ||
               order.returned[static_cast<std::int64_t>(index)] == order.products[index].at("quantity").as_int64());
    ASSERT_EQ(refund.contains("full"), whole) << event.message_id;
    full += whole ? 1 : 0;
  }
  EXPECT_GT(full, 100);

  // The known case: the order of 74,215 jars, given back 16 minutes later.
  EXPECT_EQ(orders.at("541431").returned[0], 74'215);
}

TEST(OnlineRetail, GoesOnFromAnyBatchAsIfNothingHadHappened) {
  const auto inspection = inspect_file(online_retail());
  ASSERT_TRUE(inspection);
  const Imported whole = import_all(online_retail(), inspection->proposed);
  ASSERT_GE(whole.positions.size(), 2U);
  const std::size_t done = whole.positions.size() / 2 - 1;
  const Imported rest = import_all(online_retail(), inspection->proposed, whole.positions[done]);
  const std::size_t before = whole.events_before[done];
  ASSERT_EQ(rest.events.size(), whole.events.size() - before);
  for (std::size_t i = 0; i < rest.events.size(); ++i) ASSERT_TRUE(same(rest.events[i], whole.events[before + i])) << i;
  EXPECT_EQ(write_report(rest.report), write_report(whole.report));
}

}  // namespace
}  // namespace habitue::intake
