// GET /api/v1/workspaces/{workspace}/REPORT: read the question, ask, write.
#include <algorithm>
#include <charconv>

#include <fmt/format.h>
#include <boost/json.hpp>

#include "server/asking.hpp"
#include "server/json_of.hpp"

namespace habitue::server::handlers {
namespace {

// The parameters of a report's own.
std::string text_of(const Request& request) {
  std::string text;
  for (const char* name : {"bucket", "events", "birth", "by", "values"})
    text += fmt::format("{}={}\n", name, request.parameter(name));
  return text;
}

template <class Ask, class Write>
Response report(const Call& call, std::string_view name, Ask&& ask, Write&& write) {
  auto asked = read_question(call);
  if (!asked) return problem(asked.error());
  return kept_answer(call, *asked, name, text_of(call.request), [&] {
    const knowledge::Customers& customers = *asked->view.customers;
    const auto made = ask(customers, asked->question);
    return made ? answer(call, *asked, name, write(*made, customers.business())) : problem(made.error());
  });
}

std::vector<std::string> split(std::string_view list) {
  std::vector<std::string> parts;
  while (!list.empty()) {
    const std::size_t end = std::min(list.find(','), list.size());
    if (end > 0) parts.emplace_back(list.substr(0, end));
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return parts;
}

Result<insight::Bucket> read_bucket(const Call& call) {
  const std::string_view name = call.request.parameter("bucket");
  if (name.empty() || name == "month") return insight::Bucket::Month;
  if (name == "week") return insight::Bucket::Week;
  if (name == "day") return insight::Bucket::Day;
  if (name == "hour") return insight::Bucket::Hour;
  return invalid(fmt::format("bucket: '{}' is none of hour, day, week, month", name));
}

// `trait:plan`, or `property:channel`.
Result<std::optional<insight::Breakdown>> read_breakdown(const Call& call) {
  const std::string_view by = call.request.parameter("by"), values = call.request.parameter("values");
  if (by.empty()) return std::optional<insight::Breakdown>{};
  const std::size_t colon = by.find(':');
  const std::string_view of = by.substr(0, colon == std::string_view::npos ? 0 : colon);
  if ((of != "trait" && of != "property") || colon + 1 == by.size())
    return invalid(fmt::format("by: '{}' is neither trait:NAME nor property:NAME", by));
  insight::Breakdown breakdown{.of = of == "trait" ? insight::Breakdown::Of::Trait : insight::Breakdown::Of::Property,
                               .name = std::string(by.substr(colon + 1))};
  if (values.empty()) return breakdown;
  const auto read = std::from_chars(values.data(), values.data() + values.size(), breakdown.limit);
  if (read.ec != std::errc{} || read.ptr != values.data() + values.size())
    return invalid(fmt::format("values: '{}' is no number", values));
  return breakdown;
}

}  // namespace

Response get_roles(const Call& call) {
  return report(call, "roles", insight::ask_roles, [](const auto& made, const auto&) { return report_json(made); });
}

Response get_stages(const Call& call) {
  return report(call, "stages", insight::ask_stages,
                [](const auto& made, const auto& business) { return report_json(made, business); });
}

Response get_flows(const Call& call) {
  return report(call, "flows", insight::ask_flows,
                [](const auto& made, const auto& business) { return report_json(made, business); });
}

Response get_stage_history(const Call& call) {
  const auto bucket = read_bucket(call);
  if (!bucket) return problem(bucket.error());
  return report(
      call, "stage-history",
      [&](const auto& customers, const auto& question) {
        return insight::ask_stage_history(customers, question, {.bucket = *bucket});
      },
      [](const auto& made, const auto& business) { return report_json(made, business); });
}

Response get_growth(const Call& call) {
  const auto bucket = read_bucket(call);
  if (!bucket) return problem(bucket.error());
  insight::GrowthSpec spec{.bucket = *bucket, .events = split(call.request.parameter("events"))};
  const std::string_view birth = call.request.parameter("birth");
  if (birth == "creation") {
    spec.birth = insight::Birth::Creation;
  } else if (!birth.empty() && birth != "first_activity") {
    return problem({ErrorKind::InvalidInput, fmt::format("birth: '{}' is none of first_activity, creation", birth)});
  }
  const auto breakdown = read_breakdown(call);
  if (!breakdown) return problem(breakdown.error());
  spec.breakdown = *breakdown;
  return report(
      call, "growth",
      [&](const auto& customers, const auto& question) { return insight::ask_growth(customers, question, spec); },
      [](const auto& made, const auto&) { return report_json(made); });
}

Response get_aarrr(const Call& call) {
  return report(call, "aarrr", insight::ask_aarrr, [](const auto& made, const auto&) { return report_json(made); });
}

Response get_pollution(const Call& call) {
  return report(call, "pollution", insight::ask_pollution,
                [&](const auto& made, const auto&) { return report_json(made, call.language()); });
}

Response get_channels(const Call& call) {
  return report(call, "channels", insight::ask_channels,
                [](const auto& made, const auto&) { return report_json(made); });
}

Response get_spikes(const Call& call) {
  return report(call, "spikes", insight::ask_spikes, [](const auto& made, const auto&) { return report_json(made); });
}

}  // namespace habitue::server::handlers
