#include "intake/json_reader.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <simdjson.h>

#include "base/json.hpp"
#include "base/text.hpp"
#include "intake/json_text.hpp"

namespace habitue::intake {
namespace {

namespace ondemand = simdjson::ondemand;

}  // namespace

struct JsonReader::Impl {
  ondemand::parser parser;
  std::string padded;
  simdjson::error_code error = simdjson::SUCCESS;
  JsonLimits limits;
  std::size_t keys = 0;
  std::string problem;

  Result<ondemand::document> start(std::string_view text);
  tl::unexpected<Error> refuse(ondemand::document& document, simdjson::error_code code);
  bool write_value(std::string& out, ondemand::value value, std::size_t depth);
  bool write_object(std::string& out, ondemand::value value, std::size_t depth);
  bool write_array(std::string& out, ondemand::value value, std::size_t depth);
  bool count_key();
  bool read_member(std::string_view key, ondemand::value value, JsonObject& into);
  bool read_item(ondemand::value value, JsonObject& into);
};

Result<ondemand::document> JsonReader::Impl::start(std::string_view text) {
  if (text.substr(0, 3) == "\xEF\xBB\xBF") text.remove_prefix(3);
  std::optional<std::string> mended;
  if (!simdjson::validate_utf8(text.data(), text.size())) text = mended.emplace(repaired_utf8(text));
  if (auto escapes = with_mended_escapes(text)) text = mended.emplace(std::move(*escapes));
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos)
    return invalid("the body is empty: a JSON object is expected");

  padded.reserve(text.size() + simdjson::SIMDJSON_PADDING);
  padded.assign(text);
  error = simdjson::SUCCESS;
  ondemand::document document;
  if (const auto code = parser.iterate(padded.data(), padded.size(), padded.capacity()).get(document))
    return invalid(fmt::format("not valid JSON: {}", simdjson::error_message(code)));
  return document;
}

tl::unexpected<Error> JsonReader::Impl::refuse(ondemand::document& document, simdjson::error_code code) {
  const char* at = nullptr;
  if (document.current_location().get(at) == simdjson::SUCCESS && at >= padded.data() &&
      at <= padded.data() + padded.size())
    return invalid(fmt::format("not valid JSON near byte {}: {}", at - padded.data(), simdjson::error_message(code)));
  return invalid(fmt::format("not valid JSON: {}", simdjson::error_message(code)));
}

bool JsonReader::Impl::count_key() {
  if (++keys <= limits.keys) return true;
  if (problem.empty()) problem = fmt::format("more than {} properties", limits.keys);
  return false;
}

// False on a syntax error only. Over a limit the value is passed over: the item is refused, its neighbours are not.
bool JsonReader::Impl::write_value(std::string& out, ondemand::value value, std::size_t depth) {
  ondemand::json_type type;
  if ((error = value.type().get(type))) return false;
  switch (type) {
    case ondemand::json_type::object:
    case ondemand::json_type::array:
      if (depth >= limits.depth) {
        if (problem.empty()) problem = fmt::format("nested deeper than {} levels", limits.depth);
        out.append("null");
        return true;
      }
      return type == ondemand::json_type::object ? write_object(out, value, depth + 1)
                                                 : write_array(out, value, depth + 1);
    case ondemand::json_type::string: {
      std::string_view text;
      if ((error = value.get_string().get(text))) return false;
      append_json_string(out, text);
      return true;
    }
    case ondemand::json_type::number: {
      const std::string_view token = without_space_behind(value.raw_json_token());
      if (!is_number_token(token)) error = simdjson::NUMBER_ERROR;
      if (is_plain_number(token)) {
        out.append(token);
      } else {
        append_json_string(out, token);
      }
      return error == simdjson::SUCCESS;
    }
    default: {
      const std::string_view token = without_space_behind(value.raw_json_token());
      if (token != "true" && token != "false" && token != "null") error = simdjson::TAPE_ERROR;
      out.append(token);
      return error == simdjson::SUCCESS;
    }
  }
}

