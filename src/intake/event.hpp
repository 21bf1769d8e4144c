// One form for everything that is said or seen, wherever it came from. Protocols and files end here.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/time.hpp"

namespace habitue::intake {

/// The six calls of the Segment specification; what other protocols send is brought to one of them.
enum class EventType : std::uint8_t { Track = 0, Identify = 1, Page = 2, Screen = 3, Group = 4, Alias = 5 };

/// How it is known (KNW-08).
enum class Provenance : std::uint8_t { Observed = 0, Given = 1, Heard = 2, Inferred = 3 };

/// An event as the ledger keeps it. An absent text is empty: protocols differ in null, "" and missing, we do not.
struct Event {
  /// Deduplication: two events with one message id are one event. Never empty; whoever has none derives one from the content.
  std::string message_id;
  EventType type = EventType::Track;
  /// Track: the event's name. Page and screen: the page's name, may be empty. Else empty.
  std::string name;
  /// When it happened, corrected for clock skew.
  UtcMicros at{};
  /// When we had it.
  UtcMicros received_at{};

  std::string user_id;
  std::string anonymous_id;
  /// Alias: the identifier that is to become `user_id`.
  std::string previous_id;
  /// Group: the account. On other types: the account on whose behalf it was done (context.groupId).
  std::string group_id;

  /// A JSON object, UTF-8, as text: properties of track, page and screen; traits of identify and group. "{}" when absent.
  std::string properties = "{}";
  /// A JSON object as text: Segment's context (campaign, page, ip, userAgent, ...). "{}" when absent.
  std::string context = "{}";

  Provenance provenance = Provenance::Observed;
  /// 0 to 1: how sure the source is.
  float confidence = 1.0F;
  /// The purpose consented to; empty when the workspace's default purpose applies.
  std::string purpose;
};

}  // namespace habitue::intake
