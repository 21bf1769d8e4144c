// Every identifier ever seen, each under a number: the texts lie in one block of memory, and a known identifier is found
// without allocating.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "identity/identity.hpp"

namespace habitue::identity {

/// The number of an identifier: its OriginId's value. 0 is none.
using Node = std::uint32_t;
inline constexpr Node kNone = 0;

/// One writer; the const functions may run beside each other.
class IdentifierTable {
 public:
  /// A longer value is no identifier but an accident, such as a whole document in a user id.
  static constexpr std::size_t kBytesMax = 512;

  explicit IdentifierTable(std::uint64_t key_seed);

  /// kNone when it is not there.
  Node find(IdentifierKind kind, std::string_view value) const;
  /// Adds one that is not there yet. `value` has 1 to kBytesMax bytes and no NUL.
  Node add(IdentifierKind kind, std::string_view value);
  /// The same for what a file holds, where an empty value is one that was wiped.
  Node add_stored(IdentifierKind kind, std::string_view value);
  /// Overwrites the bytes: nothing finds this identifier any more, and its number is not used again.
  void wipe(Node node);

  IdentifierKind kind(Node node) const { return static_cast<IdentifierKind>(entries_[node].kind); }
  /// Empty when wiped.
  std::string_view text(Node node) const { return {texts_.data() + entries_[node].offset, entries_[node].length}; }
  /// Fingerprint of kind and text under the seed.
  std::uint64_t key(Node node) const { return key_of(kind(node), text(node)); }
  /// The same for one that need not be there.
  std::uint64_t key_of(IdentifierKind kind, std::string_view value) const;
  Node find_key(std::uint64_t key) const;
  /// One more than the highest number.
  Node end() const { return static_cast<Node>(entries_.size()); }

  /// Numbers of identifiers that hold `folded_part`: those that are it, then those that start with it, then the others, in each
  /// group by number. Calls `visit` until it returns false.
  template <class Visit>
  void search(std::string_view folded_part, const Visit& visit) const;

 private:
  struct Entry {
    std::uint64_t offset : 48 = 0;
    std::uint64_t length : 14 = 0;
    std::uint64_t kind : 2 = 0;
  };
  struct Slot {
    std::uint32_t tag = 0;  // Upper half of the key.
    Node node = kNone;      // kNone is free.
  };

  void put(std::uint64_t key, Node node);
  void grow();
  Node node_at(std::size_t offset) const;
  /// Next place at or after `from` where the lowered texts hold `needle`; npos at the end.
  std::size_t find_text(std::string_view needle, std::size_t from) const;

  std::uint64_t key_seed_;
  std::string texts_;  // A NUL before each and one at the end, so that no match spans two.
  std::vector<Entry> entries_;
  std::vector<Slot> slots_;  // A power of two.
  std::size_t used_ = 0;
  std::unordered_map<Node, std::string> folded_;  // Of those whose folded form is not their lowered ASCII.
};

template <class Visit>
void IdentifierTable::search(std::string_view folded_part, const Visit& visit) const {
  if (folded_part.empty()) return;
  // The NUL before each text makes "starts with" one more text to look for.
  const std::string prefix = std::string(1, '\0') + std::string(folded_part);
  std::vector<Node> starting;
  for (std::size_t at = find_text(prefix, 0); at != std::string::npos; at = find_text(prefix, at + 1)) {
    const Node node = node_at(at + 1);
    if (entries_[node].length == folded_part.size()) {
      if (!visit(node)) return;
    } else {
      starting.push_back(node);
    }
  }
  std::vector<Node> inside;
  for (const auto& [node, text] : folded_) {
    if (text == folded_part) {
      if (!visit(node)) return;
    } else if (text.starts_with(folded_part)) {
      starting.push_back(node);
    } else if (text.find(folded_part) != std::string::npos) {
      inside.push_back(node);
    }
  }
  for (const Node node : starting)
    if (!visit(node)) return;
  for (const Node node : inside)
    if (!visit(node)) return;
  for (std::size_t at = find_text(folded_part, 0); at != std::string::npos;) {
    const Node node = node_at(at);
    const bool starts = entries_[node].offset == at;
    if (!starts && !visit(node)) return;
    at = find_text(folded_part, entries_[node].offset + entries_[node].length);
  }
}

}  // namespace habitue::identity
