// Numbers for sequences of items and for texts, the same for equal ones. Plain arrays, so that millions of them are let go at once.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace habitue::insight {

/// The finaliser of splitmix64 (Steele, Lea and Flood 2014, Fast splittable pseudorandom number generators): spreads all bits.
inline std::uint64_t mixed(std::uint64_t bits) {
  bits = (bits ^ (bits >> 30U)) * 0xBF58476D1CE4E5B9U;
  bits = (bits ^ (bits >> 27U)) * 0x94D049BB133111EBU;
  return bits ^ (bits >> 31U);
}

/// Numbers are given in the order in which sequences come, from 0 without gaps.
template <class Item>
class SequencesOf {
 public:
  std::uint32_t number(std::span<const Item> sequence) {
    if (2 * (ends_.size() + 1) > table_.size()) grow();
    const std::uint64_t hash = hash_of(sequence);
    const std::size_t place = place_of(sequence, hash);
    if (table_[place] != 0) return table_[place] - 1;
    items_.insert(items_.end(), sequence.begin(), sequence.end());
    ends_.push_back(items_.size());
    hashes_.push_back(hash);
    table_[place] = static_cast<std::uint32_t>(ends_.size());
    return table_[place] - 1;
  }
  std::optional<std::uint32_t> find(std::span<const Item> sequence) const {
    if (table_.empty()) return std::nullopt;
    const std::size_t place = place_of(sequence, hash_of(sequence));
    if (table_[place] == 0) return std::nullopt;
    return table_[place] - 1;
  }

  std::size_t size() const { return ends_.size(); }
  std::span<const Item> operator[](std::size_t number) const {
    const std::size_t begin = number == 0 ? 0 : ends_[number - 1];
    return std::span(items_).subspan(begin, ends_[number] - begin);
  }
  /// Of what is in the sequence: the same whatever came before it.
  std::uint64_t hash(std::size_t number) const { return hashes_[number]; }

 private:
  static std::uint64_t hash_of(std::span<const Item> sequence) {
    std::uint64_t hash = sequence.size();
    for (const Item item : sequence) hash = mixed(hash + 0x9E3779B97F4A7C15U + static_cast<std::uint64_t>(item));
    return hash;
  }
  // Where the sequence is in the table, or would be.
  std::size_t place_of(std::span<const Item> sequence, std::uint64_t hash) const {
    const std::size_t mask = table_.size() - 1;
    for (std::size_t place = hash & mask;; place = (place + 1) & mask) {
      if (table_[place] == 0) return place;
      const std::size_t number = table_[place] - 1;
      if (hashes_[number] == hash && std::ranges::equal((*this)[number], sequence)) return place;
    }
  }
  void grow() {
    table_.assign(table_.empty() ? 64 : 2 * table_.size(), 0);
    const std::size_t mask = table_.size() - 1;
    for (std::size_t number = 0; number < hashes_.size(); ++number) {
      std::size_t place = hashes_[number] & mask;
      while (table_[place] != 0) place = (place + 1) & mask;
      table_[place] = static_cast<std::uint32_t>(number) + 1;
    }
  }

  std::vector<Item> items_;
  std::vector<std::size_t> ends_;
  std::vector<std::uint64_t> hashes_;
  std::vector<std::uint32_t> table_;  // Numbers and 1, or 0; open addressing, at most half full.
};
using Sequences = SequencesOf<std::uint32_t>;

/// The same for texts.
class Texts {
 public:
  std::uint32_t number(std::string_view text) { return texts_.number({text.data(), text.size()}); }
  std::optional<std::uint32_t> find(std::string_view text) const { return texts_.find({text.data(), text.size()}); }
  std::size_t size() const { return texts_.size(); }
  /// Until the next text is added.
  std::string_view operator[](std::size_t number) const {
    const auto text = texts_[number];
    return {text.data(), text.size()};
  }

 private:
  SequencesOf<char> texts_;
};

/// What was found for a key before. Keys are any 64 bits.
class Remembered {
 public:
  std::optional<std::uint32_t> find(std::uint64_t key) const {
    const auto number = keys_.find({&key, 1});
    return number ? std::optional(found_[*number]) : std::nullopt;
  }
  void add(std::uint64_t key, std::uint32_t found) {
    if (keys_.number({&key, 1}) == found_.size()) found_.push_back(found);
  }

 private:
  SequencesOf<std::uint64_t> keys_;
  std::vector<std::uint32_t> found_;
};

}  // namespace habitue::insight
