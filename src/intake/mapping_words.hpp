// The words of a mapping that several files know.
#pragma once

#include <array>
#include <string_view>

#include "intake/file_import.hpp"

namespace habitue::intake {

inline constexpr std::array<std::string_view, 16> kMappingFields = {
    "message_id", "user_id",      "anonymous_id", "email",      "account_id", "event",    "at",     "order_id",
    "product_id", "product_name", "quantity",     "unit_price", "total",      "currency", "refund", "name"};

/// Columns of a file of rejected rows that are about the rejection and not about the row.
inline constexpr std::string_view kRejectedLineColumn = "habitue_line";
inline constexpr std::string_view kRejectedReasonColumn = "habitue_reason";

}  // namespace habitue::intake
