// One call of the Segment specification, as JSON, to one Event. Requests and NDJSON files share it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "intake/event.hpp"
#include "intake/json_reader.hpp"
#include "intake/protocol.hpp"

namespace habitue::intake {

/// What surrounds a call.
struct CallSetting {
  UtcMicros received_at;
  std::optional<EventType> type;     ///< Of the request's path, when the call itself does not tell.
  std::optional<UtcMicros> sent_at;  ///< Of the batch; the call's own comes first.
  /// Whether the sender's clock is set right against ours. Not for files, which are received long after they were sent.
  bool correct_skew = true;
};

/// Above this difference between the sender's clock and ours the sender's clock is wrong; below, it is the network.
inline constexpr std::chrono::minutes kSkewDeadBand{5};
/// An event later than this after its receipt is a mistake, not a clock that runs ahead a little.
inline constexpr std::chrono::hours kFutureMax{24};

std::optional<EventType> type_of_name(std::string_view name);  ///< `track`, `identify`, ... by the specification.
std::string_view name_of(EventType type);

/// The event, or why it cannot be kept, in words for its sender. `message_id` stays empty when the call has none.
tl::expected<Event, std::string> read_call(JsonReader& reader, const JsonObject& call, const CallSetting& setting,
                                           const Limits& limits);

/// When the call says that it happened, as it says it. Nothing when it does not: then equal contents are not one event.
std::optional<std::string_view> told_moment(const JsonObject& call);

/// 32 hexadecimal digits of the text: what identifies an event that brings no id.
std::string digest(std::string_view text);
/// All that an event says, for digest().
std::string content_of(const Event& event);

}  // namespace habitue::intake
