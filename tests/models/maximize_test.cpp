#include "models/maximize.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <stdexcept>

namespace habitue::models {
namespace {

using Starts = std::vector<std::vector<double>>;

// Minus Rosenbrock's banana: a curved ridge whose top is (1, 1), where plain gradient steps wander.
double banana(std::span<const double> at, std::span<double> gradient) {
  const double a = 1 - at[0], b = at[1] - at[0] * at[0];
  gradient[0] = 2 * a + 400 * at[0] * b;
  gradient[1] = -200 * b;
  return -(a * a + 100 * b * b);
}

TEST(Maximize, EndsOnTheTopOfACurvedRidgeWithItsCurvature) {
  const auto top = maximize(banana, Starts{{-1.2, 1}, {3, -4}});
  ASSERT_TRUE(top) << top.error().message;
  EXPECT_TRUE(top->converged);
  EXPECT_NEAR(top->parameters[0], 1, 1e-7);
  EXPECT_NEAR(top->parameters[1], 1, 1e-7);
  EXPECT_NEAR(top->curvature[0], 802, 1e-2);
  EXPECT_NEAR(top->curvature[1], -400, 1e-2);
  EXPECT_NEAR(top->eigenvalues[0] * top->eigenvalues[1], 802 * 200 - 400 * 400, 1);
  ASSERT_TRUE(top->covariance);
  EXPECT_NEAR((*top->covariance)[0], 200.0 / 400, 1e-4);
}

TEST(Maximize, SaysTheSameBitForBit) {
  const auto once = maximize(banana, Starts{{-1.2, 1}, {3, -4}});
  const auto again = maximize(banana, Starts{{-1.2, 1}, {3, -4}});
  ASSERT_TRUE(once && again);
  EXPECT_EQ(once->parameters, again->parameters);
  EXPECT_EQ(once->value, again->value);
  EXPECT_EQ(once->evaluations, again->evaluations);
}

// Two hills, the higher one at 4: a search from -3 alone stays on the lower.
double two_hills(std::span<const double> at, std::span<double> gradient) {
  const double low = std::exp(-(at[0] + 3) * (at[0] + 3)), high = 2 * std::exp(-(at[0] - 4) * (at[0] - 4));
  gradient[0] = -2 * (at[0] + 3) * low - 2 * (at[0] - 4) * high;
  return low + high;
}

TEST(Maximize, TakesTheHighestOfTheHillsThatItsStartsLeadTo) {
  const auto one = maximize(two_hills, Starts{{-2.5}});
  const auto both = maximize(two_hills, Starts{{-2.5}, {3.5}});
  ASSERT_TRUE(one && both);
  EXPECT_NEAR(one->parameters[0], -3, 1e-6);
  EXPECT_NEAR(both->parameters[0], 4, 1e-6);
  EXPECT_EQ(both->start, 1U);
  const auto sketched = maximize_sketched(two_hills, two_hills, Starts{{-2.5}, {3.5}});
  ASSERT_TRUE(sketched);
  EXPECT_NEAR(sketched->parameters[0], 4, 1e-6);
  EXPECT_EQ(sketched->start, 1U);
}

TEST(Maximize, StaysAwayFromPlacesWithoutAValue) {
  // The logarithm of a gamma density in its variable itself: no value at and below nought, the top at 2.
  const Objective gamma = [](std::span<const double> at, std::span<double> gradient) {
    gradient[0] = 2 / at[0] - 1;
    return at[0] > 0 ? 2 * std::log(at[0]) - at[0] : std::numeric_limits<double>::quiet_NaN();
  };
  const auto top = maximize(gamma, Starts{{0.01}, {30}});
  ASSERT_TRUE(top);
  EXPECT_NEAR(top->parameters[0], 2, 1e-7);
  EXPECT_FALSE(maximize(gamma, Starts{{-1}}));
}

TEST(Maximize, AFunctionThatRisesForEverEndsOnTheEdgeAndSaysSo) {
  const Objective rising = [](std::span<const double> at, std::span<double> gradient) {
    gradient[0] = std::exp(-at[0]);
    gradient[1] = -2 * at[1];
    return -std::exp(-at[0]) - at[1] * at[1];
  };
  const auto top = maximize(rising, Starts{{0, 1}}, {.radius = 20});
  ASSERT_TRUE(top);
  EXPECT_NEAR(top->value, 0, 1e-6);
  EXPECT_LT(top->eigenvalues[0], 1e-6);
  EXPECT_FALSE(top->covariance);
}

TEST(Maximize, ALimitOfEvaluationsIsKeptAndWhatWasFoundIsGiven) {
  const auto top = maximize(banana, Starts{{-1.2, 1}}, {.evaluations_max = 7});
  ASSERT_TRUE(top);
  EXPECT_LE(top->evaluations, 9U);
  EXPECT_FALSE(top->converged);
  EXPECT_GT(top->value, -25);
}

TEST(Maximize, StopsWhenAskedAndLetsExceptionsThrough) {
  const std::atomic<bool> stop{true};
  const auto stopped = maximize(banana, Starts{{-1.2, 1}}, {.stop = &stop});
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().kind, ErrorKind::Unavailable);
  int calls = 0;
  const Objective throwing = [&](std::span<const double> at, std::span<double> gradient) {
    if (++calls == 5) throw std::runtime_error("no memory");
    return banana(at, gradient);
  };
  EXPECT_THROW(static_cast<void>(maximize(throwing, Starts{{-1.2, 1}})), std::runtime_error);
}

TEST(Maximize, RefusesStartsThatAreNone) {
  EXPECT_FALSE(maximize(banana, Starts{}));
  EXPECT_FALSE(maximize(banana, Starts{{1, 1}, {1}}));
  EXPECT_FALSE(maximize(banana, Starts{{std::numeric_limits<double>::quiet_NaN(), 1}}));
  EXPECT_FALSE(maximize(banana, Starts{{1e9, 1}}));
}

TEST(GradientError, TellsARightGradientFromAWrongOne) {
  EXPECT_LT(gradient_error(banana, std::vector<double>{-0.7, 0.3}), 1e-7);
  const Objective wrong = [](std::span<const double> at, std::span<double> gradient) {
    const double value = banana(at, gradient);
    gradient[1] *= 1.01;
    return value;
  };
  EXPECT_GT(gradient_error(wrong, std::vector<double>{-0.7, 0.3}), 1e-3);
}

TEST(DeltaStandardErrors, AreThoseOfTheNaturalParameters) {
  const std::vector<double> covariance{0.04, 0.01, 0.01, 0.09};
  const double p = 3;
  const auto errors = delta_standard_errors(covariance, std::vector<double>{p, 0, 1, 1});
  EXPECT_NEAR(errors[0], p * 0.2, 1e-12);
  EXPECT_NEAR(errors[1], std::sqrt(0.04 + 0.09 + 2 * 0.01), 1e-12);
}

}  // namespace
}  // namespace habitue::models
