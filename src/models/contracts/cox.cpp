#include "models/contracts/cox.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "models/contracts/effects.hpp"
#include "models/contracts/newton.hpp"
#include "models/contracts/tenure_checks.hpp"
#include "models/standardised.hpp"

namespace habitue::models {
namespace {

using Matrix = Eigen::MatrixXd;
using Vector = Eigen::VectorXd;

std::size_t place(Eigen::Index index) { return static_cast<std::size_t>(index); }

// Weighted sums over a set of contracts: of 1, of the row, and of its products (lower triangle).
struct Sums {
  double weight = 0;
  std::vector<double> row, products;

  Sums(std::size_t columns, bool with_products)
      : row(columns, 0.0), products(with_products ? columns * columns : 0, 0.0) {}
  void add(const double* x, double amount) {
    weight += amount;
    for (std::size_t i = 0; i < row.size(); ++i) {
      const double value = amount * x[i];
      row[i] += value;
      if (products.empty() || value == 0) continue;
      for (std::size_t j = 0; j <= i; ++j) products[i * row.size() + j] += value * x[j];
    }
  }
  void clear() {
    weight = 0;
    std::fill(row.begin(), row.end(), 0.0);
    std::fill(products.begin(), products.end(), 0.0);
  }
};

// The contracts in the order in which the likelihood meets them: the longest first.
class Likelihood {
 public:
  Likelihood(std::span<const Tenure> tenures, const Standardised& columns, double ridge)
      : tenures_(tenures), x_(columns.values), columns_(columns.means.size()), ridge_(ridge) {
    for (auto* order : {&by_exit_, &by_entry_}) {
      order->resize(tenures.size());
      std::iota(order->begin(), order->end(), std::size_t{0});
    }
    std::stable_sort(by_exit_.begin(), by_exit_.end(),
                     [&](std::size_t left, std::size_t right) { return tenures[left].time > tenures[right].time; });
    std::stable_sort(by_entry_.begin(), by_entry_.end(), [&](std::size_t left, std::size_t right) {
      return tenures[left].entered > tenures[right].entered;
    });
  }

  const double* row(std::size_t contract) const { return x_.data() + contract * columns_; }
  const std::vector<std::size_t>& longest_first() const { return by_exit_; }

  std::vector<double> log_hazards(const Vector& beta) const {
    std::vector<double> eta(tenures_.size(), 0.0);
    for (std::size_t contract = 0; contract < eta.size(); ++contract)
      for (std::size_t column = 0; column < columns_; ++column)
        eta[contract] += beta[static_cast<Eigen::Index>(column)] * row(contract)[column];
    return eta;
  }

  // Calls `at_time(time, those at risk, those who end, how many, their log-hazards' sum)` for each time of an end, latest first. Weights are
  // relative to `shift`, the largest log-hazard.
  template <class AtTime>
  void walk(const std::vector<double>& eta, double shift, bool with_products, AtTime&& at_time) const {
    Sums risk(columns_, with_products), ending(columns_, with_products);
    std::size_t leaving = 0;  // Of by_entry_: entered at or after the time, so not yet watched.
    for (std::size_t next = 0; next < by_exit_.size();) {
      const double time = tenures_[by_exit_[next]].time;
      ending.clear();
      std::size_t ended = 0;
      double sum = 0;
      for (; next < by_exit_.size() && tenures_[by_exit_[next]].time == time; ++next) {
        const std::size_t contract = by_exit_[next];
        const double weight = std::exp(eta[contract] - shift);
        risk.add(row(contract), weight);
        if (!tenures_[contract].ended) continue;
        ending.add(row(contract), weight);
        ++ended;
        sum += eta[contract] - shift;
      }
      for (; leaving < by_entry_.size(); ++leaving) {
        const std::size_t contract = by_entry_[leaving];
        if (tenures_[contract].entered < time || tenures_[contract].entered == 0) break;
        risk.add(row(contract), -std::exp(eta[contract] - shift));
      }
      if (ended > 0) at_time(time, risk, ending, ended, sum);
    }
  }

