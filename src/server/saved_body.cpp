// The bodies of saved questions and boards: read strictly, written with nothing that was not said.
#include <fmt/format.h>

#include "base/text.hpp"
#include "criteria/criteria.hpp"
#include "criteria/node.hpp"
#include "server/described/read.hpp"
#include "server/described/write.hpp"
#include "server/saved.hpp"

namespace habitue::server {
namespace json = boost::json;

namespace {

constexpr std::size_t kTilesMax = 100;
constexpr std::string_view kParameters[] = {"bucket", "events", "birth",  "by",    "values",
                                            "order",  "limit",  "offset", "search"};

// What there is no zone for: saved bodies hold days as texts.
const Zone& no_zone() {
  static const Zone zone = Zone::utc();
  return zone;
}

// The members without those that are null: what was not said.
json::object said(const json::value& whole) {
  json::object members;
  for (const auto& [name, value] : whole.as_object())
    if (!value.is_null()) members[name] = value;
  return members;
}

std::string both(const std::string& left, const std::string& right) {
  const auto one = criteria::parse(left), other = criteria::parse(right);
  // What cannot be read is refused where it is asked.
  if (!one || !other) return one ? right : left;
  return criteria::to_text(criteria::Expression(
      criteria::make_all({criteria::NodeRef{one->shared_root()}, criteria::NodeRef{other->shared_root()}}).node));
}

}  // namespace

Result<SavedLens> read_lens(const json::value& value, const std::string& pointer) {
  SavedLens lens;
  if (auto done = described::read(value, {pointer, &no_zone()}, lens); !done) return tl::unexpected(done.error());
  if (lens.period && (lens.from || lens.to))
    return invalid(fmt::format("{}/period: say either a period or from and to", pointer));
  return lens;
}

Result<std::vector<std::pair<std::string, std::string>>> read_parameters(const json::value& value,
                                                                         const std::string& pointer) {
  if (!value.is_object()) return invalid(fmt::format("{} must be an object", pointer));
  std::vector<std::pair<std::string, std::string>> parameters;
  for (const auto& [name, given] : value.get_object()) {
    const std::vector<std::string_view> names(std::begin(kParameters), std::end(kParameters));
    if (std::find(names.begin(), names.end(), std::string_view(name)) == names.end()) {
      const std::string_view nearest = nearest_word(name, names);
      return invalid(fmt::format("{}/{} is no parameter of a question{}", pointer, std::string_view(name),
                                 nearest.empty() ? std::string() : fmt::format("; did you mean \"{}\"?", nearest)));
    }
    if (given.is_string())
      parameters.emplace_back(std::string(name), std::string(given.get_string()));
    else if (given.is_int64())
      parameters.emplace_back(std::string(name), std::to_string(given.get_int64()));
    else
      return invalid(fmt::format("{}/{} must be a text or a whole number", pointer, std::string_view(name)));
  }
  return parameters;
}

Result<SavedQuestion> read_saved_question(const json::value& value) {
  if (!value.is_object()) return invalid("a saved question is an object: {\"ask\": \"funnel\", \"body\": {...}}");
  SavedQuestion question;
  const std::vector<std::string_view> names{"description", "ask", "body", "parameters", "lens", "shown_as"};
  for (const auto& [name, member] : value.get_object()) {
    const std::string pointer = "/" + std::string(name);
    const described::Place place{pointer, &no_zone()};
    Result<void> done;
    if (name == "description") {
      done = described::read(member, place, question.description);
    } else if (name == "ask") {
      done = described::read(member, place, question.ask);
    } else if (name == "shown_as") {
      done = described::read(member, place, question.shown_as);
    } else if (name == "body") {
      if (!member.is_object()) return invalid("/body must be an object: the question's own");
      question.body = member;
    } else if (name == "parameters") {
      auto parameters = read_parameters(member, pointer);
      if (!parameters) return tl::unexpected(parameters.error());
      question.parameters = std::move(*parameters);
    } else if (name == "lens") {
      auto lens = read_lens(member, pointer);
      if (!lens) return tl::unexpected(lens.error());
      question.lens = std::move(*lens);
    } else {
      const std::string_view nearest = nearest_word(name, names);
      return invalid(fmt::format("{} is not known; {}", pointer,
                                 nearest.empty() ? fmt::format("there are: {}", fmt::join(names, ", "))
                                                 : fmt::format("did you mean \"{}\"?", nearest)));
    }
    if (!done) return tl::unexpected(done.error());
  }
  return question;
}

Result<SavedBoard> read_saved_board(const json::value& value) {
  SavedBoard board;
  if (auto done = described::read(value, {"", &no_zone()}, board); !done) return tl::unexpected(done.error());
  if (board.lens.period && (board.lens.from || board.lens.to))
    return invalid("/lens/period: say either a period or from and to");
  if (board.tiles.size() > kTilesMax) return invalid(fmt::format("/tiles: at most {}", kTilesMax));
  for (std::size_t place = 0; place < board.tiles.size(); ++place) {
    const SavedTile& tile = board.tiles[place];
    if (!tile.question && !tile.note)
      return invalid(fmt::format("/tiles/{}: a tile shows a saved `question`, a `note`, or both", place));
    if (tile.width && (*tile.width < 1 || *tile.width > 12))
      return invalid(fmt::format("/tiles/{}/width: 1 to 12", place));
  }
  return board;
}

json::object saved_json(const SavedQuestion& question) {
  json::object whole{{"description", question.description}, {"ask", question.ask}};
  if (!question.body.is_null()) whole["body"] = question.body;
  if (!question.parameters.empty()) {
    json::object& parameters = whole["parameters"].emplace_object();
    for (const auto& [name, value] : question.parameters) parameters[name] = value;
  }
  whole["lens"] = said(described::write(question.lens));
  whole["shown_as"] = question.shown_as;
  return whole;
}

json::object saved_json(const SavedBoard& board) {
  json::array tiles;
  for (const SavedTile& tile : board.tiles) tiles.push_back(said(described::write(tile)));
  return {{"description", board.description},
          {"tiles", std::move(tiles)},
          {"lens", said(described::write(board.lens))},
          {"layout", board.layout}};
}

SavedLens laid_over(const SavedLens& base, const SavedLens& over) {
  SavedLens lens = base;
  const auto take = [](std::optional<std::string>& into, const std::optional<std::string>& from) {
    if (from) into = from;
  };
  take(lens.as_of, over.as_of);
  take(lens.hypothesis, over.hypothesis);
  take(lens.audience, over.audience);
  if (over.period || over.from || over.to) {
    lens.period = over.period;
    lens.from = over.from;
    lens.to = over.to;
  }
  if (over.filter) lens.filter = lens.filter ? both(*lens.filter, *over.filter) : *over.filter;
  return lens;
}

SavedLens lens_of(const Request& request) {
  SavedLens lens;
  described::for_each_field<SavedLens>([&](std::string_view name, auto pointer) {
    if (const std::string_view value = request.parameter(name); !value.empty()) lens.*pointer = std::string(value);
  });
  return lens;
}

}  // namespace habitue::server
