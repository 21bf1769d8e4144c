// Words, numbers, dates, quoted texts and signs of a criteria text.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "criteria/criteria.hpp"

namespace habitue::criteria {

struct Token {
  enum class Type { Word, Number, Date, Text, Sign, End };
  Type type = Type::End;
  std::size_t offset = 0, length = 0;
  std::string text;  ///< A word as written, a text without quotes and escapes, a sign in its plain form (`>=` for `≥`).
  double number = 0;
  LocalDay day{};
};

/// The last token is the End. Errors: a text too long, not UTF-8, a quote that stays open, an unknown sign.
tl::expected<std::vector<Token>, Mistake> tokens_of(std::string_view text);

/// Words that end a name. Written small or in capitals they are the language's own; `Signed In` is a name.
bool is_reserved(std::string_view word);
/// True when the word is the keyword `keyword` (given small), written small or all in capitals.
bool is_keyword(std::string_view word, std::string_view keyword);
/// True when a name needs no quotes.
bool is_plain_name(std::string_view name);

}  // namespace habitue::criteria
