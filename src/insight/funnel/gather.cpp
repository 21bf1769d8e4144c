#include "insight/funnel/gather.hpp"

#include <algorithm>
#include <bit>

namespace habitue::insight::funnel {

using std::chrono::microseconds;

void Gathered::merge(const Gathered& other) {
  total.append(other.total);
  by_value.append(other.by_value);
  trend.append(other.trend);
  trend_by_value.append(other.trend_by_value);
}

void blur(std::vector<Hit>& hits, std::int64_t grace_us) {
  // Runs of hits that fill steps draw the others near to them; a run reaches from one grace before it to one after.
  for (std::size_t first = 0; first < hits.size(); ++first) {
    if (hits[first].steps == 0) continue;
    const std::int64_t start_us = hits[first].at_us;
    std::int64_t end_us = start_us;
    std::size_t last = first;
    for (std::size_t next = first; next < hits.size() && hits[next].at_us - end_us <= grace_us; ++next) {
      if (hits[next].steps != 0) end_us = hits[next].at_us;
      last = next;
    }
    for (std::size_t index = first; index <= last; ++index) hits[index].at_us = start_us;
    for (std::size_t before = first;
         before-- > 0 && hits[before].steps == 0 && start_us - hits[before].at_us <= grace_us;)
      hits[before].at_us = start_us;
    first = last;
  }
}

bool Pass::is_entry(const Hit& hit) const {
  const bool begins = plan_.order == FunnelOrder::AnyOrder ? hit.steps != 0 : (hit.steps & 1) != 0;
  return begins && hit.at_us >= entries_.from_us && hit.at_us < entries_.to_us;
}

bool Pass::read(const journey::Selection& events, Scratch& scratch) const {
  scratch.hits.clear();
  scratch.events.clear();
  const bool keeps_events = held_ || value_property_;
  bool entered = false;
  for (std::size_t index = 0; index < events.size(); ++index) {
    const journey::Event event = events[index];
    if (event.at < question_->period.from) continue;
    if (event.at > read_until_) break;
    const Concern concern = concerns_[event.kind.value];
    if (among_ && (*among_)(event) == 0) continue;
    Hit hit{event.at.time_since_epoch().count(), (*steps_)(event), exclusions_ ? (*exclusions_)(event) : 0,
            static_cast<std::uint32_t>(scratch.events.size())};
    if ((hit.steps | hit.exclusions) == 0 && concern == Concern::WhenMet) continue;
    entered = entered || is_entry(hit);
    scratch.hits.push_back(hit);
    if (keeps_events) scratch.events.push_back(event);
  }
  if (!entered) return false;
  settle_ties(scratch);
  if (funnel_->grace != microseconds{0}) blur(scratch.hits, funnel_->grace.count());
  return true;
}

// Which event of an instant fills a step must not depend on who came first, where it shows: in values, and in what is left for
// optional steps. Those that can do least go first, so that they help most.
void Pass::settle_ties(Scratch& scratch) const {
  auto& hits = scratch.hits;
  const bool shows_value = value_property_ && !by_all_events();
  if (!shows_value && std::popcount(plan_.required) == static_cast<int>(plan_.steps)) return;
  const auto value = [&](const Hit& hit) { return text(value_property_->cell(scratch.events[hit.place])); };
  const auto before = [&](const Hit& left, const Hit& right) {
    if (left.steps != right.steps) {
      const int can_left = std::popcount(left.steps), can_right = std::popcount(right.steps);
      return can_left != can_right ? can_left < can_right : left.steps < right.steps;
    }
    return shows_value && value(left) < value(right);
  };
  for (auto first = hits.begin(); first != hits.end();) {
    const auto last = std::find_if(first, hits.end(), [&](const Hit& hit) { return hit.at_us != first->at_us; });
    if (last - first > 1) std::stable_sort(first, last, before);
    first = last;
  }
}

Pass::Scratch& Pass::scratch() const {
  thread_local Scratch scratch;
  if (scratch.pass != number_) {
    scratch.pass = number_;
    scratch.evaluator.emplace(plan_);
    scratch.walk.emplace(plain_plan());
  }
  return scratch;
}

Pass::Block Pass::look_at(const journey::SelectionBlock& block) const {
  if (!is_plain_) return {block, {}};
  Scratch& own = scratch();
  (*steps_)(block, own.met);
  const std::span<const std::uint64_t> met(own.met.data(), block.rows.size());
  if (plan_.steps <= PlainWalk::kLevelsOfBits) own.bits.set(met, plan_.steps);
  bool shares = false;
  for (std::size_t row = 1; row < block.rows.size(); ++row) shares |= block.at_us[row] == block.at_us[row - 1];
  return {block, {block.at_us, met.data(), &own.bits, shares}};
}

PlainWalk::Outcome Pass::walk(const Block& block, const journey::SelectionBlock::Of& of, Scratch& scratch) const {
  return is_plain_ ? scratch.walk->walk(block.plain, of.first, of.last) : PlainWalk::Outcome::SharedInstant;
}

void Pass::visit(Gathered& into, const Lens& lens, const Block& block, const journey::SelectionBlock::Of& of) const {
  Scratch& own = scratch();
  const PlainWalk::Outcome walked = walk(block, of, own);
  // Most people never enter; the lens is asked for those who do.
  if (walked == PlainWalk::Outcome::NeverEntered) return;
  const journey::Journey journey = block.selected.journey(of);
  if (walked == PlainWalk::Outcome::Entered) {
    if (const auto person = lens.admit_known(journey)) add_walk(into.total, *person, block.selected, *own.walk);
    return;
  }
  if (!read(block.selected.selection(of), own)) return;
  if (const auto person = lens.admit_known(journey)) add_units(into, *person, own);
}

namespace {
// Calls `visit(cell, hits)` for the hits of each cell, in order of time.
template <class CellOf, class Visit>
void for_each_cell(std::span<const Hit> hits, std::vector<std::pair<std::uint64_t, std::uint32_t>>& order,
                   std::vector<Hit>& sorted, const CellOf& cell_of, const Visit& visit) {
  order.clear();
  sorted.clear();
  for (std::uint32_t index = 0; index < hits.size(); ++index) order.emplace_back(cell_of(hits[index]).bits, index);
  std::sort(order.begin(), order.end());
  for (const auto& [bits, index] : order) sorted.push_back(hits[index]);
  for (std::size_t first = 0; first < order.size();) {
    std::size_t last = first;
    while (last < order.size() && order[last].first == order[first].first) ++last;
    visit(journey::Cell{order[first].first}, std::span<const Hit>(sorted).subspan(first, last - first));
    first = last;
  }
}
}  // namespace

void Pass::add_units(Gathered& into, const Person& person, Scratch& scratch) const {
  Record record;
  record.person = person.journey.person();
  record.audience = person.audience;
  if (values_ && values_->of_person()) record.value = values_->of(person.journey, question_->as_of);
  const auto add_unit = [&](std::span<const Hit> hits) {
    add_attempt(into.total, record, hits, entries_in(hits, entries_), scratch);
    if (!bounds_.empty()) add_trend(into.trend, record, hits, scratch);
    if (!by_all_events()) return;
    for_each_cell(
        hits, scratch.values, scratch.of_value,
        [&](const Hit& hit) { return value_property_->cell(scratch.events[hit.place]); },
        [&](journey::Cell value, std::span<const Hit> of_value) {
          Record one = record;
          one.value = value;
          add_attempt(into.by_value, one, of_value, entries_in(of_value, entries_), scratch);
          if (!bounds_.empty()) add_trend(into.trend_by_value, one, of_value, scratch);
        });
  };
  if (!held_) {
    add_unit(scratch.hits);
    return;
  }
  for_each_cell(
      scratch.hits, scratch.held, scratch.of_unit,
      [&](const Hit& hit) { return held_->cell(scratch.events[hit.place]); },
      [&](journey::Cell held, std::span<const Hit> hits) {
        if (held.type() == journey::Value::Type::Missing) return;
        add_unit(hits);
        ++record.unit;
      });
}

EntryRange Pass::entries_in(std::span<const Hit> hits, EntryRange range) const {
  if (funnel_->entries == FunnelEntry::Every) return range;
  for (const Hit& hit : hits)
    if (is_entry(hit) && hit.at_us >= range.from_us && hit.at_us < range.to_us) return {hit.at_us, hit.at_us + 1};
  return {range.from_us, range.from_us};
}

void Pass::add_attempt(Records& into, Record record, std::span<const Hit> hits, EntryRange entries,
                       Scratch& scratch) const {
  const Attempt& attempt = scratch.evaluator->evaluate(hits, entries);
  if (attempt.filled == 0 && !attempt.removed) return;
  record.removed = attempt.removed;
  record.depth = attempt.depth;
  record.filled = attempt.filled;
  record.entry_us = attempt.entry_us;
  record.completed_us = attempt.completed_us;
  if (!attempt.removed && attempt.depth < scratch.evaluator->goal())
    record.open = could_convert(hits, entries, scratch);
  if (value_property_ && !by_all_events())
    give_value(record, attempt.filled, [&](std::size_t step) -> const journey::Event& {
      return scratch.events[hits[attempt.hit[step]].place];
    });
  record.times = into.times.size();
  std::int64_t before_us = attempt.entry_us;
  for (std::uint64_t left = attempt.filled & ~std::uint64_t{1}; left != 0; left &= left - 1) {
    const auto step = static_cast<std::size_t>(std::countr_zero(left));
    const std::int64_t at_us = hits[attempt.hit[step]].at_us;
    into.times.push_back(at_us - before_us);
    if ((plan_.required >> step & 1) != 0) before_us = at_us;
  }
  into.records.push_back(record);
}

// Asked as what it means: would they, if all steps happened right after as_of?
bool Pass::could_convert(std::span<const Hit> hits, EntryRange entries, Scratch& scratch) const {
  const std::int64_t soon_us = question_->as_of.time_since_epoch().count() + 1;
  if (funnel_->bounds == FunnelPeriod::AllEvents && soon_us >= question_->period.to.time_since_epoch().count())
    return false;
  std::int64_t last_us = INT64_MIN;
  for (const Hit& hit : hits)
    if (is_entry(hit) && hit.at_us >= entries.from_us && hit.at_us < entries.to_us) last_us = hit.at_us;
  if (last_us == INT64_MIN || soon_us - last_us > plan_.window_us) return false;
  scratch.and_soon.assign(hits.begin(), hits.end());
  for (std::uint32_t step = 0; step < plan_.steps; ++step)
    scratch.and_soon.push_back({soon_us, std::uint64_t{1} << step, 0, 0});
  return scratch.evaluator->completes(scratch.and_soon, entries);
}

void Pass::add_trend(Records& into, const Record& record, std::span<const Hit> hits, Scratch& scratch) const {
  std::size_t done = SIZE_MAX;
  for (std::size_t index = 0; index < hits.size(); ++index) {
    if (!is_entry(hits[index])) continue;
    const UtcMicros at{microseconds{hits[index].at_us}};
    const auto after = std::upper_bound(bounds_.begin(), bounds_.end(), at);
    if (after == bounds_.begin() || after == bounds_.end()) continue;
    const auto bucket = static_cast<std::size_t>(after - bounds_.begin()) - 1;
    if (bucket == done) continue;
    done = bucket;
    const EntryRange range{std::max(entries_.from_us, bounds_[bucket].time_since_epoch().count()),
                           std::min(entries_.to_us, after->time_since_epoch().count())};
    std::size_t first = index;
    while (first > 0 && hits[first - 1].at_us == hits[index].at_us) --first;
    // What comes after the bucket's last window is of no concern, nor is what came before.
    const auto end =
        std::upper_bound(hits.begin() + static_cast<std::ptrdiff_t>(index), hits.end(), range.to_us + plan_.window_us,
                         [](std::int64_t end_us, const Hit& hit) { return end_us < hit.at_us; });
    const std::span<const Hit> from_here(hits.begin() + static_cast<std::ptrdiff_t>(first), end);
    Record one = record;
    one.bucket = static_cast<std::uint32_t>(bucket);
    add_attempt(into, one, from_here, entries_in(from_here, range), scratch);
  }
}

std::vector<std::uint8_t> Pass::wanted() const {
  std::vector<std::uint8_t> kinds;
  for (const Concern concern : concerns_) kinds.push_back(concern == Concern::Never ? 0 : 1);
  return kinds;
}

bool Pass::can_be_walked() const {
  const bool unlimited = std::all_of(plan_.within_us.begin(), plan_.within_us.begin() + plan_.steps,
                                     [](std::int64_t within_us) { return within_us == kNoLimit; });
  return plan_.order == FunnelOrder::Ordered && plan_.exclusions == 0 && unlimited &&
         std::popcount(plan_.required) == static_cast<int>(plan_.steps) && !held_ && !among_ && !funnel_->trend &&
         !by_all_events() && funnel_->grace == microseconds{0} && funnel_->entries == FunnelEntry::Every;
}

PlainPlan Pass::plain_plan() const {
  const std::int64_t soon_us = question_->as_of.time_since_epoch().count() + 1;
  const bool ends_with_period =
      funnel_->bounds == FunnelPeriod::AllEvents && soon_us >= question_->period.to.time_since_epoch().count();
  const bool always = soon_us < 0 && plan_.window_us > soon_us - INT64_MIN;
  return {.levels = plan_.steps,
          .window_us = plan_.window_us,
          .entries = entries_,
          .read_from_us = question_->period.from.time_since_epoch().count(),
          .read_until_us = read_until_.time_since_epoch().count(),
          .open_from_us = ends_with_period ? INT64_MAX
                          : always         ? INT64_MIN
                                           : soon_us - plan_.window_us,
          .tells_events_apart = value_property_.has_value()};
}

Record Pass::record_of(const Person& person, const journey::SelectionBlock& events, const PlainWalk& walk) const {
  const std::span<const std::int64_t> at_us = walk.at_us();
  Record record;
  record.person = person.journey.person();
  record.audience = person.audience;
  record.depth = static_cast<std::uint32_t>(at_us.size());
  record.filled = at_us.size() == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << at_us.size()) - 1;
  record.entry_us = at_us.front();
  record.completed_us = at_us.back();
  record.open = walk.open();
  if (values_ && values_->of_person()) record.value = values_->of(person.journey, question_->as_of);
  if (value_property_)
    give_value(record, record.filled, [&](std::size_t step) { return events.event(walk.event(step)); });
  return record;
}

