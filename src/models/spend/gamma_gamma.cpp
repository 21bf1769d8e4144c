#include <algorithm>
#include <array>
#include <cmath>

#include "models/functions.hpp"
#include "models/maximize.hpp"
#include "models/spend/spend_table.hpp"
#include "models/vector_math.hpp"

namespace habitue::models {
namespace {

constexpr std::size_t kBlock = 512;
constexpr double kLnFlat = 5;      // p and v (in mean spends) between 1/150 and 150 are free.
constexpr double kLnTailMin = -3;  // q - 1 below 0.05: a mean that no sample finds.

// Of all customers with one x: how many, for what the gamma functions of the likelihood are taken once.
struct OfX {
  double x, customers;
};

struct Data {
  std::vector<OfX> of_x;
  std::vector<double> x, total;  // of a row; total = x mean
  double customers = 0, sum_ln_mean = 0, sum_x_ln_mean = 0, sum_ln_unit = 0;
};

Data data_of(const SpendTable& table) {
  Data data;
  ExactSum ln_mean, x_ln_mean;
  for (const SpendHistory& row : table.rows) {
    const double x = row.x;
    if (data.of_x.empty() || data.of_x.back().x != x) data.of_x.push_back({x, 0});
    ++data.of_x.back().customers;
    data.x.push_back(x);
    data.total.push_back(x * row.mean);
    ln_mean.add(std::log(row.mean));
    x_ln_mean.add(x * std::log(row.mean));
  }
  data.customers = static_cast<double>(table.rows.size());
  data.sum_ln_mean = ln_mean.value();
  data.sum_x_ln_mean = x_ln_mean.value();
  data.sum_ln_unit = data.customers * std::log(table.unit);
  return data;
}

// Sums over the rows of a block: ln(xm + v), x ln(xm + v), 1 / (xm + v), x / (xm + v).
[[gnu::always_inline]] inline void sum_rows(const double* x, const double* total, std::size_t rows, double v,
                                            double* into) {
  std::array<double, kBlock> ln, inverse;
  for (std::size_t i = 0; i < rows; ++i) {
    ln[i] = log_lane(total[i] + v);
    inverse[i] = 1 / (total[i] + v);
  }
  double sum_ln = 0, sum_x_ln = 0, sum_inverse = 0, sum_x_inverse = 0;
  for (std::size_t i = 0; i < rows; ++i) {
    sum_ln += ln[i];
    sum_x_ln += x[i] * ln[i];
    sum_inverse += inverse[i];
    sum_x_inverse += x[i] * inverse[i];
  }
  into[0] = sum_ln;
  into[1] = sum_x_ln;
  into[2] = sum_inverse;
  into[3] = sum_x_inverse;
}

void sum_rows_plain(const double* x, const double* total, std::size_t rows, double v, double* into) {
  sum_rows(x, total, rows, v, into);
}
#if defined(__x86_64__)
__attribute__((target("avx2"))) void sum_rows_avx2(const double* x, const double* total, std::size_t rows, double v,
                                                   double* into) {
  sum_rows(x, total, rows, v, into);
}
#endif

std::vector<double> row_sums(const Data& data, double v, unsigned threads) {
#if defined(__x86_64__)
  static const bool kAvx2 = __builtin_cpu_supports("avx2") != 0;
  const auto run = kAvx2 ? sum_rows_avx2 : sum_rows_plain;
#else
  const auto run = sum_rows_plain;
#endif
  const std::size_t rows = data.x.size();
  return sum_blocks(
      (rows + kBlock - 1) / kBlock, 4, rows < 50'000 ? 1 : threads, [&](std::size_t block, std::span<double> into) {
        const std::size_t first = block * kBlock;
        run(data.x.data() + first, data.total.data() + first, std::min(kBlock, rows - first), v, into.data());
      });
}

// note 025, (1a), of the means in the table's unit, by ln p, ln(q - 1), ln v:
//   lnG(px+q) - lnG(px) - lnG(q) + q ln v + (px-1) ln m + px ln x - (px+q) ln(xm+v).
double log_likelihood(const Data& data, double p, double q, double v, std::span<double> gradient, unsigned threads) {
  ExactSum value, by_p, by_q;
  for (const auto& [x, customers] : data.of_x) {
    const double ln_x = std::log(x), up = digamma(p * x + q);
    value.add(customers * (ln_gamma(p * x + q) - ln_gamma(p * x) + p * x * ln_x));
    by_p.add(customers * x * (up - digamma(p * x) + ln_x));
    by_q.add(customers * up);
  }
  const auto sums = row_sums(data, v, threads);
  const double n = data.customers;
  gradient[0] = p * (by_p.value() + data.sum_x_ln_mean - sums[1]);
  gradient[1] = (q - 1) * (by_q.value() + n * (std::log(v) - digamma(q)) - sums[0]);
  gradient[2] = n * q - v * (p * sums[3] + q * sums[2]);
  return value.value() + n * (q * std::log(v) - ln_gamma(q)) + p * data.sum_x_ln_mean - data.sum_ln_mean - p * sums[1] -
         q * sums[0];
}

double ln_prior(std::span<const double> at, bool few, std::span<double> gradient) {
  constexpr std::array<double, 3> kLow{-kLnFlat, kLnTailMin, -kLnFlat}, kHigh{kLnFlat, kLnFlat, kLnFlat};
  // Plain habits, when there is nobody to learn from: amounts that vary by half around means that vary by half.
  constexpr std::array<double, 3> kPlain{1.4, 1.1, 0};
  double value = 0;
  for (std::size_t index = 0; index < 3; ++index) {
    const double off = few ? at[index] - kPlain[index] : at[index] - std::clamp(at[index], kLow[index], kHigh[index]);
    value -= off * off / 2;
    gradient[index] -= off;
  }
  return value;
}

}  // namespace

