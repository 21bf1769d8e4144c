#include "server/json_of.hpp"

#include <array>

#include <fmt/format.h>

#include "base/json.hpp"

namespace habitue::server {

std::string key_text(PersonKey key) { return fmt::format("{:016x}", key.value); }
namespace json = boost::json;

std::string_view name_of(criteria::Verdict verdict) {
  switch (verdict) {
    case criteria::Verdict::Inside: return "inside";
    case criteria::Verdict::Outside: return "outside";
    case criteria::Verdict::Unknown: break;
  }
  return "unknown";
}

std::string_view name_of(insight::AudienceSide side) {
  switch (side) {
    case insight::AudienceSide::Inside: return "inside";
    case insight::AudienceSide::Outside: return "outside";
    case insight::AudienceSide::Unknown: return "unknown";
    case insight::AudienceSide::All: break;
  }
  return "all";
}

json::value json_of(Money money) {
  return json::object{{"minor_units", money.minor_units}, {"currency", money.currency.code()}};
}

json::value json_of(const std::optional<Money>& money) { return money ? json_of(*money) : json::value(nullptr); }

json::value json_of(const std::vector<knowledge::Balance>& balances) {
  json::array array;
  for (const knowledge::Balance& balance : balances)
    array.push_back(json::object{{"currency", balance.currency.code()},
                                 {"received", balance.received_minor},
                                 {"refunded", balance.refunded_minor},
                                 {"charged_back", balance.charged_back_minor},
                                 {"net", balance.net_minor()}});
  return array;
}

json::value json_of(const insight::Share& share) {
  return json::object{
      {"part", share.part}, {"whole", share.whole}, {"value", share.value}, {"low", share.low}, {"high", share.high}};
}

json::value moment_json(UtcMicros moment) { return json::string(format_moment(moment)); }

json::value json_of(const std::optional<UtcMicros>& moment) {
  return moment ? moment_json(*moment) : json::value(nullptr);
}

json::value json_of(const std::vector<criteria::Evaluator::Reason>& reasons) {
  json::array array;
  for (const auto& reason : reasons)
    array.push_back(json::object{{"part", reason.part}, {"verdict", name_of(reason.verdict)}, {"found", reason.found}});
  return array;
}

json::value json_of(const identity::Identifier& identifier) {
  constexpr std::string_view kKinds[] = {"user", "anonymous", "email"};
  return json::object{{"kind", kKinds[static_cast<std::size_t>(identifier.kind)]}, {"value", identifier.value}};
}

json::value json_of(const journey::Value& value) {
  switch (value.type) {
    case journey::Value::Type::Bool: return value.boolean;
    case journey::Value::Type::Number: return value.number;
    case journey::Value::Type::Text: return json::string(value.text);
    case journey::Value::Type::Missing: break;
  }
  return nullptr;
}

std::vector<knowledge::Stage> stages_of(const config::Business& business) {
  using knowledge::Stage;
  if (business.model == config::BusinessModel::Subscription)
    return {Stage::Prospect, Stage::Trial, Stage::New, Stage::Active, Stage::AtRisk, Stage::Lost, Stage::Back};
  return {Stage::Prospect, Stage::New, Stage::Active, Stage::Occasional, Stage::Back, Stage::AtRisk, Stage::Dormant};
}

namespace {

json::object stage_counts(const insight::StageFigures& figures, const std::vector<knowledge::Stage>& stages) {
  json::object counts;
  for (const knowledge::Stage stage : stages) counts[name_of(stage)] = figures.people[static_cast<std::size_t>(stage)];
  return counts;
}

constexpr std::string_view kBuckets[] = {"day", "week", "month", "hour"};

std::string_view flow_name(std::size_t stage) {
  return stage == knowledge::kStages ? std::string_view("absent") : name_of(static_cast<knowledge::Stage>(stage));
}

json::value step_name(const std::optional<std::size_t>& step, const insight::PollutionReport& report) {
  return step ? json::value(json::string(report.steps[*step].step)) : json::value(nullptr);
}

std::string_view name_of(insight::ChannelVerdict verdict) {
  switch (verdict) {
    case insight::ChannelVerdict::Exclusive: return "exclusive";
    case insight::ChannelVerdict::Mixed: return "mixed";
    case insight::ChannelVerdict::Vain: return "vain";
    case insight::ChannelVerdict::TooFew: break;
  }
  return "too_few";
}

json::object role_figures_json(const insight::RoleFigures& figures) {
  json::object object, money;
  for (std::size_t role = 0; role < knowledge::kRoles; ++role) {
    const std::string_view name = knowledge::name_of(static_cast<knowledge::Role>(role));
    object[name] = figures.people[role];
    money[name] = json_of(figures.money[role]);
  }
  object["total"] = figures.total;
  object["took_part"] = figures.took_part;
  object["parties"] = figures.parties;
  object["has_paid"] = figures.has_paid;
  object["money"] = std::move(money);
  object["balances"] = json_of(figures.balances());
  return object;
}

}  // namespace

json::object report_json(const insight::RolesReport& report) {
  json::array sides;
  for (const insight::RolesOfSide& side : report.sides)
    sides.push_back(json::object{{"side", side.side},
                                 {"charged", side.charged == config::Charged::Account ? "account" : "person"},
                                 {"members", side.members},
                                 {"figures", by_audience(side.figures, role_figures_json)}});
  return {{"sides", std::move(sides)},
          {"wanted_act", report.wanted_act},
          {"wanted_act_criterion", report.wanted_act_criterion},
          {"nobody", json::object{{"payments", report.payments_of_nobody}, {"balances", json_of(report.of_nobody)}}},
          {"people", report.people},
          {"audit", json::object{{"paid_not_supposed", report.paid_not_supposed},
                                 {"supposed_not_paid", report.supposed_not_paid}}}};
}

json::object report_json(const insight::StagesReport& report, const config::Business& business) {
  const auto stages = stages_of(business);
  const config::StageRules& rules = business.stages;
  return {{"figures", by_audience(report.figures,
                                  [&](const insight::StageFigures& figures) {
                                    return json::object{{"stages", stage_counts(figures, stages)},
                                                        {"repeat", figures.repeat},
                                                        {"total", figures.total}};
                                  })},
          {"rules", json::object{{"new_days", rules.new_days},
                                 {"at_risk_days", rules.at_risk_days},
                                 {"dormant_days", rules.dormant_days},
                                 {"back_days", rules.back_days},
                                 {"active_purchases", rules.active_purchases},
                                 {"active_days", rules.active_days}}}};
}

json::object report_json(const insight::StageHistoryReport& report, const config::Business& business) {
  const auto stages = stages_of(business);
  json::array points;
  for (const insight::StageHistoryPoint& point : report.points)
    points.push_back(json::object{{"start", format_day(point.start)},
                                  {"at", moment_json(point.at)},
                                  {"complete", point.complete},
                                  {"figures", by_audience(point.figures, [&](const insight::StageFigures& figures) {
                                     return json::object{{"stages", stage_counts(figures, stages)},
                                                         {"repeat", figures.repeat},
                                                         {"total", figures.total}};
                                   })}});
  return {{"bucket", kBuckets[static_cast<std::size_t>(report.bucket)]}, {"points", std::move(points)}};
}

json::object report_json(const insight::FlowsReport& report, const config::Business& business) {
  const auto stages = stages_of(business);
  json::array names;
  for (const knowledge::Stage stage : stages) names.emplace_back(json::string(knowledge::name_of(stage)));
  names.emplace_back("absent");
  const auto counts = [&](const insight::StageFigures& figures) { return stage_counts(figures, stages); };
  return {{"from", format_moment(report.from)},
          {"to", format_moment(report.to)},
          {"stages", std::move(names)},
          {"flows", by_audience(report.flows,
                                [](const insight::FlowsReport::Matrix& matrix) {
                                  json::array flows;
                                  for (std::size_t from = 0; from < matrix.size(); ++from)
                                    for (std::size_t to = 0; to < matrix.size(); ++to)
                                      if (matrix[from][to] != 0)
                                        flows.push_back(json::object{{"from", flow_name(from)},
                                                                     {"to", flow_name(to)},
                                                                     {"people", matrix[from][to]}});
                                  return flows;
                                })},
          {"before", by_audience(report.before, counts)},
          {"after", by_audience(report.after, counts)}};
}

namespace {

json::array periods_json(const std::vector<insight::GrowthPeriod>& periods) {
  json::array array;
  for (const insight::GrowthPeriod& period : periods)
    array.push_back(
        json::object{{"start", format_day(period.start)},
                     {"from", moment_json(period.from)},
                     {"to", moment_json(period.to)},
                     {"new", period.fresh},
                     {"retained", period.retained},
                     {"resurrected", period.resurrected},
                     {"churned", period.churned},
                     {"active", period.fresh + period.retained + period.resurrected},
                     {"quick_ratio", period.quick_ratio ? json::value(*period.quick_ratio) : json::value(nullptr)},
                     {"new_active_before", period.fresh_active_before},
                     {"dormant", json::object{{"1", period.dormant[0]},
                                              {"2_to_3", period.dormant[1]},
                                              {"4_to_7", period.dormant[2]},
                                              {"8_or_more", period.dormant[3]}}},
                     {"complete", period.complete}});
  return array;
}

json::object value_json(const insight::ShownValue& value) {
  constexpr std::array<std::string_view, 4> kKinds{"total", "value", "missing", "other"};
  return {{"kind", kKinds[static_cast<std::size_t>(value.kind)]}, {"text", value.text}};
}

}  // namespace

json::object report_json(const insight::GrowthReport& report) {
  json::array events, values;
  for (const std::string& event : report.events) events.emplace_back(event);
  for (const insight::GrowthValue& value : report.values)
    values.push_back(
        json::object{{"value", value_json(value.value)}, {"periods", by_audience(value.periods, periods_json)}});
  return {{"bucket", kBuckets[static_cast<std::size_t>(report.bucket)]},
          {"events", std::move(events)},
          {"birth", report.birth == insight::Birth::Creation ? "creation" : "first_activity"},
          {"without_creation", by_audience(report.without_creation, [](std::uint64_t people) { return people; })},
          {"periods", by_audience(report.periods, periods_json)},
          {"values", std::move(values)}};
}

json::object report_json(const insight::AarrrReport& report) {
  json::array names;
  for (const std::string& step : report.steps) names.emplace_back(step);
  return {{"steps", std::move(names)},
          {"figures", by_audience(report.figures, [&](const insight::AarrrFigures& figures) {
             json::array steps;
             for (std::size_t i = 0; i < figures.steps.size(); ++i) {
               const insight::StepFigures& step = figures.steps[i];
               steps.push_back(json::object{
                   {"step", report.steps[i]},
                   {"people", step.people},
                   {"of_previous", json_of(step.of_previous)},
                   {"of_first", json_of(step.of_first)},
                   {"median_days", step.median_days ? json::value(*step.median_days) : json::value(nullptr)}});
             }
             return json::object{{"steps", std::move(steps)}, {"balances", json_of(figures.balances)}};
           })}};
}

json::object report_json(const insight::PollutionReport& report, std::string_view language) {
  json::array steps;
  for (const insight::PollutedStep& step : report.steps)
    steps.push_back(json::object{{"step", step.step},
                                 {"overall", json_of(step.overall)},
                                 {"inside", json_of(step.inside)},
                                 {"pollution", step.pollution},
                                 {"outsiders", json_of(step.outsiders)},
                                 {"gain_overall", json_of(step.gain_overall)},
                                 {"gain_inside", json_of(step.gain_inside)}});
  return {{"steps", std::move(steps)},
          {"weakest_overall", step_name(report.weakest_overall, report)},
          {"weakest_inside", step_name(report.weakest_inside, report)},
          {"weakest_flips", report.weakest_flips},
          {"outsiders", json_of(report.outsiders)},
          {"unknown", json_of(report.unknown)},
          {"sentence", language == "fr" ? report.sentence_fr : report.sentence_en}};
}

json::object report_json(const insight::ChannelsReport& report) {
  json::array channels;
  for (const insight::ChannelFigures& channel : report.channels)
    channels.push_back(json::object{{"channel", channel.channel},
                                    {"inside", channel.inside},
                                    {"outside", channel.outside},
                                    {"unknown", channel.unknown},
                                    {"purity", json_of(channel.purity)},
                                    {"verdict", name_of(channel.verdict)},
                                    {"clients", channel.clients},
                                    {"balances", json_of(channel.balances)}});
  return {{"channels", std::move(channels)}};
}

json::object import_json(const workspace::ImportOutcome& outcome) {
  const auto report = parse_json(intake::write_report(outcome.report));
  return {{"state", "finished"},
          {"id", outcome.id},
          {"already_imported", outcome.already_imported},
          {"resumed", outcome.resumed},
          {"events_added", outcome.events_added},
          {"events_duplicate", outcome.events_duplicate},
          {"rejected_rows_file", outcome.rejected_rows.string()},
          {"report", report ? *report : json::value(nullptr)}};
}

json::object import_json(const ledger::ImportRecord& record) {
  const auto report = parse_json(record.report);
  return {{"id", record.id},
          {"file", record.file_name},
          {"bytes", record.file_bytes},
          {"state", record.state},
          {"rows_done", record.rows_done},
          {"rows_rejected", record.rows_rejected},
          {"events_added", record.events_added},
          {"events_duplicate", record.events_duplicate},
          {"started_at", format_moment(record.started_at)},
          {"ended_at", json_of(record.ended_at)},
          {"report", report ? *report : json::value(nullptr)}};
}

json::object report_json(const insight::SpikesReport& report) {
  json::array spikes;
  for (const insight::Spike& spike : report.spikes)
    spikes.push_back(json::object{{"first", format_day(spike.first)},
                                  {"last", format_day(spike.last)},
                                  {"channel", spike.channel},
                                  {"people", spike.people},
                                  {"expected", spike.expected},
                                  {"inside", json_of(spike.inside)}});
  return {{"spikes", std::move(spikes)}};
}

}  // namespace habitue::server
