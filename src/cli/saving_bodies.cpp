#include <algorithm>

#include <fmt/format.h>
#include <boost/json.hpp>

#include "cli/document.hpp"
#include "cli/saving.hpp"

namespace habitue::cli {
namespace json = boost::json;

namespace {

// A document's own version and name are told by the command; what a server adds when it shows a thing is not sent back.
json::object body_from(const json::value& document, std::initializer_list<std::string_view> members) {
  json::object body;
  if (!document.is_object()) return body;
  for (const auto& [name, value] : document.get_object())
    if (std::find(members.begin(), members.end(), std::string_view(name)) != members.end()) body[name] = value;
  return body;
}

}  // namespace

json::object lens_of(const SavingOptions& options) {
  json::object lens;
  for (const auto& [name, value] :
       {std::pair{"as_of", &options.as_of}, std::pair{"from", &options.from}, std::pair{"to", &options.to},
        std::pair{"period", &options.period}, std::pair{"hypothesis", &options.hypothesis},
        std::pair{"filter", &options.filter}, std::pair{"audience", &options.audience}})
    if (!value->empty()) lens[name] = *value;
  return lens;
}

Result<json::object> cohort_body(const SavingOptions& options) {
  json::object body;
  if (!options.file.empty()) {
    const auto document = read_document(options.file);
    if (!document) return tl::unexpected(document.error());
    body = body_from(*document, {"description", "criteria", "static"});
  }
  if (!options.description.empty()) body["description"] = options.description;
  const int ways = (options.criteria.empty() ? 0 : 1) + (options.list.empty() ? 0 : 1) + (options.ask.empty() ? 0 : 1);
  if (ways > 1) return invalid("a cohort is made in one way: --criteria, --list or --question");
  if (!options.criteria.empty() && !options.fixed) {
    body["criteria"] = options.criteria;
  } else if (!options.criteria.empty()) {
    json::object& fixed = body["static"].emplace_object();
    fixed["criteria"] = options.criteria;
    if (!options.as_of.empty()) fixed["as_of"] = options.as_of;
  } else if (!options.list.empty()) {
    const auto text = read_whole(options.list);
    if (!text) return tl::unexpected(text.error());
    json::object& fixed = body["static"].emplace_object();
    fixed["list"] = *text;
    if (!options.kind.empty()) fixed["kind"] = options.kind;
    if (!options.column.empty()) fixed["column"] = options.column;
  } else if (!options.ask.empty()) {
    json::object& fixed = body["static"].emplace_object();
    fixed["ask"] = options.ask;
    for (const auto& [member, text] : {std::pair{"body", &options.body}, std::pair{"cell", &options.cell}}) {
      if (text->empty()) continue;
      auto read = read_argument(*text);
      if (!read) return tl::unexpected(read.error());
      fixed[member] = std::move(*read);
    }
    if (json::object lens = lens_of(options); !lens.empty()) fixed["lens"] = std::move(lens);
  }
  return body;
}

Result<json::object> question_body(const SavingOptions& options) {
  json::object body;
  if (!options.file.empty()) {
    const auto document = read_document(options.file);
    if (!document) return tl::unexpected(document.error());
    body = body_from(*document, {"description", "ask", "body", "parameters", "lens", "shown_as"});
  }
  if (!options.description.empty()) body["description"] = options.description;
  if (!options.ask.empty()) body["ask"] = options.ask;
  if (!options.shown_as.empty()) body["shown_as"] = options.shown_as;
  if (!options.body.empty()) {
    auto read = read_argument(options.body);
    if (!read) return tl::unexpected(read.error());
    body["body"] = std::move(*read);
  }
  for (const auto& [name, value] : {std::pair{"bucket", &options.bucket}, std::pair{"events", &options.events},
                                    std::pair{"birth", &options.birth}}) {
    if (value->empty()) continue;
    if (!body.contains("parameters")) body["parameters"].emplace_object();
    body["parameters"].as_object()[name] = *value;
  }
  if (json::object lens = lens_of(options); !lens.empty()) body["lens"] = std::move(lens);
  return body;
}

Result<json::object> board_body(const SavingOptions& options) {
  json::object body;
  if (!options.file.empty()) {
    const auto document = read_document(options.file);
    if (!document) return tl::unexpected(document.error());
    body = body_from(*document, {"description", "tiles", "lens", "layout"});
  }
  if (!options.description.empty()) body["description"] = options.description;
  if (!options.names.empty()) {
    json::array& tiles = body["tiles"].emplace_array();
    for (const std::string& name : options.names) tiles.push_back(json::object{{"question", name}});
  }
  if (json::object lens = lens_of(options); !lens.empty()) body["lens"] = std::move(lens);
  return body;
}

}  // namespace habitue::cli
