#include "knowledge/exchange.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>

namespace habitue::knowledge {
namespace {

// Halves away from zero; past the ends, the end.
std::int64_t rounded(long double amount) {
  constexpr long double kEnd = 9'223'372'036'854'775'807.0L;
  if (amount >= kEnd) return INT64_MAX;
  if (amount <= -kEnd) return -INT64_MAX;
  return std::llroundl(amount);
}

}  // namespace

Exchange::Exchange(const config::Business& business) : own_(business.currency) {
  for (const config::ExchangeRate& rate : business.exchange_rates) {
    const double digits = own_.minor_digits() - rate.currency.minor_digits();
    rates_.push_back({rate.currency, business.zone.start_of(rate.from), rate.rate * std::pow(10.0, digits)});
  }
  std::sort(rates_.begin(), rates_.end(), [](const Rate& left, const Rate& right) {
    return std::tie(left.currency, left.from) < std::tie(right.currency, right.from);
  });
}

std::optional<std::int64_t> Exchange::in_business(Money amount, UtcMicros at) const {
  if (amount.currency == own_) return amount.minor_units;
  const auto after = std::partition_point(rates_.begin(), rates_.end(), [&](const Rate& rate) {
    return std::tie(rate.currency, rate.from) <= std::tie(amount.currency, at);
  });
  if (after == rates_.begin() || std::prev(after)->currency != amount.currency) return std::nullopt;
  return rounded(static_cast<long double>(amount.minor_units) * std::prev(after)->rate);
}

std::int64_t Exchange::minor_of(double amount) const {
  return rounded(static_cast<long double>(amount) * std::pow(10.0L, own_.minor_digits()));
}

}  // namespace habitue::knowledge
