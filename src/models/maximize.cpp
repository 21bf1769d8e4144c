#include "models/maximize.hpp"

#include <nlopt.h>

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <exception>
#include <limits>
#include <memory>
#include <type_traits>

namespace habitue::models {
namespace {

constexpr double kMinusInfinity = -std::numeric_limits<double>::infinity();
constexpr double kGainMin = 1e-9;     // A Newton step that promises less ends the search.
constexpr double kStepMin = 1e-9;     // And the step itself has become smaller than any printed digit.
constexpr double kNewtonStepMax = 2;  // In logarithms: no parameter changes by more than e^2 at once.
constexpr unsigned kNewtonSteps = 25;

struct DestroyOptimizer {
  void operator()(nlopt_opt raw) const { nlopt_destroy(raw); }
};
using Optimizer = std::unique_ptr<std::remove_pointer_t<nlopt_opt>, DestroyOptimizer>;

struct Point {
  std::vector<double> at;
  double value = kMinusInfinity;
  std::vector<double> gradient;
};

// The function with its count, its limit and the best place seen, so that whatever a library makes of its last step, nothing
// found on the way is lost.
class Search {
 public:
  Search(const Objective& objective, const MaximizeOptions& options, std::uint32_t evaluations_max)
      : objective_(objective), options_(options), left_(evaluations_max) {}

  double evaluate(std::span<const double> at, std::span<double> gradient) {
    ++evaluations_;
    if (left_ > 0) --left_;
    double value = objective_(at, gradient);
    if (!std::isfinite(value) ||
        !std::all_of(gradient.begin(), gradient.end(), [](double g) { return std::isfinite(g); }))
      value = kMinusInfinity;
    if (value > best_.value) best_ = {{at.begin(), at.end()}, value, {gradient.begin(), gradient.end()}};
    return value;
  }

  bool stopped() const { return options_.stop != nullptr && options_.stop->load(std::memory_order_relaxed); }
  bool exhausted() const { return left_ == 0 || stopped(); }
  std::uint32_t evaluations() const { return evaluations_; }
  std::uint32_t left() const { return left_; }
  double radius() const { return options_.radius; }
  const Point& best() const { return best_; }
  void forget_best() { best_ = {}; }

 private:
  const Objective& objective_;
  const MaximizeOptions& options_;
  std::uint32_t left_;
  std::uint32_t evaluations_ = 0;
  Point best_;
};

// What NLopt's C callback needs: it minimises, and exceptions must not pass through its frames.
struct Callback {
  Search& search;
  nlopt_opt optimizer;
  std::exception_ptr thrown = nullptr;

  static double call(unsigned count, const double* at, double* gradient, void* self) {
    Callback& own = *static_cast<Callback*>(self);
    try {
      if (own.search.exhausted()) nlopt_force_stop(own.optimizer);
      own.scratch.resize(count);
      const double value = own.search.evaluate({at, count}, own.scratch);
      // A place without a value is a high flat plateau to the line search, which comes back from it.
      if (value == kMinusInfinity) {
        if (gradient != nullptr) std::fill(gradient, gradient + count, 0.0);
        return std::abs(own.search.best().value) < 1e300 ? std::abs(own.search.best().value) * 10 + 1e10 : 1e300;
      }
      if (gradient != nullptr)
        std::transform(own.scratch.begin(), own.scratch.end(), gradient, [](double g) { return -g; });
      return -value;
    } catch (...) {
      own.thrown = std::current_exception();
      nlopt_force_stop(own.optimizer);
      if (gradient != nullptr) std::fill(gradient, gradient + count, 0.0);
      return 1e300;
    }
  }

