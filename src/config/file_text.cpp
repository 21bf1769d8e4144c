#include "config/file_text.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"

namespace habitue::config {
namespace {

bool continues_character(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return !continues_character(c); }));
}

std::size_t utf8_length(std::uint32_t code) { return code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4; }

}  // namespace

std::size_t FileText::offset_of(Place place) const {
  std::size_t at = 0;
  for (std::size_t line = 1; line < place.line; ++line) {
    const std::size_t end = text_.find('\n', at);
    if (end == std::string_view::npos) return text_.size();
    at = end + 1;
  }
  for (std::size_t column = 1; column < place.column && at < text_.size() && text_[at] != '\n'; ++column) do
      ++at;
    while (at < text_.size() && continues_character(text_[at]));
  return at;
}

Place FileText::place_of(std::size_t offset) const {
  const std::string_view before = text_.substr(0, std::min(offset, text_.size()));
  const std::size_t begin = before.rfind('\n') + 1;  // npos + 1 is 0.
  return {static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n')) + 1,
          characters(before.substr(begin)) + 1};
}

std::string_view FileText::line_at(std::size_t line) const {
  const std::size_t begin = offset_of({line, 1});
  std::string_view found = text_.substr(begin, std::min(text_.find('\n', begin), text_.size()) - begin);
  if (found.ends_with('\r')) found.remove_suffix(1);
  return found;
}

std::string FileText::shown(Place place, std::size_t length) const {
  constexpr std::size_t kMaxBytes = 160;
  const std::string_view line = line_at(place.line);
  const std::size_t into = std::min(offset_of(place) - offset_of({place.line, 1}), line.size());
  std::size_t from = into > kMaxBytes / 2 && line.size() > kMaxBytes ? into - kMaxBytes / 2 : 0;
  while (from > 0 && continues_character(line[from])) --from;
  std::size_t to = std::min(line.size(), from + kMaxBytes);
  while (to < line.size() && continues_character(line[to])) ++to;
  // Bytes that are no text may stand in a file that is no TOML: whoever prints the message expects UTF-8.
  std::string text = repaired_utf8(
      fmt::format("{}{}{}", from > 0 ? "…" : "", line.substr(from, to - from), to < line.size() ? "…" : ""));
  for (char& c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
  const std::size_t before = characters(line.substr(from, into - from)) + (from > 0 ? 1 : 0);
  const std::size_t under = std::max<std::size_t>(1, characters(line.substr(into, std::min(length, to - into))));
  const std::string margin = fmt::format("{:>5} | ", place.line);
  return fmt::format("{}{}\n{}| {}{}", margin, text, std::string(margin.size() - 2, ' '), std::string(before, ' '),
                     std::string(under, '^'));
}

std::size_t FileText::offset_in_string(std::size_t begin, std::size_t inside) const {
  const std::string_view rest = text_.substr(std::min(begin, text_.size()));
  if (rest.empty()) return begin;
  const char quote = rest.front();
  const bool many = rest.size() >= 3 && rest[1] == quote && rest[2] == quote;
  std::size_t at = many ? 3 : 1;
  // A line break right after the opening quotes is not part of the value.
  if (many && rest.substr(at).starts_with("\r\n"))
    at += 2;
  else if (many && rest.substr(at).starts_with("\n"))
    at += 1;
  std::size_t value = 0;
  while (value < inside && at < rest.size()) {
    if (quote != '"' || rest[at] != '\\' || at + 1 >= rest.size()) {
      ++at, ++value;
      continue;
    }
    const char escaped = rest[at + 1];
    if (escaped == 'u' || escaped == 'U') {
      const std::size_t digits = escaped == 'u' ? 4 : 8;
      value += utf8_length(
          static_cast<std::uint32_t>(std::strtoul(std::string(rest.substr(at + 2, digits)).c_str(), nullptr, 16)));
      at += 2 + digits;
    } else if (escaped == '\n' || escaped == '\r' || escaped == ' ' || escaped == '\t') {
      // A backslash at the end of a line swallows the white space up to the next word.
      for (++at; at < rest.size() && (rest[at] == ' ' || rest[at] == '\t' || rest[at] == '\n' || rest[at] == '\r');)
        ++at;
    } else {
      at += 2, ++value;
    }
  }
  return begin + std::min(at, rest.size());
}

}  // namespace habitue::config
