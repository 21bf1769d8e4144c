#include "identity/evidence.hpp"

#include <algorithm>
#include <unordered_set>

#include <fmt/format.h>

namespace habitue::identity {
namespace {

constexpr std::uint64_t pair_of(Node left, Node right) {
  return std::uint64_t{std::min(left, right)} << 32 | std::max(left, right);
}

}  // namespace

Facts& EvidenceBook::facts(Node node) {
  if (node >= facts_.size()) facts_.resize(node + 1);
  return facts_[node];
}

bool EvidenceBook::knows(Node left, Node right, LinkClass link_class, Seen seen) const {
  const LinkId id = links_.find(left, right, link_class);
  return id != kNoLink && links_[id].first <= seen;
}

const Word* EvidenceBook::word_on(Node left, Node right) const {
  if (words_.empty()) return nullptr;
  const auto found = words_.find(pair_of(left, right));
  return found == words_.end() ? nullptr : &found->second;
}

Node EvidenceBook::twin_of(Node node) const {
  switch (identifiers_.kind(node)) {
    case IdentifierKind::User: return find(IdentifierKind::Anonymous, identifiers_.text(node));
    case IdentifierKind::Anonymous: return find(IdentifierKind::User, identifiers_.text(node));
    case IdentifierKind::Email:
    case IdentifierKind::External: return kNone;
  }
  return kNone;
}

// An alias may have been decided over before its previous id turned out to be a device's, or after: both are meant.
const Word* EvidenceBook::word_on(const Evidence& link) const {
  const Word* word = word_on(link.left, link.right);
  if (words_.empty() || (link.link_class != LinkClass::Device && link.link_class != LinkClass::Alias)) return word;
  if (identifiers_.kind(link.right) != IdentifierKind::User) return word;
  const Node twin = twin_of(link.left);
  const Word* other = twin == kNone ? nullptr : word_on(twin, link.right);
  return word == nullptr || (other != nullptr && other->seq > word->seq) ? other : word;
}

bool EvidenceBook::severed(const Evidence& link) const {
  const Word* word = word_on(link);
  return word != nullptr && word->severed;
}

bool EvidenceBook::joined_by_hand(const Evidence& link) const {
  const Word* word = word_on(link);
  return word != nullptr && !word->severed;
}

void EvidenceBook::set_active(LinkId id, bool active) {
  Evidence& link = links_[id];
  if (link.active == active) return;
  link.active = active;
  if (active) {
    people_.merge(link.left, link.right);
    return;
  }
  people_.separate(link.left, link.right, [this](Node node, const std::function<void(Node)>& visit) {
    links_.for_each(node, [&](LinkId, const Evidence& other) {
      if (other.active) visit(other.left == node ? other.right : other.left);
    });
  });
}

void EvidenceBook::begin_to_exist(Node node) {
  if (exists(node)) return;
  people_.add(node);
  evaluate_all_of(node);
}

void EvidenceBook::cease_to_exist(Node node) {
  if (!exists(node)) return;
  for (const LinkId id : links_.of(node)) set_active(id, false);
  people_.remove(node);
  evaluate_all_of(node);
}

Node EvidenceBook::see(IdentifierKind kind, std::string_view value) {
  Node node = find(kind, value);
  if (node == kNone) node = identifiers_.add(kind, value);
  if (is_seen(node)) return node;
  facts(node).seen = true;
  begin_to_exist(node);
  if (kind == IdentifierKind::Anonymous) turn_into_device(node);
  return node;
}

// What aliases said of the user id of the same text was about this device.
void EvidenceBook::turn_into_device(Node device) {
  const Node twin = find(IdentifierKind::User, identifiers_.text(device));
  if (twin == kNone) return;
  if (facts(twin).decided) facts(device).decided = true;
  if (!facts(twin).mentioned) return;
  for (const LinkId id : links_.of(twin)) {
    const Evidence said = links_[id];
    if (said.link_class != LinkClass::Alias || said.left != twin) continue;
    set_active(id, false);
    link(device, said.right, LinkClass::Device, LinkReason::Alias, said.first);
  }
  if (!facts_[twin].seen) cease_to_exist(twin);
}

void EvidenceBook::alias(std::string_view previous, Node user, Seen seen) {
  Node twin = find(IdentifierKind::User, previous);
  if (twin == kNone) twin = identifiers_.add(IdentifierKind::User, previous);
  if (twin == user) return;
  facts(twin).mentioned = true;
  const Node device = find(IdentifierKind::Anonymous, previous);
  if (!is_seen(device)) begin_to_exist(twin);
  link(twin, user, LinkClass::Alias, LinkReason::Alias, seen);
  if (is_seen(device)) link(device, user, LinkClass::Device, LinkReason::Alias, seen);
}

void EvidenceBook::count_link(const Evidence& link, bool added) {
  if (link.link_class != LinkClass::Device && link.link_class != LinkClass::Shared) return;
  Facts& owned = facts(link.left);
  std::uint32_t& count = identifiers_.kind(link.right) == IdentifierKind::User ? owned.users : owned.others;
  count += added ? 1 : std::uint32_t(-1);
}

void EvidenceBook::link(Node left, Node right, LinkClass link_class, LinkReason reason, Seen seen) {
  LinkId id = links_.find(left, right, link_class);
  if (id != kNoLink && links_[id].first <= seen) return;
  if (id != kNoLink) {
    links_[id].first = seen;
    links_[id].reason = reason;
  } else {
    id = links_.add(left, right, link_class, reason, seen);
    count_link(links_[id], true);
  }
  evaluate(id);
}

void EvidenceBook::evaluate(LinkId id) {
  const Evidence& link = links_[id];
  switch (link.link_class) {
    case LinkClass::Device: return evaluate_device(link.left);
    case LinkClass::Shared: return evaluate_shared(link.left);
    case LinkClass::Alias:
      return set_active(
          id, exists(link.left) && exists(link.right) && !severed(link) && !is_device(identifiers_.text(link.left)));
    case LinkClass::Manual: {
      const Node left = link.left, right = link.right;
      set_active(id, exists(left) && exists(right) && joined_by_hand(link));
      for (const Node node : {left, right})
        if (identifiers_.kind(node) == IdentifierKind::Anonymous) evaluate_device(node);
      return;
    }
    case LinkClass::Gone: return;
  }
}

void EvidenceBook::evaluate_all_of(Node node) {
  for (const LinkId id : links_.of(node)) evaluate(id);
}

void EvidenceBook::evaluate_device(Node device) {
  const Facts& known = facts(device);
  const bool of_users = known.users > 0;
  const std::uint32_t owners = of_users ? known.users : known.others;
  const bool shared = owners > rules_.users_per_device_max;
  // One more owner of a device shared by many changes nothing, and there may be thousands.
  if (owners > rules_.users_per_device_max + 1 && !known.decided) return;

  bool by_hand = false;
  std::vector<LinkId> claims;
  LinkId first = kNoLink;
  links_.for_each(device, [&](LinkId id, const Evidence& link) {
    if (link.link_class == LinkClass::Manual) {
      const Node other = link.left == device ? link.right : link.left;
      by_hand = by_hand || (link.active && identifiers_.kind(other) != IdentifierKind::Anonymous);
    }
    if (link.link_class != LinkClass::Device || link.left != device) return;
    claims.push_back(id);
    by_hand = by_hand || joined_by_hand(link);
    const bool may_own = (identifiers_.kind(link.right) == IdentifierKind::User) == of_users && !severed(link);
    if (may_own && (first == kNoLink || link.first < links_[first].first)) first = id;
  });
  const auto owns = [&](LinkId id) {
    return exists(device) && exists(links_[id].right) &&
           (by_hand ? joined_by_hand(links_[id]) : !shared && id == first);
  };
  for (const LinkId id : claims)
    if (!owns(id)) set_active(id, false);
  for (const LinkId id : claims)
    if (owns(id)) set_active(id, true);
}

void EvidenceBook::evaluate_shared(Node shared) {
  const std::uint32_t owners = facts(shared).users + facts(shared).others, most = limit_of(shared);
  if (owners > most + 1 && !facts(shared).decided) return;
  for (const LinkId id : links_.of(shared)) {
    const Evidence& link = links_[id];
    if (link.link_class != LinkClass::Shared || link.left != shared) continue;
    const bool allowed = joined_by_hand(link) || (owners <= most && !severed(link));
    set_active(id, allowed && exists(shared) && exists(link.right));
  }
}

void EvidenceBook::decide(const Decision& decision, Seen seen) {
  const auto node_of = [&](const Identifier& identifier) {
    const Node known = find(identifier.kind, identifier.value);
    return known != kNone ? known : identifiers_.add(identifier.kind, identifier.value);
  };
  const Node left = node_of(decision.left), right = node_of(decision.right);
  if (left == right) return;
  for (const Node node : {left, right, twin_of(left), twin_of(right)})
    if (node != kNone) facts(node).decided = true;
  Word& word = words_[pair_of(left, right)];
  if (word.seq > seen.seq) return;
  word = {seen.seq, decision.severed};
  const Node low = std::min(left, right), high = std::max(left, right);
  if (!decision.severed && links_.find(low, high, LinkClass::Manual) == kNoLink)
    links_.add(low, high, LinkClass::Manual, LinkReason::Manual, seen);
  if (const LinkId manual = links_.find(low, high, LinkClass::Manual); manual != kNoLink) {
    if (!decision.severed) links_[manual].first = seen;
    evaluate(manual);
  }
  for (const Node node : {left, right, twin_of(left), twin_of(right)}) {
    if (node == kNone) continue;
    switch (identifiers_.kind(node)) {
      case IdentifierKind::Anonymous: evaluate_device(node); break;
      case IdentifierKind::Email:
      case IdentifierKind::External: evaluate_shared(node); break;
      case IdentifierKind::User: break;
    }
  }
  for (const auto& [previous, user] : {std::pair(left, right), std::pair(twin_of(left), right), std::pair(right, left),
                                       std::pair(twin_of(right), left)})
    if (const LinkId id = links_.find(previous, user, LinkClass::Alias); id != kNoLink) evaluate(id);
}

void EvidenceBook::forget(const std::vector<Node>& nodes) {
  std::unordered_set<Node> going(nodes.begin(), nodes.end());
  // A device's text also stands in the user id that an alias made of it before the device was seen.
  for (const Node node : nodes) {
    const Node twin = twin_of(node);
    if (twin != kNone && !exists(twin)) going.insert(twin);
  }
  std::unordered_set<Node> touched;
  for (const Node node : going) {
    cease_to_exist(node);
    for (const LinkId id : links_.of(node)) {
      set_active(id, false);
      touched.insert(links_[id].left);
      touched.insert(links_[id].right);
      count_link(links_[id], false);
      links_.remove(id);
    }
  }
  std::erase_if(words_, [&](const auto& entry) {
    return going.contains(static_cast<Node>(entry.first >> 32)) ||
           going.contains(static_cast<Node>(entry.first & 0xFFFFFFFF));
  });
  for (const Node node : going) {
    facts(node) = {};
    identifiers_.wipe(node);
  }
  for (const Node node : touched)
    if (!going.contains(node)) evaluate_all_of(node);
}

bool EvidenceBook::is_shown(const Evidence& link) const {
  if (!exists(link.left) || !exists(link.right)) return false;
  switch (link.link_class) {
    case LinkClass::Alias: return !is_device(identifiers_.text(link.left));
    case LinkClass::Manual: {  // Only where nothing but the decision joins them.
      bool said = false;
      links_.for_each(link.left, [&](LinkId, const Evidence& other) {
        said = said || (other.link_class != LinkClass::Manual &&
                        pair_of(other.left, other.right) == pair_of(link.left, link.right) && is_shown(other));
      });
      return !said;
    }
    case LinkClass::Device:
    case LinkClass::Shared: return true;
    case LinkClass::Gone: return false;
  }
  return false;
}

std::string EvidenceBook::why_held_back(const Evidence& link) const {
  if (link.active || joined_by_hand(link)) return {};
  if (severed(link)) return "severed by hand";
  const Facts known = link.left < facts_.size() ? facts_[link.left] : Facts{};
  if (link.link_class == LinkClass::Shared) {
    const bool is_email = identifiers_.kind(link.left) == IdentifierKind::Email;
    if (is_email && !rules_.merge_on_email)
      return fmt::format("{} user ids gave this email, and merging on email is off", known.users);
    return fmt::format("{} {} gave this {}, more than {}: it joins nobody", known.users + known.others,
                       known.others > 0 ? "identifiers" : "user ids", is_email ? "email" : "external id",
                       rules_.users_per_email_max);
  }
  if (link.link_class == LinkClass::Device) {
    const std::uint32_t owners = known.users > 0 ? known.users : known.others;
    if (owners > rules_.users_per_device_max)
      return fmt::format("a shared device: {} {} were seen with it, more than {}", owners,
                         known.users > 0 ? "user ids" : "emails or external ids", rules_.users_per_device_max);
    return "the device belongs to another, who was seen with it first";
  }
  return "nothing joins them any more";
}

}  // namespace habitue::identity
