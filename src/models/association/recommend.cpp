#include "models/association/recommend.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>

#include "models/association/occasions.hpp"

namespace habitue::models {
namespace {

double real(std::uint64_t count) { return static_cast<double>(count); }

}  // namespace

Recommender::Recommender(const PurchaseTable& table, std::span<const OrderedPair> pairs,
                         const RecommendOptions& options)
    : options_(options), reasons_begin_(table.products() + std::size_t{1}, 0) {
  const Occasions occasions = count_occasions(table);
  for (std::uint32_t product = 0; product < table.products(); ++product) {
    // Half a purchase more at an occasion more: a product that was never bought later has a rate all the same.
    log_rate_.push_back(std::log((real(occasions.bought[product]) + 0.5) / (real(occasions.at_risk[product]) + 1)));
    if (!table.buyers_of(product).empty()) popular_.push_back(product);
  }
  by_rate_ = popular_;
  std::stable_sort(popular_.begin(), popular_.end(), [&](std::uint32_t left, std::uint32_t right) {
    return table.buyers_of(left).size() > table.buyers_of(right).size();
  });
  std::stable_sort(by_rate_.begin(), by_rate_.end(),
                   [&](std::uint32_t left, std::uint32_t right) { return log_rate_[left] > log_rate_[right]; });
  for (const OrderedPair& pair : pairs) {
    if (pair.first >= table.products() || pair.then >= table.products()) continue;
    const double own = std::exp(log_rate_[pair.then]);
    const double rate =
        (real(pair.customers) + options.prior_occasions * own) / (real(pair.occasions) + options.prior_occasions);
    reasons_.push_back({pair, options.reason_power * std::max(0.0, std::log(rate / own))});
  }
  std::stable_sort(reasons_.begin(), reasons_.end(),
                   [](const Reason& left, const Reason& right) { return left.pair.first < right.pair.first; });
  for (const Reason& reason : reasons_) ++reasons_begin_[reason.pair.first + 1];
  for (std::size_t product = 1; product < reasons_begin_.size(); ++product)
    reasons_begin_[product] += reasons_begin_[product - 1];
}

std::vector<bool> Recommender::excluded(std::span<const std::uint32_t> owned,
                                        std::span<const std::uint32_t> refused) const {
  std::vector<bool> out(log_rate_.size(), false);
  for (const auto list : {owned, refused})
    for (const std::uint32_t product : list)
      if (product < out.size()) out[product] = true;
  return out;
}

std::vector<Recommendation> Recommender::recommend(std::span<const std::uint32_t> owned,
                                                   std::span<const std::uint32_t> refused, std::size_t count) const {
  const std::vector<bool> out = excluded(owned, refused);
  const std::set<std::uint32_t> distinct(owned.begin(), owned.end());
  std::map<std::uint32_t, std::vector<const Reason*>> reasons;
  for (const std::uint32_t product : distinct) {
    if (product >= log_rate_.size()) continue;
    for (std::size_t place = reasons_begin_[product]; place < reasons_begin_[product + 1]; ++place)
      if (!out[reasons_[place].pair.then]) reasons[reasons_[place].pair.then].push_back(&reasons_[place]);
  }
  std::vector<Recommendation> best;
  for (auto& [product, own] : reasons) {
    std::stable_sort(own.begin(), own.end(),
                     [](const Reason* left, const Reason* right) { return left->weight > right->weight; });
    Recommendation one{product, log_rate_[product], own.front()->pair};
    for (std::size_t place = 0; place < std::min<std::size_t>(own.size(), options_.reasons); ++place)
      one.score += own[place]->weight;
    best.push_back(std::move(one));
  }
  // Those without a reason: as many of the highest rates as could be among the best.
  std::size_t added = 0;
  for (const std::uint32_t product : by_rate_) {
    if (added == count) break;
    if (out[product] || reasons.contains(product)) continue;
    best.push_back({product, log_rate_[product], std::nullopt});
    ++added;
  }
  std::sort(best.begin(), best.end(), [](const Recommendation& left, const Recommendation& right) {
    return left.score != right.score ? left.score > right.score : left.product < right.product;
  });
  if (best.size() > count) best.resize(count);
  for (Recommendation& one : best) one.score = std::exp(one.score);
  return best;
}

std::vector<std::uint32_t> Recommender::most_bought(std::span<const std::uint32_t> owned,
                                                    std::span<const std::uint32_t> refused, std::size_t count) const {
  const std::vector<bool> out = excluded(owned, refused);
  std::vector<std::uint32_t> best;
  for (const std::uint32_t product : popular_) {
    if (best.size() == count) break;
    if (!out[product]) best.push_back(product);
  }
  return best;
}

Result<HitRates> judge_recommendations(const PurchaseTable& before, const Recommender& recommender,
                                       std::span<const ProductPurchase> after, std::size_t count) {
  if (count == 0) return invalid("at least one product is recommended");
  std::map<std::uint32_t, std::set<std::uint32_t>> bought;
  for (const ProductPurchase& purchase : after)
    if (purchase.customer < before.customers()) bought[purchase.customer].insert(purchase.product);
  HitRates rates;
  double squares = 0, sum = 0;
  std::vector<std::uint32_t> owned;
  for (auto& [customer, products] : bought) {
    owned.clear();
    for (const PurchaseTable::First& one : before.products_of(customer)) {
      owned.push_back(one.other);
      products.erase(one.other);
    }
    if (owned.empty() || products.empty()) continue;
    bool recommended = false, popular = false;
    for (const Recommendation& one : recommender.recommend(owned, {}, count))
      recommended |= products.contains(one.product);
    for (const std::uint32_t product : recommender.most_bought(owned, {}, count)) popular |= products.contains(product);
    ++rates.customers;
    rates.recommended += recommended;
    rates.popular += popular;
    const double difference = (recommended ? 1 : 0) - (popular ? 1 : 0);
    sum += difference;
    squares += difference * difference;
  }
  if (rates.customers == 0) return invalid("nobody bought before and something new after");
  const double people = real(rates.customers), mean = sum / people;
  rates.recommended /= people;
  rates.popular /= people;
  const double half = 1.959963984540054 * std::sqrt(std::max(0.0, squares / people - mean * mean) / people);
  rates.difference_low = mean - half;
  rates.difference_high = mean + half;
  return rates;
}

}  // namespace habitue::models
