// Delimited text of any bytes: rows cover the text in order, cells are clean, and reading from any row gives the same rows.
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "base/text.hpp"
#include "intake/csv_reader.hpp"
#include "intake/date_reader.hpp"
#include "intake/decimal.hpp"

namespace {

void require(bool true_always) {
  if (!true_always) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace habitue;
  using namespace habitue::intake;
  if (size == 0) return 0;
  FileFormat format;
  format.delimiter = ",;\t|"[data[0] % 4];
  format.header = (data[0] & 4U) != 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  CsvReader reader(text, format);
  Row row;
  std::uint64_t end = reader.begin_offset();
  std::vector<std::string> seen;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> places;
  while (reader.next(row)) {
    require(row.offset >= end && row.end > row.offset && row.end <= text.size());
    require(row.problem != RowProblem::None || row.cells.size() == reader.columns().size());
    end = row.end;
    places.emplace_back(row.offset, row.line);
    std::string joined;
    if (row.problem == RowProblem::None)
      for (const Cell& cell : row.cells) {
        require(is_valid_utf8(cell.text) && cell.text.find('\0') == std::string_view::npos);
        joined.append(cell.text).push_back('\0');
        (void)parse_decimal(cell.text, DecimalMark::Comma);
        if (const auto value = parse_decimal(cell.text, DecimalMark::Point)) {
          std::string written;
          append_decimal(written, *value);
          const auto back = parse_decimal(written, DecimalMark::Point);
          require(back && equal(*back, *value));
        }
        for (const char* dates :
             {"iso", "dd/MM/yyyy HH:mm:ss", "MM/dd/yy h:mm a", "fr_long", "en_long", "excel", "unix_ms", "yyyyMMdd"})
          (void)DateReader::make(dates, Zone::utc())->read(cell.text);
      }
    seen.push_back(std::move(joined));
  }
  if (places.size() > 200) return 0;
  for (std::size_t i = 0; i < places.size(); ++i) {
    reader.seek(places[i].first, places[i].second);
    require(reader.next(row) && row.offset == places[i].first && row.line == places[i].second);
    std::string joined;
    if (row.problem == RowProblem::None)
      for (const Cell& cell : row.cells) joined.append(cell.text).push_back('\0');
    require(joined == seen[i]);
  }
  return 0;
}