bool JsonReader::Impl::write_object(std::string& out, ondemand::value value, std::size_t depth) {
  ondemand::object object;
  if ((error = value.get_object().get(object))) return false;
  const std::size_t begin = out.size();
  out.push_back('{');
  std::vector<JsonPiece> pieces;
  for (auto result : object) {
    ondemand::field field;
    if ((error = std::move(result).get(field))) return false;
    std::string_view key;
    if ((error = field.unescaped_key().get(key))) return false;
    if (!count_key()) continue;
    if (!pieces.empty()) out.push_back(',');
    JsonPiece piece{out.size(), 0, 0};
    append_json_string(out, key);
    piece.key_end = out.size();
    out.push_back(':');
    if (!write_value(out, field.value(), depth)) return false;
    piece.end = out.size();
    pieces.push_back(piece);
  }
  out.push_back('}');
  keep_last_of_equal_keys(out, begin, pieces);
  return true;
}

bool JsonReader::Impl::write_array(std::string& out, ondemand::value value, std::size_t depth) {
  ondemand::array array;
  if ((error = value.get_array().get(array))) return false;
  out.push_back('[');
  bool first = true;
  for (auto result : array) {
    ondemand::value element;
    if ((error = std::move(result).get(element))) return false;
    if (!first) out.push_back(',');
    first = false;
    if (!write_value(out, element, depth)) return false;
  }
  out.push_back(']');
  return true;
}

bool JsonReader::Impl::read_member(std::string_view key, ondemand::value value, JsonObject& into) {
  if (!count_key()) return true;
  JsonMember member;
  member.key = key;
  ondemand::json_type type;
  if ((error = value.type().get(type))) return false;
  if (type == ondemand::json_type::string) {
    std::string_view text;
    if ((error = value.get_string().get(text))) return false;
    member.kind = JsonKind::Text;
    member.text = text;
  } else {
    if (!write_value(member.text, value, 0)) return false;
    switch (type) {
      case ondemand::json_type::object: member.kind = JsonKind::Object; break;
      case ondemand::json_type::array: member.kind = JsonKind::Array; break;
      case ondemand::json_type::number: member.kind = JsonKind::Number; break;
      case ondemand::json_type::boolean: member.kind = JsonKind::Bool; break;
      default: member.kind = JsonKind::Null;
    }
    // A number that became text carries its quotes: as a value of a member it is the text itself.
    if (member.kind == JsonKind::Number && member.text.front() == '"') {
      member.kind = JsonKind::Text;
      member.text = member.text.substr(1, member.text.size() - 2);
    }
  }
  into.members.push_back(std::move(member));
  return true;
}

bool JsonReader::Impl::read_item(ondemand::value value, JsonObject& into) {
  const char* begin = nullptr;
  if ((error = value.current_location().get(begin))) return false;
  keys = 0;
  problem.clear();
  ondemand::json_type type;
  if ((error = value.type().get(type))) return false;
  if (type != ondemand::json_type::object) {
    std::string text;
    if (!write_value(text, value, 0)) return false;
    into.problem = "not a JSON object";
    into.raw = {begin,
                std::min<std::size_t>(text.size(), static_cast<std::size_t>(padded.data() + padded.size() - begin))};
    return true;
  }
  ondemand::object object;
  if ((error = value.get_object().get(object))) return false;
  for (auto result : object) {
    ondemand::field field;
    std::string_view key;
    if ((error = std::move(result).get(field)) || (error = field.unescaped_key().get(key))) return false;
    if (!read_member(key, field.value(), into)) return false;
  }
  keep_last_of_equal_keys(into.members);
  const char* end = nullptr;
  if (value.current_location().get(end)) end = padded.data() + padded.size();
  into.raw = without_space_behind({begin, static_cast<std::size_t>(end - begin)});
  if (into.raw.size() > limits.bytes && problem.empty())
    problem = fmt::format("{} bytes, where at most {} are taken", into.raw.size(), limits.bytes);
  into.problem = std::exchange(problem, {});
  return true;
}

