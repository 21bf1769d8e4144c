// What the handlers of sign-in and of the team share.
#pragma once

#include <boost/json/fwd.hpp>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "server/message.hpp"
#include "workspace/team.hpp"

namespace habitue::server {

boost::json::object member_json(const workspace::Member& member);
/// One string field of a JSON body. Errors: InvalidInput, naming it.
Result<std::string> text_field(const boost::json::value& body, std::string_view field);
/// The value of the session's cookie; empty without one.
std::string_view session_cookie(const Request& request);

}  // namespace habitue::server