void Pass::add_walk(Records& into, const Person& person, const journey::SelectionBlock& events,
                    const PlainWalk& walk) const {
  const std::span<const std::int64_t> at_us = walk.at_us();
  Record record = record_of(person, events, walk);
  record.times = into.times.size();
  for (std::size_t step = 1; step < at_us.size(); ++step) into.times.push_back(at_us[step] - at_us[step - 1]);
  into.records.push_back(record);
}

Result<Gathered> Pass::run() const {
  auto lens = Lens::of(*customers_, *question_);
  if (!lens) return tl::unexpected(lens.error());
  std::vector<Gathered> parts(kParts);
  const std::vector<std::uint8_t> kinds = wanted();
  auto done = for_each_part(*customers_, *question_, [&](std::size_t part) {
    customers_->snapshot().for_each_selection(part, kParts, kinds, [&](const journey::SelectionBlock& selected) {
      const Block block = look_at(selected);
      for (const journey::SelectionBlock::Of& of : selected.people) {
        if (question_->cancellation != nullptr && question_->cancellation->cancelled()) return;
        visit(parts[part], *lens, block, of);
      }
    });
  });
  if (!done) return tl::unexpected(done.error());
  Gathered all;
  for (Records Gathered::*const kind :
       {&Gathered::total, &Gathered::by_value, &Gathered::trend, &Gathered::trend_by_value}) {
    std::size_t records = 0, times = 0;
    for (const Gathered& part : parts) {
      records += (part.*kind).records.size();
      times += (part.*kind).times.size();
    }
    (all.*kind).records.reserve(records);
    (all.*kind).times.reserve(times);
  }
  for (Gathered& part : parts) {
    all.merge(part);
    part = {};
  }
  return all;
}

}  // namespace habitue::insight::funnel
