// A set of people of one snapshot: a bit for each PersonId.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/id.hpp"

namespace habitue::criteria {

/// Filled by one thread, then read by any.
class PersonSet {
 public:
  /// Nobody (kNobody) is never in.
  void add(PersonId person) {
    if (person == kNobody) return;
    if (person.value >= has_.size()) has_.resize(std::size_t{person.value} + 1 + person.value / 4);
    if (!has_[person.value]) ++size_;
    has_[person.value] = true;
  }
  bool has(PersonId person) const { return person.value < has_.size() && has_[person.value]; }
  std::size_t size() const { return size_; }

 private:
  std::vector<bool> has_;
  std::size_t size_ = 0;
};

}  // namespace habitue::criteria
