// The preview of other definitions as tables.
#include "server/table_cells.hpp"

namespace habitue::server {
namespace {
namespace json = boost::json;

std::string title_of(const json::value& matrix) {
  const std::string what = text_of(matrix.at("what"));
  if (what == "role") return "Roles: " + text_of(matrix.at("business_side"));
  return what == "stage" ? "Stages" : "Audience";
}

}  // namespace

std::vector<ReportTable> preview_tables(const json::object& body) {
  const bool french = body.contains("language") && body.at("language") == "fr";
  const char* const sentence = french ? "sentence_fr" : "sentence_en";
  std::vector<ReportTable> tables{
      {"What would change (nothing is saved)", {"preview"}, {{text_of(body.at(sentence))}}}};
  ReportTable sections{"What is written otherwise", {"section"}, {}};
  for (const json::value& section : body.at("sections").as_array()) sections.rows.push_back({text_of(section)});
  if (!sections.rows.empty()) tables.push_back(std::move(sections));
  for (const json::value& matrix : body.at("matrices").as_array()) {
    ReportTable table{
        title_of(matrix) + ", " + text_of(matrix.at("changed")) + " would change", {"now", "then", "people"}, {}};
    for (const json::value& move : matrix.at("moves").as_array())
      table.rows.push_back({text_of(move.at("from")), text_of(move.at("to")), text_of(move.at("people"))});
    tables.push_back(std::move(table));
  }
  ReportTable warnings{"To be looked at", {"warning"}, {}};
  for (const json::value& warning : body.at("warnings").as_array())
    warnings.rows.push_back({text_of(warning.at(sentence))});
  if (!warnings.rows.empty()) tables.push_back(std::move(warnings));
  return tables;
}

}  // namespace habitue::server
