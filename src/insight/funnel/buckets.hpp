// Calendar buckets of a zone, by their first moments.
#pragma once

#include <vector>

#include "insight/funnel/funnel.hpp"

namespace habitue::insight::funnel {

/// The first moment of the bucket of a moment.
UtcMicros bucket_start(UtcMicros moment, FunnelBucket bucket, const Zone& zone);

/// Starts of all buckets from that of `first` to that of `last`, and the end of the last one. Errors: InvalidInput for too many.
Result<std::vector<UtcMicros>> bucket_bounds(UtcMicros first, UtcMicros last, FunnelBucket bucket, const Zone& zone);

}  // namespace habitue::insight::funnel
