#include "criteria/checks.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"

namespace habitue::criteria {
namespace {

const std::vector<std::string_view> kRoles = {"client", "prospect", "beneficiary"};
const std::vector<std::string_view> kStages = {"prospect", "trial",   "new",  "active", "occasional",
                                               "at_risk",  "dormant", "lost", "back"};

constexpr std::array<std::string_view, 12> kOperators = {
    "=", "!=", "<", "<=", ">", ">=", "in", "contains", "starts with", "ends with", "exists", "is missing"};
constexpr std::array<std::string_view, 6> kUnits = {"minutes", "hours", "days", "weeks", "months", "years"};
// Two hundred years each: far more than any business, and no sum of them leaves the calendar.
constexpr std::array<std::uint32_t, 6> kMostOfUnit = {105'120'000, 1'752'000, 73'000, 10'400, 2'400, 200};

}  // namespace

std::string_view word_of(Measure::What what) { return kMeasureWords[static_cast<std::size_t>(what)].first; }
bool takes_property(Measure::What what) { return what >= Measure::What::Sum; }
std::string_view word_of(Operator op) { return kOperators[static_cast<std::size_t>(op)]; }
std::string_view word_of(Edge edge) { return edge == Edge::First ? "first" : "last"; }
std::string_view word_of(Unit unit) { return kUnits[static_cast<std::size_t>(unit)]; }

std::optional<Operator> operator_of(std::string_view word) {
  const auto found = std::find(kOperators.begin(), kOperators.end(), word);
  if (found == kOperators.end()) return std::nullopt;
  return static_cast<Operator>(found - kOperators.begin());
}

std::optional<Operator> comparison_of(std::string_view sign) {
  const auto op = operator_of(sign);
  return op && *op <= Operator::GreaterEqual ? op : std::nullopt;
}

std::optional<Unit> unit_of(std::string_view word) {
  for (std::size_t i = 0; i < kUnits.size(); ++i)
    if (word == kUnits[i] || word == kUnits[i].substr(0, kUnits[i].size() - 1)) return static_cast<Unit>(i);
  return std::nullopt;
}

std::string text_of(const Span& span) {
  const std::string_view unit = word_of(span.unit);
  return fmt::format("{} {}", span.n, span.n == 1 ? unit.substr(0, unit.size() - 1) : unit);
}

std::string shortened(std::string_view word) {
  constexpr std::size_t kMost = 60;
  if (word.size() <= kMost) return std::string(word);
  std::size_t end = kMost;
  while (end > 0 && (static_cast<unsigned char>(word[end]) & 0xC0U) == 0x80U) --end;
  return std::string(word.substr(0, end)) + "…";
}

std::optional<std::string> check_name(std::string_view name) {
  if (name.empty()) return "a name is not empty";
  if (name.size() > kMaxNameBytes)
    return fmt::format("a name has at most {} bytes; this one has {}", kMaxNameBytes, name.size());
  return std::nullopt;
}

std::optional<std::string> check_span(const Span& span) {
  const std::uint32_t most = kMostOfUnit[static_cast<std::size_t>(span.unit)];
  if (span.n >= 1 && span.n <= most) return std::nullopt;
  return fmt::format("from 1 to {} {}", most, word_of(span.unit));
}

std::optional<std::string> check_word(ValueTest::Of of, std::string_view word) {
  const bool role = of == ValueTest::Of::Role;
  const std::vector<std::string_view>& words = role ? kRoles : kStages;
  if (std::find(words.begin(), words.end(), word) != words.end()) return std::nullopt;
  const std::string_view what = role ? "role" : "stage";
  if (word == "unknown") return fmt::format("a {} that cannot be told is asked for by `{} is missing`", what, what);
  const std::string_view nearest = nearest_word(word, words);
  if (!nearest.empty()) return fmt::format("there is no {} `{}`: did you mean `{}`?", what, word, nearest);
  return fmt::format("there is no {} `{}`: {}", what, shortened(word), fmt::join(words, ", "));
}

std::optional<std::string> check_test(ValueTest::Of of, const Test& test) {
  const bool none = test.op == Operator::Exists || test.op == Operator::Missing;
  if (none)
    return test.values.empty() ? std::nullopt : std::optional(fmt::format("`{}` takes no value", word_of(test.op)));
  if (test.values.empty() || (test.op != Operator::In && test.values.size() != 1))
    return fmt::format("`{}` takes {}", word_of(test.op), test.op == Operator::In ? "one or more values" : "one value");
  const bool of_words = of == ValueTest::Of::Role || of == ValueTest::Of::Stage;
  if (of_words && test.op != Operator::Equal && test.op != Operator::NotEqual && test.op != Operator::In)
    return fmt::format("a {} is compared by =, !=, in (...), exists or is missing",
                       of == ValueTest::Of::Role ? "role" : "stage");
  for (const Literal& value : test.values) {
    const auto* text = std::get_if<std::string>(&value);
    if (of_words) {
      if (text == nullptr) return fmt::format("a {} is a word", of == ValueTest::Of::Role ? "role" : "stage");
      if (auto wrong = check_word(of, *text)) return wrong;
    }
    if (test.op >= Operator::Less && test.op <= Operator::GreaterEqual && !std::holds_alternative<double>(value) &&
        !std::holds_alternative<LocalDay>(value))
      return "`<` and `>` compare numbers and days";
    if (test.op >= Operator::Contains && test.op <= Operator::EndsWith && (text == nullptr || text->empty()))
      return fmt::format("`{}` takes a text that is not empty", word_of(test.op));
    if (text != nullptr && text->size() > kMaxTextBytes) return "a text in a comparison has at most 65536 bytes";
  }
  return std::nullopt;
}

}  // namespace habitue::criteria
