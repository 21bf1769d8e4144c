#include "models/contracts/cox.hpp"
#include "models/contracts/discrete_hazard.hpp"
#include "models/contracts/kaplan_meier.hpp"
#include "models/logistic_fit.hpp"
#include "models/shared_table.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

namespace habitue::models {
namespace {

double unit(std::mt19937_64& random) { return static_cast<double>(random() >> 11) * 0x1p-53; }

// Weeks in remission of 42 leukaemia patients, 21 on 6-MP and 21 on placebo: Freireich et al. (1963), Blood 21, the example of Cox (1972).
struct Freireich {
  std::vector<Tenure> treated, placebo, all;
  std::vector<double> on_placebo;
  Freireich() {
    for (const double weeks : {6, 6, 6, 7, 10, 13, 16, 22, 23}) treated.push_back({weeks, true});
    for (const double weeks : {6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35}) treated.push_back({weeks, false});
    for (const double weeks : {1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23})
      placebo.push_back({weeks, true});
    all = treated;
    all.insert(all.end(), placebo.begin(), placebo.end());
    on_placebo.assign(21, 0.0);
    on_placebo.resize(42, 1.0);
  }
};

TEST(KaplanMeier, GivesTheTextbookCurveOfFreireich) {
  const Freireich data;
  const auto curve = kaplan_meier(data.treated);
  ASSERT_TRUE(curve);
  // Kleinbaum and Klein (2012), Survival Analysis, table 2.2; errors and the log-log interval are those of R's survival.
  const std::vector<std::tuple<double, std::uint64_t, double, double>> expected{
      {6, 21, 0.8571, 0.0764},  {7, 17, 0.8067, 0.0869}, {10, 15, 0.7529, 0.0963}, {13, 12, 0.6902, 0.1068},
      {16, 11, 0.6275, 0.1141}, {22, 7, 0.5378, 0.1282}, {23, 6, 0.4482, 0.1346}};
  ASSERT_EQ(curve->steps.size(), expected.size());
  for (std::size_t step = 0; step < expected.size(); ++step) {
    EXPECT_EQ(curve->steps[step].time, std::get<0>(expected[step]));
    EXPECT_EQ(curve->steps[step].at_risk, std::get<1>(expected[step]));
    EXPECT_NEAR(curve->steps[step].survival, std::get<2>(expected[step]), 5e-5);
    EXPECT_NEAR(curve->steps[step].standard_error, std::get<3>(expected[step]), 5e-5);
  }
  EXPECT_NEAR(curve->steps[0].low, 0.6197, 5e-4);
  EXPECT_NEAR(curve->steps[0].high, 0.9516, 5e-4);
  EXPECT_EQ(curve->median(), 23);
  EXPECT_EQ(kaplan_meier(data.placebo)->median(), 8);
  EXPECT_NEAR(kaplan_meier(data.placebo)->mean_until(100), 182.0 / 21, 1e-9);  // Nobody censored: the plain mean.
}

TEST(KaplanMeier, WithoutCensoringIsTheShareLeftAndLateEntriesCountFromTheirEntry) {
  const std::vector<Tenure> late{{2, true}, {3, true}, {5, true, 4}, {6, true, 2.5}};
  const auto curve = kaplan_meier(late);
  ASSERT_EQ(curve->steps.size(), 4u);
  EXPECT_EQ(curve->steps[0].at_risk, 2u);
  EXPECT_EQ(curve->steps[1].at_risk, 2u);
  EXPECT_EQ(curve->steps[2].at_risk, 2u);
  EXPECT_EQ(curve->at(1.9), 1);
  EXPECT_EQ(curve->at(2), 0.5);
  EXPECT_EQ(curve->at(99), 0);
  EXPECT_FALSE(kaplan_meier({}));
  EXPECT_FALSE(kaplan_meier(std::vector<Tenure>{{1, true, 2}}));
  EXPECT_FALSE(kaplan_meier(std::vector<Tenure>{{std::nan(""), true}}));
}

struct Telco {
  std::vector<Tenure> tenures;
  std::vector<PeriodTenure> periods;
  std::vector<double> columns;  // Monthly charges, paperless, senior.
  bool found = false;
  Telco() {
    found = read_shared("telco_churn/telco_customer_churn.csv.gz", [&](const auto& cell) {
              const bool ended = cell[20] == "Yes";
              tenures.push_back({number(cell[5]), ended});
              periods.push_back({static_cast<std::uint32_t>(number(cell[5])), ended});
              columns.insert(columns.end(), {number(cell[18]), cell[16] == "Yes" ? 1.0 : 0.0, number(cell[2])});
            }).has_value();
  }
};

TEST(KaplanMeier, GivesThePublishedFiguresOfTelco) {
  const Telco data;
  HABITUE_NEEDS(data.found, "telco_churn");
  const auto curve = kaplan_meier(data.tenures);
  ASSERT_TRUE(curve);
  EXPECT_EQ(curve->ended, 1869u);
  for (const auto& [month, survival] : std::vector<std::pair<double, double>>{{1, 0.9460},
                                                                              {6, 0.8848},
                                                                              {12, 0.8432},
                                                                              {24, 0.7887},
                                                                              {36, 0.7485},
                                                                              {48, 0.7088},
                                                                              {60, 0.6644},
                                                                              {72, 0.5928}})
    EXPECT_NEAR(curve->at(month), survival, 5e-5) << month;
}

TEST(Cox, GivesThePublishedFiguresOfFreireich) {
  const Freireich data;
  const std::vector<std::string> names{"placebo"};
  const auto cox = fit_cox(data.all, {data.on_placebo, 1}, names);
  ASSERT_TRUE(cox);
  // R, survival::coxph, Efron's ties: 1.572 (0.412), likelihood ratio 16.35, concordance 0.69.
  EXPECT_NEAR(cox->report.estimates[0].value, 1.5721, 1e-4);
  EXPECT_NEAR(*cox->report.estimates[0].standard_error, 0.4124, 1e-4);
  EXPECT_NEAR(2 * (cox->report.log_likelihood - cox->log_likelihood_without), 16.35, 0.005);
  EXPECT_NEAR(*cox->concordance, 0.690, 0.001);
  EXPECT_EQ(cox->report.verdict, FitVerdict::Interior);
  // Its two survival curves are near those counted without a model.
  const auto treated = kaplan_meier(data.treated), placebo = kaplan_meier(data.placebo);
  for (const double week : {5.0, 10.0, 15.0, 20.0}) {
    EXPECT_NEAR(cox->survival(std::vector{0.0}, week), treated->at(week), 0.1);
    EXPECT_NEAR(cox->survival(std::vector{1.0}, week), placebo->at(week), 0.1);
  }
}

// Efron's partial likelihood, contract by contract: O(n^2), with late entries.
double partial_likelihood(const std::vector<Tenure>& tenures, const std::vector<double>& x, double a, double b) {
  const auto eta = [&](std::size_t contract) { return a * x[2 * contract] + b * x[2 * contract + 1]; };
  std::vector<double> times;
  for (const Tenure& tenure : tenures)
    if (tenure.ended) times.push_back(tenure.time);
  std::sort(times.begin(), times.end());
  times.erase(std::unique(times.begin(), times.end()), times.end());
  double value = 0;
  for (const double time : times) {
    double risk = 0, ending = 0;
    int tied = 0;
    for (std::size_t contract = 0; contract < tenures.size(); ++contract) {
      const Tenure& tenure = tenures[contract];
      if (tenure.time < time || (tenure.entered > 0 && tenure.entered >= time)) continue;
      risk += std::exp(eta(contract));
      if (tenure.time > time || !tenure.ended) continue;
      ending += std::exp(eta(contract));
      value += eta(contract);
      ++tied;
    }
    for (int tie = 0; tie < tied; ++tie) value -= std::log(risk - ending * tie / tied);
  }
  return value;
}

TEST(Cox, IsTheMaximumOfTheLikelihoodWrittenOut) {
  std::mt19937_64 random(31);
  std::vector<Tenure> tenures;
  std::vector<double> x;
  for (int contract = 0; contract < 300; ++contract) {
    x.push_back(unit(random) * 4);
    x.push_back(unit(random) < 0.4 ? 1 : 0);
    const double hazard = 0.05 * std::exp(0.5 * x[x.size() - 2] - 0.8 * x.back());
    const double end = 1 + std::floor(-std::log(1 - unit(random)) / hazard), seen = 1 + std::floor(unit(random) * 40);
    const double entered = contract % 3 == 0 ? std::floor(unit(random) * std::min(end, seen)) : 0;
    tenures.push_back({std::min(end, seen), end <= seen, entered});
  }
  const std::vector<std::string> names{"a", "b"};
  const auto cox = fit_cox(tenures, {x, 2}, names, 0);
  ASSERT_TRUE(cox);
  const double a = cox->report.estimates[0].value, b = cox->report.estimates[1].value;
  EXPECT_NEAR(a, 0.5, 3 * *cox->report.estimates[0].standard_error);
  EXPECT_NEAR(b, -0.8, 3 * *cox->report.estimates[1].standard_error);
  const auto value = [&](double da, double db) { return partial_likelihood(tenures, x, a + da, b + db); };
  EXPECT_NEAR(value(0, 0), cox->report.log_likelihood, 1e-8);
  EXPECT_NEAR((value(1e-4, 0) - value(-1e-4, 0)) / 2e-4, 0, 1e-3);
  EXPECT_NEAR((value(0, 1e-4) - value(0, -1e-4)) / 2e-4, 0, 1e-3);
  // Errors: the inverse of the second differences.
  const double h = 1e-3;
  const double aa = -(value(h, 0) - 2 * value(0, 0) + value(-h, 0)) / (h * h);
  const double bb = -(value(0, h) - 2 * value(0, 0) + value(0, -h)) / (h * h);
  const double ab = -(value(h, h) - value(h, -h) - value(-h, h) + value(-h, -h)) / (4 * h * h);
  EXPECT_NEAR(*cox->report.estimates[0].standard_error, std::sqrt(bb / (aa * bb - ab * ab)), 1e-4);

  double pairs = 0, agreed = 0;
  for (std::size_t i = 0; i < tenures.size(); ++i)
    for (std::size_t j = 0; j < tenures.size(); ++j) {
      const Tenure &left = tenures[i], &right = tenures[j];
      const bool lasts = right.time > left.time || (right.time == left.time && !right.ended);
      if (!left.ended || !lasts || (right.entered > 0 && right.entered >= left.time)) continue;
      const double away = a * (x[2 * i] - x[2 * j]) + b * (x[2 * i + 1] - x[2 * j + 1]);
      ++pairs;
      agreed += away > 0 ? 1 : away == 0 ? 0.5 : 0;
    }
  EXPECT_NEAR(*cox->concordance, agreed / pairs, 1e-9);
}

TEST(Cox, SaysWhatItCannotTellAndStaysFinite) {
  // The second column tells who leaves exactly, the third repeats the first.
  std::vector<Tenure> tenures;
  std::vector<double> x;
  for (int contract = 0; contract < 40; ++contract) {
    const double age = contract % 7, leaves = contract < 20 ? 1 : 0;
    tenures.push_back({leaves == 1 ? 1.0 + contract % 5 : 10.0, leaves == 1});
    x.insert(x.end(), {age, leaves, age});
  }
  const std::vector<std::string> names{"age", "leaves", "age again"};
  const auto cox = fit_cox(tenures, {x, 3}, names);
  ASSERT_TRUE(cox);
  EXPECT_EQ(cox->report.verdict, FitVerdict::Boundary);
  EXPECT_EQ(cox->report.findings.front(), FitFinding::EffectNotEstimable);
  for (const Estimate& estimate : cox->report.estimates) EXPECT_TRUE(std::isfinite(estimate.value));
  EXPECT_GT(cox->survival(std::vector{0.0, 0.0, 0.0}, 10), 0.99);

  const std::vector<Tenure> nobody_left(10, Tenure{3, false});
  const std::vector<double> same(10, 1.0);
  const auto nothing = fit_cox(nobody_left, {same, 1}, std::vector<std::string>{"same"});
  EXPECT_EQ(nothing->report.verdict, FitVerdict::TooFewData);
  EXPECT_FALSE(nothing->concordance);
  EXPECT_EQ(nothing->survival(std::vector{1.0}, 2), 1);
  EXPECT_FALSE(fit_cox(nobody_left, {std::vector<double>(10, std::nan("")), 1}, std::vector<std::string>{"same"}));
}

TEST(DiscreteHazard, EqualsTheRegressionOnContractPeriodsWrittenOut) {
  std::mt19937_64 random(41);
  std::vector<PeriodTenure> tenures;
  std::vector<double> x, long_x, long_y;
  for (int contract = 0; contract < 400; ++contract) {
    const double column = unit(random) * 2;
    const auto entered = static_cast<std::uint32_t>(contract % 4 == 0 ? 1 : 0);
    PeriodTenure tenure{entered, false, entered};
    while (!tenure.ended && tenure.periods < 2 + entered) {
      ++tenure.periods;
      tenure.ended = unit(random) < expit(-1 + 0.7 * column + (tenure.periods == 1 ? 0.5 : 0));
    }
    tenures.push_back(tenure);
    x.push_back(column);
    for (std::uint32_t period = entered + 1; period <= tenure.periods; ++period) {
      long_x.insert(long_x.end(), {std::log(static_cast<double>(period)), column});
      long_y.push_back(tenure.ended && period == tenure.periods ? 1 : 0);
    }
  }
  const auto hazard = fit_discrete_hazard(tenures, {x, 1}, std::vector<std::string>{"column"}, HazardLink::Logit, 0);
  ASSERT_TRUE(hazard);
  EXPECT_EQ(hazard->contract_periods, long_y.size());
  // With three periods at most the curve has two bends; written out it is a factor of the period.
  std::vector<double> factor_x;
  for (std::size_t row = 0; row < long_y.size(); ++row) {
    const double period = std::round(std::exp(long_x[2 * row]));
    factor_x.insert(factor_x.end(), {period == 2 ? 1.0 : 0.0, period == 3 ? 1.0 : 0.0, long_x[2 * row + 1]});
  }
  const auto plain = fit_logistic({factor_x, 3}, long_y, {.ridge = 0});
  ASSERT_EQ(hazard->spline.size(), 2u);
  EXPECT_NEAR(hazard->report.estimates[0].value, plain->coefficients[2], 1e-5);
  EXPECT_NEAR(*hazard->report.estimates[0].standard_error, plain->standard_errors[3], 1e-4);
  EXPECT_NEAR(hazard->report.log_likelihood, plain->log_likelihood, 1e-5);
  EXPECT_NEAR(hazard->hazard(std::vector{0.5}, 2),
              expit(plain->intercept + plain->coefficients[0] + 0.5 * plain->coefficients[2]), 1e-5);
}

TEST(DiscreteHazard, LogLogCoefficientsAreThoseOfTheProportionalHazardBehind) {
  std::mt19937_64 random(43);
  std::vector<PeriodTenure> tenures;
  std::vector<double> x;
  for (int contract = 0; contract < 3000; ++contract) {
    x.push_back(unit(random) * 2 - 1);
    const double lasts = -std::log(1 - unit(random)) / (0.08 * std::exp(0.9 * x.back()));
    const auto periods = static_cast<std::uint32_t>(std::min(std::ceil(lasts), 24.0));
    tenures.push_back({periods, lasts <= 24});
  }
  const auto hazard =
      fit_discrete_hazard(tenures, {x, 1}, std::vector<std::string>{"column"}, HazardLink::ComplementaryLogLog);
  EXPECT_NEAR(hazard->report.estimates[0].value, 0.9, 3 * *hazard->report.estimates[0].standard_error);
  EXPECT_NEAR(hazard->hazard(std::vector{0.0}, 12), 1 - std::exp(-0.08), 0.012);
  // Constant hazard: what is left is geometric.
  const auto ahead = hazard->survival_ahead(std::vector{0.0}, 2, 12);
  EXPECT_NEAR(ahead.back(), std::exp(-0.08 * 12), 0.03);
  EXPECT_NEAR(residual_periods(std::vector<double>{1, 1, 1}, 0.25), 0.8 + 0.64 + 0.512, 1e-12);
}

TEST(DiscreteHazard, FollowsTheCountedCurveOfTelco) {
  const Telco data;
  HABITUE_NEEDS(data.found, "telco_churn");
  const auto plain = fit_discrete_hazard(data.periods, {}, {}, HazardLink::Logit);
  ASSERT_TRUE(plain);
  const auto curve = kaplan_meier(data.tenures);
  const auto ahead = plain->survival_ahead({}, 0, 72);
  for (const std::uint32_t month : {1u, 6u, 12u, 24u, 36u, 48u, 60u, 72u})
    EXPECT_NEAR(ahead[month - 1], curve->at(month), 0.02) << month;

  // With columns the two models of proportional hazards agree.
  const std::vector<std::string> names{"charges", "paperless", "senior"};
  const auto cox = fit_cox(data.tenures, {data.columns, 3}, names);
  const auto hazard = fit_discrete_hazard(data.periods, {data.columns, 3}, names, HazardLink::ComplementaryLogLog);
  for (std::size_t column = 0; column < 3; ++column)
    EXPECT_NEAR(cox->report.estimates[column].value, hazard->report.estimates[column].value,
                *cox->report.estimates[column].standard_error)
        << names[column];
  EXPECT_EQ(hazard->report.verdict, FitVerdict::Interior);
}

TEST(DiscreteHazard, AnswersWhereThereIsNothingToLearn) {
  const std::vector<PeriodTenure> stay(5, PeriodTenure{3, false}), leave(50, PeriodTenure{1, true});
  for (const HazardLink link : {HazardLink::Logit, HazardLink::ComplementaryLogLog}) {
    const auto loyal = fit_discrete_hazard(stay, {}, {}, link);
    EXPECT_EQ(loyal->report.verdict, FitVerdict::TooFewData);
    EXPECT_LT(loyal->hazard({}, 2), 0.01);
    const auto gone = fit_discrete_hazard(leave, {}, {}, link);
    EXPECT_EQ(gone->report.findings.front(), FitFinding::EverybodyLeavesAtOnce);
    EXPECT_GT(gone->hazard({}, 1), 0.9);
    for (const double left : loyal->survival_ahead({}, 9'999, 5)) EXPECT_TRUE(left >= 0 && left <= 1);
  }
  EXPECT_FALSE(fit_discrete_hazard(std::vector<PeriodTenure>{{0, true}}, {}, {}, HazardLink::Logit));
}

}  // namespace
}  // namespace habitue::models
