// How a cohort of contracts shrinks when each has its own chance of ending at a renewal, Beta(alpha, beta) over the contracts: those who leave
// easily leave first, so that those who stay look ever more loyal though nobody changes.
//
// [FH07] Fader and Hardie (2007), How to project customer retention, Journal of Interactive Marketing 21: the shifted beta-geometric. [FHL18] Fader, Hardie, Liu,
// Davin and Steenburgh (2018), How to project customer retention revisited, JIM 43: the beta-discrete-Weibull adds `c`, how a contract's own chance
// changes with its age: it falls below 1, rises above.
//   S(t) = B(alpha, beta + t^c) / B(alpha, beta), t in renewals; c = 1 is the shifted beta-geometric.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.hpp"
#include "models/contracts/discrete_hazard.hpp"
#include "models/fit_report.hpp"

namespace habitue::models {

/// Contracts with one fate. At most 10,000 periods.
struct ContractCounts {
  std::uint32_t period = 0;      ///< A renewal, from 1 on; 0 can only have `still_here`, of those that say nothing yet.
  std::uint64_t ended = 0;       ///< Did not renew then.
  std::uint64_t still_here = 0;  ///< Renewed then, and nothing is known after.
  std::uint32_t entered = 0;     ///< Renewals before they were watched.
};
/// One row for each fate, ascending.
std::vector<ContractCounts> count_contracts(std::span<const PeriodTenure> tenures);

enum class Ageing : std::uint8_t {
  None,     ///< c = 1: the shifted beta-geometric.
  Weibull,  ///< c is learnt: the beta-discrete-Weibull.
};

struct BetaGeometric {
  double alpha = 1, beta = 1, c = 1;
  FitReport report;  ///< "alpha", "beta" and, when learnt, "c". `observations` counts contracts.

  /// S(t): the share of a cohort that renews at least t times.
  double survival(std::uint32_t t) const;
  /// S(t) / S(t - 1), t from 1 on: the share of those left that renew.
  double retention(std::uint32_t t) const;
  /// P(renews k times more | has renewed `from` times) for k of 1 .. periods, which are cut at 10,000. For residual_periods.
  std::vector<double> survival_ahead(std::uint32_t from, std::uint32_t periods) const;
};

/// By maximum likelihood. A fit always answers: with nobody who left (NoDropoutDetectable), all who left at once, contracts all alike (alpha and beta
/// go to infinity together: everybody has one chance) or too few renewals to tell alpha from beta, the verdict says so.
/// Errors: InvalidInput without contracts, for an end at period 0 or at entry, more than 10,000 periods, or 1e15 contracts.
Result<BetaGeometric> fit_beta_geometric(std::span<const ContractCounts> counts, Ageing ageing);

}  // namespace habitue::models
