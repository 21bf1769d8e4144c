#include "workspace/team.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <sodium.h>
#include <spdlog/spdlog.h>
#include <boost/json.hpp>

#include "base/file.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "workspace/keys.hpp"
#include "workspace/secrets.hpp"

namespace habitue::workspace {
namespace {

namespace json = boost::json;

constexpr std::pair<std::string_view, TeamRole> kRoles[] = {
    {"owner", TeamRole::Owner}, {"analyst", TeamRole::Analyst}, {"reader", TeamRole::Reader}};
constexpr std::uint32_t kFreeAttempts = 5;
constexpr std::int64_t kWaitMax = 15 * 60;
constexpr std::size_t kAttemptsMax = 10'000, kSessionsMax = 10'000;
constexpr std::uint32_t kHashersMax = 8;
constexpr std::size_t kCodeLength = 32, kSessionLength = 40;

// The hash of no password, for addresses that nobody has: they take as long as the others.
const std::string& hash_of_nobody() {
  static const std::string hash = [] {
    std::array<char, crypto_pwhash_STRBYTES> text{};
    if (crypto_pwhash_str(text.data(), "", 0, crypto_pwhash_OPSLIMIT_INTERACTIVE, crypto_pwhash_MEMLIMIT_INTERACTIVE) !=
        0)
      return std::string();
    return std::string(text.data());
  }();
  return hash;
}

Result<std::string> hash_of_password(std::string_view password) {
  std::array<char, crypto_pwhash_STRBYTES> text{};
  if (sodium_init() < 0 ||
      crypto_pwhash_str(text.data(), password.data(), password.size(), crypto_pwhash_OPSLIMIT_INTERACTIVE,
                        crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0)
    return fail(ErrorKind::Unavailable, "there is not enough memory to keep a password");
  return std::string(text.data());
}

bool is_password(const std::string& hash, std::string_view password) {
  return sodium_init() >= 0 && !hash.empty() &&
         crypto_pwhash_str_verify(hash.c_str(), password.data(), password.size()) == 0;
}

// What the mail system allows is wider; what is refused here would not arrive.
bool is_address(std::string_view text) {
  const std::size_t at = text.find('@');
  return at != std::string_view::npos && at > 0 && text.find('@', at + 1) == std::string_view::npos &&
         at + 1 < text.size() && text.size() <= 254 && std::none_of(text.begin(), text.end(), [](char c) {
           return static_cast<unsigned char>(c) <= ' ' || c == 127;
         });
}

Result<void> check_password(std::string_view password, const Member& member) {
  if (password.size() < kPasswordMin)
    return invalid(
        fmt::format("the password has {} characters, where at least {} are needed", password.size(), kPasswordMin));
  if (password.size() > kPasswordMax) return invalid("the password is too long");
  const std::string lower = ascii_lower(password);
  if (lower == member.email || lower == ascii_lower(member.name) ||
      std::all_of(password.begin(), password.end(), [&](char c) { return c == password.front(); }))
    return invalid("the password is the address, the name or one character again and again: choose another");
  return {};
}

UtcMicros moment_of(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return UtcMicros(std::chrono::microseconds(value != nullptr && value->is_int64() ? value->as_int64() : 0));
}

}  // namespace

std::string_view name_of(TeamRole role) { return kRoles[static_cast<std::size_t>(role)].first; }

Result<TeamRole> parse_team_role(std::string_view name) {
  for (const auto& [word, role] : kRoles)
    if (word == name) return role;
  return invalid(fmt::format("'{}' is no role: use owner, analyst or reader", name));
}

std::uint8_t scopes_of(TeamRole role) {
  switch (role) {
    case TeamRole::Owner: return kReadScope | kSqlScope | kSaveScope | kAdminScope;
    case TeamRole::Analyst: return kReadScope | kSqlScope | kSaveScope;
    case TeamRole::Reader: return kReadScope;
  }
  return 0;
}

Result<std::unique_ptr<Team>> Team::open(const std::filesystem::path& root, Clock clock) {
  std::unique_ptr<Team> team(new Team(root / "team.json", std::move(clock)));
  if (auto read = team->read(); !read) return tl::unexpected(read.error());
  return team;
}

Result<void> Team::read() {
  const auto text = read_file(file_, std::size_t{64} << 20);
  if (!text && text.error().kind == ErrorKind::NotFound) return {};
  if (!text) return tl::unexpected(text.error());
  const auto broken = [&] {
    return fail(
        ErrorKind::Corrupt,
        fmt::format("{} cannot be read: put back a copy, or remove it and invite the team again", file_.string()));
  };
  const auto root = parse_json(*text);
  if (!root || !root->is_object()) return broken();
  const json::value* members = root->as_object().if_contains("members");
  const json::value* sessions = root->as_object().if_contains("sessions");
  if (members == nullptr || !members->is_array() || sessions == nullptr || !sessions->is_array()) return broken();
  for (const json::value& each : members->as_array()) {
    if (!each.is_object()) return broken();
    const json::object& object = each.as_object();
    const auto role = parse_team_role(text_in(object, "role"));
    Stored stored{{text_in(object, "id"),
                   text_in(object, "email"),
                   text_in(object, "name"),
                   role.value_or(TeamRole::Reader),
                   {},
                   text_in(object, "created_at"),
                   false},
                  text_in(object, "password"),
                  text_in(object, "invitation"),
                  moment_of(object, "invitation_until_us")};
    if (!role || stored.member.id.empty() || stored.member.email.empty()) return broken();
    if (const json::value* list = object.if_contains("workspaces"); list != nullptr && list->is_array())
      for (const json::value& name : list->as_array())
        if (name.is_string()) stored.member.workspaces.emplace_back(name.as_string());
    const json::value* joined = object.if_contains("joined");
    stored.member.joined =
        !stored.password_hash.empty() || (joined != nullptr && joined->is_bool() && joined->get_bool());
    std::string id = stored.member.id;
    members_.emplace(std::move(id), std::move(stored));
  }
  for (const json::value& each : sessions->as_array())
    if (each.is_object() && members_.contains(text_in(each.as_object(), "member")))
      sessions_[text_in(each.as_object(), "hash")] = {text_in(each.as_object(), "member"),
                                                      moment_of(each.as_object(), "opened_us"),
                                                      moment_of(each.as_object(), "seen_us")};
  return {};
}

Result<void> Team::write() const {
  json::array members, sessions;
  for (const auto& [id, each] : members_) {
    json::array workspaces(each.member.workspaces.begin(), each.member.workspaces.end());
    members.push_back(json::object{{"id", id},
                                   {"email", each.member.email},
                                   {"name", each.member.name},
                                   {"role", name_of(each.member.role)},
                                   {"workspaces", std::move(workspaces)},
                                   {"created_at", each.member.created_at},
                                   {"joined", each.member.joined},
                                   {"password", each.password_hash},
                                   {"invitation", each.invitation_hash},
                                   {"invitation_until_us", each.invitation_until.time_since_epoch().count()}});
  }
  for (const auto& [hash, each] : sessions_)
    sessions.push_back(json::object{{"hash", hash},
                                    {"member", each.member},
                                    {"opened_us", each.opened_at.time_since_epoch().count()},
                                    {"seen_us", each.seen_at.time_since_epoch().count()}});
  return write_file_atomically(
      file_, json::serialize(json::object{{"members", std::move(members)}, {"sessions", std::move(sessions)}}) + "\n");
}

// What could not be written did not happen.
Result<void> Team::keep() {
  auto written = write();
  if (written) return written;
  members_.clear();
  sessions_.clear();
  if (auto again = read(); !again) spdlog::error("{}", again.error().message);
  return written;
}

bool Team::empty() const {
  const std::lock_guard lock(mutex_);
  return members_.empty();
}

std::vector<Member> Team::members() const {
  const std::lock_guard lock(mutex_);
  std::vector<Member> members;
  for (const auto& [id, each] : members_) members.push_back(each.member);
  std::sort(members.begin(), members.end(),
            [](const Member& left, const Member& right) { return left.email < right.email; });
  return members;
}

std::optional<Member> Team::find(std::string_view id) const {
  const std::lock_guard lock(mutex_);
  const auto found = members_.find(id);
  return found == members_.end() ? std::nullopt : std::optional(found->second.member);
}

Team::Stored* Team::stored(std::string_view id) {
  const auto found = members_.find(id);
  return found == members_.end() ? nullptr : &found->second;
}

bool Team::last_owner(const Stored& member) const {
  return member.member.role == TeamRole::Owner && std::none_of(members_.begin(), members_.end(), [&](const auto& each) {
           return each.second.member.role == TeamRole::Owner && each.first != member.member.id;
         });
}

void Team::end_sessions(std::string_view id, std::string_view but) {
  std::erase_if(sessions_, [&](const auto& each) { return each.second.member == id && each.first != but; });
}

Result<Invitation> Team::invited(Stored& member) {
  const auto code = random_text(kCodeLength);
  if (!code) return tl::unexpected(code.error());
  member.invitation_hash = hash_of_secret(*code);
  member.invitation_until = clock_() + kInvitationTime;
  Invitation invitation{member.member, *code, member.invitation_until};
  if (auto kept = keep(); !kept) return tl::unexpected(kept.error());
  return invitation;
}

Result<Invitation> Team::invite(const NewMember& wanted) {
  const std::string email = ascii_lower(trimmed(wanted.email));
  if (!is_address(email)) return invalid(fmt::format("'{}' is no e-mail address", email));
  if (wanted.name.size() > 200) return invalid("the name is too long");
  const auto id = random_text(8);
  if (!id) return tl::unexpected(id.error());
  const std::lock_guard lock(mutex_);
  for (const auto& [other, each] : members_)
    if (each.member.email == email) return fail(ErrorKind::Conflict, fmt::format("{} is in the team already", email));
  if (members_.empty() && wanted.role != TeamRole::Owner)
    return fail(ErrorKind::Conflict, "the first of a team must be an owner: somebody has to invite the others");
  Stored member{
      {*id, email, std::string(trimmed(wanted.name)), wanted.role, wanted.workspaces, format_moment(clock_()), false},
      {},
      {},
      {}};
  return invited(members_.emplace(*id, std::move(member)).first->second);
}

Result<Invitation> Team::invite_again(std::string_view id) {
  const std::lock_guard lock(mutex_);
  Stored* member = stored(id);
  if (member == nullptr) return fail(ErrorKind::NotFound, fmt::format("nobody in the team has the id '{}'", id));
  member->password_hash.clear();
  member->member.joined = false;
  end_sessions(id);
  return invited(*member);
}

Result<Member> Team::join(std::string_view code, std::string_view password, std::string_view name) {
  const std::string hash = hash_of_secret(code);
  Member found;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [id, each] : members_)
      if (!each.invitation_hash.empty() && same_secret(each.invitation_hash, hash) && clock_() < each.invitation_until)
        found = each.member;
  }
  if (found.id.empty())
    return invalid("this invitation is not known, was used or is older than seven days: ask for a new one");
  if (!trimmed(name).empty()) found.name = std::string(trimmed(name)).substr(0, 200);
  if (auto good = check_password(password, found); !good) return tl::unexpected(good.error());
  const auto hashed = [&] {
    const std::lock_guard hashing(hashing_);
    return hash_of_password(password);
  }();
  if (!hashed) return tl::unexpected(hashed.error());
  const std::lock_guard lock(mutex_);
  Stored* member = stored(found.id);
  if (member == nullptr || !same_secret(member->invitation_hash, hash))
    return invalid("this invitation was used meanwhile");
  member->member.name = found.name;
  member->member.joined = true;
  member->password_hash = *hashed;
  member->invitation_hash.clear();
  attempts_.erase(member->member.email);
  if (auto kept = keep(); !kept) return tl::unexpected(kept.error());
  return member->member;
}

