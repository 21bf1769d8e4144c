// Values as the API writes them: one spelling of money, shares, moments and parts of the audience for all reports.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include <boost/json.hpp>

#include "base/money.hpp"
#include "base/time.hpp"
#include "identity/identity.hpp"
#include "insight/growth/growth.hpp"
#include "insight/question.hpp"
#include "insight/reports.hpp"
#include "insight/stage_history.hpp"
#include "intake/file_import.hpp"
#include "knowledge/customers.hpp"
#include "ledger/ledger.hpp"
#include "workspace/workspace.hpp"

namespace habitue::server {

/// A person's key as the API writes it: 16 hexadecimal digits.
std::string key_text(PersonKey key);

std::string_view name_of(criteria::Verdict verdict);   ///< "inside", "outside", "unknown"
std::string_view name_of(insight::AudienceSide side);  ///< "all", ...
boost::json::value json_of(Money money);
boost::json::value json_of(const std::optional<Money>& money);
boost::json::value json_of(const std::vector<knowledge::Balance>& balances);
boost::json::value json_of(const insight::Share& share);
boost::json::value json_of(const std::optional<UtcMicros>& moment);
boost::json::value json_of(const std::vector<criteria::Evaluator::Reason>& reasons);
boost::json::value json_of(const identity::Identifier& identifier);
boost::json::value json_of(const journey::Value& value);
boost::json::value moment_json(UtcMicros moment);

/// Each part of the audience through one function.
template <class T, class Write>
boost::json::object by_audience(const insight::ByAudience<T>& parts, Write&& write) {
  return {{"inside", write(parts.inside)},
          {"outside", write(parts.outside)},
          {"unknown", write(parts.unknown)},
          {"all", write(parts.all)}};
}

boost::json::object report_json(const insight::RolesReport& report);
boost::json::object report_json(const insight::StagesReport& report, const config::Business& business);
boost::json::object report_json(const insight::StageHistoryReport& report, const config::Business& business);
boost::json::object report_json(const insight::FlowsReport& report, const config::Business& business);
boost::json::object report_json(const insight::GrowthReport& report);
boost::json::object report_json(const insight::AarrrReport& report);
boost::json::object report_json(const insight::PollutionReport& report, std::string_view language);
boost::json::object report_json(const insight::ChannelsReport& report);
boost::json::object report_json(const insight::SpikesReport& report);

boost::json::object import_json(const workspace::ImportOutcome& outcome);
boost::json::object import_json(const ledger::ImportRecord& record);

/// The stages of the business's model, in order of the cycle.
std::vector<knowledge::Stage> stages_of(const config::Business& business);

}  // namespace habitue::server
