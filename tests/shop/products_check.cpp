#include "shop/products_check.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "insight/products/cross_sell.hpp"
#include "insight/products/products.hpp"

namespace habitue::shop {
namespace {

using insight::Question;

Question asked(const knowledge::Customers& customers, const std::string& as_of) {
  Question question;
  question.as_of = *parse_moment(as_of, customers.zone());
  question.hypothesis = "v1";
  return question;
}

}  // namespace

void check_products(const knowledge::Customers& customers, RawFile& file, const std::string& as_of) {
  const auto report = insight::ask_products(customers, asked(customers, as_of), {.limit = 10'000});
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->total.revenue_minor, file.number("SELECT sum(received - refunded) FROM " + file.people_at(as_of)));
  const Table expected = file.rows(
      "SELECT stock, CAST(sum(round(quantity * price * 100)) AS BIGINT) FROM raw JOIN invoices USING (invoice) WHERE "
      "NOT given_back AND invoices.customer IS NOT NULL AND invoices.moment <= TIMESTAMP '" +
      as_of + "' GROUP BY stock");
  std::map<std::string, std::int64_t> received;
  for (const auto& row : expected) received[row[0]] = std::stoll(row[1]);
  ASSERT_GT(report->lines.size(), 2'000U);
  std::int64_t sum = report->of_no_product.revenue_minor;
  for (const insight::ProductLine& line : report->lines) {
    EXPECT_EQ(line.figures.revenue_minor + line.figures.refunded_minor, received[line.id]) << line.id;
    sum += line.figures.revenue_minor;
  }
  EXPECT_EQ(sum, report->total.revenue_minor);
}

void check_cross_sell(const knowledge::Customers& customers, const std::string& as_of) {
  const Question question = asked(customers, as_of);
  const insight::CrossSellSpec spec{.buyers_least = 60, .limit = 1'000};
  const auto report = insight::ask_cross_sell(customers, question, spec);
  ASSERT_TRUE(report) << report.error().message;
  ASSERT_GT(report->pairs.size(), 5U);
  const auto read = insight::products::AskedOfProducts::of(customers, question, insight::AudienceSide::All,
                                                           insight::ProductsBy::Product);
  ASSERT_TRUE(read);
  // Each customer's baskets, by moment.
  std::map<std::uint32_t, std::map<UtcMicros, std::set<std::uint32_t>>> baskets;
  for (const auto& one : read->table.bought) baskets[one.customer][one.at].insert(one.product);
  EXPECT_EQ(report->customers, baskets.size());
  for (const insight::CrossSellPair& pair : report->pairs) {
    const std::uint32_t first = *read->table.find(pair.first.id), then = *read->table.find(pair.then.id);
    double followed = 0, could = 0, not_yet = 0, occasions = 0, at_risk = 0, bought = 0;
    for (const auto& [customer, by_moment] : baskets) {
      bool has_first = false, has_then = false, is_start = true;
      for (const auto& [moment, products] : by_moment) {
        const bool buys = products.contains(then);
        if (!has_then && !is_start) {
          at_risk += 1;
          bought += buys ? 1 : 0;
          occasions += has_first ? 1 : 0;
          followed += has_first && buys ? 1 : 0;
        }
        has_then = has_then || buys;
        if (!has_first && products.contains(first)) {
          has_first = true;
          could += has_then ? 0 : 1;
        }
        is_start = false;
      }
      not_yet += has_first && !has_then ? 1 : 0;
    }
    EXPECT_EQ(static_cast<double>(pair.customers), followed) << pair.first.id << " " << pair.then.id;
    EXPECT_EQ(static_cast<double>(pair.not_yet), not_yet);
    EXPECT_NEAR(pair.confidence, followed / could, 1e-12);
    EXPECT_NEAR(pair.lift, followed / occasions / (bought / at_risk), 1e-9);
    EXPECT_NEAR(pair.support, followed / static_cast<double>(baskets.size()), 1e-12);
  }
  const insight::CrossSellPair& surest = report->pairs.front();
  const auto people = insight::people_of_cross_sell(customers, question, spec, {surest.first.id, surest.then.id});
  ASSERT_TRUE(people);
  EXPECT_EQ(people->size(), surest.not_yet);
}

}  // namespace habitue::shop
