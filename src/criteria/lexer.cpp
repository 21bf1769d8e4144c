#include "criteria/lexer.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "base/text.hpp"
#include "criteria/node.hpp"

namespace habitue::criteria {
namespace {

constexpr std::array<std::string_view, 20> kReserved = {
    "and",    "or",      "not",  "where", "in", "between", "before",   "since",  "more", "at",
    "within", "without", "then", "of",    "is", "exists",  "contains", "starts", "ends", "than"};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

// Curly quotes are signs of their own: texts pasted from a word processor bring them.
constexpr std::string_view kOpeningQuote = "\u201C", kClosingQuote = "\u201D", kNoBreakSpace = "\u00A0";

bool starts_word_byte(std::string_view rest) {
  const char c = rest.front();
  if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c)) return true;
  if (c == '_' || c == '$' || c == '.' || c == '-' || c == '/' || c == ':') return true;
  if (static_cast<unsigned char>(c) < 0x80) return false;
  for (const std::string_view other : {kOpeningQuote, kClosingQuote, kNoBreakSpace, std::string_view("\u2264"),
                                       std::string_view("\u2265"), std::string_view("\u2260")})
    if (rest.starts_with(other)) return false;
  return true;
}

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  tl::expected<std::vector<Token>, Mistake> read() {
    while (skip_space(), at_ < text_.size()) {
      const char c = text_[at_];
      const bool read = c == '"' || rest().starts_with(kOpeningQuote) ? read_text()
                        : starts_word_byte(rest())                    ? read_word()
                                                                      : read_sign();
      if (!read) return tl::unexpected(mistake_);
    }
    tokens_.push_back(Token{Token::Type::End, text_.size(), 0, {}, 0, {}});
    return std::move(tokens_);
  }

 private:
  std::string_view rest() const { return text_.substr(at_); }

  void skip_space() {
    while (at_ < text_.size()) {
      if (is_space(text_[at_]))
        ++at_;
      else if (rest().starts_with(kNoBreakSpace))
        at_ += kNoBreakSpace.size();
      else
        return;
    }
  }

  bool fail_at(std::size_t offset, std::size_t length, std::string message) {
    mistake_ = {offset, length, std::move(message)};
    return false;
  }

  bool read_text() {
    const std::size_t begin = at_;
    const std::string_view closing = text_[at_] == '"' ? std::string_view("\"") : kClosingQuote;
    at_ += text_[at_] == '"' ? 1 : kOpeningQuote.size();
    Token token{Token::Type::Text, begin, 0, {}, 0, {}};
    while (at_ < text_.size()) {
      if (rest().starts_with(closing)) {
        at_ += closing.size();
        token.length = at_ - begin;
        tokens_.push_back(std::move(token));
        return true;
      }
      if (text_[at_] != '\\') {
        token.text.push_back(text_[at_++]);
        continue;
      }
      const char escaped = at_ + 1 < text_.size() ? text_[at_ + 1] : '\0';
      switch (escaped) {
        case '"':
        case '\\': token.text.push_back(escaped); break;
        case 'n': token.text.push_back('\n'); break;
        case 'r': token.text.push_back('\r'); break;
        case 't': token.text.push_back('\t'); break;
        default: return fail_at(at_, 1, "a backslash in quotes stands before \", \\, n, r or t");
      }
      at_ += 2;
    }
    return fail_at(begin, 1, "this quote is never closed");
  }

  // A word that reads as a number or as a day is one: `90`, `-1.5`, `2011-05-01`.
  bool read_word() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && starts_word_byte(rest())) ++at_;
    // The sign of an exponent belongs to the number: 1e+20.
    if (is_digit(text_[begin]) || text_[begin] == '-') {
      const bool exponent = text_[at_ - 1] == 'e' || text_[at_ - 1] == 'E';
      if (exponent && at_ + 1 < text_.size() && text_[at_] == '+' && is_digit(text_[at_ + 1]))
        for (++at_; at_ < text_.size() && is_digit(text_[at_]);) ++at_;
    }
    const std::string_view word = text_.substr(begin, at_ - begin);
    Token token{Token::Type::Word, begin, word.size(), std::string(word), 0, {}};
    if (is_digit(word.front()) || (word.front() == '-' && word.size() > 1 && is_digit(word[1]))) {
      if (word.size() == 10 && word[4] == '-' && word[7] == '-') {
        const auto day = parse_day(word);
        if (!day) return fail_at(begin, word.size(), fmt::format("there is no day {}", word));
        token.type = Token::Type::Date;
        token.day = *day;
      } else {
        const auto [end, code] = std::from_chars(word.data(), word.data() + word.size(), token.number);
        if (end == word.data() + word.size()) {
          if (code != std::errc{} || !std::isfinite(token.number))
            return fail_at(begin, word.size(), "this number is out of range");
          if (token.number == 0) token.number = 0;  // -0 is 0.
          token.type = Token::Type::Number;
        }
      }
    }
    tokens_.push_back(std::move(token));
    return true;
  }

  bool read_sign() {
    struct Spelling {
      std::string_view written, plain;
    };
    static constexpr std::array<Spelling, 15> kSigns = {{{"<=", "<="},
                                                         {">=", ">="},
                                                         {"!=", "!="},
                                                         {"<>", "!="},
                                                         {"==", "="},
                                                         {"=", "="},
                                                         {"<", "<"},
                                                         {">", ">"},
                                                         {"(", "("},
                                                         {")", ")"},
                                                         {",", ","},
                                                         {"\u2264", "<="},
                                                         {"\u2265", ">="},
                                                         {"\u2260", "!="},
                                                         {"*", "*"}}};
    for (const Spelling& sign : kSigns) {
      if (!rest().starts_with(sign.written)) continue;
      tokens_.push_back(Token{Token::Type::Sign, at_, sign.written.size(), std::string(sign.plain), 0, {}});
      at_ += sign.written.size();
      return true;
    }
    if (rest().starts_with(kClosingQuote)) return fail_at(at_, kClosingQuote.size(), "this quote was never opened");
    if (text_[at_] == '\'') return fail_at(at_, 1, "texts and names are quoted with \", not with '");
    const auto byte = static_cast<unsigned char>(text_[at_]);
    return fail_at(at_, 1,
                   byte < 0x20 || byte == 0x7F
                       ? std::string("a control character has no place here")
                       : fmt::format("`{}` has no meaning here: a name with it is written in \" quotes", text_[at_]));
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::vector<Token> tokens_;
  Mistake mistake_;
};

}  // namespace

