#include "insight/contrast/second_purchase.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>
#include <boost/math/special_functions/gamma.hpp>

#include "insight/retention/acts.hpp"
#include "insight/retention/calendar.hpp"
#include "insight/retention/sums.hpp"

namespace habitue::insight {
namespace {

using std::size_t;
using std::uint32_t;
using std::uint64_t;
using std::chrono::microseconds;

constexpr double kZ = 1.959963984540054;  // The normal quantile of 97.5 %.
constexpr microseconds kDay = std::chrono::days{1};
constexpr uint32_t kDaysMax = 3650;
constexpr size_t kCohortsMax = 1000;
constexpr uint64_t kAtRiskMin = 30, kAgainMin = 5;

// One first-time buyer: how many whole days were seen, up to the second purchase or as_of.
struct Wait {
  std::int64_t cohort;
  uint32_t days;  // Seen without a second purchase.
  bool again;     // And then, on day number `days`, it came.
};

class Clock {
 public:
  static Result<Clock> bind(const Customers& customers, const Question& question, const SecondPurchaseSpec& spec) {
    if (spec.days < 1 || spec.days > kDaysMax) return invalid(fmt::format("days is from 1 to {}", kDaysMax));
    if (spec.window_days < 1 || spec.window_days > spec.days) return invalid("window_days is from 1 to `days`");
    if (std::any_of(spec.marks.begin(), spec.marks.end(), [](uint32_t mark) { return mark < 1; }))
      return invalid("marks are days from 1 on");
    auto lens = Lens::of(customers, question);
    if (!lens) return tl::unexpected(lens.error());
    const ActTest tests[] = {spec.first, spec.second};
    auto acts = retention::ActReader::bind(customers, tests);
    if (!acts) return tl::unexpected(acts.error());
    return Clock(customers, question, spec, *std::move(lens), *std::move(acts));
  }

  std::optional<Wait> read(const Person& person) const {
    thread_local std::vector<retention::Act> acts;
    acts_.read(person, {kBeginning, kEnd}, question_->as_of, acts);
    // Of several acts at the first instant, one that cannot stop the clock starts it.
    size_t first = SIZE_MAX;
    for (size_t act = 0; act < acts.size(); ++act) {
      if ((acts[act].met & 1U) == 0) continue;
      if (first != SIZE_MAX && acts[act].at != acts[first].at) break;
      if (first == SIZE_MAX || (acts[act].met & 2U) == 0) first = act;
    }
    if (first == SIZE_MAX) return std::nullopt;
    const UtcMicros began = acts[first].at;
    if (began < question_->period.from || began >= question_->period.to) return std::nullopt;
    const auto seen =
        static_cast<uint32_t>(std::min<std::int64_t>(spec_->days, (question_->as_of - began + microseconds{1}) / kDay));
    Wait wait{.cohort = spec_->cohort ? calendar_.number_of(began) : 0, .days = seen, .again = false};
    for (size_t act = 0; act < acts.size(); ++act) {
      if (act == first || (acts[act].met & 2U) == 0 || acts[act].at < began) continue;
      const std::int64_t day = (acts[act].at - began) / kDay;
      if (day < seen) {
        wait.days = static_cast<uint32_t>(day);
        wait.again = true;
      }
      break;
    }
    return wait;
  }

  const Lens& lens() const { return lens_; }
  const retention::Calendar& calendar() const { return calendar_; }
  const std::vector<std::string>& warnings() const { return acts_.warnings(); }

