// The share of contracts still there at ages that nobody has reached, from laws that a look back must bear out.
#pragma once

#include "insight/contracts/gather.hpp"
#include "models/contracts/beta_geometric.hpp"
#include "models/contracts/discrete_hazard.hpp"

namespace habitue::insight::contracts {

/// The contracts as known at `as_of`, in whole periods, sorted; one that ended within a period ended at its end.
std::vector<models::PeriodTenure> tenures_at(std::span<const Subscriber> subscribers, UtcMicros as_of,
                                             std::uint32_t period_days);

/// Whole periods of a contract.
std::uint32_t periods_between(UtcMicros from, UtcMicros to, std::uint32_t period_days);

struct Projection {
  ContractsProjection told;
  std::optional<models::BetaGeometric> model;  ///< Of all that is known; only where it passed.
};
Result<Projection> project(const Customers& customers, const Question& question, const ContractsSpec& spec,
                           std::span<const Subscriber> subscribers);

}  // namespace habitue::insight::contracts
