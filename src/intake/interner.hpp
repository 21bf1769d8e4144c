// Texts as small numbers, and counts of fingerprints: what an import must remember of millions of rows, kept compact.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace habitue::intake {

/// Each distinct text gets the next number from 0. About 20 bytes and the text itself for each.
class Interner {
 public:
  struct Added {
    std::uint32_t index;
    bool is_new;
  };
  Added add(std::string_view text);
  /// Valid until the next add().
  std::string_view at(std::uint32_t index) const {
    const Entry& entry = entries_[index];
    return {arena_.data() + entry.offset, entry.length};
  }
  std::size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    std::uint64_t offset;
    std::uint32_t length;
    std::uint32_t hash;
  };
  void grow();
  std::vector<Entry> entries_;
  std::vector<std::uint32_t> slots_;  // Index + 1; 0 is free.
  std::string arena_;
};

/// How often each 64-bit fingerprint was seen: 12 bytes and some air for each distinct one.
class FingerprintCounter {
 public:
  /// How often it was seen before this time.
  std::uint32_t add(std::uint64_t fingerprint);
  bool contains(std::uint64_t fingerprint) const;
  std::size_t size() const { return used_; }

 private:
  void grow();
  std::size_t slot_of(std::uint64_t fingerprint) const;
  std::vector<std::uint64_t> keys_;  // 0 is free; the fingerprint 0 is stored as 1.
  std::vector<std::uint32_t> counts_;
  std::size_t used_ = 0;
};

}  // namespace habitue::intake