Result<SignIn> Team::sign_in(std::string_view email, std::string_view password) {
  const std::string address = ascii_lower(trimmed(email));
  std::string hash, id;
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = attempts_.find(address); found != attempts_.end() && found->second.wrong >= kFreeAttempts) {
      const std::int64_t wait =
          std::min(kWaitMax, std::int64_t{1} << std::min(found->second.wrong - kFreeAttempts, 20U));
      const auto passed = std::chrono::duration_cast<std::chrono::seconds>(clock_() - found->second.last).count();
      // A clock that was set back makes nobody wait for longer.
      if (passed >= 0 && passed < wait) return SignIn{{}, wait - passed};
    }
    for (const auto& [other, each] : members_)
      if (each.member.email == address) {
        hash = each.password_hash;
        id = other;
      }
  }
  struct InLine {
    explicit InLine(std::atomic<std::uint32_t>& line) : all(line), before(line.fetch_add(1)) {}
    InLine(const InLine&) = delete;
    InLine& operator=(const InLine&) = delete;
    ~InLine() { all.fetch_sub(1); }
    std::atomic<std::uint32_t>& all;
    std::uint32_t before;
  } const in_line(hashers_);
  if (in_line.before >= kHashersMax) return SignIn{{}, 1};
  const bool right = [&] {
    const std::lock_guard hashing(hashing_);
    return is_password(hash.empty() ? hash_of_nobody() : hash, password.substr(0, kPasswordMax + 1)) && !hash.empty();
  }();
  const std::lock_guard lock(mutex_);
  const Stored* member = right ? stored(id) : nullptr;
  if (member == nullptr) {
    if (attempts_.size() >= kAttemptsMax) attempts_.clear();
    Attempts& attempts = attempts_[address];
    ++attempts.wrong;
    attempts.last = clock_();
    return SignIn{};
  }
  attempts_.erase(address);
  return SignIn{member->member, 0};
}

