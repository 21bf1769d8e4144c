// What can go wrong in ordinary use is a value. A library's exception becomes an Error at the call.
#pragma once

#include <string>
#include <utility>

#include <tl/expected.hpp>

namespace habitue {

/// Decides the HTTP status, the exit code and whether a retry can help. Few on purpose.
enum class ErrorKind {
  InvalidInput,  ///< The caller's words are wrong: saying them again will not help.
  NotFound,      ///< What was named is not here.
  Conflict,      ///< Right in itself, but not in the present state.
  Unavailable,   ///< The machine cannot now (disk full, busy, port in use): a retry may help.
  Corrupt,       ///< What we stored cannot be read back.
};

/// The message is for whoever can act on it: what is wrong first, the values last, then how to mend it.
struct Error {
  ErrorKind kind;
  std::string message;
};

template <class T>
using Result = tl::expected<T, Error>;

inline tl::unexpected<Error> fail(ErrorKind kind, std::string message) {
  return tl::unexpected(Error{kind, std::move(message)});
}
inline tl::unexpected<Error> invalid(std::string message) { return fail(ErrorKind::InvalidInput, std::move(message)); }

/// The name of a kind as it is written in logs and problem details, such as `invalid_input`.
constexpr const char* name_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::InvalidInput: return "invalid_input";
    case ErrorKind::NotFound: return "not_found";
    case ErrorKind::Conflict: return "conflict";
    case ErrorKind::Unavailable: return "unavailable";
    case ErrorKind::Corrupt: return "corrupt";
  }
  return "unknown";
}

}  // namespace habitue
