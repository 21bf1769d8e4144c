#include "workspace/previewing.hpp"

#include <map>
#include <unordered_set>
#include <utility>

#include "base/fingerprint.hpp"
#include "base/text.hpp"

namespace habitue::workspace {
namespace {

constexpr std::size_t kRawBytesMax = 400;

// Whom the events are about, each once.
class Counted {
 public:
  explicit Counted(const identity::Graph& known) : known_(known) {}

  void add(const intake::Event& event, ImportPreview& preview) {
    const bool user = !event.user_id.empty();
    const identity::Identifier identifier{user ? identity::IdentifierKind::User : identity::IdentifierKind::Anonymous,
                                          user ? event.user_id : event.anonymous_id};
    if (identifier.value.empty()) return;
    if (!seen_.insert(fingerprint(identifier.value, user ? 1 : 2)).second) return;
    bool known = known_.find(identifier).has_value();
    // A file that knows people by their email names the same people as events that gave it as a trait.
    if (!known && user) known = known_.find({identity::IdentifierKind::Email, event.user_id}).has_value();
    ++(known ? preview.people_known : preview.people_new);
  }

 private:
  const identity::Graph& known_;
  std::unordered_set<std::uint64_t> seen_;
};

// As many of each kind as there is room for: one of each before the second of any.
std::vector<intake::Event> chosen(std::map<std::string, std::vector<intake::Event>> by_kind, std::size_t events_max) {
  std::vector<intake::Event> events;
  for (std::size_t turn = 0; turn < events_max; ++turn)
    for (auto& [kind, some] : by_kind)
      if (turn < some.size() && events.size() < events_max) events.push_back(std::move(some[turn]));
  return events;
}

Result<std::optional<std::uint32_t>> imported_before(const Workspace& workspace, const std::filesystem::path& file) {
  const auto bytes = intake::fingerprint_of_file(file);
  if (!bytes) return tl::unexpected(bytes.error());
  const auto known = workspace.ledger().imports();
  if (!known) return tl::unexpected(known.error());
  for (const ledger::ImportRecord& record : *known)
    if (record.file_fingerprint == *bytes && record.state != "undone") return std::optional(record.id);
  return std::optional<std::uint32_t>();
}

}  // namespace

Result<ImportPreview> preview_import(const Workspace& workspace, const ImportRequest& request,
                                     const PreviewBounds& bounds, const std::function<bool()>& cancelled) {
  const auto until = std::chrono::steady_clock::now() + bounds.time_max;
  ImportPreview preview;
  const auto before = imported_before(workspace, request.file);
  if (!before) return tl::unexpected(before.error());
  preview.imported_before = *before;
  auto reading = intake::FileImport::open(request.file, request.mapping, {}, now(), bounds.bytes_max);
  if (!reading) return tl::unexpected(reading.error());
  preview.whole = (*reading)->whole();

  const View view = workspace.view();
  Counted people(*view.people);
  std::map<std::string, std::vector<intake::Event>> by_kind;
  while (true) {
    auto batch = (*reading)->next();
    if (!batch) return tl::unexpected(batch.error());
    for (intake::Event& event : batch->events) {
      people.add(event, preview);
      auto& some = by_kind[std::to_string(static_cast<int>(event.type)) + event.name];
      if (some.size() < bounds.events_max) some.push_back(std::move(event));
    }
    for (intake::RejectedRow& row : batch->rejected) {
      if (preview.rejected.size() == bounds.rejected_max) break;
      row.raw = repaired_utf8(std::string_view(row.raw).substr(0, kRawBytesMax));
      preview.rejected.push_back(std::move(row));
    }
    if (batch->last) break;
    if (cancelled && cancelled()) return fail(ErrorKind::Unavailable, "the preview was given up");
    if (std::chrono::steady_clock::now() > until) {
      preview.whole = false;
      break;
    }
  }
  preview.report = (*reading)->report();
  preview.events = chosen(std::move(by_kind), bounds.events_max);
  return preview;
}

}  // namespace habitue::workspace
