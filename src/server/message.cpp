#include "server/message.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <boost/json.hpp>

#include "base/text.hpp"

namespace habitue::server {
namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string_view title_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::InvalidInput: return "The request is not right";
    case ErrorKind::NotFound: return "Not found";
    case ErrorKind::Conflict: return "Not possible in the present state";
    case ErrorKind::Unavailable: return "Not possible just now";
    case ErrorKind::Corrupt: return "What was stored cannot be read";
  }
  return "Error";
}

bool is_person_key(const boost::json::value& value) {
  constexpr std::size_t kDigits = 16;
  const boost::json::string* text = value.if_string();
  return text != nullptr && text->size() == kDigits &&
         std::all_of(text->begin(), text->end(), [](char c) { return hex_value(c) >= 0; });
}

void add_people(const boost::json::value& json, std::vector<std::string>& people) {
  if (const boost::json::array* array = json.if_array()) {
    for (const boost::json::value& each : *array) add_people(each, people);
  } else if (const boost::json::object* object = json.if_object()) {
    for (const auto& [name, value] : *object)
      if ((name == "key" || name == "person") && is_person_key(value))
        people.emplace_back(value.get_string());
      else
        add_people(value, people);
  }
}

}  // namespace

std::string_view Request::parameter(std::string_view name) const {
  const auto found = std::find_if(query.rbegin(), query.rend(), [&](const auto& each) { return each.first == name; });
  return found == query.rend() ? std::string_view() : std::string_view(found->second);
}

bool Request::has(std::string_view name) const {
  return std::any_of(query.begin(), query.end(), [&](const auto& each) { return each.first == name; });
}

std::string_view Request::header(std::string_view name) const {
  const auto found = headers.find(name);
  return found == headers.end() ? std::string_view() : std::string_view(found->second);
}

bool is_loopback_name(std::string_view host) {
  if (!host.empty() && host.front() == '[') {
    host = host.substr(1, host.find(']') - 1);
  } else {
    host = host.substr(0, host.find(':'));
  }
  return host == "localhost" || host == "127.0.0.1" || host == "::1";
}

std::string_view cookie_of(const Request& request, std::string_view name) {
  std::string_view rest = request.header("cookie");
  while (!rest.empty()) {
    const std::string_view part = trimmed(rest.substr(0, rest.find(';')));
    rest.remove_prefix(std::min(rest.find(';'), rest.size() - 1) + 1);
    if (part.size() > name.size() && part.substr(0, name.size()) == name && part[name.size()] == '=')
      return part.substr(name.size() + 1);
  }
  return {};
}

std::vector<std::string> people_in(const boost::json::value& json) {
  std::vector<std::string> people;
  add_people(json, people);
  std::sort(people.begin(), people.end());
  people.erase(std::unique(people.begin(), people.end()), people.end());
  return people;
}

Response reply(const boost::json::value& json, int status) {
  Response response;
  response.status = status;
  response.body = boost::json::serialize(json);
  response.shown = people_in(json);
  return response;
}

int status_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::InvalidInput: return 400;
    case ErrorKind::NotFound: return 404;
    case ErrorKind::Conflict: return 409;
    case ErrorKind::Unavailable: return 503;
    case ErrorKind::Corrupt: return 500;
  }
  return 500;
}

Response problem(int status, std::string_view kind, std::string_view title, std::string_view detail) {
  Response response = reply(
      boost::json::object{
          {"type", fmt::format("/problems/{}", kind)}, {"title", title}, {"status", status}, {"detail", detail}},
      status);
  response.content_type = "application/problem+json";
  return response;
}

Response problem(const Error& error) {
  return problem(status_of(error.kind), name_of(error.kind), title_of(error.kind), error.message);
}

Response too_large_file(std::uint64_t bytes_max) {
  return problem(413, "too_large", "The file is too large",
                 fmt::format("The limit is {} MiB. Split the file, pack it with gzip, or raise the limit with: habitue "
                             "serve --upload-mib",
                             bytes_max >> 20U));
}

std::string percent_decoded(std::string_view text, bool plus_is_space) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus_is_space) {
      decoded.push_back(' ');
    } else if (text[i] == '%' && i + 2 < text.size() && hex_value(text[i + 1]) >= 0 && hex_value(text[i + 2]) >= 0) {
      decoded.push_back(static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2])));
      i += 2;
    } else {
      decoded.push_back(text[i]);
    }
  }
  return decoded;
}

std::vector<std::pair<std::string, std::string>> parse_query(std::string_view query) {
  std::vector<std::pair<std::string, std::string>> parameters;
  while (!query.empty()) {
    const std::size_t end = std::min(query.find('&'), query.size());
    const std::string_view part = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    if (part.empty()) continue;
    const std::size_t equals = std::min(part.find('='), part.size());
    parameters.emplace_back(percent_decoded(part.substr(0, equals), true),
                            equals < part.size() ? percent_decoded(part.substr(equals + 1), true) : std::string());
  }
  return parameters;
}

}  // namespace habitue::server
