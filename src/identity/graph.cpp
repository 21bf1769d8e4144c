#include <algorithm>
#include <atomic>
#include <mutex>
#include <shared_mutex>
#include <unordered_set>

#include <fmt/format.h>

#include "base/text.hpp"
#include "identity/evidence.hpp"
#include "identity/graph_file.hpp"
#include "identity/identity.hpp"

namespace habitue::identity {
namespace {

constexpr const char* words_for(IdentifierKind kind) {
  switch (kind) {
    case IdentifierKind::User: return "user id";
    case IdentifierKind::Anonymous: return "anonymous id";
    case IdentifierKind::Email: return "email";
    case IdentifierKind::External: return "external id";
  }
  return "identifier";
}

// Readers share the lock. The writer takes it only for what an event changes: most events bring nothing new, and the
// writer reads what nobody else changes.
class EvidenceGraph final : public Graph {
 public:
  EvidenceGraph(const Rules& rules, std::unique_ptr<EvidenceBook> book, EventSeq applied_up_to)
      : filter_(rules.ignored_values), book_(std::move(book)), applied_up_to_(applied_up_to.value) {}

  Result<void> save(const std::filesystem::path& file) const override {
    const std::shared_lock lock(mutex_);
    return GraphFile::write(file, *book_, applied_up_to());
  }

  Applied apply(const ledger::StoredEvent& stored) override;
  EventSeq applied_up_to() const override { return EventSeq(applied_up_to_.load()); }

  std::size_t person_count() const override {
    const std::shared_lock lock(mutex_);
    return book_->people().count();
  }
  PersonId person_of(OriginId origin) const override {
    const std::shared_lock lock(mutex_);
    return PersonId(book_->people().of(origin.value));
  }
  std::vector<OriginId> origins_of(PersonId person) const override;
  std::vector<Identifier> identifiers_of(PersonId person) const override;
  std::vector<Link> links_of(PersonId person) const override;
  std::optional<PersonId> find(const Identifier& identifier) const override;
  std::vector<PersonId> search(std::string_view part, std::size_t limit) const override;
  PersonKey key_of(PersonId person) const override;
  std::optional<PersonId> find(PersonKey key) const override;
  std::optional<PersonKey> key_of(const Identifier& identifier) const override;
  Result<intake::Event> sever(const Identifier& left, const Identifier& right, std::string_view by,
                              UtcMicros at) const override {
    return decide(left, right, true, by, at);
  }
  Result<intake::Event> restore(const Identifier& left, const Identifier& right, std::string_view by,
                                UtcMicros at) const override {
    return decide(left, right, false, by, at);
  }
  std::vector<OriginId> forget(PersonId person, std::vector<Moved>* moved) override;

 private:
  // The identifiers of one event, without what is none.
  struct Named {
    std::string_view user, anonymous, previous;
    std::string email;
    std::vector<std::string> externals;
  };
  // Where they stand in the book; kNone for what is not said or not known yet.
  struct Nodes {
    Node user = kNone, device = kNone, email = kNone;
    std::vector<Node> externals;
    Node origin() const {
      for (const Node node : {user, device, email})
        if (node != kNone) return node;
      return externals.empty() ? kNone : externals.front();
    }
  };
  Named read(const intake::Event& event) const;
  Nodes look_up(const Named& named) const;
  bool brings_news(const Named& named, const Nodes& nodes, Seen seen) const;
  Nodes learn(const Named& named, Seen seen);
  Node node_of(const Identifier& identifier) const;
  Identifier identifier(Node node) const {
    return {book_->identifiers().kind(node), std::string(book_->identifiers().text(node))};
  }
  std::optional<PersonId> person_at(Node node) const {
    const Node person = node == kNone ? kNone : book_->people().of(node);
    return person == kNone ? std::nullopt : std::optional(PersonId(person));
  }
  Result<intake::Event> decide(const Identifier& left, const Identifier& right, bool sever, std::string_view by,
                               UtcMicros at) const;

