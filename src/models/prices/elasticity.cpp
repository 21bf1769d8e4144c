#include "models/prices/elasticity.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include <boost/math/distributions/students_t.hpp>

#include "models/functions.hpp"
#include "models/quiet.hpp"

namespace habitue::models {
namespace {

constexpr double kMoved = 0.01;     // A price that moves by less did not move: halves of cents.
constexpr double kTogether = 0.97;  // Of the movement; what is left would be learnt from rounding.
constexpr std::uint32_t kProducts = 3, kPeriods = 6, kClusters = 12;
constexpr double kQuantity = 100;
constexpr int kSweeps = 2'000, kRounds = 200;

struct Cells {
  std::vector<PriceCell> all;  // By product and period, both numbered from 0 without gaps.
  std::size_t products = 0, periods = 0;
};

// Products and periods of which nothing was sold, or of which one cell is all there is, say nothing of b: their effects fit them exactly.
Cells prune(std::vector<PriceCell> cells) {
  Cells kept{std::move(cells), 0, 0};
  for (bool again = true; again;) {
    std::uint32_t products = 0, periods = 0;
    for (const PriceCell& cell : kept.all) {
      products = std::max(products, cell.product + 1);
      periods = std::max(periods, cell.period + 1);
    }
    std::vector<double> by_product(products, 0.0), by_period(periods, 0.0);
    std::vector<std::uint32_t> of_product(products, 0), of_period(periods, 0);
    for (const PriceCell& cell : kept.all) {
      by_product[cell.product] += cell.quantity;
      by_period[cell.period] += cell.quantity;
      ++of_product[cell.product];
      ++of_period[cell.period];
    }
    const auto lost = std::erase_if(kept.all, [&](const PriceCell& cell) {
      return !(by_product[cell.product] > 0 && by_period[cell.period] > 0 && of_product[cell.product] > 1 &&
               of_period[cell.period] > 1);
    });
    again = lost > 0;
  }
  const auto number = [&](auto member) {
    std::vector<std::uint32_t> used;
    for (const PriceCell& cell : kept.all) used.push_back(cell.*member);
    std::sort(used.begin(), used.end());
    used.erase(std::unique(used.begin(), used.end()), used.end());
    for (PriceCell& cell : kept.all)
      cell.*member =
          static_cast<std::uint32_t>(std::lower_bound(used.begin(), used.end(), cell.*member) - used.begin());
    return used.size();
  };
  kept.products = number(&PriceCell::product);
  kept.periods = number(&PriceCell::period);
  return kept;
}

// Takes out of each column of numbers what products and periods explain of it, with weights: means by one and by the other, turn by turn,
// until neither changes anything.
class Sweeper {
 public:
  explicit Sweeper(const Cells& cells) : cells_(cells), by_product_(cells.products), by_period_(cells.periods) {}

  void weigh(const std::vector<double>& weights) {
    weights_ = &weights;
    std::fill(by_product_.begin(), by_product_.end(), 0.0);
    std::fill(by_period_.begin(), by_period_.end(), 0.0);
    for (std::size_t at = 0; at < weights.size(); ++at) {
      by_product_[cells_.all[at].product] += weights[at];
      by_period_[cells_.all[at].period] += weights[at];
    }
  }
  void products(std::vector<double>& column) const { take(column, &PriceCell::product, by_product_); }
  void both(std::vector<double>& column) const {
    for (int sweep = 0; sweep < kSweeps; ++sweep) {
      const double moved =
          take(column, &PriceCell::product, by_product_) + take(column, &PriceCell::period, by_period_);
      if (moved < 1e-10) break;
    }
  }

 private:
  double take(std::vector<double>& column, std::uint32_t PriceCell::*of, const std::vector<double>& weight) const {
    sums_.assign(weight.size(), 0.0);
    for (std::size_t at = 0; at < column.size(); ++at) sums_[cells_.all[at].*of] += (*weights_)[at] * column[at];
    double most = 0;
    for (std::size_t at = 0; at < weight.size(); ++at) {
      sums_[at] = weight[at] > 0 ? sums_[at] / weight[at] : 0;
      most = std::max(most, std::abs(sums_[at]));
    }
    for (std::size_t at = 0; at < column.size(); ++at) column[at] -= sums_[cells_.all[at].*of];
    return most;
  }

