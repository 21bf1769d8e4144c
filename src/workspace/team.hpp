// The people of the company who sign in: their roles, passwords and sessions. One team for all workspaces of a root; keys are for
// programs and belong to one workspace (keys.hpp). Nothing to do with customers' accounts.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"

namespace habitue::workspace {

/// Owners do everything; analysts read, ask in SQL and save questions; readers read.
enum class TeamRole : std::uint8_t { Owner, Analyst, Reader };
std::string_view name_of(TeamRole role);  ///< "owner", "analyst", "reader".
/// Errors: InvalidInput for another word.
Result<TeamRole> parse_team_role(std::string_view name);
std::uint8_t scopes_of(TeamRole role);

struct Member {
  std::string id;     ///< Public: what records of who did what name.
  std::string email;  ///< In small letters; what one signs in with.
  std::string name;
  TeamRole role = TeamRole::Reader;
  std::vector<std::string> workspaces;  ///< Which they may open; empty: all.
  std::string created_at;
  bool joined = false;  ///< Has chosen a password, or come in by the provider.
};
struct NewMember {
  std::string email, name;
  TeamRole role = TeamRole::Reader;
  std::vector<std::string> workspaces{};
};
struct MemberChange {
  std::optional<std::string> name{};
  std::optional<TeamRole> role{};
  std::optional<std::vector<std::string>> workspaces{};
};
/// For the member's eyes, to be handed over by whoever invites; it is shown once, works once and for seven days.
struct Invitation {
  Member member;
  std::string code;
  UtcMicros until;
};
struct SignIn {
  std::optional<Member> member{};  ///< Nothing: the address or the password is wrong, and which of them is not said.
  /// Above 0: too many wrong passwords for this address, or too many people who sign in at once; nothing was compared.
  std::int64_t wait_seconds = 0;
};

inline constexpr std::size_t kPasswordMin = 10, kPasswordMax = 1'024;  ///< Characters of a password, in bytes.
inline constexpr std::chrono::days kInvitationTime{7}, kSessionIdleTime{30};

/// Safe from any thread. Everything is on disk when a call returns: a file `team.json` that only its owner can read.
class Team {
 public:
  using Clock = std::function<UtcMicros()>;
  /// Errors: Corrupt for a file that cannot be read; Unavailable from the file system.
  static Result<std::unique_ptr<Team>> open(const std::filesystem::path& root, Clock clock = now);

  bool empty() const;
  std::vector<Member> members() const;  ///< By e-mail address.
  std::optional<Member> find(std::string_view id) const;

  /// Errors: InvalidInput for an address that is none; Conflict when a member has it, or when the first member would be no owner.
  Result<Invitation> invite(const NewMember& wanted);
  /// A new code in place of the password: sessions end. For who forgot the password or lost the code. Errors: NotFound.
  Result<Invitation> invite_again(std::string_view id);
  /// Chooses the password; the code is used up. Errors: InvalidInput for a code that is wrong, used or too old, and for a password that is
  /// too short or is the address.
  Result<Member> join(std::string_view code, std::string_view password, std::string_view name = {});
  /// Takes a tenth of a second on purpose. After five wrong passwords the address waits: a second, then twice as long each time, at most a
  /// quarter of an hour.
  Result<SignIn> sign_in(std::string_view email, std::string_view password);
  /// Who has the address, when somebody who is believed says that it is theirs: an invitation is accepted by that, and a password not needed.
  Result<std::optional<Member>> welcome(std::string_view verified_email);
  /// Other sessions end. Errors: InvalidInput when the old one is wrong, or the new one as in `join`.
  Result<void> change_password(std::string_view id, std::string_view old_password, std::string_view new_password,
                               std::string_view kept_session);
  /// Errors: NotFound; Conflict when no owner would be left.
  Result<Member> change(std::string_view id, const MemberChange& change);
  Result<void> remove(std::string_view id);

  /// The session's secret. Sessions outlive the server and end after 30 days in which they were not used.
  Result<std::string> open_session(std::string_view id);
  std::optional<Member> member_of_session(std::string_view secret);
  void close_session(std::string_view secret);

 private:
  struct Stored {
    Member member;
    std::string password_hash;    ///< Argon2id; empty until joined.
    std::string invitation_hash;  ///< Empty: none.
    UtcMicros invitation_until{};
  };
  struct Session {
    std::string member;
    UtcMicros opened_at{}, seen_at{};
  };
  struct Attempts {
    std::uint32_t wrong = 0;
    UtcMicros last{};
  };
  Team(std::filesystem::path file, Clock clock) : file_(std::move(file)), clock_(std::move(clock)) {}
  Result<void> read();
  Result<void> write() const;
  Result<void> keep();
  Stored* stored(std::string_view id);
  Result<Invitation> invited(Stored& member);
  bool last_owner(const Stored& member) const;
  void end_sessions(std::string_view id, std::string_view but = {});

  std::filesystem::path file_;
  Clock clock_;
  mutable std::mutex mutex_;
  std::mutex hashing_;                     // One at a time: each takes 64 MiB.
  std::atomic<std::uint32_t> hashers_{0};  // Who waits for it: a flood of sign-ins must not hold up those who are in.
  std::map<std::string, Stored, std::less<>> members_;
  std::map<std::string, Session, std::less<>> sessions_;  // By the hash of the secret.
  std::map<std::string, Attempts, std::less<>> attempts_;
};

}  // namespace habitue::workspace
