// The models that compete, and what each expects of a customer.
#pragma once

#include <string>
#include <vector>

#include "insight/forecast/purchase_records.hpp"
#include "models/purchases/fit.hpp"

namespace habitue::insight::forecast {

struct Candidate {
  std::string
      name;  ///< "NBD", "BG/NBD", "MBG/NBD", "Pareto/NBD", "BG/CNBD-k", "MBG/CNBD-k" with the k of 2 to 6, "mixture of regularities".
  models::PurchaseFit fit;
};

inline constexpr std::size_t kCandidates = 7;
inline constexpr std::size_t kLawOfSeasons =
    2;  ///< The MBG/NBD, by which it is judged what weeks would be without seasons.

/// All of them, always in the same order. Errors: Conflict when cancelled.
Result<std::vector<Candidate>> fit_candidates(std::span<const models::PurchaseHistory> customers,
                                              const Question& question);

/// What one model says of one customer for the weeks to come.
struct Expected {
  double alive = 0;      ///< P(still a customer at the cut).
  double purchases = 0;  ///< Expected.
  double buys = 0;       ///< P(at least one).
};
Result<Expected> expected_of(const models::PurchaseModel& model, const models::PurchaseHistory& history, double weeks);

}  // namespace habitue::insight::forecast
