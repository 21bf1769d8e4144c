// The API: routes, rights and answers. Knows no socket: HttpServer brings requests, and so does the command line.
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/memory_budget.hpp"
#include "base/result.hpp"
#include "intake/protocol.hpp"
#include "server/answer_cache.hpp"
#include "server/message.hpp"
#include "server/oidc.hpp"
#include "server/running.hpp"
#include "workspace/keys.hpp"
#include "workspace/workspace.hpp"

namespace habitue::server {

struct ApiOptions {
  /// Requests from this machine to a loopback name need no key. Only safe while the server listens on loopback.
  bool local_access = true;
  intake::Limits limits;
  std::size_t sql_rows_max = 100'000;
  /// The largest file that may be sent to be imported.
  std::uint64_t upload_bytes_max = std::uint64_t{4} << 30;
  /// A question that takes longer is given up.
  std::chrono::milliseconds question_time_max = std::chrono::minutes(2);
  /// A question that needs more memory at a time is given up. Answers kept are not counted.
  std::uint64_t question_memory_bytes_max = machine_memory_bytes() / 4;
  /// Memory of answers kept for those who ask the same again. 0 keeps none.
  std::size_t answer_bytes_max = std::size_t{64} << 20;
  /// With which people may sign in beside their passwords.
  std::optional<OidcOptions> oidc{};
  WebFetch web_fetch = fetch_web;
};

/// What a caller may do, and who it is for the records.
struct Access {
  std::uint8_t scopes = 0;
  std::string kind = "none";                  ///< "local", "key", "session", "process" or "none".
  std::string by;                             ///< A key's id, a member's id, or the kind again.
  std::vector<std::string> workspaces;        ///< Which may be opened; a key belongs to one. Empty: all.
  std::optional<workspace::Member> member{};  ///< Who signed in, when somebody did.

  bool opens(std::string_view workspace) const {
    return workspaces.empty() || std::find(workspaces.begin(), workspaces.end(), workspace) != workspaces.end();
  }
};

class Api;
class Arrivals;
class RecommendationShelf;

/// A question that the server asks itself, for something saved: what it wants of the handler beside or instead of the answer.
struct Errand {
  bool only_check = false;  ///< Reads and binds all, and asks it of nobody.
  std::string pointer;      ///< Where the question's body lies in what was sent: `/body`.
  bool wants_people = false;

  // What the handler leaves.
  std::vector<std::string> warnings;            ///< Of the filter.
  std::optional<std::vector<PersonId>> people;  ///< All those that the list would page through,
  workspace::View view;                         ///< as they are in this view.
};

/// One request on its way: what a handler reads.
struct Call {
  Api& api;
  const Request& request;
  std::vector<std::string> path;              ///< Values of the route's {…}, in order.
  workspace::Workspace* workspace = nullptr;  ///< Of {workspace}, already found.
  Access access;
  Errand* errand = nullptr;

  std::string_view language() const;  ///< "fr" or "en".
};

using Handler = Response (*)(const Call&);

struct Route {
  std::string_view method;
  std::string_view pattern;  ///< `/api/v1/workspaces/{workspace}/people/{key}`
  std::uint8_t scope;        ///< What the caller needs; 0: nothing.
  Handler handler;
  bool takes_file = false;  ///< The body is written to a file as it comes: see Api::plan_body.
};

/// What becomes of the body of a request whose head alone was read.
struct BodyPlan {
  std::optional<Response> refusal{};                   ///< The body need not be read.
  std::shared_ptr<workspace::IncomingFile> file = {};  ///< Where it goes.
  std::uint64_t bytes_max = 0;
};

/// Safe from any thread.
class Api {
 public:
  Api(workspace::Root& root, ApiOptions options);
  ~Api();  ///< Stops running imports, which stay resumable.

  Response handle(const Request& request);
  /// Whether the body of a request with this head goes to a file.
  static bool takes_file(const Request& head);
  /// For those: who may not send, or sends too much, is refused before the bytes come. `bytes`: how many are announced.
  BodyPlan plan_body(const Request& head, std::optional<std::uint64_t> bytes);
  /// All routes, for the test that holds the OpenAPI text to be true.
  static const std::vector<Route>& routes();