Result<SpendFit> fit_gamma_gamma(std::span<const SpendHistory> histories, const SpendFitOptions& options) {
  const SpendTable table = make_spend_table(histories);
  const Data data = data_of(table);
  SpendFit fit = begin_fit(table);
  const bool few = fit.report.verdict == FitVerdict::TooFewData;
  const Objective posterior = [&](std::span<const double> at, std::span<double> gradient) {
    const double value =
        log_likelihood(data, std::exp(at[0]), 1 + std::exp(at[1]), std::exp(at[2]), gradient, options.threads);
    return value + ln_prior(at, few, gradient);
  };
  const std::vector<std::vector<double>> starts{{1.5, 1, -0.5}, {0, 0, 0}};
  const auto top = maximize(posterior, starts, {.radius = 15, .stop = options.stop});
  if (!top) return tl::unexpected(top.error());
  const std::span<const double> at = top->parameters;
  const double p = std::exp(at[0]), tail = std::exp(at[1]), v = std::exp(at[2]);
  fit.model = GammaGamma{p, 1 + tail, v * table.unit};
  fit.covariance = top->covariance;
  std::array<double, 3> ignored{};
  fit.report.log_likelihood = log_likelihood(data, p, 1 + tail, v, ignored, options.threads) - data.sum_ln_unit;
  fit.report.evaluations = top->evaluations;
  const auto error = [&](std::size_t index, double slope) -> std::optional<double> {
    if (!top->covariance) return std::nullopt;
    return slope * std::sqrt(std::max(0.0, (*top->covariance)[index * 4]));
  };
  fit.report.estimates = {
      {"p", p, error(0, p)}, {"q", 1 + tail, error(1, tail)}, {"v", v * table.unit, error(2, v * table.unit)}};
  if (!top->converged) fit.report.findings.push_back(FitFinding::NotConverged);
  if (few) return fit;
  const auto edge = [&](FitFinding finding) {
    fit.report.findings.push_back(finding);
    fit.report.verdict = FitVerdict::Boundary;
  };
  if (at[1] < kLnTailMin) edge(FitFinding::SpendMeanUndefined);
  // q and v run to infinity together, or p does: customers' means, or one customer's purchases, are all the same.
  if (at[1] > kLnFlat || at[2] > kLnFlat || at[0] > kLnFlat) edge(FitFinding::AllAlike);
  if (at[0] < -kLnFlat || !top->covariance) fit.report.verdict = FitVerdict::Boundary;
  return fit;
}

}  // namespace habitue::models
