// What was said about two identifiers being one person, whether it counts or not: evidence, kept for ever, so that what
// counts can be decided again when more is known.
#pragma once

#include <compare>
#include <cstdint>
#include <vector>

#include "identity/identifier_table.hpp"

namespace habitue::identity {

/// The rule that decides whether a link counts.
enum class LinkClass : std::uint8_t {
  Device = 0,  ///< Left is an anonymous id, right a user id, an email or an external id seen with it.
  Shared = 1,  ///< Left is an email or an external id, right a user id (of an external id else an email) that gave it.
  Alias = 2,   ///< Left is the previous user id, right the user id it became.
  Manual = 3,  ///< A person joined them; left is the smaller number.
  Gone = 4,    ///< Forgotten.
};

/// When a link was first seen: by time, then by place, so that it does not depend on the order of arrival.
struct Seen {
  std::int64_t at_us = 0;
  std::uint64_t seq = 0;
  friend auto operator<=>(const Seen&, const Seen&) = default;
};

struct Evidence {
  Node left = kNone, right = kNone;
  LinkClass link_class = LinkClass::Gone;
  LinkReason reason = LinkReason::Identify;  ///< Of the first event that says so.
  bool active = false;                       ///< Whether it counts now.
  Seen first;
  std::uint32_t next_of_left = 0, next_of_right = 0;  ///< The next link of the same node; 0 is none.
};

using LinkId = std::uint32_t;
inline constexpr LinkId kNoLink = 0;

/// One writer; the const functions may run beside each other.
class Links {
 public:
  Links() : links_(1), slots_(1024, kNoLink) {}

  LinkId find(Node left, Node right, LinkClass link_class) const;
  /// Adds one that is not there yet, not active.
  LinkId add(Node left, Node right, LinkClass link_class, LinkReason reason, Seen first);
  Evidence& operator[](LinkId id) { return links_[id]; }
  const Evidence& operator[](LinkId id) const { return links_[id]; }
  /// All links of a node, in whatever state; newest first.
  std::vector<LinkId> of(Node node) const;
  template <class Visit>
  void for_each(Node node, const Visit& visit) const;
  /// Takes a link out for good. It is not active.
  void remove(LinkId id);
  /// One more than the highest id.
  LinkId end() const { return static_cast<LinkId>(links_.size()); }

 private:
  std::size_t home(Node left, Node right, LinkClass link_class) const;
  void put(LinkId id);
  std::uint32_t& next_of(LinkId id, Node node) {
    return links_[id].left == node ? links_[id].next_of_left : links_[id].next_of_right;
  }
  void unchain(LinkId id, Node node);

  std::vector<Evidence> links_;
  std::vector<LinkId> first_;  // By node: the head of its chain.
  std::vector<LinkId> slots_;  // A power of two. Links that are gone stay in it until it grows.
};

template <class Visit>
void Links::for_each(Node node, const Visit& visit) const {
  if (node >= first_.size()) return;
  for (LinkId id = first_[node]; id != kNoLink;) {
    const Evidence& link = links_[id];
    const LinkId next = link.left == node ? link.next_of_left : link.next_of_right;
    visit(id, link);
    id = next;
  }
}

}  // namespace habitue::identity