  workspace::Root& root() { return root_; }
  const ApiOptions& options() const { return options_; }
  AnswerCache& answers() { return answers_; }
  RunningQuestions& running() { return running_; }
  /// What was learnt to recommend by: see recommendations.hpp.
  RecommendationShelf& recommendations() { return *recommendations_; }
  /// Prometheus text.
  /// For Prometheus; of the workspaces that the access opens.
  std::string metrics(const Access& access) const;
  Oidc* oidc() { return oidc_.get(); }  ///< Null: nobody signs in by a provider.

  Access access_of(const Request& request);
  /// The workspace and rights of a secret; cached, so that intake does not ask the ledger at each request.
  std::optional<Access> access_of_key(std::string_view secret);
  void forget_keys();
  /// Makes a session for a key and returns its cookie's value; these sessions live in memory, those of members in the team's file.
  std::string open_session(const Access& access);
  void close_session(std::string_view cookie);

  /// Counters of the intake, for metrics.
  struct Counters {
    std::atomic<std::uint64_t> requests{0}, events_accepted{0}, events_duplicate{0}, events_rejected{0}, errors{0};
  };
  Counters counters;

  /// Imports that run in the background of a server: of files that came in, or by the command line while the server holds the
  /// ledger. Of an upload that was imported whole nothing is kept.
  std::uint64_t start_import(workspace::Workspace& workspace, workspace::ImportRequest import,
                             std::optional<workspace::Upload> upload = {});
  Response import_state(const workspace::Workspace& workspace, std::uint64_t job) const;

  /// What came in over the wire of late.
  Arrivals& arrivals() { return *arrivals_; }

