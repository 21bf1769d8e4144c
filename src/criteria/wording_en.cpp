#include <fmt/format.h>

#include "criteria/checks.hpp"
#include "criteria/wording.hpp"

namespace habitue::criteria {
namespace {

constexpr std::array<std::string_view, 12> kMonths = {"January",   "February", "March",    "April",
                                                      "May",       "June",     "July",     "August",
                                                      "September", "October",  "November", "December"};

std::string stage_word(const std::string& word) { return word == "at_risk" ? "at risk" : word; }

class English final : public Wording {
 public:
  std::string_view and_word() const override { return "and"; }
  std::string_view or_word() const override { return "or"; }
  std::string everyone() const override { return "everyone"; }
  std::string denied(const std::string& clause) const override {
    return fmt::format("it is not true that ({})", clause);
  }
  std::string number(double value) const override { return grouped(value, ",", "."); }
  std::string quoted(std::string_view text) const override { return fmt::format("“{}”", text); }
  std::string_view truth(bool value) const override { return value ? "true" : "false"; }
  std::string day(LocalDay day) const override {
    const std::chrono::year_month_day date{day};
    return fmt::format("{} {} {}", static_cast<unsigned>(date.day()), kMonths[static_cast<unsigned>(date.month()) - 1],
                       static_cast<int>(date.year()));
  }

  std::string value_test(const ValueTest& leaf, bool negated) const override {
    using Of = ValueTest::Of;
    if (leaf.of == Of::Account && leaf.test.values.empty())
      return (leaf.test.op == Operator::Exists) != negated ? "belongs to an account" : "belongs to no account";
    if (leaf.test.values.empty() || (leaf.of != Of::Role && leaf.of != Of::Stage))
      return subject(leaf) + " " + predicate(leaf.test, negated);
    return words(leaf, negated);
  }

  std::string measure(const Measure& leaf, bool negated) const override {
    using What = Measure::What;
    if (is_did(leaf))
      return fmt::format("has {}done {}{}", negated ? "not " : "", events(leaf.events), window(leaf.window));
    if (leaf.what == What::Count)
      return fmt::format("has {}done {} {} {}{}", negated ? "not " : "", events(leaf.events),
                         bound(leaf.op, leaf.value), leaf.value == 1 ? "time" : "times", window(leaf.window));
    if (leaf.what <= What::Months) {
      const std::string_view unit = word_of(leaf.what);
      return fmt::format("has {}done {} {} {} different {}{}", negated ? "not " : "", events(leaf.events),
                         leaf.what == What::Days ? "on" : "in", bound(leaf.op, leaf.value),
                         leaf.value == 1 ? unit.substr(0, unit.size() - 1) : unit, window(leaf.window));
    }
    return fmt::format("{} {}", quantity(leaf), predicate({leaf.op, {leaf.value}}, negated));
  }

  std::string moment(const Moment& leaf, bool negated) const override {
    return fmt::format("the {} {} was {}{}", word_of(leaf.edge), events(leaf.events), negated ? "not" : "",
                       window(leaf.window).substr(negated ? 0 : 1));
  }

  std::string edge_value(const EdgeValue& leaf, bool negated) const override {
    return fmt::format("{} of the {} {}{} {}", leaf.property, word_of(leaf.edge), events(leaf.events),
                       window(leaf.window), predicate(leaf.test, negated));
  }

  std::string sequence(const Sequence& leaf, bool negated) const override {
    std::string steps;
    for (const Pattern& step : leaf.steps) steps += (steps.empty() ? "" : ", then ") + events(step);
    if (leaf.without) steps += fmt::format(", without {} in between", events(*leaf.without));
    if (leaf.within) steps += fmt::format(", within {}", text_of(*leaf.within));
    const std::string when = window(leaf.window);
    return fmt::format("has {}done {}{}", negated ? "not " : "", steps, when.empty() ? "" : "," + when);
  }

  std::string in_cohort(const std::string& name, bool negated) const override {
    return fmt::format("is {}in the cohort {}", negated ? "not " : "", quoted(name));
  }

  std::string found_value(const ValueTest& leaf, std::string_view found) const override {
    if (found.empty()) return subject(leaf) + " is not known";
    return fmt::format("{} is {}", subject(leaf), found);
  }
  std::string found_count(const Measure& leaf, std::uint64_t count) const override {
    const std::string counted = number(static_cast<double>(count));
    if (leaf.what == Measure::What::Count)
      return fmt::format("{} {}{}", counted, events(leaf.events), window(leaf.window));
    if (leaf.what == Measure::What::Distinct)
      return fmt::format("{} different {} of {} over {}{}", counted, count == 1 ? "value" : "values", leaf.property,
                         events(leaf.events), window(leaf.window));
    const std::string_view unit = word_of(leaf.what);
    return fmt::format("{} on {} different {}{}", events(leaf.events), counted,
                       count == 1 ? unit.substr(0, unit.size() - 1) : unit, window(leaf.window));
  }
  std::string found_number(const Measure& leaf, double value, std::uint64_t seen) const override {
    return fmt::format("{} is {}, of {} {}", quantity(leaf), number(value), number(static_cast<double>(seen)),
                       seen == 1 ? "event" : "events");
  }
  std::string found_moment(const Moment& leaf, LocalDay on, std::int64_t days_ago) const override {
    return fmt::format("the {} {} was on {}, {} {} ago", word_of(leaf.edge), events(leaf.events), day(on), days_ago,
                       days_ago == 1 ? "day" : "days");
  }
  std::string found_edge_value(const EdgeValue& leaf, std::string_view found) const override {
    return fmt::format("{} of the {} {}{} is {}", leaf.property, word_of(leaf.edge), events(leaf.events),
                       window(leaf.window), found.empty() ? "not known" : found);
  }
  std::string found_none(const Pattern& pattern, const Window& when) const override {
    return fmt::format("no {}{}", events(pattern, true), window(when));
  }
  std::string found_sequence(bool found) const override {
    return found ? "done in this order" : "not done in this order";
  }

