// Reports as tables: what CSV downloads hold and what the command line draws. Made from the API's own JSON, so that the
// three can never disagree.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <boost/json.hpp>

namespace habitue::server {

struct ReportTable {
  std::string title;
  std::vector<std::string> columns;
  /// Cells as text; numbers plain, shares as decimals, money as decimals of the currency named in the column or beside.
  std::vector<std::vector<std::string>> rows;
};

/// `report` is the route's last word: roles, stages, flows, growth, aarrr, pollution, channels, spikes, people. Only the part of the
/// audience that the question asked for is shown, or each part on its own row where it was asked for all.
std::vector<ReportTable> tables_of(std::string_view report, const boost::json::object& body);

/// RFC 4180; several tables one below the other, with an empty line between. Cells that a spreadsheet would run as a formula get a leading apostrophe.
std::string csv_of(const std::vector<ReportTable>& tables);
/// The rows alone, without the line of columns.
std::string csv_rows_of(const ReportTable& table);

}  // namespace habitue::server
