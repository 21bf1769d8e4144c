// What people save in a workspace: cohorts, questions and boards. Kept in the ledger, held in memory, changed one at a time;
// whoever looks gets one version of them all.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/id.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "criteria/cohorts.hpp"
#include "identity/identity.hpp"
#include "ledger/ledger.hpp"

namespace habitue::workspace {

enum class SavedKind : std::uint8_t { Cohort, Question, Board };
std::string_view name_of(SavedKind kind);  ///< "cohort", "question", "board".

using KeyList = std::vector<PersonKey>;

/// Something saved. Its body is JSON, as docs/cohorts-and-boards.md and the API say; saved_body.cpp reads of it what it needs.
struct SavedThing {
  std::uint64_t id = 0;
  SavedKind kind = SavedKind::Cohort;
  std::string name;
  std::string body;
  std::uint64_t version = 0;  ///< From 1; grows with each change.
  UtcMicros created_at{}, updated_at{};
  /// Of a cohort: what it stands for; both empty when its criteria cannot be read any more.
  std::optional<criteria::Expression> live;
  std::shared_ptr<const KeyList> members;
  std::string broken;  ///< Why what is stored cannot be read; empty when it can.
  /// What it names.
  std::vector<std::string> cohorts, questions;
};

/// One version of all.
class SavedState {
 public:
  const std::map<std::string, SavedThing, std::less<>>& all(SavedKind kind) const {
    return things_[static_cast<std::size_t>(kind)];
  }
  const SavedThing* find(SavedKind kind, std::string_view name) const;
  /// Errors: NotFound, with the nearest name.
  Result<const SavedThing*> get(SavedKind kind, std::string_view name) const;
  /// Who names it, in words: `cohort "Regulars"`.
  std::vector<std::string> users_of(SavedKind kind, std::string_view name) const;
  /// Changes whenever a cohort or its members do.
  std::uint64_t cohorts_version() const { return cohorts_version_; }

 private:
  friend class SavedStore;
  std::map<std::string, SavedThing, std::less<>> things_[3];
  std::uint64_t cohorts_version_ = 1;
};

/// What must be there for a change to be made: for those who change what they have read.
struct Expected {
  enum class What : std::uint8_t { Anything, Nothing, Version } what = What::Anything;
  std::uint64_t version = 0;
};

/// A cohort, question or board as it is to be.
struct SavedDraft {
  SavedKind kind = SavedKind::Cohort;
  std::string name;
  std::string body;
  Expected expected;
  /// Of a static cohort that is made: its people's keys, and erasures() as it was before its people were looked for.
  std::optional<KeyList> members;
  std::uint64_t erasures = 0;
};

/// Safe from any thread.
class SavedStore {
 public:
  static Result<std::unique_ptr<SavedStore>> open(ledger::Ledger& ledger);

  std::shared_ptr<const SavedState> state() const;

  /// Saves them all or none, durably; what says the same as what is there leaves it as it is, of the same version. Errors: InvalidInput for a name that cannot be one, criteria that cannot be read, cohorts
  /// in a circle; NotFound when a draft names a cohort or a question that is not there; Conflict when what is there is not
  /// what was expected, or people were erased since a static cohort's were looked for.
  Result<std::vector<SavedThing>> put(std::vector<SavedDraft> drafts);
  Result<SavedThing> put(SavedDraft draft);
  /// Errors: NotFound; Conflict when it is another version, or when others name it (saying who).
  Result<void> remove(SavedKind kind, std::string_view name, const Expected& expected);

  /// How many erasures have begun or ended.
  std::uint64_t erasures() const;
  /// Between the two no static cohort is made. `forget` follows what the ledger has done: it takes the keys from the members.
  void begin_erasure();
  void forget(std::span<const PersonKey> keys);
  void end_erasure();

 private:
  explicit SavedStore(ledger::Ledger& ledger) : ledger_(ledger) {}
  // For each draft its place in the change; nothing when it says what is there already.
  using Puts = std::vector<std::optional<std::size_t>>;
  Result<std::shared_ptr<SavedState>> with_drafts(const std::vector<SavedDraft>& drafts, ledger::SavedChange& change,
                                                  Puts& puts) const;

  ledger::Ledger& ledger_;
  mutable std::mutex mutex_;  // Held while something changes.
  std::uint64_t erasures_ = 0;
  bool erasing_ = false;
  mutable std::mutex state_mutex_;  // Held for the moment of a look.
  std::shared_ptr<const SavedState> state_;
};

/// A name that people and addresses can bear: 1 to 100 bytes of text without `/`, quotes, control characters or blanks at its
/// ends. Errors: InvalidInput.
Result<void> check_saved_name(std::string_view name);

/// The keys by which people are kept in a static cohort, without repetition: for each the keys of their user ids; of who has
/// none, of their emails, else of their ids in other systems, else of their devices. So a device that turns out to be
/// somebody else's takes nobody in.
KeyList keys_of(const identity::Graph& people, std::span<const PersonId> persons);

}  // namespace habitue::workspace
