// Do intervals of 95 % hold the truth 95 times in a hundred? Customers are invented with known parameters some hundred times over, and each model's
// intervals are counted. With 400 times the share itself is known to about 1.1 points. And how long a fit takes.
#include <chrono>
#include <cmath>

#include <boost/math/special_functions/beta.hpp>

#include "models/contracts/beta_geometric.hpp"
#include "models/contracts/cox.hpp"
#include "models/contracts/discrete_hazard.hpp"
#include "models/folds.hpp"
#include "models/occasions/beta_bernoulli.hpp"
#include "models/uplift/targeting.hpp"
#include "report.hpp"

namespace {

using namespace habitue;
using namespace habitue::models;

constexpr std::uint64_t kTimes = 400;

class Draws {
 public:
  explicit Draws(std::uint64_t seed) : seed_(seed) {}
  double unit() { return unit_at(seed_, next_++); }
  double exponential(double rate) { return -std::log1p(-unit()) / rate; }
  double beta(double a, double b) { return boost::math::ibeta_inv(a, b, std::clamp(unit(), 1e-12, 1 - 1e-12)); }

 private:
  std::uint64_t seed_, next_ = 0;
};

class Coverage {
 public:
  void add(double truth, const Estimate& estimate) {
    if (!estimate.standard_error) return;
    add(std::abs(estimate.value - truth) <= 1.959963984540054 * *estimate.standard_error);
  }
  void add(bool holds) {
    ++times_;
    held_ += holds ? 1 : 0;
  }
  double share() const { return times_ == 0 ? 0 : held_ / times_; }

 private:
  double times_ = 0, held_ = 0;
};

template <class Work>
double milliseconds_of(Work&& work) {
  const auto started = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - started).count();
}

void tell(bench::Report& report, const std::string& name, const Coverage& coverage) {
  report.add({.name = name, .ours = coverage.share() * 100, .unit = "% of intervals"});
}

struct Contracts {
  std::vector<Tenure> tenures;
  std::vector<PeriodTenure> periods;
  std::vector<double> column;
};
// Hazard 0.08 a period, times e^0.7 for those with the column's 1; seen for 3 to 24 periods.
Contracts contracts(std::size_t count, std::uint64_t seed) {
  Draws draw(seed);
  Contracts drawn;
  for (std::size_t contract = 0; contract < count; ++contract) {
    const double column = draw.unit() < 0.4 ? 1 : 0, ends = draw.exponential(0.08 * std::exp(0.7 * column));
    const double seen = 3 + std::floor(22 * draw.unit());
    drawn.column.push_back(column);
    drawn.tenures.push_back({std::min(ends, seen), ends <= seen});
    drawn.periods.push_back({static_cast<std::uint32_t>(std::ceil(std::min(ends, seen))), ends <= seen});
  }
  return drawn;
}

