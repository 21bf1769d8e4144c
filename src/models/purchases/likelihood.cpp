#include "models/purchases/likelihood.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>

#include "models/functions.hpp"
#include "models/purchases/kernel.hpp"

namespace habitue::models {
namespace {

constexpr std::size_t kKindWidth = kLawParameters + 1;

std::size_t blocks_of(const HistoryTable& table) { return (table.rows() + kBlockRows - 1) / kBlockRows; }

struct Range {
  std::size_t first, count;
};
Range rows_of(const HistoryTable& table, std::size_t block) {
  const std::size_t first = block * kBlockRows;
  return {first, std::min(kBlockRows, table.rows() - first)};
}

void evaluate(const LawKernel& kernel, const HistoryTable& table, Range rows, RowBlock& out) {
  kernel.evaluate(table.x_index().subspan(rows.first, rows.count), table.t_x().subspan(rows.first, rows.count),
                  table.T().subspan(rows.first, rows.count), out);
}

// What the arithmetic can do, which is more than what a law may be: in the unit of a table a scale can leave `check_law`.
bool computable(const PurchaseLaw& law) {
  const auto positive = [](double parameter) { return parameter >= 1e-25 && parameter <= 1e25; };
  const bool leaving = law.leaving == Leaving::Never || (positive(law.a) && positive(law.b));
  return positive(law.r) && positive(law.alpha) && leaving && law.k >= 1 && law.k <= 6;
}

// A thread costs tens of microseconds to start: what a block costs decides from where on others help.
unsigned threads_for(const HistoryTable& table, Leaving leaving, unsigned threads) {
  const std::size_t rows_min = leaving == Leaving::AtAnyTime ? 1'000 : 20'000;
  return table.rows() < rows_min ? 1 : threads;
}

}  // namespace

double log_likelihood(const PurchaseLaw& law, const HistoryTable& table, std::span<double> gradient, unsigned threads) {
  std::fill(gradient.begin(), gradient.end(), 0.0);
  if (!computable(law)) return -std::numeric_limits<double>::infinity();
  const LawKernel kernel(law, table.distinct_x());
  const auto sums = sum_blocks(blocks_of(table), kKindWidth, threads_for(table, law.leaving, threads),
                               [&](std::size_t block, std::span<double> into) {
                                 const Range rows = rows_of(table, block);
                                 RowBlock out;
                                 evaluate(kernel, table, rows, out);
                                 const double* weight = table.weight().data() + rows.first;
                                 double value = 0, by_r = 0, by_alpha = 0, by_a = 0, by_b = 0;
                                 for (std::size_t i = 0; i < rows.count; ++i) {
                                   value += weight[i] * out.log_likelihood[i];
                                   by_r += weight[i] * out.gradient[0][i];
                                   by_alpha += weight[i] * out.gradient[1][i];
                                   by_a += weight[i] * out.gradient[2][i];
                                   by_b += weight[i] * out.gradient[3][i];
                                 }
                                 into[0] = value;
                                 into[1] = by_r;
                                 into[2] = by_alpha;
                                 into[3] = by_a;
                                 into[4] = by_b;
                               });
  if (!gradient.empty()) std::copy(sums.begin() + 1, sums.end(), gradient.begin());
  return sums[0] + (law.k - 1) * table.total_ln_gaps();
}

double log_likelihood(const PurchaseModel& model, const HistoryTable& table, std::span<double> gradient,
                      unsigned threads) {
  if (model.kinds.size() == 1 && model.kinds.front().share == 1) {
    if (gradient.empty()) return log_likelihood(model.kinds.front().law, table, gradient, threads);
    gradient[kLawParameters] = static_cast<double>(table.customers());
    return log_likelihood(model.kinds.front().law, table, gradient.first(kLawParameters), threads);
  }
  std::fill(gradient.begin(), gradient.end(), 0.0);
  std::vector<LawKernel> kernels;
  std::vector<double> ln_share;
  for (const auto& [share, law] : model.kinds) {
    if (!computable(law) || !(share > 0)) return -std::numeric_limits<double>::infinity();
    kernels.emplace_back(law, table.distinct_x());
    ln_share.push_back(std::log(share));
  }
  const std::size_t kinds = model.kinds.size(), width = 1 + kinds * kKindWidth;
  const auto sums = sum_blocks(blocks_of(table), width, threads_for(table, Leaving::AtAnyTime, threads),
                               [&](std::size_t block, std::span<double> into) {
                                 const Range rows = rows_of(table, block);
                                 const auto out = std::make_unique<RowBlock[]>(kinds);
                                 for (std::size_t kind = 0; kind < kinds; ++kind)
                                   evaluate(kernels[kind], table, rows, out[kind]);
                                 for (std::size_t i = 0; i < rows.count; ++i) {
                                   const double weight = table.weight()[rows.first + i];
                                   const double gaps = table.keeps_gaps() ? table.sum_ln_gaps()[rows.first + i] : 0;
                                   double total = -std::numeric_limits<double>::infinity();
                                   for (std::size_t kind = 0; kind < kinds; ++kind) {
                                     double& own = out[kind].log_likelihood[i];
                                     own += ln_share[kind] + (model.kinds[kind].law.k - 1) * gaps;
                                     total = log_add_exp(total, own);
                                   }
                                   into[0] += weight * total;
                                   for (std::size_t kind = 0; kind < kinds; ++kind) {
                                     const double belongs = weight * std::exp(out[kind].log_likelihood[i] - total);
                                     for (std::size_t at = 0; at < kLawParameters; ++at)
                                       into[1 + kind * kKindWidth + at] += belongs * out[kind].gradient[at][i];
                                     into[1 + kind * kKindWidth + kLawParameters] += belongs;
                                   }
                                 }
                               });
  if (!gradient.empty()) std::copy(sums.begin() + 1, sums.end(), gradient.begin());
  return sums[0];
}

Result<double> log_likelihood(const PurchaseModel& model, std::span<const PurchaseHistory> histories) {
  if (const auto checked = check_model(model); !checked) return tl::unexpected(checked.error());
  const auto table = make_history_table(histories, MergeBy::TimesAndGaps);
  if (!table) return tl::unexpected(table.error());
  PurchaseModel scaled = model;
  for (auto& [share, law] : scaled.kinds) law = in_longer_unit(law, table->unit());
  return log_likelihood(scaled, *table) - table->ln_unit_of_all_purchases();
}

}  // namespace habitue::models
