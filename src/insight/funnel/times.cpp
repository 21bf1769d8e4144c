#include "insight/funnel/times.hpp"

#include <algorithm>
#include <cmath>

namespace habitue::insight {
namespace {

constexpr std::int64_t kSecond = 1'000'000;

// The value at a place in order; places are asked for in ascending order, and what is before the last one is settled.
class InOrder {
 public:
  explicit InOrder(std::vector<std::int64_t>& values) : values_(values) {}
  std::int64_t at(std::size_t place) {
    if (place >= settled_) {
      const auto wanted = values_.begin() + static_cast<std::ptrdiff_t>(place);
      std::nth_element(values_.begin() + static_cast<std::ptrdiff_t>(settled_), wanted, values_.end());
      settled_ = place + 1;
    }
    return values_[place];
  }

 private:
  std::vector<std::int64_t>& values_;
  std::size_t settled_ = 0;
};

// Definition 7: the value at (n - 1) p, between neighbours in proportion; to the nearest microsecond.
std::chrono::microseconds quantile(InOrder& values, std::size_t count, std::size_t quarters) {
  const std::size_t place = (count - 1) * quarters;
  const auto rest = static_cast<std::int64_t>(place % 4);
  const std::int64_t below = values.at(place / 4);
  if (rest == 0) return std::chrono::microseconds{below};
  const std::int64_t gap = values.at(place / 4 + 1) - below;
  return std::chrono::microseconds{below + (gap / 4) * rest + ((gap % 4) * rest + 2) / 4};
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
  const auto [lowest, highest] = std::minmax_element(micros.begin(), micros.end());
  const std::int64_t least = *lowest, most = *highest;
  times.least = std::chrono::microseconds{least};
  times.most = std::chrono::microseconds{most};
  // No need to sort all of them: this is what costs most in a funnel that many complete.
  InOrder in_order(micros);
  times.quartile1 = quantile(in_order, micros.size(), 1);
  times.median = quantile(in_order, micros.size(), 2);
  times.quartile3 = quantile(in_order, micros.size(), 3);
  // Sums of offsets from the least, in long double: exact far beyond what people and windows allow.
  long double sum = 0;
  for (const std::int64_t one : micros) sum += static_cast<long double>(one - least);
  times.mean = std::chrono::microseconds{least + std::llround(sum / static_cast<long double>(micros.size()))};

  const std::int64_t from = least / kSecond * kSecond;
  const std::size_t bars = least == most ? 1 : bins.value_or(bars_for(micros.size()));
  const auto count = static_cast<std::int64_t>(bars);
  const std::int64_t seconds = (most - from + count * kSecond - 1) / (count * kSecond);
  const std::int64_t width = least == most ? 60 * kSecond : std::max<std::int64_t>(1, seconds) * kSecond;
  for (std::int64_t bar = 0; bar < count; ++bar) {
    // The last one holds the greatest time even when that lies on its end.
    const std::int64_t begin = from + bar * width;
    const std::int64_t end = bar + 1 == count ? std::max(begin + width - 1, most) : begin + width - 1;
    times.histogram.push_back({std::chrono::microseconds{begin}, std::chrono::microseconds{end}, 0});
  }
  for (const std::int64_t one : micros)
    ++times.histogram[static_cast<std::size_t>(std::min(count - 1, (one - from) / width))].people;
  return times;
}

}  // namespace habitue::insight
