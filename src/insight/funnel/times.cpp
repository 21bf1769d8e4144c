#include "insight/funnel/times.hpp"

#include <algorithm>
#include <cmath>

namespace habitue::insight {
namespace {

constexpr std::int64_t kSecond = 1'000'000;

// Definition 7: the value at (n - 1) p, between neighbours in proportion; to the nearest microsecond.
std::chrono::microseconds quantile(const std::vector<std::int64_t>& sorted, std::size_t quarters) {
  const std::size_t place = (sorted.size() - 1) * quarters;
  const std::size_t below = place / 4;
  const auto rest = static_cast<std::int64_t>(place % 4);
  if (rest == 0) return std::chrono::microseconds{sorted[below]};
  const std::int64_t gap = sorted[below + 1] - sorted[below];
  return std::chrono::microseconds{sorted[below] + (gap / 4) * rest + ((gap % 4) * rest + 2) / 4};
}

std::size_t bars_for(std::size_t people) {
  std::size_t bars = 1;
  while (bars < 60 && bars * bars * bars < people) ++bars;
  return bars;
}

}  // namespace

FunnelTimes times_of(std::vector<std::int64_t>& micros, std::optional<std::size_t> bins) {
  FunnelTimes times;
  times.people = micros.size();
  if (micros.empty()) return times;
  std::sort(micros.begin(), micros.end());
  const std::int64_t least = micros.front(), most = micros.back();
  times.least = std::chrono::microseconds{least};
  times.quartile1 = quantile(micros, 1);
  times.median = quantile(micros, 2);
  times.quartile3 = quantile(micros, 3);
  times.most = std::chrono::microseconds{most};
  // Sums of offsets from the least, in long double: exact far beyond what people and windows allow.
  long double sum = 0;
  for (const std::int64_t one : micros) sum += static_cast<long double>(one - least);
  times.mean = std::chrono::microseconds{least + std::llround(sum / static_cast<long double>(micros.size()))};

  const std::int64_t from = least / kSecond * kSecond;
  const std::size_t bars = least == most ? 1 : bins.value_or(bars_for(micros.size()));
  const auto count = static_cast<std::int64_t>(bars);
  const std::int64_t seconds = (most - from + count * kSecond - 1) / (count * kSecond);
  const std::int64_t width = least == most ? 60 * kSecond : std::max<std::int64_t>(1, seconds) * kSecond;
  auto next = micros.begin();
  for (std::int64_t bar = 0; bar < count; ++bar) {
    // The last one holds the greatest time even when that lies on its end.
    const std::int64_t begin = from + bar * width;
    const std::int64_t end = bar + 1 == count ? std::max(begin + width - 1, most) : begin + width - 1;
    const auto after = std::upper_bound(next, micros.end(), end);
    times.histogram.push_back(
        {std::chrono::microseconds{begin}, std::chrono::microseconds{end}, static_cast<std::uint64_t>(after - next)});
    next = after;
  }
  return times;
}

}  // namespace habitue::insight
