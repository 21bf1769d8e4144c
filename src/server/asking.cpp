#include "server/asking.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "criteria/cohorts.hpp"
#include "criteria/node.hpp"
#include "insight/relative_period.hpp"
#include "server/json_of.hpp"
#include "server/tables.hpp"

namespace habitue::server {
namespace {

bool is_day(std::string_view text) { return text.size() == 10; }

Error named(std::string_view parameter, Error error) {
  error.message = fmt::format("{}: {}", parameter, error.message);
  return error;
}

// A day stands for its last moment when it ends something and for its first when it begins something.
Result<UtcMicros> read_moment(const Request& request, std::string_view name, const Zone& zone, bool end_of_day) {
  const std::string_view text = request.parameter(name);
  if (end_of_day && is_day(text)) {
    return parse_day(text)
        .map([&](LocalDay day) { return zone.start_of(day + std::chrono::days(1)); })
        .map_error([&](Error error) { return named(name, std::move(error)); });
  }
  return parse_moment(text, zone).map_error([&](Error error) { return named(name, std::move(error)); });
}

Result<insight::AudienceSide> read_side(std::string_view text) {
  if (text.empty() || text == "all") return insight::AudienceSide::All;
  if (text == "inside") return insight::AudienceSide::Inside;
  if (text == "outside") return insight::AudienceSide::Outside;
  if (text == "unknown") return insight::AudienceSide::Unknown;
  return invalid(fmt::format("audience: '{}' is none of all, inside, outside, unknown", text));
}

// See read_question.
UtcMicros present_moment(const std::optional<UtcMicros>& last_event_at) {
  const UtcMicros present = now();
  if (last_event_at && *last_event_at > present) return std::chrono::floor<std::chrono::seconds>(present);
  const UtcMicros minute = std::chrono::floor<std::chrono::minutes>(present);
  return last_event_at ? std::max(minute, *last_event_at) : minute;
}

// The filter with its cohorts, and the names beside it, in one view.
Result<void> look_up(const Call& call, Asked& asked, const std::vector<std::string>& beside) {
  asked.question.filter = asked.filter;
  std::vector<std::string> names = beside;
  if (asked.filter)
    for (std::string& name : criteria::names_of(*asked.filter).cohorts) names.push_back(std::move(name));
  if (!names.empty()) {
    auto cohorts = call.workspace->cohorts(names);
    if (!cohorts) return tl::unexpected(cohorts.error());
    asked.view = std::move(cohorts->view);
    asked.question.cohorts = std::move(cohorts->cohorts);
    asked.cohorts = cohorts->version;
    if (asked.filter) {
      auto resolved = criteria::with_cohorts(*asked.filter, *asked.question.cohorts);
      if (!resolved) return tl::unexpected(resolved.error());
      asked.question.filter = std::move(*resolved);
    }
  }
  if (call.errand == nullptr || !call.errand->only_check) return {};
  // Nobody is looked at, but all that is said is read and bound.
  if (asked.question.filter) {
    auto bound = asked.view.customers->evaluator(*asked.question.filter);
    if (!bound) return tl::unexpected(bound.error());
    call.errand->warnings = bound->warnings();
  }
  asked.question.filter = criteria::Expression(criteria::make_not(criteria::make_node({criteria::Everyone{}})).node);
  return {};
}

Result<std::optional<std::chrono::seconds>> read_max_age(const Request& request) {
  const std::string_view text = request.parameter("max_age");
  if (text.empty()) return std::nullopt;
  std::uint32_t seconds = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (code != std::errc{} || end != text.data() + text.size())
    return invalid(fmt::format("max_age: '{}' is no whole number of seconds", text));
  return std::chrono::seconds(seconds);
}

// What tells one question from another; moments that were left open are left open here.
std::string question_text(const Call& call, const Asked& asked, std::string_view report, std::string_view text) {
  const Request& request = call.request;
  std::string whole(report);
  const auto add = [&whole](std::string_view part) {
    whole += '\n';
    whole += part;
  };
  for (const char* name : {"as_of", "from", "to", "period", "hypothesis"}) add(request.parameter(name));
  add(asked.filter ? criteria::to_text(*asked.filter) : std::string());
  add(request.parameter("filter"));  // The answer repeats it as it was written.
  add(name_of(asked.audience));
  add(call.language());
  add(wants_csv(request) ? "csv" : "json");
  add(text);
  return whole;
}

using Run = RunningQuestions::Run;

Error too_much_memory(const ApiOptions& options) {
  return {
      ErrorKind::Unavailable,
      fmt::format("the question needs more memory than the {:.4g} MiB that one may take, and was given up: ask of a "
                  "shorter period, of fewer people (filter), or for fewer values of a breakdown (limit); or let "
                  "questions take more (--question-memory-mib)",
                  static_cast<double>(options.question_memory_bytes_max) / (1U << 20U))};
}

Error given_up(const ApiOptions& options, RunningQuestions::Why why) {
  using Why = RunningQuestions::Why;
  switch (why) {
    case Why::TookTooLong: break;
    case Why::WasStopped: return {ErrorKind::Conflict, "the question was stopped"};
    case Why::CallerHasGone: return {ErrorKind::Conflict, "nobody waited for the answer any more"};
  }
  return {ErrorKind::Unavailable,
          fmt::format("the question took longer than {} s and was given up: ask of a shorter period, of fewer people "
                      "(filter), or without a breakdown; or give questions more time (--question-seconds)",
                      std::chrono::duration<double>(options.question_time_max).count())};
}

// What `make` gives, with its memory counted for the question. Nothing when it needs more than there is.
template <class Make>
auto within_its_memory(Run& run, const Make& make) -> std::optional<decltype(make())> {
  try {
    const MemoryScope scope(&run.memory());
    return make();
  } catch (const std::exception&) {
    // Libraries have exceptions of their own for memory that they do not get.
    if (!run.memory().was_passed()) throw;
    return std::nullopt;
  }
}

// The pieces of an answer, each made as the answer itself was.
std::function<Result<std::string>()> pieces_under_way(std::shared_ptr<Run> run, const ApiOptions& options,
                                                      std::function<Result<std::string>()> next) {
  return [run = std::move(run), options, next = std::move(next)]() -> Result<std::string> {
    auto piece = within_its_memory(*run, next);
    if (piece && *piece) {
      // What is handed out is the question's no more.
      std::string handed = **piece;
      const MemoryScope scope(&run->memory());
      piece.reset();
      return handed;
    }
    if (const auto why = run->stopped()) return tl::unexpected(given_up(options, *why));
    if (!piece || run->memory().was_passed()) return tl::unexpected(too_much_memory(options));
    return *std::move(piece);
  };
}

}  // namespace

bool wants_csv(const Request& request) {
  return request.parameter("format") == "csv" || request.header("accept").starts_with("text/csv");
}

bool wants_ndjson(const Request& request) {
  return request.parameter("format") == "ndjson" || request.header("accept").starts_with("application/x-ndjson");
}

Result<Asked> read_question(const Call& call) {
  const Request& request = call.request;
  Asked asked;
  asked.view = call.workspace->view();
  const Zone& zone = asked.view.customers->zone();
  asked.question.as_of = present_moment(asked.view.customers->snapshot().last_event_at());
  if (!request.parameter("as_of").empty()) {
    const auto moment = read_moment(request, "as_of", zone, true);
    if (!moment) return tl::unexpected(moment.error());
    // The end of a day is the moment before the next one.
    asked.question.as_of = is_day(request.parameter("as_of")) ? *moment - std::chrono::microseconds(1) : *moment;
  }
  if (!request.parameter("from").empty()) {
    const auto moment = read_moment(request, "from", zone, false);
    if (!moment) return tl::unexpected(moment.error());
    asked.question.period.from = *moment;
  }
  if (!request.parameter("to").empty()) {
    const auto moment = read_moment(request, "to", zone, true);
    if (!moment) return tl::unexpected(moment.error());
    asked.question.period.to = *moment;
  }
  if (asked.question.period.to <= asked.question.period.from) return invalid("from: the period ends before it begins");
  if (const std::string_view period = request.parameter("period"); !period.empty()) {
    if (!request.parameter("from").empty() || !request.parameter("to").empty())
      return invalid("period: say either a period or from and to");
    const auto meant = insight::period_of(period, asked.question.as_of, zone);
    if (!meant) return tl::unexpected(named("period", meant.error()));
    asked.question.period = *meant;
  }
  asked.question.hypothesis = request.parameter("hypothesis");
  if (const std::string_view filter = request.parameter("filter"); !filter.empty()) {
    auto expression = criteria::parse(filter);
    if (!expression) return tl::unexpected(named("filter", expression.error()));
    asked.filter = std::move(*expression);
  }
  const auto side = read_side(request.parameter("audience"));
  if (!side) return tl::unexpected(side.error());
  asked.audience = *side;
  if (auto done = look_up(call, asked, {}); !done) return tl::unexpected(named("filter", done.error()));
  return asked;
}

Result<void> name_cohorts(const Call& call, Asked& asked, const std::vector<std::string>& names) {
  return look_up(call, asked, names);
}

Response under_way(const Call& call, Asked& asked, std::string_view question, const std::function<Response()>& make) {
  const ApiOptions& options = call.api.options();
  const auto run =
      std::make_shared<Run>(call.api.running(), Run::Asked{.workspace = call.workspace->id(),
                                                           .question = std::string(question),
                                                           .id = std::string(call.request.header("x-habitue-question")),
                                                           .time_max = options.question_time_max,
                                                           .memory_bytes_max = options.question_memory_bytes_max,
                                                           .caller_has_gone = call.request.caller_has_gone});
  asked.question.cancellation = &run->cancellation();
  asked.question.progress = &run->progress();
  auto made = within_its_memory(*run, make);
  asked.question.cancellation = nullptr;
  asked.question.progress = nullptr;
  if (made && made->status == 200) {
    if (made->next_piece) made->next_piece = pieces_under_way(run, options, std::move(made->next_piece));
    return *std::move(made);
  }
  if (const auto why = run->stopped())
    return *why == RunningQuestions::Why::CallerHasGone
               ? problem(kCallerHasGone, "caller_has_gone", "The caller has gone", given_up(options, *why).message)
               : problem(given_up(options, *why));
  if (!made || (made->status >= 500 && run->memory().was_passed())) return problem(too_much_memory(options));
  return *std::move(made);
}

Response kept_answer(const Call& call, Asked& asked, std::string_view report, std::string_view text,
                     const std::function<Response()>& make_answer) {
  const auto make = [&] { return under_way(call, asked, report, make_answer); };
  if (call.errand != nullptr) return make();
  const auto max_age = read_max_age(call.request);
  if (!max_age) return problem(max_age.error());
  const AnswerStamp stamp{.version = asked.view.version,
                          .removals = asked.view.removals,
                          .cohorts = asked.cohorts,
                          .as_of = asked.question.as_of,
                          .from = asked.question.period.from,
                          .to = asked.question.period.to};
  const AnswerCache::Given given =
      call.api.answers().get(call.workspace->id(), question_text(call, asked, report, text), stamp, *max_age, make);
  Response response = *given.response;
  constexpr std::string_view kHow[] = {"miss", "hit", "shared"};
  response.headers.emplace_back("X-Habitue-Cache", kHow[static_cast<std::size_t>(given.how)]);
  response.headers.emplace_back("X-Habitue-Computed-At", format_moment(given.computed_at));
  return response;
}

void add_question(const Call& call, const Asked& asked, boost::json::object& body) {
  const auto bound = [](UtcMicros moment) {
    return moment == kBeginning || moment == kEnd ? boost::json::value(nullptr) : moment_json(moment);
  };
  const config::Business& business = asked.view.customers->business();
  const config::Hypothesis* hypothesis = asked.question.hypothesis.empty()
                                             ? config::hypothesis_at(business, asked.question.as_of)
                                             : config::find_hypothesis(business, asked.question.hypothesis);
  body["question"] = boost::json::object{
      {"as_of", format_moment(asked.question.as_of)},
      {"from", bound(asked.question.period.from)},
      {"to", bound(asked.question.period.to)},
      {"hypothesis", hypothesis != nullptr ? boost::json::value(hypothesis->version) : boost::json::value(nullptr)},
      {"filter", call.request.parameter("filter")},
      {"audience", name_of(asked.audience)}};
  body["up_to_seq"] = asked.view.customers->snapshot().up_to().value;
}

Response answer(const Call& call, const Asked& asked, std::string_view report, boost::json::object body) {
  add_question(call, asked, body);
  if (!wants_csv(call.request)) return reply(body);
  Response response;
  response.content_type = "text/csv; charset=utf-8";
  response.body = csv_of(tables_of(report, body));
  response.shown = people_in(body);
  response.headers.emplace_back("Content-Disposition",
                                fmt::format("attachment; filename=\"{}-{}.csv\"", call.workspace->id(), report));
  return response;
}

}  // namespace habitue::server
