#include "insight/stickiness/intervals.hpp"

#include <algorithm>
#include <cmath>

#include "insight/stickiness/by_value.hpp"

namespace habitue::insight {
namespace {

using retention::Act;
using stickiness::Acts;

constexpr std::uint32_t kBinsMax = 1000;
constexpr std::uint64_t kOpens = 1, kCloses = 2;

struct Figures {
  std::vector<std::int64_t> us;
  std::uint64_t people = 0, not_followed = 0, people_waiting = 0;
  void merge(const Figures& other) {
    us.insert(us.end(), other.us.begin(), other.us.end());
    people += other.people;
    not_followed += other.not_followed;
    people_waiting += other.people_waiting;
  }
};

// Calls `visit(interval or nothing)` for each opening act of the period that is of the value.
template <class Visit>
void for_each_interval(const Acts& acts, const std::vector<Act>& read, const Question& question,
                       const IntervalsSpec& spec, std::size_t slot, const Visit& visit) {
  std::size_t next = 0;
  for (std::size_t index = 0; index < read.size(); ++index) {
    const Act& act = read[index];
    if ((act.met & kOpens) == 0 || act.at >= question.period.to) continue;
    const bool counts = acts.is_of(act, slot);
    if (!counts && slot != 0 && spec.pairs == IntervalsSpec::Pairs::FirstOfPerson) return;
    if (counts) {
      next = std::max(next, index + 1);
      while (next < read.size() && (read[next].met & kCloses) == 0) ++next;
      std::optional<std::int64_t> us;
      if (next < read.size() && (!spec.longest || read[next].at - act.at <= *spec.longest))
        us = (read[next].at - act.at).count();
      visit(us);
    }
    if (spec.pairs == IntervalsSpec::Pairs::FirstOfPerson) return;
  }
}

Result<Acts> bind_acts(const Customers& customers, const Question& question, const IntervalsSpec& spec) {
  if (spec.bins && (*spec.bins < 1 || *spec.bins > kBinsMax))
    return invalid(fmt::format("a histogram has 1 to {} bins, not {}", kBinsMax, *spec.bins));
  const ActTest tests[] = {spec.from, spec.to};
  return Acts::bind(customers, question, tests, spec.breakdown, {question.period.from, kEnd}, question.period.to);
}

void choose_bins(const std::vector<std::int64_t>& us, const IntervalsSpec& spec, IntervalsReport& report) {
  if (us.empty()) return;
  const auto [least, most] = std::minmax_element(us.begin(), us.end());
  const auto bins = static_cast<std::int64_t>(
      spec.bins.value_or(std::clamp(static_cast<std::uint32_t>(std::ceil(std::cbrt(static_cast<double>(us.size())))),
                                    std::uint32_t{1}, std::uint32_t{60})));
  report.bins_from_us = *least;
  // Rounded up to whole seconds, so that the largest is in the last bin or before it; a minute when all are equal.
  constexpr std::int64_t kSecond = 1'000'000;
  const std::int64_t range = *most - *least + 1;
  report.bin_us = *most == *least ? 60 * kSecond : ((range + bins - 1) / bins + kSecond - 1) / kSecond * kSecond;
}

IntervalFigures shape(Figures& figures, const IntervalsReport& report, std::size_t bins) {
  IntervalFigures shaped{.intervals = figures.us.size(),
                         .people = figures.people,
                         .not_followed = figures.not_followed,
                         .people_waiting = figures.people_waiting,
                         .us = quantiles_of(figures.us),
                         .histogram = std::vector<std::uint64_t>(bins)};
  for (const std::int64_t us : figures.us)
    ++shaped.histogram[static_cast<std::size_t>((us - report.bins_from_us) / report.bin_us)];
  return shaped;
}

}  // namespace

Result<IntervalsReport> ask_intervals(const Customers& customers, const Question& question, const IntervalsSpec& spec) {
  auto acts = bind_acts(customers, question, spec);
  if (!acts) return tl::unexpected(acts.error());
  auto parts = stickiness::fold_by_slot(
      customers, question, *acts, Figures{}, [&](std::vector<Figures>& figures, const Person& person) {
        thread_local std::vector<Act> read;
        acts->read(person, read);
        acts->for_each_slot(read, [&](std::size_t slot) {
          Figures& into = figures[slot];
          const std::size_t intervals = into.us.size();
          const std::uint64_t not_followed = into.not_followed;
          for_each_interval(*acts, read, question, spec, slot, [&](std::optional<std::int64_t> us) {
            if (us)
              into.us.push_back(*us);
            else
              ++into.not_followed;
          });
          into.people += into.us.size() > intervals ? 1 : 0;
          into.people_waiting += into.not_followed > not_followed ? 1 : 0;
        });
      });
  if (!parts) return tl::unexpected(parts.error());
  IntervalsReport report;
  std::vector<std::int64_t>& all = parts->all.of[0].us;
  choose_bins(all, spec, report);
  const std::size_t bins =
      all.empty() ? 0
                  : static_cast<std::size_t>(
                        (*std::max_element(all.begin(), all.end()) - report.bins_from_us) / report.bin_us + 1);
  const auto shape_it = [&](Figures& figures) { return shape(figures, report, bins); };
  report.total = stickiness::shape_slot<IntervalFigures>(*parts, 0, shape_it);
  for (std::size_t slot = 1; slot < acts->values.slots(); ++slot)
    report.values.push_back(
        {acts->values.shown(slot), stickiness::shape_slot<IntervalFigures>(*parts, slot, shape_it)});
  report.warnings = acts->reader.warnings();
  return report;
}

Result<std::vector<PersonId>> people_of_intervals(const Customers& customers, const Question& question,
                                                  const IntervalsSpec& spec, const IntervalCell& cell) {
  const auto acts = bind_acts(customers, question, spec);
  const auto is_one = [&](const Acts& of, const std::vector<Act>& read, std::size_t slot) {
    bool belongs = false;
    for_each_interval(of, read, question, spec, slot, [&](std::optional<std::int64_t> us) {
      belongs = belongs || (us ? !cell.not_followed && *us >= cell.us_min && *us <= cell.us_max : cell.not_followed);
    });
    return belongs;
  };
  return stickiness::people_by_acts(customers, question, acts, cell.value, cell.side, is_one);
}

}  // namespace habitue::insight
