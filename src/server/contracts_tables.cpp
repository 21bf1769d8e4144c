// The question of contracts as tables.
#include <fmt/format.h>

#include "server/value_cells.hpp"

namespace habitue::server {
namespace {
namespace json = boost::json;

std::string share_cell(const json::value& share) {
  return share.is_null() ? std::string() : fmt::format("{:.1f} %", share.to_number<double>() * 100);
}
std::string days_cell(const json::value& days) {
  return days.is_null() ? std::string() : fmt::format("{:.0f}", days.to_number<double>());
}

void add_curve(ReportTable& table, const json::value& curve) {
  const std::string value = text_of(curve.at("value"));
  for (const json::value& point : curve.at("points").as_array())
    table.rows.push_back({value.empty() ? "(all, or not told)" : value, days_cell(point.at("days")),
                          text_of(point.at("at_risk")), share_cell(point.at("survival")), share_cell(point.at("low")),
                          share_cell(point.at("high"))});
}

ReportTable churn_of(const json::object& body) {
  const Amounts amount(body);
  ReportTable churn{"Churn: who had a subscription when the period began, and none at its end (* not over yet)",
                    {"start", "audience", "opening", "begun", "left", "closing", "of people", "a month when it began",
                     "of who left", "of money"},
                    {}};
  for (const json::value& period : body.at("periods").as_array())
    for (const std::string_view side : sides_of(body)) {
      const json::value& of = period.at("churn").at(side);
      churn.rows.push_back({start_of(period), std::string(side), text_of(of.at("opening")), text_of(of.at("begun")),
                            text_of(of.at("left")), text_of(of.at("closing")), share_cell(of.at("people_share")),
                            amount(of.at("opening_monthly_minor")), amount(of.at("left_monthly_minor")),
                            share_cell(of.at("money_share"))});
    }
  return churn;
}

}  // namespace

std::vector<ReportTable> contracts_tables(const json::object& body) {
  const Amounts amount(body);
  const bool french = body.contains("language") && body.at("language") == "fr";
  std::vector<ReportTable> tables{
      {"How long subscriptions last", {"answer"}, {{text_of(body.at(french ? "sentence_fr" : "sentence_en"))}}}};
  ReportTable medians{
      "Contracts", {"value", "contracts", "ended", "half last longer than (days)", "watched up to"}, {}};
  ReportTable curves{"Still there (Kaplan-Meier, 95 %)", {"value", "days", "at risk", "share", "from", "to"}, {}};
  const auto add = [&](const json::value& curve, const std::string& name) {
    medians.rows.push_back({name, text_of(curve.at("contracts")), text_of(curve.at("ended")),
                            days_cell(curve.at("median_days")), days_cell(curve.at("observed_days"))});
    add_curve(curves, curve);
  };
  add(body.at("all"), "all");
  for (const json::value& curve : body.at("curves").as_array()) {
    const std::string value = text_of(curve.at("value"));
    add(curve, value.empty() ? "(not told)" : value);
  }
  tables.push_back(std::move(medians));
  tables.push_back(std::move(curves));
  tables.push_back(churn_of(body));
  ReportTable factors{"What goes with ending sooner (above 1) or later (Cox, 95 %)",
                      {"factor", "times", "from", "to", "p", "the same at any age"},
                      {}};
  for (const json::value& of : body.at("factors").at("factors").as_array())
    factors.rows.push_back({text_of(of.at(french ? "what_fr" : "what_en")), ratio_text(of.at("hazard_ratio")),
                            ratio_text(of.at("low")), ratio_text(of.at("high")), ratio_text(of.at("p_value")),
                            of.at("proportional").as_bool() ? "" : "no: a mean over ages"});
  if (!factors.rows.empty()) tables.push_back(std::move(factors));
  ReportTable hazards{"Ends by the age of the contract", {"period", "at risk", "ended", "share", "modelled"}, {}};
  for (const json::value& of : body.at("hazards").as_array())
    hazards.rows.push_back({text_of(of.at("period")), text_of(of.at("at_risk")), text_of(of.at("ended")),
                            share_cell(of.at("share")), share_cell(of.at("modelled"))});
  if (!hazards.rows.empty()) tables.push_back(std::move(hazards));
  const json::value& leaving_check = body.at("leaving_check");
  ReportTable checked{
      fmt::format("Leaving as foretold on {}: {:.1f} foretold, {} came ({}); by tenths of the people",
                  text_of(leaving_check.at("checked_on")), leaving_check.at("foretold").to_number<double>(),
                  text_of(leaving_check.at("came")), text_of(leaving_check.at("verdict"))),
      {"people", "told from", "to", "mean told", "left", "from", "to (95 %)"},
      {}};
  for (const json::value& bin : leaving_check.at("reliability").as_array())
    checked.rows.push_back({text_of(bin.at("people")), share_cell(bin.at("lowest")), share_cell(bin.at("highest")),
                            share_cell(bin.at("mean_told")), share_cell(bin.at("share_that_left")),
                            share_cell(bin.at("low")), share_cell(bin.at("high"))});
  if (!checked.rows.empty()) tables.push_back(std::move(checked));
  const json::value& leaving = body.at("leaving");
  const json::value& worth = body.at("worth");
  if (!leaving.is_null()) {
    ReportTable ahead{"What runs, and what is left of it",
                      {"audience", "subscribers", "expected to leave in the horizon", "a month", "days of five years",
                       body.at("margin_is_revenue").as_bool() ? "renewals are worth (revenue)" : "renewals are worth"},
                      {}};
    for (const std::string_view side : sides_of(body)) {
      Row row{std::string(side), text_of(leaving.at(side).at("people")),
              fmt::format("{:.1f}", leaving.at(side).at("expected").to_number<double>())};
      if (!worth.is_null()) {
        row.push_back(amount(worth.at(side).at("monthly_minor")));
        row.push_back(days_cell(worth.at(side).at("days_left")));
        row.push_back(amount(worth.at(side).at("value_minor")));
      }
      row.resize(ahead.columns.size());
      ahead.rows.push_back(std::move(row));
    }
    tables.push_back(std::move(ahead));
  }
  const json::value& projection = body.at("projection");
  ReportTable models{"Projections, and by how much each would have missed",
                     {"model", "alpha", "beta", "c", "log-likelihood", "missed by", "verdict", "answers"},
                     {}};
  for (const json::value& model : projection.at("models").as_array())
    models.rows.push_back({text_of(model.at("name")), ratio_text(model.at("alpha")), ratio_text(model.at("beta")),
                           ratio_text(model.at("c")), ratio_text(model.at("log_likelihood")),
                           share_cell(model.at("missed_by")), text_of(model.at("verdict")),
                           model.at("used").as_bool() ? "yes" : ""});
  if (!models.rows.empty()) tables.push_back(std::move(models));
  ReportTable points{"Still there after so many periods", {"period", "counted", "projected"}, {}};
  for (const json::value& point : projection.at("points").as_array())
    points.rows.push_back(
        {text_of(point.at("period")), share_cell(point.at("counted")), share_cell(point.at("projected"))});
  if (!points.rows.empty()) tables.push_back(std::move(points));
  add_warnings(tables, body);
  return tables;
}

}  // namespace habitue::server
