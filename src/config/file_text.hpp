// Places in the file's text, for messages that show the line with a caret below the word.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace habitue::config {

/// From 1; columns count characters, not bytes.
struct Place {
  std::size_t line = 1, column = 1;
  friend auto operator<=>(const Place&, const Place&) = default;
};

class FileText {
 public:
  explicit FileText(std::string_view text) : text_(text) {}

  std::size_t offset_of(Place place) const;
  Place place_of(std::size_t offset) const;
  /// `  12 | new_days = 90` and a caret below; `length` in bytes from the place.
  std::string shown(Place place, std::size_t length) const;
  /// Where byte `inside` of a TOML string's value stands in the file, when the string begins (with its quotes) at `begin`.
  std::size_t offset_in_string(std::size_t begin, std::size_t inside) const;

 private:
  std::string_view line_at(std::size_t line) const;
  std::string_view text_;
};

}  // namespace habitue::config
