// What is saved, at the edge: bodies read strictly, things written, questions asked for them as the API would be asked.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/json.hpp>

#include "server/api.hpp"
#include "server/described/describe.hpp"
#include "workspace/saved.hpp"

namespace habitue::server {

/// The lens of a saved question or a board, as the parameters of the API: all texts, so that `last 30 days` stays said so.
struct SavedLens {
  std::optional<std::string> as_of, from, to, period, hypothesis, filter, audience;
};
HABITUE_DESCRIBE(SavedLens, (as_of, from, to, period, hypothesis, filter, audience))

/// One piece of a board: the answer to a saved question, or a note alone.
struct SavedTile {
  std::optional<std::string> question, title, note;
  std::optional<std::uint32_t> width;  ///< Columns of twelve: a hint.
};
HABITUE_DESCRIBE(SavedTile, (question, title, note, width))

struct SavedBoard {
  std::string description;
  std::vector<SavedTile> tiles;
  SavedLens lens;
  std::string layout;  ///< A hint for whoever draws it.
};
HABITUE_DESCRIBE(SavedBoard, (description, tiles, lens, layout))

/// A question as it is saved. `body` is that of its POST, `parameters` are those of its own.
struct SavedQuestion {
  std::string description, ask, shown_as;
  boost::json::value body;
  std::vector<std::pair<std::string, std::string>> parameters;
  SavedLens lens;
};

/// Errors: InvalidInput with the pointer of what is wrong.
Result<SavedQuestion> read_saved_question(const boost::json::value& body);
Result<SavedBoard> read_saved_board(const boost::json::value& body);
boost::json::object saved_json(const SavedQuestion& question);
boost::json::object saved_json(const SavedBoard& board);
Result<SavedLens> read_lens(const boost::json::value& json, const std::string& pointer);
Result<std::vector<std::pair<std::string, std::string>>> read_parameters(const boost::json::value& json,
                                                                         const std::string& pointer);

/// The lens of `over` where it says something, else that of `base`. Filters are joined: both must hold.
SavedLens laid_over(const SavedLens& base, const SavedLens& over);
/// What a request's own parameters say.
SavedLens lens_of(const Request& request);

/// The questions that can be saved: `funnel`, `stages/history`, ... Errors: InvalidInput with the nearest.
Result<const Route*> route_of(std::string_view ask);
/// Asks as the API would; of the people behind a number when the body is `{"ask", "cell"}` and `behind` is set.
Response ask_saved(const Call& call, const Route& route, const SavedQuestion& question, const SavedLens& lens,
                   Errand* errand);
/// Reads and binds it without asking it of anybody: its warnings. Errors: what is wrong, as InvalidInput.
Result<std::vector<std::string>> check_saved(const Call& call, const SavedQuestion& question);

/// A thing with what it names, who names it and, when it cannot be read, why.
boost::json::object thing_json(const workspace::SavedState& state, const workspace::SavedThing& thing);

/// What a change expects to find: If-Match and If-None-Match, or the parameter `version`; else `otherwise`.
Result<workspace::Expected> read_expected(const Request& request, workspace::Expected::What otherwise);
/// The refusal of a change: 412 when a header's expectation was not met, else as problem().
Response refused_change(const Call& call, workspace::SavedKind kind, const workspace::Expected& expected,
                        const Error& error);
/// The thing with its version as ETag.
Response thing_response(const workspace::SavedThing& thing, boost::json::object body, int status = 200);

/// The people of a static cohort that is to be made, from the member `static` of what was sent. Errors: InvalidInput with the
/// pointer of what is wrong.
struct StaticCohort {
  workspace::KeyList keys;
  boost::json::object made;  ///< How it was made, to be kept with it. Names nobody.
  boost::json::object told;  ///< What only who made it is told: the identifiers that are not known.
  std::uint64_t erasures = 0;
};
Result<StaticCohort> make_static(const Call& call, const boost::json::value& from);

/// A cohort, question or board from what was sent, read and checked. Errors: as InvalidInput.
struct ReadyDraft {
  workspace::SavedDraft draft;
  std::vector<std::string> warnings;
  boost::json::object told;
};
Result<ReadyDraft> cohort_draft(const Call& call, const std::string& name, const boost::json::value& body);
Result<ReadyDraft> question_draft(const Call& call, const std::string& name, const boost::json::value& body);
Result<ReadyDraft> board_draft(const Call& call, const std::string& name, const boost::json::value& body);

/// The handlers that are alike for all kinds.
Response delete_thing(const Call& call, workspace::SavedKind kind);
Response put_thing(const Call& call, workspace::SavedKind kind,
                   Result<ReadyDraft> (*read)(const Call&, const std::string&, const boost::json::value&));

}  // namespace habitue::server