Result<std::optional<Member>> Team::welcome(std::string_view verified_email) {
  const std::string address = ascii_lower(trimmed(verified_email));
  const std::lock_guard lock(mutex_);
  for (auto& [id, each] : members_) {
    if (each.member.email != address) continue;
    if (!each.member.joined) {
      each.member.joined = true;
      each.invitation_hash.clear();
      Member member = each.member;  // What could not be kept is read anew, and `each` with it.
      if (auto kept = keep(); !kept) return tl::unexpected(kept.error());
      return std::optional(std::move(member));
    }
    return std::optional(each.member);
  }
  return std::optional<Member>();
}

Result<void> Team::change_password(std::string_view id, std::string_view old_password, std::string_view new_password,
                                   std::string_view kept_session) {
  const auto member = find(id);
  if (!member) return fail(ErrorKind::NotFound, "this member is not in the team any more");
  const auto known = sign_in(member->email, old_password);
  if (!known) return tl::unexpected(known.error());
  if (known->wait_seconds > 0)
    return invalid(fmt::format("too many wrong passwords: try again in {} seconds", known->wait_seconds));
  if (!known->member) return invalid("the present password is wrong");
  if (auto good = check_password(new_password, *member); !good) return good;
  const auto hash = [&] {
    const std::lock_guard hashing(hashing_);
    return hash_of_password(new_password);
  }();
  if (!hash) return tl::unexpected(hash.error());
  const std::lock_guard lock(mutex_);
  Stored* stored_member = stored(id);
  if (stored_member == nullptr) return fail(ErrorKind::NotFound, "this member is not in the team any more");
  stored_member->password_hash = *hash;
  end_sessions(id, hash_of_secret(kept_session));
  return keep();
}

