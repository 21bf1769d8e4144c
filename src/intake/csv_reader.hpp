// Delimited text (RFC 4180 and its relatives), row by row over memory. Cells point into the text; only those with doubled
// quotes or broken encoding are copied.
//
// A quote opens a quoted cell only where the cell begins, so that 5" nails stay what they are. A quoted cell that never ends,
// or that swallows lines and leaves a row of the wrong width, costs the line it stands on and no other.
#pragma once

#include "intake/table_reader.hpp"

namespace habitue::intake {

class CsvReader final : public TableReader {
 public:
  /// A row longer than this is refused: an opened quote must not swallow the file.
  static constexpr std::uint64_t kRowBytesMax = 1U << 20U;

  /// The text must outlive the reader.
  CsvReader(std::string_view text, const FileFormat& format);
  const std::vector<std::string>& columns() const override { return columns_; }
  bool next(Row& row) override;
  void seek(std::uint64_t offset, std::uint64_t line) override {
    at_ = offset;
    line_ = line;
  }
  std::uint64_t begin_offset() const override { return begin_; }
  std::uint64_t begin_line() const override { return begin_line_; }
  std::unique_ptr<TableReader> clone() const override { return std::make_unique<CsvReader>(*this); }

 private:
  bool read_plain(Row& row);
  void read_quoted(Row& row);
  void finish(Row& row, bool suspicious);

  std::string_view text_;
  char delimiter_;
  char quote_;
  char newline_ = '\n';  // A carriage return for the files of old Macs, which have no line feed.
  std::vector<std::string> columns_;
  std::uint64_t begin_ = 0;
  std::uint64_t begin_line_ = 1;
  std::uint64_t at_ = 0;
  std::uint64_t line_ = 1;
};

}  // namespace habitue::intake
