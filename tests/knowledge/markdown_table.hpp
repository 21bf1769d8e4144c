// The tables of a document, read as test data: what the document promises is what is tested.
#pragma once

#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.hpp"

namespace habitue::knowledge {

using Row = std::vector<std::string>;

inline std::vector<std::string> split(std::string_view text, std::string_view separator) {
  std::vector<std::string> parts;
  for (std::size_t from = 0; from <= text.size();) {
    const std::size_t to = std::min(text.find(separator, from), text.size());
    parts.emplace_back(trimmed(text.substr(from, to - from)));
    from = to + separator.size();
  }
  return parts;
}

/// The rows of the first table after the line `heading`, without its head.
inline std::vector<Row> read_table(const std::string& file, std::string_view heading) {
  std::ifstream stream(file);
  std::vector<Row> rows;
  bool reached = false;
  for (std::string line; std::getline(stream, line);) {
    if (!reached) {
      reached = line == heading;
      continue;
    }
    if (line.starts_with("| "))
      rows.push_back(split(std::string_view(line).substr(2, line.size() - 4), " | "));
    else if (!rows.empty())
      break;
  }
  if (rows.size() > 2) rows.erase(rows.begin(), rows.begin() + 2);
  return rows;
}

/// A test's name: letters and digits of a sentence, each word raised.
inline std::string test_name(std::size_t number, std::string_view sentence) {
  std::string name = "R" + std::to_string(number);
  bool raise = true;
  for (const char c : sentence) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (letter) name += raise && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    raise = !letter;
  }
  return name;
}

}  // namespace habitue::knowledge
