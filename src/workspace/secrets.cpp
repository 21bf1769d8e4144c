#include "workspace/secrets.hpp"

#include <array>

#include <sodium.h>

namespace habitue::workspace {
namespace {

constexpr std::string_view kAlphabet = "0123456789abcdefghijklmnopqrstuvwxyz";

}  // namespace

Result<std::string> random_text(std::size_t length) {
  if (sodium_init() < 0) return fail(ErrorKind::Unavailable, "the system gives no random numbers");
  std::string text(length, ' ');
  for (char& c : text) c = kAlphabet[randombytes_uniform(static_cast<std::uint32_t>(kAlphabet.size()))];
  return text;
}

std::string hash_of_secret(std::string_view secret) {
  std::array<unsigned char, 32> hash{};
  crypto_generichash(hash.data(), hash.size(), reinterpret_cast<const unsigned char*>(secret.data()), secret.size(),
                     nullptr, 0);
  std::string hex(2 * hash.size() + 1, '\0');
  sodium_bin2hex(hex.data(), hex.size(), hash.data(), hash.size());
  hex.pop_back();
  return hex;
}

bool same_secret(std::string_view left, std::string_view right) {
  return left.size() == right.size() && sodium_memcmp(left.data(), right.data(), left.size()) == 0;
}

}  // namespace habitue::workspace
