// The cells that tables of the questions about money share.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <fmt/format.h>
#include <boost/json.hpp>

#include "base/money.hpp"
#include "server/table_cells.hpp"

namespace habitue::server {

/// Amounts of an answer, all in the currency that it names.
class Amounts {
 public:
  explicit Amounts(const boost::json::object& body)
      : currency_(Currency::parse(std::string_view(body.at("currency").as_string())).value_or(Currency())) {}
  std::string operator()(const boost::json::value& minor) const {
    return minor.is_null() ? std::string() : format_money({minor.to_number<std::int64_t>(), currency_});
  }

 private:
  Currency currency_;
};

inline std::string ratio_text(const boost::json::value& ratio) {
  return ratio.is_null() ? std::string() : fmt::format("{:.3f}", ratio.to_number<double>());
}

/// The first day of a period, with a star while it is not over.
inline std::string start_of(const boost::json::value& period) {
  return text_of(period.at("start")) + (period.at("complete").as_bool() ? "" : "*");
}

}  // namespace habitue::server
