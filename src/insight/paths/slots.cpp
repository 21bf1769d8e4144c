#include "insight/paths/slots.hpp"

#include <algorithm>

namespace habitue::insight::paths {
namespace {

/// The first `limit` of what is there, in order: taken in portions, so that millions can be stopped in between.
template <class Before>
std::vector<std::uint32_t> first_of(std::span<const RankCount> counts, std::size_t limit, CancellationWatch& watch,
                                    const Before& before) {
  constexpr std::size_t kPortion = 16'384;
  std::vector<std::uint32_t> first;
  const auto keep = [&] {
    if (first.size() <= limit) return;
    std::nth_element(first.begin(), first.begin() + static_cast<std::ptrdiff_t>(limit), first.end(), before);
    first.resize(limit);
  };
  for (std::uint32_t number = 0; number < counts.size() && !watch.stopped(); ++number) {
    if (counts[number].count.transitions == 0) continue;
    first.push_back(number);
    if (first.size() >= limit + kPortion) keep();
  }
  keep();
  std::sort(first.begin(), first.end(), before);
  return first;
}

// More people first, then more paths; nothing when both are equal.
std::optional<bool> more(const PathCount& left, const PathCount& right) {
  if (left.people != right.people) return left.people > right.people;
  if (left.transitions != right.transitions) return left.transitions > right.transitions;
  return std::nullopt;
}

}  // namespace

Slots::Slots(const Walks& walks, const PathsSpec& spec, CancellationWatch& watch)
    : limit_(spec.names_limit), shown_(spec.steps), other_(spec.steps), slot_of_(spec.steps) {
  const Texts& texts = walks.names.texts;
  std::vector<RankCount> counts;
  for (std::size_t step = 0; step < spec.steps && !watch.look(); ++step) {
    counts.assign(texts.size(), {});
    std::size_t number_of_person = 0, different = 0;
    for_each_walker(walks, watch, [&](const Walker& walker, std::size_t first, std::size_t last) {
      ++number_of_person;
      for (std::size_t number = first; number < last; ++number)
        if (const auto steps = walks.walk(number); step < steps.size()) {
          RankCount& count = counts[steps[step]];
          different += count.last_person == 0 ? 1 : 0;
          count.add(walker, number_of_person);
        }
    });
    const auto names = first_of(counts, limit_, watch, [&](std::uint32_t left, std::uint32_t right) {
      return more(counts[left].count, counts[right].count).value_or(texts[left] < texts[right]);
    });
    slot_of_[step].assign(texts.size(), 0);
    for (std::size_t place = 0; place < names.size(); ++place) {
      slot_of_[step][names[place]] = static_cast<std::uint8_t>(place + 1);
      shown_[step].emplace_back(texts[names[place]]);
    }
    other_[step] = different - names.size();
  }
}

PathNode Slots::node(std::size_t step, std::size_t slot) const {
  if (slot == 0) return {};
  if (slot == other()) return {PathNode::Kind::Other};
  if (slot == ended()) return {PathNode::Kind::Ended};
  if (slot == cut()) return {PathNode::Kind::Cut};
  return {PathNode::Kind::Name, shown_[step - 1][slot - 1]};
}

std::optional<std::size_t> Slots::find(std::size_t step, const PathNode& node) const {
  const std::size_t steps = shown_.size();
  switch (node.kind) {
    case PathNode::Kind::Start: return step == 0 ? std::optional<std::size_t>(0) : std::nullopt;
    case PathNode::Kind::Other:
      return other_names(std::min(step, steps)) > 0 && step <= steps ? std::optional(other()) : std::nullopt;
    case PathNode::Kind::Ended: return step >= 1 && step <= steps ? std::optional(ended()) : std::nullopt;
    case PathNode::Kind::Cut: return step == steps + 1 ? std::optional(cut()) : std::nullopt;
    case PathNode::Kind::Name: break;
  }
  if (step == 0 || step > steps) return std::nullopt;
  const auto& names = shown_[step - 1];
  const auto found = std::find(names.begin(), names.end(), node.name);
  if (found == names.end()) return std::nullopt;
  return static_cast<std::size_t>(found - names.begin()) + 1;
}

WholePaths::WholePaths(const Walks& walks, const PathsSpec& spec, CancellationWatch& watch) {
  const Texts& texts = walks.names.texts;
  std::vector<RankCount> counts;
  std::size_t number_of_person = 0;
  for_each_walker(walks, watch, [&](const Walker& walker, std::size_t first, std::size_t last) {
    ++number_of_person;
    for (std::size_t number = first; number < last; ++number) {
      const std::uint32_t id = ids_.number(walks.walk(number));
      if (id == counts.size()) counts.emplace_back();
      counts[id].add(walker, number_of_person);
    }
  });
  const auto less = [&](std::uint32_t left, std::uint32_t right) {
    const auto one = ids_[left], other = ids_[right];
    return std::lexicographical_compare(
        one.begin(), one.end(), other.begin(), other.end(),
        [&](std::uint32_t first, std::uint32_t second) { return first != second && texts[first] < texts[second]; });
  };
  shown_ = first_of(counts, spec.paths_limit, watch, [&](std::uint32_t left, std::uint32_t right) {
    const auto by_count = more(counts[left].count, counts[right].count);
    return by_count ? *by_count : less(left, right);
  });
  place_.assign(ids_.size(), kNone);
  for (std::size_t place = 0; place < shown_.size(); ++place) place_[shown_[place]] = static_cast<std::uint32_t>(place);
}

}  // namespace habitue::insight::paths
