// Who answers for a delivery before payment: events signed with a secret of the workspace, so that nobody who may only send events
// can make one.
#pragma once

#include <array>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/time.hpp"
#include "identity/identity.hpp"
#include "intake/event.hpp"
#include "knowledge/delivery.hpp"

namespace habitue::workspace {

/// 64 hexadecimal digits, readable by its owner alone; made when the first override is signed. Without it no override counts.
inline constexpr std::string_view kOverrideSecretFile = "override.key";

/// What an override rests on. The reason and each name take at most kOverrideTextMax bytes, as journeys cut longer texts.
struct OverrideOrder {
  std::optional<identity::Identifier> person;  ///< One under which events can be sent: no email. Or
  std::string account;                         ///< the account.
  std::string order_id, reason, author, author_id;
};
inline constexpr std::size_t kOverrideTextMax = 500;

/// The event that says so, signed with HMAC-SHA-512-256 over all of it. Makes the secret when there is none.
/// Errors: InvalidInput for an empty or too long text; Conflict for a person who has only an email; Unavailable when the secret cannot be kept.
Result<intake::Event> sign_override(const std::filesystem::path& folder, const OverrideOrder& order, UtcMicros at);

/// Tells signed overrides from others: signed with this folder's secret, at the moment and for the person or account it stands with.
/// Errors: Corrupt when the file holds no secret; Unavailable when it cannot be read.
Result<knowledge::OverrideCheck> override_check(const std::filesystem::path& folder,
                                                std::shared_ptr<const identity::Graph> people);

}  // namespace habitue::workspace
