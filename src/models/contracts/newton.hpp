// Newton's method with halved steps, for concave functions of a few hundred parameters at most.
#pragma once

#include <cstdint>
#include <functional>

#include <Eigen/Dense>

namespace habitue::models {

struct NewtonPoint {
  Eigen::VectorXd at;
  Eigen::MatrixXd covariance;  ///< The inverse of minus the second derivatives there.
  double value = 0;
  bool converged = false;
  std::uint32_t evaluations = 0;
};

/// `value` may be -infinity where a step went too far. `derivatives` writes the gradient and minus the second derivatives (or what they
/// are expected to be), which must be positive definite, as a ridge makes them.
NewtonPoint climb(Eigen::VectorXd start, const std::function<double(const Eigen::VectorXd&)>& value,
                  const std::function<void(const Eigen::VectorXd&, Eigen::VectorXd&, Eigen::MatrixXd&)>& derivatives);

}  // namespace habitue::models
