#include "models/contracts/beta_geometric.hpp"
#include "models/gamma_ratio.hpp"
#include "models/shared_table.hpp"

#include <gtest/gtest.h>

#include <boost/math/special_functions/beta.hpp>
#include <boost/math/special_functions/hypergeometric_pFq.hpp>

#include <cmath>
#include <random>

namespace habitue::models {
namespace {

// Fader and Hardie (2007), table 1: percent of two cohorts of 1,000 still there after each year.
constexpr std::array kRegular{63.1, 46.8, 38.2, 32.6, 28.9, 26.2, 24.1, 22.3, 20.7, 19.4, 18.3, 17.3};
constexpr std::array kHighEnd{86.9, 74.3, 65.3, 59.3, 55.1, 51.7, 49.1, 46.8, 44.5, 42.7, 40.9, 39.4};

std::vector<ContractCounts> seven_years(std::span<const double> percent) {
  std::vector<ContractCounts> counts;
  double before = 1000;
  for (std::uint32_t year = 1; year <= 7; ++year) {
    const double left = std::round(percent[year - 1] * 10);
    counts.push_back({year, static_cast<std::uint64_t>(before - left), 0});
    before = left;
  }
  counts.push_back({7, 0, static_cast<std::uint64_t>(before)});
  return counts;
}

struct Published {
  std::string name;
  std::span<const double> percent;
  double alpha, beta, log_likelihood;
  std::vector<double> survival;  // Percent, the last years first published.
  std::uint32_t first_year;
  double w_alpha, w_beta, w_c, w_log_likelihood;
};
class Cohorts : public testing::TestWithParam<Published> {};

TEST_P(Cohorts, AreFittedAndProjectedAsPublished) {
  const Published& paper = GetParam();
  const auto plain = fit_beta_geometric(seven_years(paper.percent), Ageing::None);
  ASSERT_TRUE(plain) << plain.error().message;
  EXPECT_NEAR(plain->alpha, paper.alpha, 5e-4);
  EXPECT_NEAR(plain->beta, paper.beta, 5e-4);
  EXPECT_NEAR(plain->report.log_likelihood, paper.log_likelihood, 5e-3);
  EXPECT_EQ(plain->report.verdict, FitVerdict::Interior);
  for (std::size_t year = 0; year < paper.survival.size(); ++year)
    EXPECT_NEAR(plain->survival(static_cast<std::uint32_t>(paper.first_year + year)) * 100, paper.survival[year], 0.05);

  const auto ageing = fit_beta_geometric(seven_years(paper.percent), Ageing::Weibull);
  ASSERT_TRUE(ageing);
  EXPECT_NEAR(ageing->alpha, paper.w_alpha, 5e-4);
  EXPECT_NEAR(ageing->beta, paper.w_beta, 5e-4);
  EXPECT_NEAR(ageing->c, paper.w_c, 5e-4);
  EXPECT_NEAR(ageing->report.log_likelihood, paper.w_log_likelihood, 5e-3);
  for (const Estimate& estimate : ageing->report.estimates)
    EXPECT_GT(estimate.standard_error.value_or(0), 0) << estimate.name;
}

INSTANTIATE_TEST_SUITE_P(FaderAndHardie, Cohorts,
                         testing::Values(Published{"Regular",
                                                   kRegular,
                                                   0.704,
                                                   1.182,
                                                   -1680.27,
                                                   {62.7, 47.4, 38.8, 33.2, 29.2, 26.2, 23.9, 22.0, 20.4, 19.1, 18.0,
                                                    17.0},
                                                   1,
                                                   0.456,
                                                   0.779,
                                                   1.283,
                                                   -1679.60},
                                         Published{"HighEnd",
                                                   kHighEnd,
                                                   0.668,
                                                   3.806,
                                                   -1611.16,
                                                   {46.0, 43.6, 41.4, 39.5, 37.8},
                                                   8,
                                                   0.214,
                                                   1.427,
                                                   1.724,
                                                   -1605.31}),
                         [](const auto& test) { return test.param.name; });

TEST(BetaGeometric, AgeingHalvesTheErrorOfTheHighEndProjection) {
  const auto error = [](Ageing ageing) {
    const auto model = fit_beta_geometric(seven_years(kHighEnd), ageing);
    double sum = 0;
    for (std::uint32_t year = 8; year <= 12; ++year)
      sum += std::abs(model->survival(year) * 100 / kHighEnd[year - 1] - 1) / 5;
    return sum;
  };
  EXPECT_NEAR(error(Ageing::None), 0.028, 0.001);
  EXPECT_NEAR(error(Ageing::Weibull), 0.013, 0.001);
}

TEST(BetaGeometric, SurvivalIsTheRatioOfBetasAndWhatIsLeftIsTheClosedForm) {
  const BetaGeometric model{0.704, 1.182, 1, {}};
  double before = 1;
  for (std::uint32_t t = 1; t <= 40; ++t) {
    const double exact = boost::math::beta(0.704, 1.182 + t) / boost::math::beta(0.704, 1.182);
    EXPECT_NEAR(model.survival(t), exact, 1e-12);
    EXPECT_NEAR(model.retention(t), exact / before, 1e-12);
    before = exact;
  }
  // Fader and Hardie (2010), (8): with n - 1 renewals made, (b + n - 1) / (a + b + n - 1) 2F1(1, b + n; a + b + n; 1 / (1 + d)), which counts the
  // renewal at hand undiscounted.
  for (const std::uint32_t n : {1u, 4u, 20u}) {
    const double exact = (1.182 + n - 1) / (0.704 + 1.182 + n - 1) *
                         boost::math::hypergeometric_pFq({1.0, 1.182 + n}, {0.704 + 1.182 + n}, 1 / 1.1);
    EXPECT_NEAR(residual_periods(model.survival_ahead(n - 1, 2000), 0.1) * 1.1, exact, 1e-9);
  }
}

TEST(BetaGeometric, GivesBackPlantedParametersFromCensoredContractsOfAllAges) {
  std::mt19937_64 random(3);
  std::gamma_distribution<double> a(0.8), b(2.5);
  std::vector<PeriodTenure> tenures;
  for (int contract = 0; contract < 20'000; ++contract) {
    const double x = a(random), theta = x / (x + b(random));
    const std::uint32_t seen = 1 + static_cast<std::uint32_t>(contract % 12);
    PeriodTenure tenure{0, false};
    while (!tenure.ended && tenure.periods < seen) {
      ++tenure.periods;
      tenure.ended = static_cast<double>(random() >> 11) * 0x1p-53 < theta;
    }
    // A third joined the data after their second renewal, if they got there.
    if (contract % 3 == 0) {
      if (tenure.periods <= 2) continue;
      tenure.entered = 2;
    }
    tenures.push_back(tenure);
  }
  const auto fit = fit_beta_geometric(count_contracts(tenures), Ageing::None);
  ASSERT_TRUE(fit);
  EXPECT_NEAR(fit->alpha, 0.8, 3 * *fit->report.estimates[0].standard_error);
  EXPECT_NEAR(fit->beta, 2.5, 3 * *fit->report.estimates[1].standard_error);
  EXPECT_LT(*fit->report.estimates[1].standard_error, 0.3);
  EXPECT_EQ(fit->report.observations, tenures.size());
}

bool has(const FitReport& report, FitFinding finding) {
  return std::find(report.findings.begin(), report.findings.end(), finding) != report.findings.end();
}

TEST(BetaGeometric, SaysWhatIsWrongWithTheData) {
  for (const Ageing ageing : {Ageing::None, Ageing::Weibull}) {
    const auto loyal = fit_beta_geometric(std::vector<ContractCounts>{{5, 0, 100}}, ageing);
    EXPECT_EQ(loyal->report.verdict, FitVerdict::TooFewData);
    EXPECT_TRUE(has(loyal->report, FitFinding::NoDropoutDetectable));
    EXPECT_GT(loyal->survival(5), 0.99);

    const auto gone = fit_beta_geometric(std::vector<ContractCounts>{{1, 100, 0}}, ageing);
    EXPECT_EQ(gone->report.verdict, FitVerdict::Boundary);
    EXPECT_TRUE(has(gone->report, FitFinding::EverybodyLeavesAtOnce));
    EXPECT_LT(gone->survival(1), 0.01);

    // A geometric cohort: everybody has one chance of a half.
    const auto alike = fit_beta_geometric(
        std::vector<ContractCounts>{{1, 512, 0}, {2, 256, 0}, {3, 128, 0}, {4, 64, 0}, {4, 0, 64}}, ageing);
    EXPECT_EQ(alike->report.verdict, FitVerdict::Boundary);
    EXPECT_TRUE(has(alike->report, FitFinding::AllAlike));
    EXPECT_NEAR(alike->survival(4), 1.0 / 16, 1e-3);

    // One renewal cannot tell alpha from beta, but its share comes out.
    const auto one = fit_beta_geometric(std::vector<ContractCounts>{{1, 30, 70}}, ageing);
    EXPECT_EQ(one->report.verdict, FitVerdict::Boundary);
    EXPECT_NEAR(one->survival(1), 0.7, 1e-3);

    for (const auto* model : {&*loyal, &*gone, &*alike, &*one})
      for (const double left : model->survival_ahead(9'000, 100)) EXPECT_TRUE(left >= 0 && left <= 1);
  }
  EXPECT_FALSE(fit_beta_geometric({}, Ageing::None));
  EXPECT_FALSE(fit_beta_geometric(std::vector<ContractCounts>{{0, 1, 0}}, Ageing::None));
}

TEST(GammaRatio, KeepsItsDigitsWhereTheDifferenceOfLogarithmsLosesThem) {
  // By the recurrence Gamma(z + 3) = z (z + 1) (z + 2) Gamma(z).
  for (const double z : {1e-6, 0.3, 50.0, 999.0, 1000.5, 1e6, 1e12})
    EXPECT_NEAR(log_gamma_ratio(z, 3), -std::log(z) - std::log(z + 1) - std::log(z + 2), 2e-11) << z;
  EXPECT_NEAR(log1m_exp(-1e-20), std::log(1e-20), 1e-9);
  EXPECT_NEAR(log1m_exp(-50), -std::exp(-50), 1e-30);
}

}  // namespace
}  // namespace habitue::models
