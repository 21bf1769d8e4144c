// Files that come in over HTTP: what they hold, what importing them would do, then doing it; and the rows that could not be imported.
#include <algorithm>
#include <charconv>
#include <fstream>
#include <memory>

#include <fmt/format.h>
#include <boost/json.hpp>

#include "base/json.hpp"
#include "base/text.hpp"
#include "intake/call.hpp"
#include "server/api.hpp"
#include "server/json_of.hpp"
#include "workspace/previewing.hpp"

namespace habitue::server::handlers {
namespace {
namespace json = boost::json;
using intake::name_of;

constexpr std::size_t kPieceBytes = 64U << 10U;
constexpr std::size_t kCellBytesMax = 400;

json::value text_json(const std::string& text) {
  const auto parsed = parse_json(text);
  return parsed ? *parsed : json::value(nullptr);
}

json::array texts_json(const std::vector<std::string>& texts) {
  json::array array;
  for (const std::string& text : texts)
    array.emplace_back(text.size() > kCellBytesMax ? repaired_utf8(text.substr(0, kCellBytesMax)) : text);
  return array;
}

json::object event_json(const intake::Event& event) {
  return {{"type", name_of(event.type)},
          {"event", event.name},
          {"user_id", event.user_id},
          {"anonymous_id", event.anonymous_id},
          {"account_id", event.group_id},
          {"at", moment_json(event.at)},
          {"properties", text_json(event.properties)}};
}

json::array events_json(const std::vector<intake::Event>& events) {
  json::array array;
  for (const intake::Event& event : events) array.push_back(event_json(event));
  return array;
}

json::object inspection_json(const intake::Inspection& inspection, bool from_import) {
  json::array columns, rows, warnings;
  for (const intake::ColumnGuess& column : inspection.columns)
    columns.push_back(json::object{{"name", column.name},
                                   {"type", column.type},
                                   {"field", column.field},
                                   {"reason", column.reason},
                                   {"samples", texts_json(column.samples)},
                                   {"missing_share", column.missing_share},
                                   {"date_format", column.date_format}});
  for (const std::vector<std::string>& row : inspection.preview_rows) rows.push_back(texts_json(row));
  for (const intake::Warning& warning : inspection.warnings)
    warnings.push_back(
        json::object{{"kind", warning.kind}, {"about", texts_json(warning.about)}, {"text", warning.text}});
  return {{"mapping", text_json(intake::write_mapping(inspection.proposed))},
          {"mapping_from", from_import ? "import" : "guess"},
          {"columns", std::move(columns)},
          {"rows_estimated", inspection.rows_estimated},
          {"rows", std::move(rows)},
          {"events", events_json(inspection.preview_events)},
          {"warnings", std::move(warnings)}};
}

json::object upload_json(const workspace::Upload& upload) {
  return {{"id", upload.id},
          {"name", upload.name},
          {"bytes", upload.bytes},
          {"uploaded_at", moment_json(upload.uploaded_at)}};
}

bool fits(const intake::Mapping& mapping, const std::vector<intake::ColumnGuess>& columns) {
  const auto there = [&](const std::string& name) {
    return std::any_of(columns.begin(), columns.end(), [&](const auto& column) { return column.name == name; });
  };
  return std::all_of(mapping.fields.begin(), mapping.fields.end(),
                     [&](const auto& each) { return there(each.second); }) &&
         std::all_of(mapping.traits.begin(), mapping.traits.end(), there) &&
         std::all_of(mapping.ignored.begin(), mapping.ignored.end(), there);
}

// How a file of this name was read the last time, when this one has the columns for it: next month's export is mapped already.
std::optional<intake::Inspection> as_last_time(const workspace::Workspace& workspace, const workspace::Upload& upload,
                                               const intake::Inspection& guessed) {
  const auto imports = workspace.ledger().imports();
  if (!imports) return std::nullopt;
  for (auto record = imports->rbegin(); record != imports->rend(); ++record) {
    if (record->file_name != upload.name) continue;
    auto mapping = intake::parse_mapping(record->mapping);
    if (!mapping || !fits(*mapping, guessed.columns)) return std::nullopt;
    mapping->format = guessed.proposed.format;
    auto inspection = intake::inspect_file(upload.file, *mapping, upload.name);
    if (!inspection) return std::nullopt;
    return std::move(*inspection);
  }
  return std::nullopt;
}

Result<json::object> inspected(const Call& call, const workspace::Upload& upload) {
  auto inspection = intake::inspect_file(upload.file, {}, upload.name);
  if (!inspection) return tl::unexpected(workspace::named(inspection.error(), upload));
  // Dates and amounts that do not say otherwise are the business's own.
  const workspace::View view = call.workspace->view();
  const config::Business& business = view.customers->business();
  inspection->proposed.zone = business.zone.name();
  if (inspection->proposed.currency.empty() && business.currency.code() != "XXX")
    inspection->proposed.currency = business.currency.code();
  json::object json = upload_json(upload);
  const auto last = as_last_time(*call.workspace, upload, *inspection);
  json["inspection"] = inspection_json(last ? *last : *inspection, last.has_value());
  return json;
}

Result<workspace::Upload> upload_of(const Call& call) { return call.workspace->uploads().use(call.path[1]); }

Result<workspace::ImportRequest> read_import(const Call& call, const workspace::Upload& upload) {
  const auto body = parse_json(call.request.body);
  if (!body) return tl::unexpected(body.error());
  const json::object* object = body->if_object();
  const json::value* mapping_json = object != nullptr ? object->if_contains("mapping") : nullptr;
  if (mapping_json == nullptr)
    return invalid(
        "the body must be {\"mapping\": {...}, \"again\": false}: the mapping of the upload's inspection, or a "
        "changed one");
  auto mapping = intake::parse_mapping(json::serialize(*mapping_json));
  if (!mapping) return tl::unexpected(mapping.error());
  const json::value* again = object->if_contains("again");
  return workspace::ImportRequest{upload.file, std::move(*mapping),
                                  again != nullptr && again->is_bool() && again->as_bool(), upload.name};
}

}  // namespace

Response get_uploads(const Call& call) {
  json::array uploads;
  for (const workspace::Upload& upload : call.workspace->uploads().list()) uploads.push_back(upload_json(upload));
  return reply(json::object{{"uploads", std::move(uploads)}, {"bytes_max", call.api.options().upload_bytes_max}});
}

Response post_upload(const Call& call) {
  workspace::UploadStore& uploads = call.workspace->uploads();
  std::shared_ptr<workspace::IncomingFile> file = call.request.file;
  if (!file) {  // From this very process.
    auto begun = uploads.begin(call.request.body.size());
    if (!begun) return problem(begun.error());
    file = std::move(*begun);
    if (auto written = file->write(call.request.body); !written) return problem(written.error());
  }
  const auto upload = uploads.keep(*file, call.request.parameter("name"));
  if (!upload) return problem(upload.error());
  const auto shown = inspected(call, *upload);
  if (!shown) {
    // What cannot be read is of no use here.
    static_cast<void>(uploads.remove(upload->id));
    return problem(shown.error());
  }
  Response response = reply(*shown, 201);
  response.shows_anybody = true;
  return response;
}

Response get_upload(const Call& call) {
  const auto upload = upload_of(call);
  if (!upload) return problem(upload.error());
  const auto shown = inspected(call, *upload);
  if (!shown) return problem(shown.error());
  Response response = reply(*shown);
  response.shows_anybody = true;
  return response;
}

Response delete_upload(const Call& call) {
  const auto removed = call.workspace->uploads().remove(call.path[1]);
  return removed ? reply(json::object{{"removed", call.path[1]}}) : problem(removed.error());
}

Response post_upload_preview(const Call& call) {
  const auto upload = upload_of(call);
  if (!upload) return problem(upload.error());
  const auto request = read_import(call, *upload);
  if (!request) return problem(request.error());
  const auto preview = workspace::preview_import(*call.workspace, *request, {}, call.request.caller_has_gone);
  if (!preview) return problem(workspace::named(preview.error(), *upload));
  json::array rejected;
  for (const intake::RejectedRow& row : preview->rejected)
    rejected.push_back(json::object{{"line", row.line}, {"reason", row.reason}, {"raw", row.raw}});
  json::value before(nullptr);
  if (preview->imported_before && !request->again) before = *preview->imported_before;
  Response response = reply(json::object{{"whole", preview->whole},
                                         {"report", text_json(intake::write_report(preview->report))},
                                         {"people", {{"known", preview->people_known}, {"new", preview->people_new}}},
                                         {"rejected", std::move(rejected)},
                                         {"events", events_json(preview->events)},
                                         {"imported_before", std::move(before)}});
  response.shows_anybody = true;
  return response;
}

Response post_upload_import(const Call& call) {
  const auto upload = upload_of(call);
  if (!upload) return problem(upload.error());
  auto request = read_import(call, *upload);
  if (!request) return problem(request.error());
  // A mapping that does not fit is told now and not by a job that failed.
  if (const auto opened = intake::FileImport::open(upload->file, request->mapping, {}, now(), kPieceBytes); !opened)
    return problem(workspace::named(opened.error(), *upload));
  return reply(json::object{{"job", call.api.start_import(*call.workspace, std::move(*request), *upload)}}, 202);
}

Response get_import_rejected(const Call& call) {
  const std::string& text = call.path[1];
  std::uint32_t id = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), id);
  const bool number = code == std::errc{} && end == text.data() + text.size();
  auto file = std::make_shared<std::ifstream>();
  if (number)
    file->open(call.workspace->folder() / workspace::kImportsFolder / fmt::format("{}-rejected.csv", id),
               std::ios::binary);
  if (!number || !*file)
    return problem({ErrorKind::NotFound, fmt::format("no row of an import '{}' was rejected", text.substr(0, 40))});
  Response response;
  // Rows of JSON objects are rejected as such.
  const bool ndjson = file->peek() == '{';
  response.content_type = ndjson ? "application/x-ndjson" : "text/csv; charset=utf-8";
  response.headers.emplace_back("Content-Disposition", fmt::format("attachment; filename=\"import-{}-rejected.{}\"", id,
                                                                   ndjson ? "ndjson" : "csv"));
  response.next_piece = [file]() -> Result<std::string> {
    std::string piece(kPieceBytes, '\0');
    file->read(piece.data(), static_cast<std::streamsize>(piece.size()));
    if (file->bad()) return fail(ErrorKind::Unavailable, "the file of rejected rows cannot be read");
    piece.resize(static_cast<std::size_t>(file->gcount()));
    return piece;
  };
  return response;
}

}  // namespace habitue::server::handlers
