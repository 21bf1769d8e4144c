#include "insight/funnel/records.hpp"

#include <algorithm>
#include <bit>
#include <unordered_map>

#include "insight/funnel/tally.hpp"

namespace habitue::insight::funnel {
namespace {

bool deeper(const Record& left, const Record& right) {
  if (left.removed != right.removed) return right.removed;
  if (left.depth != right.depth) return left.depth > right.depth;
  if (left.completed_us != right.completed_us) return left.completed_us < right.completed_us;
  return left.entry_us > right.entry_us;
}

// Of the records of one person and unit, in one bucket, the deepest.
void keep_deepest(std::vector<Record>& records, const Counting& counting) {
  const auto before = [](const Record& left, const Record& right) {
    if (left.person != right.person) return left.person < right.person;
    if (left.unit != right.unit) return left.unit < right.unit;
    if (left.bucket != right.bucket) return left.bucket < right.bucket;
    return deeper(left, right);
  };
  const auto same_or_after = [](const Record& left, const Record& right) { return left.person >= right.person; };
  // Mostly each person has one, in order.
  if (std::adjacent_find(records.begin(), records.end(), same_or_after) == records.end()) return;
  std::stable_sort(records.begin(), records.end(), before);
  std::size_t kept = 0;
  for (std::size_t index = 0; index < records.size(); ++index) {
    if (kept > 0 && records[kept - 1].person == records[index].person &&
        records[kept - 1].unit == records[index].unit && records[kept - 1].bucket == records[index].bucket) {
      Record& one = records[kept - 1];
      one.open = one.open || (records[index].open && !counting.converted(one));
      continue;
    }
    records[kept++] = records[index];
  }
  records.resize(kept);
}

}  // namespace

void Records::append(const Records& other) {
  const std::size_t shift = times.size();
  times.insert(times.end(), other.times.begin(), other.times.end());
  for (Record record : other.records) {
    record.times += shift;
    records.push_back(record);
  }
}

std::size_t Counting::previous(std::size_t step) const {
  const std::uint64_t before = required & ((std::uint64_t{1} << step) - 1);
  return before == 0 ? 0 : static_cast<std::size_t>(63 - std::countl_zero(before));
}

std::size_t Counting::last_step(const Record& record) const {
  return static_cast<std::size_t>(63 - std::countl_zero(record.filled & required));
}

std::int64_t time_of(const Record& record, const Records& from, std::size_t step) {
  const std::uint64_t before = record.filled & ((std::uint64_t{1} << step) - 1);
  return from.times[record.times + static_cast<std::size_t>(std::popcount(before)) - 1];
}

ByAudience<FunnelFigures> count_records(std::span<const Record> records, const Records& from,
                                        const Counting& counting) {
  const Tally empty(counting.steps);
  ByAudience<Tally> parts{empty, empty, empty, empty};
  for (const Record& record : records) parts.of(record.audience).add(record, from, counting);
  return figures_of(parts, counting);
}

bool is_counted(const Record& record, const Records& from, const Counting& counting, const FunnelCell& cell) {
  using What = FunnelCell::What;
  const bool right_side = cell.side == AudienceSide::All ||
                          (cell.side == AudienceSide::Inside && record.audience == criteria::Verdict::Inside) ||
                          (cell.side == AudienceSide::Outside && record.audience == criteria::Verdict::Outside) ||
                          (cell.side == AudienceSide::Unknown && record.audience == criteria::Verdict::Unknown);
  if (!right_side) return false;
  if (cell.what == What::Removed) return record.removed;
  if (cell.what == What::OpenLeftOut) return counting.leave_out_open && !record.removed && record.open;
  if (!counting.counts(record)) return false;
  const auto took = [&](std::int64_t time_us) {
    return !cell.took || (time_us >= cell.took->from.count() && time_us <= cell.took->to.count());
  };
  switch (cell.what) {
    case What::Reached:
      if ((record.filled >> cell.step & 1) == 0) return false;
      return cell.step == 0 || took(time_of(record, from, cell.step));
    case What::Stopped: return !record.open && !counting.converted(record) && counting.last_step(record) == cell.step;
    case What::StillOpen: return record.open && counting.last_step(record) == cell.step;
    case What::Converted: return counting.converted(record) && took(record.completed_us - record.entry_us);
    default: return record.open;  // AllOpen.
  }
}

std::vector<ValueGroup> group_by_value(const Records& from, const Counting& counting, std::size_t limit,
                                       const std::function<std::optional<std::string>(journey::Cell)>& text) {
  // By the value's code first: far fewer texts are made than there are records.
  std::vector<ValueGroup> groups;
  ValueGroup missing{.kind = FunnelValueKind::Missing, .text = {}, .values = 1, .records = {}};
  ValueGroup not_reached{.kind = FunnelValueKind::NotReached, .text = {}, .values = 0, .records = {}};
  constexpr std::size_t kMissing = SIZE_MAX;
  std::unordered_map<std::uint64_t, std::size_t> group_of;
  for (const Record& record : from.records) {
    if (!record.has_value) {
      not_reached.records.push_back(record);
      continue;
    }
    const auto [known, is_new] = group_of.try_emplace(record.value.bits, kMissing);
    if (is_new) {
      if (auto name = text(record.value)) {
        known->second = groups.size();
        groups.push_back({.kind = FunnelValueKind::Value, .text = *std::move(name), .values = 1, .records = {}});
      }
    }
    (known->second == kMissing ? missing : groups[known->second]).records.push_back(record);
  }
  // Values that read the same are one: the number 12 and the text.
  std::sort(groups.begin(), groups.end(),
            [](const ValueGroup& left, const ValueGroup& right) { return left.text < right.text; });
  std::size_t kept = 0;
  for (std::size_t index = 0; index < groups.size(); ++index) {
    if (kept > 0 && groups[kept - 1].text == groups[index].text) {
      auto& into = groups[kept - 1].records;
      into.insert(into.end(), groups[index].records.begin(), groups[index].records.end());
    } else if (kept++ != index) {
      groups[kept - 1] = std::move(groups[index]);
    }
  }
  groups.resize(kept);
  const auto people = [&](const ValueGroup& group) {
    return std::count_if(group.records.begin(), group.records.end(),
                         [&](const Record& record) { return counting.counts(record); });
  };
  for (ValueGroup& group : groups) keep_deepest(group.records, counting);
  std::vector<std::pair<std::ptrdiff_t, std::size_t>> ranks;
  for (std::size_t index = 0; index < groups.size(); ++index) ranks.emplace_back(-people(groups[index]), index);
  std::sort(ranks.begin(), ranks.end());
  std::vector<ValueGroup> shown;
  ValueGroup other{.kind = FunnelValueKind::Other, .text = {}, .values = 0, .records = {}};
  for (const auto& [rank, index] : ranks) {
    if (shown.size() < limit) {
      shown.push_back(std::move(groups[index]));
      continue;
    }
    ++other.values;
    other.records.insert(other.records.end(), groups[index].records.begin(), groups[index].records.end());
  }
  keep_deepest(other.records, counting);
  keep_deepest(missing.records, counting);
  if (!missing.records.empty()) shown.push_back(std::move(missing));
  if (other.values > 0) shown.push_back(std::move(other));
  if (!not_reached.records.empty()) shown.push_back(std::move(not_reached));
  return shown;
}

std::vector<ValueGroup> group_trend(const std::vector<ValueGroup>& whole, const Records& trend,
                                    const Counting& counting,
                                    const std::function<std::optional<std::string>(journey::Cell)>& text) {
  std::vector<ValueGroup> groups;
  std::unordered_map<std::string, std::size_t> of_text;
  for (const ValueGroup& group : whole) {
    if (group.kind == FunnelValueKind::Value) of_text.emplace(group.text, groups.size());
    groups.push_back({group.kind, group.text, group.values, {}});
  }
  const auto of_kind = [&](FunnelValueKind kind) {
    const auto found =
        std::find_if(groups.begin(), groups.end(), [&](const auto& group) { return group.kind == kind; });
    if (found != groups.end()) return static_cast<std::size_t>(found - groups.begin());
    groups.push_back({kind, {}, 0, {}});
    return groups.size() - 1;
  };
  std::unordered_map<std::uint64_t, std::size_t> of_cell;
  for (const Record& record : trend.records) {
    if (!record.has_value) {
      groups[of_kind(FunnelValueKind::NotReached)].records.push_back(record);
      continue;
    }
    auto known = of_cell.find(record.value.bits);
    if (known == of_cell.end()) {
      const auto name = text(record.value);
      const auto shown = name ? of_text.find(*name) : of_text.end();
      const std::size_t group = !name                    ? of_kind(FunnelValueKind::Missing)
                                : shown != of_text.end() ? shown->second
                                                         : of_kind(FunnelValueKind::Other);
      known = of_cell.emplace(record.value.bits, group).first;
    }
    groups[known->second].records.push_back(record);
  }
  for (ValueGroup& group : groups) keep_deepest(group.records, counting);
  return groups;
}

}  // namespace habitue::insight::funnel
