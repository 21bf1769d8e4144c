// Customers drawn from a model: what planted-parameter tests, coverage studies and what-if questions start from.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "models/purchases/history.hpp"
#include "models/purchases/law.hpp"

namespace habitue::models {

struct SimulatedCustomer {
  PurchaseHistory history{};
  std::uint32_t later_purchases = 0;  ///< In the `later` after T.
  bool alive = true;                  ///< At T.
};

/// `count` customers observed for `observed(i)` time each and `later` more, the same for the same seed on every machine with the
/// same Boost. At most `purchases_max` each. Errors: InvalidInput when the model or a time cannot be.
Result<std::vector<SimulatedCustomer>> simulate_customers(const PurchaseModel& model, std::size_t count,
                                                          const std::function<double(std::size_t)>& observed,
                                                          double later, std::uint64_t seed,
                                                          std::uint32_t purchases_max = 100'000);

}  // namespace habitue::models
