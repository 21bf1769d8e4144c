#include "insight/forecast/occasions.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "insight/event_matcher.hpp"
#include "insight/fold_lists.hpp"

namespace habitue::insight::forecast {

using std::chrono::days;

namespace {

// As far as horizons reach, and a little further.
constexpr days kAhead{12 * 366};
// A mailing takes some days: what begins an occasion is done once for all.
constexpr days kOneBeginning{7};

struct Period {
  std::string_view word;
  int weeks, months;  // One of them.
  double days;
};
constexpr std::array<Period, 4> kPeriods{
    {{"week", 1, 0, 7}, {"month", 0, 1, 365.2425 / 12}, {"quarter", 0, 3, 365.2425 / 4}, {"year", 0, 12, 365.2425}}};

const Period* period_of(std::string_view of) {
  const auto* const found =
      std::find_if(kPeriods.begin(), kPeriods.end(), [&](const Period& period) { return period.word == of; });
  return found == kPeriods.end() ? nullptr : found;
}

// From 1900 on: what is earlier is a wrong date.
std::vector<LocalDay> calendar_starts(const Period& period, LocalDay until) {
  using std::chrono::local_days, std::chrono::January, std::chrono::month, std::chrono::months, std::chrono::year;
  std::vector<LocalDay> starts;
  if (period.weeks > 0) {
    // That year began on a Monday.
    for (LocalDay start = local_days{year{1900} / January / 1}; start <= until; start += days{7})
      starts.push_back(start);
    return starts;
  }
  for (auto start = year{1900} / January; local_days{start / 1} <= until; start += months{period.months})
    starts.push_back(local_days{start / 1});
  return starts;
}

struct Days {
  std::vector<LocalDay> all;
  void merge(const Days& other) { all.insert(all.end(), other.all.begin(), other.all.end()); }
  void reserve(std::span<const Days>) {}
};

// On which anybody did what begins an occasion, in order.
Result<std::vector<LocalDay>> days_of(const Customers& customers, const Question& question,
                                      const EventMatcher& matcher) {
  Question everybody;
  everybody.as_of = question.as_of;
  everybody.cancellation = question.cancellation;
  everybody.threads = question.threads;
  const auto lens = Lens::of(customers, everybody);
  if (!lens) return tl::unexpected(lens.error());
  const Zone& zone = customers.zone();
  auto found = fold_lists<Days>(customers, everybody, *lens, [&](Days& into, const Person& person) {
    for_each_match(person.journey, matcher, [&](const journey::Event& event, std::uint64_t) {
      if (event.at > everybody.as_of) return;
      const LocalDay day = zone.day_of(event.at);
      if (into.all.empty() || into.all.back() != day) into.all.push_back(day);
    });
  });
  if (!found) return tl::unexpected(found.error());
  std::sort(found->all.begin(), found->all.end());
  found->all.erase(std::unique(found->all.begin(), found->all.end()), found->all.end());
  return std::move(found->all);
}

}  // namespace

Result<void> Occasions::check(std::string_view of) {
  if (period_of(of) != nullptr) return {};
  const auto condition = parse_event_test(of);
  if (condition) return {};
  return invalid(fmt::format("occasions: week, month, quarter, year, or a condition on the events that begin one; {}",
                             condition.error().message));
}

Result<std::shared_ptr<const Occasions>> Occasions::read(const Customers& customers, const Question& question,
                                                         std::string_view of) {
  if (auto sound = check(of); !sound) return tl::unexpected(sound.error());
  auto occasions = std::make_shared<Occasions>();
  occasions->of_ = std::string(of);
  const LocalDay today = customers.zone().day_of(question.as_of);
  if (const Period* period = period_of(of)) {
    occasions->starts_ = calendar_starts(*period, today + kAhead);
    occasions->days_ = period->days;
    return occasions;
  }
  const std::array<criteria::Expression, 1> condition{*parse_event_test(of)};
  const auto matcher = EventMatcher::bind(customers, condition);
  if (!matcher) return tl::unexpected(matcher.error());
  occasions->warnings_ = matcher->warnings();
  const auto found = days_of(customers, question, *matcher);
  if (!found) return tl::unexpected(found.error());
  std::vector<LocalDay>& starts = occasions->starts_;
  std::vector<days> gaps;
  for (const LocalDay day : *found) {
    if (!starts.empty() && day - starts.back() < kOneBeginning) continue;
    if (!starts.empty()) gaps.push_back(day - starts.back());
    starts.push_back(day);
  }
  if (gaps.empty()) {
    starts.clear();
    return occasions;
  }
  const auto middle = gaps.begin() + static_cast<std::ptrdiff_t>(gaps.size() / 2);
  std::nth_element(gaps.begin(), middle, gaps.end());
  occasions->days_ = static_cast<double>(middle->count());
  // The one that runs is not over before the next has begun.
  for (LocalDay next = std::max(starts.back() + *middle, today + days{1}); next <= today + kAhead; next += *middle)
    starts.push_back(next);
  return occasions;
}

std::int32_t Occasions::over_by(LocalDay day) const {
  const auto next = std::upper_bound(starts_.begin(), starts_.end(), day + days{1});
  return std::max(0, static_cast<std::int32_t>(next - starts_.begin()) - 1);
}

std::optional<std::int32_t> Occasions::at(LocalDay day) const {
  const auto next = std::upper_bound(starts_.begin(), starts_.end(), day);
  if (next == starts_.begin()) return std::nullopt;
  return static_cast<std::int32_t>(next - starts_.begin()) - 1;
}

std::int32_t Occasions::within(LocalDay last_day, double in_days) const {
  return over_by(last_day + days{std::llround(in_days)}) - over_by(last_day);
}

double Occasions::whole_days(LocalDay last_day, double in_days) const {
  if (starts_.empty()) return 0;
  const auto end = static_cast<std::size_t>(over_by(last_day) + std::llround(in_days / days_));
  return static_cast<double>((starts_[std::min(end, starts_.size() - 1)] - days{1} - last_day).count());
}

}  // namespace habitue::insight::forecast
