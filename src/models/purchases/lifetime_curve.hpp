// P(alive) of many customers with AtAnyTime and one x, read off a curve.
//
// With c = r + x, L(u) = (alpha + u)^-c (beta + u)^-s and, for a U beyond all T,
//
//   K(u) = s int_u^U L(v) / (beta + v) dv / L(u),   P(alive at T) = 1 / (1 - K(T) + K(t_x) L(t_x) / L(T)),
//
// as what lies beyond T is in both. K lies between 0 and 1 and is smooth in ln(u), so that two readings do what a quadrature does for
// each customer; the sum is never below 1, so nothing is lost where its parts cancel.
#pragma once

#include <cstdint>

#include "models/purchases/law.hpp"
#include "models/purchases/smooth_curve.hpp"

namespace habitue::models {

class LifetimeCurve {
 public:
  /// `law` leaves AtAnyTime. Nothing is fitted yet.
  LifetimeCurve(const PurchaseLaw& law, std::uint32_t x);

  /// For times from `shortest`, that of the earliest last purchase, to `longest`, that observed longest. False where K cannot be drawn to
  /// 1e-10 of its value: then there is no curve.
  bool fit(double shortest, double longest);
  bool is_fitted() const { return curve_.is_fitted(); }
  /// P(alive at T) of a customer who last bought at t_x, both within the times of `fit`.
  double alive(double t_x, double T) const;

 private:
  double share_left(double ln_near, double end) const;

  bool buying_first_;              // The smaller is alpha.
  double near_, far_;              // The smaller and the larger of alpha and beta.
  double power_near_, power_far_;  // Of L.
  double s_, beta_;
  SmoothCurve curve_;
};

}  // namespace habitue::models
