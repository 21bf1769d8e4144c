// A file of JSON objects, one a line, read as a table: its columns are the keys of its first objects and those that a
// mapping names. Keys that come later are no columns and reach the event as they are.
#pragma once

#include <unordered_map>

#include "intake/json_reader.hpp"
#include "intake/table_reader.hpp"

namespace habitue::intake {

class NdjsonReader final : public TableReader {
 public:
  static constexpr std::uint64_t kLineBytesMax = 1U << 20U;
  static constexpr std::size_t kRowsForColumns = 1'000;
  static constexpr std::size_t kColumnsMax = 500;

  /// The text must outlive the reader.
  NdjsonReader(std::string_view text, const std::vector<std::string>& columns_wanted);
  const std::vector<std::string>& columns() const override { return columns_; }
  bool next(Row& row) override;
  void seek(std::uint64_t offset, std::uint64_t line) override {
    at_ = offset;
    line_ = line;
  }
  std::uint64_t begin_offset() const override { return 0; }
  std::uint64_t begin_line() const override { return 1; }
  std::unique_ptr<TableReader> clone() const override { return std::make_unique<NdjsonReader>(text_, columns_); }

 private:
  /// The next line that is not empty; nothing at the end.
  bool next_line(Row& row, std::string_view& line);
  void add_column(const std::string& name);

  std::string_view text_;
  std::vector<std::string> columns_;
  std::unordered_map<std::string, std::size_t> index_;
  JsonReader json_;
  std::uint64_t at_ = 0;
  std::uint64_t line_ = 1;
};

/// Cuts a text into its lines: for files of calls, which need no columns. False at the end.
bool next_line(std::string_view text, std::uint64_t& at, std::string_view& line);

}  // namespace habitue::intake
