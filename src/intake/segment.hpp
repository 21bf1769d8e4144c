// The Segment specification over HTTP, as its own SDKs and those of RudderStack, Customer.io Pipelines and Jitsu speak it.
#pragma once

#include <optional>
#include <string_view>

#include "intake/protocol.hpp"

namespace habitue::intake {

/// Reads `/v1/track` and its sisters (identify, page, screen, group, alias), their one-letter forms, `/v1/batch`, `/v1/b`
/// and `/v1/import`. A body with a `batch` list is a batch whatever the path; a bare list is one too.
///
/// - Identifiers may be text or numbers; null, "" and missing are alike.
/// - Times are set right by `sentAt` when the sender's clock is off by more than kSkewDeadBand.
/// - A call names somebody, but a track call may say `"nobody": true` in its context: what the company did itself, such as marketing
///   spent.
/// - Without `messageId` an id is derived from the content; when the call does not tell its time either, from the moment
///   of receipt too, since doing a thing twice is two events.
/// - An event with something wrong is rejected by itself and its neighbours are kept.
///
/// Errors: InvalidInput when the body is not JSON, is larger or has more events than the limits, or the path is not ours.
/// Pure; safe from any thread.
Result<Received> read_segment(const Request& request, const Limits& limits);

/// Whether the path is one that read_segment takes.
bool is_segment_path(std::string_view path);

}  // namespace habitue::intake
