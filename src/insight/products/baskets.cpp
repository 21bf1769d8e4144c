#include "insight/products/baskets.hpp"

#include <algorithm>
#include <cmath>

#include "insight/fold_lists.hpp"
#include "insight/forecast/for_rows.hpp"

namespace habitue::insight::products {
namespace {

constexpr std::uint64_t kJudgedLeast = 50;

}  // namespace

std::vector<models::ProductPurchase> purchases_of(const PurchasedProducts& table, const Period& period) {
  std::vector<models::ProductPurchase> purchases;
  for (const Bought& one : table.bought)
    if (one.at >= period.from && one.at < period.to && !table.products[one.product].id.empty())
      purchases.push_back({one.customer, one.at.time_since_epoch().count(), one.product});
  return purchases;
}

Result<RecommendCheck> judge(const Question& question, const Zone& zone,
                             const std::vector<models::ProductPurchase>& purchases, const JudgedBy& by) {
  RecommendCheck check;
  if (purchases.empty()) {
    check.reasons.push_back(RecommendReason::NoProducts);
    return check;
  }
  const auto [first, last] = std::minmax_element(
      purchases.begin(), purchases.end(),
      [](const models::ProductPurchase& left, const models::ProductPurchase& right) { return left.at < right.at; });
  const auto spans = static_cast<double>(last->at - first->at);
  const UtcMicros about{std::chrono::microseconds{first->at + std::llround(spans * (1 - by.held_out))}};
  // The customers' own days, so that no day is cut in two.
  const LocalDay split_day = zone.day_of(about);
  const std::int64_t split = zone.start_of(split_day).time_since_epoch().count();
  std::vector<models::ProductPurchase> before, after;
  for (const models::ProductPurchase& one : purchases) (one.at < split ? before : after).push_back(one);
  check.split = split_day;
  const auto too_few = [&] {
    check.reasons.push_back(RecommendReason::TooFewCustomers);
    return check;
  };
  if (before.empty() || after.empty()) return too_few();

  const auto table = models::PurchaseTable::from(before);
  if (!table) return tl::unexpected(table.error());
  const auto pairs = models::find_pairs(*table, {.buyers_least = by.buyers_least,
                                                 .discovery_rate = by.discovery_rate,
                                                 .threads = forecast::threads_of(question)});
  if (!pairs) return tl::unexpected(pairs.error());
  if (is_cancelled(question)) return was_cancelled();
  const models::Recommender recommender(*table, pairs->pairs);
  const auto rates = models::judge_recommendations(*table, recommender, after, by.recommended);
  // Nobody bought before and something new after: that is too few as well.
  if (!rates) return too_few();
  check.customers = rates->customers;
  if (rates->customers < kJudgedLeast) return too_few();
  check.recommended = rates->recommended;
  check.popular = rates->popular;
  check.difference_low = rates->difference_low;
  check.difference_high = rates->difference_high;
  check.verdict = rates->difference_low > 0 ? RecommendVerdict::Passed : RecommendVerdict::Failed;
  if (check.verdict == RecommendVerdict::Failed) check.reasons.push_back(RecommendReason::NoBetterThanPopular);
  return check;
}

}  // namespace habitue::insight::products
