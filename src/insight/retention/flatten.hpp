// Whether a retention curve flattens, and at what level.
//
// Five models of the share p(x) that comes back x periods after the start are fitted to the curve from column 1 on, by binomial
// likelihood: constant c; power a x^-b and exponential a e^-bx, which fall to nothing; and both with a floor, c + .... They are
// compared by Akaike's criterion (Burnham and Anderson 2002, Model Selection and Multimodel Inference, 2nd ed., sections 2.2 and 2.9). Counts are
// at the effective number of people, as the band's are, so that people in many cohorts do not count as many people.
// The level's interval is that of the profile likelihood, at half the 95 % point of chi-squared with one degree below its top
// (Venzon and Moolgavkar 1988, A Method for Computing Profile-Likelihood-Based Confidence Intervals, Applied Statistics 37).
//
//   Flattens       a model with a floor is better by 2 or more (the constant alone: not worse), and what is still to fall after
//                  the last column is at most a tenth of the level;
//   StillFalling   there is more to fall, or a model without floor is as good and falls for sure (2 better than the constant);
//   TooFewData     fewer than four columns of ten people, fewer than ten comebacks, an interval wider than its level, or neither.
#pragma once

#include <vector>

#include "insight/retention/retention.hpp"

namespace habitue::insight::retention {

struct CurvePoint {
  double after;   ///< Periods after the start: of a bracket the middle.
  double people;  ///< Effective number.
  double share;
};
RetentionFloor floor_of(const std::vector<CurvePoint>& curve);

/// Wilson's 95 % interval of a share of `people`, which need not be whole. [0, 1] of nobody.
Share wilson(double share, double people);

}  // namespace habitue::insight::retention
