// The question of today as tables.
#include "server/value_cells.hpp"

namespace habitue::server {
namespace json = boost::json;

std::vector<ReportTable> today_tables(const json::object& body) {
  const Amounts amount(body);
  const bool french = body.contains("language") && body.at("language") == "fr";
  const auto told = [&](const json::value& of, const char* what) {
    return text_of(of.at(std::string(what) + (french ? "_fr" : "_en")));
  };
  std::vector<ReportTable> tables{
      {"Today", {"in a sentence"}, {{text_of(body.at(french ? "sentence_fr" : "sentence_en"))}}}};
  ReportTable lines{"What changed and matters", {"what", "why", "what now", "audience", "people", "at stake"}, {}};
  for (const json::value& of : body.at("findings").as_array())
    lines.rows.push_back({told(of, "sentence"), told(of, "reason"), told(of, "action"), text_of(of.at("side")),
                          text_of(of.at("people")), amount(of.at("money_minor"))});
  if (!lines.rows.empty()) tables.push_back(std::move(lines));
  add_warnings(tables, body);
  return tables;
}

}  // namespace habitue::server