  double log_likelihood(const Vector& beta) const {
    const std::vector<double> eta = log_hazards(beta);
    double value = 0;
    walk(eta, *std::max_element(eta.begin(), eta.end()), false,
         [&](double, const Sums& risk, const Sums& ending, std::size_t ended, double sum) {
           value += sum;
           for (std::size_t tie = 0; tie < ended; ++tie)
             value -= std::log(risk.weight - static_cast<double>(tie) / static_cast<double>(ended) * ending.weight);
         });
    return std::isfinite(value) ? value : -std::numeric_limits<double>::infinity();
  }
  double objective(const Vector& beta) const { return log_likelihood(beta) - ridge_ / 2 * beta.squaredNorm(); }

  void derivatives(const Vector& beta, Vector& gradient, Matrix& information) const {
    gradient = -ridge_ * beta;
    information.setIdentity();
    information *= ridge_;
    const std::vector<double> eta = log_hazards(beta);
    for (std::size_t contract = 0; contract < eta.size(); ++contract)
      if (tenures_[contract].ended)
        for (Eigen::Index i = 0; i < gradient.size(); ++i) gradient[i] += row(contract)[place(i)];
    walk(eta, *std::max_element(eta.begin(), eta.end()), true,
         [&](double, const Sums& risk, const Sums& ending, std::size_t ended, double) {
           // The d tied terms differ only in the share f of the ending that is taken off, so that sums of 1 / phi and of f / phi do.
           double one = 0, f_one = 0, square = 0, f_square = 0, ff_square = 0;
           for (std::size_t tie = 0; tie < ended; ++tie) {
             const double f = static_cast<double>(tie) / static_cast<double>(ended);
             const double inverse = 1 / (risk.weight - f * ending.weight);
             one += inverse;
             f_one += f * inverse;
             square += inverse * inverse;
             f_square += f * inverse * inverse;
             ff_square += f * f * inverse * inverse;
           }
           for (Eigen::Index i = 0; i < gradient.size(); ++i) {
             const double ri = risk.row[place(i)], ei = ending.row[place(i)];
             gradient[i] -= one * ri - f_one * ei;
             for (Eigen::Index j = 0; j <= i; ++j) {
               const double rj = risk.row[place(j)], ej = ending.row[place(j)];
               const std::size_t both = place(i) * columns_ + place(j);
               information(i, j) += one * risk.products[both] - f_one * ending.products[both] -
                                    (square * ri * rj - f_square * (ri * ej + ei * rj) + ff_square * ei * ej);
               information(j, i) = information(i, j);
             }
           }
         });
  }

 private:
  std::span<const Tenure> tenures_;
  std::span<const double> x_;
  std::size_t columns_;
  double ridge_;
  std::vector<std::size_t> by_exit_, by_entry_;
};

// Counts by place, with sums over a prefix in logarithmic time (Fenwick 1994).
class Counts {
 public:
  explicit Counts(std::size_t places) : tree_(places + 1, 0.0) {}
  void add(std::size_t at, double amount) {
    for (++at; at < tree_.size(); at += at & (~at + 1)) tree_[at] += amount;
  }
  double below(std::size_t at) const {
    double sum = 0;
    for (; at > 0; at -= at & (~at + 1)) sum += tree_[at];
    return sum;
  }