  const Cells& cells_;
  const std::vector<double>* weights_ = nullptr;
  std::vector<double> by_product_, by_period_;
  mutable std::vector<double> sums_;
};

double weighted_square(const std::vector<double>& weights, const std::vector<double>& column) {
  ExactSum sum;
  for (std::size_t at = 0; at < column.size(); ++at) sum.add(weights[at] * column[at] * column[at]);
  return sum.value();
}

// The fit as it stands: what is expected of each cell, and its price less what the effects explain of it.
struct Solved {
  double slope = 0;
  std::vector<double> expected, residual_price;
  bool converged = false;
};

// Iteratively reweighted least squares: of the working answer on the price, effects swept out of both [CGZ20]. `with_price` false: the
// effects alone.
Solved solve(const Cells& cells, bool with_price) {
  Sweeper sweeper(cells);
  const std::size_t size = cells.all.size();
  double mean = 0;
  for (const PriceCell& cell : cells.all) mean += cell.quantity / static_cast<double>(size);
  Solved solved;
  solved.expected.resize(size);
  std::vector<double> log_expected(size), answer(size), swept(size);
  for (std::size_t at = 0; at < size; ++at) {
    solved.expected[at] = (cells.all[at].quantity + mean) / 2;
    log_expected[at] = std::log(solved.expected[at]);
  }
  double deviance = 1e300;
  for (int round = 0; round < kRounds && !solved.converged; ++round) {
    sweeper.weigh(solved.expected);
    for (std::size_t at = 0; at < size; ++at)
      answer[at] = log_expected[at] + (cells.all[at].quantity - solved.expected[at]) / solved.expected[at];
    swept = answer;
    sweeper.both(swept);
    solved.slope = 0;
    if (with_price) {
      solved.residual_price.resize(size);
      for (std::size_t at = 0; at < size; ++at) solved.residual_price[at] = cells.all[at].ln_price;
      sweeper.both(solved.residual_price);
      ExactSum cross;
      for (std::size_t at = 0; at < size; ++at) cross.add(solved.expected[at] * solved.residual_price[at] * swept[at]);
      const double square = weighted_square(solved.expected, solved.residual_price);
      solved.slope = square > 0 ? cross.value() / square : 0;
    }
    // What the whole regression leaves is what the swept one leaves [Frisch and Waugh 1933].
    double next = 0;
    for (std::size_t at = 0; at < size; ++at) {
      const double left = swept[at] - (with_price ? solved.slope * solved.residual_price[at] : 0);
      log_expected[at] = std::clamp(answer[at] - left, -30.0, 30.0);
      solved.expected[at] = std::exp(log_expected[at]);
      const double q = cells.all[at].quantity;
      next += 2 * ((q > 0 ? q * (std::log(q) - log_expected[at]) : 0) - (q - solved.expected[at]));
    }
    solved.converged = std::abs(deviance - next) < 1e-10 * (1 + std::abs(next));
    deviance = next;
  }
  return solved;
}

// Of sums of scores by cluster: each stretched to what leaving the cluster out would do.
double clustered_variance(const Cells& cells, const Solved& solved, double square, std::uint32_t PriceCell::*of,
                          std::size_t clusters) {
  std::vector<double> scores(clusters, 0.0), shares(clusters, 0.0);
  for (std::size_t at = 0; at < cells.all.size(); ++at) {
    const PriceCell& cell = cells.all[at];
    const double x = solved.residual_price[at];
    scores[cell.*of] += x * (cell.quantity - solved.expected[at]);
    shares[cell.*of] += solved.expected[at] * x * x / square;
  }
  double meat = 0;
  for (std::size_t at = 0; at < clusters; ++at) {
    const double score = scores[at] / std::max(1 - shares[at], 0.05);
    meat += score * score;
  }
  const auto n = static_cast<double>(clusters);
  return meat * (n - 1) / n / (square * square);
}

Result<void> check(std::span<const PriceCell> cells, std::vector<PriceCell>& sorted) {
  sorted.assign(cells.begin(), cells.end());
  const auto place = [](const PriceCell& cell) { return std::pair(cell.product, cell.period); };
  std::sort(sorted.begin(), sorted.end(),
            [&](const PriceCell& left, const PriceCell& right) { return place(left) < place(right); });
  for (std::size_t at = 0; at < sorted.size(); ++at) {
    if (!std::isfinite(sorted[at].ln_price) || !std::isfinite(sorted[at].quantity) || sorted[at].quantity < 0)
      return invalid("a cell has a finite price and a quantity of at least 0");
    if (at > 0 && place(sorted[at]) == place(sorted[at - 1])) return invalid("a product has one cell a period");
  }
  return {};
}

std::uint32_t products_that_moved(const Cells& cells) {
  std::uint32_t moved = 0;
  for (std::size_t from = 0; from < cells.all.size();) {
    double least = cells.all[from].ln_price, most = least;
    std::size_t to = from;
    for (; to < cells.all.size() && cells.all[to].product == cells.all[from].product; ++to) {
      least = std::min(least, cells.all[to].ln_price);
      most = std::max(most, cells.all[to].ln_price);
    }
    moved += most - least >= kMoved ? 1 : 0;
    from = to;
  }
  return moved;
}

}  // namespace

std::string_view name_of(PriceVerdict verdict) {
  switch (verdict) {
    case PriceVerdict::Told: return "told";
    case PriceVerdict::NoVariation: return "no_variation";
    case PriceVerdict::TooFewProducts: return "too_few_products";
    case PriceVerdict::TooFewPeriods: return "too_few_periods";
    case PriceVerdict::TooFewSales: return "too_few_sales";
    case PriceVerdict::MovedTogether: return "moved_together";
    case PriceVerdict::Implausible: break;
  }
  return "implausible";
}

Result<ElasticityFit> fit_elasticity(std::span<const PriceCell> cells) {
  std::vector<PriceCell> sorted;
  if (auto sound = check(cells, sorted); !sound) return tl::unexpected(sound.error());
  const Cells kept = prune(std::move(sorted));
  ElasticityFit fit;
  fit.products = static_cast<std::uint32_t>(kept.products);
  fit.periods = static_cast<std::uint32_t>(kept.periods);
  fit.cells = kept.all.size();
  fit.products_that_moved = products_that_moved(kept);
  for (const PriceCell& cell : kept.all) fit.quantity += cell.quantity;
  const auto says = [&](PriceVerdict verdict) {
    fit.verdict = verdict;
    return fit;
  };
  if (fit.products_that_moved == 0) return says(PriceVerdict::NoVariation);
  if (fit.products_that_moved < kProducts) return says(PriceVerdict::TooFewProducts);
  if (fit.periods < kPeriods) return says(PriceVerdict::TooFewPeriods);
  if (fit.quantity < kQuantity) return says(PriceVerdict::TooFewSales);

  const Solved effects = solve(kept, false);
  std::vector<double> within(kept.all.size());
  for (std::size_t at = 0; at < within.size(); ++at) within[at] = kept.all[at].ln_price;
  Sweeper sweeper(kept);
  sweeper.weigh(effects.expected);
  sweeper.products(within);
  const double moved = weighted_square(effects.expected, within);
  sweeper.both(within);
  fit.moved_together = moved > 0 ? std::clamp(1 - weighted_square(effects.expected, within) / moved, 0.0, 1.0) : 1;
  if (fit.moved_together > kTogether) return says(PriceVerdict::MovedTogether);

  const Solved solved = solve(kept, true);
  const double square = weighted_square(solved.expected, solved.residual_price);
  if (!solved.converged || !(square > 0)) return says(PriceVerdict::MovedTogether);
  fit.value = solved.slope;
  double variance = clustered_variance(kept, solved, square, &PriceCell::product, kept.products);
  if (kept.products < kClusters)
    variance = std::max(variance, clustered_variance(kept, solved, square, &PriceCell::period, kept.periods));
  fit.standard_error = std::sqrt(variance);
  const boost::math::students_t_distribution<double, Quiet> law(static_cast<double>(kept.products - 1));
  const double reach = boost::math::quantile(law, 0.975) * fit.standard_error;
  fit.low = fit.value - reach;
  fit.high = fit.value + reach;
  return says(fit.low > 0 ? PriceVerdict::Implausible : PriceVerdict::Told);
}

}  // namespace habitue::models
