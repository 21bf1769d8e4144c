#include "models/assortment/range_state.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "models/calibration/checks.hpp"

namespace habitue::models {
namespace {

constexpr double kWhisker = 1e-9;  // What rounding may take off a share.

}  // namespace

Result<Store> store_of(std::span<const ProductValue> sales, std::span<const Substitute> substitutes) {
  constexpr std::uint32_t kNumberMax = 100'000'000;
  std::uint32_t products = 0, customers = 0;
  for (const ProductValue& sale : sales) {
    if (!(sale.value >= 0 && sale.value <= kLargestNumber)) return invalid("a value lies between 0 and 1e15");
    if (sale.product > kNumberMax || sale.customer > kNumberMax)
      return invalid("customers and products are numbered from 0 to 100,000,000");
    products = std::max(products, sale.product + 1);
    customers = std::max(customers, sale.customer + 1);
  }
  for (const Substitute& one : substitutes) {
    if (!(one.keeps >= 0 && one.keeps <= 1)) return invalid("a substitute keeps a share from 0 to 1");
    if (one.gone > kNumberMax || one.stays > kNumberMax) return invalid("products are numbered from 0 to 100,000,000");
    products = std::max({products, one.gone + 1, one.stays + 1});
  }
  std::vector<ProductValue> sorted(sales.begin(), sales.end());
  std::sort(sorted.begin(), sorted.end(), [](const ProductValue& left, const ProductValue& right) {
    return std::tie(left.product, left.customer, left.value) < std::tie(right.product, right.customer, right.value);
  });
  Store store;
  store.buyers.resize(products);
  store.replaces.resize(products);
  store.product_value.assign(products, 0.0);
  store.customer_value.assign(customers, 0.0);
  for (const ProductValue& sale : sorted) {
    auto& buyers = store.buyers[sale.product];
    if (sale.value == 0) continue;
    if (buyers.empty() || buyers.back().other != sale.customer) buyers.push_back({sale.customer, 0});
    buyers.back().amount += sale.value;
    store.product_value[sale.product] += sale.value;
    store.customer_value[sale.customer] += sale.value;
    store.value += sale.value;
  }
  if (store.value <= 0) return invalid("nothing of value was sold");
  store.customers = static_cast<std::size_t>(
      std::count_if(store.customer_value.begin(), store.customer_value.end(), [](double value) { return value > 0; }));
  for (std::uint32_t product = 0; product < products; ++product) store.replaces[product].push_back({product, 1});
  for (const Substitute& one : substitutes)
    if (one.gone != one.stays && one.keeps > 0) store.replaces[one.stays].push_back({one.gone, one.keeps});
  // Said twice, the larger share holds.
  for (auto& parts : store.replaces) {
    std::sort(parts.begin(), parts.end(), [](const Store::Part& left, const Store::Part& right) {
      return left.other != right.other ? left.other < right.other : left.amount > right.amount;
    });
    parts.erase(
        std::unique(parts.begin(), parts.end(),
                    [](const Store::Part& left, const Store::Part& right) { return left.other == right.other; }),
        parts.end());
  }
  return store;
}

RangeState::RangeState(const Store& store, Keep keep, double customer_threshold)
    : store_(&store),
      keep_(keep),
      threshold_(customer_threshold),
      best_(store.product_value.size(), 0.0),
      kept_(store.customer_value.size(), 0.0),
      more_(store.customer_value.size(), 0.0) {}

double RangeState::counted(std::uint32_t customer, double kept) const {
  return std::min(1.0, kept / (threshold_ * store_->customer_value[customer])) / static_cast<double>(store_->customers);
}

double RangeState::gain(std::uint32_t product) {
  double sum = 0;
  if (keep_ == Keep::Value) {
    for_each_change(product, [&](std::uint32_t changed, double more) { sum += store_->product_value[changed] * more; });
    return sum / store_->value;
  }
  // A customer may buy several of the products that this one would replace: what it adds is summed first.
  for_each_change(product, [&](std::uint32_t changed, double more) {
    for (const Store::Part& buyer : store_->buyers[changed]) {
      if (more_[buyer.other] == 0) touched_.push_back(buyer.other);
      more_[buyer.other] += buyer.amount * more;
    }
  });
  for (const std::uint32_t customer : touched_) {
    sum += counted(customer, kept_[customer] + more_[customer]) - counted(customer, kept_[customer]);
    more_[customer] = 0;
  }
  touched_.clear();
  return sum;
}

void RangeState::add(std::uint32_t product) {
  measure_ += gain(product);
  for_each_change(product, [&](std::uint32_t changed, double more) {
    for (const Store::Part& buyer : store_->buyers[changed]) kept_[buyer.other] += buyer.amount * more;
  });
  for (const Store::Part& part : store_->replaces[product])
    best_[part.other] = std::max(best_[part.other], part.amount);
}

bool RangeState::is_kept(std::uint32_t customer) const {
  const double value = store_->customer_value[customer];
  return value > 0 && kept_[customer] >= threshold_ * value * (1 - kWhisker);
}

double RangeState::customers_kept() const {
  std::size_t kept = 0;
  for (std::uint32_t customer = 0; customer < kept_.size(); ++customer) kept += is_kept(customer);
  return static_cast<double>(kept) / static_cast<double>(store_->customers);
}

double RangeState::value_kept() const {
  double sum = 0;
  for (std::size_t product = 0; product < best_.size(); ++product)
    sum += store_->product_value[product] * best_[product];
  return std::min(1.0, sum / store_->value);
}

bool RangeState::reaches(double share) const {
  if (measure_ < share - kWhisker) return false;
  return keep_ == Keep::Value || customers_kept() >= share - kWhisker;
}

}  // namespace habitue::models
