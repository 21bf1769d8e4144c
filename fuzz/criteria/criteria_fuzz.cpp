// Any bytes: as text, and as JSON. What is accepted comes back the same from its canonical text and from its JSON, and its
// sentences can be made; what is refused has a message, and its place lies in the text.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include <boost/json.hpp>

#include "base/json.hpp"
#include "base/text.hpp"
#include "criteria/criteria.hpp"

namespace {

using namespace habitue;

void check(bool holds) {
  if (!holds) std::abort();
}

void check_both_ways(const criteria::Expression& expression) {
  const std::string text = criteria::to_text(expression);
  const auto from_text = criteria::parse(text);
  check(from_text && *from_text == expression && criteria::to_text(*from_text) == text);
  const auto from_json = criteria::from_json(criteria::to_json(expression));
  check(from_json && *from_json == expression);
  for (const char* language : {"en", "fr"}) check(is_valid_utf8(criteria::describe(expression, language)));
  (void)criteria::names_of(expression);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto located = criteria::parse_located(text)) {
    check_both_ways(*located);
  } else {
    const criteria::Mistake& mistake = located.error();
    check(!mistake.message.empty() && mistake.offset + mistake.length <= text.size());
    check(!criteria::point_at(text, mistake).empty());
  }
  if (const auto condition = criteria::parse_event_condition(text)) {
    const auto again = criteria::parse_event_condition(criteria::to_event_condition(*condition));
    check(again && *again == *condition);
  }
  if (const auto json = parse_json(text))
    if (const auto expression = criteria::from_json(*json)) check_both_ways(*expression);
  return 0;
}
