// UTF-8 as it comes from outside, and the small work on words that parsers and searches share.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace habitue {

/// Text without white space at its ends.
std::string_view trimmed(std::string_view text);
/// ASCII letters lowered; other bytes kept.
std::string ascii_lower(std::string_view text);
/// Lowered, accents folded, by Unicode: two spellings that a person takes for the same compare equal. For search.
std::string folded(std::string_view text);
bool is_valid_utf8(std::string_view text);
/// Valid UTF-8 whatever came: surrogates encoded one by one (CESU-8) are joined, the rest becomes U+FFFD.
std::string repaired_utf8(std::string_view text);
/// The candidate nearest to `word` within two edits, or empty: for "did you mean" in errors.
std::string_view nearest_word(std::string_view word, const std::vector<std::string_view>& candidates);

}  // namespace habitue
