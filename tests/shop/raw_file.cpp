#include "shop/raw_file.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

namespace habitue::shop {
namespace {

std::string sql_text(const std::string& text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("''") : std::string(1, c);
  return out + "'";
}

std::string timestamp(const std::string& moment) { return "TIMESTAMP " + sql_text(moment); }

// A line that was sold to a customer, with what is not yet given back.
struct Sold {
  std::string invoice, at;
  std::int64_t price, line, left;  // The price in thousandths of a pound.
};

}  // namespace

RawFile::RawFile(const std::filesystem::path& file) {
  EXPECT_EQ(duckdb_open(nullptr, &database_), DuckDBSuccess);
  EXPECT_EQ(duckdb_connect(database_, &connection_), DuckDBSuccess);
  rows(
      "CREATE TABLE raw AS SELECT row_number() OVER () AS line, InvoiceNo AS invoice, StockCode AS stock, "
      "CAST(Quantity AS BIGINT) AS quantity, "
      "CAST(InvoiceDate AS TIMESTAMP) AS moment, CAST(UnitPrice AS DECIMAL(18,3)) AS price, CustomerID AS customer, "
      "Country AS country, "
      "starts_with(InvoiceNo, 'C') OR CAST(Quantity AS BIGINT) < 0 AS given_back, "
      "StockCode IN ('AMAZONFEE', 'BANK CHARGES', 'CRUK', 'B') AS books FROM read_csv(" +
      sql_text(file.string()) + ", all_varchar = true)");
  rows(
      "CREATE TABLE invoices AS SELECT invoice, max(customer) AS customer, arg_min(country, line) AS country, "
      "min(moment) AS moment, min(line) AS line "
      "FROM raw GROUP BY invoice");
  // What nobody bought and nobody paid is a correction of the stock; fees and bad debts of nobody are entries in the books.
  rows(
      "CREATE TABLE orders AS SELECT r.invoice, any_value(i.customer) AS customer, any_value(i.moment) AS moment, "
      "CAST(round(sum(r.quantity * r.price) * 100) AS BIGINT) AS minor FROM raw r JOIN invoices i USING (invoice) "
      "WHERE NOT r.given_back GROUP BY r.invoice "
      "HAVING any_value(i.customer) IS NOT NULL OR (count(*) FILTER (r.price <> 0) > 0 AND NOT bool_and(r.books) AND "
      "sum(r.quantity * r.price) >= 0)");
  rows(
      "CREATE TABLE refunds(invoice VARCHAR, customer VARCHAR, moment TIMESTAMP, original VARCHAR, minor BIGINT, whole "
      "BOOLEAN)");
  rows(
      "INSERT INTO refunds SELECT r.invoice, NULL, any_value(i.moment), NULL, CAST(round(sum(abs(r.quantity) * "
      "r.price) * 100) AS BIGINT), false "
      "FROM raw r JOIN invoices i USING (invoice) WHERE r.given_back AND i.customer IS NULL GROUP BY r.invoice "
      "HAVING count(*) FILTER (r.price <> 0) > 0 AND NOT bool_and(r.books)");
  match_cancellations();
}

RawFile::~RawFile() {
  duckdb_disconnect(&connection_);
  duckdb_close(&database_);
}

Table RawFile::rows(const std::string& sql) {
  duckdb_result result;
  const duckdb_state state = duckdb_query(connection_, sql.c_str(), &result);
  EXPECT_EQ(state, DuckDBSuccess) << sql << "\n" << duckdb_result_error(&result);
  Table table(duckdb_row_count(&result));
  for (idx_t row = 0; row < table.size(); ++row)
    for (idx_t column = 0; column < duckdb_column_count(&result); ++column) {
      char* text = duckdb_value_varchar(&result, column, row);
      table[row].emplace_back(text == nullptr ? "" : text);
      duckdb_free(text);
    }
  duckdb_destroy_result(&result);
  return table;
}

std::int64_t RawFile::number(const std::string& sql) {
  const Table table = rows(sql);
  return table.empty() || table[0][0].empty() ? 0 : std::stoll(table[0][0]);
}

// A cancelled line names a customer, a product, a price and a quantity, and no order. It gives back, of the customer's lines of
// that product sold until then, the latest at the same price first and then the latest at any price. The greedy way, by hand.
void RawFile::match_cancellations() {
  std::map<std::pair<std::string, std::string>, std::vector<Sold>> sold;
  std::map<std::string, std::set<std::int64_t>> open;  // Of each order: its lines with a price and something left.
  for (const auto& row : rows("SELECT i.customer, r.stock, r.invoice, i.moment, CAST(r.price * 1000 AS BIGINT), "
                              "r.line, r.quantity FROM raw r "
                              "JOIN invoices i USING (invoice) WHERE NOT r.given_back AND i.customer IS NOT NULL ORDER "
                              "BY i.moment, i.line, r.line")) {
    sold[{row[0], row[1]}].push_back({row[2], row[3], std::stoll(row[4]), std::stoll(row[5]), std::stoll(row[6])});
    if (row[4] != "0") open[row[2]].insert(std::stoll(row[5]));
  }
  struct Part {
    std::int64_t thousandths = 0;
    bool priced = false;
  };
  std::string values;
  std::string current, customer, moment;
  std::map<std::string, Part> parts;  // By original order; "" is none.
  const auto finish = [&] {
    for (const auto& [original, part] : parts) {
      const bool whole = !original.empty() && part.priced && open[original].empty();
      const std::int64_t minor = (part.thousandths + 5) / 10;
      values += (values.empty() ? "(" : ",(") + sql_text(current) + "," + sql_text(customer) + "," + timestamp(moment) +
                "," + (original.empty() ? std::string("NULL") : sql_text(original)) + "," + std::to_string(minor) +
                "," + (whole ? "true)" : "false)");
    }
    parts.clear();
  };
  for (const auto& row : rows("SELECT i.customer, r.stock, r.invoice, i.moment, CAST(r.price * 1000 AS BIGINT), "
                              "abs(r.quantity) FROM raw r "
                              "JOIN invoices i USING (invoice) WHERE r.given_back AND i.customer IS NOT NULL ORDER BY "
                              "i.moment, i.line, r.line")) {
    if (row[2] != current) finish();
    customer = row[0];
    current = row[2];
    moment = row[3];
    const std::int64_t price = std::stoll(row[4]);
    std::int64_t wanted = std::stoll(row[5]);
    std::vector<Sold>& lines = sold[{row[0], row[1]}];
    bool matched = false;
    for (const bool same_price : {true, false})
      for (auto line = lines.rbegin(); line != lines.rend() && wanted > 0; ++line) {
        if (line->at > row[3] || line->left == 0 || (line->price == price) != same_price) continue;
        const std::int64_t taken = std::min(wanted, line->left);
        line->left -= taken;
        wanted -= taken;
        matched = true;
        if (line->left == 0) open[line->invoice].erase(line->line);
        parts[line->invoice].thousandths += taken * price;
        parts[line->invoice].priced |= line->price != 0;
      }
    if (wanted > 0 || !matched) parts[""].thousandths += wanted * price;
  }
  finish();
  rows("INSERT INTO refunds VALUES " + values);
}

std::string utc(const std::string& column) {
  return "(" + column + " - CASE WHEN " + column + " >= TIMESTAMP '2011-03-27 02:00:00' AND " + column +
         " < TIMESTAMP '2011-10-30 02:00:00' THEN INTERVAL 1 HOUR ELSE INTERVAL 0 HOUR END)";
}

// The questions ask for the same moments again and again: each answer becomes a table once.
std::string RawFile::kept(const std::string& what, const std::string& moment, const std::string& query) {
  std::string& name = kept_[what + moment];
  if (!name.empty()) return name;
  name = what + "_" + std::to_string(kept_.size());
  rows("CREATE TEMP TABLE " + name + " AS FROM " + query);
  return name;
}

std::string RawFile::purchases_at(const std::string& moment) {
  const std::string until = timestamp(moment);
  return kept("purchases_at", moment,
              "(SELECT o.customer, o.moment FROM orders o LEFT JOIN (SELECT original, sum(minor) AS minor, "
              "bool_or(whole) AS whole FROM refunds WHERE moment <= " +
                  until +
                  " GROUP BY original) r ON r.original = o.invoice WHERE o.customer IS NOT NULL AND o.minor > 0 AND "
                  "o.moment <= " +
                  until + " AND (r.original IS NULL OR NOT (r.whole OR r.minor >= o.minor)))");
}

std::string RawFile::people_at(const std::string& moment) {
  const std::string until = timestamp(moment);
  return kept("people_at", moment,
              "(SELECT k.customer, CASE WHEN k.country = 'United Kingdom' THEN 'inside' ELSE 'outside' END AS side, "
              "coalesce(o.minor, 0) AS received, coalesce(r.minor, 0) AS refunded "
              "FROM (SELECT customer, arg_max(country, (moment, line)) AS country FROM invoices WHERE customer IS NOT "
              "NULL AND moment <= " +
                  until +
                  " GROUP BY customer) k "
                  "LEFT JOIN (SELECT customer, sum(minor) AS minor FROM orders WHERE moment <= " +
                  until +
                  " GROUP BY customer) o USING (customer) "
                  "LEFT JOIN (SELECT customer, sum(minor) AS minor FROM refunds WHERE moment <= " +
                  until + " GROUP BY customer) r USING (customer))");
}

std::string RawFile::stages_at(const std::string& moment) {
  const std::string today = "CAST(" + timestamp(moment) + " AS DATE)";
  return kept("stages_at", moment,
              "(SELECT k.customer, k.side, coalesce(n, 0) AS n, CASE WHEN n IS NULL THEN 'prospect' WHEN last >= 365 "
              "THEN 'dormant' WHEN last >= 90 THEN 'at_risk' "
              "WHEN gap >= 365 THEN 'back' WHEN first < 90 THEN 'new' WHEN recent >= 2 THEN 'active' ELSE 'occasional' "
              "END AS stage FROM " +
                  people_at(moment) + " k LEFT JOIN (SELECT customer, count(*) AS n, date_diff('day', max(day), " +
                  today + ") AS last, date_diff('day', min(day), " + today +
                  ") AS first, "
                  "max(gap) FILTER (place = 1) AS gap, count(*) FILTER (date_diff('day', day, " +
                  today +
                  ") < 365) AS recent FROM "
                  "(SELECT customer, CAST(moment AS DATE) AS day, row_number() OVER (PARTITION BY customer ORDER BY "
                  "moment DESC) AS place, "
                  "date_diff('day', lag(CAST(moment AS DATE)) OVER (PARTITION BY customer ORDER BY moment), "
                  "CAST(moment AS DATE)) AS gap FROM " +
                  purchases_at(moment) +
                  ") "
                  "GROUP BY customer) p USING (customer))");
}

}  // namespace habitue::shop
