// What a step of a path is called: numbers for names, the same for events that read the same.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "insight/event_matcher.hpp"
#include "insight/paths/paths.hpp"
#include "insight/sequences.hpp"

namespace habitue::insight::paths {

/// Whether all of `text` fits; `*` stands for any characters, also none. No other character is special. Time: the product of both
/// lengths at most.
bool fits(std::string_view pattern, std::string_view text);

/// Names of steps by number; built while events are read.
struct Names {
  static constexpr std::uint32_t kLeftOut = UINT32_MAX;
  Texts texts;
  Remembered number_of_cell;  ///< Of the property, by its bits.
  std::vector<std::optional<std::uint32_t>> number_of_kind;
};

/// Read-only; safe from any thread.
class Namer {
 public:
  static Result<Namer> bind(const Customers& customers, const PathsSpec& spec);
  /// Nothing for an event that is no step of any path: excluded, left out by a rule, or a call that only tells who somebody is.
  std::optional<std::uint32_t> name(const journey::Event& event, Names& names) const;
  const std::vector<std::string>& warnings() const { return warnings_; }

 private:
  std::uint32_t cleaned(const std::string& text, Names& names) const;

  const journey::Snapshot* snapshot_ = nullptr;
  const std::vector<PathsRule>* rules_ = nullptr;
  std::optional<journey::Property> property_;
  std::optional<EventMatcher> excluded_;
  std::vector<bool> is_no_act_;  // By kind.
  std::vector<std::string> warnings_;
};

}  // namespace habitue::insight::paths
