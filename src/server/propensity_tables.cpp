// The question of propensity as tables.
#include <fmt/format.h>

#include "server/value_cells.hpp"

namespace habitue::server {
namespace {
namespace json = boost::json;

std::string share_cell(const json::value& share) {
  return share.is_null() ? std::string() : fmt::format("{:.1f} %", share.to_number<double>() * 100);
}
// A number with its interval.
std::string between(const json::value& of, const std::string& name, int digits) {
  const json::value& value = of.at(name);
  if (value.is_null()) return {};
  return fmt::format("{:.{}f} ({:.{}f} to {:.{}f})", value.to_number<double>(), digits,
                     of.at(name + "_low").to_number<double>(), digits, of.at(name + "_high").to_number<double>(),
                     digits);
}
std::string what_of(const json::value& of, bool french) { return text_of(of.at(french ? "what_fr" : "what_en")); }

ReportTable models_of(const json::value& check) {
  ReportTable models{"What foretold best the people of the check, whom nothing had learnt from",
                     {"method", "law", "AUC", "log loss", "Brier", "off by", "behind the best", "answers"},
                     {}};
  for (const json::value& model : check.at("models").as_array()) {
    Row row{text_of(model.at("method")), text_of(model.at("name"))};
    if (const json::value& scores = model.at("scores"); !scores.is_null()) {
      row.push_back(between(scores, "auc", 3));
      row.push_back(between(scores, "log_loss", 4));
      row.push_back(between(scores, "brier", 4));
      row.push_back(share_cell(scores.at("calibration_error")));
      row.push_back(between(scores, "behind", 4));
    } else {
      row.resize(7);
    }
    row.push_back(model.at("used").as_bool() ? "yes" : "");
    models.rows.push_back(std::move(row));
  }
  return models;
}

}  // namespace

std::vector<ReportTable> propensity_tables(const json::object& body) {
  const bool french = body.contains("language") && body.at("language") == "fr";
  const json::value& check = body.at("check");
  std::vector<ReportTable> tables{
      {"How likely each is to do it", {"check"}, {{text_of(body.at(french ? "sentence_fr" : "sentence_en"))}}}};
  ReportTable cuts{"Moments looked back to", {"day", "could do it", "looked at", "did it", "for"}, {}};
  for (const json::value& cut : check.at("cuts").as_array())
    cuts.rows.push_back({text_of(cut.at("day")), text_of(cut.at("eligible")), text_of(cut.at("looked_at")),
                         text_of(cut.at("came")), cut.at("check").as_bool() ? "the check" : "learning"});
  if (!cuts.rows.empty()) tables.push_back(std::move(cuts));
  if (!check.at("models").as_array().empty()) tables.push_back(models_of(check));
  ReportTable reliability{
      "Told and come, by the chance told", {"from", "to", "people", "told", "came", "at least", "at most"}, {}};
  for (const json::value& bin : check.at("reliability").as_array())
    reliability.rows.push_back({share_cell(bin.at("lowest")), share_cell(bin.at("highest")), text_of(bin.at("people")),
                                share_cell(bin.at("mean_told")), share_cell(bin.at("share_that_came")),
                                share_cell(bin.at("low")), share_cell(bin.at("high"))});
  if (!reliability.rows.empty()) tables.push_back(std::move(reliability));
  ReportTable tops{
      "Of those told the highest chances",
      {"of the people", "people", "did it", "share", "at least", "at most", "of all who did", "after days"},
      {}};
  for (const json::value& top : check.at("tops").as_array())
    tops.rows.push_back({share_cell(top.at("share")), text_of(top.at("people")), text_of(top.at("came")),
                         share_cell(top.at("precision")), share_cell(top.at("precision_low")),
                         share_cell(top.at("precision_high")), share_cell(top.at("caught")),
                         top.at("median_days").is_null()
                             ? std::string()
                             : fmt::format("{:.0f}", top.at("median_days").to_number<double>())});
  if (!tops.rows.empty()) tables.push_back(std::move(tops));
  ReportTable weights{"What it looks at most", {"what", "moves the log-odds by"}, {}};
  for (const json::value& weight : check.at("weights").as_array())
    weights.rows.push_back({what_of(weight, french), ratio_text(weight.at("weight"))});
  if (!weights.rows.empty()) tables.push_back(std::move(weights));
  if (const json::value& totals = body.at("totals"); !totals.is_null()) {
    ReportTable bands{"By chance", {"from", "to", "audience", "people", "expected to"}, {}};
    const auto add = [&](std::string low, std::string high, const json::value& of) {
      for (const std::string_view side : sides_of(body))
        bands.rows.push_back({low, high, std::string(side), text_of(of.at(side).at("people")),
                              fmt::format("{:.1f}", of.at(side).at("expected").to_number<double>())});
    };
    for (const json::value& band : body.at("bands").as_array())
      if (band.at("totals").at("all").at("people").to_number<std::uint64_t>() > 0)
        add(share_cell(band.at("low")), share_cell(band.at("high")), band.at("totals"));
    add("all", "", totals);
    tables.push_back(std::move(bands));
    ReportTable customers{"People, the likeliest first", {"key", "chance", "why"}, {}};
    for (const json::value& of : body.at("customers").as_array())
      customers.rows.push_back({text_of(of.at("key")), share_cell(of.at("probability")),
                                text_of(of.at(french ? "sentence_fr" : "sentence_en"))});
    tables.push_back(std::move(customers));
  }
  add_warnings(tables, body);
  return tables;
}

}  // namespace habitue::server
