#include "models/contracts/newton.hpp"

#include <cmath>

namespace habitue::models {

NewtonPoint climb(Eigen::VectorXd start, const std::function<double(const Eigen::VectorXd&)>& value,
                  const std::function<void(const Eigen::VectorXd&, Eigen::VectorXd&, Eigen::MatrixXd&)>& derivatives) {
  const Eigen::Index size = start.size();
  NewtonPoint point{std::move(start), Eigen::MatrixXd::Zero(size, size)};
  point.value = value(point.at);
  Eigen::VectorXd gradient = Eigen::VectorXd::Zero(size);
  Eigen::MatrixXd curvature = Eigen::MatrixXd::Zero(size, size);
  for (int iteration = 0; iteration < 100 && !point.converged; ++iteration) {
    derivatives(point.at, gradient, curvature);
    const Eigen::VectorXd step = curvature.ldlt().solve(gradient);
    // Half of the gain that the quadratic foretells; below it the value cannot be told from its maximum.
    if (!(gradient.dot(step) > 1e-12 * (1 + std::abs(point.value)))) {
      point.converged = true;
      break;
    }
    double share = 1;
    for (; share > 1e-7; share /= 2) {
      const double next = value(point.at + share * step);
      ++point.evaluations;
      if (!(next > point.value)) continue;
      point.value = next;
      point.at += share * step;
      break;
    }
    point.converged = share <= 1e-7;  // No step gains: rounding is all that is left.
  }
  derivatives(point.at, gradient, curvature);
  point.covariance = curvature.ldlt().solve(Eigen::MatrixXd::Identity(size, size));
  return point;
}

}  // namespace habitue::models
