// What a column without a meaning holds, judged from samples: whether it becomes numbers or text in JSON.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "intake/decimal.hpp"
#include "intake/table_reader.hpp"

namespace habitue::intake {

enum class ColumnType : std::uint8_t { Text, Integer, Decimal, Boolean };

/// Rows of the beginning, the middle and the end of a text, as read; rows with a problem are left out.
struct TableSample {
  std::vector<std::vector<std::string>> rows;
  std::vector<std::uint64_t> lines;  ///< Of the rows; only those of the beginning are right.
  std::size_t from_beginning = 0;
  std::uint64_t bytes = 0;  ///< That the rows at the beginning take: for estimating their number.
  std::size_t problems = 0;
};
TableSample sample_table(const TableReader& table, std::string_view text, std::size_t rows_each);

/// Text as soon as one value is written as no number is: a postcode 01000, a code 1234567890123456.
ColumnType type_of_column(std::string_view name, const TableSample& sample, std::size_t column, DecimalMark mark);

/// Whether a name is that of identifiers, codes or phone numbers, which are text whatever their digits.
bool named_like_identifier(std::string_view name);

/// As numbers are written when nothing else is meant: no leading zero, no plus, at most 15 digits.
bool is_canonical_number(std::string_view text, DecimalMark mark);

}  // namespace habitue::intake
