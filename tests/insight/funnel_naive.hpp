// The attempt of a funnel by trying all of them, straight from the rules of funnel.hpp: every way to give hits to steps is
// made, those that break a rule are thrown away, and the best of the rest is taken. For a few hits and steps.
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "insight/funnel/attempt.hpp"

namespace habitue::insight::funnel {

/// [step]: index of its hit, or nothing.
using Chosen = std::vector<std::optional<std::size_t>>;

struct NaiveAnswer {
  bool removed = false;
  std::uint32_t depth = 0;
  std::int64_t completed_us = 0, entry_us = 0;
  std::vector<std::int64_t> times;  ///< Of the required steps that are filled, in order.
  bool operator==(const NaiveAnswer&) const = default;
};

class NaiveFunnel {
 public:
  NaiveFunnel(const Plan& plan, std::vector<Hit> hits, EntryRange entries)
      : plan_(plan), hits_(std::move(hits)), entries_(entries) {}

  NaiveAnswer answer() const {
    const std::vector<Chosen> all = attempts(false);
    if (all.empty()) return {};
    if (plan_.rule == FunnelExclusionRule::Cut || plan_.exclusions == 0) return best(attempts(true));
    std::uint32_t deepest = 0;
    for (const Chosen& one : all) deepest = std::max(deepest, depth(one));
    // An attempt is complete as soon as it can be; of those complete at one moment, the one of the latest entry.
    const std::vector<Chosen> clean = attempts(true);
    std::map<std::int64_t, std::int64_t> completed_of, entry_of;
    for (const Chosen& one : clean) {
      if (depth(one) != deepest) continue;
      const auto [found, fresh] = completed_of.emplace(times(one).front(), completed(one));
      found->second = std::min(found->second, completed(one));
    }
    for (const auto& [entry, done] : completed_of)
      entry_of[done] = std::max(entry_of.emplace(done, entry).first->second, entry);
    for (const auto& [done, entry] : entry_of) {
      std::vector<Chosen> ones;
      for (const Chosen& one : clean)
        if (depth(one) == deepest && completed(one) == done && times(one).front() == entry) ones.push_back(one);
      const NaiveAnswer found = best(ones);
      if (!spoiled_after(found)) return found;
    }
    return {true, 0, 0, 0, {}};
  }

  /// Whether these hits may fill these steps at all.
  bool is_attempt(const Chosen& chosen, bool cut) const {
    std::vector<std::size_t> used;
    for (std::size_t step = 0; step < chosen.size(); ++step) {
      if (!chosen[step]) continue;
      if ((hits_[*chosen[step]].steps >> step & 1) == 0) return false;
      used.push_back(*chosen[step]);
    }
    if (used.empty()) return false;
    std::vector<std::size_t> distinct = used;
    std::sort(distinct.begin(), distinct.end());
    if (std::adjacent_find(distinct.begin(), distinct.end()) != distinct.end()) return false;
    return plan_.order == FunnelOrder::AnyOrder ? is_attempt_in_any_order(used, cut)
                                                : is_attempt_in_order(chosen, used, cut);
  }

  std::int64_t time(std::size_t hit) const { return hits_[hit].at_us; }

 private:
  bool required(std::size_t step) const { return (plan_.required >> step & 1) != 0; }
  bool may_enter(std::int64_t at) const { return at >= entries_.from_us && at < entries_.to_us; }
  bool excluded_between(std::int64_t from, std::int64_t to, std::uint64_t which) const {
    return std::any_of(hits_.begin(), hits_.end(), [&](const Hit& hit) {
      return (hit.exclusions & which) != 0 && hit.at_us > from && hit.at_us < to;
    });
  }

  bool is_attempt_in_any_order(const std::vector<std::size_t>& used, bool cut) const {
    std::int64_t first = INT64_MAX, last = INT64_MIN;
    for (const std::size_t hit : used) first = std::min(first, time(hit)), last = std::max(last, time(hit));
    if (!may_enter(first) || last - first > plan_.window_us) return false;
    return !cut || !excluded_between(first, last, plan_.exclusions);
  }

