// The models that compete, and what each expects of a customer.
#pragma once

#include <string>
#include <vector>

#include "insight/forecast/known.hpp"
#include "models/purchases/fit.hpp"

namespace habitue::insight::forecast {

struct Candidate {
  std::string
      name;  ///< "NBD", "BG/NBD", "MBG/NBD", "Pareto/NBD", "BG/CNBD-k", "MBG/CNBD-k" with the k of 2 to 6, "mixture of regularities".
  models::PurchaseFit fit;
  /// What is known of a customer multiplies his rate of buying, and that of leaving, by e to these times its numbers; none where it does not.
  std::vector<double> rate{}, leaving{};

  bool knows() const { return !rate.empty(); }
  /// The law of a customer of whom so much is known, where it is asked by `law`, which is made for it.
  Result<const models::PurchaseModel*> model_for(std::span<const double> known, models::PurchaseModel& law) const;
};

inline constexpr std::size_t kCandidates = 7;  ///< And one more where covariates are named.
inline constexpr std::size_t kLawOfSeasons =
    2;  ///< The MBG/NBD, by which it is judged what weeks would be without seasons.

/// All of them, always in the same order. With `known`, a row a customer, one more: the likeliest law of one kind, moved by what is known
/// (as it is where nothing differs). Errors: Conflict when cancelled.
Result<std::vector<Candidate>> fit_candidates(std::span<const models::PurchaseHistory> customers,
                                              const models::Covariates* known, const Question& question);

/// What one model says of one customer for the weeks to come.
struct Expected {
  double alive = 0;      ///< P(still a customer at the cut).
  double purchases = 0;  ///< Expected.
  double buys = 0;       ///< P(at least one).
};
Result<Expected> expected_of(const models::PurchaseModel& model, const models::PurchaseHistory& history, double weeks);

/// Purchases expected of each customer in `weeks`, as many customers as histories and rows of `known`.
Result<std::vector<double>> purchases_of_all(const Candidate& candidate,
                                             std::span<const models::PurchaseHistory> histories,
                                             const models::Covariates& known, double weeks, unsigned threads);

}  // namespace habitue::insight::forecast
