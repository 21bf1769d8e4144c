// The names that each step of an answer shows, and whole paths by how many people went them.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "insight/paths/walks.hpp"
#include "insight/sequences.hpp"

namespace habitue::insight::paths {

/// A count of paths and of different people, who come one after the other with numbers from 1.
template <class Figures>
struct CountOf {
  Figures count{};
  std::size_t last_person = 0;

  void add(const Walker& walker, std::size_t number_of_person) {
    const bool is_new = last_person != number_of_person;
    last_person = number_of_person;
    const auto one = [&](PathCount& part) {
      part.people += is_new ? 1 : 0;
      ++part.transitions;
    };
    if constexpr (std::is_same_v<Figures, PathCount>) {
      one(count);
    } else {
      one(count.of(walker.audience));
      one(count.all);
    }
  }
};
using Count = CountOf<ByAudience<PathCount>>;
using RankCount = CountOf<PathCount>;

/// The names shown at each step from 1, as slots: 0 is the start, then names, "other", ended, cut.
class Slots {
 public:
  /// Cut short when the watch stops.
  Slots(const Walks& walks, const PathsSpec& spec, CancellationWatch& watch);

  std::size_t count() const { return limit_ + 4; }
  std::size_t other() const { return limit_ + 1; }
  std::size_t ended() const { return limit_ + 2; }
  std::size_t cut() const { return limit_ + 3; }
  std::uint64_t other_names(std::size_t step) const { return step == 0 ? 0 : other_[step - 1]; }

  /// What a path has at a step; 0 is the start, and one step after the last is cut.
  std::size_t at(std::span<const std::uint32_t> walk, std::size_t step) const {
    if (step == 0) return 0;
    if (step > walk.size()) return walk.size() == shown_.size() ? cut() : ended();
    const std::size_t slot = slot_of_[step - 1][walk[step - 1]];
    return slot == 0 ? other() : slot;
  }
  PathNode node(std::size_t step, std::size_t slot) const;
  /// Nothing when the step does not show it.
  std::optional<std::size_t> find(std::size_t step, const PathNode& node) const;

 private:
  std::size_t limit_;
  std::vector<std::vector<std::string>> shown_;
  std::vector<std::uint64_t> other_;
  std::vector<std::vector<std::uint8_t>> slot_of_;  // By step and name; 0: not shown. There are at most 100.
};

/// Which whole paths there are, and which of them are shown.
class WholePaths {
 public:
  /// Cut short when the watch stops.
  WholePaths(const Walks& walks, const PathsSpec& spec, CancellationWatch& watch);

  std::size_t different() const { return ids_.size(); }
  std::size_t shown() const { return shown_.size(); }
  std::span<const std::uint32_t> path(std::size_t place) const { return ids_[shown_[place]]; }
  /// Its number, below different(), and its place among those shown.
  std::uint32_t id(std::span<const std::uint32_t> walk) const { return *ids_.find(walk); }
  std::optional<std::size_t> place(std::uint32_t id) const {
    return place_[id] == kNone ? std::nullopt : std::optional<std::size_t>(place_[id]);
  }

 private:
  static constexpr std::uint32_t kNone = UINT32_MAX;
  Sequences ids_;
  std::vector<std::uint32_t> shown_, place_;
};

}  // namespace habitue::insight::paths
