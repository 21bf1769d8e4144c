#include "models/calibration/calibrators.hpp"
#include "models/calibration/conformal.hpp"
#include "models/calibration/scores.hpp"
#include "models/calibration/stacking.hpp"
#include "models/logistic_fit.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

namespace habitue::models {
namespace {

// A coin that comes up with probability p, from a generator whose bits are the same everywhere.
double unit(std::mt19937_64& random) { return static_cast<double>(random() >> 11) * 0x1p-53; }
double flip(std::mt19937_64& random, double p) { return unit(random) < p ? 1 : 0; }

TEST(Scores, OfCountsAreThoseWorkedByHand) {
  const std::vector<double> expected{1, 2, 0.5}, observed{0, 4, 0.5};
  const auto scores = score_counts(expected, observed);
  ASSERT_TRUE(scores);
  EXPECT_NEAR(scores->poisson_deviance, (2 * 1 + 2 * (4 * std::log(2.0) - 2) + 0) / 3, 1e-12);
  EXPECT_NEAR(scores->root_mean_squared, std::sqrt(5.0 / 3), 1e-12);
  EXPECT_NEAR(*scores->bias, 3.5 / 4.5 - 1, 1e-12);
  // Nothing came and nothing was foretold; and a forecast of nothing for something stays finite.
  EXPECT_FALSE(score_counts(std::vector<double>{0}, std::vector<double>{0})->bias);
  EXPECT_TRUE(std::isfinite(score_counts(std::vector<double>{0}, std::vector<double>{3})->poisson_deviance));
  EXPECT_NEAR(*log_score(std::vector<double>{0.5, 0.25}), (std::log(2.0) + std::log(4.0)) / 2, 1e-12);
}

TEST(Scores, AucIsTheShareOfPairsRankedRight) {
  std::mt19937_64 random(7);
  std::vector<double> probability, outcome;
  for (int row = 0; row < 300; ++row) {
    probability.push_back(std::floor(unit(random) * 20) / 20);  // Many ties.
    outcome.push_back(flip(random, probability.back()));
  }
  double wins = 0, pairs = 0;
  for (std::size_t yes = 0; yes < 300; ++yes)
    for (std::size_t no = 0; no < 300; ++no) {
      if (outcome[yes] != 1 || outcome[no] != 0) continue;
      ++pairs;
      wins += probability[yes] > probability[no] ? 1 : probability[yes] == probability[no] ? 0.5 : 0;
    }
  EXPECT_NEAR(*score_probabilities(probability, outcome)->auc, wins / pairs, 1e-12);
  EXPECT_FALSE(score_probabilities(std::vector<double>{0.2}, std::vector<double>{1})->auc);
}

TEST(Scores, RankingIsOneWhenPerfectAndHasNoOpinionOnLevel) {
  std::vector<double> observed, tenfold, turned;
  for (int row = 0; row < 100; ++row) {
    observed.push_back(row);
    tenfold.push_back(row * 10);
    turned.push_back(99 - row);
  }
  EXPECT_NEAR(*score_ranking(tenfold, observed)->normalised_gini, 1, 1e-12);
  EXPECT_NEAR(*score_ranking(turned, observed)->normalised_gini, -1, 1e-12);
  EXPECT_NEAR(*score_ranking(tenfold, observed)->decile_error, 9, 1e-12);
  EXPECT_NEAR(*score_ranking(std::vector<double>(100, 49.5), observed)->normalised_gini, 0, 1e-12);
}

TEST(Scores, DoNotDependOnTheOrderOfRows) {
  std::mt19937_64 random(3);
  std::vector<std::pair<double, double>> rows;
  for (int row = 0; row < 200; ++row) {
    const double p = std::floor(unit(random) * 8) / 8;
    rows.emplace_back(p, flip(random, p));
  }
  const auto scores = [&] {
    std::vector<double> p, y;
    for (const auto& [forecast, outcome] : rows) {
      p.push_back(forecast);
      y.push_back(outcome);
    }
    return std::tuple(*score_probabilities(p, y)->auc, *score_ranking(p, y)->normalised_gini, reliability(p, y)->error,
                      fit_isotonic(p, y)->y);
  };
  const auto before = scores();
  std::reverse(rows.begin(), rows.end());
  EXPECT_EQ(before, scores());
}

TEST(Reliability, BinsHoldEverybodyAndShowTheError) {
  std::vector<double> probability(60, 0.1), outcome(60, 0.0);
  probability.resize(100, 0.9);
  outcome.resize(100, 1.0);
  for (const Binning binning : {Binning::EqualCount, Binning::EqualWidth}) {
    const auto found = reliability(probability, outcome, 10, binning);
    ASSERT_EQ(found->bins.size(), 2u);  // Ties are not torn apart.
    EXPECT_EQ(found->bins[0].people, 60u);
    EXPECT_NEAR(found->error, 0.1, 1e-12);
    EXPECT_NEAR(found->bins[0].high, 0.0602, 1e-4);  // Wilson, 0 of 60.
  }
  EXPECT_FALSE(reliability(probability, outcome, 0));
}

TEST(Isotonic, EqualsTheMinimaxFormula) {
  std::mt19937_64 random(11);
  std::vector<double> x, y, weight;
  for (int row = 0; row < 60; ++row) {
    x.push_back(row / 60.0);
    y.push_back(x.back() + unit(random));
    weight.push_back(0.5 + unit(random));
  }
  const auto line = fit_isotonic(x, y, weight);
  // Robertson, Wright and Dykstra (1988): the fit at i is the greatest over a <= i of the least over b >= i of the mean of a..b.
  for (std::size_t i = 0; i < x.size(); ++i) {
    double greatest = -1e9;
    for (std::size_t a = 0; a <= i; ++a) {
      double least = 1e9;
      for (std::size_t b = i; b < x.size(); ++b) {
        double sum = 0, weights = 0;
        for (std::size_t row = a; row <= b; ++row) {
          sum += weight[row] * y[row];
          weights += weight[row];
        }
        least = std::min(least, sum / weights);
      }
      greatest = std::max(greatest, least);
    }
    EXPECT_NEAR(line->at(x[i]), greatest, 1e-9);
  }
}

// What plain models say of those gone quiet: 1 % where 30 % come back.
struct Overconfident {
  std::vector<double> said, came;
  explicit Overconfident(std::uint64_t seed, int people = 20'000) {
    std::mt19937_64 random(seed);
    for (int row = 0; row < people; ++row) {
      const double truth = 0.1 + 0.85 * unit(random), odds = 3 * std::log(truth / (1 - truth)) - 1.5;
      said.push_back(expit(odds));
      came.push_back(flip(random, truth));
    }
  }
};

TEST(Calibration, MendsOverconfidenceOnPeopleNotSeen) {
  const Overconfident learnt(1), fresh(2);
  const auto plain = reliability(fresh.said, fresh.came);
  EXPECT_GT(plain->error, 0.15);
  const auto isotonic = calibrate_isotonic(learnt.said, learnt.came);
  const auto beta = calibrate_beta(learnt.said, learnt.came);
  ASSERT_TRUE(isotonic && beta);
  std::vector<double> by_line, by_beta;
  for (const double p : fresh.said) {
    by_line.push_back(isotonic->at(p));
    by_beta.push_back(beta->at(p));
  }
  const double by_line_error = reliability(by_line, fresh.came)->error,
               by_beta_error = reliability(by_beta, fresh.came)->error;
  EXPECT_LT(by_line_error, 0.02);
  EXPECT_LT(by_beta_error, 0.02);
  std::printf("Reliability error: plain %.3f, isotonic %.3f, beta %.3f\n", plain->error, by_line_error, by_beta_error);
  // The map was logit(truth) = (logit(said) + 1.5) / 3: a = b = 1 / 3, c = 1 / 2.
  EXPECT_NEAR(beta->a, 1.0 / 3, 0.03);
  EXPECT_NEAR(beta->b, 1.0 / 3, 0.03);
  EXPECT_NEAR(beta->c, 0.5, 0.06);
}

TEST(Calibration, NeverSaysNeverNorAlwaysNorTurnsTheRankingRound) {
  const std::vector<double> said{0.1, 0.2, 0.8, 0.9}, as_said{0, 0, 1, 1}, contrary{1, 1, 0, 0}, all(4, 1.0);
  for (const auto& came : {as_said, contrary, all}) {
    const auto line = calibrate_isotonic(said, came);
    const auto beta = calibrate_beta(said, came);
    double line_before = 0, beta_before = 0;
    for (double p = 0; p <= 1; p += 0.0625) {
      EXPECT_GT(line->at(p), 0);
      EXPECT_LT(line->at(p), 1);
      EXPECT_GE(line->at(p), line_before);
      EXPECT_GE(beta->at(p), beta_before);
      EXPECT_LE(beta->at(p), 1);
      line_before = line->at(p);
      beta_before = beta->at(p);
    }
  }
  EXPECT_FALSE(calibrate_beta(std::vector<double>{1.2}, std::vector<double>{1}));
}

TEST(Stacking, FindsThePlantedMixtureAndLeavesOutTheWorseModel) {
  // Counts from 70 % of one geometric and 30 % of another; a third model is wrong about everything.
  std::mt19937_64 random(5);
  const auto geometric = [](double p, double count) { return p * std::pow(1 - p, count); };
  std::vector<double> rows;
  for (int row = 0; row < 20'000; ++row) {
    const double p = unit(random) < 0.7 ? 0.6 : 0.1;
    const double count = std::floor(std::log(1 - unit(random)) / std::log(1 - p));
    rows.insert(rows.end(), {geometric(0.6, count), geometric(0.1, count), count > 50 ? 0.5 : 1e-3});
  }
  const auto stacking = stack({rows, 3});
  ASSERT_TRUE(stacking);
  EXPECT_NEAR(stacking->weights[0], 0.7, 0.02);
  EXPECT_NEAR(stacking->weights[1], 0.3, 0.02);
  EXPECT_LT(stacking->weights[2], 0.01);
  EXPECT_NEAR(stacking->weights[0] + stacking->weights[1] + stacking->weights[2], 1, 1e-12);
  EXPECT_LE(stacking->gap, 1e-6);
  EXPECT_FALSE(stack({{}, 2}));
}

TEST(Conformal, QuantileIsThatOfTheSampleAndOneMore) {
  std::vector<double> scores{5, 3, 1, 4, 2, 9, 8, 7, 6};
  EXPECT_EQ(**conformal_quantile(scores, 0.8), 8);  // ceil(10 * 0.8) = 8th.
  EXPECT_EQ(**conformal_quantile(scores, 0.9), 9);
  EXPECT_FALSE(*conformal_quantile(scores, 0.91));  // The 10th of 9: nothing can be promised.
  EXPECT_FALSE(conformal_quantile(scores, 1));
}

TEST(Conformal, CoversAsPromisedInSmallSamples) {
  std::mt19937_64 random(17);
  int covered = 0;
  constexpr int kTimes = 4000;
  for (int time = 0; time < kTimes; ++time) {
    std::vector<double> forecast(24, 0.0), observed;
    for (int row = 0; row < 24; ++row) observed.push_back(std::exp(3 * unit(random)));
    const auto bands = conform_forecasts(forecast, observed, {}, 0.8);
    const double next = std::exp(3 * unit(random));
    const auto interval = bands->around(0, 0, 0);
    covered += interval && interval->low <= next && next <= interval->high;
  }
  EXPECT_NEAR(covered / double{kTimes}, 0.8, 0.02);  // Exactly 20 / 25.
  std::printf("Conformal, 24 people, 80 %% promised: %.1f %% covered\n", covered * 100 / double{kTimes});
}

TEST(Conformal, BandsAreCoveredEachWhereOneWidthForAllFails) {
  std::mt19937_64 random(23);
  const auto draw = [&](std::size_t people, std::vector<double>& observed, std::vector<std::uint32_t>& band) {
    for (std::size_t row = 0; row < people; ++row) {
      band.push_back(row % 10 == 0 ? 1 : 0);
      observed.push_back((unit(random) - 0.5) * (band.back() == 1 ? 20 : 1));
    }
  };
  std::vector<double> learnt, fresh;
  std::vector<std::uint32_t> learnt_band, fresh_band;
  draw(4000, learnt, learnt_band);
  draw(20'000, fresh, fresh_band);
  const std::vector<double> low(4000, -0.1), high(4000, 0.1);
  const auto by_band = conform_quantiles(low, high, learnt, learnt_band, 0.9);
  const auto for_all = conform_quantiles(low, high, learnt, {}, 0.9);
  double in_band = 0, in_all = 0, people = 0;
  for (std::size_t row = 0; row < fresh.size(); ++row) {
    if (fresh_band[row] != 1) continue;
    const auto holds = [&](const ConformalBands& bands) {
      const auto interval = bands.around(-0.1, 0.1, 1);
      return interval->low <= fresh[row] && fresh[row] <= interval->high ? 1.0 : 0.0;
    };
    ++people;
    in_band += holds(*by_band);
    in_all += holds(*for_all);
  }
  std::printf("Conformal, 90 %% promised to a band of a tenth: %.1f %% by band, %.1f %% by one width for all\n",
              in_band / people * 100, in_all / people * 100);
  EXPECT_NEAR(in_band / people, 0.9, 0.035);
  EXPECT_LT(in_all / people, 0.5);
  // A band never seen takes the width of everybody.
  EXPECT_EQ(by_band->around(-0.1, 0.1, 7)->high, for_all->around(-0.1, 0.1, 7)->high);
}

}  // namespace
}  // namespace habitue::models
