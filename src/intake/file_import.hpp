// Files to events: what a file holds is guessed and shown, a mapping says what each column means, and the file is then
// read in batches that can be resumed at any of them. Reading the same file with the same mapping gives the same message ids.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "intake/event.hpp"

namespace habitue::intake {

enum class FileKind : std::uint8_t { Csv, Ndjson, Parquet };  ///< Each also gzipped (CSV and NDJSON).

struct FileFormat {
  FileKind kind = FileKind::Csv;
  std::string encoding = "utf-8";  ///< "utf-8", "windows-1252", "utf-16le", "utf-16be".
  char delimiter = ',';
  char quote = '"';
  bool header = true;
  bool decimal_comma = false;
};

/// What one row of the file is.
enum class RowShape : std::uint8_t {
  Event,      ///< One event.
  Order,      ///< One order, whole.
  OrderLine,  ///< One line of an order; rows with one order id make one order.
  Person,     ///< Traits of one person.
  Account,    ///< Traits of one account.
  Call,       ///< One Segment call as JSON (NDJSON only): type, event, userId, properties, ...
};

/// What each column means. A column that is not named is kept as a property (or trait) of its own name unless ignored.
struct Mapping {
  FileFormat format;
  RowShape shape = RowShape::Event;
  /// Field to column: message_id, user_id, anonymous_id, email, account_id, event, at, order_id, product_id, product_name,
  /// quantity, unit_price, total, currency, refund, name. Only those that the file has.
  std::map<std::string, std::string> fields;
  std::vector<std::string> traits;  ///< Columns that describe the person, such as country.
  std::vector<std::string> ignored;
  std::string event_name;  ///< For shape Event when no column gives it.
  std::string
      date_format;  ///< "iso", "dd/MM/yyyy HH:mm", "MM/dd/yyyy", "unix_s", "unix_ms", "fr_long" (17 octobre 2013), ...
  std::string zone = "UTC";  ///< IANA name: of dates that carry no offset.
  std::string currency;      ///< When no column gives it.
  std::string
      cancellation_prefix;  ///< OrderLine: an order id with this prefix is a cancellation ("C"); negative quantities are refunds too.
  /// OrderLine: product codes that are no products, with what they are: "shipping", "discount", "fee", "adjustment", "manual",
  /// "sample", "voucher". Others are judged by their code and name ("product" says that one is a product after all).
  std::map<std::string, std::string> line_kinds;
  std::string source;  ///< Part of the message ids: two files of one source share their orders' ids.
};

Result<Mapping> parse_mapping(std::string_view json);
std::string write_mapping(const Mapping& mapping);

struct ColumnGuess {
  std::string name;
  std::string type;                  ///< "text", "integer", "decimal", "moment", "boolean", "json".
  std::string field;                 ///< The field proposed, "trait", "property" or "ignored".
  std::string reason;                ///< Why, in words: "named like an order id; 25,900 distinct of 541,909".
  std::vector<std::string> samples;  ///< At most 5 distinct values.
  double missing_share = 0;
  std::string date_format;  ///< How its moments are written; empty where it holds none.
};

/// Something that whoever imports should look at.
struct Warning {
  /// What it is, for who says it in another language: "currency_signs", "no_currency", "currency_of_country", "ambiguous_dates",
  /// "date_by_content", "no_event_name", "cancellation_prefix", "mapping", "rejected_rows", "windows_1252", "odd_rows".
  std::string_view kind;
  std::vector<std::string> about;  ///< The values in `text`, in its order.
  std::string text;                ///< In English.
};

/// What was found in a file, before anything is stored.
struct Inspection {
  Mapping proposed;
  std::vector<ColumnGuess> columns;
  std::uint64_t file_bytes = 0;
  std::uint64_t rows_estimated = 0;
  std::vector<std::vector<std::string>> preview_rows;  ///< The first 20, as read.
  std::vector<Event> preview_events;                   ///< What they become, at most 20.
  std::vector<Warning> warnings;
};

/// Reads a sample from the file's start, middle and end. `name` is what people call a file that lies under another name.
/// Errors: NotFound; InvalidInput when it is no table (says what it looks like).
Result<Inspection> inspect_file(const std::filesystem::path& file, const std::optional<Mapping>& mapping = {},
                                std::string_view name = {});

struct RejectedRow {
  std::uint64_t line = 0;  ///< From 1, the header being line 1.
  std::string reason;
  std::string raw;  ///< The row as it stands in the file, re-encoded as UTF-8.
};

/// What the import did or, on a dry run, would do.
struct ImportReport {
  std::uint64_t rows = 0;
  std::uint64_t rows_rejected = 0;
  std::map<std::string, std::uint64_t> events_by_name;
  std::uint64_t rows_without_person = 0;  ///< Kept as events of nobody.
  std::uint64_t orders = 0, refunds = 0;
  std::uint64_t refund_lines_matched = 0;                    ///< Cancelled lines whose order line was found.
  std::uint64_t refund_lines_unmatched = 0;                  ///< Bought before the file begins, or never.
  std::map<std::string, std::int64_t> received_minor_units;  ///< By currency.
  std::map<std::string, std::int64_t> refunded_minor_units;
  std::optional<UtcMicros> first_at, last_at;
  std::map<std::string, std::uint64_t> rejected_by_reason;
  std::vector<std::string> notes;  ///< Side effects in words, such as "nobody is messaged by this import".
};
std::string write_report(const ImportReport& report);  ///< As JSON.

struct ImportBatch {
  std::vector<Event> events;
  std::vector<RejectedRow> rejected;
  std::string position;         ///< Where to go on after this batch; opaque.
  std::uint64_t rows_done = 0;  ///< Since the start of the file.
  std::uint64_t bytes_done = 0;
  std::uint64_t bytes_total = 0;
  bool last = false;
};

/// One reading of a file. Not for several threads; prepares the next batch in the background while the caller stores this one.
class FileImport {
 public:
  /// `position` is empty at the start, or that of the last batch stored: everything before it is skipped (state that
  /// later rows need, such as open order lines, is built again). `received_at` stamps the events. Of a file whose text is
  /// longer than `bytes_max` only the first rows are read.
  /// Errors: NotFound, InvalidInput (a mapping that does not fit the file, with the column's name), Unavailable.
  static Result<std::unique_ptr<FileImport>> open(const std::filesystem::path& file, const Mapping& mapping,
                                                  const std::string& position, UtcMicros received_at,
                                                  std::uint64_t bytes_max = UINT64_MAX);
  virtual ~FileImport() = default;
  virtual bool whole() const = 0;                  ///< Whether the file is read to its end.
  virtual Result<ImportBatch> next() = 0;          ///< Not after a batch with `last`.
  virtual const ImportReport& report() const = 0;  ///< Of what was read so far.
};

/// The header line of the file of rejected rows: the source's own columns, then `habitue_line` and `habitue_reason`, which a later import ignores.
std::string rejected_header(const Inspection& inspection);
std::string rejected_line(const Mapping& mapping, const RejectedRow& row);
/// Of the file's bytes: an import of equal bytes is known again.
Result<std::uint64_t> fingerprint_of_file(const std::filesystem::path& file);

}  // namespace habitue::intake
