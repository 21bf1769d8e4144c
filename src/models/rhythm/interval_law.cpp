#include "models/rhythm/interval_law.hpp"

#include <algorithm>
#include <boost/math/special_functions/beta.hpp>
#include <boost/math/special_functions/trigamma.hpp>
#include <cmath>

#include "models/functions.hpp"
#include "models/quiet.hpp"

namespace habitue::models {
namespace {

constexpr double kUnits = 1 << 20;
constexpr double kShapeMin = 0.05, kShapeMax = 200, kPersonMin = 0.3, kPersonMax = 500;
constexpr double kLogitMax = 8;

double ln(std::int64_t days) { return std::log(static_cast<double>(std::max<std::int64_t>(days, 1))); }
std::int64_t units(double value) { return std::llround(value * kUnits); }

// The x between two ends with trigamma(x) = value, or the end that is nearest: trigamma falls.
double inverse_trigamma(double value, double least, double most) {
  double low = std::log(least), high = std::log(most);
  for (int halved = 0; halved < 60; ++halved) {
    const double middle = (low + high) / 2;
    (boost::math::trigamma(std::exp(middle), Quiet()) > value ? low : high) = middle;
  }
  return std::exp((low + high) / 2);
}

// Where a chance lies among the bins, as a number from 0 to kBins.
double place_of(double chance) {
  const double logit = std::log(std::max(chance, 1e-300)) - std::log(std::max(1 - chance, 1e-300));
  const auto bins = static_cast<double>(ChanceCounts::kBins);
  return std::clamp((logit + kLogitMax) / (2 * kLogitMax) * bins, 0.0, bins);
}
double chance_at(double place) {
  return 1 / (1 + std::exp(kLogitMax - place * 2 * kLogitMax / static_cast<double>(ChanceCounts::kBins)));
}

}  // namespace

void IntervalSums::add_first(std::int64_t days) {
  const double y = ln(days);
  ++firsts_;
  sum_ += units(y);
  squares_ += units(y * y);
}

void IntervalSums::add_pair(std::int64_t first, std::int64_t second) {
  const double off = ln(first) - ln(second);
  ++pairs_;
  halved_ += units(off * off / 2);
}

void IntervalSums::merge(const IntervalSums& other) {
  firsts_ += other.firsts_;
  pairs_ += other.pairs_;
  sum_ += other.sum_;
  squares_ += other.squares_;
  halved_ += other.halved_;
}

std::optional<IntervalLaw> IntervalLaw::learn(const IntervalSums& sums) {
  if (sums.firsts_ < kFirstsMin || sums.pairs_ < kPairsMin) return std::nullopt;
  const auto count = static_cast<double>(sums.firsts_);
  const double mean = static_cast<double>(sums.sum_) / kUnits / count;
  const double whole = (static_cast<double>(sums.squares_) / kUnits - count * mean * mean) / (count - 1);
  const double within = static_cast<double>(sums.halved_) / kUnits / static_cast<double>(sums.pairs_);
  IntervalLaw law;
  law.firsts = sums.firsts_;
  law.pairs = sums.pairs_;
  law.shape = inverse_trigamma(within, kShapeMin, kShapeMax);
  // Where customers differ no more than chance makes them, they are taken for alike.
  law.person_shape = inverse_trigamma(whole - within, kPersonMin, kPersonMax);
  law.person_rate = std::exp(mean - digamma(law.shape) + digamma(law.person_shape));
  return law;
}

double IntervalLaw::chance(std::uint32_t intervals, double total, double days) const {
  if (!(days > 0)) return 0;
  return beta_cdf(days / (days + person_rate + total), shape, person_shape + intervals * shape);
}

double IntervalLaw::scale(std::uint32_t intervals, double level) const {
  double rest = 0;  // 1 - x, which Boost gives without loss.
  const double x = boost::math::ibeta_inv(shape, person_shape + intervals * shape, std::clamp(level, 1e-9, 1 - 1e-9),
                                          &rest, Quiet());
  const double scale = x / std::max(rest, 1e-12);
  return std::isfinite(scale) ? std::clamp(scale, 1e-9, 1e9) : 1;
}

double IntervalLaw::own_weight(std::uint32_t intervals) const {
  return intervals * shape / (person_shape + intervals * shape);
}

void ChanceCounts::add(double chance, std::uint32_t times) {
  const auto bin = std::min(static_cast<std::size_t>(place_of(chance)), kBins - 1);
  bins_[bin] += times;
  count_ += times;
}

void ChanceCounts::merge(const ChanceCounts& other) {
  for (std::size_t bin = 0; bin < kBins; ++bin) bins_[bin] += other.bins_[bin];
  count_ += other.count_;
}

double ChanceCounts::mended(double chance) const {
  const double place = place_of(chance);
  double below = 0;
  for (std::size_t bin = 0; bin < kBins && static_cast<double>(bin) < place; ++bin)
    below += bins_[bin] * std::min(1.0, place - static_cast<double>(bin));
  return std::clamp((below + kOwnWord * chance) / (static_cast<double>(count_) + kOwnWord), 0.0, 1.0);
}

double ChanceCounts::level(double share) const {
  double low = 0, high = static_cast<double>(kBins);
  for (int halved = 0; halved < 40; ++halved) {
    const double middle = (low + high) / 2;
    (mended(chance_at(middle)) < share ? low : high) = middle;
  }
  return chance_at((low + high) / 2);
}

}  // namespace habitue::models
