#include "server/table_cells.hpp"

#include <array>

#include <fmt/format.h>

#include "base/money.hpp"

namespace habitue::server {
namespace json = boost::json;

namespace {
constexpr std::array<std::string_view, 4> kSides = {"inside", "outside", "unknown", "all"};
}

std::string text_of(const json::value& value) {
  switch (value.kind()) {
    case json::kind::null: return {};
    case json::kind::bool_: return value.get_bool() ? "yes" : "no";
    case json::kind::int64: return std::to_string(value.get_int64());
    case json::kind::uint64: return std::to_string(value.get_uint64());
    case json::kind::double_: return fmt::format("{:.4g}", value.get_double());
    case json::kind::string: return std::string(value.get_string());
    case json::kind::array:
    case json::kind::object: break;
  }
  return json::serialize(value);
}

std::string money_text(const json::value& balances, std::string_view field) {
  std::string text;
  for (const json::value& balance : balances.as_array()) {
    const auto currency = Currency::parse(std::string_view(balance.at("currency").as_string()));
    const std::int64_t minor = balance.at(field).to_number<std::int64_t>();
    if (!text.empty()) text += "; ";
    text += format_money({minor, currency.value_or(Currency())});
  }
  return text;
}

std::string amount_text(const json::value& money) {
  if (money.is_null()) return {};
  const auto currency = Currency::parse(std::string_view(money.at("currency").as_string()));
  return format_money({money.at("minor_units").to_number<std::int64_t>(), currency.value_or(Currency())});
}

std::string share_text(const json::value& share) {
  if (share.at("whole").to_number<std::uint64_t>() == 0) return {};
  return fmt::format("{:.4f}", share.at("value").to_number<double>());
}

std::vector<std::string_view> sides_of(const json::object& body) {
  const std::string_view asked = body.at("question").at("audience").as_string();
  if (asked == "all") return {kSides.begin(), kSides.end()};
  for (const std::string_view side : kSides)
    if (side == asked) return {side};
  return {"all"};
}

void add_warnings(std::vector<ReportTable>& tables, const json::object& body) {
  ReportTable table{"To be looked at", {"warning"}, {}};
  for (const json::value& warning : body.at("warnings").as_array()) table.rows.push_back({text_of(warning)});
  if (!table.rows.empty()) tables.push_back(std::move(table));
}

std::string shown_value(const json::value& value) {
  const std::string_view kind = value.at("kind").as_string();
  if (kind == "value") return text_of(value.at("text"));
  if (kind == "total") return "total";
  return kind == "missing" ? "(missing)" : kind == "other" ? "(other)" : "(not reached)";
}

}  // namespace habitue::server
