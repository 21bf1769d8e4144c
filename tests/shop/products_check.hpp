// What the shop's products bring and what is bought after what, against plain SQL and counting by hand.
#pragma once

#include "knowledge/customers.hpp"
#include "shop/raw_file.hpp"

namespace habitue::shop {

void check_products(const knowledge::Customers& customers, RawFile& file, const std::string& as_of);
/// Pairs of four months, customer by customer and basket by basket.
void check_cross_sell(const knowledge::Customers& customers, const std::string& as_of);

}  // namespace habitue::shop
