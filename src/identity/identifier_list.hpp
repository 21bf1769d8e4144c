// A list of identifiers as people have them: JSON, or the text of a CSV or NDJSON file.
#pragma once

#include <string>
#include <vector>

#include <boost/json.hpp>

#include "base/result.hpp"
#include "identity/identity.hpp"

namespace habitue::identity {

struct ListedIdentifier {
  std::string value;
  std::vector<IdentifierKind> kinds;  ///< What it may be, the likeliest first.
};

/// From `list` (an array of texts, or the text of a file), `format` (csv, ndjson or json; else told from the text), `column` (which
/// column or member holds the identifiers; else `user_id`, `email`, ... or the first) and `kind` (user, email, anonymous or
/// external; else a user id, or an email when it has an @). Empty ones are left out. Errors: InvalidInput with the pointer.
Result<std::vector<ListedIdentifier>> read_identifier_list(const boost::json::object& from);

}  // namespace habitue::identity