 private:
  Clock(const Customers& customers, const Question& question, const SecondPurchaseSpec& spec, Lens lens,
        retention::ActReader acts)
      : question_(&question),
        spec_(&spec),
        lens_(std::move(lens)),
        acts_(std::move(acts)),
        calendar_(spec.cohort.value_or(Bucket::Month), std::chrono::Monday, customers.zone(), question.as_of) {}
  const Question* question_;
  const SecondPurchaseSpec* spec_;
  Lens lens_;
  retention::ActReader acts_;
  retention::Calendar calendar_;
};

// How many stopped to be watched on each day, by a second purchase or without one.
struct Ends {
  uint64_t people = 0;
  std::vector<uint64_t> again, without;
  void merge(const Ends& other) {
    people += other.people;
    again.resize(std::max(again.size(), other.again.size()));
    without.resize(std::max(without.size(), other.without.size()));
    for (size_t day = 0; day < other.again.size(); ++day) again[day] += other.again[day];
    for (size_t day = 0; day < other.without.size(); ++day) without[day] += other.without[day];
  }
};
struct Tally {
  std::map<std::int64_t, ByAudience<Ends>> cohorts;
  void merge(const Tally& other) {
    for (const auto& [cohort, ends] : other.cohorts) merge_parts(cohorts[cohort], ends);
  }
};

std::vector<contrast::DayCount> day_counts(const Ends& ends, uint32_t days) {
  std::vector<contrast::DayCount> counts(days);
  uint64_t left = ends.people;
  for (uint32_t day = 0; day < days; ++day) {
    // Who was seen for `day` whole days and no longer is not at risk on this one.
    if (day < ends.without.size()) left -= ends.without[day];
    counts[day] = {.at_risk = left, .again = day < ends.again.size() ? ends.again[day] : 0};
    left -= counts[day].again;
  }
  return counts;
}

Estimate poisson_rate(uint64_t events, uint64_t time, double unit) {
  const auto count = static_cast<double>(events), per = unit / static_cast<double>(time);
  // Garwood (1936): quantiles of chi-squared with 2x and 2x + 2 degrees of freedom, halved.
  const double low = events == 0 ? 0 : boost::math::gamma_p_inv(count, 0.025);
  return {count * per, low * per, boost::math::gamma_p_inv(count + 1, 0.975) * per};
}

std::optional<SecondPurchaseWindow> best_window(std::span<const contrast::DayCount> days, uint32_t length) {
  std::optional<SecondPurchaseWindow> best;
  uint64_t again = 0, person_days = 0, all_again = 0, all_days = 0;
  for (uint32_t day = 1; day < days.size(); ++day) {
    all_again += days[day].again;
    all_days += days[day].at_risk;
    again += days[day].again;
    person_days += days[day].at_risk;
    if (day > length) {
      again -= days[day - length].again;
      person_days -= days[day - length].at_risk;
    }
    if (day < length || days[day].at_risk < kAtRiskMin || again < kAgainMin) continue;
    // The surest, not the highest: late windows have few people, and rates that leap. Of equal ones the earliest stays.
    const Estimate rate = poisson_rate(again, person_days, 1000);
    if (best && rate.low <= best->per_thousand.low) continue;
    best = SecondPurchaseWindow{.first_day = day + 1 - length,
                                .last_day = day,
                                .again = again,
                                .person_days = person_days,
                                .per_thousand = rate};
  }
  if (best) best->usual_per_thousand = 1000 * static_cast<double>(all_again) / static_cast<double>(all_days);
  return best;
}

SecondPurchaseFigures shape(const Ends& ends, const SecondPurchaseSpec& spec, bool all_days) {
  SecondPurchaseFigures figures;
  figures.people = ends.people;
  const std::vector<contrast::DayCount> counts = day_counts(ends, spec.days);
  const auto shares = contrast::kaplan_meier(counts);
  const auto day_of = [&](uint32_t day) {
    return SecondPurchaseDay{
        .day = day, .at_risk = counts[day].at_risk, .again = counts[day].again, .share = shares[day]};
  };
  for (uint32_t day = 0; day < spec.days; ++day) {
    figures.again += counts[day].again;
    if (all_days) figures.days.push_back(day_of(day));
    if (!figures.half_day && shares[day] && shares[day]->value >= 0.5) figures.half_day = day;
  }
  for (const uint32_t mark : spec.marks)
    if (mark <= spec.days) figures.marks.push_back(day_of(mark - 1));
  figures.best = best_window(counts, spec.window_days);
  return figures;
}

ByAudience<SecondPurchaseFigures> shape(ByAudience<Ends> ends, const SecondPurchaseSpec& spec, bool all_days) {
  add_up(ends);
  return {shape(ends.inside, spec, all_days), shape(ends.outside, spec, all_days), shape(ends.unknown, spec, all_days),
          shape(ends.all, spec, all_days)};
}

}  // namespace

namespace contrast {

std::vector<std::optional<Estimate>> kaplan_meier(std::span<const DayCount> days) {
  std::vector<std::optional<Estimate>> shares;
  double stay = 1, greenwood = 0;
  bool watched = true;
  for (const DayCount& day : days) {
    watched = watched && day.at_risk > 0;
    if (!watched) {
      shares.emplace_back();
      continue;
    }
    const auto n = static_cast<double>(day.at_risk), e = static_cast<double>(day.again);
    stay *= (n - e) / n;
    greenwood += e == 0 ? 0 : e / (n * (n - e));
    if (stay == 1) {
      shares.push_back(Estimate{0, 0, share_of(0, day.at_risk).high});
    } else if (stay == 0) {
      shares.push_back(Estimate{1, share_of(day.at_risk, day.at_risk).low, 1});
      watched = false;  // Nobody is left.
    } else {
      const double width = kZ * std::sqrt(greenwood) / std::log(stay);  // Below zero.
      shares.push_back(Estimate{1 - stay, 1 - std::pow(stay, std::exp(width)), 1 - std::pow(stay, std::exp(-width))});
    }
  }
  return shares;
}

}  // namespace contrast

Result<SecondPurchaseReport> ask_second_purchase(const Customers& customers, const Question& question,
                                                 const SecondPurchaseSpec& spec) {
  const auto clock = Clock::bind(customers, question, spec);
  if (!clock) return tl::unexpected(clock.error());
  auto tally =
      retention::fold_sums(customers, question, clock->lens(), Tally{}, [&](Tally& into, const Person& person) {
        const auto wait = clock->read(person);
        if (!wait) return;
        Ends& ends = into.cohorts[wait->cohort].of(person.audience);
        ++ends.people;
        auto& on = wait->again ? ends.again : ends.without;
        if (on.size() <= wait->days) on.resize(wait->days + size_t{1});
        ++on[wait->days];
      });
  if (!tally) return tl::unexpected(tally.error());
  if (tally->cohorts.size() > kCohortsMax)
    return invalid(fmt::format("{} cohorts are more than {}: take longer ones, or a shorter period",
                               tally->cohorts.size(), kCohortsMax));
  SecondPurchaseReport report;
  report.warnings = clock->warnings();
  ByAudience<Ends> all;
  for (const auto& [cohort, ends] : tally->cohorts) {
    merge_parts(all, ends);
    if (spec.cohort)
      report.cohorts.push_back(
          {clock->calendar().day_of(cohort), clock->calendar().start_of(cohort), shape(ends, spec, false)});
  }
  report.total = shape(std::move(all), spec, true);
  return report;
}

Result<std::vector<PersonId>> people_of_second_purchase(const Customers& customers, const Question& question,
                                                        const SecondPurchaseSpec& spec,
                                                        const SecondPurchaseCell& cell) {
  if (cell.cohort && !spec.cohort) return invalid("the question has no cohorts");
  if (cell.first_day.has_value() != cell.last_day.has_value()) return invalid("first_day and last_day go together");
  if (cell.last_day && *cell.last_day >= spec.days)
    return fail(ErrorKind::NotFound, fmt::format("days go from 0 to {}", spec.days - 1));
  const auto clock = Clock::bind(customers, question, spec);
  if (!clock) return tl::unexpected(clock.error());
  return retention::people_who(customers, question, clock->lens(), cell.side, [&](const Person& person) {
    const auto wait = clock->read(person);
    if (!wait || (cell.cohort && clock->calendar().day_of(wait->cohort) != *cell.cohort)) return false;
    return !cell.first_day || (wait->again && wait->days >= *cell.first_day && wait->days <= *cell.last_day);
  });
}

}  // namespace habitue::insight
