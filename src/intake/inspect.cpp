// What a file holds and what it would become, before anything is stored.
#include <algorithm>
#include <atomic>
#include <map>

#include <fmt/format.h>

#include "base/text.hpp"
#include "intake/batch_maker.hpp"
#include "intake/call.hpp"
#include "intake/column_guess.hpp"
#include "intake/csv_reader.hpp"
#include "intake/json_reader.hpp"
#include "intake/ndjson_reader.hpp"
#include "intake/opened_file.hpp"

namespace habitue::intake {
namespace {

constexpr std::size_t kSampleRows = 4'000;
constexpr std::size_t kPreview = 20;
constexpr std::size_t kPreviewSourceRows = 400;

// What a file that is no table looks like, in words that say what to do. Empty when it may be one.
std::string no_table(std::string_view bytes) {
  if (bytes.empty()) return "the file is empty";
  if (bytes.starts_with("PK\x03\x04"))
    return "a ZIP archive or an Excel workbook: save the sheet as CSV, or unpack it first";
  if (bytes.starts_with("\xD0\xCF\x11\xE0")) return "an old Excel workbook: save the sheet as CSV";
  if (bytes.starts_with("%PDF")) return "a PDF document: export the table as CSV";
  if (bytes.starts_with("SQLite format 3")) return "an SQLite database: export a table as CSV";
  if (bytes.starts_with("7z\xBC\xAF") || bytes.starts_with("\x28\xB5\x2F\xFD") || bytes.starts_with("BZh"))
    return "a packed file that is not gzip: unpack it first";
  const std::string_view head = trimmed(bytes.substr(0, 512));
  const std::string lower = ascii_lower(head.substr(0, 16));
  if (lower.starts_with("<!doctype") || lower.starts_with("<html"))
    return "a web page: the download was perhaps a login form";
  if (lower.starts_with("<?xml")) return "XML: export as CSV or as JSON, one object a line";
  if (head.starts_with('[')) return "one JSON list: write one object a line instead (jq -c '.[]')";
  return {};
}

bool is_binary(std::string_view text) {
  const std::string_view head = text.substr(0, 65'536);
  const auto odd = std::count_if(head.begin(), head.end(), [](char c) { return static_cast<unsigned char>(c) < 0x09; });
  return odd * 50 > static_cast<std::ptrdiff_t>(head.size());
}

// The delimiter that cuts the first rows into the same number of cells most often, and into more than one.
char guess_delimiter(std::string_view text) {
  char best = ',';
  double best_score = 0;
  for (const char delimiter : {',', ';', '\t', '|'}) {
    FileFormat format;
    format.delimiter = delimiter;
    CsvReader reader(text.substr(0, std::min<std::size_t>(text.size(), 1U << 18U)), format);
    const auto columns = static_cast<double>(reader.columns().size());
    if (columns < 2) continue;
    Row row;
    double good = 0, all = 0;
    for (int i = 0; i < 200 && reader.next(row); ++i, ++all) good += row.problem == RowProblem::None ? 1 : 0;
    const double score = (all == 0 ? 0.5 : good / all) * (1 + std::min(columns, 50.0) / 1000);
    if (score > best_score) {
      best_score = score;
      best = delimiter;
    }
  }
  return best;
}

// Whether numbers have a decimal comma: 12,5 and 1.234,56 against 12.5 and 1,234.56. Groups of three alone say nothing.
bool guess_decimal_comma(const TableSample& sample, char delimiter) {
  std::size_t commas = 0, points = 0;
  for (const auto& row : sample.rows) {
    for (const std::string& cell : row) {
      if (cell.empty() || cell.size() > 24) continue;
      const std::size_t mark = cell.find_last_of(",.");
      if (mark == std::string::npos ||
          !parse_decimal(cell, cell[mark] == ',' ? DecimalMark::Comma : DecimalMark::Point))
        continue;
      std::size_t digits = 0;
      while (mark + digits + 1 < cell.size() && cell[mark + digits + 1] >= '0' && cell[mark + digits + 1] <= '9')
        ++digits;
      const bool other_before = cell.find(cell[mark] == ',' ? '.' : ',') < mark;
      if (digits != 3 || other_before) ++(cell[mark] == ',' ? commas : points);
    }
  }
  return commas > points || (commas == points && commas > 0 && delimiter == ';');
}

// A first row of names is unlike the rows below: it has no numbers, and no value twice.
bool guess_header(std::string_view text, FileFormat format) {
  format.header = false;
  CsvReader reader(text, format);
  Row first, next;
  if (!reader.next(first)) return true;
  bool first_has_values = false;
  for (const Cell& cell : first.cells) {
    const std::string_view value = trimmed(cell.text);
    first_has_values = first_has_values || (!value.empty() && (parse_decimal(value, DecimalMark::Point) ||
                                                               value.find('@') != std::string_view::npos ||
                                                               parse_moment(value, Zone::utc()).has_value()));
  }
  return !first_has_values;
}

bool is_call(JsonReader& reader, std::string_view line) {
  const auto object = reader.read_object(line, {});
  if (!object) return false;
  const JsonMember* type = object->find("type");
  if (type == nullptr || type->kind != JsonKind::Text || !type_of_name(ascii_lower(type->text))) return false;
  for (const std::string_view id : {"userId", "anonymousId", "groupId", "previousId", "messageId"})
    if (object->find(id) != nullptr) return true;
  return false;
}

bool holds_calls(std::string_view text) {
  JsonReader reader;
  std::uint64_t at = 0;
  std::string_view line;
  std::size_t calls = 0, lines = 0;
  while (lines < 200 && next_line(text, at, line)) {
    if (trimmed(line).empty()) continue;
    ++lines;
    calls += is_call(reader, line) ? 1 : 0;
  }
  return lines > 0 && calls * 10 >= lines * 8;
}

std::string stem_of(std::filesystem::path file) {
  std::string stem = file.filename().string();
  for (const std::string_view ending : {".gz", ".csv", ".tsv", ".txt", ".ndjson", ".jsonl", ".json", ".parquet"})
    if (stem.size() > ending.size() && ascii_lower(stem).ends_with(ending)) stem.resize(stem.size() - ending.size());
  return stem;
}

RowShape guess_shape(const std::map<std::string, std::string>& fields, const std::vector<ColumnFacts>& facts,
                     std::size_t rows) {
  const auto has = [&](const char* field) { return fields.contains(field); };
  const bool person = has("user_id") || has("email") || has("anonymous_id");
  const bool product = has("product_id") || has("product_name");
  if (has("order_id") && product && has("at") && (has("unit_price") || has("total"))) return RowShape::OrderLine;
  if (has("event") && has("at")) return RowShape::Event;
  if (has("at") && has("total") && (person || has("order_id"))) return RowShape::Order;
  const auto one_row_each = [&](const char* field) {
    const auto found = fields.find(field);
    if (found == fields.end()) return false;
    for (const ColumnFacts& column : facts)
      if (column.name == found->second) return column.distinct * 100 >= rows * 98;
    return false;
  };
  if (has("account_id") && !person && one_row_each("account_id")) return RowShape::Account;
  if (person && (!has("at") || one_row_each("user_id") || one_row_each("email"))) return RowShape::Person;
  return RowShape::Event;
}

std::string cell_of(const std::vector<std::string>& row, const std::vector<std::string>& columns,
                    const std::map<std::string, std::string>& fields, const char* field) {
  const auto found = fields.find(field);
  if (found == fields.end()) return {};
  const auto column = std::find(columns.begin(), columns.end(), found->second);
  return column == columns.end() ? std::string()
                                 : std::string(trimmed(row[static_cast<std::size_t>(column - columns.begin())]));
}

// A letter before the order's number with which all lines are negative, and without which none that has a price is.
std::string guess_cancellation_prefix(const std::vector<std::string>& columns, const TableSample& sample,
                                      const Mapping& mapping) {
  const DecimalMark mark = mapping.format.decimal_comma ? DecimalMark::Comma : DecimalMark::Point;
  std::map<char, std::pair<std::size_t, std::size_t>> by_letter;  // Negative and other lines.
  for (const auto& row : sample.rows) {
    const std::string id = cell_of(row, columns, mapping.fields, "order_id");
    const auto amount = parse_decimal(
        cell_of(row, columns, mapping.fields, mapping.fields.contains("quantity") ? "quantity" : "total"), mark);
    if (id.size() < 2 || !amount || !((id[0] >= 'A' && id[0] <= 'Z') || (id[0] >= 'a' && id[0] <= 'z')) ||
        id[1] < '0' || id[1] > '9')
      continue;
    ++(amount->negative() ? by_letter[id[0]].first : by_letter[id[0]].second);
  }
  std::string prefix;
  std::size_t most = 0;
  for (const auto& [letter, counts] : by_letter) {
    if (counts.first <= most || counts.second > 0) continue;
    most = counts.first;
    prefix = std::string(1, letter);
  }
  return prefix;
}

void guess_currency(const std::vector<std::string>& columns, const TableSample& sample, Inspection& inspection) {
  Mapping& mapping = inspection.proposed;
  if (mapping.fields.contains("currency")) return;
  const bool money = mapping.fields.contains("unit_price") || mapping.fields.contains("total");
  if (!money) return;
  std::map<std::string, std::size_t> signs, countries;
  for (const auto& row : sample.rows) {
    for (const char* field : {"total", "unit_price"})
      if (const std::string_view code = currency_beside(cell_of(row, columns, mapping.fields, field)); !code.empty())
        ++signs[std::string(code)];
    for (std::size_t column = 0; column < columns.size(); ++column)
      if (const std::string words = column_words(columns[column]); words == "country" || words == "pays")
        ++countries[std::string(trimmed(row[column]))];
  }
  const auto most = [](const std::map<std::string, std::size_t>& counts) {
    return std::max_element(counts.begin(), counts.end(),
                            [](const auto& a, const auto& b) { return a.second < b.second; });
  };
  if (!signs.empty()) {
    mapping.currency = most(signs)->first;
    if (signs.size() > 1)
      inspection.warnings.push_back(
          {"currency_signs",
           {mapping.currency},
           "amounts carry several currency signs: the mapping has room for one, " + mapping.currency});
    return;
  }
  for (const char* field : {"total", "unit_price"})
    if (const auto found = mapping.fields.find(field); found != mapping.fields.end() && mapping.currency.empty())
      mapping.currency = currency_in_name(found->second);
  if (!mapping.currency.empty()) return;
  if (!countries.empty()) mapping.currency = currency_of_country(most(countries)->first);
  if (mapping.currency.empty()) {
    inspection.warnings.push_back(
        {"no_currency", {}, "no column gives the currency of the amounts: set currency, such as EUR"});
    return;
  }
  inspection.warnings.push_back({"currency_of_country",
                                 {mapping.currency, most(countries)->first},
                                 fmt::format("no column gives the currency: {} is taken because most rows are of {}",
                                             mapping.currency, most(countries)->first)});
}

void propose_dates(const ColumnFacts& column, Inspection& inspection) {
  Mapping& mapping = inspection.proposed;
  mapping.fields["at"] = column.name;
  mapping.date_format = column.dates.format;
  if (column.dates.alternative.empty()) return;
  const std::string shown = column.samples.empty() ? std::string() : column.samples[0];
  inspection.warnings.push_back(
      {"ambiguous_dates",
       {column.name, shown, mapping.date_format, column.dates.alternative},
       fmt::format("the dates of {} are ambiguous ({}): read as {}; set date_format to {} if that is wrong",
                   column.name, shown, mapping.date_format, column.dates.alternative)});
}

// No column is called like a date: the only one that has a moment in each row is it. Of several, people have to choose.
void guess_date_by_content(const std::vector<ColumnFacts>& facts, Inspection& inspection) {
  std::size_t only = facts.size();
  for (std::size_t i = 0; i < facts.size(); ++i) {
    const bool dates = facts[i].type == ColumnType::Text && !facts[i].dates.format.empty();
    if (!dates || facts[i].missing > 0 || inspection.columns[i].field != "property") continue;
    if (only < facts.size()) return;
    only = i;
  }
  if (only == facts.size()) return;
  inspection.columns[only].field = "at";
  inspection.columns[only].reason = "the only column with a moment in each row seen; " + facts[only].dates.reason;
  inspection.warnings.push_back(
      {"date_by_content",
       {facts[only].name},
       fmt::format("no column is called like a date: {} is taken because it alone has one in each row",
                   facts[only].name)});
  propose_dates(facts[only], inspection);
}

void propose_mapping(const std::vector<ColumnFacts>& facts, const std::vector<std::string>& columns,
                     const TableSample& sample, const std::filesystem::path& name, Inspection& inspection) {
  Mapping& mapping = inspection.proposed;
  mapping.source = stem_of(name);
  mapping.date_format = "iso";
  for (std::size_t i = 0; i < facts.size(); ++i) {
    const std::string& field = inspection.columns[i].field;
    if (field == "trait") mapping.traits.push_back(facts[i].name);
    if (field == "ignored") mapping.ignored.push_back(facts[i].name);
    if (field == "trait" || field == "ignored" || field == "property") continue;
    mapping.fields[field] = facts[i].name;
    if (field == "at") propose_dates(facts[i], inspection);
  }
  mapping.shape = guess_shape(mapping.fields, facts, sample.rows.size());
  if (mapping.shape == RowShape::Event && !mapping.fields.contains("at")) guess_date_by_content(facts, inspection);
  if (mapping.shape == RowShape::Person || mapping.shape == RowShape::Account) {
    for (ColumnGuess& column : inspection.columns)
      if (column.field == "property") column.field = "trait";
  }
  if (mapping.shape == RowShape::Event && !mapping.fields.contains("event")) {
    mapping.event_name = mapping.source;
    inspection.warnings.push_back(
        {"no_event_name",
         {mapping.event_name},
         fmt::format("no column names the events: they will be called '{}'; set event_name", mapping.event_name)});
  }
  if (mapping.shape == RowShape::OrderLine || mapping.shape == RowShape::Order) {
    mapping.cancellation_prefix = guess_cancellation_prefix(columns, sample, mapping);
    if (!mapping.cancellation_prefix.empty())
      inspection.warnings.push_back(
          {"cancellation_prefix",
           {mapping.cancellation_prefix},
           fmt::format("orders whose id begins with '{}' have negative lines only: taken for cancellations",
                       mapping.cancellation_prefix)});
  }
  guess_currency(columns, sample, inspection);
}

// What the first rows become, one of each kind of event before the second of any.
void preview(const OpenedFile& file, Inspection& inspection) {
  std::string_view text = file.source.text();
  const Mapping& mapping = inspection.proposed;
  const std::atomic<bool> stop{false};
  Source source{text, nullptr, mapping, now(), &stop, {}};
  std::unique_ptr<BatchMaker> maker;
  std::unique_ptr<TableReader> table;
  if (mapping.shape == RowShape::Call) {
    source.text = text.substr(0, 1U << 18U);
    source.text = source.text.substr(0, text.size() == source.text.size() ? text.size() : source.text.rfind('\n') + 1);
    maker = make_call_import(source);
  } else {
    auto opened = open_table(text, file.format, {});
    if (!opened) return;
    source.text = text.substr(0, end_of_rows(**opened, kPreviewSourceRows, text.size()));
    std::vector<std::string> wanted = (*opened)->columns();
    opened = open_table(source.text, file.format, wanted);
    if (!opened) return;
    table = std::move(*opened);
    source.table = table.get();
    auto binding = Binding::make(mapping, *table, source.text);
    if (!binding) {
      inspection.warnings.push_back({"mapping", {binding.error().message}, binding.error().message});
      return;
    }
    maker = mapping.shape == RowShape::OrderLine ? make_order_import(source, std::move(*binding))
                                                 : make_row_import(source, std::move(*binding));
  }
  ImportReport report;
  std::map<std::string, std::vector<Event>> by_kind;
  for (ImportBatch batch; !batch.last;) {
    batch = {};
    if (!maker->fill(batch, report)) return;
    for (Event& event : batch.events)
      by_kind[event.type == EventType::Track ? event.name : std::string(name_of(event.type))].push_back(
          std::move(event));
  }
  for (std::size_t turn = 0; inspection.preview_events.size() < kPreview && turn < kPreview; ++turn)
    for (auto& [kind, events] : by_kind)
      if (turn < events.size() && inspection.preview_events.size() < kPreview)
        inspection.preview_events.push_back(std::move(events[turn]));
  if (report.rows_rejected > 0 && !report.rejected_by_reason.empty())
    inspection.warnings.push_back(
        {"rejected_rows",
         {std::to_string(report.rows_rejected), std::to_string(report.rows), report.rejected_by_reason.begin()->first},
         fmt::format("{} of the first {} rows would be rejected, such as: {}", report.rows_rejected, report.rows,
                     report.rejected_by_reason.begin()->first)});
}

// Of a mapping that was given, the columns show what it says of them.
void show_mapping(const Mapping& mapping, std::vector<ColumnGuess>& columns) {
  const auto listed = [](const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  for (ColumnGuess& column : columns) {
    column.field = listed(mapping.traits, column.name)    ? "trait"
                   : listed(mapping.ignored, column.name) ? "ignored"
                                                          : "property";
    for (const auto& [field, name] : mapping.fields)
      if (name == column.name) column.field = field;
    column.reason =
        column.field == "property" ? "not named by the mapping: kept under its own name" : "as the mapping says";
  }
}

Result<OpenedFile> open_and_guess(const std::filesystem::path& file, Inspection& inspection) {
  FileFormat& format = inspection.proposed.format;
  {
    const auto mapped = MappedFile::open(file);
    if (!mapped) return tl::unexpected(mapped.error());
    inspection.file_bytes = mapped->text().size();
    if (const std::string look = no_table(mapped->text()); !look.empty())
      return invalid(fmt::format("{} is no table: it looks like {}", file.string(), look));
    if (looks_like_parquet(mapped->text())) format.kind = FileKind::Parquet;
  }
  if (format.kind == FileKind::Parquet) return open_file(file, format);
  auto source = TextSource::open(file, {});
  if (!source) return tl::unexpected(source.error());
  const std::string_view text = source->text();
  if (const std::string look = no_table(text); !look.empty())
    return invalid(fmt::format("{} is no table: it looks like {}", file.string(), look));
  if (is_binary(text)) return invalid(fmt::format("{} is no table: it looks like a binary file", file.string()));
  format.encoding = source->encoding();
  if (trimmed(text.substr(0, 4096)).starts_with('{')) {
    format.kind = FileKind::Ndjson;
  } else {
    format.delimiter = guess_delimiter(text);
    format.header = guess_header(text, format);
  }
  return OpenedFile{std::move(*source), format};
}

}  // namespace

Result<Inspection> inspect_file(const std::filesystem::path& file, const std::optional<Mapping>& mapping,
                                std::string_view name) {
  const std::filesystem::path called = name.empty() ? file : std::filesystem::path(name);
  Inspection inspection;
  if (mapping) inspection.proposed = *mapping;
  auto opened = mapping ? open_file(file, mapping->format) : open_and_guess(file, inspection);
  if (!opened) return tl::unexpected(opened.error());
  const std::string_view text = opened->source.text();
  if (mapping) inspection.file_bytes = opened->source.file_bytes();
  auto table = open_table(text, opened->format, {});
  if (!table) return fail(table.error().kind, fmt::format("{}: {}", file.string(), table.error().message));
  const TableSample sample = sample_table(**table, text, kSampleRows);
  const std::vector<std::string>& columns = (*table)->columns();
  Mapping& proposed = inspection.proposed;
  if (!mapping && opened->format.kind == FileKind::Csv && proposed.format.kind == FileKind::Csv) {
    proposed.format.decimal_comma = guess_decimal_comma(sample, proposed.format.delimiter);
    opened->format.decimal_comma = proposed.format.decimal_comma;
  }
  const DecimalMark mark = proposed.format.decimal_comma ? DecimalMark::Comma : DecimalMark::Point;
  const bool french = proposed.format.decimal_comma || proposed.format.delimiter == ';' || named_in_french(columns);
  const std::vector<ColumnFacts> facts = look_at_columns(columns, sample, mark, french);
  inspection.columns = guess_columns(facts, sample.rows.size());
  inspection.rows_estimated = sample.from_beginning < kSampleRows || sample.bytes == 0
                                  ? sample.from_beginning + sample.problems
                                  : text.size() * sample.from_beginning / sample.bytes;
  for (std::size_t row = 0; row < std::min(kPreview, sample.from_beginning); ++row)
    inspection.preview_rows.push_back(sample.rows[row]);

  if (!mapping) {
    if (proposed.format.kind == FileKind::Ndjson && holds_calls(text)) {
      proposed.shape = RowShape::Call;
      proposed.source = stem_of(called);
      for (ColumnGuess& column : inspection.columns) {
        column.field = "property";
        column.reason = "a member of a Segment call";
      }
    } else {
      propose_mapping(facts, columns, sample, called, inspection);
    }
    if (opened->source.encoding() == "windows-1252")
      inspection.warnings.push_back({"windows_1252", {}, "the file is not UTF-8: read as Windows-1252"});
  }
  if (mapping) show_mapping(*mapping, inspection.columns);
  if (sample.problems > 0)
    inspection.warnings.push_back(
        {"odd_rows",
         {std::to_string(sample.problems), std::to_string(columns.size())},
         fmt::format("{} of the first rows cannot be read as a row of {} columns", sample.problems, columns.size())});
  preview(*opened, inspection);
  return inspection;
}

}  // namespace habitue::intake
