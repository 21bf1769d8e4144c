// A set of 64-bit fingerprints that keeps its room when cleared.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

namespace habitue::criteria {

class ValueSet {
 public:
  void clear() {
    if (slots_.size() > 1024)
      slots_ = std::vector<std::uint64_t>(16);  // One heavy person costs the others nothing.
    else
      std::fill(slots_.begin(), slots_.end(), 0);
    size_ = 0;
  }
  /// True when it was not in yet.
  bool insert(std::uint64_t fingerprint) {
    if (fingerprint == 0) fingerprint = 1;  // 0 marks a free slot.
    if (2 * (size_ + 1) > slots_.size()) grow();
    std::uint64_t& slot = find(fingerprint);
    if (slot == fingerprint) return false;
    slot = fingerprint;
    ++size_;
    return true;
  }

 private:
  std::uint64_t& find(std::uint64_t fingerprint) {
    std::size_t at = fingerprint & (slots_.size() - 1);
    while (slots_[at] != 0 && slots_[at] != fingerprint) at = (at + 1) & (slots_.size() - 1);
    return slots_[at];
  }
  void grow() {
    std::vector<std::uint64_t> before(std::max<std::size_t>(16, 2 * slots_.size()));
    before.swap(slots_);
    for (const std::uint64_t fingerprint : before)
      if (fingerprint != 0) find(fingerprint) = fingerprint;
  }

  std::vector<std::uint64_t> slots_;
  std::size_t size_ = 0;
};

}  // namespace habitue::criteria
