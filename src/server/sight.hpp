// Whom an answer showed, for the record of who saw whom.
#pragma once

#include "server/api.hpp"

namespace habitue::server {

/// Records the people that the answer names: one person, the keys of a list, or that a list was taken whole. Answers without people are not
/// recorded, nor what was refused. Errors: Unavailable when it cannot be recorded; the answer must not be given then.
Result<void> record_sight(const Call& call, const Route& route, const Response& response);

}  // namespace habitue::server
