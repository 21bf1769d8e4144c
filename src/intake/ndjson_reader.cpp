#include "intake/ndjson_reader.hpp"

#include "base/json.hpp"

namespace habitue::intake {

bool next_line(std::string_view text, std::uint64_t& at, std::string_view& line) {
  if (at >= text.size()) return false;
  std::size_t end = text.find('\n', at);
  const std::size_t next = end == std::string_view::npos ? text.size() : end + 1;
  end = std::min(end, text.size());
  line = text.substr(at, end - at);
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  at = next;
  return true;
}

NdjsonReader::NdjsonReader(std::string_view text, const std::vector<std::string>& columns_wanted) : text_(text) {
  for (const std::string& name : columns_wanted) add_column(name);
  Row row;
  std::string_view line;
  for (std::size_t rows = 0; rows < kRowsForColumns && next_line(row, line); ++rows) {
    const auto object = json_.read_object(line, {.depth = 32, .keys = 1'000, .bytes = kLineBytesMax});
    if (!object) continue;
    for (const JsonMember& member : object->members) add_column(member.key);
  }
  seek(0, 1);
}

void NdjsonReader::add_column(const std::string& name) {
  if (name.empty() || columns_.size() >= kColumnsMax || !index_.emplace(name, columns_.size()).second) return;
  columns_.push_back(name);
}

bool NdjsonReader::next_line(Row& row, std::string_view& line) {
  do {
    row.offset = at_;
    row.line = line_++;
    if (!intake::next_line(text_, at_, line)) return false;
  } while (line.find_first_not_of(" \t") == std::string_view::npos);
  row.end = at_;
  return true;
}

bool NdjsonReader::next(Row& row) {
  std::string_view line;
  if (!next_line(row, line)) return false;
  row.cells.assign(columns_.size(), {});
  row.extra.clear();
  row.scratch.clear();
  row.mended = false;
  row.problem = line.size() > kLineBytesMax ? RowProblem::TooLong : RowProblem::None;
  if (row.problem != RowProblem::None) return true;
  const auto object = json_.read_object(line, {.depth = 32, .keys = 1'000, .bytes = kLineBytesMax});
  if (!object || !object->problem.empty()) {
    row.problem = object ? RowProblem::TooLong : RowProblem::NoObject;
    return true;
  }
  // Texts never outgrow the line by more than their replacements; cells point into the scratch, which must not move.
  std::size_t bytes = 0;
  for (const JsonMember& member : object->members) bytes += member.text.size();
  row.scratch.reserve(bytes);
  for (const JsonMember& member : object->members) {
    const auto found = index_.find(member.key);
    if (found == index_.end()) {
      if (!row.extra.empty()) row.extra.push_back(',');
      append_json_string(row.extra, member.key);
      row.extra.push_back(':');
      append_json_value(row.extra, member);
      continue;
    }
    if (member.kind == JsonKind::Null) continue;
    const std::size_t from = row.scratch.size();
    row.scratch.append(member.text);
    row.cells[found->second] = {std::string_view(row.scratch).substr(from),
                                member.kind == JsonKind::Text ? Cell::Kind::Text : Cell::Kind::Json};
  }
  return true;
}

}  // namespace habitue::intake
