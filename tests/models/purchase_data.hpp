// Public purchase records as tests and benchmarks read them: from $HABITUE_SHARED_DATA, or the folder shared/data beside the
// checkout. They are not part of the project (their licences differ), so whoever uses them is skipped without them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/purchases/history.hpp"

namespace habitue::models {

struct PurchaseDay {
  std::uint32_t customer;
  std::int64_t day;  ///< Since 1970-01-01.
  double amount;
};

/// One customer up to the end of the calibration and after it.
struct ObservedCustomer {
  PurchaseHistory history;            ///< In weeks.
  double mean_repeat_spend = 0;       ///< Of a repeat purchase day; 0 without any.
  std::uint32_t later_purchases = 0;  ///< Purchase days after the calibration.
};

/// The purchases of one of "cdnow_sample", "cdnow_full", "online_retail", "essec"; nothing when the files are not there.
std::optional<std::vector<PurchaseDay>> read_purchases(std::string_view name);

/// Days of purchase merged, cut at the end of `last_day` ("1997-09-30"): customers who first bought until then, by id.
std::vector<ObservedCustomer> observe(std::vector<PurchaseDay> purchases, std::string_view last_day);

/// The published end of calibration of a set.
std::string_view calibration_end(std::string_view name);

std::vector<PurchaseHistory> histories_of(const std::vector<ObservedCustomer>& customers);

/// A file's text, unpacked; nothing when it is not there.
std::optional<std::string> read_shared_text(const std::string& path);

}  // namespace habitue::models
