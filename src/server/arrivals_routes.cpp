// The live view of what comes in.
#include <algorithm>
#include <atomic>
#include <charconv>

#include <fmt/format.h>
#include <boost/json.hpp>

#include "base/json.hpp"
#include "intake/call.hpp"
#include "server/api.hpp"
#include "server/arrivals.hpp"
#include "server/json_of.hpp"
#include "workspace/keys.hpp"

namespace habitue::server::handlers {
namespace {
namespace json = boost::json;
using intake::name_of;
using server::name_of;

constexpr std::uint64_t kWaitSecondsMax = 25;
// Each of those who wait holds a worker.
constexpr int kWaitingMax = 8;
std::atomic<int> waiting{0};

Result<std::optional<std::uint64_t>> number_of(const Call& call, std::string_view name, std::uint64_t number_max) {
  if (!call.request.has(name)) return std::optional<std::uint64_t>();
  const std::string_view text = call.request.parameter(name);
  std::uint64_t number = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (code != std::errc{} || end != text.data() + text.size() || number > number_max)
    return invalid(fmt::format("{} must be a whole number from 0 to {}", name, number_max));
  return std::optional(number);
}

json::value key_name(const std::vector<workspace::Key>& keys, const std::string& id) {
  const auto found = std::find_if(keys.begin(), keys.end(), [&](const auto& key) { return key.id == id; });
  return found == keys.end() ? json::value(nullptr) : json::value(found->name);
}

json::object arrival_json(const Arrival& arrival, const std::vector<workspace::Key>& keys) {
  json::object object{{"seq", arrival.seq},
                      {"fate", name_of(arrival.fate)},
                      {"key", key_name(keys, arrival.key)},
                      {"received_at", moment_json(arrival.received_at)}};
  if (arrival.fate == Fate::Refused) {
    object["reason"] = arrival.reason;
    return object;
  }
  const auto properties = parse_json(arrival.properties);
  object["type"] = name_of(arrival.type);
  object["event"] = arrival.name;
  object["user_id"] = arrival.user_id;
  object["anonymous_id"] = arrival.anonymous_id;
  object["at"] = moment_json(arrival.at);
  object["properties"] = properties ? *properties : json::value(nullptr);
  return object;
}

json::object source_json(const std::string& id, const SourceCounts& source, const std::vector<workspace::Key>& keys) {
  json::object events;
  for (const auto& [name, count] : source.events) events[name] = count;
  return {{"key", key_name(keys, id)},
          {"accepted", source.accepted},
          {"duplicate", source.duplicate},
          {"refused", source.refused},
          {"last_at", moment_json(source.last_at)},
          {"events", std::move(events)}};
}

// Whom the arrivals name, for the record of who saw whom. Those who are not known yet have no key to be recorded by.
void note_shown(const Call& call, const std::vector<Arrival>& arrivals, Response& response) {
  const workspace::View view = call.workspace->view();
  for (const Arrival& arrival : arrivals) {
    const bool user = !arrival.user_id.empty();
    if (!user && arrival.anonymous_id.empty()) continue;
    const auto key = view.people->key_of(
        identity::Identifier{user ? identity::IdentifierKind::User : identity::IdentifierKind::Anonymous,
                             user ? arrival.user_id : arrival.anonymous_id});
    if (key)
      response.shown.push_back(key_text(*key));
    else
      response.shows_anybody = true;
  }
  std::sort(response.shown.begin(), response.shown.end());
  response.shown.erase(std::unique(response.shown.begin(), response.shown.end()), response.shown.end());
}

}  // namespace

Response get_arrivals(const Call& call) {
  const auto after = number_of(call, "after", UINT64_MAX);
  if (!after) return problem(after.error());
  const auto limit = number_of(call, "limit", kArrivalsKept);
  if (!limit) return problem(limit.error());
  const auto wait = number_of(call, "wait", kWaitSecondsMax);
  if (!wait) return problem(wait.error());

  const Arrivals& arrivals = call.api.arrivals();
  if (*after && wait->value_or(0) > 0) {
    if (waiting.fetch_add(1) < kWaitingMax)
      arrivals.wait(call.workspace->id(), **after,
                    std::chrono::steady_clock::now() + std::chrono::seconds(wait->value_or(0)), [&] {
                      const Request& request = call.request;
                      return (request.caller_has_gone && request.caller_has_gone()) ||
                             (request.server_stops && request.server_stops());
                    });
    waiting.fetch_sub(1);
  }
  const Arrivals::Seen seen = arrivals.after(call.workspace->id(), *after, limit->value_or(100));
  const auto keys = workspace::list_keys(call.workspace->ledger());
  if (!keys) return problem(keys.error());
  json::array rows, sources;
  for (const Arrival& arrival : seen.arrivals) rows.push_back(arrival_json(arrival, *keys));
  for (const auto& [id, source] : seen.sources) sources.push_back(source_json(id, source, *keys));
  Response response = reply(json::object{
      {"arrivals", std::move(rows)}, {"next", seen.next}, {"missed", seen.missed}, {"sources", std::move(sources)}});
  note_shown(call, seen.arrivals, response);
  return response;
}

}  // namespace habitue::server::handlers
