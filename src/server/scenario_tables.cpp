// The question of scenarios as tables.
#include <cmath>

#include "server/value_cells.hpp"

namespace habitue::server {
namespace {
namespace json = boost::json;

std::string percent(double share) { return fmt::format("{:+.1f} %", share * 100); }
std::string share(const json::value& value) {
  return value.is_null() ? std::string() : fmt::format("{:.1f} %", value.to_number<double>() * 100);
}
std::string two(const json::value& value) {
  return value.is_null() ? std::string() : fmt::format("{:.2f}", value.to_number<double>());
}
std::string interval(const json::value& value, const json::value& low, const json::value& high) {
  if (value.is_null()) return {};
  if (low.is_null() || low == high) return two(value);
  return two(value) + " (" + two(low) + " to " + two(high) + ")";
}
std::string change_of(const json::value& then, const json::value& now) {
  const double before = now.is_null() ? 0 : now.to_number<double>();
  return before == 0 ? std::string() : percent((then.to_number<double>() - before) / std::abs(before));
}
// `+3.1 % (-2.0 % to +8.2 %)` of what it is now; `field` is "" or "_minor".
std::string range_of(const json::value& then, const json::value& now, const std::string& field) {
  if (then.is_null()) return {};
  const json::value &point = then.at(field.empty() ? "value" : "minor"), &low = then.at("low" + field),
                    &high = then.at("high" + field);
  std::string text = change_of(point, now);
  if (!text.empty() && low != high) text += " (" + change_of(low, now) + " to " + change_of(high, now) + ")";
  return text;
}
std::string name_of(const json::value& segment, bool is_all) {
  return is_all ? "all" : text_of(segment.at("value")).empty() ? "(none)" : text_of(segment.at("value"));
}
// All, then each.
template <class Row>
void each_segment(const json::object& body, const Row& row) {
  row(body.at("all"), true);
  for (const json::value& segment : body.at("segments").as_array()) row(segment, false);
}

ReportTable elasticities(const json::object& body) {
  ReportTable table{
      "How buying answers to price",
      {"segment", "verdict", "elasticity", "own", "own share", "products that moved", "periods", "prices seen"},
      {}};
  each_segment(body, [&](const json::value& segment, bool is_all) {
    const json::value& of = segment.at("elasticity");
    table.rows.push_back({name_of(segment, is_all),
                          text_of(of.at("verdict")) + (of.at("may_be_none").as_bool() ? ", may be none" : "") +
                              (of.at("extrapolated").as_bool() ? ", beyond prices seen" : ""),
                          interval(of.at("value"), of.at("low"), of.at("high")), two(of.at("own")),
                          of.at("own").is_null() ? "" : share(of.at("own_share")),
                          text_of(of.at("products_that_moved")) + " of " + text_of(of.at("products")),
                          text_of(of.at("periods")),
                          of.at("seen_low").is_null() ? ""
                                                      : percent(of.at("seen_low").to_number<double>()) + " to " +
                                                            percent(of.at("seen_high").to_number<double>())});
  });
  return table;
}

ReportTable purchases(const json::object& body, const Amounts& amount) {
  ReportTable table{"What would be bought",
                    {"segment", "customers", "base", "purchases", "revenue", "margin", "purchases then", "revenue then",
                     "margin then", "margin rises", "may be lost", "at elasticity"},
                    {}};
  each_segment(body, [&](const json::value& segment, bool is_all) {
    const json::value &base = segment.at("base"), &outcome = segment.at("outcome"), &even = segment.at("break_even");
    Row row{name_of(segment, is_all),         text_of(base.at("customers")),
            text_of(base.at("basis")),        fmt::format("{:.0f}", base.at("purchases").to_number<double>()),
            amount(base.at("revenue_minor")), amount(base.at("margin_minor"))};
    if (outcome.is_null())
      row.insert(row.end(), {"", "", "", ""});
    else
      row.insert(row.end(), {range_of(outcome.at("purchases"), base.at("purchases"), ""),
                             range_of(outcome.at("revenue"), base.at("revenue_minor"), "_minor"),
                             range_of(outcome.at("margin"), base.at("margin_minor"), "_minor"),
                             share(outcome.at("margin_rises"))});
    row.push_back(even.is_null() ? "" : share(even.at("purchases_lost")));
    row.push_back(even.is_null() ? "" : two(even.at("elasticity")));
    table.rows.push_back(std::move(row));
  });
  return table;
}

ReportTable subscriptions(const json::object& body, const Amounts& amount) {
  ReportTable table{"Who would leave",
                    {"segment", "subscribers", "a month", "leave", "leave then", "revenue", "revenue then",
                     "margin then", "more may leave", "likely to leave"},
                    {}};
  each_segment(body, [&](const json::value& segment, bool is_all) {
    const json::value& of = segment.at("subscriptions");
    if (of.is_null()) return;
    const json::value& then = of.at("leave_then");
    std::string leave;
    if (!then.is_null()) {
      leave = share(then.at("value"));
      if (then.at("low") != then.at("high"))
        leave += " (" + share(then.at("low")) + " to " + share(then.at("high")) + ")";
    }
    table.rows.push_back({name_of(segment, is_all), text_of(of.at("subscribers")), amount(of.at("monthly_minor")),
                          share(of.at("leave")), leave, amount(of.at("revenue_minor")),
                          range_of(of.at("revenue_then"), of.at("revenue_minor"), "_minor"),
                          range_of(of.at("margin_then"), of.at("margin_minor"), "_minor"),
                          share(of.at("more_may_leave")), text_of(of.at("likely"))});
  });
  return table;
}

}  // namespace

std::vector<ReportTable> scenario_tables(const json::object& body) {
  const Amounts amount(body);
  const bool french = body.contains("language") && body.at("language") == "fr";
  std::vector<ReportTable> tables{
      {"The scenario", {"in words"}, {{text_of(body.at(french ? "sentence_fr" : "sentence_en"))}}}};
  // Of a business of subscriptions nothing is bought but those.
  if (body.at("all").at("base").at("basis") != "nothing") {
    tables.push_back(elasticities(body));
    tables.push_back(purchases(body, amount));
  }
  if (ReportTable of = subscriptions(body, amount); !of.rows.empty()) tables.push_back(std::move(of));
  if (const json::value& rises = body.at("rises"); !rises.is_null()) {
    const json::value& risk = rises.at("risk");
    tables.push_back({"After earlier rises",
                      {"verdict", "renewals", "with a rise", "ended", "largest rise", "times as likely to leave"},
                      {{text_of(rises.at("verdict")), text_of(rises.at("contract_periods")),
                        text_of(rises.at("changed")), text_of(rises.at("ended")), share(rises.at("largest")),
                        risk.is_null() ? "" : interval(risk.at("value"), risk.at("low"), risk.at("high"))}}});
  }
  ReportTable assumed{"What is assumed", {"in words"}, {}};
  for (const json::value& one : body.at(french ? "assumptions_fr" : "assumptions_en").as_array())
    assumed.rows.push_back({text_of(one)});
  tables.push_back(std::move(assumed));
  if (const json::value& check = body.at(french ? "forecast_fr" : "forecast_en"); !text_of(check).empty())
    tables.push_back({"The forecast that the base rests on", {"in words"}, {{text_of(check)}}});
  add_warnings(tables, body);
  return tables;
}

}  // namespace habitue::server
