// Lists that leave in pieces as they are made, so that they may be of any length: as JSON, CSV or NDJSON.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

#include <boost/json.hpp>

#include "server/asking.hpp"

namespace habitue::server {

/// A list whose rows are made one after the other, when somebody takes them.
struct Listing {
  std::string_view name;     ///< Of the list in the answer, and of its table: "people".
  boost::json::object head;  ///< What the answer says beside it.
  std::uint64_t rows = 0;    ///< How many there will be.
  /// The next row, nothing after the last. Errors: Conflict when cancelled.
  std::function<Result<std::optional<boost::json::object>>()> next;
};

/// Whether the request wants a list as a whole or line by line (limit=all, format=ndjson), and not a page of it.
bool wants_listing(const Request& request);

/// The list in pieces of about 64 KiB. Rows of JSON and of NDJSON are alike; an answer as JSON reads as that of a page.
Response listed(const Call& call, const Asked& asked, Listing listing);

}  // namespace habitue::server
