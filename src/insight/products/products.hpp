// What each product brings: who buys it, with what people begin, what they come back for, and the money that is left of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "insight/products/purchased_products.hpp"
#include "insight/question.hpp"
#include "insight/value/periods.hpp"

namespace habitue::insight {

struct ProductsSpec {
  ProductsBy by = ProductsBy::Product;
  std::uint32_t limit = 50;               ///< Of products that are shown, by revenue; at most 10,000.
  AudienceSide side = AudienceSide::All;  ///< Whose purchases.
};

/// Amounts are minor units of the business's currency. Purchases given back whole do not count; money that went back does.
struct ProductFigures {
  std::uint64_t buyers = 0;
  std::uint64_t purchases = 0;
  double quantity = 0;
  std::int64_t revenue_minor = 0;   ///< Received less given back.
  std::int64_t refunded_minor = 0;  ///< Given back.
  std::uint64_t refunds = 0;        ///< Moves of money that gave something of it back.
  std::int64_t margin_minor = 0;    ///< Of the revenue whose margin is known.
  std::int64_t revenue_without_margin_minor = 0;
};
struct ProductLine {
  std::string id;
  std::string name;      ///< As it was told last; empty when never.
  std::string category;  ///< Likewise.
  ProductFigures figures;
  Share first;       ///< Of those who bought anything for the first time in the period: bought it then.
  Share again;       ///< Of its buyers: bought anything at a later moment, up to as_of.
  Share again_same;  ///< Of its buyers: bought it at a later moment.
};
struct ProductsReport {
  Currency currency;
  std::uint64_t products = 0;      ///< In all, shown or not.
  std::vector<ProductLine> lines;  ///< By revenue, the highest first.
  ProductFigures others;           ///< Of the products that are not shown; people may be in several.
  ProductFigures of_no_product;    ///< Postage, discounts, roundings, and purchases that tell no product.
  ProductFigures total;  ///< Of all: its money is that of the money questions; buyers and purchases each once.
  std::uint64_t purchases_without_products = 0;  ///< Up to as_of.
  AmountsLeftOut not_added;
  std::vector<std::string> warnings;
};
/// Products bought in the question's period. Errors: InvalidInput for a limit out of range.
Result<ProductsReport> ask_products(const Customers& customers, const Question& question, const ProductsSpec& spec);

struct ProductsCell {
  enum class Who : std::uint8_t { Buyers, First, Again, AgainSame, GaveBack };
  std::string product;  ///< Its code, or the category's name.
  Who who = Who::Buyers;
};
/// Sorted; exactly as many as the number. Errors: NotFound when nobody bought the product.
Result<std::vector<PersonId>> people_of_products(const Customers& customers, const Question& question,
                                                 const ProductsSpec& spec, const ProductsCell& cell);

}  // namespace habitue::insight
