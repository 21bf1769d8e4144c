// Where people stand before offers, as tables: of all of them, and of one.
#include <fmt/format.h>

#include "server/table_cells.hpp"
#include "server/value_cells.hpp"

namespace habitue::server {
namespace {
namespace json = boost::json;

std::string days_text(const json::value& days) {
  return days.is_null() ? std::string() : fmt::format("{:.1f}", days.to_number<double>());
}

std::string label_in(const json::object& body, const json::value& offer) {
  const bool french = body.contains("language") && body.at("language") == "fr";
  return text_of(offer.at(french ? "label_fr" : "label_en"));
}

void add_offer(std::vector<ReportTable>& tables, const json::object& body, const json::value& offer) {
  ReportTable phases{"Before " + label_in(body, offer),
                     {"audience", "phase", "before", "came", "left", "now", "at least", "of the phase before",
                      "went on", "fell back", "days there (quartiles)"},
                     {}};
  ReportTable moves{"Moves, the largest first: " + label_in(body, offer), {"audience", "from", "to", "people"}, {}};
  for (const std::string_view side : sides_of(body)) {
    const json::value& figures = offer.at("figures").at(side);
    for (const json::value& phase : figures.at("phases").as_array()) {
      std::string stay = days_text(phase.at("median_days"));
      if (!stay.empty())
        stay = fmt::format("{} ({} to {})", stay, days_text(phase.at("quartile1_days")),
                           days_text(phase.at("quartile3_days")));
      phases.rows.push_back({std::string(side), text_of(phase.at("phase")), text_of(phase.at("before")),
                             text_of(phase.at("came")), text_of(phase.at("left")), text_of(phase.at("now")),
                             text_of(phase.at("at_least")),
                             phase.at("reached").is_null() ? "" : share_text(phase.at("reached")),
                             share_text(phase.at("went_on")), share_text(phase.at("fell_back")), std::move(stay)});
    }
    for (const json::value& move : figures.at("moves").as_array())
      moves.rows.push_back(
          {std::string(side), text_of(move.at("from")), text_of(move.at("to")), text_of(move.at("people"))});
  }
  tables.push_back(std::move(phases));
  tables.push_back(std::move(moves));
}

}  // namespace

std::vector<ReportTable> aida_tables(const json::object& body) {
  const bool french = body.contains("language") && body.at("language") == "fr";
  std::vector<ReportTable> tables{{"Before each offer, from " + text_of(body.at("from_at")),
                                   {"in words"},
                                   {{text_of(body.at(french ? "sentence_fr" : "sentence_en"))}}}};
  for (const json::value& offer : body.at("offers").as_array()) add_offer(tables, body, offer);
  add_warnings(tables, body);
  return tables;
}

std::vector<ReportTable> offers_tables(const json::object& body) {
  ReportTable standing{"Where they stand", {"offer", "phase", "since", "in words"}, {}};
  ReportTable actions{"What may be done", {"offer", "action", "may", "because"}, {}};
  for (const json::value& offer : body.at("offers").as_array()) {
    standing.rows.push_back({text_of(offer.at("label")), text_of(offer.at("phase")),
                             offer.at("since").is_null() ? "" : text_of(offer.at("since")),
                             text_of(offer.at("words"))});
    for (const char* list : {"allowed", "refused"})
      for (const json::value& each : offer.at(list).as_array())
        actions.rows.push_back({text_of(offer.at("label")), text_of(each.at("label")),
                                each.at("may").as_bool() ? "yes" : "no", text_of(each.at("words"))});
  }
  return {std::move(standing), std::move(actions)};
}

}  // namespace habitue::server
