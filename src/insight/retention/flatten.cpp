#include "insight/retention/flatten.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>

#include <boost/math/tools/minima.hpp>

namespace habitue::insight::retention {
namespace {

using Curve = std::vector<CurvePoint>;
enum class Decay : std::uint8_t { Power, Exponential };

constexpr double kTiny = 1e-12;
constexpr double kHalfChiSquared95 = 1.920729410347062;  // Half the 95 % point of chi-squared, one degree of freedom.
constexpr double kBetter = 2;                            // Difference of AIC that counts as support.
constexpr double kNearlyThere = 0.1;                     // Of the level.

double log_likelihood(const CurvePoint& point, double share) {
  const double p = std::clamp(share, kTiny, 1 - kTiny);
  return point.people * (point.share * std::log(p) + (1 - point.share) * std::log1p(-p));
}

struct Fit {
  double log_likelihood, scale, rate;
};

double decay_at(Decay decay, double rate, double after) {
  // Both are 1 at the first period, so that the scale means the same.
  return decay == Decay::Power ? std::pow(after, -rate) : std::exp(-rate * (after - 1));
}

// The scale that is most likely for a floor and a rate. The likelihood is concave in it, as shares are linear in it.
Fit best_scale(const Curve& curve, Decay decay, double floor, double rate) {
  thread_local std::vector<double> shape;
  shape.clear();
  double largest = 0;
  for (const CurvePoint& point : curve) {
    shape.push_back(decay_at(decay, rate, point.after));
    largest = std::max(largest, shape.back());
  }
  double low = 0, high = (1 - floor) / largest, scale = high / 2;
  for (int step = 0; step < 60 && high - low > 1e-10 * (1 + scale); ++step) {
    double slope = 0, curvature = 0;
    for (std::size_t index = 0; index < curve.size(); ++index) {
      const double p = std::clamp(floor + scale * shape[index], kTiny, 1 - kTiny), g = shape[index];
      const double up = curve[index].share / p, down = (1 - curve[index].share) / (1 - p);
      slope += curve[index].people * g * (up - down);
      curvature += curve[index].people * g * g * (up / p + down / (1 - p));
    }
    (slope > 0 ? low : high) = scale;
    const double newton = curvature > 0 ? scale + slope / curvature : low;
    if (std::abs(newton - scale) < 1e-10 * (1 + scale)) break;
    scale = newton > low && newton < high ? newton : (low + high) / 2;
  }
  double sum = 0;
  for (std::size_t index = 0; index < curve.size(); ++index)
    sum += log_likelihood(curve[index], floor + scale * shape[index]);
  return {sum, scale, rate};
}

// The largest of a function with few humps: a grid, then Brent's method around its best point.
double argmax(const std::function<double(double)>& value, double low, double high, int grid) {
  const double step = (high - low) / grid;
  int best = 0;
  double most = -INFINITY;
  for (int index = 0; index <= grid; ++index)
    if (const double here = value(low + step * index); here > most) {
      most = here;
      best = index;
    }
  const double left = std::max(low, low + step * (best - 1)), right = std::min(high, low + step * (best + 1));
  constexpr int kBits = 20;
  std::uintmax_t rounds = 24;
  const auto [refined, lost] =
      boost::math::tools::brent_find_minima([&](double at) { return -value(at); }, left, right, kBits, rounds);
  return -lost >= most ? refined : low + step * best;
}

Fit best_with_floor(const Curve& curve, Decay decay, double floor) {
  const double log_rate =
      argmax([&](double rate) { return best_scale(curve, decay, floor, std::exp(rate)).log_likelihood; },
             std::log(0.01), std::log(8.0), 14);
  return best_scale(curve, decay, floor, std::exp(log_rate));
}

// Where the profile falls by half the point of chi-squared, between the best floor and a bound where it is lower or not.
double profile_end(const std::function<double(double)>& profile, double best, double bound, double least) {
  if (profile(bound) >= least) return bound;
  double inside = best, outside = bound;
  for (int round = 0; round < 18; ++round) {
    const double middle = (inside + outside) / 2;
    (profile(middle) >= least ? inside : outside) = middle;
  }
  return inside;
}

struct Model {
  double aic;
  Fit fit;
  double floor = 0;
  Decay decay = Decay::Power;
  bool is_constant = false;
};

Model constant(const Curve& curve) {
  double people = 0, returned = 0, sum = 0;
  for (const CurvePoint& point : curve) {
    people += point.people;
    returned += point.people * point.share;
  }
  for (const CurvePoint& point : curve) sum += log_likelihood(point, returned / people);
  return {2 - 2 * sum, {sum, 0, 0}, returned / people, Decay::Power, true};
}

Model falling(const Curve& curve, Decay decay) {
  const Fit fit = best_with_floor(curve, decay, 0);
  return {4 - 2 * fit.log_likelihood, fit, 0, decay};
}

Model floored(const Curve& curve, Decay decay, double highest) {
  const double floor =
      argmax([&](double level) { return best_with_floor(curve, decay, level).log_likelihood; }, 0, highest, 20);
  const Fit fit = best_with_floor(curve, decay, floor);
  return {6 - 2 * fit.log_likelihood, fit, floor, decay};
}

void halve(Curve& curve) {
  Curve fewer;
  for (std::size_t index = 0; index < curve.size(); index += 2) {
    CurvePoint point = curve[index];
    if (index + 1 < curve.size()) {
      const CurvePoint& next = curve[index + 1];
      const double people = point.people + next.people;
      point.share = (point.share * point.people + next.share * next.people) / people;
      point.after = (point.after * point.people + next.after * next.people) / people;
      point.people = people;
    }
    fewer.push_back(point);
  }
  curve = std::move(fewer);
}

const Model& better(const Model& left, const Model& right) { return left.aic <= right.aic ? left : right; }

}  // namespace

Share wilson(double share, double people) {
  Share result;
  result.value = share;
  if (people <= 0) return result;
  constexpr double kZ2 = 1.959963984540054 * 1.959963984540054;
  const double centre = (share + kZ2 / (2 * people)) / (1 + kZ2 / people);
  const double half =
      std::sqrt(kZ2) / (1 + kZ2 / people) * std::sqrt(share * (1 - share) / people + kZ2 / (4 * people * people));
  result.low = share <= 0 ? 0 : std::max(0.0, centre - half);
  result.high = share >= 1 ? 1 : std::min(1.0, centre + half);
  return result;
}

RetentionFloor floor_of(const Curve& whole) {
  constexpr double kPeopleMin = 10, kReturnedMin = 10;
  constexpr std::size_t kPointsMin = 4, kPointsMax = 48;
  Curve curve;
  double people = 0, returned = 0, highest = 0;
  for (const CurvePoint& point : whole) {
    if (point.people < kPeopleMin || point.after < 1) continue;
    curve.push_back(point);
    people += point.people;
    returned += point.people * point.share;
    highest = std::max(highest, point.share);
  }
  // More points than this tell nothing new about so smooth a curve: neighbours become one.
  while (curve.size() > kPointsMax) halve(curve);
  RetentionFloor answer;
  if (curve.size() < kPointsMin || returned < kReturnedMin) return answer;

  const Model flat = constant(curve);
  const std::array fallen{falling(curve, Decay::Power), falling(curve, Decay::Exponential)};
  const std::array held{floored(curve, Decay::Power, highest), floored(curve, Decay::Exponential, highest)};
  const Model& without = better(fallen[0], fallen[1]);
  const Model& with = better(flat, better(held[0], held[1]));

  const double best_aic = std::min(with.aic, without.aic);
  double weight_with = 0, weight_all = 0;
  for (const Model* model : {&flat, &held[0], &held[1], &fallen[0], &fallen[1]}) {
    const double weight = std::exp((best_aic - model->aic) / 2);
    weight_all += weight;
    if (model != &fallen[0] && model != &fallen[1]) weight_with += weight;
  }
  answer.weight_of_floor = weight_with / weight_all;
  answer.level = with.floor;
  if (with.is_constant) {
    const Share interval = wilson(with.floor, people);
    answer.low = interval.low;
    answer.high = interval.high;
    answer.still_to_fall = 0;
  } else {
    const auto profile = [&](double level) { return best_with_floor(curve, with.decay, level).log_likelihood; };
    const double least = with.fit.log_likelihood - kHalfChiSquared95;
    answer.low = profile_end(profile, with.floor, 0, least);
    answer.high = profile_end(profile, with.floor, std::min(1.0, highest + 0.05), least);
    answer.still_to_fall = with.fit.scale * decay_at(with.decay, with.fit.rate, curve.back().after);
  }

  const bool has_floor = with.aic + kBetter <= without.aic || (with.is_constant && with.aic <= without.aic);
  const bool falls_for_sure = without.aic + kBetter <= flat.aic;
  if (has_floor && *answer.high - *answer.low <= *answer.level)
    answer.verdict =
        *answer.still_to_fall <= kNearlyThere * *answer.level ? Flattening::Flattens : Flattening::StillFalling;
  else if (!has_floor && falls_for_sure)
    answer.verdict = Flattening::StillFalling;
  return answer;
}

}  // namespace habitue::insight::retention