tl::expected<std::vector<Token>, Mistake> tokens_of(std::string_view text) {
  if (text.size() > kMaxTextBytes)
    return tl::unexpected(
        Mistake{0, 0, fmt::format("the text has {} bytes; {} are the most", text.size(), kMaxTextBytes)});
  if (!is_valid_utf8(text)) return tl::unexpected(Mistake{0, 0, "the text is not valid UTF-8"});
  return Lexer(text).read();
}

bool is_keyword(std::string_view word, std::string_view keyword) {
  if (word == keyword) return true;
  return word.size() == keyword.size() && std::equal(word.begin(), word.end(), keyword.begin(), [](char w, char k) {
           return k >= 'a' && k <= 'z' && w == static_cast<char>(k - 'a' + 'A');
         });
}

bool is_reserved(std::string_view word) {
  return std::any_of(kReserved.begin(), kReserved.end(),
                     [&](std::string_view keyword) { return is_keyword(word, keyword); });
}

bool is_plain_name(std::string_view name) {
  const auto tokens = tokens_of(name);
  if (!tokens || tokens->size() < 2) return false;
  std::string joined;
  for (const Token& token : *tokens) {
    if (token.type == Token::Type::End) break;
    if (token.type != Token::Type::Word || is_reserved(token.text) || is_digit(token.text.front())) return false;
    if (!joined.empty()) joined += ' ';
    joined += token.text;
  }
  return joined == name;
}

}  // namespace habitue::criteria