void measure_contracts(bench::Report& report) {
  const std::vector<std::string> names{"column"};
  Coverage counted, cox, hazard;
  double cox_ms = 0, hazard_ms = 0;
  const double lasts = 0.6 * std::exp(-0.08 * 6) + 0.4 * std::exp(-0.08 * std::exp(0.7) * 6);
  for (std::uint64_t time = 0; time < kTimes; ++time) {
    const Contracts drawn = contracts(400, 1'000 + time);
    const SurvivalCurve curve = *kaplan_meier(drawn.tenures);
    const SurvivalStep* last = nullptr;
    for (const SurvivalStep& step : curve.steps)
      if (step.time <= 6) last = &step;
    if (last != nullptr) counted.add(last->low <= lasts && lasts <= last->high);
    cox_ms += milliseconds_of([&] {
      cox.add(0.7, fit_cox(drawn.tenures, {drawn.column, 1}, names)->report.estimates[0]);
    });
    hazard_ms += milliseconds_of([&] {
      hazard.add(0.7, fit_discrete_hazard(drawn.periods, {drawn.column, 1}, names, HazardLink::ComplementaryLogLog)
                          ->report.estimates[0]);
    });
  }
  tell(report, "Kaplan-Meier, S(6) of 400 contracts", counted);
  tell(report, "Cox, log of a hazard ratio", cox);
  tell(report, "hazard a renewal, the same", hazard);
  report.add({.name = "Cox, one fit of 400", .ours = cox_ms / kTimes, .unit = "ms"});
  report.add({.name = "hazard a renewal, one fit of 400", .ours = hazard_ms / kTimes, .unit = "ms"});
}

void measure_cohorts(bench::Report& report) {
  Coverage alpha, beta;
  double milliseconds = 0;
  for (std::uint64_t time = 0; time < kTimes; ++time) {
    Draws draw(50'000 + time);
    std::vector<PeriodTenure> tenures;
    for (std::uint32_t contract = 0; contract < 3'000; ++contract) {
      const double chance = draw.beta(0.8, 2.5);
      PeriodTenure tenure{0, false};
      while (!tenure.ended && tenure.periods < 4 + contract % 6) {
        ++tenure.periods;
        tenure.ended = draw.unit() < chance;
      }
      tenures.push_back(tenure);
    }
    const auto counts = count_contracts(tenures);
    milliseconds += milliseconds_of([&] {
      const auto fit = *fit_beta_geometric(counts, Ageing::None);
      alpha.add(0.8, fit.report.estimates[0]);
      beta.add(2.5, fit.report.estimates[1]);
    });
  }
  tell(report, "shifted beta-geometric, alpha, 3,000 contracts", alpha);
  tell(report, "shifted beta-geometric, beta", beta);
  report.add({.name = "shifted beta-geometric, one fit", .ours = milliseconds / kTimes, .unit = "ms"});
}

void measure_occasions(bench::Report& report) {
  const BetaBernoulli truth{1.2, 0.75, 0.66, 2.8};
  Coverage by_parameter[4];
  double milliseconds = 0;
  for (std::uint64_t time = 0; time < kTimes; ++time) {
    Draws draw(90'000 + time);
    std::vector<OccasionHistory> histories;
    for (int person = 0; person < 5'000; ++person) {
      const double acts = draw.beta(truth.alpha, truth.beta), leaves = draw.beta(truth.gamma, truth.delta);
      OccasionHistory history{0, 0, 8};
      for (std::uint32_t at = 1; at <= 8; ++at) {
        if (draw.unit() < leaves) break;
        if (draw.unit() < acts) history = {history.x + 1, at, 8};
      }
      histories.push_back(history);
    }
    milliseconds += milliseconds_of([&] {
      const auto fit = *fit_beta_bernoulli(histories);
      const double values[]{truth.alpha, truth.beta, truth.gamma, truth.delta};
      for (std::size_t i = 0; i < 4; ++i) by_parameter[i].add(values[i], fit.report.estimates[i]);
    });
  }
  const char* names[]{"alpha", "beta", "gamma", "delta"};
  for (std::size_t i = 0; i < 4; ++i) tell(report, fmt::format("BG/BB, {}, 5,000 people", names[i]), by_parameter[i]);
  report.add({.name = "BG/BB, one fit", .ours = milliseconds / kTimes, .unit = "ms"});
}

void measure_uplift(bench::Report& report) {
  Coverage effect, qini;
  for (std::uint64_t time = 0; time < kTimes; ++time) {
    Draws draw(130'000 + time);
    std::vector<double> x, y;
    std::vector<std::uint8_t> treated;
    for (int person = 0; person < 2'000; ++person) {
      x.push_back(draw.unit());
      treated.push_back(draw.unit() < 0.5);
      // Moved by 0.2 x: 0.1 on average.
      y.push_back(draw.unit() < 0.2 + treated.back() * 0.2 * x.back() ? 1 : 0);
    }
    const auto judged = *judge_uplift({{x, 1}, y, treated}, x, 200, time);
    effect.add(judged.average.low <= 0.1 && 0.1 <= judged.average.high);
    // Ranked by x: Q(s) / N = 0.5 * 0.2 (s - s^2 / 2), its area 1 / 30, less half of its end, 1 / 40.
    const double truth = 1.0 / 30 - 1.0 / 40;
    qini.add(judged.qini.low <= truth && truth <= judged.qini.high);
  }
  tell(report, "average effect, 2,000 people", effect);
  tell(report, "qini, resampled 200 times", qini);
}

}  // namespace

int main() {
  bench::Report report("recovery");
  measure_contracts(report);
  measure_cohorts(report);
  measure_occasions(report);
  measure_uplift(report);
  return report.finish();
}