  std::vector<double> scratch{};
};

// Runs one of NLopt's methods from `from`. Its return code is not looked at: rounding, a limit or an end all leave the best place
// in the search, and whether it is a maximum is measured afterwards.
void run_nlopt(Search& search, nlopt_algorithm algorithm, const std::vector<double>& from) {
  const Optimizer optimizer(nlopt_create(algorithm, static_cast<unsigned>(from.size())));
  if (optimizer == nullptr) throw std::bad_alloc();
  Callback callback{search, optimizer.get()};
  nlopt_set_min_objective(optimizer.get(), Callback::call, &callback);
  nlopt_set_lower_bounds1(optimizer.get(), -search.radius());
  nlopt_set_upper_bounds1(optimizer.get(), search.radius());
  nlopt_set_ftol_rel(optimizer.get(), 1e-10);
  nlopt_set_xtol_rel(optimizer.get(), 0);
  nlopt_set_maxeval(optimizer.get(), static_cast<int>(std::min<std::uint32_t>(search.left(), 400)));
  std::vector<double> at = from;
  double value = 0;
  nlopt_optimize(optimizer.get(), at.data(), &value);
  if (callback.thrown != nullptr) std::rethrow_exception(callback.thrown);
}

Eigen::Map<const Eigen::VectorXd> as_vector(std::span<const double> values) {
  return {values.data(), static_cast<Eigen::Index>(values.size())};
}

// Minus the second derivatives, by central differences of the gradient; one-sided on the edge of the box.
std::optional<Eigen::MatrixXd> curvature_at(Search& search, const Point& point) {
  const auto count = static_cast<Eigen::Index>(point.at.size());
  Eigen::MatrixXd curvature(count, count);
  std::vector<double> above(point.at.size()), below(point.at.size());
  for (Eigen::Index column = 0; column < count; ++column) {
    const auto index = static_cast<std::size_t>(column);
    std::vector<double> at = point.at;
    const double step = 1e-4 * std::max(1.0, std::abs(at[index]) * 0.1);
    const double high = std::min(point.at[index] + step, search.radius());
    const double low = std::max(point.at[index] - step, -search.radius());
    at[index] = high;
    const double value_above = search.evaluate(at, above);
    at[index] = low;
    const double value_below = search.evaluate(at, below);
    if (value_above == kMinusInfinity || value_below == kMinusInfinity) return std::nullopt;
    curvature.col(column) = -(as_vector(above) - as_vector(below)) / (high - low);
  }
  return Eigen::MatrixXd((curvature + curvature.transpose()) / 2);
}

struct Polished {
  Point point;
  std::optional<Eigen::MatrixXd> curvature;
  bool converged = false;
};

// A step towards the top: along each axis of the curvature the Newton step, on a ridge or a saddle the step that the size of the
// curvature allows. Parameters held at the edge by a gradient that points outside do not move.
Eigen::VectorXd newton_step(const Eigen::MatrixXd& curvature, const Point& point, double radius) {
  const auto count = static_cast<Eigen::Index>(point.at.size());
  std::vector<Eigen::Index> free;
  for (Eigen::Index index = 0; index < count; ++index) {
    const auto own = static_cast<std::size_t>(index);
    if (std::abs(point.at[own]) < radius || point.at[own] * point.gradient[own] < 0) free.push_back(index);
  }
  Eigen::VectorXd step = Eigen::VectorXd::Zero(count);
  if (free.empty()) return step;
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> axes(Eigen::MatrixXd(curvature(free, free)));
  const Eigen::VectorXd gradient = as_vector(point.gradient)(free);
  const double largest = axes.eigenvalues().cwiseAbs().maxCoeff();
  const double floor = std::max(largest * 1e-13, 1e-12);
  const Eigen::VectorXd along = axes.eigenvectors().transpose() * gradient;
  const Eigen::VectorXd scaled = along.cwiseQuotient(axes.eigenvalues().cwiseAbs().cwiseMax(floor));
  const Eigen::VectorXd moved = axes.eigenvectors() * scaled;
  for (std::size_t at = 0; at < free.size(); ++at) step(free[at]) = moved(static_cast<Eigen::Index>(at));
  const double longest = step.cwiseAbs().maxCoeff();
  if (longest > kNewtonStepMax) step *= kNewtonStepMax / longest;
  return step;
}

// Newton steps from `point`; the curvature is measured again only after a step that moved away from where it was measured.
Polished polish(Search& search, Point point) {
  Polished polished{std::move(point), std::nullopt, false};
  double moved = 0;
  double lambda = 1;  // Share of the step that the last attempt could take.
  for (unsigned round = 0; round < kNewtonSteps && !search.exhausted(); ++round) {
    Point& here = polished.point;
    if (!polished.curvature || moved > 1e-3) {
      polished.curvature = curvature_at(search, here);
      moved = 0;
      if (!polished.curvature) return polished;
    }
    const Eigen::VectorXd step = newton_step(*polished.curvature, here, search.radius());
    const double gain = as_vector(here.gradient).dot(step) / 2;
    const double size = step.cwiseAbs().maxCoeff();
    // Rounding of a sum of n terms of size |value| is what cannot be gained.
    const double rounding = std::abs(here.value) * 1e-15;
    if (size <= kStepMin || gain <= rounding * 1e-3) {
      polished.converged = gain <= std::max(kGainMin, rounding);
      return polished;
    }
    bool better = false;
    for (lambda = 1; lambda > 1e-4 && !better && !search.exhausted(); lambda /= 4) {
      Point next{here.at, 0, std::vector<double>(here.at.size())};
      for (std::size_t index = 0; index < next.at.size(); ++index)
        next.at[index] = std::clamp(here.at[index] + lambda * step(static_cast<Eigen::Index>(index)), -search.radius(),
                                    search.radius());
      next.value = search.evaluate(next.at, next.gradient);
      // Near the top the value cannot tell any more, the gradient can.
      const bool flatter = as_vector(next.gradient).norm() < as_vector(here.gradient).norm();
      if (next.value > here.value || (next.value >= here.value - 4 * rounding && flatter)) {
        moved += lambda * size;
        here = std::move(next);
        better = true;
      }
    }
    if (!better) {
      polished.converged = gain <= std::max(kGainMin, rounding * 10);
      if (moved == 0) return polished;
      moved = 1;  // The curvature was that of another place: measure it here and try once more.
    }
  }
  return polished;
}

enum class Distance : std::uint8_t { Unknown, Near };

// From one start to the top of its hill; near it Newton steps alone mostly do.
std::optional<Polished> climb(Search& search, const std::vector<double>& start, Distance distance) {
  search.forget_best();
  std::vector<double> gradient(start.size());
  if (search.evaluate(start, gradient) == kMinusInfinity) return std::nullopt;
  if (distance == Distance::Near) {
    Polished near = polish(search, search.best());
    if (near.converged) return near;
  }
  run_nlopt(search, NLOPT_LD_LBFGS, start);
  Polished polished = polish(search, search.best());
  if (!polished.converged && !search.exhausted()) {
    run_nlopt(search, NLOPT_LD_SLSQP, search.best().at);
    polished = polish(search, search.best());
  }
  return polished;
}

Maximum describe(Search& search, const Polished& polished) {
  const Point& top = polished.point;
  Maximum maximum{.parameters = top.at, .value = top.value, .gradient = top.gradient, .converged = polished.converged};
  for (const double parameter : top.at) maximum.at_edge.push_back(std::abs(parameter) >= search.radius());
  if (!polished.curvature) return maximum;
  const Eigen::MatrixXd& curvature = *polished.curvature;
  maximum.curvature.assign(curvature.data(), curvature.data() + curvature.size());
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> axes(curvature);
  const Eigen::VectorXd& values = axes.eigenvalues();
  maximum.eigenvalues.assign(values.data(), values.data() + values.size());
  if (values.minCoeff() > values.maxCoeff() * 1e-12 && values.minCoeff() > 1e-6) {
    const Eigen::MatrixXd covariance =
        axes.eigenvectors() * values.cwiseInverse().asDiagonal() * axes.eigenvectors().transpose();
    maximum.covariance.emplace(covariance.data(), covariance.data() + covariance.size());
  }
  return maximum;
}

Result<void> check(std::span<const std::vector<double>> starts, const MaximizeOptions& options) {
  if (starts.empty() || starts.front().empty()) return invalid("a search needs a start with at least one parameter");
  for (const std::vector<double>& start : starts) {
    if (start.size() != starts.front().size())
      return invalid("the starts of a search have the same number of parameters");
    for (const double parameter : start)
      if (!(std::abs(parameter) <= options.radius)) return invalid("a start of a search lies outside its box");
  }
  return {};
}

Result<Maximum> search_from(const Objective& objective, std::span<const std::vector<double>> starts, Distance distance,
                            const MaximizeOptions& options) {
  if (const auto checked = check(starts, options); !checked) return tl::unexpected(checked.error());
  Search search(objective, options, options.evaluations_max);
  std::optional<Polished> best;
  std::uint32_t best_start = 0;
  for (std::size_t start = 0; start < starts.size(); ++start) {
    if (start > 0 && search.exhausted()) break;
    std::optional<Polished> found = climb(search, starts[start], distance);
    // An equal top reached from a later start is the same top: the first stays, whatever its last digit.
    const double margin = best ? std::abs(best->point.value) * 1e-13 : 0;
    if (!found || (best && !(found->point.value > best->point.value + margin))) continue;
    best = std::move(found);
    best_start = static_cast<std::uint32_t>(start);
  }
  if (search.stopped()) return fail(ErrorKind::Unavailable, "the search was stopped");
  if (!best) return invalid("the function has no value at any start of the search");
  Maximum maximum = describe(search, *best);
  maximum.start = best_start;
  maximum.evaluations = search.evaluations();
  return maximum;
}

}  // namespace

Result<Maximum> maximize(const Objective& objective, std::span<const std::vector<double>> starts,
                         const MaximizeOptions& options) {
  return search_from(objective, starts, Distance::Unknown, options);
}

Result<Maximum> maximize_sketched(const Objective& sketch, const Objective& objective,
                                  std::span<const std::vector<double>> starts, const MaximizeOptions& options) {
  const auto sketched = maximize(sketch, starts, options);
  if (!sketched) return sketched;
  const std::vector<std::vector<double>> start{sketched->parameters};
  auto maximum = search_from(objective, start, Distance::Near, options);
  if (!maximum) return maximum;
  maximum->start = sketched->start;
  maximum->evaluations += sketched->evaluations;
  return maximum;
}

double gradient_error(const Objective& objective, std::span<const double> parameters) {
  std::vector<double> at(parameters.begin(), parameters.end()), analytic(at.size()), ignored(at.size());
  objective(at, analytic);
  double worst = 0;
  for (std::size_t index = 0; index < at.size(); ++index) {
    const double step = 1e-4 * std::max(1.0, std::abs(at[index]) * 0.1);
    const auto value = [&](double moved) {
      at[index] = parameters[index] + moved;
      const double result = objective(at, ignored);
      at[index] = parameters[index];
      return result;
    };
    // Five points: the error is of the fourth order in the step, so that rounding is what remains.
    const double numeric = (8 * (value(step) - value(-step)) - (value(2 * step) - value(-2 * step))) / (12 * step);
    const double error = std::abs(numeric - analytic[index]) / std::max(1.0, std::abs(analytic[index]));
    worst = std::isfinite(error) ? std::max(worst, error) : std::numeric_limits<double>::infinity();
  }
  return worst;
}

std::vector<double> delta_standard_errors(std::span<const double> covariance, std::span<const double> jacobian) {
  const auto count = static_cast<std::size_t>(std::llround(std::sqrt(static_cast<double>(covariance.size()))));
  std::vector<double> errors;
  for (std::size_t row = 0; (row + 1) * count <= jacobian.size(); ++row) {
    double variance = 0;
    for (std::size_t i = 0; i < count; ++i)
      for (std::size_t j = 0; j < count; ++j)
        variance += jacobian[row * count + i] * covariance[i * count + j] * jacobian[row * count + j];
    errors.push_back(std::sqrt(std::max(0.0, variance)));
  }
  return errors;
}

}  // namespace habitue::models
