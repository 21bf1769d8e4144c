#include "models/contracts/discrete_hazard.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "models/contracts/effects.hpp"
#include "models/contracts/newton.hpp"
#include "models/logistic_fit.hpp"
#include "models/standardised.hpp"

namespace habitue::models {
namespace {

using Matrix = Eigen::MatrixXd;
using Vector = Eigen::VectorXd;

constexpr std::uint32_t kPeriodsMax = 10'000;

// A hazard with all that the likelihood needs of it. Bounded away from 0 and 1, so that no logarithm is infinite.
struct At {
  double p, slope;  // The hazard and its derivative.
};
At hazard_at(HazardLink link, double eta) {
  constexpr double kLeast = 1e-12;
  if (link == HazardLink::Logit) {
    const double p = std::clamp(expit(eta), kLeast, 1 - kLeast);
    return {p, p * (1 - p)};
  }
  const double rate = std::exp(std::clamp(eta, -28.0, 3.3));
  const double p = std::clamp(-std::expm1(-rate), kLeast, 1 - kLeast);
  return {p, rate * (1 - p)};
}

class Likelihood {
 public:
  Likelihood(std::span<const PeriodTenure> tenures, const Standardised& columns, const std::vector<double>& curve,
             std::size_t bends, std::uint32_t longest, HazardLink link, double ridge)
      : tenures_(tenures),
        x_(columns.values),
        columns_(columns.means.size()),
        curve_(curve),
        bends_(bends),
        longest_(longest),
        link_(link),
        ridge_(ridge) {}

  double objective(const Vector& beta) const {
    // The intercept is penalised like the rest, which matters only when nobody or everybody leaves.
    return log_likelihood(beta) - ridge_ / 2 * beta.squaredNorm();
  }

  double log_likelihood(const Vector& beta) const {
    const std::vector<double> level = levels(beta);
    double value = 0;
    for (std::size_t contract = 0; contract < tenures_.size(); ++contract) {
      const PeriodTenure& tenure = tenures_[contract];
      const double own = effect(beta, contract);
      for (std::uint32_t period = tenure.entered + 1; period <= tenure.periods; ++period) {
        const double p = hazard_at(link_, level[period] + own).p;
        value += tenure.ended && period == tenure.periods ? std::log(p) : std::log1p(-p);
      }
    }
    return value;
  }

  // Fisher's scoring. Within a contract only the tenure's curve changes, so what the columns need is summed once a contract, and what the
  // curve needs once a period.
  void derivatives(const Vector& beta, Vector& gradient, Matrix& information) const {
    gradient = -ridge_ * beta;
    information.setIdentity();
    information *= ridge_;
    const std::vector<double> level = levels(beta);
    std::vector<double> period_weight(longest_ + 1, 0.0), period_score(longest_ + 1, 0.0), cross(bends_ + 1);
    const std::size_t first = bends_ + 1, size = first + columns_;
    std::vector<double> curvature(size * size, 0.0);
    for (std::size_t contract = 0; contract < tenures_.size(); ++contract) {
      const PeriodTenure& tenure = tenures_[contract];
      const double own = effect(beta, contract);
      std::fill(cross.begin(), cross.end(), 0.0);
      double weights = 0, scores = 0;
      for (std::uint32_t period = tenure.entered + 1; period <= tenure.periods; ++period) {
        const At at = hazard_at(link_, level[period] + own);
        const double y = tenure.ended && period == tenure.periods ? 1 : 0;
        const double weight = at.slope * at.slope / (at.p * (1 - at.p));
        const double score = (y - at.p) * at.slope / (at.p * (1 - at.p));
        weights += weight;
        scores += score;
        period_weight[period] += weight;
        period_score[period] += score;
        for (std::size_t bend = 0; bend < bends_; ++bend) cross[bend + 1] += weight * curve_[period * bends_ + bend];
      }
      cross[0] = weights;
      const double* row = x_.data() + contract * columns_;
      for (std::size_t i = 0; i < columns_; ++i) {
        if (row[i] == 0) continue;
        gradient[static_cast<Eigen::Index>(first + i)] += scores * row[i];
        double* into = curvature.data() + (first + i) * size;
        for (std::size_t bend = 0; bend <= bends_; ++bend) into[bend] += cross[bend] * row[i];
        for (std::size_t j = 0; j <= i; ++j) into[first + j] += weights * row[i] * row[j];
      }
    }
    for (std::uint32_t period = 1; period <= longest_; ++period) {
      for (std::size_t i = 0; i <= bends_; ++i) {
        const double value = i == 0 ? 1 : curve_[period * bends_ + i - 1];
        gradient[static_cast<Eigen::Index>(i)] += period_score[period] * value;
        for (std::size_t j = 0; j <= i; ++j)
          curvature[i * size + j] += period_weight[period] * value * (j == 0 ? 1 : curve_[period * bends_ + j - 1]);
      }
    }
    for (std::size_t i = 0; i < size; ++i)
      for (std::size_t j = 0; j <= i; ++j) {
        const auto row = static_cast<Eigen::Index>(i), column = static_cast<Eigen::Index>(j);
        information(row, column) += curvature[i * size + j];
        information(column, row) = information(row, column);
      }
  }

