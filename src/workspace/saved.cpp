#include "workspace/saved.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <boost/json.hpp>

#include "base/json.hpp"
#include "base/text.hpp"
#include "workspace/saved_body.hpp"

namespace habitue::workspace {
namespace {

constexpr std::string_view kKinds[] = {"cohort", "question", "board"};
constexpr std::size_t kNameBytesMax = 100;
constexpr std::size_t kThingsMax = 5'000;  // Of a kind; each is held in memory and shown in lists.

std::string title(SavedKind kind, std::string_view name) { return fmt::format("{} \"{}\"", name_of(kind), name); }

// The cohorts of a state that is being made, whose static ones stand for nobody: enough to see whether names and circles are right.
class NamesOnly final : public criteria::Cohorts {
 public:
  explicit NamesOnly(const SavedState& state) : state_(state) {}
  std::optional<criteria::Cohort> find(std::string_view name) const override {
    const SavedThing* thing = state_.find(SavedKind::Cohort, name);
    if (thing == nullptr) return std::nullopt;
    return criteria::Cohort{thing->live, thing->live ? nullptr : std::make_shared<const criteria::PersonSet>()};
  }
  std::vector<std::string> names() const override {
    std::vector<std::string> names;
    for (const auto& [name, thing] : state_.all(SavedKind::Cohort)) names.push_back(name);
    return names;
  }

