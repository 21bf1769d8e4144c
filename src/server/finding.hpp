// The person that a request names, with the question it is asked in.
#pragma once

#include <string>
#include <vector>

#include "identity/identity.hpp"
#include "journey/journey.hpp"
#include "knowledge/customers.hpp"
#include "server/asking.hpp"
#include "server/json_of.hpp"

namespace habitue::server {

struct Found {
  Asked asked;
  PersonId person;
  journey::Journey journey;
};
/// By the key in the path's second value. Errors: those of read_question; NotFound.
Result<Found> find_person(const Call& call);
/// The same for a key that somebody else wrote; nothing for what is none.
std::optional<PersonKey> parse_key(std::string_view text);

/// What is known now: events acknowledged before the call are seen, and a question without as_of is of this very moment. For answers on
/// which somebody acts at once. Errors: those of read_question, and of waiting for what was acknowledged.
Result<Asked> read_question_of_now(const Call& call);

}  // namespace habitue::server
