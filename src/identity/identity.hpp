// Identifiers to persons. A person is a connected group of identifiers: links come from identify and alias calls, from
// shared emails and from external ids, a guard keeps hubs (a shared device, `null`, an email of fifty people) from joining
// strangers, and a severed link gives back exactly the people there were, because every event keeps its origin.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.hpp"
#include "base/result.hpp"
#include "ledger/ledger.hpp"

namespace habitue::identity {

/// External is an id of another system, as `type:id` (`crm:4711`).
enum class IdentifierKind : std::uint8_t { User = 0, Anonymous = 1, Email = 2, External = 3 };

struct Identifier {
  IdentifierKind kind;
  std::string value;
};

/// Why two identifiers are one person.
enum class LinkReason : std::uint8_t { Identify = 0, Alias = 1, SharedEmail = 2, Manual = 3, SharedExternalId = 4 };

struct Link {
  Identifier left, right;
  LinkReason reason;
  EventSeq first_seq;  ///< The first event that says so.
  UtcMicros at;
  bool active;            ///< False when severed or when a guard holds it back.
  std::string held_back;  ///< Why it is not active, in words; empty when it is.
};

struct Rules {
  bool merge_on_email = true;
  std::uint32_t users_per_email_max = 5;   ///< An email or an external id of more user ids is a hub and joins nobody.
  std::uint32_t users_per_device_max = 3;  ///< An anonymous id of more user ids is a shared device.
  /// Never identifiers, compared without case: what broken clients send.
  std::vector<std::string> ignored_values = {"null",
                                             "undefined",
                                             "none",
                                             "nil",
                                             "nan",
                                             "n/a",
                                             "anonymous",
                                             "guest",
                                             "unknown",
                                             "true",
                                             "false",
                                             "0",
                                             "-1",
                                             "[object object]",
                                             "00000000-0000-0000-0000-000000000000"};
  /// Keys the PersonKeys, so that nobody tells from an address whose it is: the ledger's secret_seed().
  std::uint64_t key_seed = 0;
};

/// An origin that now belongs to another person.
struct Moved {
  OriginId origin;
  PersonId person;
};

/// What an event changed.
struct Applied {
  /// Where the event belongs: its user id, else its anonymous id, else its email, else its external id, else kNoOrigin.
  OriginId origin;
  std::vector<Moved> moved;  ///< Origins whose person changed by it; the new origin itself is included when it is new.
};

/// The names of the ledger's own events by which people decide over links; Graph::apply understands them.
/// Properties: {"left_kind","left_value","right_kind","right_value","by"}.
inline constexpr std::string_view kLinkSevered = "Identity Link Severed";
inline constexpr std::string_view kLinkRestored = "Identity Link Restored";

/// The graph is a pure fold over the ledger's events: the same set of events gives the same persons, in whatever order they came.
/// One writer calls apply; readers may call the const functions at the same time.
class Graph {
 public:
  static std::unique_ptr<Graph> create(const Rules& rules);
  /// Reads what save wrote. Errors: Corrupt (rebuild from the ledger then); Conflict when other rules made it.
  static Result<std::unique_ptr<Graph>> load(const std::filesystem::path& file, const Rules& rules);
  virtual ~Graph() = default;
  virtual Result<void> save(const std::filesystem::path& file) const = 0;

  virtual Applied apply(const ledger::StoredEvent& stored) = 0;
  virtual EventSeq applied_up_to() const = 0;

  virtual std::size_t person_count() const = 0;
  virtual PersonId person_of(OriginId origin) const = 0;
  virtual std::vector<OriginId> origins_of(PersonId person) const = 0;
  virtual std::vector<Identifier> identifiers_of(PersonId person) const = 0;
  virtual std::vector<Link> links_of(PersonId person) const = 0;
  virtual std::optional<PersonId> find(const Identifier& identifier) const = 0;
  /// Persons with an identifier that holds `part` (folded), best first (exact, prefix, inside), at most `limit`.
  virtual std::vector<PersonId> search(std::string_view part, std::size_t limit) const = 0;

  /// Keyed fingerprint of the person's first identifier.
  virtual PersonKey key_of(PersonId person) const = 0;
  virtual std::optional<PersonId> find(PersonKey key) const = 0;
  /// The key by which `find` knows whoever has this identifier, now or once it is seen; nullopt for what is no identifier.
  virtual std::optional<PersonKey> key_of(const Identifier& identifier) const = 0;

  /// The event that severs (or restores) a link, to be appended to the ledger, which applies it.
  /// Errors: NotFound when there is no such link; Conflict when it is severed (active) already.
  virtual Result<intake::Event> sever(const Identifier& left, const Identifier& right, std::string_view by,
                                      UtcMicros at) const = 0;
  virtual Result<intake::Event> restore(const Identifier& left, const Identifier& right, std::string_view by,
                                        UtcMicros at) const = 0;
  /// Every origin of the person, gone for good: they name nobody any more. Returns them. `moved` gets the origins of
  /// others whose person changed by it (a device shared with the one forgotten), when it is given.
  virtual std::vector<OriginId> forget(PersonId person, std::vector<Moved>* moved = nullptr) = 0;
};

}  // namespace habitue::identity
