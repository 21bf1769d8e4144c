#include "models/contracts/tenure_spline.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace habitue::models {

TenureSpline TenureSpline::through(std::vector<std::uint32_t> ended_at) {
  TenureSpline spline;
  if (ended_at.empty()) return spline;
  std::sort(ended_at.begin(), ended_at.end());
  for (const double share : std::array{0.05, 0.275, 0.5, 0.725, 0.95}) {
    const auto place = static_cast<std::size_t>(share * static_cast<double>(ended_at.size() - 1));
    const double knot = std::log(static_cast<double>(ended_at[place]));
    if (spline.knots_.empty() || knot > spline.knots_.back()) spline.knots_.push_back(knot);
  }
  // Few distinct quantiles, though there are more than one distinct period: a straight line.
  if (spline.knots_.size() < 2 && ended_at.front() < ended_at.back())
    spline.knots_ = {std::log(static_cast<double>(ended_at.front())), std::log(static_cast<double>(ended_at.back()))};
  return spline;
}

void TenureSpline::at(std::uint32_t period, std::span<double> basis) const {
  if (size() == 0) return;
  const double t = std::log(static_cast<double>(std::max(period, 1u)));
  const double last = knots_.back(), before = knots_[knots_.size() - 2], width = last - knots_.front();
  const auto cube = [](double x) { return x > 0 ? x * x * x : 0; };
  basis[0] = t;
  for (std::size_t knot = 0; knot + 2 < knots_.size(); ++knot)
    basis[knot + 1] = (cube(t - knots_[knot]) - cube(t - before) * (last - knots_[knot]) / (last - before) +
                       cube(t - last) * (before - knots_[knot]) / (last - before)) /
                      (width * width);
}

}  // namespace habitue::models
