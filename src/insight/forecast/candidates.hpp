// The models that compete, and what each expects of a customer.
#pragma once

#include <string>
#include <vector>

#include "insight/forecast/known.hpp"
#include "insight/forecast/law.hpp"
#include "models/purchases/fit.hpp"

namespace habitue::insight::forecast {

struct Candidate {
  std::string
      name;  ///< "NBD", "BG/NBD", "MBG/NBD", "Pareto/NBD", "BG/CNBD-k", "MBG/CNBD-k" with the k of 2 to 6, "mixture of regularities"; of
             ///< occasions "beta-binomial" and "BG/BB".
  std::variant<models::PurchaseFit, models::BetaBernoulliFit> fit;
  /// What is known of a customer multiplies his rate of buying, and that of leaving, by e to these times its numbers; none where it does not.
  std::vector<double> rate{}, leaving{};

  bool knows() const { return !rate.empty(); }
  const models::FitReport& report() const;
  const models::PurchaseFit& at_any_time() const { return std::get<models::PurchaseFit>(fit); }  ///< Not of occasions.
  /// Of a customer of whom so much is known. The candidate outlives it.
  Result<Law> law_for(std::span<const double> known) const;
};

inline constexpr std::size_t kCandidates = 7;  ///< And one more where covariates are named.
inline constexpr std::size_t kCandidatesOfOccasions = 2;
inline constexpr std::size_t kLawOfSeasons =
    2;  ///< The MBG/NBD, by which it is judged what weeks would be without seasons.

/// All of them, always in the same order; of occasions those that go by them. With `known`, a row a customer, one more: the likeliest law of one kind, moved by what is known
/// (as it is where nothing differs). Errors: Conflict when cancelled.
Result<std::vector<Candidate>> fit_candidates(std::span<const models::PurchaseHistory> customers,
                                              const models::Covariates* known, Counted counted,
                                              const Question& question);

/// What one model says of one customer for the weeks to come.
struct Expected {
  double alive = 0;      ///< P(still a customer at the cut).
  double purchases = 0;  ///< Expected.
  double buys = 0;       ///< P(at least one).
};
Result<Expected> expected_of(const Law& law, const models::PurchaseHistory& history, double weeks);

/// Purchases expected of each customer in `weeks`, as many customers as histories and rows of `known`.
Result<std::vector<double>> purchases_of_all(const Candidate& candidate,
                                             std::span<const models::PurchaseHistory> histories,
                                             const models::Covariates& known, double weeks, unsigned threads);

}  // namespace habitue::insight::forecast