 private:
  std::string subject(const ValueTest& leaf) const {
    switch (leaf.of) {
      case ValueTest::Of::AccountTrait: return "the account's " + leaf.name;
      case ValueTest::Of::Account: return "the account";
      case ValueTest::Of::Role: return "the role";
      case ValueTest::Of::Stage: return "the stage";
      default: return leaf.name;
    }
  }

  // "is a client or a prospect", "is not at the stage new or at risk".
  std::string words(const ValueTest& leaf, bool negated) const {
    const bool role = leaf.of == ValueTest::Of::Role;
    std::vector<std::string> parts;
    for (const Literal& value : leaf.test.values) {
      const auto& word = std::get<std::string>(value);
      parts.push_back(role ? "a " + word : stage_word(word));
    }
    const bool denies = (leaf.test.op == Operator::NotEqual) != negated;
    return fmt::format("is {}{}{}", denies ? "not " : "", role ? "" : "at the stage ", listed(parts, "or"));
  }

  std::string predicate(const Test& test, bool negated) const {
    const std::string_view isnt = negated ? "is not" : "is";
    const auto value = [&] { return literal(test.values[0]); };
    const bool of_day = !test.values.empty() && std::holds_alternative<LocalDay>(test.values[0]);
    switch (test.op) {
      case Operator::Equal: return fmt::format("{} {}", isnt, value());
      case Operator::NotEqual: return fmt::format("{} {}", negated ? "is" : "is not", value());
      case Operator::Less: return fmt::format("{} {} {}", isnt, of_day ? "before" : "less than", value());
      case Operator::LessEqual: return fmt::format("{} {} {}", isnt, of_day ? "on or before" : "at most", value());
      case Operator::Greater: return fmt::format("{} {} {}", isnt, of_day ? "after" : "more than", value());
      case Operator::GreaterEqual: return fmt::format("{} {} {}", isnt, of_day ? "on or after" : "at least", value());
      case Operator::In: {
        std::vector<std::string> values;
        for (const Literal& one : test.values) values.push_back(literal(one));
        if (!negated || values.size() == 1) return fmt::format("{} {}", isnt, listed(values, "or"));
        return values.size() == 2 ? fmt::format("is neither {} nor {}", values[0], values[1])
                                  : fmt::format("is none of {}", listed(values, "and"));
      }
      case Operator::Contains: return fmt::format("{} {}", negated ? "does not contain" : "contains", value());
      case Operator::StartsWith: return fmt::format("{} {}", negated ? "does not start with" : "starts with", value());
      case Operator::EndsWith: return fmt::format("{} {}", negated ? "does not end with" : "ends with", value());
      case Operator::Exists: return negated ? "is not known" : "is known";
      case Operator::Missing: return negated ? "is known" : "is not known";
    }
    return {};
  }

  std::string bound(Operator op, double value) const {
    constexpr std::array<std::string_view, 6> kBounds = {"exactly", "anything but", "fewer than",
                                                         "at most", "more than",    "at least"};
    return fmt::format("{} {}", kBounds[static_cast<std::size_t>(op)], number(value));
  }

  std::string quantity(const Measure& leaf) const {
    constexpr std::array<std::string_view, 5> kQuantities = {"the sum of", "the smallest", "the largest", "the average",
                                                             "the number of different values of"};
    return fmt::format("{} {} over {}{}",
                       kQuantities[static_cast<std::size_t>(leaf.what) - static_cast<std::size_t>(Measure::What::Sum)],
                       leaf.property, events(leaf.events), window(leaf.window));
  }

  std::string events(const Pattern& pattern, bool bare = false) const {
    std::vector<std::string> names;
    for (const std::string& event : pattern.events) names.push_back(quoted(event));
    std::string text = names.empty() ? (bare ? "event" : "any event") : listed(names, "or");
    if (pattern.where) text += fmt::format(" (where {})", condition(*pattern.where));
    return text;
  }

  std::string window(const Window& window) const {
    using Kind = Window::Kind;
    const auto anchor = [&] { return fmt::format("the {} {}", word_of(window.edge), events(*window.anchor, true)); };
    switch (window.kind) {
      case Kind::Always: return {};
      case Kind::InLast: {
        const std::string span = text_of(window.span);
        return " in the last " + (window.span.n == 1 ? span.substr(2) : span);
      }
      case Kind::AtLeastAgo: return fmt::format(" at least {} ago", text_of(window.span));
      case Kind::MoreThanAgo: return fmt::format(" more than {} ago", text_of(window.span));
      case Kind::BetweenAgo:
        return fmt::format(" between {} and {} ago", window.span.n, text_of(Span{window.farthest, window.span.unit}));
      case Kind::Between: return fmt::format(" between {} and {}", day(window.from), day(window.to));
      case Kind::Before: return " before " + day(window.from);
      case Kind::Since: return " since " + day(window.from);
      case Kind::Within: return fmt::format(" within {} of {}", text_of(window.span), anchor());
      case Kind::BeforeEdge: return " before " + anchor();
      case Kind::SinceEdge: return " since " + anchor();
    }
    return {};
  }
};

}  // namespace

const Wording& english_wording() {
  static const English wording;
  return wording;
}

}  // namespace habitue::criteria