 private:
  struct ImportJob;
  /// A route's call once the caller may make it, or what to answer instead.
  tl::expected<Call, Response> admit(const Request& request, const Route& route, std::vector<std::string> values);
  workspace::Root& root_;
  ApiOptions options_;
  AnswerCache answers_;
  RunningQuestions running_;
  std::unique_ptr<RecommendationShelf> recommendations_;
  std::unique_ptr<Arrivals> arrivals_;
  std::unique_ptr<Oidc> oidc_;
  mutable std::shared_mutex keys_mutex_;
  std::map<std::string, std::optional<Access>, std::less<>> keys_;
  mutable std::mutex sessions_mutex_;
  std::map<std::string, Access, std::less<>> sessions_;
  mutable std::mutex jobs_mutex_;
  std::vector<std::shared_ptr<ImportJob>> jobs_;
};

// The handlers, by what they are about. Each file defines those of one group.
namespace handlers {
Response get_health(const Call&);
Response get_openapi(const Call&);
Response get_session(const Call&);
Response post_session(const Call&);
Response delete_session(const Call&);
Response get_provider(const Call&);
Response get_provider_return(const Call&);
Response post_join(const Call&);
Response post_password(const Call&);
Response get_team(const Call&);
Response post_team(const Call&);
Response put_member(const Call&);
Response delete_member(const Call&);
Response post_invitation(const Call&);
Response get_audit(const Call&);
Response get_metrics(const Call&);
Response get_workspaces(const Call&);
Response get_workspace(const Call&);
Response get_config(const Call&);
Response put_config(const Call&);
Response post_config_preview(const Call&);
Response post_config_preview_people(const Call&);
Response post_hypothesis(const Call&);

Response get_roles(const Call&);
Response get_stages(const Call&);
Response get_stage_history(const Call&);
Response get_flows(const Call&);
Response get_growth(const Call&);
Response get_aarrr(const Call&);
Response get_pollution(const Call&);
Response get_channels(const Call&);
Response get_spikes(const Call&);

Response post_funnel(const Call&);
Response post_funnel_people(const Call&);
Response post_retention(const Call&);
Response post_retention_people(const Call&);
Response post_stickiness(const Call&);
Response post_stickiness_people(const Call&);
Response post_frequency(const Call&);
Response post_frequency_people(const Call&);
Response post_intervals(const Call&);
Response post_intervals_people(const Call&);
Response post_attribution(const Call&);
Response post_attribution_people(const Call&);
Response post_paths(const Call&);
Response post_paths_people(const Call&);
Response post_contrast(const Call&);
Response post_contrast_people(const Call&);
Response post_second_purchase(const Call&);
Response post_second_purchase_people(const Call&);
Response post_growth_people(const Call&);
Response post_stage_history_people(const Call&);
Response post_flows_people(const Call&);
Response post_forecast(const Call&);
Response post_forecast_people(const Call&);
Response post_propensity(const Call&);
Response post_propensity_people(const Call&);
Response post_uplift(const Call&);
Response post_uplift_people(const Call&);
Response post_contracts(const Call&);
Response post_contracts_people(const Call&);
Response post_costs(const Call&);
Response post_costs_people(const Call&);
Response post_give_aways(const Call&);
Response post_give_aways_people(const Call&);
Response post_acquisition(const Call&);
Response post_acquisition_people(const Call&);
Response post_rhythm(const Call&);
Response post_rhythm_people(const Call&);
Response post_today(const Call&);
Response post_today_people(const Call&);
Response post_aida(const Call&);
Response post_aida_people(const Call&);
Response post_aida_may(const Call&);
Response get_person_aida(const Call&);
Response post_map(const Call&);
Response post_map_people(const Call&);
Response post_scenario(const Call&);
Response post_scenario_people(const Call&);
Response post_readiness(const Call&);
Response post_readiness_people(const Call&);
Response post_programme_may(const Call&);
Response post_programme_override(const Call&);
Response get_programme_overrides(const Call&);
Response post_recurring(const Call&);
Response post_recurring_people(const Call&);
Response post_products(const Call&);
Response post_products_people(const Call&);
Response post_cross_sell(const Call&);
Response post_cross_sell_people(const Call&);
Response get_person_recommendations(const Call&);
Response post_assortment(const Call&);
Response post_assortment_people(const Call&);
Response post_overlap(const Call&);
Response post_overlap_people(const Call&);
Response post_cohort_history(const Call&);
Response post_cohort_history_people(const Call&);

Response get_cohorts(const Call&);
Response get_cohort(const Call&);
Response put_cohort(const Call&);
Response delete_cohort(const Call&);
Response get_questions(const Call&);
Response get_question(const Call&);
Response put_question(const Call&);
Response delete_question(const Call&);
Response get_question_answer(const Call&);
Response get_boards(const Call&);
Response get_board(const Call&);
Response put_board(const Call&);
Response delete_board(const Call&);
Response get_board_answer(const Call&);
Response get_saved(const Call&);
Response post_saved(const Call&);

Response get_people(const Call&);
Response get_person(const Call&);
Response get_timeline(const Call&);
Response get_person_treatment(const Call&);
Response get_treatment(const Call&);
Response post_delivery_gate(const Call&);
Response post_delivery_override(const Call&);
Response get_delivery_overrides(const Call&);
Response get_person_acquisition(const Call&);
Response post_equity(const Call&);
Response post_equity_people(const Call&);
Response get_fits(const Call&);
Response post_fit(const Call&);
Response get_fit(const Call&);
Response delete_fit(const Call&);
Response post_fit_check(const Call&);
Response post_sever(const Call&);
Response post_restore(const Call&);
Response delete_person(const Call&);

Response post_criteria_check(const Call&);
Response get_criteria_names(const Call&);
Response get_running(const Call&);
Response delete_running(const Call&);
Response get_imports(const Call&);
Response post_import(const Call&);
Response get_import_job(const Call&);
Response post_import_undo(const Call&);
Response get_import_rejected(const Call&);
Response get_uploads(const Call&);
Response post_upload(const Call&);
Response get_upload(const Call&);
Response delete_upload(const Call&);
Response post_upload_preview(const Call&);
Response post_upload_import(const Call&);
Response get_arrivals(const Call&);
Response post_sql(const Call&);
Response get_keys(const Call&);
Response post_key(const Call&);
Response delete_key(const Call&);

Response post_segment(const Call&);
}  // namespace handlers

}  // namespace habitue::server
