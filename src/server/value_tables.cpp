// The questions about money as tables.
#include <fmt/format.h>

#include "server/value_cells.hpp"

namespace habitue::server {
namespace {
namespace json = boost::json;

// --- cost to serve ----------------------------------------------------------------------------------------------------

std::vector<ReportTable> costs(const json::object& body) {
  const Amounts amount(body);
  ReportTable whole{"Cost to serve",
                    {"audience", "people", "cost", "for who paid", "for who did not", "revenue", "margin", "cover"},
                    {}};
  ReportTable roles{"By role when it was spent", {"audience", "role", "people", "cost"}, {}};
  ReportTable resources{"By resource", {"audience", "resource", "people", "cost"}, {}};
  ReportTable periods{
      "By period (* not over yet)", {"start", "audience", "people", "cost", "for who did not", "revenue", "cover"}, {}};
  for (const std::string_view side : sides_of(body)) {
    const json::value& all = body.at("total").at(side);
    whole.rows.push_back({std::string(side), text_of(all.at("people")), amount(all.at("cost_minor")),
                          amount(all.at("for_who_paid_minor")), amount(all.at("for_who_did_not_minor")),
                          amount(all.at("revenue_minor")), amount(all.at("margin_minor")),
                          ratio_text(all.at("cover"))});
    for (const json::value& one : all.at("roles").as_array())
      roles.rows.push_back(
          {std::string(side), text_of(one.at("role")), text_of(one.at("people")), amount(one.at("cost_minor"))});
    for (const json::value& one : all.at("resources").as_array())
      resources.rows.push_back(
          {std::string(side), text_of(one.at("resource")), text_of(one.at("people")), amount(one.at("cost_minor"))});
    for (const json::value& period : body.at("periods").as_array()) {
      const json::value& figures = period.at("figures").at(side);
      periods.rows.push_back({start_of(period), std::string(side), text_of(figures.at("people")),
                              amount(figures.at("cost_minor")), amount(figures.at("for_who_did_not_minor")),
                              amount(figures.at("revenue_minor")), ratio_text(figures.at("cover"))});
    }
  }
  std::vector<ReportTable> tables{std::move(whole), std::move(roles), std::move(resources), std::move(periods)};
  if (const json::value& runway = body.at("runway"); !runway.is_null()) {
    tables.push_back({"How long the reserve lasts",
                      {"since", "days", "cost", "margin", "uncovered a day", "lasts until"},
                      {{text_of(runway.at("since")), text_of(runway.at("days")), amount(runway.at("cost_minor")),
                        amount(runway.at("margin_minor")), amount(runway.at("uncovered_minor_a_day")),
                        runway.at("covered").as_bool()       ? "covered: no end"
                        : runway.at("lasts_until").is_null() ? "no reserve is configured"
                                                             : text_of(runway.at("lasts_until"))}}});
  }
  add_warnings(tables, body);
  return tables;
}

// --- give-aways -------------------------------------------------------------------------------------------------------

std::vector<ReportTable> give_aways(const json::object& body) {
  const Amounts amount(body);
  ReportTable stocks{
      "Give-aways up to the end of each period (* not over yet): given = booked + written off + open",
      {"start", "audience", "given", "booked", "written off", "open", "people", "booked", "written off", "open"},
      {}};
  ReportTable changes{"During each period", {"start", "audience", "given", "booked", "written off", "open"}, {}};
  for (const json::value& period : body.at("periods").as_array())
    for (const std::string_view side : sides_of(body)) {
      Row stock{start_of(period), std::string(side)}, change = stock;
      for (const char* field : {"given_minor", "booked_minor", "written_off_minor", "open_minor"}) {
        stock.push_back(amount(period.at("at_end").at(side).at(field)));
        change.push_back(amount(period.at("during").at(side).at(field)));
      }
      for (const char* field : {"given_people", "booked_people", "written_off_people", "open_people"})
        stock.push_back(text_of(period.at("at_end").at(side).at(field)));
      stocks.rows.push_back(std::move(stock));
      changes.rows.push_back(std::move(change));
    }
  std::vector<ReportTable> tables{std::move(stocks), std::move(changes)};
  add_warnings(tables, body);
  return tables;
}

// --- acquisition ------------------------------------------------------------------------------------------------------

void add_cost(Row& row, const Amounts& amount, const json::value& cost, std::string_view side) {
  const json::value& figures = cost.at("figures").at(side);
  row.push_back(text_of(figures.at("clients")));
  row.push_back(amount(cost.at("marketing_minor")));
  row.push_back(amount(figures.at("give_aways_minor")));
  row.push_back(amount(figures.at("cost_of_one_minor")));
  row.push_back(amount(figures.at("margin_minor")));
  row.push_back(text_of(figures.at("payback_months")));
  row.push_back(ratio_text(figures.at("margin_to_cost")));
}

ReportTable lifetimes(const json::object& body, const Amounts& amount) {
  ReportTable table{"Lifetime value", {"row", "audience", "clients", "lifetime value", "to cost"}, {}};
  const auto add = [&](const std::string& name, std::string_view side, const json::value& cost) {
    const json::value& figures = cost.at("figures").at(side);
    table.rows.push_back({name, std::string(side), text_of(figures.at("clients")), amount(figures.at("lifetime_minor")),
                          ratio_text(figures.at("lifetime_to_cost"))});
  };
  for (const std::string_view side : sides_of(body)) {
    for (const json::value& period : body.at("periods").as_array()) add(start_of(period), side, period.at("cost"));
    for (const json::value& channel : body.at("channels").as_array()) {
      const std::string name = text_of(channel.at("channel"));
      add(name.empty() ? "(none told)" : name, side, channel.at("cost"));
    }
    add("total", side, body.at("total"));
  }
  return table;
}

std::vector<ReportTable> acquisition(const json::object& body) {
  const Amounts amount(body);
  const std::string margin = body.at("margin_is_revenue").as_bool() ? "revenue so far" : "margin so far";
  ReportTable periods{"Cost of a new client by period (* not over yet)",
                      {"start", "audience", "clients", "marketing", "give-aways", "one costs", margin,
                       "paid back after", "margin to cost", "allowed", "expected", "verdict"},
                      {}};
  ReportTable channels{"By channel",
                       {"channel", "audience", "clients", "marketing", "give-aways", "one costs", margin,
                        "paid back after", "margin to cost"},
                       {}};
  for (const std::string_view side : sides_of(body)) {
    for (const json::value& period : body.at("periods").as_array()) {
      Row row{start_of(period), std::string(side)};
      add_cost(row, amount, period.at("cost"), side);
      // What is allowed and expected is of everybody.
      if (side != "all") {
        row.resize(periods.columns.size());
        periods.rows.push_back(std::move(row));
        continue;
      }
      row.push_back(amount(period.at("allowed_minor")));
      row.push_back(period.at("expected_low_minor").is_null()
                        ? ""
                        : amount(period.at("expected_low_minor")) + " to " + amount(period.at("expected_high_minor")));
      row.push_back(period.at("exceeds").as_bool()   ? "above what is allowed"
                    : period.at("unusual").as_bool() ? "unusual"
                                                     : "");
      periods.rows.push_back(std::move(row));
    }
    Row total{"total", std::string(side)};
    add_cost(total, amount, body.at("total"), side);
    total.resize(periods.columns.size());
    periods.rows.push_back(std::move(total));
    for (const json::value& channel : body.at("channels").as_array()) {
      const std::string name = text_of(channel.at("channel"));
      Row row{name.empty() ? "(none told)" : name, std::string(side)};
      add_cost(row, amount, channel.at("cost"), side);
      channels.rows.push_back(std::move(row));
    }
  }
  std::vector<ReportTable> tables{std::move(periods), std::move(channels)};
  if (const json::value& lifetime = body.at("lifetime"); !lifetime.is_null()) {
    tables.push_back(
        {fmt::format("With what is still to come in {} days", text_of(lifetime.at("days"))),
         {"in words"},
         {{text_of(lifetime.at(body.at("language").as_string() == "fr" ? "sentence_fr" : "sentence_en"))}}});
    if (lifetime.at("verdict").as_string() == "told") tables.push_back(lifetimes(body, amount));
  }
  if (const json::value& spread = body.at("spread"); !spread.is_null())
    tables.push_back(
        {"How much it varies",
         {"periods", "mean", "standard deviation", "coefficient of variation"},
         {{text_of(spread.at("periods")), amount(spread.at("mean_minor")),
           amount(spread.at("standard_deviation_minor")), ratio_text(spread.at("coefficient_of_variation"))}}});
  add_warnings(tables, body);
  return tables;
}

std::vector<ReportTable> acquisition_share(const json::object& body) {
  const Amounts amount(body);
  if (!body.at("is_client").as_bool()) return {{"What being found cost", {"in words"}, {{"not a client"}}}};
  return {{"What being found cost",
           {"became a client in", "channel", "with so many", "marketing", "give-aways", "together", "profit after it"},
           {{text_of(body.at("month")).substr(0, 7), text_of(body.at("channel")), text_of(body.at("clients")),
             amount(body.at("marketing_minor")), amount(body.at("give_aways_minor")), amount(body.at("cost_minor")),
             amount(body.at("profit_minor"))}}}};
}

// --- recurring revenue ------------------------------------------------------------------------------------------------

std::vector<ReportTable> recurring(const json::object& body) {
  const Amounts amount(body);
  ReportTable table{"Monthly recurring revenue (* not over yet)",
                    {"start", "audience", "opening", "new", "reactivated", "expansion", "contraction", "churned",
                     "closing", "at risk", "subscribers", "net retention", "quick ratio"},
                    {}};
  for (const json::value& period : body.at("periods").as_array())
    for (const std::string_view side : sides_of(body)) {
      const json::value &moves = period.at("moves").at(side), &closing = period.at("closing").at(side);
      Row row{start_of(period), std::string(side), amount(period.at("opening").at(side).at("monthly_minor"))};
      for (const char* move : {"fresh", "reactivated", "expansion", "contraction", "churned"})
        row.push_back(amount(moves.at(move).at("monthly_minor")));
      row.push_back(amount(closing.at("monthly_minor")));
      row.push_back(amount(closing.at("at_risk_minor")));
      row.push_back(text_of(closing.at("subscribers")));
      row.push_back(ratio_text(moves.at("net_retention")));
      row.push_back(ratio_text(moves.at("quick_ratio")));
      table.rows.push_back(std::move(row));
    }
  std::vector<ReportTable> tables{std::move(table)};
  add_warnings(tables, body);
  return tables;
}

// --- forecast ---------------------------------------------------------------------------------------------------------

std::string share_of_one(const json::value& share) {
  return share.is_null() ? std::string() : fmt::format("{:.1f} %", share.to_number<double>() * 100);
}

Row scores_row(std::string name, const json::value& weight, const json::value& scores) {
  Row row{std::move(name), ratio_text(weight)};
  if (scores.is_null()) {
    row.resize(7);
    return row;
  }
  for (const char* score : {"deviance", "log_score", "root_mean_squared"}) row.push_back(ratio_text(scores.at(score)));
  row.push_back(share_of_one(scores.at("bias")));
  row.push_back(share_of_one(scores.at("reliability_error")));
  return row;
}

std::vector<ReportTable> forecast(const json::object& body) {
  const Amounts amount(body);
  const bool french = body.contains("language") && body.at("language") == "fr";
  const json::value& check = body.at("check");
  std::vector<ReportTable> tables{
      {"What to expect", {"in words"}, {{text_of(body.at(french ? "sentence_fr" : "sentence_en"))}}}};
  if (const json::value& occasions = body.at("occasions"); !occasions.is_null())
    tables.front().rows.push_back({text_of(occasions.at(french ? "sentence_fr" : "sentence_en"))});
  if (const json::value& season = body.at("season"); !season.is_null()) {
    tables.front().rows.push_back({text_of(season.at(french ? "sentence_fr" : "sentence_en"))});
    ReportTable months{"Purchases by month of the year (1: the mean)", {"month", "purchases"}, {}};
    for (const json::value& month : season.at("months").as_array())
      months.rows.push_back(
          {fmt::format("{}", months.rows.size() + 1), fmt::format("{:.2f}", month.to_number<double>())});
    if (!months.rows.empty()) tables.push_back(std::move(months));
  }
  if (const json::value& known = body.at("covariates"); !known.is_null()) {
    tables.front().rows.push_back({text_of(known.at(french ? "sentence_fr" : "sentence_en"))});
    ReportTable effects{
        "What was known at the first purchase, beside the usual value",
        {"of", "value", "beside", "customers", "buys times", "low", "high", "leaves times", "low", "high"},
        {}};
    for (const json::value& effect : known.at("effects").as_array()) {
      Row row{text_of(effect.at("name")), effect.at("others").as_bool() ? "(others)" : text_of(effect.at("value")),
              text_of(effect.at("usual")), text_of(effect.at("customers"))};
      for (const char* factor : {"buying", "buying_low", "buying_high", "leaving", "leaving_low", "leaving_high"})
        row.push_back(ratio_text(effect.at(factor)));
      effects.rows.push_back(std::move(row));
    }
    if (!effects.rows.empty()) tables.push_back(std::move(effects));
  }
  ReportTable models{"Models, and how well each foretold the time of the check",
                     {"model", "weight", "deviance", "log score", "root mean squared", "bias", "off by",
                      "log-likelihood", "verdict", "findings", "parameters (weeks)"},
                     {}};
  for (const json::value& model : body.at("models").as_array()) {
    Row row = scores_row(text_of(model.at("name")), model.at("weight"), model.at("scores"));
    row.push_back(fmt::format("{:.2f}", model.at("log_likelihood").to_number<double>()));
    row.push_back(text_of(model.at("verdict")));
    std::string findings, parameters;
    for (const json::value& finding : model.at("findings").as_array())
      findings += (findings.empty() ? "" : ", ") + text_of(finding);
    for (const json::value& parameter : model.at("parameters").as_array())
      parameters +=
          (parameters.empty() ? "" : ", ") + text_of(parameter.at("name")) + " " + text_of(parameter.at("value"));
    row.push_back(std::move(findings));
    row.push_back(std::move(parameters));
    models.rows.push_back(std::move(row));
  }
  if (!check.at("chosen").is_null()) {
    models.rows.push_back(scores_row("together, mended", json::value(1), check.at("chosen")));
    models.rows.push_back(scores_row("all alike", json::value(nullptr), check.at("everybody_alike")));
  }
  for (Row& row : models.rows) row.resize(models.columns.size());
  if (!models.rows.empty()) tables.push_back(std::move(models));

  ReportTable frequency{"Foretold and come, by repeat purchases (7: or more)",
                        {"repeat purchases", "customers", "foretold for one", "came for one"},
                        {}};
  for (const json::value& of : check.at("by_frequency").as_array())
    frequency.rows.push_back({text_of(of.at("repeat_purchases")), text_of(of.at("customers")),
                              ratio_text(of.at("expected")), ratio_text(of.at("observed"))});
  if (!frequency.rows.empty()) tables.push_back(std::move(frequency));
  for (const auto& [by, unit] : {std::pair("by_week", "week"), std::pair("by_occasion", "occasion")}) {
    ReportTable weeks{fmt::format("Foretold and come, by {}", unit), {unit, "foretold", "came"}, {}};
    for (const json::value& of : check.at(by).as_array())
      weeks.rows.push_back({text_of(of.at("week")), fmt::format("{:.1f}", of.at("expected").to_number<double>()),
                            fmt::format("{:.0f}", of.at("observed").to_number<double>())});
    if (!weeks.rows.empty()) tables.push_back(std::move(weeks));
  }

  if (const json::value& totals = body.at("totals"); !totals.is_null()) {
    ReportTable worth{body.at("margin_is_revenue").as_bool() ? "What they are worth (revenue, as margin is not known)"
                                                             : "What they are worth (margin)",
                      {"audience", "customers", "still customers", "purchases", "spend", "value", "from", "to"},
                      {}};
    for (const std::string_view side : sides_of(body)) {
      const json::value& of = totals.at(side);
      worth.rows.push_back(
          {std::string(side), text_of(of.at("customers")), fmt::format("{:.0f}", of.at("alive").to_number<double>()),
           fmt::format("{:.0f}", of.at("purchases").to_number<double>()), amount(of.at("spend_minor")),
           amount(of.at("value_minor")), amount(of.at("value_low_minor")), amount(of.at("value_high_minor"))});
    }
    tables.push_back(std::move(worth));
    ReportTable customers{"Customers, the most valuable first",
                          {"key", "purchases", "still a customer", "expected purchases", "from", "to", "discounted",
                           "spend", "from", "to", "value", "why"},
                          {}};
    for (const json::value& of : body.at("customers").as_array())
      customers.rows.push_back({text_of(of.at("key")), text_of(of.at("purchases")), share_of_one(of.at("alive")),
                                ratio_text(of.at("expected_purchases")), text_of(of.at("purchases_low")),
                                text_of(of.at("purchases_high")), ratio_text(of.at("discounted_purchases")),
                                amount(of.at("spend_minor")), amount(of.at("spend_low_minor")),
                                amount(of.at("spend_high_minor")), amount(of.at("value_minor")),
                                text_of(of.at(french ? "sentence_fr" : "sentence_en"))});
    tables.push_back(std::move(customers));
  }
  add_warnings(tables, body);
  return tables;
}

// --- customer equity --------------------------------------------------------------------------------------------------

std::vector<ReportTable> equity(const json::object& body) {
  const Amounts amount(body);
  const bool french = body.at("language").as_string() == "fr";
  std::vector<ReportTable> tables{
      {"What customers are worth", {"in words"}, {{text_of(body.at(french ? "sentence_fr" : "sentence_en"))}}}};
  if (body.at("figures").is_object()) {
    ReportTable lines{"From one date to the other", {"audience", "line", "customers", "amount"}, {}};
    for (const std::string_view side : sides_of(body)) {
      const json::object& figures = body.at("figures").at(side).as_object();
      for (const char* line : {"opening", "revised", "fresh", "grown", "shrunk", "lost", "closing"})
        lines.rows.push_back(
            {std::string(side), line, text_of(figures.at(line).at("customers")), amount(figures.at(line).at("minor"))});
      lines.rows.push_back({std::string(side), "received meanwhile", "", amount(figures.at("received_minor"))});
    }
    tables.push_back(std::move(lines));
    ReportTable customers{"Who moved most", {"key", "move", "worth at first", "worth now"}, {}};
    for (const json::value& of : body.at("customers").as_array())
      customers.rows.push_back({text_of(of.at("key")), text_of(of.at("move")), amount(of.at("opening_minor")),
                                amount(of.at("closing_minor"))});
    tables.push_back(std::move(customers));
  }
  add_warnings(tables, body);
  return tables;
}

}  // namespace

std::vector<ReportTable> value_tables(std::string_view report, const json::object& body) {
  if (report == "costs") return costs(body);
  if (report == "give-aways") return give_aways(body);
  if (report == "acquisition") return acquisition(body);
  if (report == "acquisition-share") return acquisition_share(body);
  if (report == "recurring") return recurring(body);
  if (report == "forecast") return forecast(body);
  if (report == "contracts") return contracts_tables(body);
  if (report == "uplift") return uplift_tables(body);
  if (report == "propensity") return propensity_tables(body);
  if (report == "map") return map_tables(body);
  if (report == "aida") return aida_tables(body);
  if (report == "offers") return offers_tables(body);
  if (report == "scenario") return scenario_tables(body);
  if (report == "equity") return equity(body);
  if (report == "readiness") return readiness_tables(body);
  if (report == "rhythm") return rhythm_tables(body);
  if (report == "config/preview") return preview_tables(body);
  if (report == "today") return today_tables(body);
  return product_tables(report, body);
}

}  // namespace habitue::server
