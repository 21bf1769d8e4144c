// How many people moved in each of several periods of the same length: to a stage, or away with a reason. One pass over people.
#pragma once

#include <array>
#include <map>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "insight/fold.hpp"
#include "insight/today/today.hpp"

namespace habitue::insight::today {

inline constexpr std::size_t kMoves = 5;

/// Period k is after bounds[k] and up to bounds[k + 1]; the last one ends at as_of.
struct Periods {
  std::vector<UtcMicros> bounds;
  std::size_t size() const { return bounds.size() - 1; }
  std::size_t last() const { return size() - 1; }
  UtcMicros from() const { return bounds[last()]; }
  UtcMicros to() const { return bounds.back(); }
};
/// The last days and the periods before it, as many as lie after the first event, kPeriodsMax at most. Bounds have the same time of the
/// day as `as_of`.
Periods periods_of(const Customers& customers, UtcMicros as_of, std::uint32_t days);

/// Counts by period and criteria::Verdict.
using Counts = std::vector<std::array<std::uint64_t, 3>>;
/// That money could not be taken, and else the reason told.
using Cause = std::pair<bool, std::string_view>;

struct Moved {
  std::array<Counts, kMoves> moves;
  std::map<Cause, Counts> causes;
  std::vector<std::array<std::uint64_t, 3>> left;  ///< By period: with any reason, or none.
  std::optional<UtcMicros> last_event_at;
  std::array<std::uint64_t, 3> people{};  ///< Known at as_of.
  void merge(const Moved& other);
};

/// What `move` needs to have been watched for before its count means anything: days after the first event.
std::uint32_t days_to_watch(const Customers& customers, TodayMove move);

/// Bound to a business: what of an event is a reason of leaving.
class Movements {
 public:
  explicit Movements(const Customers& customers, Periods periods);
  const Periods& periods() const { return periods_; }
  /// Errors: Conflict when cancelled.
  Result<Moved> count(const Question& question, const Lens& lens) const;
  /// In the last period. Sorted.
  Result<std::vector<PersonId>> people_of_move(const Question& question, const Lens& lens, TodayMove move,
                                               AudienceSide side) const;
  Result<std::vector<PersonId>> people_of_cause(const Question& question, const Lens& lens, const Cause& cause,
                                                AudienceSide side) const;

 private:
  struct Scratch;
  void count_moves(Moved& into, const Person& person) const;
  void count_causes(Moved& into, const Person& person) const;
  // Of a journey up to as_of its causes, each once a period, in order.
  void causes_in(const journey::Journey& known, std::vector<std::pair<std::size_t, Cause>>& causes) const;
  std::optional<std::size_t> period_of(UtcMicros at) const;

  const Customers& customers_;
  Periods periods_;
  std::vector<std::uint32_t> change_days_;
  journey::KindFilter leaving_;
  std::vector<std::uint8_t> failed_;        // By kind: money that could not be taken.
  std::vector<journey::Property> reasons_;  // The first that is there.
  bool any_leaving_ = false;
};

/// Which moves lead from one stage to another; nothing stands for "not here yet".
std::array<bool, kMoves> moves_between(std::optional<knowledge::Stage> before, knowledge::Stage after);

}  // namespace habitue::insight::today