  const IdentifierFilter filter_;
  std::unique_ptr<EvidenceBook> book_;
  std::atomic<std::uint64_t> applied_up_to_;
  mutable std::shared_mutex mutex_;
};

EvidenceGraph::Named EvidenceGraph::read(const intake::Event& event) const {
  Named named;
  named.user = filter_.accepted(event.user_id);
  named.anonymous = filter_.accepted(event.anonymous_id);
  if (event.type == intake::EventType::Alias) named.previous = filter_.accepted(event.previous_id);
  if (event.type == intake::EventType::Identify) named.email = email_of(event, filter_);
  named.externals = external_ids_of(event, filter_);
  return named;
}

EvidenceGraph::Nodes EvidenceGraph::look_up(const Named& named) const {
  const auto find_one = [&](IdentifierKind kind, std::string_view value) {
    return value.empty() ? kNone : book_->find(kind, value);
  };
  Nodes nodes{find_one(IdentifierKind::User, named.user),
              find_one(IdentifierKind::Anonymous, named.anonymous),
              find_one(IdentifierKind::Email, named.email),
              {}};
  for (const std::string& external : named.externals)
    nodes.externals.push_back(find_one(IdentifierKind::External, external));
  return nodes;
}

bool EvidenceGraph::brings_news(const Named& named, const Nodes& nodes, Seen seen) const {
  const auto& [user, device, email, externals] = nodes;
  if (!named.user.empty() && !book_->is_seen(user)) return true;
  if (!named.anonymous.empty() && !book_->is_seen(device)) return true;
  if (user != kNone && device != kNone && !book_->knows(device, user, LinkClass::Device, seen)) return true;
  if (!named.previous.empty()) return true;
  const Node owner = user != kNone ? user : email;
  for (const Node external : externals) {
    if (!book_->is_seen(external)) return true;
    if (owner != kNone && !book_->knows(external, owner, LinkClass::Shared, seen)) return true;
    if (owner == kNone && device != kNone && !book_->knows(device, external, LinkClass::Device, seen)) return true;
  }
  if (named.email.empty()) return false;
  if (!book_->is_seen(email)) return true;
  if (user != kNone) return !book_->knows(email, user, LinkClass::Shared, seen);
  return device != kNone && !book_->knows(device, email, LinkClass::Device, seen);
}

EvidenceGraph::Nodes EvidenceGraph::learn(const Named& named, Seen seen) {
  const auto see = [&](IdentifierKind kind, std::string_view value) {
    return value.empty() ? kNone : book_->see(kind, value);
  };
  const Node user = see(IdentifierKind::User, named.user);
  const Node device = see(IdentifierKind::Anonymous, named.anonymous);
  const Node email = see(IdentifierKind::Email, named.email);
  if (device != kNone && user != kNone) book_->link(device, user, LinkClass::Device, LinkReason::Identify, seen);
  if (email != kNone && user != kNone) book_->link(email, user, LinkClass::Shared, LinkReason::SharedEmail, seen);
  if (email != kNone && user == kNone && device != kNone)
    book_->link(device, email, LinkClass::Device, LinkReason::Identify, seen);
  Nodes nodes{user, device, email, {}};
  for (const std::string& value : named.externals) {
    const Node external = see(IdentifierKind::External, value);
    nodes.externals.push_back(external);
    if (const Node owner = user != kNone ? user : email; owner != kNone)
      book_->link(external, owner, LinkClass::Shared, LinkReason::SharedExternalId, seen);
    else if (device != kNone)
      book_->link(device, external, LinkClass::Device, LinkReason::SharedExternalId, seen);
  }
  if (!named.previous.empty() && user != kNone) book_->alias(named.previous, user, seen);
  return nodes;
}

Applied EvidenceGraph::apply(const ledger::StoredEvent& stored) {
  const Named named = read(stored.event);
  const Seen seen{stored.event.at.time_since_epoch().count(), stored.seq.value};
  const auto decision = decision_of(stored.event);
  Nodes nodes = look_up(named);
  Applied applied{};
  if (decision || brings_news(named, nodes, seen)) {
    const std::unique_lock lock(mutex_);
    nodes = learn(named, seen);
    if (decision) book_->decide(*decision, seen);
    applied.moved = book_->take_moved();
  }
  applied.origin = OriginId(nodes.origin());
  if (stored.seq.value > applied_up_to_.load()) applied_up_to_ = stored.seq.value;
  return applied;
}

std::vector<OriginId> EvidenceGraph::origins_of(PersonId person) const {
  const std::shared_lock lock(mutex_);
  std::vector<OriginId> origins;
  for (const Node node : book_->people().members(person.value)) origins.emplace_back(node);
  return origins;
}

std::vector<Identifier> EvidenceGraph::identifiers_of(PersonId person) const {
  const std::shared_lock lock(mutex_);
  std::vector<Identifier> identifiers;
  for (const Node node : book_->people().members(person.value)) identifiers.push_back(identifier(node));
  return identifiers;
}

std::vector<Link> EvidenceGraph::links_of(PersonId person) const {
  const std::shared_lock lock(mutex_);
  std::vector<LinkId> ids;
  for (const Node node : book_->people().members(person.value))
    for (const LinkId id : book_->links().of(node)) ids.push_back(id);
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  std::vector<Link> links;
  for (const LinkId id : ids) {
    const Evidence& link = book_->links()[id];
    if (!book_->is_shown(link)) continue;
    links.push_back({identifier(link.left), identifier(link.right), link.reason, EventSeq(link.first.seq),
                     UtcMicros(std::chrono::microseconds(link.first.at_us)), link.active, book_->why_held_back(link)});
  }
  return links;
}

// Values that people type are trimmed, and an email's letters do not matter; so they are looked up as they are stored.
Node EvidenceGraph::node_of(const Identifier& wanted) const {
  const std::string_view text = trimmed(wanted.value);
  return wanted.kind == IdentifierKind::Email ? book_->find(wanted.kind, ascii_lower(text))
                                              : book_->find(wanted.kind, text);
}

std::optional<PersonId> EvidenceGraph::find(const Identifier& wanted) const {
  const std::shared_lock lock(mutex_);
  return person_at(node_of(wanted));
}

std::vector<PersonId> EvidenceGraph::search(std::string_view part, std::size_t limit) const {
  const std::string wanted = folded(trimmed(part));
  std::vector<PersonId> people;
  std::unordered_set<Node> found;
  if (limit == 0) return people;
  const std::shared_lock lock(mutex_);
  book_->identifiers().search(wanted, [&](Node node) {
    const Node person = book_->people().of(node);
    if (person != kNone && found.insert(person).second) people.emplace_back(person);
    return people.size() < limit;
  });
  return people;
}

PersonKey EvidenceGraph::key_of(PersonId person) const {
  const std::shared_lock lock(mutex_);
  return book_->people().of(person.value) == kNone ? PersonKey(0) : PersonKey(book_->identifiers().key(person.value));
}

std::optional<PersonId> EvidenceGraph::find(PersonKey key) const {
  const std::shared_lock lock(mutex_);
  return person_at(book_->identifiers().find_key(key.value));
}

std::optional<PersonKey> EvidenceGraph::key_of(const Identifier& wanted) const {
  const std::string_view text = filter_.accepted(wanted.value);
  if (text.empty()) return std::nullopt;
  const std::string lowered = wanted.kind == IdentifierKind::Email ? ascii_lower(text) : std::string(text);
  return PersonKey(book_->identifiers().key_of(wanted.kind, lowered));
}

Result<intake::Event> EvidenceGraph::decide(const Identifier& left, const Identifier& right, bool sever,
                                            std::string_view by, UtcMicros at) const {
  const std::shared_lock lock(mutex_);
  const Node one = node_of(left), other = node_of(right);
  const auto names =
      fmt::format("{} {} and {} {}", words_for(left.kind), left.value, words_for(right.kind), right.value);
  bool linked = false, active = false, severed = false;
  if (one != kNone && other != kNone)
    book_->links().for_each(one, [&](LinkId, const Evidence& link) {
      if ((link.left != other && link.right != other) || !book_->is_shown(link)) return;
      linked = true;
      active = active || link.active;
      severed = severed || book_->severed(link);
    });
  if (!linked) return fail(ErrorKind::NotFound, fmt::format("nothing links {}", names));
  if (sever && severed) return fail(ErrorKind::Conflict, fmt::format("the link is severed already: {}", names));
  if (!sever && active) return fail(ErrorKind::Conflict, fmt::format("the link is active already: {}", names));
  return event_of({identifier(one), identifier(other), sever}, by, at);
}

std::vector<OriginId> EvidenceGraph::forget(PersonId person, std::vector<Moved>* moved) {
  const std::unique_lock lock(mutex_);
  const std::vector<Node> nodes = book_->people().members(person.value);
  book_->forget(nodes);
  std::vector<OriginId> origins;
  for (const Node node : nodes) origins.emplace_back(node);
  for (const Moved& change : book_->take_moved())
    if (moved != nullptr && !std::binary_search(nodes.begin(), nodes.end(), change.origin.value))
      moved->push_back(change);
  return origins;
}

}  // namespace

std::unique_ptr<Graph> Graph::create(const Rules& rules) {
  return std::make_unique<EvidenceGraph>(rules, std::make_unique<EvidenceBook>(rules), EventSeq(0));
}

Result<std::unique_ptr<Graph>> Graph::load(const std::filesystem::path& file, const Rules& rules) {
  return GraphFile::read(file, rules).map([&](GraphFile::Content content) -> std::unique_ptr<Graph> {
    return std::make_unique<EvidenceGraph>(rules, std::move(content.book), content.applied_up_to);
  });
}

}  // namespace habitue::identity
