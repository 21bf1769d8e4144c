// The question of the map as tables.
#include "server/value_cells.hpp"

namespace habitue::server {
namespace {
namespace json = boost::json;

std::string place_text(const json::value& place) {
  if (text_of(place.at("value_class")).empty()) return "(nowhere)";
  return text_of(place.at("value_class")) + ", " + text_of(place.at("relation"));
}

}  // namespace

std::vector<ReportTable> map_tables(const json::object& body) {
  const Amounts amount(body);
  const bool french = body.contains("language") && body.at("language") == "fr";
  std::vector<ReportTable> tables{
      {"The map of customers", {"in words"}, {{text_of(body.at(french ? "sentence_fr" : "sentence_en"))}}}};
  if (body.at("squares").as_array().empty()) {
    add_warnings(tables, body);
    return tables;
  }
  // People now, classes down and relations across.
  ReportTable map{"People now (and on " + text_of(body.at("from_day")) + ")", {"value"}, {}};
  for (const json::value& relation : body.at("relations").as_array()) map.columns.push_back(text_of(relation));
  for (const json::value& one : body.at("classes").as_array()) {
    Row row{text_of(one.at("name"))};
    if (!one.at("from_minor").is_null()) row.front() += ", from " + amount(one.at("from_minor"));
    for (const json::value& relation : body.at("relations").as_array()) {
      std::string cell;
      for (const json::value& square : body.at("squares").as_array()) {
        const json::value& place = square.at("place");
        if (place.at("value_class") != one.at("name") || place.at("relation") != relation) continue;
        cell = text_of(square.at("now").at("people")) + " (" + text_of(square.at("before").at("people")) + ")";
      }
      row.push_back(std::move(cell));
    }
    map.rows.push_back(std::move(row));
  }
  tables.push_back(std::move(map));
  ReportTable squares{"Each place",
                      {"value", "relation", "people before", "came", "left", "people now", "money before", "money now"},
                      {}};
  for (const json::value& square : body.at("squares").as_array()) {
    const json::value &place = square.at("place"), &before = square.at("before"), &now = square.at("now");
    squares.rows.push_back({text_of(place.at("value_class")), text_of(place.at("relation")),
                            text_of(before.at("people")), text_of(square.at("came")), text_of(square.at("left")),
                            text_of(now.at("people")), amount(before.at("money_minor")),
                            amount(now.at("money_minor"))});
  }
  tables.push_back(std::move(squares));
  ReportTable moves{"Moves, the largest first", {"from", "to", "people", "money before", "money now"}, {}};
  for (const json::value& move : body.at("moves").as_array())
    moves.rows.push_back({place_text(move.at("from")), place_text(move.at("to")), text_of(move.at("people")),
                          amount(move.at("before_minor")), amount(move.at("now_minor"))});
  tables.push_back(std::move(moves));
  add_warnings(tables, body);
  return tables;
}

}  // namespace habitue::server