 private:
  const SavedState& state_;
};

// Whether two bodies say the same, in whatever order.
bool is_same(const std::string& left, const std::string& right) {
  const auto one = parse_json(left), other = parse_json(right);
  return one && other && *one == *other;
}

Result<void> check_expected(const Expected& expected, const SavedThing* there, SavedKind kind, std::string_view name) {
  using What = Expected::What;
  if (expected.what == What::Nothing && there != nullptr)
    return fail(ErrorKind::Conflict, fmt::format("there is a {} already, of version {}: say that version to replace it",
                                                 title(kind, name), there->version));
  if (expected.what == What::Version && there == nullptr)
    return fail(ErrorKind::Conflict, fmt::format("the {} is not there any more", title(kind, name)));
  if (expected.what == What::Version && there->version != expected.version)
    return fail(ErrorKind::Conflict,
                fmt::format("the {} was changed meanwhile: it is of version {}, not {}; read it again",
                            title(kind, name), there->version, expected.version));
  return {};
}

}  // namespace

std::string_view name_of(SavedKind kind) { return kKinds[static_cast<std::size_t>(kind)]; }

Result<void> check_saved_name(std::string_view name) {
  const bool odd = std::any_of(name.begin(), name.end(), [](char letter) {
    return static_cast<unsigned char>(letter) < 0x20 || letter == 0x7F || letter == '/' || letter == '"' ||
           letter == '\\';
  });
  if (name.empty() || name.size() > kNameBytesMax || odd || trimmed(name) != name || !is_valid_utf8(name))
    return invalid(
        fmt::format("a name has 1 to {} bytes of text, without / \" \\ and without blanks at its ends", kNameBytesMax));
  return {};
}

const SavedThing* SavedState::find(SavedKind kind, std::string_view name) const {
  const auto found = all(kind).find(name);
  return found == all(kind).end() ? nullptr : &found->second;
}

Result<const SavedThing*> SavedState::get(SavedKind kind, std::string_view name) const {
  if (const SavedThing* found = find(kind, name)) return found;
  std::vector<std::string_view> names;
  for (const auto& [each, thing] : all(kind)) names.push_back(each);
  const std::string_view nearest = nearest_word(name, names);
  return fail(ErrorKind::NotFound,
              fmt::format("there is no {}{}", title(kind, name.substr(0, kNameBytesMax)),
                          nearest.empty() ? std::string() : fmt::format(": did you mean \"{}\"?", nearest)));
}

std::vector<std::string> SavedState::users_of(SavedKind kind, std::string_view name) const {
  std::vector<std::string> users;
  if (kind == SavedKind::Board) return users;
  for (const auto& of_kind : things_)
    for (const auto& [own, thing] : of_kind) {
      const auto& named = kind == SavedKind::Cohort ? thing.cohorts : thing.questions;
      if (std::find(named.begin(), named.end(), name) != named.end()) users.push_back(title(thing.kind, own));
    }
  return users;
}

Result<std::unique_ptr<SavedStore>> SavedStore::open(ledger::Ledger& ledger) {
  std::unique_ptr<SavedStore> store(new SavedStore(ledger));
  auto records = ledger.saved();
  if (!records) return tl::unexpected(records.error());
  auto state = std::make_shared<SavedState>();
  for (const ledger::SavedRecord& record : *records) {
    const auto* kind = std::find(std::begin(kKinds), std::end(kKinds), record.kind);
    if (kind == std::end(kKinds)) continue;
    SavedThing thing = read_thing(static_cast<SavedKind>(kind - std::begin(kKinds)), record);
    if (thing.kind == SavedKind::Cohort && !thing.live && thing.broken.empty()) {
      auto members = ledger.members(thing.id);
      if (!members) return tl::unexpected(members.error());
      thing.members = std::make_shared<const KeyList>(std::move(*members));
    }
    state->things_[kind - std::begin(kKinds)].insert_or_assign(record.name, std::move(thing));
  }
  store->state_ = std::move(state);
  return store;
}

std::shared_ptr<const SavedState> SavedStore::state() const {
  const std::lock_guard lock(state_mutex_);
  return state_;
}

Result<std::shared_ptr<SavedState>> SavedStore::with_drafts(const std::vector<SavedDraft>& drafts,
                                                            ledger::SavedChange& change, Puts& puts) const {
  auto next = std::make_shared<SavedState>(*state_);
  for (const SavedDraft& draft : drafts) {
    if (auto right = check_saved_name(draft.name); !right) return tl::unexpected(right.error());
    const SavedThing* there = next->find(draft.kind, draft.name);
    puts.emplace_back();
    if (auto right = check_expected(draft.expected, there, draft.kind, draft.name); !right)
      return tl::unexpected(right.error());
    if (there == nullptr && next->all(draft.kind).size() >= kThingsMax)
      return fail(ErrorKind::Conflict, fmt::format("there are {} {}s already", kThingsMax, name_of(draft.kind)));
    if (there != nullptr && !draft.members && is_same(there->body, draft.body)) continue;
    puts.back() = change.put.size();
    const UtcMicros time = now();
    ledger::SavedRecord record{.id = there != nullptr ? there->id : 0,
                               .kind = std::string(name_of(draft.kind)),
                               .name = draft.name,
                               .body = draft.body,
                               .version = there != nullptr ? there->version + 1 : 1,
                               .created_at = there != nullptr ? there->created_at : time,
                               .updated_at = time};
    SavedThing thing = read_thing(draft.kind, record);
    if (!thing.broken.empty()) return invalid(fmt::format("{}: {}", title(draft.kind, draft.name), thing.broken));
    if (draft.kind == SavedKind::Cohort && !thing.live) {
      if (draft.members)
        thing.members = std::make_shared<const KeyList>(*draft.members);
      else if (there != nullptr && there->members)
        thing.members = there->members;
      else
        return invalid(fmt::format("{}: it is static and its people are not given", title(draft.kind, draft.name)));
    }
    // A cohort that becomes live loses the people that it had.
    if (draft.members)
      change.members.emplace_back(change.put.size(), *draft.members);
    else if (there != nullptr && there->members && thing.live)
      change.members.emplace_back(change.put.size(), KeyList{});
    change.put.push_back(std::move(record));
    if (draft.kind == SavedKind::Cohort) next->cohorts_version_ = state_->cohorts_version_ + 1;
    next->things_[static_cast<std::size_t>(draft.kind)].insert_or_assign(draft.name, std::move(thing));
  }
  // Names are looked for when all drafts are in, so that what names each other can be saved together.
  const NamesOnly names(*next);
  for (const SavedDraft& draft : drafts) {
    const SavedThing& thing = *next->find(draft.kind, draft.name);
    for (const std::string& cohort : thing.cohorts) {
      const auto expression = criteria::parse(fmt::format("in cohort \"{}\"", cohort));
      if (!expression) return tl::unexpected(expression.error());
      if (auto resolved = criteria::with_cohorts(*expression, names); !resolved)
        return invalid(fmt::format("{}: {}", title(draft.kind, draft.name), resolved.error().message));
    }
    for (const std::string& question : thing.questions)
      if (auto found = next->get(SavedKind::Question, question); !found)
        return invalid(fmt::format("{}: {}", title(draft.kind, draft.name), found.error().message));
  }
  return next;
}

Result<std::vector<SavedThing>> SavedStore::put(std::vector<SavedDraft> drafts) {
  const std::lock_guard lock(mutex_);
  for (const SavedDraft& draft : drafts)
    if (draft.members && (erasing_ || draft.erasures != erasures_))
      return fail(ErrorKind::Conflict, "people were erased while the cohort was made: make it again");
  ledger::SavedChange change;
  Puts puts;
  auto next = with_drafts(drafts, change, puts);
  if (!next) return tl::unexpected(next.error());
  auto records = ledger_.change_saved(std::move(change));
  if (!records) return tl::unexpected(records.error());
  std::vector<SavedThing> saved;
  for (std::size_t place = 0; place < drafts.size(); ++place) {
    auto& of_kind = (*next)->things_[static_cast<std::size_t>(drafts[place].kind)];
    SavedThing& thing = of_kind.find(drafts[place].name)->second;
    if (puts[place]) thing.id = (*records)[*puts[place]].id;
    saved.push_back(thing);
  }
  const std::lock_guard look(state_mutex_);
  state_ = std::move(*next);
  return saved;
}

Result<SavedThing> SavedStore::put(SavedDraft draft) {
  std::vector<SavedDraft> drafts;
  drafts.push_back(std::move(draft));
  return put(std::move(drafts)).map([](std::vector<SavedThing> saved) { return std::move(saved.front()); });
}

Result<void> SavedStore::remove(SavedKind kind, std::string_view name, const Expected& expected) {
  const std::lock_guard lock(mutex_);
  const auto there = state_->get(kind, name);
  if (!there) return tl::unexpected(there.error());
  if (auto right = check_expected(expected, *there, kind, name); !right) return right;
  std::vector<std::string> users = state_->users_of(kind, name);
  std::erase(users, title(kind, name));
  if (!users.empty())
    return fail(ErrorKind::Conflict, fmt::format("the {} is used by {}: change or delete these first",
                                                 title(kind, name), fmt::join(users, ", ")));
  auto next = std::make_shared<SavedState>(*state_);
  next->things_[static_cast<std::size_t>(kind)].erase(std::string(name));
  if (kind == SavedKind::Cohort) ++next->cohorts_version_;
  ledger::SavedChange change;
  change.remove.push_back((*there)->id);
  if (auto done = ledger_.change_saved(std::move(change)); !done) return tl::unexpected(done.error());
  const std::lock_guard look(state_mutex_);
  state_ = std::move(next);
  return {};
}

std::uint64_t SavedStore::erasures() const {
  const std::lock_guard lock(mutex_);
  return erasures_;
}

void SavedStore::begin_erasure() {
  const std::lock_guard lock(mutex_);
  erasing_ = true;
  ++erasures_;
}

void SavedStore::forget(std::span<const PersonKey> keys) {
  const std::lock_guard lock(mutex_);
  auto next = std::make_shared<SavedState>(*state_);
  for (auto& [name, thing] : next->things_[static_cast<std::size_t>(SavedKind::Cohort)]) {
    if (!thing.members) continue;
    KeyList left;
    for (const PersonKey key : *thing.members)
      if (std::find(keys.begin(), keys.end(), key) == keys.end()) left.push_back(key);
    if (left.size() != thing.members->size()) thing.members = std::make_shared<const KeyList>(std::move(left));
  }
  ++next->cohorts_version_;
  const std::lock_guard look(state_mutex_);
  state_ = std::move(next);
}

void SavedStore::end_erasure() {
  const std::lock_guard lock(mutex_);
  erasing_ = false;
  ++erasures_;
}

KeyList keys_of(const identity::Graph& people, std::span<const PersonId> persons) {
  using identity::IdentifierKind;
  KeyList keys;
  for (const PersonId person : persons) {
    // Whoever was merged since is found under the person they became: a person is named after one of its origins.
    const PersonId present = people.person_of(OriginId(person.value));
    const auto identifiers = people.identifiers_of(present == kNobody ? person : present);
    for (const IdentifierKind kind :
         {IdentifierKind::User, IdentifierKind::Email, IdentifierKind::External, IdentifierKind::Anonymous}) {
      const std::size_t before = keys.size();
      for (const identity::Identifier& identifier : identifiers)
        if (identifier.kind == kind)
          if (const auto key = people.key_of(identifier)) keys.push_back(*key);
      if (keys.size() > before) break;
    }
  }
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  return keys;
}

}  // namespace habitue::workspace
