// Experiments that somebody looks at every day: without an effect nearly none may ever seem to have one, and a real one is found.
#include <gtest/gtest.h>

#include <cmath>

#include <fmt/format.h>
#include <boost/random/mersenne_twister.hpp>
#include <boost/random/uniform_01.hpp>

#include "models/uplift/anytime.hpp"

namespace habitue::models {
namespace {

struct Looks {
  bool one_look_found = false, anytime_found = false;  // At any look at all.
  bool truth_left = false;                             // The true effect was outside the interval at some look.
};

// People come one by one, half of them treated; somebody looks after each fifty, from a hundred people an arm on.
Looks look_often(boost::random::mt19937& random, int people, double base, double lift) {
  boost::random::uniform_01<double> uniform;
  double n[2] = {0, 0}, did[2] = {0, 0};
  Looks looks;
  for (int person = 1; person <= people; ++person) {
    const int arm = uniform(random) < 0.5 ? 1 : 0;
    ++n[arm];
    did[arm] += uniform(random) < base + (arm == 1 ? lift : 0) ? 1 : 0;
    if (person % 50 != 0 || n[0] < 100 || n[1] < 100) continue;
    const double share[2] = {did[0] / n[0], did[1] / n[1]};
    const double error = std::sqrt(share[0] * (1 - share[0]) / (n[0] - 1) + share[1] * (1 - share[1]) / (n[1] - 1));
    const double difference = share[1] - share[0];
    const AnytimeInterval interval = anytime_interval(difference, error, n[0] + n[1], 10'000);
    EXPECT_EQ(interval.p_value<0.05, interval.low> 0 || interval.high < 0);
    looks.one_look_found |= std::abs(difference) > 1.959963984540054 * error;
    looks.anytime_found |= interval.p_value < 0.05;
    looks.truth_left |= lift < interval.low || lift > interval.high;
  }
  return looks;
}

TEST(AnytimeInterval, FindsNothingInTwoArmsAlikeHoweverOftenOneLooks) {
  boost::random::mt19937 random(11);
  constexpr int kExperiments = 1000;
  int one_look = 0, anytime = 0;
  for (int experiment = 0; experiment < kExperiments; ++experiment) {
    const Looks looks = look_often(random, 20'000, 0.2, 0);
    one_look += looks.one_look_found ? 1 : 0;
    anytime += looks.anytime_found ? 1 : 0;
  }
  fmt::print(
      "of {} experiments without an effect, looked at 400 times each, {} seemed to have one by the interval of one "
      "look, {} by the other\n",
      kExperiments, one_look, anytime);
  EXPECT_LE(anytime, kExperiments / 20);
  EXPECT_GT(one_look, kExperiments / 5) << "the trap that this is for";
}

TEST(AnytimeInterval, HoldsThePlantedEffectAtAllLooksAndFindsIt) {
  boost::random::mt19937 random(12);
  constexpr int kExperiments = 500;
  int found = 0, left = 0;
  for (int experiment = 0; experiment < kExperiments; ++experiment) {
    const Looks looks = look_often(random, 20'000, 0.2, 0.03);
    found += looks.anytime_found ? 1 : 0;
    left += looks.truth_left ? 1 : 0;
  }
  fmt::print(
      "of {} experiments with an effect of 3 points on 20 %, {} found it within 20,000 people; {} lost the truth at "
      "some look\n",
      kExperiments, found, left);
  EXPECT_LE(left, kExperiments / 20);
  EXPECT_GT(found, kExperiments * 9 / 10);
}

TEST(AnytimeInterval, IsTheFormulaOfThePaperAndNarrowestNearTheNumberPlanned) {
  // Worked by hand: c = 5.9915, rho^2 = (c + ln(c+1))/1000 = 0.0079361, u = 7.9361 at 1,000 people.
  const AnytimeInterval at_plan = anytime_interval(0, 1, 1000, 1000);
  EXPECT_NEAR(at_plan.high, std::sqrt(2 * 8.9361 / 7.9361 * std::log(std::sqrt(8.9361) / 0.05)), 1e-3);
  EXPECT_DOUBLE_EQ(at_plan.p_value, 1);
  // Of a mean whose error falls like one over the root of n, another plan makes it wider there.
  for (const double planned : {100.0, 500.0, 2000.0, 10'000.0})
    EXPECT_GT(anytime_interval(0, 1, 1000, planned).high, at_plan.high) << planned;
}

}  // namespace
}  // namespace habitue::models
