// Traits that come with every row (a customer's country on each order line), told once: when first seen and when they change.
// Rows may come in any order, so changes are known at the end of the file, when all moments of a person can be sorted.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "intake/event.hpp"
#include "intake/interner.hpp"

namespace habitue::intake {

class TraitRuns {
 public:
  /// `person` is `user_id` NUL `anonymous_id`; `traits` is a JSON object of those that the row has.
  void observe(std::string_view person, UtcMicros at, std::string_view traits);

  /// Sorts what was observed; then next() gives the identify events, in order of time. No observe() after it.
  void finish();
  /// False at the end. Fills ids, moment and properties: only traits that are new or differ from those before.
  bool next(Event& event);

 private:
  // A stretch of rows, in the order of the file, over which a person's traits did not change.
  struct Run {
    std::uint32_t person;
    std::uint32_t traits;
    std::int64_t from_us;
  };
  Interner persons_;
  Interner traits_;
  std::vector<std::uint32_t> open_;  // By person: its last run.
  std::vector<Run> runs_;
  std::vector<std::string> changes_;  // By run after finish(): the object to send.
  std::vector<std::uint32_t> order_;
  std::size_t given_ = 0;
};

}  // namespace habitue::intake
