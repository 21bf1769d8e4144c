// Random texts and their hashes: what keys, sessions and invitations are made of.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace habitue::workspace {

/// Small letters and digits, drawn by the system's generator. Errors: Unavailable when it gives none.
Result<std::string> random_text(std::size_t length);

/// BLAKE2b-256 in hexadecimal. For random texts only: a password that somebody chose needs a slow hash.
std::string hash_of_secret(std::string_view secret);

/// Compares in a time that tells nothing.
bool same_secret(std::string_view left, std::string_view right);

}  // namespace habitue::workspace
