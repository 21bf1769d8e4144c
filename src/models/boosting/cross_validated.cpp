#include <atomic>
#include <optional>

#include "base/workers.hpp"
#include "models/boosting/model_bytes.hpp"
#include "models/folds.hpp"

namespace habitue::models {
namespace {

// What a model that did not see fold `held` says of it, written to `said`.
Result<void> foretell(RowMatrix rows, std::span<const double> outcome, const std::vector<std::uint32_t>& fold,
                      std::uint32_t held, const Trainer& trainer, std::vector<double>& said) {
  std::vector<double> seen, seen_outcome, unseen;
  for (std::size_t row = 0; row < outcome.size(); ++row) {
    const auto cells = rows.row(row);
    auto& part = fold[row] == held ? unseen : seen;
    part.insert(part.end(), cells.begin(), cells.end());
    if (fold[row] != held) seen_outcome.push_back(outcome[row]);
  }
  const auto foretold = trainer({seen, rows.columns}, seen_outcome).and_then([&](const TrainedModel& model) {
    return model->probabilities({unseen, rows.columns});
  });
  if (!foretold) return tl::unexpected(foretold.error());
  std::size_t place = 0;
  for (std::size_t row = 0; row < outcome.size(); ++row)
    if (fold[row] == held) said[row] = (*foretold)[place++];
  return {};
}

}  // namespace

Result<std::vector<double>> cross_validated(RowMatrix rows, std::span<const double> outcome, const Trainer& trainer,
                                            std::uint32_t folds, std::uint64_t seed, unsigned threads) {
  if (auto checked = check_training(rows, outcome); !checked) return tl::unexpected(checked.error());
  if (folds < 2 || folds > outcome.size()) return invalid("2 folds at least, and no more than rows");
  std::vector<std::uint32_t> stratum;
  for (const double y : outcome) stratum.push_back(y == 1 ? 1 : 0);
  const auto fold = deal_folds(stratum, folds, seed);
  std::vector<double> said(outcome.size(), 0.0);
  std::vector<std::optional<Error>> wrong(folds);
  std::atomic<std::uint32_t> next = 0;
  run_workers(threads, [&](const std::atomic<bool>& failed) {
    for (std::uint32_t held = next++; held < folds && !failed; held = next++)
      if (auto done = foretell(rows, outcome, fold, held, trainer, said); !done) wrong[held] = done.error();
  });
  for (const auto& error : wrong)
    if (error) return tl::unexpected(*error);
  return said;
}

}  // namespace habitue::models
