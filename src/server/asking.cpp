#include "server/asking.hpp"

#include <fmt/format.h>

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

}  // namespace

Result<Asked> read_question(const Call& call) {
  const Request& request = call.request;
  Asked asked;
  asked.view = call.workspace->view();
  const Zone& zone = asked.view.customers->zone();
  asked.question.as_of = now();
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
  asked.question.hypothesis = request.parameter("hypothesis");
  if (const std::string_view filter = request.parameter("filter"); !filter.empty()) {
    auto expression = criteria::parse(filter);
    if (!expression) return tl::unexpected(named("filter", expression.error()));
    asked.question.filter = std::move(*expression);
  }
  const auto side = read_side(request.parameter("audience"));
  if (!side) return tl::unexpected(side.error());
  asked.audience = *side;
  return asked;
}

Response answer(const Call& call, const Asked& asked, std::string_view report, boost::json::object body) {
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
  const bool csv = call.request.parameter("format") == "csv" || call.request.header("accept").starts_with("text/csv");
  if (!csv) return reply(body);
  Response response;
  response.content_type = "text/csv; charset=utf-8";
  response.body = csv_of(tables_of(report, body));
  response.headers.emplace_back("Content-Disposition",
                                fmt::format("attachment; filename=\"{}-{}.csv\"", call.workspace->id(), report));
  return response;
}

}  // namespace habitue::server
