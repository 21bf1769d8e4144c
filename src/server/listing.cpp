#include "server/listing.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "server/tables.hpp"

namespace habitue::server {
namespace json = boost::json;

namespace {

constexpr std::size_t kPieceBytes = 64 << 10;
constexpr std::size_t kRowsAtOnce = 32;  // As a table, whose making costs a little each time.

enum class Format : std::uint8_t { Json, Csv, Ndjson };

std::vector<ReportTable> table_of(const Listing& listing, json::array rows) {
  json::object body = listing.head;
  body[listing.name] = std::move(rows);
  return tables_of(listing.name, body);
}

Format format_of(const Request& request, const Listing& listing) {
  if (wants_ndjson(request)) return Format::Ndjson;
  return wants_csv(request) && !table_of(listing, {}).empty() ? Format::Csv : Format::Json;
}

/// Makes the text of a list, a piece at a time.
class Pieces {
 public:
  Pieces(Listing listing, Format format, insight::PassProgress* progress)
      : listing_(std::move(listing)), format_(format), progress_(progress) {
    if (progress_ == nullptr) return;
    progress_->total = static_cast<std::uint32_t>(std::min<std::uint64_t>(listing_.rows, UINT32_MAX));
    progress_->done = 0;
    ++progress_->passes;
  }

  /// Empty after the last one.
  Result<std::string> next() {
    std::string piece;
    if (!std::exchange(begun_, true)) piece = opening();
    while (!ended_ && piece.size() < kPieceBytes) {
      json::array rows;
      while (!ended_ && rows.size() < kRowsAtOnce) {
        auto row = listing_.next();
        if (!row) return tl::unexpected(row.error());
        if (*row)
          rows.emplace_back(std::move(**row));
        else
          ended_ = true;
      }
      if (progress_ != nullptr) progress_->done += static_cast<std::uint32_t>(rows.size());
      add(piece, std::move(rows));
      if (ended_ && format_ == Format::Json) piece += "]}";
    }
    return piece;
  }

 private:
  std::string opening() {
    switch (format_) {
      case Format::Csv: return csv_of(table_of(listing_, {}));
      case Format::Ndjson: return {};
      case Format::Json: break;
    }
    std::string text = json::serialize(listing_.head);
    text.pop_back();
    return fmt::format("{}{}\"{}\":[", text, text.size() > 1 ? "," : "", listing_.name);
  }

  void add(std::string& piece, json::array rows) {
    if (format_ == Format::Csv) {
      piece += csv_rows_of(table_of(listing_, std::move(rows)).front());
      return;
    }
    for (const json::value& row : rows) {
      if (format_ == Format::Json && std::exchange(has_rows_, true)) piece += ',';
      piece += json::serialize(row);
      if (format_ == Format::Ndjson) piece += '\n';
    }
  }

  Listing listing_;
  Format format_;
  insight::PassProgress* progress_;
  bool begun_ = false, has_rows_ = false, ended_ = false;
};

}  // namespace

bool wants_listing(const Request& request) { return request.parameter("limit") == "all" || wants_ndjson(request); }

Response listed(const Call& call, const Asked& asked, Listing listing) {
  const Format format = format_of(call.request, listing);
  constexpr std::string_view kTypes[] = {"application/json", "text/csv; charset=utf-8", "application/x-ndjson"};
  constexpr std::string_view kEndings[] = {"json", "csv", "ndjson"};
  Response response;
  response.content_type = kTypes[static_cast<std::size_t>(format)];
  if (format != Format::Json)
    response.headers.emplace_back("Content-Disposition",
                                  fmt::format("attachment; filename=\"{}-{}.{}\"", call.workspace->id(), listing.name,
                                              kEndings[static_cast<std::size_t>(format)]));
  add_question(call, asked, listing.head);
  auto pieces = std::make_shared<Pieces>(std::move(listing), format, asked.question.progress);
  // Whoever was erased is on no list from then on, and a list that has begun cannot leave them out.
  response.next_piece = [pieces, workspace = call.workspace, removals = asked.view.removals]() -> Result<std::string> {
    if (workspace->view().removals != removals)
      return fail(ErrorKind::Conflict, "people or events were removed while the list was made: ask again");
    return pieces->next();
  };
  return response;
}

}  // namespace habitue::server