 private:
  std::vector<double> levels(const Vector& beta) const {
    std::vector<double> level(longest_ + 1, beta[0]);
    for (std::uint32_t period = 1; period <= longest_; ++period)
      for (std::size_t bend = 0; bend < bends_; ++bend)
        level[period] += beta[static_cast<Eigen::Index>(bend + 1)] * curve_[period * bends_ + bend];
    return level;
  }
  double effect(const Vector& beta, std::size_t contract) const {
    double sum = 0;
    for (std::size_t column = 0; column < columns_; ++column)
      sum += beta[static_cast<Eigen::Index>(bends_ + 1 + column)] * x_[contract * columns_ + column];
    return sum;
  }

  std::span<const PeriodTenure> tenures_;
  std::span<const double> x_;
  std::size_t columns_;
  const std::vector<double>& curve_;  // Standardised, a row a period.
  std::size_t bends_;
  std::uint32_t longest_;
  HazardLink link_;
  double ridge_;
};

Result<void> check(std::span<const PeriodTenure> tenures) {
  if (tenures.empty()) return invalid("no contracts to learn from");
  for (const PeriodTenure& tenure : tenures) {
    if (tenure.entered > tenure.periods || tenure.periods > kPeriodsMax)
      return invalid("a tenure is from its entry to 10,000 periods long, not " + std::to_string(tenure.periods));
    if (tenure.ended && tenure.entered == tenure.periods)
      return invalid("a contract that ended was watched for the period at which it did");
  }
  return {};
}

// The curve's numbers by period, brought to mean 0 and spread 1 over the periods.
struct Curve {
  std::vector<double> values, means, scales;
};
Curve curve_of(const TenureSpline& spline, std::uint32_t longest) {
  const std::size_t bends = spline.size();
  Curve curve{std::vector<double>((longest + 1) * bends, 0.0), std::vector<double>(bends, 0.0),
              std::vector<double>(bends, 1.0)};
  const std::span all(curve.values);
  for (std::uint32_t period = 1; period <= longest; ++period) spline.at(period, all.subspan(period * bends, bends));
  for (std::size_t bend = 0; bend < bends; ++bend) {
    double sum = 0, squares = 0;
    for (std::uint32_t period = 1; period <= longest; ++period) {
      sum += all[period * bends + bend];
      squares += all[period * bends + bend] * all[period * bends + bend];
    }
    curve.means[bend] = sum / longest;
    const double variance = squares / longest - curve.means[bend] * curve.means[bend];
    if (variance > 1e-12) curve.scales[bend] = std::sqrt(variance);
    for (std::uint32_t period = 1; period <= longest; ++period) {
      double& value = all[period * bends + bend];
      value = (value - curve.means[bend]) / curve.scales[bend];
    }
  }
  return curve;
}

}  // namespace

double DiscreteHazard::hazard(std::span<const double> row, std::uint32_t period) const {
  double eta = intercept;
  std::array<double, TenureSpline::kSizeMax> basis{};
  spline.at(period, basis);
  for (std::size_t bend = 0; bend < spline.size(); ++bend) eta += curve[bend] * basis[bend];
  for (std::size_t column = 0; column < std::min(row.size(), means.size()); ++column)
    eta += report.estimates[column].value * (row[column] - means[column]);
  return hazard_at(link, eta).p;
}

std::vector<double> DiscreteHazard::survival_ahead(std::span<const double> row, std::uint32_t from,
                                                   std::uint32_t periods) const {
  std::vector<double> ahead;
  double left = 1;
  for (std::uint32_t k = 1; k <= std::min(periods, kPeriodsMax); ++k)
    ahead.push_back(left *= 1 - hazard(row, from + k));
  return ahead;
}

double residual_periods(std::span<const double> survival_ahead, double discount) {
  const double growth = discount > 0 ? 1 + discount : 1;
  double sum = 0, worth = 1;
  for (const double left : survival_ahead) sum += left * (worth /= growth);
  return sum;
}

Result<DiscreteHazard> fit_discrete_hazard(std::span<const PeriodTenure> tenures, RowMatrix columns,
                                           std::span<const std::string> names, HazardLink link, double ridge) {
  if (auto checked = check(tenures); !checked) return tl::unexpected(checked.error());
  if (!(ridge >= 0 && ridge <= 1e6)) return invalid("a ridge is at least 0");
  const auto standardised = standardise(columns, tenures.size(), names);
  if (!standardised) return tl::unexpected(standardised.error());

  DiscreteHazard hazard;
  hazard.link = link;
  hazard.means = standardised->means;
  std::vector<std::uint32_t> ended_at;
  std::uint32_t longest = 1;
  for (const PeriodTenure& tenure : tenures) {
    if (tenure.ended) ended_at.push_back(tenure.periods);
    hazard.observed_to = std::max(hazard.observed_to, tenure.periods);
    hazard.contract_periods += tenure.periods - tenure.entered;
  }
  longest = std::max(longest, hazard.observed_to);
  const std::size_t ended = ended_at.size();
  hazard.spline = TenureSpline::through(std::move(ended_at));
  const std::size_t bends = hazard.spline.size();
  const Curve curve = curve_of(hazard.spline, longest);

  const Likelihood likelihood(tenures, *standardised, curve.values, bends, longest, link, std::max(ridge, 1e-9));
  const NewtonPoint best = climb(
      Vector::Zero(static_cast<Eigen::Index>(1 + bends + columns.columns)),
      [&](const Vector& beta) { return likelihood.objective(beta); },
      [&](const Vector& beta, Vector& gradient, Matrix& information) {
        likelihood.derivatives(beta, gradient, information);
      });
  hazard.intercept = best.at[0];
  for (std::size_t bend = 0; bend < bends; ++bend) {
    hazard.curve.push_back(best.at[static_cast<Eigen::Index>(bend + 1)] / curve.scales[bend]);
    hazard.intercept -= hazard.curve.back() * curve.means[bend];
  }
  hazard.report = report_of_effects(best, *standardised, names, static_cast<Eigen::Index>(1 + bends));
  hazard.report.log_likelihood = likelihood.log_likelihood(best.at);
  hazard.report.observations = tenures.size();
  judge_effects(hazard.report, ended, tenures.size(), columns.columns, best.converged);
  if (ended == tenures.size() && hazard.observed_to == 1) {
    hazard.report.verdict = FitVerdict::Boundary;
    hazard.report.findings.insert(hazard.report.findings.begin(), FitFinding::EverybodyLeavesAtOnce);
  }
  return hazard;
}

}  // namespace habitue::models
