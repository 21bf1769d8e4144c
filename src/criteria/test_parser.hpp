// Reads names, values and what is asked of a value: `country in ("France", "Belgium")`.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "criteria/token_cursor.hpp"

namespace habitue::criteria {

class TestParser : protected TokenCursor {
 protected:
  using TokenCursor::TokenCursor;

  bool name(std::string& out, std::string_view what);
  NodeRef value_test(ValueTest::Of of);
  NodeRef tested(ValueTest leaf);
  bool test(Test& test, bool& negated, ValueTest::Of of);
  std::optional<Operator> comparison_sign();

 private:
  bool value_list(Test& test, ValueTest::Of of);
  bool text_value(Test& test);
  bool value(Test& test, ValueTest::Of of);
};

}  // namespace habitue::criteria
