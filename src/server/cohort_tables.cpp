// Overlap and history of cohorts as tables.
#include <fmt/format.h>

#include "server/table_cells.hpp"

namespace habitue::server {
namespace json = boost::json;

namespace {

std::string joined(const json::value& names) {
  std::string text;
  for (const json::value& name : names.as_array()) text += (text.empty() ? "" : " & ") + text_of(name);
  return text;
}

std::vector<ReportTable> overlap(const json::object& body) {
  const std::string asked = text_of(body.at("question").at("audience"));
  ReportTable sizes{"Cohorts", {"cohort", "audience", "people", "unknown"}, {}};
  for (const json::value& size : body.at("sizes").as_array())
    for (const std::string_view side : sides_of(body))
      sizes.rows.push_back({text_of(size.at("cohort")), std::string(side), text_of(size.at("people").at(side)),
                            text_of(size.at("unknown").at(side))});
  ReportTable pairs{"In common", {"first", "second", "both", "jaccard", "of first", "of second"}, {}};
  for (const json::value& pair : body.at("pairs").as_array()) {
    const json::value& figures = pair.at("figures").at(asked);
    pairs.rows.push_back({text_of(pair.at("first")), text_of(pair.at("second")), text_of(figures.at("both")),
                          share_text(figures.at("jaccard")), share_text(figures.at("of_first")),
                          share_text(figures.at("of_second"))});
  }
  ReportTable regions{"In just these", {"cohorts", "people"}, {}};
  for (const json::value& region : body.at("regions").as_array())
    regions.rows.push_back({joined(region.at("cohorts")), text_of(region.at("people").at(asked))});
  regions.rows.push_back({"any of them", text_of(body.at("any").at(asked))});
  std::vector<ReportTable> tables{std::move(sizes), std::move(pairs), std::move(regions)};
  add_warnings(tables, body);
  return tables;
}

Row stock_cells(std::string when, const json::value& stock, std::string complete) {
  return {std::move(when),           text_of(stock.at("people")),  text_of(stock.at("entered")),
          text_of(stock.at("left")), text_of(stock.at("unknown")), std::move(complete)};
}

std::vector<ReportTable> cohort_history(const json::object& body) {
  const std::string asked = text_of(body.at("question").at("audience"));
  ReportTable points{
      text_of(body.at("ask").at("cohort")), {"from", "people", "entered", "left", "unknown", "complete"}, {}};
  for (const json::value& point : body.at("points").as_array())
    points.rows.push_back(
        stock_cells(text_of(point.at("start")), point.at("figures").at(asked), text_of(point.at("complete"))));
  ReportTable whole{"From first to last", {"before", "entered", "left", "stayed", "after"}, {}};
  const json::value& stock = body.at("whole").at(asked);
  whole.rows.push_back({text_of(body.at("before").at(asked)), text_of(stock.at("entered")), text_of(stock.at("left")),
                        text_of(body.at("stayed").at(asked)), text_of(stock.at("people"))});
  std::vector<ReportTable> tables{std::move(points), std::move(whole)};
  add_warnings(tables, body);
  return tables;
}

}  // namespace

std::vector<ReportTable> cohort_tables(std::string_view report, const json::object& body) {
  if (report == "overlap") return overlap(body);
  if (report == "cohort-history") return cohort_history(body);
  return {};
}

}  // namespace habitue::server
