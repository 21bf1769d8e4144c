// How a mistake is shown: its place, the line, a caret below the word.
#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"
#include "criteria/criteria.hpp"

namespace habitue::criteria {

std::string point_at(std::string_view text, const Mistake& mistake) {
  // Bytes that are no text are not shown: whoever prints the message expects UTF-8.
  if (!is_valid_utf8(text)) return mistake.message;
  constexpr std::size_t kMaxLine = 100;
  const std::size_t offset = std::min(mistake.offset, text.size());
  const std::size_t begin = offset == 0 ? 0 : text.rfind('\n', offset - 1) + 1;  // npos + 1 is 0.
  std::string_view line = text.substr(begin, std::min(text.find('\n', offset), text.size()) - begin);
  const auto number = std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(offset), '\n') + 1;
  const auto characters = [](std::string_view part) {
    return std::count_if(part.begin(), part.end(),
                         [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; });
  };
  const std::size_t into = offset - begin;
  const auto column = characters(line.substr(0, into)) + 1;

  // Of a long line the part around the word is shown.
  std::size_t from = into > kMaxLine / 2 && line.size() > kMaxLine ? into - kMaxLine / 2 : 0;
  std::size_t to = std::min(line.size(), from + kMaxLine);
  const auto inside_character = [&](std::size_t at) {
    return at < line.size() && (static_cast<unsigned char>(line[at]) & 0xC0U) == 0x80U;
  };
  while (from > 0 && inside_character(from)) --from;
  while (inside_character(to)) ++to;
  std::string shown =
      fmt::format("{}{}{}", from > 0 ? "…" : "", line.substr(from, to - from), to < line.size() ? "…" : "");
  for (char& c : shown)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
  const auto before = characters(line.substr(from, into - from)) + (from > 0 ? 1 : 0);
  const auto under = std::max<std::ptrdiff_t>(
      1, characters(text.substr(offset, std::min(mistake.length, to + begin - std::min(offset, to + begin)))));
  return fmt::format("line {}, column {}: {}\n  {}\n  {}{}", number, column, mistake.message, shown,
                     std::string(static_cast<std::size_t>(before), ' '),
                     std::string(static_cast<std::size_t>(under), '^'));
}

}  // namespace habitue::criteria
