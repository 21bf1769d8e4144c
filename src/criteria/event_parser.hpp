// Reads which events are meant, by name, condition and window: `Order Completed where total > 50 in last 30 days`.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "criteria/test_parser.hpp"

namespace habitue::criteria {

class EventParser : protected TestParser {
 protected:
  using TestParser::TestParser;

  NodeRef any_condition();
  // Within parentheses: names joined by `or`, and a condition of any size.
  bool inner_pattern(Pattern& pattern);
  // Without parentheses: one name and one comparison, so that a following `and` joins tests and never conditions.
  bool bare_pattern(Pattern& pattern);
  bool close_pattern();
  bool window(Window& window);
  bool span(Span& span);

  bool bare_where_ = false;  // The last pattern had a `where` outside parentheses.

 private:
  NodeRef all_condition();
  NodeRef unary_condition();
  NodeRef comparison();
  bool event_names(Pattern& pattern, bool several);
  std::string in_pattern_hint() const;
  bool window_between(Window& window);
  bool anchor(Window& window, std::string_view expected);
  bool whole_number(std::uint32_t& n);
};

}  // namespace habitue::criteria
