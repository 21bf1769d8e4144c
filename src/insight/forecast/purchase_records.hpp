// What forecasts read of each customer: purchases up to a moment, as known then, and what came after, by days or by occasions.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "insight/fold.hpp"
#include "insight/forecast/occasions.hpp"
#include "knowledge/economics.hpp"
#include "models/purchases/history.hpp"
#include "models/spend/spend.hpp"

namespace habitue::insight::forecast {

inline constexpr double kDaysAWeek = 7;

/// Days of purchases, of whom several on one day are one. Times are weeks, amounts whole units of the business's currency. Where occasions
/// are counted they take the place of days and weeks: several purchases at one are one, and times are numbers of them.
struct PurchaseRecord {
  PersonId person;
  criteria::Verdict audience;  ///< At the question's as_of.
  models::PurchaseHistory history;
  models::SpendHistory spend;        ///< Of all days of purchases whose amount is known and above nothing.
  std::vector<std::uint16_t> later;  ///< Of each later day of purchases its week after the cut, from 0; in order.
  double later_spend = 0;
  LocalDay last_day;        ///< Of the last purchase.
  std::size_t days_at = 0;  ///< Where the days begin in PurchaseRecords::days.
};

enum class Counted : std::uint8_t { Days, Occasions };

struct PurchaseRecords {
  std::vector<PurchaseRecord> customers;  ///< Who had bought up to the cut; by what they did.
  std::vector<std::int32_t> days;  ///< Of purchases up to the cut, since 1970, customer by customer; or occasions.
  std::shared_ptr<const Occasions> occasions;  ///< Null where days are counted.
  std::int32_t occasions_over = 0;             ///< At the cut.
  UtcMicros cut{}, until{};                    ///< Where occasions are counted, the ends of the last that were over.
  LocalDay cut_day{};                          ///< The day of the cut.
  double weeks_after = 0;                      ///< From the cut to `until`.
  std::uint64_t without_amount = 0;            ///< Purchases up to the cut whose amount is not known.

  Counted counted() const { return occasions ? Counted::Occasions : Counted::Days; }
  /// Whether nothing but who they are, and what was known of them, tells two customers apart.
  bool did_the_same(const PurchaseRecord& left, const PurchaseRecord& right) const;
  /// In order, the first purchase first.
  std::span<const std::int32_t> days_of(const PurchaseRecord& customer) const {
    return std::span(days).subspan(customer.days_at, customer.history.x + std::size_t{1});
  }
};

/// One pass. Purchases up to `cut` are those that counted as known then; later ones, up to `until` (at most as_of), those that count
/// as known at `until`. With `occasions` both are moved back to the end of the last that was over.
Result<PurchaseRecords> read_purchase_records(const knowledge::Economics& economics, const Question& question,
                                              const Lens& lens, std::shared_ptr<const Occasions> occasions,
                                              UtcMicros cut, UtcMicros until);
/// As of a moment up to the question's, by days or by the occasions that `spec` names.
Result<PurchaseRecords> read_records(const knowledge::Economics& economics, const Question& question, const Lens& lens,
                                     const ForecastSpec& spec, UtcMicros at);

}  // namespace habitue::insight::forecast
