// When people were active, by the numbers of periods, and of which value.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "insight/breakdown.hpp"
#include "insight/fold.hpp"
#include "insight/growth/growth.hpp"
#include "insight/retention/calendar.hpp"
#include "insight/retention/values.hpp"

namespace habitue::insight::growth {

/// Active periods of one person, each once and in order. Of those before the timeline the last alone.
struct Life {
  std::vector<std::int64_t> active;
  std::vector<journey::Cell> values;    ///< Of each active period; empty without a breakdown.
  std::optional<std::int64_t> created;  ///< The period of the creation, when birth is the creation.
  bool left_out = false;                ///< Birth is the creation, and none is known.

  bool is_fresh(std::size_t index) const {
    return created ? index < active.size() && active[index] == *created : index == 0;
  }
};

/// The same with nothing left out: of each event its place on the timeline, in order. Valid until the thread's next.
struct Active {
  std::span<const std::int64_t> periods;
  std::optional<std::int64_t> before;  ///< The number of the last active period before the timeline.
};

/// Reads lives from journeys. Read-only; safe from any thread.
class Lives {
 public:
  /// With a breakdown one more pass, for the values that are shown. Errors: those of ask_growth.
  static Result<Lives> bind(const Customers& customers, const Question& question, const Lens& lens,
                            const GrowthSpec& spec);

  /// Periods asked for, after one before them; nothing when there is none.
  const std::optional<retention::Timeline>& timeline() const { return timeline_; }
  const retention::Calendar& calendar() const { return calendar_; }
  const retention::ShownValues& values() const { return values_; }
  /// Of an active period; 0 without a breakdown.
  std::size_t slot_of(const Life& life, std::size_t index) const {
    return life.values.empty() ? 0 : values_.slot_of(values_.value_of(life.values[index]));
  }
  /// By kind: what counts as active. Nothing when purchases do.
  std::span<const std::uint8_t> wanted() const {
    return by_purchases_ ? std::span<const std::uint8_t>{} : std::span<const std::uint8_t>(counts_);
  }

  void read(const Person& person, Life& life) const;
  /// Whether active periods say everything of a life: no creation, no values. `periods_of` the selected events is then all to read.
  bool is_plain() const { return !by_purchases_ && !reader_ && birth_ == Birth::FirstActivity; }
  /// `at_us`: moments of what counts as active, in order, in microseconds.
  Active periods_of(std::span<const std::int64_t> at_us) const;

 private:
  Lives(const Customers& customers, const Question& question, const GrowthSpec& spec)
      : customers_(&customers),
        as_of_(question.as_of),
        by_purchases_(spec.events.empty()),
        birth_(spec.birth),
        calendar_(spec.bucket, spec.week_start, customers.zone(), question.as_of) {}

  template <class Visit>
  void for_each_act(const Person& person, const Visit& visit) const;
  void read_values(const Person& person, Life& life) const;
  Result<void> rank_values(const Question& question, const Lens& lens, std::size_t limit);
  std::optional<UtcMicros> creation(const journey::Journey& journey) const;

  const Customers* customers_;
  UtcMicros as_of_;
  bool by_purchases_;
  Birth birth_;
  retention::Calendar calendar_;
  std::optional<retention::Timeline> timeline_;
  std::vector<std::uint8_t> counts_;
  std::optional<journey::EventKind> identify_;
  std::vector<journey::Property> creations_;
  std::optional<ValueReader> reader_;
  retention::ShownValues values_;
};

}  // namespace habitue::insight::growth
