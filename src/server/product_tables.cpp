// The questions about products as tables.
#include <fmt/format.h>

#include "server/value_cells.hpp"

namespace habitue::server {
namespace {
namespace json = boost::json;

std::string called(const json::value& id, const json::value& name) {
  const std::string text = text_of(name);
  return text.empty() ? text_of(id) : text;
}

Row figures_row(std::string id, std::string name, const Amounts& amount, const json::value& figures) {
  return {std::move(id),
          std::move(name),
          text_of(figures.at("buyers")),
          text_of(figures.at("purchases")),
          fmt::format("{:.6g}", figures.at("quantity").to_number<double>()),
          amount(figures.at("revenue_minor")),
          amount(figures.at("refunded_minor")),
          amount(figures.at("margin_minor")),
          amount(figures.at("revenue_without_margin_minor"))};
}

std::vector<ReportTable> products(const json::object& body) {
  const Amounts amount(body);
  ReportTable table{"What each product brings",
                    {"code", "name", "buyers", "purchases", "units", "revenue", "given back", "margin",
                     "revenue without margin", "begun with it", "bought again", "bought it again"},
                    {}};
  for (const json::value& line : body.at("lines").as_array()) {
    Row row = figures_row(text_of(line.at("id")), called(line.at("id"), line.at("name")), amount, line.at("figures"));
    for (const char* share : {"first", "again", "again_same"}) row.push_back(share_text(line.at(share)));
    table.rows.push_back(std::move(row));
  }
  const auto add = [&](const char* name, const json::value& figures) {
    Row row = figures_row("", name, amount, figures);
    row.resize(table.columns.size());
    table.rows.push_back(std::move(row));
  };
  if (body.at("products").to_number<std::uint64_t>() > body.at("lines").as_array().size())
    add("(other products)", body.at("others"));
  // People may be in several of the other products.
  if (table.rows.size() > body.at("lines").as_array().size()) table.rows.back()[2].clear();
  add("(of no product)", body.at("of_no_product"));
  add("(all)", body.at("total"));
  std::vector<ReportTable> tables{std::move(table)};
  add_warnings(tables, body);
  return tables;
}

// --- cross-sell -------------------------------------------------------------------------------------------------------

std::string called(const json::value& product) { return called(product.at("id"), product.at("name")); }
std::string p_text(const json::value& p) { return fmt::format("{:.2g}", p.to_number<double>()); }
std::string percent(const json::value& share) { return fmt::format("{:.1f} %", share.to_number<double>() * 100); }
std::string days(const json::value& number) { return fmt::format("{:.0f}", number.to_number<double>()); }
bool is_french(const json::object& body) { return body.contains("language") && body.at("language") == "fr"; }

std::vector<ReportTable> cross_sell(const json::object& body) {
  ReportTable pairs{
      fmt::format("What is bought after what: {} of {} found among {} that could be tested",
                  body.at("pairs").as_array().size(), text_of(body.at("pairs_found")), text_of(body.at("tests"))),
      {"first", "then", "customers", "not yet", "of buyers", "of those who could", "lift", "adjusted p",
       "days: a quarter", "half", "three quarters"},
      {}};
  for (const json::value& pair : body.at("pairs").as_array())
    pairs.rows.push_back({called(pair.at("first")), called(pair.at("then")), text_of(pair.at("customers")),
                          text_of(pair.at("not_yet")), percent(pair.at("support")), percent(pair.at("confidence")),
                          fmt::format("{:.2f}", pair.at("lift").to_number<double>()), p_text(pair.at("adjusted")),
                          days(pair.at("delay_p25_days")), days(pair.at("delay_median_days")),
                          days(pair.at("delay_p75_days"))});
  ReportTable sequences{fmt::format("Three in a row, of {} found", text_of(body.at("sequences_found"))),
                        {"first", "then", "last", "customers", "of those who could", "lift", "adjusted p"},
                        {}};
  for (const json::value& one : body.at("sequences").as_array())
    sequences.rows.push_back({called(one.at("first")), called(one.at("then")), called(one.at("last")),
                              text_of(one.at("customers")), percent(one.at("confidence")),
                              fmt::format("{:.2f}", one.at("lift").to_number<double>()), p_text(one.at("adjusted"))});
  ReportTable baskets{fmt::format("In one basket, of {} found", text_of(body.at("basket_pairs_found"))),
                      {"one", "other", "baskets", "of baskets", "lift", "adjusted p"},
                      {}};
  for (const json::value& one : body.at("basket_pairs").as_array())
    baskets.rows.push_back({called(one.at("first")), called(one.at("second")), text_of(one.at("baskets")),
                            percent(one.at("support")), fmt::format("{:.2f}", one.at("lift").to_number<double>()),
                            p_text(one.at("adjusted"))});
  std::vector<ReportTable> tables{std::move(pairs), std::move(sequences), std::move(baskets)};
  tables.push_back(
      {"Recommendations, judged", {"check"}, {{text_of(body.at(is_french(body) ? "sentence_fr" : "sentence_en"))}}});
  add_warnings(tables, body);
  return tables;
}

std::vector<ReportTable> recommendations(const json::object& body) {
  const char* const sentence = is_french(body) ? "sentence_fr" : "sentence_en";
  ReportTable table{"Recommended", {"code", "name", "again", "why"}, {}};
  for (const json::value& one : body.at("products").as_array())
    table.rows.push_back(
        {text_of(one.at("id")), called(one), one.at("again").as_bool() ? "again" : "", text_of(one.at(sentence))});
  return {std::move(table), {"Judged", {"check"}, {{text_of(body.at(sentence))}}}};
}

// --- assortment -------------------------------------------------------------------------------------------------------

std::vector<ReportTable> assortment(const json::object& body) {
  const Amounts amount(body);
  std::vector<ReportTable> tables{
      {"The smallest range", {"answer"}, {{text_of(body.at(is_french(body) ? "sentence_fr" : "sentence_en"))}}}};
  const char* const worth = body.at("value_is_revenue").as_bool() ? "revenue" : "margin";
  const auto add = [&](const char* title, const json::value& list) {
    ReportTable table{title, {"code", "name", "category", worth, "buyers"}, {}};
    for (const json::value& one : list.as_array())
      table.rows.push_back({text_of(one.at("id")), called(one), text_of(one.at("category")),
                            amount(one.at("value_minor")), text_of(one.at("buyers"))});
    if (!table.rows.empty()) tables.push_back(std::move(table));
  };
  add("Stay, in the order in which the range is worth building up", body.at("kept"));
  add("Could go, those of most value first", body.at("dropped"));
  if (const json::value& cut = body.at("cut"); !cut.is_null()) {
    const json::value& left = cut.at("left");
    tables.push_back({"The cut asked for",
                      {"products left", "customers kept", "value kept", "touched", "no longer kept", "lost"},
                      {{text_of(left.at("size")), percent(left.at("customers_kept")), percent(left.at("value_kept")),
                        text_of(cut.at("touched")), text_of(cut.at("no_longer_kept")), amount(cut.at("lost_minor"))}}});
    ReportTable touched{"Whom it touches", {"key", worth, "would lose", "kept"}, {}};
    for (const json::value& one : body.at("customers").as_array())
      touched.rows.push_back({text_of(one.at("key")), amount(one.at("value_minor")), amount(one.at("lost_minor")),
                              one.at("is_kept").as_bool() ? "yes" : "no"});
    tables.push_back(std::move(touched));
  }
  add_warnings(tables, body);
  return tables;
}

}  // namespace

std::vector<ReportTable> product_tables(std::string_view report, const json::object& body) {
  if (report == "products") return products(body);
  if (report == "cross-sell") return cross_sell(body);
  if (report == "assortment") return assortment(body);
  if (report == "recommendations") return recommendations(body);
  return {};
}

}  // namespace habitue::server
