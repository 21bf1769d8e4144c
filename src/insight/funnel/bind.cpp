// A funnel's names and moments, resolved once before the pass.
#include <algorithm>
#include <array>
#include <atomic>
#include <bit>

#include <fmt/format.h>

#include "insight/funnel/check.hpp"
#include "insight/funnel/gather.hpp"
#include "insight/retention/calendar.hpp"

namespace habitue::insight::funnel {

using std::chrono::microseconds;

// More than anybody reads.
constexpr std::int64_t kBucketsMax = 20'000;

Result<Pass> Pass::bind(const Customers& customers, const Question& question, const Funnel& funnel) {
  if (auto sound = check(funnel); !sound) return tl::unexpected(sound.error());
  static std::atomic<std::uint64_t> passes{0};
  Pass pass(customers, question, funnel);
  pass.number_ = ++passes;
  pass.plan_ = plan_of(funnel);
  const UtcMicros soon = question.as_of + microseconds{1};
  pass.entries_ = {question.period.from.time_since_epoch().count(),
                   std::min(question.period.to, soon).time_since_epoch().count()};
  const microseconds after_entry = funnel.bounds == FunnelPeriod::Entry ? funnel.window : microseconds{0};
  const microseconds after_window = funnel.bounds == FunnelPeriod::Entry ? funnel.grace : microseconds{0};
  pass.read_until_ = std::min(question.as_of, question.period.to - microseconds{1} + after_entry + after_window);
  if (auto bound = pass.bind_conditions(); !bound) return tl::unexpected(bound.error());
  if (funnel.breakdown) {
    auto reader = ValueReader::bind(customers, funnel.breakdown->by);
    if (!reader) return tl::unexpected(reader.error());
    pass.values_ = *std::move(reader);
    if (!pass.values_->of_person())
      pass.value_property_ = customers.snapshot().find_property(funnel.breakdown->by.name);
  }
  if (funnel.held_property) {
    // The reader says what is wrong with the name.
    auto reader = ValueReader::bind(customers, {.of = Breakdown::Of::Property, .name = *funnel.held_property});
    if (!reader) return tl::unexpected(reader.error());
    pass.held_ = customers.snapshot().find_property(*funnel.held_property);
  }
  if (funnel.trend)
    if (auto bound = pass.bind_trend(); !bound) return tl::unexpected(bound.error());
  pass.is_plain_ = pass.can_be_walked();
  return pass;
}

Result<void> Pass::bind_conditions() {
  const auto bind = [&](const std::vector<criteria::Expression>& conditions,
                        std::optional<EventMatcher>& into) -> Result<void> {
    auto matcher = EventMatcher::bind(*customers_, conditions);
    if (!matcher) return tl::unexpected(matcher.error());
    for (const std::string& warning : matcher->warnings())
      if (std::find(warnings_.begin(), warnings_.end(), warning) == warnings_.end()) warnings_.push_back(warning);
    into = *std::move(matcher);
    return {};
  };
  std::vector<criteria::Expression> conditions;
  for (const FunnelStep& step : funnel_->steps) conditions.push_back(step.event);
  if (auto bound = bind(conditions, steps_); !bound) return bound;
  conditions.clear();
  for (const FunnelExclusion& exclusion : funnel_->exclusions) conditions.push_back(exclusion.event);
  if (!conditions.empty())
    if (auto bound = bind(conditions, exclusions_); !bound) return bound;
  if (funnel_->among)
    if (auto bound = bind({*funnel_->among}, among_); !bound) return bound;

  const journey::Snapshot& snapshot = customers_->snapshot();
  concerns_.assign(snapshot.kinds().size(), Concern::Never);
  for (std::size_t number = 0; number < concerns_.size(); ++number) {
    const journey::EventKind kind{static_cast<std::uint16_t>(number)};
    if (among_ && !among_->concerns(kind)) continue;
    constexpr std::array kAboutPeople{journey::kIdentifyKind, journey::kGroupKind, journey::kAliasKind};
    const bool is_deed =
        among_ || std::find(kAboutPeople.begin(), kAboutPeople.end(), snapshot.kinds()[number]) == kAboutPeople.end();
    if (plan_.order == FunnelOrder::Strict && is_deed)
      concerns_[number] = Concern::Always;
    else if (steps_->concerns(kind) || (exclusions_ && exclusions_->concerns(kind)))
      concerns_[number] = Concern::WhenMet;
  }
  return {};
}

Result<void> Pass::bind_trend() {
  const auto first_event = customers_->snapshot().first_event_at();
  const UtcMicros last{microseconds{entries_.to_us - 1}};
  if (!first_event || last < *first_event || last < question_->period.from) return {};
  const retention::Calendar calendar(*funnel_->trend, std::chrono::Monday, customers_->zone(), question_->as_of);
  const std::int64_t begin = calendar.number_of(std::max(question_->period.from, *first_event));
  const std::int64_t end = calendar.number_of(last) + 1;
  if (end - begin > kBucketsMax)
    return invalid(fmt::format("the trend has {} buckets, more than {}: ask for longer ones, or for a shorter period",
                               end - begin, kBucketsMax));
  for (std::int64_t number = begin; number <= end; ++number) bounds_.push_back(calendar.start_of(number));
  return {};
}

UtcMicros Pass::last_moment(UtcMicros bucket_end) const {
  const UtcMicros last_entry = std::min(bucket_end, question_->period.to) - microseconds{1};
  const UtcMicros last = last_entry + funnel_->window;
  return funnel_->bounds == FunnelPeriod::Entry ? last : std::min(last, question_->period.to - microseconds{1});
}

Counting Pass::counting() const {
  Counting counting;
  counting.required = plan_.required;
  counting.steps = plan_.steps;
  counting.levels = static_cast<std::size_t>(std::popcount(plan_.required));
  counting.leave_out_open = funnel_->leave_out_open;
  counting.bins = funnel_->bins;
  return counting;
}

}  // namespace habitue::insight::funnel
