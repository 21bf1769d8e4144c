// What columns mean, judged by their names (English and French) and by what they hold.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "intake/column_types.hpp"
#include "intake/date_reader.hpp"
#include "intake/file_import.hpp"

namespace habitue::intake {

/// `InvoiceNo`, `Invoice Number` and `N° de facture` as words to compare: "invoice no", "no facture".
std::string column_words(std::string_view name);

/// What the sample shows of one column.
struct ColumnFacts {
  std::string name;
  std::string words;
  ColumnType type = ColumnType::Text;
  DateGuess dates;
  std::vector<std::string> samples;  ///< At most 5 distinct values.
  std::size_t values = 0, distinct = 0, missing = 0, numbers = 0, spaced = 0, with_at_sign = 0, json = 0;
};
std::vector<ColumnFacts> look_at_columns(const std::vector<std::string>& names, const TableSample& sample,
                                         DecimalMark mark, bool likely_french);

/// The field that each column is, or "trait", "property" or "ignored", with the reason.
std::vector<ColumnGuess> guess_columns(const std::vector<ColumnFacts>& facts, std::size_t rows);

/// Whether the names are French more than English.
bool named_in_french(const std::vector<std::string>& names);

/// ISO letters when the name says them: `Amount (EUR)`, `prix_eur`. Empty otherwise.
std::string currency_in_name(std::string_view name);
/// The currency of a country by its English or French name or ISO letters. Empty when not known.
std::string currency_of_country(std::string_view country);

}  // namespace habitue::intake
