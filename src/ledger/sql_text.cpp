#include "ledger/sql_text.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace habitue::ledger {
namespace {

// DuckDB's functions that a SELECT may call and that do more than read.
constexpr std::array<std::string_view, 12> kForbidden = {
    "query",          "query_table",      "json_execute_serialized_sql",
    "enable_logging", "disable_logging",  "truncate_duckdb_logs",
    "write_log",      "force_checkpoint", "checkpoint",
    "arrow_scan",     "arrow_scan_dumb",  "setseed"};

bool is_blank(char letter) { return letter == ' ' || (letter >= '\t' && letter <= '\r'); }
bool is_name_start(char letter) {
  return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') || letter == '_' ||
         static_cast<signed char>(letter) < 0;
}
bool is_name(char letter) { return is_name_start(letter) || (letter >= '0' && letter <= '9') || letter == '$'; }

std::size_t past(std::string_view text, std::string_view end, std::size_t from) {
  const std::size_t found = text.find(end, std::min(from, text.size()));
  return found == std::string_view::npos ? text.size() : found + end.size();
}

// Past the closing quote; a doubled quote is one within.
std::size_t past_quoted(std::string_view text, char quote) {
  for (std::size_t at = 1; at < text.size(); ++at) {
    if (text[at] != quote) continue;
    if (at + 1 == text.size() || text[at + 1] != quote) return at + 1;
    ++at;
  }
  return text.size();
}

// The tag of a text such as `$$...$$` or `$tag$...$tag$`; empty when it is none.
std::string_view dollar_tag(std::string_view text) {
  const std::size_t end = text.find('$', 1);
  if (end == std::string_view::npos ||
      !std::all_of(text.begin() + 1, text.begin() + static_cast<std::ptrdiff_t>(end), is_name))
    return {};
  if (end > 1 && !is_name_start(text[1])) return {};
  return text.substr(0, end + 1);
}

}  // namespace

std::optional<SqlToken> SqlTokens::next() {
  if (rest_.empty()) return std::nullopt;
  const auto take = [&](SqlToken::Kind kind, std::size_t size) {
    const SqlToken token{kind, rest_.substr(0, size)};
    rest_.remove_prefix(token.text.size());
    return token;
  };
  const char first = rest_.front();
  if (rest_.starts_with("--")) return take(SqlToken::Kind::Blank, past(rest_, "\n", 2));
  if (rest_.starts_with("/*")) return take(SqlToken::Kind::Blank, past(rest_, "*/", 2));
  if (is_blank(first)) return take(SqlToken::Kind::Blank, 1);
  if (first == '\'') return take(SqlToken::Kind::Text, past_quoted(rest_, '\''));
  if (first == '"') return take(SqlToken::Kind::QuotedName, past_quoted(rest_, '"'));
  if (first == ';') return take(SqlToken::Kind::Semicolon, 1);
  if (first == '$')
    if (const std::string_view tag = dollar_tag(rest_); !tag.empty())
      return take(SqlToken::Kind::Text, past(rest_, tag, tag.size()));
  if (!is_name_start(first)) return take(SqlToken::Kind::Other, 1);
  std::size_t size = 1;
  while (size < rest_.size() && is_name(rest_[size])) ++size;
  return take(SqlToken::Kind::Name, size);
}

std::string_view first_statement(std::string_view sql) {
  std::size_t start = 0, at = 0;
  bool empty = true;
  SqlTokens tokens(sql);
  while (const auto token = tokens.next()) {
    if (token->kind == SqlToken::Kind::Semicolon) {
      if (!empty) return sql.substr(start, at - start);
      start = at + 1;
    } else if (token->kind != SqlToken::Kind::Blank) {
      empty = false;
    }
    at += token->text.size();
  }
  return sql.substr(start);
}

std::string forbidden_call(std::string_view sql) {
  std::string name;
  SqlTokens tokens(sql);
  while (const auto token = tokens.next()) {
    if (token->kind == SqlToken::Kind::Blank) continue;
    if (token->text == "(" && std::find(kForbidden.begin(), kForbidden.end(), name) != kForbidden.end()) return name;
    name.clear();
    if (token->kind == SqlToken::Kind::Name) name = ascii_lower(token->text);
    if (token->kind == SqlToken::Kind::QuotedName && token->text.size() > 1)
      name = ascii_lower(token->text.substr(1, token->text.size() - 2));
  }
  return {};
}

}  // namespace habitue::ledger
