// The words of an SQL text, as far as one must know them to take a statement out of its comments and to see what it calls.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace habitue::ledger {

struct SqlToken {
  enum class Kind : std::uint8_t {
    Blank,
    Text,
    Name,
    QuotedName,
    Semicolon,
    Other
  };  ///< Blank: white space and comments.
  Kind kind = Kind::Other;
  std::string_view text;  ///< As it is written, with its quotes.
};

/// Reads tokens that together are the whole text, whatever it is.
class SqlTokens {
 public:
  explicit SqlTokens(std::string_view sql) : rest_(sql) {}
  std::optional<SqlToken> next();

 private:
  std::string_view rest_;
};

/// The text of the first statement without what ends it: `select 1; -- done` gives `select 1`.
std::string_view first_statement(std::string_view sql);

/// The name of a function that the text calls although a statement that only reads has no business with it: it changes how
/// DuckDB works, or runs a text that nobody saw. Empty when there is none.
std::string forbidden_call(std::string_view sql);

}  // namespace habitue::ledger
