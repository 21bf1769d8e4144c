// The page's files over HTTP, and the one document that answers every address of the single-page application.
#pragma once

#include "server/message.hpp"

namespace habitue::server {

/// Everything that is neither the API, nor an intake route, nor metrics.
bool is_page_path(const Request& request);
Response page_response(const Request& request);

}  // namespace habitue::server