JsonReader::JsonReader() : impl_(std::make_unique<Impl>()) {}
JsonReader::JsonReader(JsonReader&&) noexcept = default;
JsonReader& JsonReader::operator=(JsonReader&&) noexcept = default;
JsonReader::~JsonReader() = default;

Result<JsonObject> JsonReader::read_object(std::string_view text, const JsonLimits& limits) {
  auto body = read_body(text, {}, 0, limits);
  if (!body) return tl::unexpected(body.error());
  if (body->has_list) return invalid("a JSON list where an object is expected");
  return std::move(body->envelope);
}

Result<JsonBody> JsonReader::read_body(std::string_view text, std::string_view list_key, std::size_t items_max,
                                       const JsonLimits& limits) {
  Impl& impl = *impl_;
  impl.limits = limits;
  auto started = impl.start(text);
  if (!started) return tl::unexpected(started.error());
  ondemand::document& document = *started;
  JsonBody body;

  const auto read_list = [&](ondemand::array array) {
    body.has_list = true;
    for (auto result : array) {
      ondemand::value value;
      if ((impl.error = std::move(result).get(value))) return false;
      if (body.items.size() == items_max) {
        body.too_many = true;
        return true;
      }
      if (!impl.read_item(value, body.items.emplace_back())) return false;
    }
    return true;
  };
  const auto read_envelope = [&](ondemand::object object) {
    std::size_t envelope_keys = 0;
    std::string envelope_problem;
    for (auto result : object) {
      ondemand::field field;
      std::string_view key;
      if ((impl.error = std::move(result).get(field)) || (impl.error = field.unescaped_key().get(key))) return false;
      ondemand::json_type kind;
      ondemand::value value = field.value();
      if ((impl.error = value.type().get(kind))) return false;
      if (!list_key.empty() && key == list_key && kind == ondemand::json_type::array && !body.has_list) {
        ondemand::array array;
        if ((impl.error = value.get_array().get(array)) || !read_list(array)) return false;
        if (body.too_many) return true;
        continue;
      }
      impl.keys = envelope_keys;
      impl.problem = envelope_problem;
      if (!impl.read_member(key, value, body.envelope)) return false;
      envelope_keys = impl.keys;
      envelope_problem = impl.problem;
    }
    keep_last_of_equal_keys(body.envelope.members);
    body.envelope.raw = impl.padded;
    if (envelope_problem.empty() && !body.has_list && impl.padded.size() > limits.bytes)
      envelope_problem = fmt::format("{} bytes, where at most {} are taken", impl.padded.size(), limits.bytes);
    body.envelope.problem = std::move(envelope_problem);
    return true;
  };

  ondemand::json_type type;
  if (const auto code = document.type().get(type)) return impl.refuse(document, code);
  bool read = false;
  if (type == ondemand::json_type::object) {
    ondemand::object object;
    impl.error = document.get_object().get(object);
    read = impl.error == simdjson::SUCCESS && read_envelope(object);
  } else if (type == ondemand::json_type::array) {
    ondemand::array array;
    impl.error = document.get_array().get(array);
    read = impl.error == simdjson::SUCCESS && read_list(array);
  } else {
    return invalid("a JSON value that is no object: send one event, or {\"batch\": [...]}");
  }
  if (!read) return impl.refuse(document, impl.error);
  const char* rest = nullptr;
  if (!body.too_many && document.current_location().get(rest) == simdjson::SUCCESS &&
      rest < impl.padded.data() + impl.padded.size())
    return invalid(fmt::format("not valid JSON: something follows the value at byte {}", rest - impl.padded.data()));
  return body;
}

const JsonMember* JsonObject::find(std::string_view key) const {
  const auto found =
      std::find_if(members.begin(), members.end(), [&](const JsonMember& member) { return member.key == key; });
  return found == members.end() ? nullptr : &*found;
}

}  // namespace habitue::intake
