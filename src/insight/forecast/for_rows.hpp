// The same work for each of many rows, on the threads of a question.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <vector>

#include "base/workers.hpp"
#include "insight/fold_lists.hpp"

namespace habitue::insight::forecast {

inline constexpr std::size_t kRowsAtOnce = 16;

/// Calls `work(row)` for all rows, some at once: what it writes must be the row's own. The error of the first row that has one is the
/// answer. Errors: Conflict when cancelled.
template <class Work>
Result<void> for_rows(const Question& question, std::size_t rows, const Work& work) {
  const std::size_t pieces = (rows + kRowsAtOnce - 1) / kRowsAtOnce;
  std::vector<Result<void>> done(pieces);
  std::atomic<std::size_t> next = 0;
  const auto cancelled = [&] { return question.cancellation != nullptr && question.cancellation->cancelled(); };
  run_workers(question.threads == 0 ? 2 : question.threads, [&](const std::atomic<bool>& failed) {
    for (std::size_t piece = next++; piece < pieces && !failed && !cancelled(); piece = next++)
      for (std::size_t row = piece * kRowsAtOnce; row < std::min(rows, (piece + 1) * kRowsAtOnce) && done[piece]; ++row)
        done[piece] = work(row);
  });
  if (cancelled()) return was_cancelled();
  for (Result<void>& one : done)
    if (!one) return std::move(one);
  return {};
}

}  // namespace habitue::insight::forecast
