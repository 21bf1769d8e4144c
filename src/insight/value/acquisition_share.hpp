// What it cost to be found by one client: the share in the marketing of the month and channel, and what was given before the first payment.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "insight/value/person_value.hpp"

namespace habitue::insight {

/// Amounts are minor units of the business's currency; of the account where accounts are charged.
struct AcquisitionShare {
  Currency currency;
  bool is_client = false;         ///< Nobody else has cost an acquisition yet; then nothing below is told.
  std::optional<LocalDay> month;  ///< The first day of the month in which they became a client.
  std::string channel;
  std::uint64_t clients =
      0;  ///< Won by the same channel in that month, this one with them: each bears as much of its marketing.
  std::int64_t marketing_minor = 0, give_aways_minor = 0;
  std::optional<std::int64_t> cost_minor;  ///< The two together; nothing where no cost of acquisition is told at all.
  std::optional<std::int64_t>
      profit_minor;  ///< Margin less cost to serve less acquisition, give-aways counted once; nothing where the margin is not known.
};
/// One pass. Errors: those of value_of_person and of reading the money of all.
Result<AcquisitionShare> acquisition_share_of(const Customers& customers, const Question& question, PersonId person);

}  // namespace habitue::insight
