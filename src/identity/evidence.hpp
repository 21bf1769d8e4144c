// The rules: what events say becomes links, and which links count is decided so that it depends on what is known and
// not on the order in which it came.
//
// - A device (anonymous id) belongs to the first user id seen with it, by time; while no user id was, to the first
//   email or external id. Seen with more than users_per_device_max of them it is shared and belongs to none.
// - An email joins the user ids that gave it; given by more than users_per_email_max it joins none.
// - An external id (of a CRM, a shop's till) joins the user ids seen with it, else the email; within the same limit.
// - An alias joins two user ids. When its previous id is known as an anonymous id it is about that device instead.
// - A person's last word on two identifiers comes before all of these.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "identity/identifier_table.hpp"
#include "identity/links.hpp"
#include "identity/people.hpp"
#include "identity/traits.hpp"

namespace habitue::identity {

/// What is known of a node beside its text.
struct Facts {
  bool seen = false;         ///< An event was of it, or gave it.
  bool mentioned = false;    ///< An alias names it as the previous id.
  bool decided = false;      ///< A person decided over a link of it.
  std::uint32_t users = 0;   ///< Device, email and external id: user ids linked with it.
  std::uint32_t others = 0;  ///< Device and external id: emails, and of a device external ids, linked with it.
};

/// A person's last word on two identifiers.
struct Word {
  std::uint64_t seq = 0;
  bool severed = false;
};

/// One writer; the const functions may run beside each other.
class EvidenceBook {
 public:
  explicit EvidenceBook(const Rules& rules) : rules_(rules), identifiers_(rules.key_seed) {}

  Node find(IdentifierKind kind, std::string_view value) const { return identifiers_.find(kind, value); }
  bool is_seen(Node node) const { return node < facts_.size() && facts_[node].seen; }
  /// True when the link is known from this moment or an earlier one: seeing it again changes nothing.
  bool knows(Node left, Node right, LinkClass link_class, Seen seen) const;

  Node see(IdentifierKind kind, std::string_view value);
  void link(Node left, Node right, LinkClass link_class, LinkReason reason, Seen seen);
  /// `previous` is to become `user`.
  void alias(std::string_view previous, Node user, Seen seen);
  void decide(const Decision& decision, Seen seen);
  /// Takes out these nodes with all that was said of them, and decides again what they touched.
  void forget(const std::vector<Node>& nodes);

  const IdentifierTable& identifiers() const { return identifiers_; }
  const Links& links() const { return links_; }
  const People& people() const { return people_; }
  std::vector<Moved> take_moved() { return people_.take_moved(); }
  bool severed(const Evidence& link) const;
  bool joined_by_hand(const Evidence& link) const;
  /// Why the link does not count, in words; empty when it does.
  std::string why_held_back(const Evidence& link) const;
  /// False for what an alias said of an id that is a device's: the device's own link says it.
  bool is_shown(const Evidence& link) const;

  /// For reading and writing files.
  friend class GraphFile;

 private:
  Facts& facts(Node node);
  bool exists(Node node) const { return people_.of(node) != kNone; }
  bool is_device(std::string_view value) const { return is_seen(find(IdentifierKind::Anonymous, value)); }
  void begin_to_exist(Node node);
  void cease_to_exist(Node node);
  void turn_into_device(Node device);
  void evaluate(LinkId id);
  void evaluate_all_of(Node node);
  void evaluate_device(Node device);
  void evaluate_shared(Node shared);
  void set_active(LinkId id, bool active);
  void count_link(const Evidence& link, bool added);
  /// How many an email or an external id may join.
  std::uint32_t limit_of(Node shared) const {
    const bool is_email = identifiers_.kind(shared) == IdentifierKind::Email;
    return is_email && !rules_.merge_on_email ? 1 : rules_.users_per_email_max;
  }
  const Word* word_on(Node left, Node right) const;
  const Word* word_on(const Evidence& link) const;
  /// The device of a user id's text, the user id of a device's: kNone when there is none.
  Node twin_of(Node node) const;

  Rules rules_;
  IdentifierTable identifiers_;
  Links links_;
  People people_;
  std::vector<Facts> facts_;
  std::unordered_map<std::uint64_t, Word> words_;  // By the pair's numbers, the smaller first.
};

}  // namespace habitue::identity
