// What forecasts read of each customer: purchases up to a moment, as known then, and what came after.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "insight/fold.hpp"
#include "knowledge/economics.hpp"
#include "models/purchases/history.hpp"
#include "models/spend/spend.hpp"

namespace habitue::insight::forecast {

inline constexpr double kDaysAWeek = 7;

/// Days of purchases, of whom several on one day are one. Times are weeks, amounts whole units of the business's currency.
struct PurchaseRecord {
  PersonId person;
  criteria::Verdict audience;  ///< At the question's as_of.
  models::PurchaseHistory history;
  models::SpendHistory spend;              ///< Of all days of purchases whose amount is known and above nothing.
  std::vector<std::uint16_t> later_weeks;  ///< Of each later day of purchases its week after the cut, from 0; in order.
  double later_spend = 0;
  std::size_t days_at = 0;  ///< Where the days begin in PurchaseRecords::days.
};

struct PurchaseRecords {
  std::vector<PurchaseRecord> customers;  ///< Who had bought up to the cut; by what they did.
  std::vector<std::int32_t> days;         ///< Of purchases up to the cut, since 1970, customer by customer.
  UtcMicros cut{}, until{};
  LocalDay cut_day{};                ///< The day of the cut.
  double weeks_after = 0;            ///< From the cut to `until`.
  std::uint64_t without_amount = 0;  ///< Purchases up to the cut whose amount is not known.

  /// Whether nothing but who they are, and what was known of them, tells two customers apart.
  bool did_the_same(const PurchaseRecord& left, const PurchaseRecord& right) const;
  /// In order, the first purchase first.
  std::span<const std::int32_t> days_of(const PurchaseRecord& customer) const {
    return std::span(days).subspan(customer.days_at, customer.history.x + std::size_t{1});
  }
};

/// One pass. Purchases up to `cut` are those that counted as known then; later ones, up to `until` (at most as_of), those that count
/// as known at `until`.
Result<PurchaseRecords> read_purchase_records(const knowledge::Economics& economics, const Question& question,
                                              const Lens& lens, UtcMicros cut, UtcMicros until);

}  // namespace habitue::insight::forecast
