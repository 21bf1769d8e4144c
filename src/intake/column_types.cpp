#include "intake/column_types.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace habitue::intake {
namespace {

// As `zip code`, `Code postal`, `n° de téléphone`, `user_id` are written, with everything but letters and digits gone.
constexpr std::array<std::string_view, 16> kIdentifierEndings = {
    "id",    "code",  "zip",  "postal", "phone", "mobile",    "telephone", "tel",
    "siret", "siren", "iban", "ean",    "sku",   "reference", "ref",       "number"};

}  // namespace

bool named_like_identifier(std::string_view name) {
  std::string letters;
  for (const char c : folded(name))
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) letters.push_back(c);
  if (letters.starts_with("code") || letters.find("postal") != std::string::npos ||
      letters.find("phone") != std::string::npos)
    return true;
  return std::any_of(kIdentifierEndings.begin(), kIdentifierEndings.end(),
                     [&](std::string_view ending) { return letters.ends_with(ending); });
}

bool is_canonical_number(std::string_view text, DecimalMark mark) {
  if (text.starts_with('-')) text.remove_prefix(1);
  const char decimal_mark = mark == DecimalMark::Comma ? ',' : '.';
  const std::size_t whole = text.find_first_not_of("0123456789");
  if (whole == 0 || text.empty() || text.size() > 16) return false;
  if (text.front() == '0' && text.size() > 1 && whole != 1) return false;
  if (whole == std::string_view::npos) return true;
  return text[whole] == decimal_mark && text.size() > whole + 1 &&
         text.find_first_not_of("0123456789", whole + 1) == std::string_view::npos;
}

TableSample sample_table(const TableReader& table, std::string_view text, std::size_t rows_each) {
  TableSample sample;
  const auto reader = table.clone();
  Row row;
  const auto take = [&](std::uint64_t until) {
    for (std::size_t taken = 0; taken < rows_each && reader->next(row) && row.offset < until;) {
      if (row.problem != RowProblem::None) {
        ++sample.problems;
        continue;
      }
      std::vector<std::string> cells;
      for (const Cell& cell : row.cells) cells.emplace_back(cell.text);
      sample.rows.push_back(std::move(cells));
      sample.lines.push_back(row.line);
      ++taken;
    }
    return row.end;
  };
  reader->seek(table.begin_offset(), table.begin_line());
  const std::uint64_t beginning_end = take(text.size());
  sample.from_beginning = sample.rows.size();
  sample.bytes = beginning_end - table.begin_offset();

  // From somewhere inside, the next line's beginning is most likely a row's; if not, its width gives it away.
  const auto take_at = [&](std::uint64_t from) {
    const std::size_t newline = text.find('\n', from);
    if (newline == std::string_view::npos) return;
    reader->seek(newline + 1, 0);
    take(text.size());
  };
  const std::size_t problems = sample.problems;
  const std::uint64_t rest = text.size() - std::min<std::uint64_t>(beginning_end, text.size());
  if (rest > 4 * sample.bytes) take_at(beginning_end + rest / 2);
  if (rest > 0) take_at(std::max(beginning_end, text.size() - std::min<std::uint64_t>(sample.bytes, text.size())) - 1);
  sample.problems = problems;
  return sample;
}

ColumnType type_of_column(std::string_view name, const TableSample& sample, std::size_t column, DecimalMark mark) {
  if (named_like_identifier(name)) return ColumnType::Text;
  std::size_t numbers = 0, decimals = 0, booleans = 0, values = 0;
  const char decimal_mark = mark == DecimalMark::Comma ? ',' : '.';
  for (const auto& row : sample.rows) {
    const std::string_view value = column < row.size() ? trimmed(row[column]) : std::string_view();
    if (value.empty()) continue;
    ++values;
    if (is_canonical_number(value, mark)) {
      ++numbers;
      decimals += value.find(decimal_mark) != std::string_view::npos ? 1 : 0;
    } else {
      const std::string lower = ascii_lower(value.substr(0, 6));
      booleans += lower == "true" || lower == "false" ? 1 : 0;
    }
  }
  if (values == 0) return ColumnType::Text;
  if (booleans == values) return ColumnType::Boolean;
  if (numbers != values) return ColumnType::Text;
  return decimals > 0 ? ColumnType::Decimal : ColumnType::Integer;
}

}  // namespace habitue::intake
