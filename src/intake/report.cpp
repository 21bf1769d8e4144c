// What an import did, as JSON, and the file of rows that it could not take.
#include <algorithm>

#include <fmt/format.h>
#include <boost/json.hpp>

#include "base/json.hpp"
#include "base/text.hpp"
#include "intake/batch_maker.hpp"
#include "intake/mapping_words.hpp"

namespace habitue::intake {
namespace {

template <class T>
boost::json::object object_of(const std::map<std::string, T>& counts) {
  boost::json::object object;
  for (const auto& [name, count] : counts) object[name] = count;
  return object;
}

// A cell as CSV, quoted when it must be.
std::string cell(std::string_view text, const FileFormat& format) {
  const bool plain = text.find(format.delimiter) == std::string_view::npos &&
                     text.find(format.quote) == std::string_view::npos &&
                     text.find_first_of("\r\n") == std::string_view::npos;
  if (plain) return std::string(text);
  std::string quoted(1, format.quote);
  for (const char c : text) quoted.append(c == format.quote ? 2 : 1, c);
  quoted.push_back(format.quote);
  return quoted;
}

// Rows of Parquet are rejected as the CSV that they are read from.
FileFormat text_format(const FileFormat& format) { return format.kind == FileKind::Parquet ? FileFormat{} : format; }

}  // namespace

std::string write_report(const ImportReport& report) {
  boost::json::object object;
  object["rows"] = report.rows;
  object["rows_rejected"] = report.rows_rejected;
  object["rows_without_person"] = report.rows_without_person;
  object["events_by_name"] = object_of(report.events_by_name);
  object["orders"] = report.orders;
  object["refunds"] = report.refunds;
  object["refund_lines_matched"] = report.refund_lines_matched;
  object["refund_lines_unmatched"] = report.refund_lines_unmatched;
  object["received_minor_units"] = object_of(report.received_minor_units);
  object["refunded_minor_units"] = object_of(report.refunded_minor_units);
  if (report.first_at) object["first_at"] = format_moment(*report.first_at);
  if (report.last_at) object["last_at"] = format_moment(*report.last_at);
  object["rejected_by_reason"] = object_of(report.rejected_by_reason);
  boost::json::array notes;
  for (const std::string& note : report.notes) notes.emplace_back(note);
  object["notes"] = std::move(notes);
  return boost::json::serialize(object);
}

std::string raw_row(std::string_view text, std::uint64_t offset, std::uint64_t end) {
  std::string_view raw = text.substr(offset, end - offset);
  while (!raw.empty() && (raw.back() == '\n' || raw.back() == '\r')) raw.remove_suffix(1);
  std::string row;
  if (is_valid_utf8(raw)) {
    row = raw;
  } else {
    append_windows_1252(row, raw);
  }
  return row;
}

std::string rejected_header(const Inspection& inspection) {
  const FileFormat format = text_format(inspection.proposed.format);
  if (format.kind == FileKind::Ndjson) return {};
  // The mark tells a later import that these rows are UTF-8 even where their file was not.
  std::string header = format.encoding == "utf-8" ? "" : "\xEF\xBB\xBF";
  if (!format.header) return header;
  for (const ColumnGuess& column : inspection.columns) {
    if (column.name == kRejectedLineColumn || column.name == kRejectedReasonColumn) continue;
    header += cell(column.name, format);
    header.push_back(format.delimiter);
  }
  return fmt::format("{}{}{}{}", header, kRejectedLineColumn, format.delimiter, kRejectedReasonColumn);
}

std::string rejected_line(const Mapping& mapping, const RejectedRow& row) {
  const FileFormat format = text_format(mapping.format);
  if (format.kind != FileKind::Ndjson)
    return fmt::format("{}{}{}{}{}", row.raw, format.delimiter, row.line, format.delimiter, cell(row.reason, format));
  // Into the object itself, so that the line stays one: in front, where it is seen.
  std::string about = fmt::format("{{\"{}\":{},\"{}\":", kRejectedLineColumn, row.line, kRejectedReasonColumn);
  habitue::append_json_string(about, row.reason);
  const std::string_view raw = trimmed(row.raw);
  if (!raw.starts_with('{')) {
    about += ",\"raw\":";
    habitue::append_json_string(about, raw);
    return about + "}";
  }
  const std::string_view rest = trimmed(raw.substr(1));
  return about + (rest.starts_with('}') ? "" : ",") + std::string(rest);
}

}  // namespace habitue::intake
