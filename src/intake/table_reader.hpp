// Rows of a text, whatever its format: a CSV file and a file of JSON objects read the same to what makes events of them.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "intake/file_import.hpp"

namespace habitue::intake {

/// One value. Its text lives until the next row is read.
struct Cell {
  enum class Kind : std::uint8_t {
    Text,  ///< Of a file without types (CSV) it may also be a number.
    Json,  ///< A number, boolean, object or array as JSON.
  };
  std::string_view text;
  Kind kind = Kind::Text;
};

enum class RowProblem : std::uint8_t { None, ColumnCount, OpenQuote, NoObject, TooLong };

struct Row {
  std::vector<Cell> cells;   ///< One for each column, when there is no problem.
  std::string extra;         ///< JSON members of no column, such as `"a":1,"b":"x"`; empty for CSV.
  std::uint64_t offset = 0;  ///< Where it begins in the text.
  std::uint64_t end = 0;     ///< Where the next one begins.
  std::uint64_t line = 0;    ///< From 1.
  RowProblem problem = RowProblem::None;
  bool mended = false;  ///< Some bytes were no UTF-8 and were read as Windows-1252.
  std::string scratch;  ///< Keeps cells that are not in the text as they are.
};

/// What is wrong with a row, in words for a person; the short form is the same for all rows of its kind.
std::string describe(const Row& row, std::size_t columns);
std::string_view name_of(RowProblem problem);

/// Reads rows in order, from any place where one begins. Cells are valid UTF-8 without NUL, white space kept.
class TableReader {
 public:
  virtual ~TableReader() = default;
  /// Distinct, never empty.
  virtual const std::vector<std::string>& columns() const = 0;
  /// False at the end.
  virtual bool next(Row& row) = 0;
  /// `offset` is where a row begins, `line` its number.
  virtual void seek(std::uint64_t offset, std::uint64_t line) = 0;
  /// The first row begins here (after the header).
  virtual std::uint64_t begin_offset() const = 0;
  virtual std::uint64_t begin_line() const = 0;
  /// Another reader of the same text, with its own place.
  virtual std::unique_ptr<TableReader> clone() const = 0;
};

/// `columns_wanted` names columns that a mapping speaks of: a file of JSON objects may not show them in its first rows.
/// Errors: InvalidInput when there is no header to read.
Result<std::unique_ptr<TableReader>> open_table(std::string_view text, const FileFormat& format,
                                                const std::vector<std::string>& columns_wanted);

/// Where the first `rows_max` rows end, or those within the first `bytes_max` bytes. The reader has been used after it.
std::uint64_t end_of_rows(TableReader& table, std::uint64_t rows_max, std::uint64_t bytes_max);

/// Names as they are used everywhere: trimmed, never empty, none twice.
std::vector<std::string> column_names(std::vector<std::string> raw);

}  // namespace habitue::intake
