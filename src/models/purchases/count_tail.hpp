// P(N >= n) of the points that a customer's process makes in a horizon: the negative binomial with shape c and odds q of one more.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "models/purchases/law.hpp"

namespace habitue::models {

class CountTail {
 public:
  /// The points in `t` of a process whose rate is gamma(c, scale). t >= 0.
  CountTail(double c, double scale, double t);

  double at_least(double n) const;  ///< P(N >= n); 1 at 0.
  /// From this n on there is less than 1e-18 left; infinite when the table would be too long.
  double end() const { return end_; }

 private:
  double c_, ln_stay_, stay_;  // stay = 1 - q = scale / (scale + t)
  double end_ = 1;
  std::vector<double> tail_;  // P(N >= n), added up from the far end: every digit of the small ones is right
};

/// How a customer of one law who is there at T stays and buys on.
class StayingCustomer {
 public:
  StayingCustomer(const PurchaseLaw& law, std::uint32_t x, double t_x, double T, double t);
  /// When it is known that `hidden` points (below k) lie between the last purchase and T.
  StayingCustomer(const PurchaseLaw& law, std::uint32_t x, std::uint32_t hidden, double T, double t);

  double at_least(double m) const;  ///< P(m or more purchases in t), m >= 1.
  double expected() const;          ///< Purchases in t.
  double still_there() const;       ///< P(not left at T + t).

 private:
  double stay(double n) const;  // The chance not to leave after any of n more purchases.
  double sum(const std::function<double(double)>& term) const;

  void add(std::uint32_t hidden, double weight, double T, double t);

  PurchaseLaw law_;
  double c_;  // r and the points up to the last purchase
  double b_;  // b* of the literature: b and the purchases after which he did not leave
  std::vector<double> weights_;
  std::vector<std::uint32_t> hidden_;
  std::vector<CountTail> tails_;
  double end_ = 1;
};

}  // namespace habitue::models
