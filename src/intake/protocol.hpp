// A protocol is a function from the bytes of one request to events: no socket, no clock, no storage.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "intake/event.hpp"

namespace habitue::intake {

/// Bounds on what a stranger may send. Stated in the docs; a body over one of them is refused or the event rejected.
struct Limits {
  std::size_t body_bytes = 16U << 20U;  ///< Decoded; the server also refuses larger encoded bodies.
  std::size_t batch_events = 10'000;
  std::size_t event_bytes = 1U << 20U;
  std::size_t depth = 32;          ///< Nesting of properties.
  std::size_t name_bytes = 512;    ///< Event names and identifiers.
  std::size_t properties = 1'000;  ///< Keys of one event, nested ones included.
};

/// One request, already decompressed.
struct Request {
  std::string_view path;  ///< Without query, such as `/v1/track`.
  std::string_view body;
  UtcMicros received_at;
};

/// An event of a batch that cannot be kept, with what to say about it. The rest of the batch is kept.
struct Rejected {
  std::size_t index;
  std::string reason;
  std::string raw;  ///< The event's own JSON, cut to 4 KiB.
};

struct Received {
  std::vector<Event> events;
  std::vector<Rejected> rejected;
};

/// A protocol. Errors: InvalidInput when nothing in the body can be understood. Pure; safe from any thread.
using Protocol = Result<Received> (*)(const Request& request, const Limits& limits);

}  // namespace habitue::intake
