// The question whether a programme may begin, as tables.
#include "server/value_cells.hpp"

namespace habitue::server {
namespace {
namespace json = boost::json;

std::string percent(const json::value& share) {
  return share.is_null() ? std::string() : fmt::format("{:.1f} %", share.to_number<double>() * 100);
}
std::string mean(const json::value& of, const Amounts& amount) {
  if (of.is_null()) return {};
  return amount(of.at("minor")) + " (" + amount(of.at("low_minor")) + " to " + amount(of.at("high_minor")) + ")";
}

ReportTable profit(const json::value& of, const Amounts& amount) {
  return {
      "Is it profitable?",
      {"days", "revenue", "margin", "serving", "of one a year (95 %)", "losing", "of one to come (80 %)",
       "acquisition of one", "paid back in year", "programme in year", "break-even lift"},
      {{text_of(of.at("days")), amount(of.at("revenue_minor")), amount(of.at("margin_minor")),
        amount(of.at("serving_minor")), mean(of.at("contribution_of_one"), amount), text_of(of.at("losing")),
        mean(of.at("lifetime_of_one"), amount), amount(of.at("acquisition_of_one_minor")),
        text_of(of.at("payback_year")), text_of(of.at("programme_payback_year")), percent(of.at("break_even_lift"))}}};
}

}  // namespace

std::vector<ReportTable> readiness_tables(const json::object& body) {
  const Amounts amount(body);
  const bool french = body.contains("language") && body.at("language") == "fr";
  const char* const sentence = french ? "sentence_fr" : "sentence_en";
  ReportTable answers{"May the programme begin?", {"question", "answer", "in words"}, {}};
  answers.rows.push_back({"all", body.at("go").as_bool() ? "go" : "no go", text_of(body.at(sentence))});
  for (const char* name : {"profit", "offer", "data"})
    answers.rows.push_back({name, text_of(body.at(name).at("light")), text_of(body.at(name).at(sentence))});
  std::vector<ReportTable> tables{std::move(answers), profit(body.at("profit"), amount)};
  ReportTable years{
      "Year by year, discounted", {"year", "contribution", "more by the programme", "programme", "balance"}, {}};
  for (const json::value& year : body.at("profit").at("years").as_array())
    years.rows.push_back({text_of(year.at("year")), amount(year.at("contribution_minor")),
                          amount(year.at("lift_minor")), amount(year.at("programme_minor")),
                          amount(year.at("balance_minor"))});
  if (!years.rows.empty()) tables.push_back(std::move(years));
  const json::value& data = body.at("data");
  ReportTable known{"Are the data there?", {"of the segment", "people", "share"}, {}};
  for (const auto& [name, field] : {std::pair{"all that is needed", "score"}, std::pair{"can be reached", "reachable"},
                                    std::pair{"have bought", "bought"}, std::pair{"agreed", "consent"},
                                    std::pair{"bought again, of who bought", "bought_again"}})
    if (const json::value& share = data.at(field); !share.is_null())
      known.rows.push_back({name, text_of(share.at("part")) + " of " + text_of(share.at("whole")), share_text(share)});
  tables.push_back(std::move(known));
  if (const json::array& assumed = body.at(french ? "assumptions_fr" : "assumptions_en").as_array(); !assumed.empty()) {
    ReportTable table{"What is assumed", {"in words"}, {}};
    for (const json::value& one : assumed) table.rows.push_back({text_of(one)});
    tables.push_back(std::move(table));
  }
  add_warnings(tables, body);
  return tables;
}

}  // namespace habitue::server
