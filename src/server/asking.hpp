// From a request's parameters to a question, and back into the answer's echo: the same for all reports.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <boost/json.hpp>

#include "insight/question.hpp"
#include "server/api.hpp"

namespace habitue::server {

struct Asked {
  workspace::View view;
  insight::Question question;
  insight::AudienceSide audience = insight::AudienceSide::All;
};

/// Reads as_of, from, to (inclusive day), hypothesis, filter and audience. Errors: InvalidInput naming the parameter.
Result<Asked> read_question(const Call& call);

/// The report with `question` and `up_to_seq`; as CSV when the request asks for it and `report` has a table.
Response answer(const Call& call, const Asked& asked, std::string_view report, boost::json::object body);

namespace handlers {
/// A page of the people list, by the parameters order, offset and limit: of everybody the question lets in, or of some of them.
Response people_page(const Call& call, const Asked& asked, std::optional<std::vector<PersonId>> among);
}  // namespace handlers

}  // namespace habitue::server
