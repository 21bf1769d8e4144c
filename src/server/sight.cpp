#include "server/sight.hpp"

namespace habitue::server {
namespace {

constexpr std::string_view kUnder = "/api/v1/workspaces/{workspace}/";
constexpr std::string_view kPerson = "people/{key}";

}  // namespace

Result<void> record_sight(const Call& call, const Route& route, const Response& response) {
  if ((response.status != 200 && response.status != 201) || !route.pattern.starts_with(kUnder)) return {};
  const std::string_view rest = route.pattern.substr(kUnder.size());
  workspace::AuditEntry entry{now(), call.access.kind, call.access.by, std::string(rest)};
  if (rest.starts_with(kPerson)) {
    if (route.method != "GET") return {};
    entry.what = rest == kPerson ? "person" : std::string(rest.substr(kPerson.size() + 1));
    entry.people.push_back(call.path[1]);
  } else if (rest == "audit") {
    return {};  // Reading the record is no look at those it names.
  } else {
    entry.whole = rest == "sql" || static_cast<bool>(response.next_piece) || response.shows_anybody;
    entry.people = response.shown;
  }
  if (!entry.whole && entry.people.empty()) return {};
  return call.workspace->audit().add(entry);
}

}  // namespace habitue::server
