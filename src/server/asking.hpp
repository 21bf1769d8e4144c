// From a request's parameters to a question, and back into the answer's echo: the same for all reports.
#pragma once

#include <functional>
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
  std::optional<criteria::Expression> filter;  ///< As it was said, before its cohorts were looked up.
  std::uint64_t cohorts = 0;                   ///< The version of the cohorts, when any is named.
};

/// Reads as_of, from, to (inclusive day) or period, hypothesis, filter and audience. Errors: InvalidInput naming the parameter.
///
/// Without as_of a question is of now, in this sense: of the later of the minute that has begun and the last event. So everything
/// that has arrived is seen, and whoever asks again within the minute while nothing arrives asks the same. Where an event is
/// dated in the future it is the second that has begun.
Result<Asked> read_question(const Call& call);
/// Looks up cohorts that the question names beside its filter: the view becomes one of theirs. Errors: as those of
/// criteria::with_cohorts.
Result<void> name_cohorts(const Call& call, Asked& asked, const std::vector<std::string>& names);

/// The answer that `make` gives, or the same one from before: see AnswerCache. `text` is what is asked beside the lens, in a form
/// that is the same for the same question. Headers tell when it was computed (X-Habitue-Computed-At) and whether it was kept
/// (X-Habitue-Cache: hit, shared or miss); the parameter max_age, in seconds, lets an older one do.
Response kept_answer(const Call& call, Asked& asked, std::string_view report, std::string_view text,
                     const std::function<Response()>& make);

/// The answer that `make` gives while its question is under way: it can be seen (GET /running) and stopped, and is given up after
/// ApiOptions::question_time_max, past question_memory_bytes_max and when the caller has gone. An answer in pieces is under way until its
/// last piece; it owns what it reads, and of `asked` a copy.
Response under_way(const Call& call, Asked& asked, std::string_view question, const std::function<Response()>& make);

/// Adds what was asked: `question` and `up_to_seq`.
void add_question(const Call& call, const Asked& asked, boost::json::object& body);
bool wants_csv(const Request& request);
bool wants_ndjson(const Request& request);

/// The report with `question` and `up_to_seq`; as CSV when the request asks for it and `report` has a table.
Response answer(const Call& call, const Asked& asked, std::string_view report, boost::json::object body);

namespace handlers {
/// A page of the people list, or all of it, by the parameters order, offset and limit: of everybody the question lets in, or of some of
/// them.
Response people_page(const Call& call, const Asked& asked, std::optional<std::vector<PersonId>> among);
}  // namespace handlers

}  // namespace habitue::server