  bool is_attempt_in_order(const Chosen& chosen, const std::vector<std::size_t>& used, bool cut) const {
    if (!chosen[0] || !may_enter(time(*chosen[0]))) return false;
    const std::int64_t entry = time(*chosen[0]);
    std::int64_t required_at = entry, before = entry;
    bool missing = false;
    for (std::size_t step = 1; step < chosen.size(); ++step) {
      if (!chosen[step]) {
        missing = missing || required(step);
        continue;
      }
      const std::int64_t at = time(*chosen[step]);
      if (missing || at < before || at - entry > plan_.window_us) return false;
      if (plan_.within_us[step] != kNoLimit && at - required_at > plan_.within_us[step]) return false;
      if (plan_.order == FunnelOrder::Strict)
        for (const Hit& hit : hits_)
          if (hit.at_us > before && hit.at_us < at) return false;
      // An exclusion on the way to a required step counts for the optional ones before it too.
      std::size_t next = step;
      while (next < chosen.size() && !required(next)) ++next;
      const bool excluded = next < chosen.size() && excluded_between(required_at, at, plan_.link_exclusions[next]);
      if (cut && excluded) return false;
      before = at;
      if (required(step)) required_at = at;
    }
    return !used.empty();
  }

  std::uint32_t depth(const Chosen& chosen) const {
    std::uint32_t depth = 0;
    for (std::size_t step = 0; step < chosen.size(); ++step) depth += chosen[step] && required(step) ? 1 : 0;
    return depth;
  }
  std::vector<std::int64_t> times(const Chosen& chosen) const {
    std::vector<std::int64_t> times;
    for (std::size_t step = 0; step < chosen.size(); ++step)
      if (chosen[step] && required(step)) times.push_back(time(*chosen[step]));
    if (plan_.order == FunnelOrder::AnyOrder) std::sort(times.begin(), times.end());
    return times;
  }
  std::int64_t completed(const Chosen& chosen) const { return times(chosen).back(); }

  NaiveAnswer best(const std::vector<Chosen>& all) const {
    NaiveAnswer best;
    for (const Chosen& one : all) {
      NaiveAnswer found{false, depth(one), 0, 0, times(one)};
      found.completed_us = found.times.back();
      found.entry_us = found.times.front();
      const auto better = [&] {
        if (found.depth != best.depth) return found.depth > best.depth;
        if (found.completed_us != best.completed_us) return found.completed_us < best.completed_us;
        if (found.entry_us != best.entry_us) return found.entry_us > best.entry_us;
        return found.times < best.times;
      };
      if (better()) best = found;
    }
    return best;
  }

  // Whether an exclusion comes before the attempt has ended by itself.
  bool spoiled_after(const NaiveAnswer& found) const {
    std::vector<std::size_t> steps;
    for (std::size_t step = 0; step < plan_.steps; ++step)
      if (required(step)) steps.push_back(step);
    if (found.depth == steps.size()) return false;
    const std::size_t next = steps[found.depth];
    std::int64_t end = found.entry_us + plan_.window_us;
    std::uint64_t which = plan_.exclusions;
    if (plan_.order != FunnelOrder::AnyOrder) {
      which = plan_.link_exclusions[next];
      if (plan_.within_us[next] != kNoLimit) end = std::min(end, found.completed_us + plan_.within_us[next]);
    }
    // A strict attempt ends with the next event, whatever it is.
    if (plan_.order == FunnelOrder::Strict)
      for (const Hit& hit : hits_)
        if (hit.at_us > found.completed_us) end = std::min(end, hit.at_us);
    return excluded_between(found.completed_us, end + 1, which);
  }

  std::vector<Chosen> attempts(bool cut) const {
    std::vector<Chosen> all;
    Chosen chosen(plan_.steps);
    // In order a prefix that breaks a rule cannot be mended; in any order everything is tried.
    const std::function<void(std::size_t)> choose = [&](std::size_t step) {
      if (step == plan_.steps) {
        if (is_attempt(chosen, cut)) all.push_back(chosen);
        return;
      }
      const bool in_order = plan_.order != FunnelOrder::AnyOrder;
      chosen[step].reset();
      if (!in_order || step > 0) choose(step + 1);
      for (std::size_t hit = 0; hit < hits_.size(); ++hit) {
        if ((hits_[hit].steps >> step & 1) == 0) continue;
        chosen[step] = hit;
        if (!in_order || is_attempt(chosen, cut)) choose(step + 1);
      }
      chosen[step].reset();
    };
    choose(0);
    return all;
  }

  Plan plan_;
  std::vector<Hit> hits_;
  EntryRange entries_;
};

inline std::string story_of(const std::vector<Hit>& hits) {
  std::string story;
  for (const Hit& hit : hits)
    story += fmt::format("  at {}: steps {:b}, exclusions {:b}\n", hit.at_us, hit.steps, hit.exclusions);
  return story;
}

}  // namespace habitue::insight::funnel
