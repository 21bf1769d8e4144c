// What products cost from period to period, and how many were sold of each at that price: what elasticities are learnt from.
//
// Who orders much pays less: a rebate for quantity is no price that fell. So prices and quantities are those of lines of retail size, of at
// most the product's median quantity, and a period's price is the median of theirs. Where two lists of prices stand side by side, which
// buyers came is no price that moved either: lines over half as dear again as the product's median, or under two thirds, are left out. A period between two sales in which nothing was sold
// has the price of before where that of after is the same, and is not looked at otherwise; before the first and after the last sale a
// product is not on sale. A price that is seen only where something was sold hides what it did: products that sold nothing in over a
// quarter of their periods, whose price is not known in over a tenth, or of fewer than six periods, are not looked at.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "insight/products/purchased_products.hpp"
#include "insight/scenario/scenario.hpp"
#include "models/prices/elasticity.hpp"

namespace habitue::insight::scenario {

struct PricePanel {
  std::vector<models::PriceCell> cells;           ///< Of all customers, by product and period.
  std::vector<std::vector<double>> by_segment;    ///< Of each segment, the quantity of each cell.
  std::vector<std::uint32_t> category;            ///< By cell: Of `categories`.
  std::vector<std::string> categories;            ///< Sorted.
  std::uint64_t lines = 0, lines_with_price = 0;  ///< In the question's period; retail or not.
  std::uint64_t odd_prices =
      0;  ///< Lines left out: over half as dear again as the product's median, or under two thirds.
  std::uint64_t rarely_sold = 0;  ///< Products left out as sold too rarely.
};
/// `segment_of` by customer of the table, one of `segments`.
Result<PricePanel> read_price_panel(const Customers& customers, const Question& question, const ScenarioSpec& spec,
                                    const products::PurchasedProducts& table,
                                    const std::vector<std::uint32_t>& segment_of, std::size_t segments);

/// Changes of price within products that cells show, for nine of ten of those that show one: from, to.
struct SeenChanges {
  double low = 0, high = 0;  ///< At most, and at least, 0.
};
SeenChanges seen_changes(const std::vector<models::PriceCell>& cells);

}  // namespace habitue::insight::scenario
