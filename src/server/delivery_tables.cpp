// The delivery gate, its overrides and treatments as tables.
#include <fmt/format.h>

#include "server/table_cells.hpp"

namespace habitue::server {
namespace {
namespace json = boost::json;

std::string amount_or_nothing(const json::value& money) { return money.is_null() ? "" : amount_text(money); }

std::vector<ReportTable> gate(const json::object& body) {
  ReportTable amounts{"What was asked of the ledger", {"what", "is"}, {}};
  amounts.rows.push_back({"may be delivered", body.at("may_deliver").as_bool() ? "yes" : "no"});
  amounts.rows.push_back({"reason", text_of(body.at("reason"))});
  for (const char* field : {"order_id", "person", "account"})
    if (!body.at(field).is_null()) amounts.rows.push_back({field, text_of(body.at(field))});
  for (const char* field : {"total", "paid", "due", "given_back", "charged_back", "owed", "credit_max"})
    if (!body.at(field).is_null()) amounts.rows.push_back({field, amount_text(body.at(field))});
  amounts.rows.push_back({"credit", text_of(body.at("credit"))});
  if (!body.at("credit_until").is_null()) amounts.rows.push_back({"credit_until", text_of(body.at("credit_until"))});
  ReportTable rows{"Events behind it", {"event in the ledger", "at", "what", "amount", "event"}, {}};
  for (const json::value& row : body.at("rows").as_array())
    rows.rows.push_back({text_of(row.at("seq")), text_of(row.at("at")), text_of(row.at("what")),
                         amount_or_nothing(row.at("amount")), text_of(row.at("event"))});
  if (const json::value& signed_by = body.at("override"); !signed_by.is_null())
    rows.rows.push_back({text_of(signed_by.at("seq")), text_of(signed_by.at("signed_at")), "override", "",
                         text_of(signed_by.at("author"))});
  return {std::move(amounts), std::move(rows)};
}

std::vector<ReportTable> overrides(const json::object& body) {
  ReportTable all{"Deliveries that somebody signed for",
                  {"signed at", "order", "person", "account", "author", "reason", "paid since", "due"},
                  {}};
  for (const json::value& each : body.at("overrides").as_array())
    all.rows.push_back({text_of(each.at("signed_at")), text_of(each.at("order_id")), text_of(each.at("person")),
                        text_of(each.at("account")), text_of(each.at("author")), text_of(each.at("reason")),
                        each.at("paid_since").as_bool() ? "yes" : "no", amount_or_nothing(each.at("due"))});
  ReportTable authors{"By who signed", {"author", "id", "overrides", "paid since", "not paid"}, {}};
  for (const json::value& author : body.at("authors").as_array())
    authors.rows.push_back({text_of(author.at("author")), text_of(author.at("author_id")),
                            text_of(author.at("overrides")), text_of(author.at("paid_since")),
                            text_of(author.at("not_paid"))});
  return {std::move(all), std::move(authors)};
}

std::vector<ReportTable> treatment(const json::object& body) {
  ReportTable table{"How they are treated", {"what", "is", "because"}, {}};
  const json::value& rule = body.at("treatment");
  table.rows.push_back({"treatment", rule.is_null() ? "none" : text_of(rule.at("name")), text_of(body.at("words"))});
  if (!rule.is_null()) {
    for (const char* field : {"channels", "perks"}) {
      std::string listed;
      for (const json::value& each : rule.at(field).as_array()) listed += (listed.empty() ? "" : ", ") + text_of(each);
      table.rows.push_back({field, listed, ""});
    }
    table.rows.push_back({"answered within", text_of(rule.at("reply_hours")) + " h", ""});
  }
  table.rows.push_back(
      {fmt::format("role ({})", text_of(body.at("side"))), text_of(body.at("role")), text_of(body.at("role_reason"))});
  table.rows.push_back({"stage", text_of(body.at("stage")), text_of(body.at("stage_reason"))});
  return {std::move(table)};
}

}  // namespace

std::vector<ReportTable> delivery_tables(std::string_view report, const json::object& body) {
  if (report == "delivery-gate") return gate(body);
  if (report == "overrides") return overrides(body);
  if (report == "treatment") return treatment(body);
  return {};
}

}  // namespace habitue::server
