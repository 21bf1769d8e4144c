#include "intake/table_reader.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/text.hpp"
#include "intake/csv_reader.hpp"
#include "intake/ndjson_reader.hpp"

namespace habitue::intake {

std::string_view name_of(RowProblem problem) {
  switch (problem) {
    case RowProblem::None: return "no problem";
    case RowProblem::ColumnCount: return "wrong number of columns";
    case RowProblem::OpenQuote: return "a quote is opened and not closed";
    case RowProblem::NoObject: return "not a JSON object";
    case RowProblem::TooLong: return "too long or too deeply nested";
  }
  return "unreadable";
}

std::uint64_t end_of_rows(TableReader& table, std::uint64_t rows_max, std::uint64_t bytes_max) {
  Row row;
  std::uint64_t end = table.begin_offset();
  for (std::uint64_t rows = 0; rows < rows_max && table.next(row) && row.end <= bytes_max; ++rows) end = row.end;
  return end;
}

std::string describe(const Row& row, std::size_t columns) {
  if (row.problem == RowProblem::ColumnCount)
    return fmt::format("wrong number of columns: {} where the header has {}", row.cells.size(), columns);
  return std::string(name_of(row.problem));
}

std::vector<std::string> column_names(std::vector<std::string> raw) {
  std::vector<std::string> names;
  std::set<std::string> taken;
  for (std::size_t i = 0; i < raw.size(); ++i) {
    std::string name(trimmed(raw[i]));
    if (name.empty()) name = fmt::format("column_{}", i + 1);
    std::string distinct = name;
    for (int number = 2; !taken.insert(distinct).second; ++number) distinct = fmt::format("{}_{}", name, number);
    names.push_back(std::move(distinct));
  }
  return names;
}

Result<std::unique_ptr<TableReader>> open_table(std::string_view text, const FileFormat& format,
                                                const std::vector<std::string>& columns_wanted) {
  std::unique_ptr<TableReader> reader;
  if (format.kind == FileKind::Ndjson) {
    reader = std::make_unique<NdjsonReader>(text, columns_wanted);
  } else {
    reader = std::make_unique<CsvReader>(text, format);
  }
  if (reader->columns().empty())
    return invalid("the file is empty: a line with the names of the columns is expected first");
  return reader;
}

}  // namespace habitue::intake