Result<Member> Team::change(std::string_view id, const MemberChange& change) {
  const std::lock_guard lock(mutex_);
  Stored* member = stored(id);
  if (member == nullptr) return fail(ErrorKind::NotFound, fmt::format("nobody in the team has the id '{}'", id));
  if (change.role && *change.role != TeamRole::Owner && last_owner(*member))
    return fail(ErrorKind::Conflict, "this is the last owner: make somebody else an owner first");
  if (change.name && change.name->size() > 200) return invalid("the name is too long");
  if (change.name) member->member.name = std::string(trimmed(*change.name));
  if (change.role) member->member.role = *change.role;
  if (change.workspaces) member->member.workspaces = *change.workspaces;
  if (auto kept = keep(); !kept) return tl::unexpected(kept.error());
  return member->member;
}

Result<void> Team::remove(std::string_view id) {
  const std::lock_guard lock(mutex_);
  Stored* member = stored(id);
  if (member == nullptr) return fail(ErrorKind::NotFound, fmt::format("nobody in the team has the id '{}'", id));
  // The only one may go: then there is no team, and whoever has the machine may begin another.
  if (last_owner(*member) && members_.size() > 1)
    return fail(ErrorKind::Conflict, "this is the last owner: make somebody else an owner first");
  end_sessions(id);
  members_.erase(members_.find(id));
  return keep();
}

Result<std::string> Team::open_session(std::string_view id) {
  const auto secret = random_text(kSessionLength);
  if (!secret) return secret;
  const std::lock_guard lock(mutex_);
  if (stored(id) == nullptr) return fail(ErrorKind::NotFound, "this member is not in the team any more");
  const UtcMicros moment = clock_();
  std::erase_if(sessions_, [&](const auto& each) { return moment - each.second.seen_at > kSessionIdleTime; });
  if (sessions_.size() >= kSessionsMax) sessions_.clear();
  sessions_[hash_of_secret(*secret)] = {std::string(id), moment, moment};
  if (auto kept = keep(); !kept) return tl::unexpected(kept.error());
  return *secret;
}

std::optional<Member> Team::member_of_session(std::string_view secret) {
  if (secret.size() != kSessionLength) return std::nullopt;
  const std::string hash = hash_of_secret(secret);
  const std::lock_guard lock(mutex_);
  const auto found = sessions_.find(hash);
  if (found == sessions_.end()) return std::nullopt;
  const UtcMicros moment = clock_();
  if (moment - found->second.seen_at > kSessionIdleTime) {
    sessions_.erase(found);
    return std::nullopt;
  }
  // To the day is enough, so that reading a page writes nothing.
  if (moment - found->second.seen_at > std::chrono::days{1}) {
    found->second.seen_at = moment;
    if (auto written = write(); !written)
      spdlog::warn("the team's file cannot be written: {}", written.error().message);
  }
  const Stored* member = stored(found->second.member);
  return member == nullptr ? std::nullopt : std::optional(member->member);
}

void Team::close_session(std::string_view secret) {
  const std::lock_guard lock(mutex_);
  if (sessions_.erase(hash_of_secret(secret)) == 0) return;
  if (auto written = write(); !written) spdlog::warn("the team's file cannot be written: {}", written.error().message);
}

}  // namespace habitue::workspace
