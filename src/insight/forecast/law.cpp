#include "insight/forecast/law.hpp"

#include <cmath>

#include "models/purchases/forecast.hpp"
#include "models/purchases/score.hpp"

namespace habitue::insight::forecast {

using models::BetaBernoulli;
using models::PurchaseHistory;

namespace {

std::uint32_t whole(double occasions) { return static_cast<std::uint32_t>(std::llround(std::max(0.0, occasions))); }

}  // namespace

models::OccasionHistory occasions_of(const PurchaseHistory& history) {
  return {history.x, whole(history.t_x), whole(history.T), 1};
}

const models::PurchaseModel* Law::at_any_time() const {
  if (const auto* borrowed = std::get_if<const models::PurchaseModel*>(&of_)) return *borrowed;
  return std::get_if<models::PurchaseModel>(&of_);
}

Result<double> Law::alive(const PurchaseHistory& history) const {
  if (const auto* model = at_any_time()) return models::alive(*model, history);
  return models::probability_alive(std::get<BetaBernoulli>(of_), occasions_of(history));
}

Result<double> Law::purchases(const PurchaseHistory& history, double ahead) const {
  if (const auto* model = at_any_time()) return models::expected_purchases(*model, history, ahead);
  return models::expected_acts(std::get<BetaBernoulli>(of_), occasions_of(history), whole(ahead));
}

Result<double> Law::buys_within(const PurchaseHistory& history, double ahead) const {
  if (const auto* model = at_any_time()) return models::buys_within(*model, history, ahead);
  // Who does not act has the same history with so many occasions more.
  const BetaBernoulli& model = std::get<BetaBernoulli>(of_);
  models::OccasionHistory later = occasions_of(history);
  const auto now = models::log_likelihood(model, later);
  later.n += whole(ahead);
  const auto without = models::log_likelihood(model, later);
  if (!now) return now;
  if (!without) return without;
  return std::max(0.0, -std::expm1(*without - *now));
}

Result<double> Law::cycle(const PurchaseHistory& history) const {
  if (const auto* model = at_any_time()) return models::buying_cycle(*model, history);
  const BetaBernoulli& model = std::get<BetaBernoulli>(of_);
  return (model.alpha + model.beta + history.T) / (model.alpha + history.x);
}

Result<std::vector<double>> Law::counts(const PurchaseHistory& history, double ahead, double tail,
                                        std::size_t most) const {
  if (const auto* model = at_any_time()) return models::purchase_counts(*model, history, ahead, tail, most);
  return models::distribution_of_acts(std::get<BetaBernoulli>(of_), occasions_of(history), whole(ahead));
}

Result<std::vector<double>> Law::purchases_of_all(std::span<const PurchaseHistory> histories, double ahead,
                                                  unsigned threads) const {
  std::vector<double> expected;
  expected.reserve(histories.size());
  if (const auto* model = at_any_time()) {
    const auto scores = models::score_purchases(*model, histories, ahead, threads);
    if (!scores) return tl::unexpected(scores.error());
    for (const models::PurchaseScore& score : *scores) expected.push_back(score.expected);
    return expected;
  }
  for (std::size_t at = 0; at < histories.size(); ++at) {
    // Records are in order of what customers did: those alike follow one another.
    const PurchaseHistory& own = histories[at];
    if (at > 0 && own.x == histories[at - 1].x && own.t_x == histories[at - 1].t_x && own.T == histories[at - 1].T) {
      expected.push_back(expected.back());
      continue;
    }
    const auto one = purchases(own, ahead);
    if (!one) return tl::unexpected(one.error());
    expected.push_back(*one);
  }
  return expected;
}

}  // namespace habitue::insight::forecast
