#include "insight/retention/rhythm.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <optional>

#include "insight/retention/sums.hpp"

namespace habitue::insight::retention {
namespace {

using std::chrono::microseconds;

constexpr microseconds kOccasion = std::chrono::hours{1};
// Logarithms are summed as integers of this fineness, so that no order of people changes the sum. They are of days: a few
// units of size, and a thousand million of their squares fit.
constexpr double kScale = 1 << 20;

std::int64_t fixed(double value) { return std::llround(value * kScale); }
double log_days(double us) { return std::log(us / 86'400e6); }

void intervals_of(const std::vector<Act>& acts, std::uint64_t bit, std::vector<std::int64_t>& intervals) {
  intervals.clear();
  std::optional<UtcMicros> last;
  for (const Act& act : acts) {
    if ((act.met & bit) == 0) continue;
    if (last && act.at - *last < kOccasion) continue;
    if (last) intervals.push_back((act.at - *last).count());
    last = act.at;
  }
}

double median_of(std::vector<std::int64_t>& numbers) {
  const auto middle = numbers.begin() + static_cast<std::ptrdiff_t>(numbers.size() / 2);
  std::nth_element(numbers.begin(), middle, numbers.end());
  const auto upper = static_cast<double>(*middle);
  if (numbers.size() % 2 == 1) return upper;
  return (upper + static_cast<double>(*std::max_element(numbers.begin(), middle))) / 2;
}

// Sums over people of their numbers of intervals and the logarithms.
struct Tally {
  std::vector<std::int64_t> medians;
  std::int64_t people = 0, intervals = 0, intervals_squared = 0;
  std::int64_t sum = 0, squares = 0, squares_of_means = 0;
  void merge(const Tally& other) {
    medians.insert(medians.end(), other.medians.begin(), other.medians.end());
    people += other.people;
    intervals += other.intervals;
    intervals_squared += other.intervals_squared;
    sum += other.sum;
    squares += other.squares;
    squares_of_means += other.squares_of_means;
  }
};

// Variance within over variance between; nothing when there is none between, or it cannot be told.
std::optional<double> variance_ratio(const Tally& tally) {
  if (tally.people < 2 || tally.intervals <= tally.people) return std::nullopt;
  const auto groups = static_cast<double>(tally.people), n = static_cast<double>(tally.intervals);
  const double sum = static_cast<double>(tally.sum) / kScale;
  const double within =
      std::max(0.0, static_cast<double>(tally.squares - tally.squares_of_means) / kScale) / (n - groups);
  const double between = (static_cast<double>(tally.squares_of_means) / kScale - sum * sum / n) / (groups - 1);
  const double size = (n - static_cast<double>(tally.intervals_squared) / n) / (groups - 1);
  // Below what the sums can tell, a difference is rounding.
  const double variance = (between - within) / size;
  if (variance <= 1e-5) return std::nullopt;
  return within / variance;
}

}  // namespace

Result<Cycles> Cycles::fit(const Customers& customers, const Question& question, const Lens& lens,
                           const ActReader& reader, std::uint64_t bit, std::uint32_t intervals_min, microseconds unit) {
  auto tally = fold_sums(customers, question, lens, Tally{}, [&](Tally& into, const Person& person) {
    thread_local std::vector<Act> acts;
    thread_local std::vector<std::int64_t> intervals;
    reader.read(person, {}, question.as_of, acts);
    intervals_of(acts, bit, intervals);
    if (intervals.empty() || intervals.size() < intervals_min) return;
    const auto count = static_cast<std::int64_t>(intervals.size());
    double sum = 0;
    for (const std::int64_t us : intervals) {
      const double days = log_days(static_cast<double>(us));
      sum += days;
      into.squares += fixed(days * days);
    }
    ++into.people;
    into.intervals += count;
    into.intervals_squared += count * count;
    into.sum += fixed(sum);
    into.squares_of_means += fixed(sum * sum / static_cast<double>(count));
    into.medians.push_back(std::llround(median_of(intervals)));
  });
  if (!tally) return tl::unexpected(tally.error());
  Cycles cycles;
  cycles.bit_ = bit;
  cycles.intervals_min_ = intervals_min;
  cycles.rhythm_.people = static_cast<std::uint64_t>(tally->people);
  cycles.rhythm_.company = tally->medians.empty() ? unit : microseconds{std::llround(median_of(tally->medians))};
  if (const auto ratio = variance_ratio(*tally)) {
    cycles.rhythm_.shrinkage = *ratio;
    cycles.differ_ = true;
  }
  return cycles;
}

microseconds Cycles::cycle_of(const std::vector<Act>& acts) const {
  thread_local std::vector<std::int64_t> intervals;
  intervals_of(acts, bit_, intervals);
  if (!differ_ || intervals.empty() || intervals.size() < intervals_min_) return rhythm_.company;
  const auto count = static_cast<double>(intervals.size());
  const double spread = intervals.size() > 2 ? std::numbers::pi / 2 : 1;
  const double weight = count / (count + spread * rhythm_.shrinkage);
  const double own = std::log(median_of(intervals)), company = std::log(static_cast<double>(rhythm_.company.count()));
  return std::max(kOccasion, microseconds{std::llround(std::exp(weight * own + (1 - weight) * company))});
}

}  // namespace habitue::insight::retention
