// Random expressions over a small vocabulary, so that they often hold and often do not.
#pragma once

#include <random>

#include "criteria/node.hpp"

namespace habitue::criteria {

class RandomExpressions {
 public:
  /// `wild`: names and texts of any letters, for what is only written and read, never evaluated.
  explicit RandomExpressions(std::uint64_t seed, bool wild = false) : random_(seed), wild_(wild) {}

  NodeRef expression(int depth);

 private:
  int pick(int below) { return static_cast<int>(random_() % static_cast<std::uint64_t>(below)); }
  bool maybe(int percent) { return pick(100) < percent; }
  std::string name();
  std::string event();
  Literal literal();
  Test test(bool words_of_role, bool words_of_stage);
  NodeRef condition(int depth);
  Pattern pattern(int depth);
  Span span();
  Window window(int depth, bool always_allowed);
  NodeRef leaf(int depth);

  std::mt19937_64 random_;
  bool wild_;
};

}  // namespace habitue::criteria
