#include "insight/today/moves.hpp"

#include <algorithm>

#include "insight/retention/sums.hpp"
#include "insight/today/change.hpp"

namespace habitue::insight::today {
namespace {

using knowledge::Stage;
using std::chrono::days;

std::size_t of(TodayMove move) { return static_cast<std::size_t>(move); }
std::size_t of(criteria::Verdict verdict) { return static_cast<std::size_t>(verdict); }

bool is_customer(Stage stage) { return stage != Stage::Prospect && stage != Stage::Trial; }
bool is_gone(Stage stage) { return stage == Stage::Dormant || stage == Stage::Lost; }
bool stays(Stage stage) { return is_customer(stage) && !is_gone(stage) && stage != Stage::AtRisk; }

void add(Counts& into, const Counts& from) {
  for (std::size_t period = 0; period < from.size(); ++period)
    for (std::size_t side = 0; side < from[period].size(); ++side) into[period][side] += from[period][side];
}

// The same time of the day so many days before.
UtcMicros days_before(const Zone& zone, UtcMicros moment, std::int64_t back) {
  const auto wall = zone.wall_of(moment);
  return back == 0 ? moment : zone.moment_of(wall - days{back});
}

// The usual names of the property that says why.
constexpr std::array<std::string_view, 4> kReasonProperties{"reason", "cancellation_reason", "cancel_reason", "cause"};

}  // namespace

Periods periods_of(const Customers& customers, UtcMicros as_of, std::uint32_t length) {
  const auto begun = customers.snapshot().first_event_at();
  Periods periods;
  periods.bounds = {days_before(customers.zone(), as_of, length), as_of};
  for (std::int64_t back = 2; back <= static_cast<std::int64_t>(kPeriodsMax) + 1; ++back) {
    const UtcMicros bound = days_before(customers.zone(), as_of, back * static_cast<std::int64_t>(length));
    if (!begun || bound < *begun) break;
    periods.bounds.insert(periods.bounds.begin(), bound);
  }
  return periods;
}

void Moved::merge(const Moved& other) {
  for (std::size_t move = 0; move < kMoves; ++move) add(moves[move], other.moves[move]);
  for (const auto& [cause, counts] : other.causes) {
    Counts& into = causes[cause];
    if (into.empty()) into.resize(counts.size());
    add(into, counts);
  }
  add(left, other.left);
  if (other.last_event_at) last_event_at = std::max(last_event_at.value_or(kBeginning), *other.last_event_at);
  for (std::size_t side = 0; side < people.size(); ++side) people[side] += other.people[side];
}

std::uint32_t days_to_watch(const Customers& customers, TodayMove move) {
  const config::StageRules& rules = customers.business().stages;
  const bool purchases = customers.business().model == config::BusinessModel::Purchases;
  switch (move) {
    case TodayMove::AtRisk: return purchases ? rules.at_risk_days : customers.business().subscription.value_days;
    case TodayMove::Left: return purchases ? rules.dormant_days : 0;
    case TodayMove::Returned: return purchases ? rules.at_risk_days : 0;
    case TodayMove::Arrived:
    case TodayMove::FirstPurchase: break;
  }
  return 0;
}

std::array<bool, kMoves> moves_between(std::optional<Stage> before, Stage after) {
  std::array<bool, kMoves> moves{};
  const bool was_customer = before && is_customer(*before);
  moves[of(TodayMove::Arrived)] = !before;
  moves[of(TodayMove::FirstPurchase)] = !was_customer && is_customer(after);
  if (!was_customer) return moves;
  moves[of(TodayMove::AtRisk)] = stays(*before) && after == Stage::AtRisk;
  moves[of(TodayMove::Left)] = !is_gone(*before) && is_gone(after);
  moves[of(TodayMove::Returned)] = !stays(*before) && stays(after);
  return moves;
}

Movements::Movements(const Customers& customers, Periods periods)
    : customers_(customers), periods_(std::move(periods)), change_days_(customers.stage_change_days()) {
  const journey::Snapshot& snapshot = customers.snapshot();
  const config::SubscriptionRules& rules = customers.business().subscription;
  std::vector<std::uint8_t> wanted(snapshot.kinds().size(), 0);
  failed_.assign(snapshot.kinds().size(), 0);
  const auto want = [&](const std::vector<std::string>& names, bool failed) {
    for (const std::string& name : names)
      if (const auto kind = snapshot.find_kind(name)) {
        const std::size_t index = kind->value;
        wanted[index] = 1;
        failed_[index] = failed ? 1 : 0;
        any_leaving_ = true;
      }
  };
  want(rules.ended, false);
  want(rules.cancellation_announced, false);
  want(rules.payment_failed, true);
  leaving_ = journey::KindFilter(wanted);
  for (const std::string_view name : kReasonProperties)
    if (const auto property = snapshot.find_property(name)) reasons_.push_back(*property);
}

std::optional<std::size_t> Movements::period_of(UtcMicros at) const {
  const auto bound = std::lower_bound(periods_.bounds.begin(), periods_.bounds.end(), at);
  if (bound == periods_.bounds.begin() || bound == periods_.bounds.end()) return std::nullopt;
  return static_cast<std::size_t>(bound - periods_.bounds.begin()) - 1;
}

void Movements::count_moves(Moved& into, const Person& person) const {
  const std::size_t side = of(person.audience);
  const UtcMicros arrived = person.journey[0].at;
  if (const auto period = period_of(arrived)) ++into.moves[of(TodayMove::Arrived)][*period][side];
  thread_local std::vector<std::uint32_t> rows;
  const journey::Journey known = person.journey.until(periods_.to());
  const std::size_t deciding = known.select(customers_.kinds_that_decide_stages(), rows);
  if (deciding == 0) return;
  // After the last event that decides, a stage changes while its days pass, and then no more.
  const std::uint32_t longest = change_days_.empty() ? 0 : *std::max_element(change_days_.begin(), change_days_.end());
  if (known.at_row(rows[deciding - 1]) + days{longest + 2} < periods_.bounds.front()) return;
  thread_local std::vector<knowledge::StageVerdict> stages;
  customers_.stages_at(person.journey, periods_.bounds, stages);
  for (std::size_t period = 0; period < periods_.size(); ++period) {
    if (arrived > periods_.bounds[period + 1]) continue;
    std::optional<Stage> before;
    if (arrived <= periods_.bounds[period]) before = stages[period].stage;
    if (before == stages[period + 1].stage) continue;
    const auto moves = moves_between(before, stages[period + 1].stage);
    for (std::size_t move = of(TodayMove::FirstPurchase); move < kMoves; ++move)
      into.moves[move][period][side] += moves[move] ? 1 : 0;
  }
}

void Movements::causes_in(const journey::Journey& known, std::vector<std::pair<std::size_t, Cause>>& causes) const {
  causes.clear();
  thread_local std::vector<std::uint32_t> rows;
  known.since(periods_.bounds.front()).visit_kinds(leaving_, rows, [&](const journey::Event& event) {
    const auto period = period_of(event.at);
    if (!period) return true;
    Cause cause{failed_[event.kind.value] != 0, {}};
    for (std::size_t at = 0; !cause.first && cause.second.empty() && at < reasons_.size(); ++at)
      cause.second = reasons_[at].text(event).value_or(std::string_view{});
    causes.emplace_back(*period, cause);
    return true;
  });
  std::sort(causes.begin(), causes.end());
  causes.erase(std::unique(causes.begin(), causes.end()), causes.end());
}

void Movements::count_causes(Moved& into, const Person& person) const {
  if (!any_leaving_) return;
  thread_local std::vector<std::pair<std::size_t, Cause>> causes;
  causes_in(person.journey.until(periods_.to()), causes);
  std::optional<std::size_t> counted;
  for (const auto& [period, cause] : causes) {
    Counts& counts = into.causes[cause];
    if (counts.empty()) counts.resize(periods_.size());
    ++counts[period][of(person.audience)];
    if (cause.first || counted == period) continue;
    counted = period;
    ++into.left[period][of(person.audience)];
  }
}

Result<Moved> Movements::count(const Question& question, const Lens& lens) const {
  Moved none;
  for (Counts& counts : none.moves) counts.resize(periods_.size());
  none.left.resize(periods_.size());
  return fold_people(customers_, question, lens, none, [&](Moved& into, const Person& person) {
    const UtcMicros last = person.journey.until(question.as_of).last_at();
    into.last_event_at = std::max(into.last_event_at.value_or(kBeginning), last);
    ++into.people[of(person.audience)];
    count_moves(into, person);
    count_causes(into, person);
  });
}

Result<std::vector<PersonId>> Movements::people_of_move(const Question& question, const Lens& lens, TodayMove move,
                                                        AudienceSide side) const {
  return retention::people_who(customers_, question, lens, side, [&](const Person& person) {
    const UtcMicros arrived = person.journey[0].at;
    std::optional<Stage> before;
    if (arrived <= periods_.from()) before = customers_.stage_of(person.journey, periods_.from()).stage;
    return moves_between(before, customers_.stage_of(person.journey, periods_.to()).stage)[of(move)];
  });
}

Result<std::vector<PersonId>> Movements::people_of_cause(const Question& question, const Lens& lens, const Cause& cause,
                                                         AudienceSide side) const {
  return retention::people_who(customers_, question, lens, side, [&](const Person& person) {
    thread_local std::vector<std::pair<std::size_t, Cause>> causes;
    causes_in(person.journey.until(periods_.to()), causes);
    return std::find(causes.begin(), causes.end(), std::pair(periods_.last(), cause)) != causes.end();
  });
}

}  // namespace habitue::insight::today
