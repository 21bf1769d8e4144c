// The same work for each of many rows, on the threads of a question.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <thread>
#include <vector>

#include "base/workers.hpp"
#include "insight/fold_lists.hpp"

namespace habitue::insight::forecast {

inline constexpr std::size_t kRowsAtOnce = 16;

/// All cores, unless the question says: unlike a pass over people, the work of models is worth them for a few customers already.
inline unsigned threads_of(const Question& question) {
  return question.threads > 0 ? question.threads : std::max(1U, std::thread::hardware_concurrency());
}

/// Calls `work(row)` for all rows, some at once: what it writes must be the row's own. The error of the first row that has one is the
/// answer. Errors: Conflict when cancelled.
template <class Work>
Result<void> for_rows(const Question& question, std::size_t rows, const Work& work) {
  const std::size_t pieces = (rows + kRowsAtOnce - 1) / kRowsAtOnce;
  std::vector<Result<void>> done(pieces);
  std::atomic<std::size_t> next = 0;
  const auto cancelled = [&] { return question.cancellation != nullptr && question.cancellation->cancelled(); };
  run_workers(threads_of(question), [&](const std::atomic<bool>& failed) {
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
