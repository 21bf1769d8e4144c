#include "insight/funnel/times.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <numeric>
#include <span>

namespace habitue::insight {
namespace {

constexpr std::int64_t kSecond = 1'000'000;

// Below so many values, sorting them is as fast.
constexpr std::size_t kSortedMax = 4'096;
constexpr std::size_t kSlices = 58 * 64;

// Slices of about a sixty-fourth of the offset: of waiting times, most of which are short, none holds more than a few percent.
std::size_t slice_of(std::uint64_t offset) {
  if (offset < 64) return static_cast<std::size_t>(offset);
  const auto shift = static_cast<unsigned>(std::bit_width(offset)) - 7;
  return std::size_t{shift} * 64 + static_cast<std::size_t>(offset >> shift);
}

using Places = std::array<std::size_t, 6>;

// The values at these places in order. Many are counted by slice, and only slices that hold a place are sorted: two passes,
// where finding each place among all would be several.
std::array<std::int64_t, 6> values_at(std::vector<std::int64_t>& values, std::int64_t least, const Places& places) {
  std::array<std::int64_t, 6> found{};
  if (values.size() <= kSortedMax) {
    std::sort(values.begin(), values.end());
    std::transform(places.begin(), places.end(), found.begin(), [&](std::size_t place) { return values[place]; });
    return found;
  }
  const auto slice_of_value = [least](std::int64_t value) {
    return slice_of(static_cast<std::uint64_t>(value) - static_cast<std::uint64_t>(least));
  };
  std::vector<std::size_t> ends(kSlices);
  for (const std::int64_t value : values) ++ends[slice_of_value(value)];
  std::partial_sum(ends.begin(), ends.end(), ends.begin());
  std::vector<std::vector<std::int64_t>> of_slice(kSlices);
  std::vector<std::uint8_t> wanted(kSlices);
  const auto slice_at = [&](std::size_t place) {
    return static_cast<std::size_t>(std::upper_bound(ends.begin(), ends.end(), place) - ends.begin());
  };
  for (const std::size_t place : places) wanted[slice_at(place)] = 1;
  for (const std::int64_t value : values)
    if (const std::size_t slice = slice_of_value(value); wanted[slice] != 0) of_slice[slice].push_back(value);
  for (std::size_t slice = 0; slice < kSlices; ++slice) std::sort(of_slice[slice].begin(), of_slice[slice].end());
  for (std::size_t index = 0; index < places.size(); ++index) {
    const std::size_t slice = slice_at(places[index]);
    found[index] = of_slice[slice][places[index] - (slice == 0 ? 0 : ends[slice - 1])];
  }
  return found;
}

// Definition 7: the value at (n - 1) p, between neighbours in proportion; to the nearest microsecond.
std::array<std::chrono::microseconds, 3> quartiles(std::vector<std::int64_t>& values, std::int64_t least) {
  Places places{};
  for (std::size_t quarter = 0; quarter < 3; ++quarter) {
    places[2 * quarter] = (values.size() - 1) * (quarter + 1) / 4;
    places[2 * quarter + 1] = std::min(places[2 * quarter] + 1, values.size() - 1);
  }
  const auto found = values_at(values, least, places);
  std::array<std::chrono::microseconds, 3> cuts{};
  for (std::size_t quarter = 0; quarter < 3; ++quarter) {
    const auto rest = static_cast<std::int64_t>((values.size() - 1) * (quarter + 1) % 4);
    const std::int64_t below = found[2 * quarter], gap = found[2 * quarter + 1] - below;
    cuts[quarter] = std::chrono::microseconds{below + (gap / 4) * rest + ((gap % 4) * rest + 2) / 4};
  }
  return cuts;
}

std::size_t bars_for(std::size_t people) {
  std::size_t bars = 1;
  while (bars < 60 && bars * bars * bars < people) ++bars;
  return bars;
}

// In long double: exact far beyond what people and windows allow. Sums of some thousands are whole numbers where they fit.
long double sum_of_offsets(std::span<const std::int64_t> micros, std::int64_t least, std::int64_t most) {
  constexpr std::size_t kTogether = 2'048;
  constexpr std::uint64_t kOffsetMax = std::uint64_t{1} << 52;
  const std::size_t together =
      static_cast<std::uint64_t>(most) - static_cast<std::uint64_t>(least) < kOffsetMax ? kTogether : 1;
  long double sum = 0;
  for (std::size_t first = 0; first < micros.size(); first += together) {
    std::uint64_t some = 0;
    for (const std::int64_t one : micros.subspan(first, std::min(together, micros.size() - first)))
      some += static_cast<std::uint64_t>(one) - static_cast<std::uint64_t>(least);
    sum += static_cast<long double>(some);
  }
  return sum;
}

// How many are in each bar from `from` on. A division of whole numbers is guessed by one of doubles, which is off by one at most
// while numbers are exact in them.
void count_bars(std::span<const std::int64_t> micros, std::int64_t from, std::int64_t width,
                std::vector<FunnelBar>& bars) {
  constexpr std::int64_t kExact = std::int64_t{1} << 52;
  const auto last = static_cast<std::int64_t>(bars.size()) - 1;
  const double of_width = 1 / static_cast<double>(width);
  for (const std::int64_t one : micros) {
    const std::int64_t offset = one - from;
    std::int64_t bar = 0;
    if (offset < kExact) {
      bar = static_cast<std::int64_t>(static_cast<double>(offset) * of_width);
      const std::int64_t rest = offset - bar * width;
      bar += (rest >= width ? 1 : 0) - (rest < 0 ? 1 : 0);
    } else {
      bar = offset / width;
    }
    ++bars[static_cast<std::size_t>(std::min(last, bar))].people;
  }
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
  const auto [quartile1, median, quartile3] = quartiles(micros, least);
  times.quartile1 = quartile1;
  times.median = median;
  times.quartile3 = quartile3;
  const long double sum = sum_of_offsets(micros, least, most);
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
  count_bars(micros, from, width, times.histogram);
  return times;
}

}  // namespace habitue::insight
