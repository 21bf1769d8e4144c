#include "server/api.hpp"

#include <algorithm>
#include <array>
#include <thread>

#include <fmt/format.h>
#include <sodium.h>
#include <spdlog/spdlog.h>
#include <boost/json.hpp>

#include "base/text.hpp"
#include "server/arrivals.hpp"
#include "server/json_of.hpp"
#include "server/recommendations.hpp"
#include "server/sight.hpp"
#include "server/team_json.hpp"

namespace habitue::server {
namespace {

using workspace::kAdminScope;
using workspace::kReadScope;
using workspace::kSaveScope;
using workspace::kSqlScope;
using workspace::kWriteScope;

constexpr std::string_view kWorkspace = "/api/v1/workspaces/{workspace}";
constexpr std::size_t kSessionsMax = 10'000;

// A route's pattern against a path: the values of its {…}, or nothing. A trailing slash makes no difference.
std::optional<std::vector<std::string>> match(std::string_view pattern, std::string_view path) {
  std::vector<std::string> values;
  const auto next = [](std::string_view& rest) {
    rest.remove_prefix(std::min(rest.find_first_not_of('/'), rest.size()));
    const std::string_view part = rest.substr(0, rest.find('/'));
    rest.remove_prefix(part.size());
    return part;
  };
  while (true) {
    const std::string_view wanted = next(pattern);
    const std::string_view given = next(path);
    if (wanted.empty() || given.empty()) return wanted.empty() && given.empty() ? std::optional(values) : std::nullopt;
    if (wanted.front() == '{') {
      values.emplace_back(given);
    } else if (wanted != given) {
      return std::nullopt;
    }
  }
}

// A page of another site can make a browser send requests here, but not this header, and not without telling its origin.
bool forged(const Request& request) {
  if (request.method == "GET" || request.method == "HEAD") return false;
  const std::string_view origin = request.header("origin");
  if (!origin.empty()) {
    const std::size_t scheme = origin.find("://");
    if (scheme == std::string_view::npos || origin.substr(scheme + 3) != request.header("host")) return true;
  }
  return request.header("x-habitue").empty();
}

std::string base64_decoded(std::string_view text) {
  std::string decoded(text.size(), '\0');
  std::size_t length = 0;
  for (const int variant : {sodium_base64_VARIANT_ORIGINAL, sodium_base64_VARIANT_ORIGINAL_NO_PADDING})
    if (sodium_base642bin(reinterpret_cast<unsigned char*>(decoded.data()), decoded.size(), text.data(), text.size(),
                          nullptr, &length, nullptr, variant) == 0)
      return decoded.substr(0, length);
  return {};
}

Response refused(const Request& request, const Access& access) {
  if (access.kind == "none") {
    Response response =
        problem(401, "unauthorized", "A key is needed",
                "Sign in, or send a key as `Authorization: Bearer KEY`. Keys are made with: habitue key create");
    response.headers.emplace_back("WWW-Authenticate",
                                  request.path.starts_with("/v1/") ? "Basic realm=\"habitue\"" : "Bearer");
    return response;
  }
  if (access.member)
    return problem(403, "forbidden", "Your role does not allow that",
                   fmt::format("You are {} in this team. An owner can change it.", name_of(access.member->role)));
  return problem(403, "forbidden", "This key may not do that",
                 fmt::format("The key's scopes are: {}", fmt::join(workspace::scope_names(access.scopes), ", ")));
}

}  // namespace

std::string_view session_cookie(const Request& request) { return cookie_of(request, "habitue_session"); }

Api::Api(workspace::Root& root, ApiOptions options)
    : root_(root),
      options_(std::move(options)),
      answers_(options_.answer_bytes_max),
      recommendations_(std::make_unique<RecommendationShelf>()),
      arrivals_(std::make_unique<Arrivals>()),
      oidc_(options_.oidc ? std::make_unique<Oidc>(*options_.oidc, options_.web_fetch) : nullptr) {
  if (sodium_init() < 0) spdlog::error("the system gives no random numbers: sessions cannot be opened");
}

Api::~Api() = default;

const std::vector<Route>& Api::routes() {
  static const auto under = [](std::string_view rest) {
    static std::vector<std::unique_ptr<std::string>> kept;  // Patterns are views; these live as long as the program.
    kept.push_back(std::make_unique<std::string>(std::string(kWorkspace) + std::string(rest)));
    return std::string_view(*kept.back());
  };
  static const std::vector<Route> routes = [] {
    std::vector<Route> all = {
        {"GET", "/api/v1/health", 0, handlers::get_health},
        {"GET", "/api/v1/openapi.json", 0, handlers::get_openapi},
        {"GET", "/api/v1/session", 0, handlers::get_session},
        {"POST", "/api/v1/session", 0, handlers::post_session},
        {"DELETE", "/api/v1/session", 0, handlers::delete_session},
        {"GET", "/api/v1/session/provider", 0, handlers::get_provider},
        {"GET", "/api/v1/session/provider/return", 0, handlers::get_provider_return},
        {"POST", "/api/v1/session/join", 0, handlers::post_join},
        {"POST", "/api/v1/session/password", kReadScope, handlers::post_password},
        {"GET", "/api/v1/team", kAdminScope, handlers::get_team},
        {"POST", "/api/v1/team", kAdminScope, handlers::post_team},
        {"PUT", "/api/v1/team/{id}", kAdminScope, handlers::put_member},
        {"DELETE", "/api/v1/team/{id}", kAdminScope, handlers::delete_member},
        {"POST", "/api/v1/team/{id}/invitation", kAdminScope, handlers::post_invitation},
        {"GET", "/api/v1/metrics", kReadScope, handlers::get_metrics},
        {"GET", "/metrics", kReadScope, handlers::get_metrics},
        {"GET", "/api/v1/workspaces", kReadScope, handlers::get_workspaces},
        {"GET", under(""), kReadScope, handlers::get_workspace},
        {"GET", under("/config"), kReadScope, handlers::get_config},
        {"PUT", under("/config"), kAdminScope, handlers::put_config},
        {"POST", under("/config/preview"), kReadScope, handlers::post_config_preview},
        {"POST", under("/config/preview/people"), kReadScope, handlers::post_config_preview_people},
        {"POST", under("/hypotheses"), kAdminScope, handlers::post_hypothesis},
        {"GET", under("/roles"), kReadScope, handlers::get_roles},
        {"GET", under("/stages"), kReadScope, handlers::get_stages},
        {"GET", under("/stages/history"), kReadScope, handlers::get_stage_history},
        {"GET", under("/flows"), kReadScope, handlers::get_flows},
        {"GET", under("/growth"), kReadScope, handlers::get_growth},
        {"GET", under("/aarrr"), kReadScope, handlers::get_aarrr},
        {"GET", under("/pollution"), kReadScope, handlers::get_pollution},
        {"GET", under("/channels"), kReadScope, handlers::get_channels},
        {"GET", under("/spikes"), kReadScope, handlers::get_spikes},
        {"POST", under("/funnel"), kReadScope, handlers::post_funnel},
        {"POST", under("/funnel/people"), kReadScope, handlers::post_funnel_people},
        {"POST", under("/retention"), kReadScope, handlers::post_retention},
        {"POST", under("/retention/people"), kReadScope, handlers::post_retention_people},
        {"POST", under("/stickiness"), kReadScope, handlers::post_stickiness},
        {"POST", under("/stickiness/people"), kReadScope, handlers::post_stickiness_people},
        {"POST", under("/frequency"), kReadScope, handlers::post_frequency},
        {"POST", under("/frequency/people"), kReadScope, handlers::post_frequency_people},
        {"POST", under("/intervals"), kReadScope, handlers::post_intervals},
        {"POST", under("/intervals/people"), kReadScope, handlers::post_intervals_people},
        {"POST", under("/attribution"), kReadScope, handlers::post_attribution},
        {"POST", under("/attribution/people"), kReadScope, handlers::post_attribution_people},
        {"POST", under("/paths"), kReadScope, handlers::post_paths},
        {"POST", under("/paths/people"), kReadScope, handlers::post_paths_people},
        {"POST", under("/contrast"), kReadScope, handlers::post_contrast},
        {"POST", under("/contrast/people"), kReadScope, handlers::post_contrast_people},
        {"POST", under("/second-purchase"), kReadScope, handlers::post_second_purchase},
        {"POST", under("/second-purchase/people"), kReadScope, handlers::post_second_purchase_people},
        {"POST", under("/forecast"), kReadScope, handlers::post_forecast},
        {"POST", under("/forecast/people"), kReadScope, handlers::post_forecast_people},
        {"POST", under("/equity"), kReadScope, handlers::post_equity},
        {"POST", under("/equity/people"), kReadScope, handlers::post_equity_people},
        {"POST", under("/propensity"), kReadScope, handlers::post_propensity},
        {"POST", under("/propensity/people"), kReadScope, handlers::post_propensity_people},
        {"POST", under("/uplift"), kReadScope, handlers::post_uplift},
        {"POST", under("/uplift/people"), kReadScope, handlers::post_uplift_people},
        {"POST", under("/contracts"), kReadScope, handlers::post_contracts},
        {"POST", under("/contracts/people"), kReadScope, handlers::post_contracts_people},
        {"POST", under("/costs"), kReadScope, handlers::post_costs},
        {"POST", under("/costs/people"), kReadScope, handlers::post_costs_people},
        {"POST", under("/give-aways"), kReadScope, handlers::post_give_aways},
        {"POST", under("/give-aways/people"), kReadScope, handlers::post_give_aways_people},
        {"POST", under("/acquisition"), kReadScope, handlers::post_acquisition},
        {"POST", under("/acquisition/people"), kReadScope, handlers::post_acquisition_people},
        {"POST", under("/rhythm"), kReadScope, handlers::post_rhythm},
        {"POST", under("/rhythm/people"), kReadScope, handlers::post_rhythm_people},
        {"POST", under("/today"), kReadScope, handlers::post_today},
        {"POST", under("/today/people"), kReadScope, handlers::post_today_people},
        {"POST", under("/aida"), kReadScope, handlers::post_aida},
        {"POST", under("/aida/people"), kReadScope, handlers::post_aida_people},
        {"POST", under("/aida/may"), kReadScope, handlers::post_aida_may},
        {"POST", under("/map"), kReadScope, handlers::post_map},
        {"POST", under("/map/people"), kReadScope, handlers::post_map_people},
        {"POST", under("/scenario"), kReadScope, handlers::post_scenario},
        {"POST", under("/scenario/people"), kReadScope, handlers::post_scenario_people},
        {"POST", under("/readiness"), kReadScope, handlers::post_readiness},
        {"POST", under("/readiness/people"), kReadScope, handlers::post_readiness_people},
        {"POST", under("/programmes/may"), kReadScope, handlers::post_programme_may},
        {"POST", under("/programmes/overrides"), kAdminScope, handlers::post_programme_override},
        {"GET", under("/programmes/overrides"), kReadScope, handlers::get_programme_overrides},
        {"POST", under("/recurring"), kReadScope, handlers::post_recurring},
        {"POST", under("/recurring/people"), kReadScope, handlers::post_recurring_people},
        {"POST", under("/products"), kReadScope, handlers::post_products},
        {"POST", under("/products/people"), kReadScope, handlers::post_products_people},
        {"POST", under("/cross-sell"), kReadScope, handlers::post_cross_sell},
        {"POST", under("/cross-sell/people"), kReadScope, handlers::post_cross_sell_people},
        {"GET", under("/people/{key}/recommendations"), kReadScope, handlers::get_person_recommendations},
        {"POST", under("/assortment"), kReadScope, handlers::post_assortment},
        {"POST", under("/assortment/people"), kReadScope, handlers::post_assortment_people},
        {"POST", under("/growth/people"), kReadScope, handlers::post_growth_people},
        {"POST", under("/stages/history/people"), kReadScope, handlers::post_stage_history_people},
        {"POST", under("/flows/people"), kReadScope, handlers::post_flows_people},
        {"POST", under("/cohorts/overlap"), kReadScope, handlers::post_overlap},
        {"POST", under("/cohorts/overlap/people"), kReadScope, handlers::post_overlap_people},
        {"POST", under("/cohorts/history"), kReadScope, handlers::post_cohort_history},
        {"POST", under("/cohorts/history/people"), kReadScope, handlers::post_cohort_history_people},
        {"GET", under("/cohorts"), kReadScope, handlers::get_cohorts},
        {"GET", under("/cohorts/{name}"), kReadScope, handlers::get_cohort},
        {"PUT", under("/cohorts/{name}"), kSaveScope, handlers::put_cohort},
        {"DELETE", under("/cohorts/{name}"), kSaveScope, handlers::delete_cohort},
        {"GET", under("/questions"), kReadScope, handlers::get_questions},
        {"GET", under("/questions/{name}"), kReadScope, handlers::get_question},
        {"PUT", under("/questions/{name}"), kSaveScope, handlers::put_question},
        {"DELETE", under("/questions/{name}"), kSaveScope, handlers::delete_question},
        {"GET", under("/questions/{name}/answer"), kReadScope, handlers::get_question_answer},
        {"GET", under("/boards"), kReadScope, handlers::get_boards},
        {"GET", under("/boards/{name}"), kReadScope, handlers::get_board},
        {"PUT", under("/boards/{name}"), kSaveScope, handlers::put_board},
        {"DELETE", under("/boards/{name}"), kSaveScope, handlers::delete_board},
        {"GET", under("/boards/{name}/answer"), kReadScope, handlers::get_board_answer},
        {"GET", under("/saved"), kReadScope, handlers::get_saved},
        {"POST", under("/saved"), kSaveScope, handlers::post_saved},
        {"GET", under("/fits"), kReadScope, handlers::get_fits},
        {"POST", under("/fits"), kSaveScope, handlers::post_fit},
        {"GET", under("/fits/{id}"), kReadScope, handlers::get_fit},
        {"DELETE", under("/fits/{id}"), kSaveScope, handlers::delete_fit},
        {"POST", under("/fits/{id}/check"), kReadScope, handlers::post_fit_check},
        {"GET", under("/running"), kReadScope, handlers::get_running},
        {"DELETE", under("/running/{id}"), kReadScope, handlers::delete_running},
        {"GET", under("/people"), kReadScope, handlers::get_people},
        {"GET", under("/people/{key}"), kReadScope, handlers::get_person},
        {"DELETE", under("/people/{key}"), kAdminScope, handlers::delete_person},
        {"GET", under("/people/{key}/timeline"), kReadScope, handlers::get_timeline},
        {"GET", under("/people/{key}/acquisition"), kReadScope, handlers::get_person_acquisition},
        {"GET", under("/people/{key}/aida"), kReadScope, handlers::get_person_aida},
        {"GET", under("/people/{key}/treatment"), kReadScope, handlers::get_person_treatment},
        {"GET", under("/treatment"), kReadScope, handlers::get_treatment},
        {"POST", under("/delivery-gate"), kReadScope, handlers::post_delivery_gate},
        {"POST", under("/delivery-gate/overrides"), kAdminScope, handlers::post_delivery_override},
        {"GET", under("/delivery-gate/overrides"), kReadScope, handlers::get_delivery_overrides},
        {"POST", under("/people/{key}/links/sever"), kAdminScope, handlers::post_sever},
        {"POST", under("/people/{key}/links/restore"), kAdminScope, handlers::post_restore},
        {"POST", under("/criteria/check"), kReadScope, handlers::post_criteria_check},
        {"GET", under("/criteria/names"), kReadScope, handlers::get_criteria_names},
        {"GET", under("/imports"), kReadScope, handlers::get_imports},
        {"POST", under("/imports"), kAdminScope, handlers::post_import},
        {"GET", under("/imports/jobs/{job}"), kAdminScope, handlers::get_import_job},
        {"POST", under("/imports/{id}/undo"), kAdminScope, handlers::post_import_undo},
        {"GET", under("/imports/{id}/rejected"), kAdminScope, handlers::get_import_rejected},
        {"GET", under("/uploads"), kAdminScope, handlers::get_uploads},
        {"POST", under("/uploads"), kAdminScope, handlers::post_upload, true},
        {"GET", under("/uploads/{id}"), kAdminScope, handlers::get_upload},
        {"DELETE", under("/uploads/{id}"), kAdminScope, handlers::delete_upload},
        {"POST", under("/uploads/{id}/preview"), kAdminScope, handlers::post_upload_preview},
        {"POST", under("/uploads/{id}/import"), kAdminScope, handlers::post_upload_import},
        {"GET", under("/arrivals"), kReadScope, handlers::get_arrivals},
        {"POST", under("/sql"), kSqlScope, handlers::post_sql},
        {"GET", under("/audit"), kAdminScope, handlers::get_audit},
        {"GET", under("/keys"), kAdminScope, handlers::get_keys},
        {"POST", under("/keys"), kAdminScope, handlers::post_key},
        {"DELETE", under("/keys/{id}"), kAdminScope, handlers::delete_key},
    };
    for (const std::string_view call : {"track", "identify", "page", "screen", "group", "alias", "batch", "import", "t",
                                        "i", "p", "s", "g", "a", "b"}) {
      static std::vector<std::unique_ptr<std::string>> kept;
      kept.push_back(std::make_unique<std::string>("/v1/" + std::string(call)));
      all.push_back({"POST", *kept.back(), kWriteScope, handlers::post_segment});
    }
    return all;
  }();
  return routes;
}

std::optional<Access> Api::access_of_key(std::string_view secret) {
  if (secret.empty() || secret.size() > 128) return std::nullopt;
  {
    const std::shared_lock lock(keys_mutex_);
    if (const auto found = keys_.find(secret); found != keys_.end()) return found->second;
  }
  std::optional<Access> access;
  for (const auto& each : root_.workspaces())
    if (const auto key = workspace::find_key(each->ledger(), secret))
      access = Access{workspace::with_implied(key->scopes), "key", key->id, {each->id()}};
  const std::unique_lock lock(keys_mutex_);
  // Wrong keys are remembered too, but not without bound.
  if (keys_.size() > kSessionsMax) keys_.clear();
  keys_.emplace(std::string(secret), access);
  return access;
}

void Api::forget_keys() {
  const std::unique_lock lock(keys_mutex_);
  keys_.clear();
}

std::string Api::open_session(const Access& access) {
  std::array<unsigned char, 24> random{};
  randombytes_buf(random.data(), random.size());
  std::string value;
  for (const unsigned char byte : random) value += fmt::format("{:02x}", byte);
  const std::lock_guard lock(sessions_mutex_);
  if (sessions_.size() >= kSessionsMax) sessions_.clear();
  Access kept = access;
  kept.kind = "session";
  sessions_[value] = std::move(kept);
  return value;
}

void Api::close_session(std::string_view cookie) {
  const std::lock_guard lock(sessions_mutex_);
  if (const auto found = sessions_.find(cookie); found != sessions_.end()) sessions_.erase(found);
}

Access Api::access_of(const Request& request) {
  constexpr std::uint8_t kEverything = kReadScope | kSqlScope | kSaveScope | kAdminScope;
  if (request.trusted) return {kEverything | kWriteScope, "process", "process", {}};
  const std::string_view authorization = request.header("authorization");
  if (authorization.starts_with("Bearer ")) {
    const auto access = access_of_key(trimmed(authorization.substr(7)));
    return access.value_or(Access{});
  }
  if (authorization.starts_with("Basic ")) {
    const std::string pair = base64_decoded(trimmed(authorization.substr(6)));
    const auto access = access_of_key(std::string_view(pair).substr(0, pair.find(':')));
    return access.value_or(Access{});
  }
  if (const std::string_view cookie = session_cookie(request); !cookie.empty()) {
    {
      const std::lock_guard lock(sessions_mutex_);
      if (const auto found = sessions_.find(cookie); found != sessions_.end()) return found->second;
    }
    // Read anew each time: a role that is taken away is gone at once.
    if (auto member = root_.team().member_of_session(cookie)) {
      Access access{workspace::scopes_of(member->role), "session", member->id, member->workspaces};
      access.member = std::move(member);
      return access;
    }
  }
  // The name in Host is checked against pages that point their own name at this machine (DNS rebinding).
  if (options_.local_access && request.from_loopback && is_loopback_name(request.header("host")))
    return {kEverything, "local", "local", {}};
  return {};
}

tl::expected<Call, Response> Api::admit(const Request& request, const Route& route, std::vector<std::string> values) {
  Call call{*this, request, std::move(values), nullptr, access_of(request)};
  if (route.scope != 0 && (call.access.scopes & route.scope) == 0) return tl::unexpected(refused(request, call.access));
  // Signing in is as little for other sites' forms as what comes after it.
  const bool by_page = call.access.kind == "local" || call.access.kind == "session" ||
                       (call.access.kind == "none" && route.pattern.starts_with("/api/v1/session"));
  if (by_page && forged(request))
    return tl::unexpected(problem(
        403, "forbidden", "Not from this page",
        "Requests that change something need the header `X-Habitue: 1` and must come from this page's own address."));
  if (route.pattern.find("{workspace}") != std::string_view::npos) {
    call.workspace = root_.find(call.path.front());
    if (call.workspace == nullptr || !call.access.opens(call.path.front()))
      return tl::unexpected(
          problem({ErrorKind::NotFound, fmt::format("there is no workspace '{}'", call.path.front())}));
  }
  return call;
}

bool Api::takes_file(const Request& head) {
  return head.method == "POST" && std::any_of(routes().begin(), routes().end(), [&](const Route& route) {
           return route.takes_file && match(route.pattern, head.path);
         });
}

BodyPlan Api::plan_body(const Request& head, std::optional<std::uint64_t> bytes) {
  for (const Route& route : routes()) {
    if (!route.takes_file || route.method != head.method) continue;
    auto values = match(route.pattern, head.path);
    if (!values) continue;
    const auto call = admit(head, route, std::move(*values));
    if (!call) return {call.error()};
    if (bytes.value_or(0) > options_.upload_bytes_max) return {too_large_file(options_.upload_bytes_max)};
    auto file = call->workspace->uploads().begin(bytes.value_or(0));
    if (!file) return {problem(file.error())};
    return {std::nullopt, std::move(*file), options_.upload_bytes_max};
  }
  return {problem({ErrorKind::NotFound, fmt::format("there is nothing at {}", head.path.substr(0, 200))})};
}

Response Api::handle(const Request& request) {
  counters.requests.fetch_add(1, std::memory_order_relaxed);
  bool path_known = false;
  for (const Route& route : routes()) {
    auto values = match(route.pattern, request.path);
    if (!values) continue;
    path_known = true;
    if (route.method != request.method && !(request.method == "HEAD" && route.method == "GET")) continue;

    const auto call = admit(request, route, std::move(*values));
    if (!call) return call.error();
    try {
      Response response = route.handler(*call);
      if (auto recorded = record_sight(*call, route, response); !recorded) return problem(recorded.error());
      if (response.status >= 500) counters.errors.fetch_add(1, std::memory_order_relaxed);
      return response;
    } catch (const std::bad_alloc&) {
      return problem({ErrorKind::Unavailable, "memory ran out while answering"});
    } catch (const std::exception& error) {
      counters.errors.fetch_add(1, std::memory_order_relaxed);
      spdlog::error("{} {} failed: {}", request.method, route.pattern, error.what());
      return problem(500, "internal", "A fault of ours", "The answer could not be made. The server's log tells more.");
    }
  }
  if (path_known)
    return problem(405, "method_not_allowed", "Not this way", fmt::format("{} is not possible here", request.method));
  return problem({ErrorKind::NotFound, fmt::format("there is nothing at {}", request.path.substr(0, 200))});
}

std::string Api::metrics(const Access& access) const {
  std::string text;
  const auto counter = [&](std::string_view name, std::string_view help, std::uint64_t value) {
    text += fmt::format("# HELP habitue_{0} {1}\n# TYPE habitue_{0} counter\nhabitue_{0} {2}\n", name, help, value);
  };
  counter("requests_total", "Requests answered.", counters.requests);
  counter("events_accepted_total", "Events stored by the intake.", counters.events_accepted);
  counter("events_duplicate_total", "Events that were there already.", counters.events_duplicate);
  counter("events_rejected_total", "Events of a batch that could not be kept.", counters.events_rejected);
  const AnswerCache::Figures answers = answers_.figures();
  counter("answers_computed_total", "Answers computed.", answers.made);
  counter("answers_kept_total", "Answers given that were kept.", answers.kept);
  counter("answers_shared_total", "Answers given to several who asked at once.", answers.shared);
  text += fmt::format(
      "# HELP habitue_answer_bytes Memory of answers kept.\n# TYPE habitue_answer_bytes gauge\n"
      "habitue_answer_bytes {}\n",
      answers.bytes);
  counter("errors_total", "Answers with a status of 500 or more.", counters.errors);
  text += "# HELP habitue_events Events in the ledger.\n# TYPE habitue_events gauge\n";
  for (const auto& each : root_.workspaces())
    if (access.opens(each->id()))
      text += fmt::format("habitue_events{{workspace=\"{}\"}} {}\n", each->id(), each->ledger().event_count());
  text += "# HELP habitue_journey_bytes Memory of the journeys.\n# TYPE habitue_journey_bytes gauge\n";
  for (const auto& each : root_.workspaces())
    if (access.opens(each->id()))
      text += fmt::format("habitue_journey_bytes{{workspace=\"{}\"}} {}\n", each->id(),
                          each->view().customers->snapshot().memory_bytes());
  return text;
}

}  // namespace habitue::server
