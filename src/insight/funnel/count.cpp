// Figures of plain funnels, counted while people are walked: of everybody, and of each value of a breakdown.
#include <algorithm>
#include <map>
#include <memory>
#include <mutex>
#include <unordered_map>

#include "base/workers.hpp"
#include "insight/funnel/gather.hpp"

namespace habitue::insight::funnel {
namespace {

// A tally takes about as much as the records of so many people.
constexpr std::size_t kValuesMax = 2'000;

std::uint64_t people_in(const ByAudience<Tally>& parts) {
  return parts.inside.entered() + parts.outside.entered() + parts.unknown.entered();
}

}  // namespace

/// What one thread has counted.
struct Pass::Tallies {
  std::size_t steps;
  ByAudience<Tally> all = none();
  std::unordered_map<std::uint64_t, ByAudience<Tally>> by_value = {};  // By the cell's bits.
  ByAudience<Tally> not_reached = none();                              // The step that gives the value.
  bool has_too_many = false;

  ByAudience<Tally> none() const { return {Tally(steps), Tally(steps), Tally(steps), Tally(steps)}; }
  ByAudience<Tally>* of(const Record& record) {
    if (!record.has_value) return &not_reached;
    const auto known = by_value.find(record.value.bits);
    if (known != by_value.end()) return &known->second;
    has_too_many = has_too_many || by_value.size() == kValuesMax;
    return has_too_many ? nullptr : &by_value.emplace(record.value.bits, none()).first->second;
  }
  void merge(const Tallies& other) {
    has_too_many = has_too_many || other.has_too_many || by_value.size() + other.by_value.size() > 2 * kValuesMax;
    merge_parts(all, other.all);
    merge_parts(not_reached, other.not_reached);
    for (const auto& [bits, parts] : other.by_value)
      merge_parts(by_value.try_emplace(bits, none()).first->second, parts);
  }
};

void Pass::add_to(Tallies& into, const Lens& lens, const Block& block, const journey::SelectionBlock::Of& of) const {
  Scratch& own = scratch();
  const PlainWalk::Outcome walked = walk(block, of, own);
  if (walked == PlainWalk::Outcome::NeverEntered) return;
  const Counting how = counting();
  if (walked == PlainWalk::Outcome::Entered) {
    const auto person = lens.admit_known(block.selected.journey(of));
    if (!person) return;
    const PlainWalk& way = *own.walk;
    into.all.of(person->audience).add_plain(way.at_us(), way.open(), how);
    if (!values_) return;
    const Record record = record_of(*person, block.selected, way);
    if (ByAudience<Tally>* const of_value = into.of(record); of_value != nullptr)
      of_value->of(person->audience).add_plain(way.at_us(), way.open(), how);
    return;
  }
  thread_local Gathered one;
  one.total.records.clear();
  one.total.times.clear();
  visit(one, lens, block, of);
  for (const Record& record : one.total.records) {
    into.all.of(record.audience).add(record, one.total, how);
    if (!values_) continue;
    if (ByAudience<Tally>* const of_value = into.of(record); of_value != nullptr)
      of_value->of(record.audience).add(record, one.total, how);
  }
}

Result<std::optional<Counted>> Pass::count() const {
  if (!is_plain_) return std::nullopt;
  auto lens = Lens::of(*customers_, *question_);
  if (!lens) return tl::unexpected(lens.error());
  const std::vector<std::uint8_t> kinds = wanted();
  // As in fold_sums: what threads count does not depend on who counts it.
  std::mutex mutex;
  std::vector<std::unique_ptr<Tallies>> idle;
  const auto take = [&]() -> std::unique_ptr<Tallies> {
    const std::lock_guard lock(mutex);
    if (idle.empty()) return std::make_unique<Tallies>(Tallies{.steps = plan_.steps});
    auto tallies = std::move(idle.back());
    idle.pop_back();
    return tallies;
  };
  auto done = for_each_part(*customers_, *question_, [&](std::size_t part) {
    std::unique_ptr<Tallies> into = take();
    customers_->snapshot().for_each_selection(part, kParts, kinds, [&](const journey::SelectionBlock& selected) {
      const Block block = look_at(selected);
      for (const journey::SelectionBlock::Of& of : selected.people) {
        if (into->has_too_many || (question_->cancellation != nullptr && question_->cancellation->cancelled())) return;
        add_to(*into, *lens, block, of);
      }
    });
    const std::lock_guard lock(mutex);
    idle.push_back(std::move(into));
  });
  if (!done) return tl::unexpected(done.error());
  if (idle.empty()) idle.push_back(take());
  Tallies& whole = *idle.front();
  for (std::size_t other = 1; other < idle.size(); ++other) {
    whole.merge(*idle[other]);
    idle[other].reset();
  }
  if (whole.has_too_many) return std::nullopt;
  return counted(whole);
}

// As group_by_value groups records: each person is in one group.
Counted Pass::counted(Tallies& whole) const {
  struct Group {
    FunnelValue value;
    ByAudience<Tally> parts;
  };
  std::map<std::string, Group> by_text;  // Values that read the same are one: the number 12 and the text.
  Group missing{{FunnelValueKind::Missing, {}, 1, {}}, whole.none()};
  Group other{{FunnelValueKind::Other, {}, 0, {}}, whole.none()};
  for (auto& [bits, parts] : whole.by_value) {
    const auto name = text(journey::Cell{bits});
    if (!name) {
      merge_parts(missing.parts, parts);
      continue;
    }
    const auto [group, is_new] = by_text.try_emplace(*name, Group{{FunnelValueKind::Value, *name, 1, {}}, {parts}});
    if (!is_new) merge_parts(group->second.parts, parts);
  }
  std::vector<Group> groups;
  for (auto& [name, group] : by_text) groups.push_back(std::move(group));
  std::stable_sort(groups.begin(), groups.end(), [](const Group& left, const Group& right) {
    return people_in(left.parts) > people_in(right.parts);
  });
  const std::size_t limit = funnel_->breakdown ? funnel_->breakdown->by.limit : 0;
  for (std::size_t index = limit; index < groups.size(); ++index) {
    ++other.value.values;
    merge_parts(other.parts, groups[index].parts);
  }
  if (groups.size() > limit) groups.erase(groups.begin() + static_cast<std::ptrdiff_t>(limit), groups.end());
  const auto is_there = [](const ByAudience<Tally>& parts) {
    return !parts.inside.empty() || !parts.outside.empty() || !parts.unknown.empty();
  };
  if (is_there(missing.parts)) groups.push_back(std::move(missing));
  if (other.value.values > 0) groups.push_back(std::move(other));
  if (is_there(whole.not_reached))
    groups.push_back({{FunnelValueKind::NotReached, {}, 0, {}}, std::move(whole.not_reached)});

  Counted result;
  const Counting how = counting();
  const unsigned threads = worker_count(*customers_, *question_);
  if (groups.empty()) {
    result.all = figures_of(whole.all, how, threads);
    return result;
  }
  std::atomic<std::size_t> next{0};
  run_workers(threads, [&](const std::atomic<bool>& failed) {
    for (std::size_t index = next++; index <= groups.size() && !failed; index = next++) {
      if (index == 0)
        result.all = figures_of(whole.all, how);
      else
        groups[index - 1].value.figures = figures_of(groups[index - 1].parts, how);
    }
  });
  for (Group& group : groups) result.values.push_back(std::move(group.value));
  return result;
}

}  // namespace habitue::insight::funnel
