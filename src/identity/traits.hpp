// What an event says about who did it, before anything is remembered.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "identity/identity.hpp"
#include "intake/event.hpp"

namespace habitue::identity {

/// The string at the top level of a JSON object under `name`, unescaped. Nothing when it is absent or no string, or
/// when the text is no JSON. Of several, the last: that is what JSON readers keep.
std::optional<std::string> string_member(std::string_view json, std::string_view name);

/// Refuses what broken clients send in place of an identifier.
class IdentifierFilter {
 public:
  explicit IdentifierFilter(const std::vector<std::string>& ignored_values);
  /// The value without white space around it; empty when it is no identifier (ignored, too long, holds NUL).
  std::string_view accepted(std::string_view value) const;

 private:
  std::unordered_set<std::string> ignored_;  // Lowered.
  std::size_t longest_ = 0;
};

/// The email of an identify call: lowered, trimmed, with an @. Empty when it gives none.
std::string email_of(const intake::Event& event, const IdentifierFilter& filter);

/// The ids of other systems that Segment calls carry as `context.externalIds`, an array of {"id","type","collection"}:
/// each as `type:id`, accounts' left out, at most kExternalIdsMax.
std::vector<std::string> external_ids_of(const intake::Event& event, const IdentifierFilter& filter);
inline constexpr std::size_t kExternalIdsMax = 16;

/// A person's decision over a link.
struct Decision {
  Identifier left, right;
  bool severed = false;  ///< Else restored.
};

/// The decision that an event carries. Only an event that names nobody can: protocols demand a name from whoever sends
/// one, so that no page with a write key can join people or part them.
std::optional<Decision> decision_of(const intake::Event& event);
/// The event that carries a decision.
intake::Event event_of(const Decision& decision, std::string_view by, UtcMicros at);

}  // namespace habitue::identity
