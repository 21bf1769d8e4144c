// Where the reading of a text stands: its tokens, what is next, and the one mistake that ends the reading.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "criteria/criteria.hpp"
#include "criteria/lexer.hpp"
#include "criteria/node.hpp"

namespace habitue::criteria {

class TokenCursor {
 protected:
  using Type = Token::Type;
  explicit TokenCursor(std::vector<Token> tokens) : tokens_(std::move(tokens)) {}

  const Token& peek(std::size_t ahead = 0) const { return tokens_[std::min(at_ + ahead, tokens_.size() - 1)]; }
  void advance() {
    if (at_ + 1 < tokens_.size()) ++at_;
  }
  bool is_word(std::string_view keyword, std::size_t ahead = 0) const {
    return peek(ahead).type == Type::Word && is_keyword(peek(ahead).text, keyword);
  }
  bool is_sign(std::string_view sign) const { return peek().type == Type::Sign && peek().text == sign; }
  bool take_word(std::string_view keyword) { return is_word(keyword) && (advance(), true); }
  bool take_sign(std::string_view sign) { return is_sign(sign) && (advance(), true); }
  bool need_word(std::string_view keyword) {
    return take_word(keyword) || fail_here(fmt::format("expected `{}`", keyword));
  }
  bool need_sign(std::string_view sign) { return take_sign(sign) || fail_here(fmt::format("expected `{}`", sign)); }

  // Each notes the first mistake only, and is false so that it can be returned.
  bool fail_at(const Token& token, std::string message) {
    if (!failed_) mistake_ = {token.offset, token.length, std::move(message)};
    failed_ = true;
    return false;
  }
  bool fail_here(std::string message) { return fail_at(peek(), std::move(message)); }

  bool count_node() {
    return ++nodes_ <= kMaxNodes || fail_here(fmt::format("more than {} tests, names and values", kMaxNodes));
  }

  // One level deeper for the life of a guard.
  struct Deeper {
    explicit Deeper(std::size_t& depth) : depth_(depth) { ++depth_; }
    ~Deeper() { --depth_; }
    Deeper(const Deeper&) = delete;
    Deeper& operator=(const Deeper&) = delete;
    std::size_t& depth_;
  };
  // One level deeper for the life of a guard.
  bool deep_enough() { return nesting_ <= kMaxNesting || fail_here("too many parentheses inside each other"); }

  /// Parts with `joiner` between them, made one.
  template <class ReadPart, class Make>
  NodeRef list(std::string_view joiner, ReadPart read_part, Make make) {
    std::vector<NodeRef> parts;
    do {
      NodeRef part = read_part();
      if (!part) return {};
      parts.push_back(std::move(part));
    } while (take_word(joiner));
    return make(std::move(parts));
  }

  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  std::size_t nesting_ = 0;
  Mistake mistake_;

 private:
  static constexpr std::size_t kMaxNesting = 64;
  std::size_t nodes_ = 0;
  bool failed_ = false;
};

}  // namespace habitue::criteria
