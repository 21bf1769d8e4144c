// The chance to be a customer still, mended by what came, on public records: each customer by a line learnt on four fifths of the
// others, judged by whether they bought in the published hold-out.
#include <gtest/gtest.h>

#include "models/calibration/calibrators.hpp"
#include "models/calibration/scores.hpp"
#include "models/purchases/fit.hpp"
#include "models/purchases/score.hpp"
#include "purchase_data.hpp"

namespace habitue::models {
namespace {

struct Case {
  const char* set;
  double weeks;  // Of the hold-out.
  std::uint32_t k;
  double plain;  // The plain model is off by more than this.
};
void PrintTo(const Case& of, std::ostream* out) { *out << of.set << ", k " << of.k; }

class AliveCalibration : public testing::TestWithParam<Case> {};

TEST_P(AliveCalibration, BringsTheErrorBelowTwoHundredths) {
  const auto purchases = read_purchases(GetParam().set);
  if (!purchases) GTEST_SKIP() << GetParam().set << " is not here (HABITUE_SHARED_DATA)";
  const auto customers = observe(*purchases, calibration_end(GetParam().set));
  const auto histories = histories_of(customers);
  FitOptions options;
  options.leaving = Leaving::AfterAnyPurchase;
  options.k = GetParam().k;
  const auto table = make_history_table(histories);
  const auto fit = fit_purchases(*table, options);
  ASSERT_TRUE(fit);
  const auto scores = score_purchases(fit->model, histories, GetParam().weeks);
  ASSERT_TRUE(scores);
  std::vector<double> alive, came, mended(customers.size());
  for (std::size_t at = 0; at < customers.size(); ++at) {
    alive.push_back((*scores)[at].alive);
    came.push_back(customers[at].later_purchases > 0 ? 1 : 0);
  }
  constexpr std::size_t kFolds = 5;
  for (std::size_t fold = 0; fold < kFolds; ++fold) {
    std::vector<double> said, was;
    for (std::size_t at = 0; at < alive.size(); ++at) {
      if (at % kFolds == fold) continue;
      said.push_back(alive[at]);
      was.push_back(came[at]);
    }
    const auto line = calibrate_isotonic(said, was);
    ASSERT_TRUE(line);
    for (std::size_t at = fold; at < alive.size(); at += kFolds) mended[at] = line->at(alive[at]);
  }
  const auto plain = reliability(alive, came), calibrated = reliability(mended, came);
  ASSERT_TRUE(plain && calibrated);
  EXPECT_GT(plain->error, GetParam().plain);
  EXPECT_LT(calibrated->error, 0.02) << "plain " << plain->error;
}

INSTANTIATE_TEST_SUITE_P(PublicRecords, AliveCalibration,
                         testing::Values(Case{"cdnow_full", 39, 1, 0.12}, Case{"cdnow_full", 39, 2, 0.09},
                                         Case{"essec", 156.4, 1, 0.3}, Case{"essec", 156.4, 3, 0.15},
                                         Case{"online_retail", 23.1, 1, 0.3}));

}  // namespace
}  // namespace habitue::models
