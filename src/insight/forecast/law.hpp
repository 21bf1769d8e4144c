// What one fitted model says of one customer, whether purchases can come at any time or at occasions.
#pragma once

#include <span>
#include <variant>
#include <vector>

#include "base/result.hpp"
#include "models/occasions/beta_bernoulli.hpp"
#include "models/purchases/history.hpp"
#include "models/purchases/law.hpp"

namespace habitue::insight::forecast {

/// Times are those of the pace in which the model was fitted: weeks, or occasions. Errors everywhere: as the models'.
class Law {
 public:
  /// `model` outlives it.
  explicit Law(const models::PurchaseModel& model) : of_(&model) {}
  explicit Law(models::PurchaseModel&& model) : of_(std::move(model)) {}
  explicit Law(const models::BetaBernoulli& model) : of_(model) {}

  Result<double> alive(const models::PurchaseHistory& history) const;                      ///< P(still a customer).
  Result<double> purchases(const models::PurchaseHistory& history, double ahead) const;    ///< Expected.
  Result<double> buys_within(const models::PurchaseHistory& history, double ahead) const;  ///< P(at least one).
  Result<double> cycle(const models::PurchaseHistory& history) const;  ///< Time between two purchases while a customer.
  /// P(so many purchases), from 0 up to where `tail` of probability is left, or all there can be; of purchases at any time at most `most`.
  Result<std::vector<double>> counts(const models::PurchaseHistory& history, double ahead, double tail,
                                     std::size_t most = 10'000) const;
  /// Purchases expected of each of many.
  Result<std::vector<double>> purchases_of_all(std::span<const models::PurchaseHistory> histories, double ahead,
                                               unsigned threads) const;

 private:
  const models::PurchaseModel* at_any_time() const;
  std::variant<const models::PurchaseModel*, models::PurchaseModel, models::BetaBernoulli> of_;
};

/// The same history counted in occasions: times are whole numbers there.
models::OccasionHistory occasions_of(const models::PurchaseHistory& history);

}  // namespace habitue::insight::forecast
