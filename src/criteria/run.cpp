#include "criteria/run.hpp"

#include <cmath>

#include "base/fingerprint.hpp"
#include "criteria/checks.hpp"
#include "criteria/sequence_tracker.hpp"
#include "criteria/value_set.hpp"

namespace habitue::criteria {
namespace {

using journey::Event;
using journey::Value;
using What = Measure::What;

// Room that a pass needs beyond its leaves, kept from one person to the next. A pass asks nobody else while it runs, so
// one per thread is enough.
struct PassRoom {
  std::vector<ValueSet> sets;
  std::vector<SequenceTracker> sequences;
  std::vector<std::uint32_t> rows;
  // Windows that hang on no event are the same for everybody: of the expression and the moment asked last.
  std::uint64_t ranges_of = 0;
  UtcMicros ranges_as_of;
  std::vector<Range> ranges;
};
PassRoom& pass_room() {
  thread_local PassRoom room;
  return room;
}

const std::vector<Range>& ranges_at(const Evaluator::Bound& bound, UtcMicros as_of) {
  PassRoom& room = pass_room();
  if (room.ranges_of != bound.number || room.ranges_as_of != as_of) {
    room.ranges.clear();
    for (const EventLeaf& leaf : bound.leaves)
      room.ranges.push_back(range_of(leaf.window.window, as_of, bound.zone, std::nullopt));
    room.ranges_of = bound.number;
    room.ranges_as_of = as_of;
  }
  return room.ranges;
}

std::int64_t period_of(What what, LocalDay day) {
  if (what == What::Days) return day.time_since_epoch().count();
  // Weeks begin on Monday, and 1970-01-01 was a Thursday.
  if (what == What::Weeks)
    return std::chrono::floor<std::chrono::weeks>(day + std::chrono::days(3)).time_since_epoch().count();
  const std::chrono::year_month_day date{day};
  return static_cast<int>(date.year()) * 12LL + static_cast<unsigned>(date.month());
}

// Sums of decimal amounts are compared as a person would add them: 0.1 + 0.2 is 0.3.
double settled(long double number) {
  if (std::abs(number) >= 1e12L) return static_cast<double>(number);
  return static_cast<double>(std::round(number * 1e6L) / 1e6L);
}

// True when a growing count can no longer change the comparison.
bool is_sure(std::uint64_t count, Operator op, double value) {
  const auto now = static_cast<double>(count);
  return now > value || (op >= Operator::Less && now >= value && op != Operator::LessEqual && op != Operator::Greater);
}

bool is_same(const Value& left, const Value& right) {
  if (left.type != right.type) return false;
  switch (left.type) {
    case Value::Type::Missing: return true;
    case Value::Type::Bool: return left.boolean == right.boolean;
    case Value::Type::Number: return left.number == right.number;
    case Value::Type::Text: return left.text == right.text;
  }
  return false;
}

}  // namespace

Verdict Run::node(std::uint32_t index) {
  const BoundNode& of = bound_.nodes[index];
  switch (of.type) {
    case BoundNode::Type::Everyone: return Verdict::Inside;
    case BoundNode::Type::Not: return negated(node(of.parts[0]));
    case BoundNode::Type::All:
    case BoundNode::Type::Any: {
      const Verdict decides = of.type == BoundNode::Type::All ? Verdict::Outside : Verdict::Inside;
      Verdict verdict = negated(decides);
      for (const std::uint32_t part : of.by_cost) {
        const Verdict one = node(part);
        if (one == decides) return decides;
        if (one == Verdict::Unknown) verdict = Verdict::Unknown;
      }
      return verdict;
    }
    case BoundNode::Type::Slot: return judge(slot(of.index), of.test, bound_.zone);
    case BoundNode::Type::Role:
    case BoundNode::Type::Stage: {
      Value value;
      value.text = fact(of.type);
      if (!value.text.empty()) value.type = Value::Type::Text;
      return judge(value, of.test, bound_.zone);
    }
    case BoundNode::Type::Events: return leaf_verdict(of.index);
    case BoundNode::Type::Members: return verdict_of(of.people->has(journey_.person()));
  }
  return Verdict::Unknown;
}

std::string_view Run::fact(BoundNode::Type type) const {
  if (bound_.facts == nullptr) return {};
  const std::string_view word =
      type == BoundNode::Type::Role ? bound_.facts->role(journey_, as_of_) : bound_.facts->stage(journey_, as_of_);
  return word == "unknown" ? std::string_view{} : word;
}

const Value& Run::slot(std::uint32_t index) {
  if (!slots_read_) read_slots();
  return slots_[index];
}

const LeafState& Run::leaf(std::uint32_t index) {
  if (!events_read_) read_events();
  return states_[index];
}

// A trait is the one of the last identify event that has it; an account's trait, of the last group event that has it among
// those of the account of the last group event.
void Run::read_slots() {
  slots_read_ = true;
  slots_.resize(bound_.slots.size());
  std::size_t personal = 0, accounts = 0;
  for (const TraitSlot& slot : bound_.slots)
    if (slot.property) ++(slot.of_account ? accounts : personal);
  if (!bound_.identify) personal = 0;
  if (!bound_.group) accounts = 0;

  std::optional<Value> account;
  for (std::size_t i = journey_.size(); i-- > 0 && personal + accounts > 0;) {
    const Event event = journey_[i];
    const bool of_account = bound_.group && event.kind == *bound_.group;
    if (!of_account && !(bound_.identify && event.kind == *bound_.identify)) continue;
    if ((of_account ? accounts : personal) == 0) continue;
    if (of_account) {
      const Value id = bound_.group_id ? bound_.group_id->at(event) : Value{};
      if (!account)
        account = id;
      else if (!is_same(*account, id))
        continue;
    }
    for (std::size_t s = 0; s < slots_.size(); ++s) {
      const TraitSlot& slot = bound_.slots[s];
      if (slot.of_account != of_account || !slot.property || slots_[s]) continue;
      slots_[s] = slot.property->at(event);
      if (slots_[s]) --(of_account ? accounts : personal);
    }
  }
}

std::optional<UtcMicros> Run::find_anchor(const Anchor& anchor) const {
  if (anchor.edge == Edge::First) {
    for (const Event& event : journey_)
      if (bound_.matches(anchor.pattern, event)) return event.at;
  } else {
    for (std::size_t i = journey_.size(); i-- > 0;)
      if (const Event event = journey_[i]; bound_.matches(anchor.pattern, event)) return event.at;
  }
  return std::nullopt;
}

void Run::read_events() {
  events_read_ = true;
  states_.resize(bound_.leaves.size());
  PassRoom& room = pass_room();
  if (room.sets.size() < bound_.distinct_count) room.sets.resize(bound_.distinct_count);
  if (room.sequences.size() < bound_.sequence_count) room.sequences.resize(bound_.sequence_count);

  const std::vector<Range>& ranges = ranges_at(bound_, as_of_);
  // A window bounds what is read; but of a first or last moment, when it was is compared with the window.
  Range read{kEnd, kBeginning};
  std::size_t open = 0;
  for (std::size_t i = 0; i < states_.size(); ++i) {
    const EventLeaf& leaf = bound_.leaves[i];
    LeafState& state = states_[i];
    state.range = leaf.window.anchor == kNone ? ranges[i]
                                              : range_of(leaf.window.window, as_of_, bound_.zone,
                                                         find_anchor(bound_.anchors[leaf.window.anchor]));
    if (leaf.measure != nullptr && leaf.measure->what == What::Distinct) room.sets[leaf.place].clear();
    if (leaf.sequence != nullptr) room.sequences[leaf.place].start(*leaf.sequence, bound_.zone);
    state.done = state.range.empty() || (leaf.counted && gather_ == Gather::Enough);
    if (state.done) continue;
    ++open;
    read.from = std::min(read.from, leaf.moment != nullptr ? kBeginning : state.range.from);
    read.until = std::max(read.until, leaf.moment != nullptr ? kEnd : state.range.until);
  }

  const auto offer = [&](const Subscription& subscription, const Event& event) {
    const EventLeaf& leaf = bound_.leaves[subscription.leaf];
    LeafState& state = states_[subscription.leaf];
    if (state.done || (leaf.moment == nullptr && !state.range.has(event.at))) return;
    const BoundPattern& pattern = leaf.patterns[subscription.pattern];
    if (pattern.where != kNone && bound_.condition(pattern.where, event) != Verdict::Inside) return;
    see(leaf, state, event, subscription.pattern);
    if (state.done) --open;
  };
  const auto look_at = [&](const Event& event) {
    if (event.at >= read.until) return false;
    const std::uint32_t end = bound_.first_of_kind[event.kind.value + 1U];
    for (std::uint32_t s = bound_.first_of_kind[event.kind.value]; s < end; ++s) offer(bound_.subscriptions[s], event);
    for (const Subscription& subscription : bound_.of_any_kind) offer(subscription, event);
    return open > 0;
  };
  if (open > 0) {
    // Kinds are looked at faster than a search for the window's begin, but in the longest journeys.
    const journey::Journey all = read.from > kBeginning && journey_.size() > 512 ? journey_.since(read.from) : journey_;
    if (bound_.of_any_kind.empty()) {
      all.visit_kinds(bound_.subscribed, room.rows, look_at);
    } else {
      for (const Event& event : all)
        if (!look_at(event)) break;
    }
  }
  for (std::size_t i = 0; i < states_.size(); ++i)
    if (bound_.leaves[i].sequence != nullptr && !states_[i].done)
      states_[i].found = room.sequences[bound_.leaves[i].place].finish();
}

std::uint64_t Run::count_of(std::uint32_t index) const {
  const EventLeaf& leaf = bound_.leaves[index];
  const Range range = ranges_at(bound_, as_of_)[index];
  // The latest events are looked at first, as windows mostly reach up to now: whoever has none in it costs one look.
  if (journey_.empty() || range.empty() || journey_.last_at() < range.from) return 0;
  std::vector<std::uint32_t>& rows = pass_room().rows;
  std::uint64_t count = 0;
  for (std::size_t left = journey_.select(*leaf.counted, rows); left-- > 0;) {
    const UtcMicros at = journey_.at_row(rows[left]);
    if (at < range.from) break;
    if (at >= range.until) continue;
    if (is_sure(++count, leaf.measure->op, leaf.measure->value)) break;
  }
  return count;
}

void Run::see(const EventLeaf& leaf, LeafState& state, const Event& event, std::uint32_t pattern) {
  if (leaf.measure != nullptr) return measure(leaf, state, event);
  if (leaf.sequence != nullptr) {
    SequenceTracker& tracker = pass_room().sequences[leaf.place];
    tracker.see(event.at, event.row, pattern);
    if (tracker.found()) state.found = state.done = true;
    return;
  }
  const Edge edge = leaf.moment != nullptr ? leaf.moment->edge : leaf.edge->edge;
  state.at = event.at;
  ++state.count;
  if (leaf.edge != nullptr) state.value = leaf.property ? leaf.property->at(event) : Value{};
  state.done = edge == Edge::First;
}

void Run::measure(const EventLeaf& leaf, LeafState& state, const Event& event) {
  const Measure& of = *leaf.measure;
  switch (of.what) {
    case What::Count: ++state.count; break;
    case What::Days:
    case What::Weeks:
    case What::Months: {
      const std::int64_t period = period_of(of.what, bound_.zone.day_of(event.at));
      if (period == state.period) return;  // Events come in order of time.
      state.period = period;
      ++state.count;
      break;
    }
    case What::Distinct: {
      const Value value = leaf.property ? leaf.property->at(event) : Value{};
      if (!value) return;
      SpellingBuffer buffer;
      if (!pass_room().sets[leaf.place].insert(fingerprint(spelling_of(value, buffer)))) return;
      ++state.count;
      break;
    }
    default: {
      ++state.count;
      const auto number = leaf.property ? number_of(leaf.property->at(event)) : std::nullopt;
      if (!number) return;
      state.least = state.valued == 0 ? *number : std::min(state.least, *number);
      state.most = state.valued == 0 ? *number : std::max(state.most, *number);
      state.sum += *number;
      ++state.valued;
      return;
    }
  }
  if (gather_ == Gather::Enough) state.done = is_sure(state.count, of.op, of.value);
}

Verdict Run::leaf_verdict(std::uint32_t index) {
  const EventLeaf& of = bound_.leaves[index];
  if (of.counted && gather_ == Gather::Enough)
    return verdict_of(compare(static_cast<double>(count_of(index)), of.measure->op, of.measure->value));
  const LeafState& state = leaf(index);
  if (of.sequence != nullptr) return verdict_of(state.found);
  if (of.moment != nullptr) return verdict_of(state.at && state.range.has(*state.at));
  if (of.edge != nullptr) return state.at ? judge(state.value, of.test, bound_.zone) : Verdict::Outside;
  const Measure& measure = *of.measure;
  if (!takes_property(measure.what) || measure.what == What::Distinct)
    return verdict_of(compare(static_cast<double>(state.count), measure.op, measure.value));
  // Nobody's largest order is above 100 when there is no order; but orders without an amount may have been.
  if (measure.what != What::Sum && state.count == 0) return Verdict::Outside;
  if (measure.what != What::Sum && state.valued == 0) return Verdict::Unknown;
  return verdict_of(compare(measured_number(measure, state), measure.op, measure.value));
}

double measured_number(const Measure& measure, const LeafState& state) {
  switch (measure.what) {
    case What::Min: return state.least;
    case What::Max: return state.most;
    case What::Mean: return settled(state.sum / static_cast<long double>(state.valued));
    default: return settled(state.sum);
  }
}

Verdict Evaluator::Bound::judge_property(const BoundCondition& of, const Event& event) const {
  if (!of.property) return judge({}, of.test, zone);
  return judge_cell(of, event, of.property->cell(event));
}

Verdict Evaluator::Bound::judge_cell(const BoundCondition& of, const Event& event, journey::Cell cell) const {
  if (cell.type() != Value::Type::Text) return judge(of.property->at(event), of.test, zone);
  if (const auto known = of.known.find(cell.code())) return *known;
  const Verdict verdict = judge(of.property->at(event), of.test, zone);
  of.known.keep(cell.code(), verdict);
  return verdict;
}

Verdict Evaluator::Bound::condition(std::uint32_t index, const Event& event) const {
  const BoundCondition& of = conditions[index];
  switch (of.type) {
    case BoundCondition::Type::Property: return judge_property(of, event);
    case BoundCondition::Type::Not: return negated(condition(of.parts[0], event));
    default: break;
  }
  const Verdict decides = of.type == BoundCondition::Type::All ? Verdict::Outside : Verdict::Inside;
  Verdict verdict = negated(decides);
  for (const std::uint32_t part : of.parts) {
    const Verdict one = condition(part, event);
    if (one == decides) return decides;
    if (one == Verdict::Unknown) verdict = Verdict::Unknown;
  }
  return verdict;
}

}  // namespace habitue::criteria