 private:
  std::vector<double> tree_;
};

// Pairs of one who ended at a time and one still watched who lasts longer (or was censored then).
std::optional<double> concordance(std::span<const Tenure> tenures, const std::vector<double>& eta,
                                  const std::vector<std::size_t>& longest_first) {
  std::vector<double> levels = eta;
  std::sort(levels.begin(), levels.end());
  levels.erase(std::unique(levels.begin(), levels.end()), levels.end());
  const auto rank = [&](std::size_t contract) {
    return static_cast<std::size_t>(std::lower_bound(levels.begin(), levels.end(), eta[contract]) - levels.begin());
  };
  std::vector<std::size_t> by_entry = longest_first;
  std::stable_sort(by_entry.begin(), by_entry.end(),
                   [&](std::size_t left, std::size_t right) { return tenures[left].entered > tenures[right].entered; });
  Counts watched(levels.size());
  double present = 0, pairs = 0, agreed = 0;
  std::size_t leaving = 0;
  for (std::size_t first = 0; first < longest_first.size();) {
    const double time = tenures[longest_first[first]].time;
    std::size_t end = first;
    for (; end < longest_first.size() && tenures[longest_first[end]].time == time; ++end) {
      if (tenures[longest_first[end]].ended) continue;
      watched.add(rank(longest_first[end]), 1);
      ++present;
    }
    for (; leaving < by_entry.size(); ++leaving) {
      const Tenure& late = tenures[by_entry[leaving]];
      if (late.entered < time || late.entered == 0) break;
      watched.add(rank(by_entry[leaving]), -1);
      --present;
    }
    for (std::size_t at = first; at < end; ++at) {
      if (!tenures[longest_first[at]].ended) continue;
      const std::size_t own = rank(longest_first[at]);
      const double below = watched.below(own);
      agreed += below + (watched.below(own + 1) - below) / 2;
      pairs += present;
    }
    for (std::size_t at = first; at < end; ++at) {
      if (!tenures[longest_first[at]].ended) continue;
      watched.add(rank(longest_first[at]), 1);
      ++present;
    }
    first = end;
  }
  if (pairs == 0) return std::nullopt;
  return agreed / pairs;
}

}  // namespace

double Cox::hazard_ratio(std::span<const double> row) const {
  double eta = 0;
  for (std::size_t column = 0; column < std::min(row.size(), means.size()); ++column)
    eta += report.estimates[column].value * (row[column] - means[column]);
  return std::exp(std::clamp(eta, -500.0, 500.0));
}

double Cox::survival(std::span<const double> row, double time) const {
  const auto after = std::upper_bound(baseline.begin(), baseline.end(), time,
                                      [](double value, const Step& step) { return value < step.time; });
  if (after == baseline.begin()) return 1;
  return std::exp(-std::prev(after)->cumulative_hazard * hazard_ratio(row));
}

Result<Cox> fit_cox(std::span<const Tenure> tenures, RowMatrix columns, std::span<const std::string> names,
                    double ridge) {
  if (auto checked = check_tenures(tenures); !checked) return tl::unexpected(checked.error());
  if (!(ridge >= 0 && ridge <= 1e6)) return invalid("a ridge is at least 0");
  const auto standardised = standardise(columns, tenures.size(), names);
  if (!standardised) return tl::unexpected(standardised.error());

  // Without any ridge a constant column would leave nothing to divide by.
  const Likelihood likelihood(tenures, *standardised, std::max(ridge, 1e-9));
  const Vector start = Vector::Zero(static_cast<Eigen::Index>(columns.columns));
  const NewtonPoint best = climb(
      start, [&](const Vector& beta) { return likelihood.objective(beta); },
      [&](const Vector& beta, Vector& gradient, Matrix& information) {
        likelihood.derivatives(beta, gradient, information);
      });

  Cox cox;
  cox.means = standardised->means;
  cox.log_likelihood_without = likelihood.log_likelihood(start);
  cox.report = report_of_effects(best, *standardised, names, 0);
  cox.report.log_likelihood = likelihood.log_likelihood(best.at);
  cox.report.observations = tenures.size();
  const auto ended = std::count_if(tenures.begin(), tenures.end(), [](const Tenure& tenure) { return tenure.ended; });
  judge_effects(cox.report, static_cast<std::size_t>(ended), tenures.size(), columns.columns, best.converged);

  const std::vector<double> eta = likelihood.log_hazards(best.at);
  cox.concordance = concordance(tenures, eta, likelihood.longest_first());
  const double shift = *std::max_element(eta.begin(), eta.end());
  likelihood.walk(eta, shift, false, [&](double time, const Sums& risk, const Sums& ending, std::size_t count, double) {
    double hazard = 0;
    for (std::size_t tie = 0; tie < count; ++tie)
      hazard +=
          std::exp(-shift) / (risk.weight - static_cast<double>(tie) / static_cast<double>(count) * ending.weight);
    cox.baseline.push_back({time, hazard});
  });
  std::reverse(cox.baseline.begin(), cox.baseline.end());
  for (std::size_t step = 1; step < cox.baseline.size(); ++step)
    cox.baseline[step].cumulative_hazard += cox.baseline[step - 1].cumulative_hazard;
  return cox;
}

}  // namespace habitue::models
