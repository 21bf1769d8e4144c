#include "workspace/overrides.hpp"

#include <mutex>

#include <fmt/format.h>
#include <sodium.h>
#include <boost/json.hpp>

#include "base/file.hpp"
#include "base/text.hpp"

namespace habitue::workspace {
namespace {

using Secret = std::array<unsigned char, crypto_auth_KEYBYTES>;

constexpr std::pair<std::string_view, identity::IdentifierKind> kKinds[] = {
    {"user", identity::IdentifierKind::User},
    {"anonymous", identity::IdentifierKind::Anonymous},
    {"external", identity::IdentifierKind::External}};
constexpr std::string_view kAccount = "account:";

std::string hex_of(const unsigned char* bytes, std::size_t count) {
  std::string hex(count * 2 + 1, '\0');
  sodium_bin2hex(hex.data(), hex.size(), bytes, count);
  hex.pop_back();
  return hex;
}

// Nothing when there is none yet.
Result<std::optional<Secret>> read_secret(const std::filesystem::path& file) {
  const auto text = read_file(file, 1'024);
  if (!text && text.error().kind == ErrorKind::NotFound) return std::nullopt;
  if (!text) return tl::unexpected(text.error());
  const std::string_view hex = trimmed(*text);
  Secret secret{};
  std::size_t length = 0;
  if (sodium_hex2bin(secret.data(), secret.size(), hex.data(), hex.size(), nullptr, &length, nullptr) != 0 ||
      length != secret.size())
    return fail(ErrorKind::Corrupt, fmt::format("{} holds no secret of 64 hexadecimal digits", file.string()));
  return secret;
}

Result<Secret> secret_of(const std::filesystem::path& file) {
  // Two who sign first at once must not each make one.
  static std::mutex making;
  const std::lock_guard lock(making);
  auto known = read_secret(file);
  if (!known) return tl::unexpected(known.error());
  if (*known) return **known;
  if (sodium_init() < 0) return fail(ErrorKind::Unavailable, "the system gives no random numbers");
  Secret secret{};
  crypto_auth_keygen(secret.data());
  if (auto kept = write_file_atomically(file, hex_of(secret.data(), secret.size()) + "\n"); !kept)
    return tl::unexpected(kept.error());
  return secret;
}

// Each part with its length, so that no two overrides read the same.
std::string signed_text(std::initializer_list<std::string_view> parts) {
  std::string text = "habitue delivery override 1";
  for (const std::string_view part : parts) text += fmt::format("\n{}:{}", part.size(), part);
  return text;
}

std::string signature_of(const Secret& secret, std::string_view text) {
  std::array<unsigned char, crypto_auth_BYTES> mac{};
  crypto_auth(mac.data(), reinterpret_cast<const unsigned char*>(text.data()), text.size(), secret.data());
  return hex_of(mac.data(), mac.size());
}

bool stands_for(const knowledge::SignedOverride& each, const identity::Graph& people) {
  if (each.subject.starts_with(kAccount))
    return each.person == kNobody && each.account == each.subject.substr(kAccount.size());
  const std::size_t colon = each.subject.find(':');
  if (colon == std::string_view::npos || each.person == kNobody) return false;
  for (const auto& [name, kind] : kKinds)
    if (each.subject.substr(0, colon) == name)
      return people.find(identity::Identifier{kind, std::string(each.subject.substr(colon + 1))}) == each.person;
  return false;
}

Result<void> check_text(std::string_view name, std::string_view text) {
  if (trimmed(text).empty()) return invalid(fmt::format("{}: an override needs one", name));
  if (text.size() > kOverrideTextMax)
    return invalid(fmt::format("{}: {} bytes, at most {}", name, text.size(), kOverrideTextMax));
  return {};
}

// Whom the event names; returns the subject as it is signed.
Result<std::string> name_subject(const OverrideOrder& order, intake::Event& event) {
  if (!order.person) {
    event.group_id = order.account;
    if (auto fine = check_text("account", order.account); !fine) return tl::unexpected(fine.error());
    return std::string(kAccount) + order.account;
  }
  const std::string& value = order.person->value;
  if (auto fine = check_text("identifier", value); !fine) return tl::unexpected(fine.error());
  switch (order.person->kind) {
    case identity::IdentifierKind::User: event.user_id = value; return "user:" + value;
    case identity::IdentifierKind::Anonymous: event.anonymous_id = value; return "anonymous:" + value;
    case identity::IdentifierKind::External: {
      const std::size_t colon = value.find(':');
      event.context = boost::json::serialize(boost::json::object{
          {"externalIds",
           boost::json::array{boost::json::object{
               {"type", value.substr(0, colon)}, {"id", colon == std::string::npos ? "" : value.substr(colon + 1)}}}}});
      return "external:" + value;
    }
    case identity::IdentifierKind::Email: break;
  }
  return fail(ErrorKind::Conflict, "nothing but an email is known of this person: orders name a user id");
}

}  // namespace

Result<intake::Event> sign_override(const std::filesystem::path& folder, const OverrideOrder& order, UtcMicros at) {
  for (const auto& [name, text] : {std::pair{"order_id", &order.order_id}, std::pair{"reason", &order.reason},
                                   std::pair{"author", &order.author}, std::pair{"author_id", &order.author_id}})
    if (auto fine = check_text(name, *text); !fine) return tl::unexpected(fine.error());
  intake::Event event;
  auto subject = name_subject(order, event);
  if (!subject) return tl::unexpected(subject.error());
  const auto secret = secret_of(folder / kOverrideSecretFile);
  if (!secret) return tl::unexpected(secret.error());
  event.name = knowledge::kOverrideEvent;
  event.at = event.received_at = at;
  const std::string signed_at = format_moment(at);
  const std::string signature = signature_of(
      *secret, signed_text({order.order_id, *subject, order.reason, order.author, order.author_id, signed_at}));
  event.message_id = "override-" + signature;
  event.properties = boost::json::serialize(boost::json::object{{"order_id", order.order_id},
                                                                {"subject", *subject},
                                                                {"reason", order.reason},
                                                                {"author", order.author},
                                                                {"author_id", order.author_id},
                                                                {"signed_at", signed_at},
                                                                {"signature", signature}});
  return event;
}

Result<knowledge::OverrideCheck> override_check(const std::filesystem::path& folder,
                                                std::shared_ptr<const identity::Graph> people) {
  const auto secret = read_secret(folder / kOverrideSecretFile);
  if (!secret) return tl::unexpected(secret.error());
  return [secret = *secret, people = std::move(people)](const knowledge::SignedOverride& each) {
    if (!secret || format_moment(each.at) != each.signed_at || !stands_for(each, *people)) return false;
    const std::string right = signature_of(
        *secret, signed_text({each.order_id, each.subject, each.reason, each.author, each.author_id, each.signed_at}));
    return each.signature.size() == right.size() &&
           sodium_memcmp(each.signature.data(), right.data(), right.size()) == 0;
  };
}

}  // namespace habitue::workspace
