// The small rules of JSON that reading it leniently needs.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "intake/json_reader.hpp"

namespace habitue::intake {

/// The text with lone surrogates and NUL, written as escapes, replaced. Nothing when there is nothing to mend.
std::optional<std::string> with_mended_escapes(std::string_view text);
std::string_view without_space_behind(std::string_view token);
/// Whether text follows JSON's grammar of numbers, whatever its size.
bool is_number_token(std::string_view text);

/// A member inside an object that is being written: its key and the whole of it.
struct JsonPiece {
  std::size_t begin, key_end, end;
};
/// The object begins at `object_begin` and is the end of `out`.
void keep_last_of_equal_keys(std::string& out, std::size_t object_begin, const std::vector<JsonPiece>& pieces);
void keep_last_of_equal_keys(std::vector<JsonMember>& members);

}  // namespace habitue::intake
