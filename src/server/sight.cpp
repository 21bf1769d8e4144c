#include "server/sight.hpp"

#include <boost/json.hpp>

#include "base/json.hpp"

namespace habitue::server {
namespace {

constexpr std::string_view kUnder = "/api/v1/workspaces/{workspace}/";
constexpr std::string_view kPerson = "people/{key}";

// The keys of a list in the answer's own words.
void add_keys(const boost::json::object& body, std::string_view list, std::vector<std::string>& keys) {
  const boost::json::value* rows = body.if_contains(list);
  if (rows == nullptr || !rows->is_array()) return;
  for (const boost::json::value& row : rows->as_array()) {
    const boost::json::object* object = row.if_object();
    const boost::json::value* key = object == nullptr ? nullptr : object->if_contains("key");
    if (key != nullptr && key->is_string()) keys.emplace_back(key->as_string());
  }
}

}  // namespace

Result<void> record_sight(const Call& call, const Route& route, const Response& response) {
  if (response.status != 200 || !route.pattern.starts_with(kUnder)) return {};
  const std::string_view rest = route.pattern.substr(kUnder.size());
  workspace::AuditEntry entry{now(), call.access.kind, call.access.by, std::string(rest)};
  if (rest.starts_with(kPerson)) {
    if (route.method != "GET") return {};
    entry.what = rest == kPerson ? "person" : std::string(rest.substr(kPerson.size() + 1));
    entry.people.push_back(call.path[1]);
  } else if (rest == "sql") {
    entry.whole = true;
  } else if (rest == "people" || rest.ends_with("/people")) {
    if (response.next_piece) {
      entry.whole = true;
    } else {
      const auto body = parse_json(response.body);
      if (body && body->is_object()) add_keys(body->as_object(), "people", entry.people);
    }
  } else if (response.body.find(R"("customers":[{)") != std::string::npos) {
    const auto body = parse_json(response.body);
    if (body && body->is_object()) add_keys(body->as_object(), "customers", entry.people);
  }
  if (!entry.whole && entry.people.empty()) return {};
  return call.workspace->audit().add(entry);
}

}  // namespace habitue::server
