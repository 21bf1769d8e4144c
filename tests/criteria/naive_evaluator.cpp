#include "criteria/naive_evaluator.hpp"

#include <cmath>
#include <functional>
#include <optional>
#include <set>

#include <fmt/format.h>

namespace habitue::criteria {
namespace {

using std::chrono::microseconds;
using Found = std::optional<Literal>;

struct Naive {
  const PlainJourney journey;  // Only what was known at as_of.
  UtcMicros as_of;
  const Zone& zone;
  const std::string& role;
  const std::string& stage;

  static Verdict of(bool holds) { return holds ? Verdict::Inside : Verdict::Outside; }
  static Verdict opposite(Verdict verdict) {
    return verdict == Verdict::Unknown ? verdict : of(verdict == Verdict::Outside);
  }
  // Kleene: an `and` is its least part with outside < unknown < inside; an `or` its greatest.
  static int rank(Verdict verdict) { return verdict == Verdict::Outside ? 0 : verdict == Verdict::Unknown ? 1 : 2; }
  Verdict least(const std::vector<NodeRef>& parts, const std::function<Verdict(const Node&)>& judge) const {
    Verdict verdict = Verdict::Inside;
    for (const NodeRef& part : parts)
      if (const Verdict one = judge(*part); rank(one) < rank(verdict)) verdict = one;
    return verdict;
  }
  Verdict greatest(const std::vector<NodeRef>& parts, const std::function<Verdict(const Node&)>& judge) const {
    Verdict verdict = Verdict::Outside;
    for (const NodeRef& part : parts)
      if (const Verdict one = judge(*part); rank(one) > rank(verdict)) verdict = one;
    return verdict;
  }

  // --- values

  static std::string spelled(const Literal& value) {
    if (const auto* text = std::get_if<std::string>(&value)) return *text;
    if (const auto* truth = std::get_if<bool>(&value)) return *truth ? "true" : "false";
    return fmt::format("{}", std::get<double>(value));
  }
  static std::optional<double> as_number(const Literal& value) {
    if (const auto* number = std::get_if<double>(&value)) return *number;
    const auto* text = std::get_if<std::string>(&value);
    if (text == nullptr || text->empty()) return std::nullopt;
    for (const char c : *text)
      if ((c < '0' || c > '9') && c != '.' && c != '-') return std::nullopt;
    return std::stod(*text);
  }
  std::optional<LocalDay> as_day(const Literal& value) const {
    if (std::holds_alternative<bool>(value)) return std::nullopt;
    const auto moment = parse_moment(spelled(value), zone);
    return moment ? std::optional(zone.day_of(*moment)) : std::nullopt;
  }
  bool same(const Literal& value, const Literal& wanted) const {
    if (const auto* day = std::get_if<LocalDay>(&wanted)) return as_day(value) == *day;
    if (const auto* number = std::get_if<double>(&wanted)) return as_number(value) == *number;
    if (const auto* truth = std::get_if<bool>(&wanted); truth != nullptr && std::holds_alternative<double>(value))
      return std::get<double>(value) == (*truth ? 1 : 0);
    return spelled(value) == spelled(wanted);
  }
  static bool holds(double left, Operator op, double right) {
    switch (op) {
      case Operator::Equal: return left == right;
      case Operator::NotEqual: return left != right;
      case Operator::Less: return left < right;
      case Operator::LessEqual: return left <= right;
      case Operator::Greater: return left > right;
      default: return left >= right;
    }
  }
  Verdict judge(const Found& value, const Test& test) const {
    if (test.op == Operator::Exists) return of(value.has_value());
    if (test.op == Operator::Missing) return of(!value);
    if (!value) return Verdict::Unknown;
    const Literal& wanted = test.values[0];
    switch (test.op) {
      case Operator::Equal: return of(same(*value, wanted));
      case Operator::NotEqual: return of(!same(*value, wanted));
      case Operator::In: {
        bool any = false;
        for (const Literal& one : test.values) any = any || same(*value, one);
        return of(any);
      }
      case Operator::Contains: return of(spelled(*value).find(spelled(wanted)) != std::string::npos);
      case Operator::StartsWith: return of(spelled(*value).starts_with(spelled(wanted)));
      case Operator::EndsWith: return of(spelled(*value).ends_with(spelled(wanted)));
      default: break;
    }
    if (const auto* day = std::get_if<LocalDay>(&wanted)) {
      const auto found = as_day(*value);
      return found ? of(holds(static_cast<double>((*found - *day).count()), test.op, 0)) : Verdict::Unknown;
    }
    const auto number = as_number(*value);
    return number ? of(holds(*number, test.op, std::get<double>(wanted))) : Verdict::Unknown;
  }
  static Found property(const PlainEvent& event, const std::string& name) {
    const auto found = event.properties.find(name);
    return found == event.properties.end() ? Found() : Found(found->second);
  }
  Found trait(const std::string& name) const {
    Found last;
    for (const PlainEvent& event : journey)
      if (event.kind == "$identify" && property(event, name)) last = property(event, name);
    return last;
  }
  Found account_trait(const std::string& name) const {
    const PlainEvent* current = nullptr;
    for (const PlainEvent& event : journey)
      if (event.kind == "$group") current = &event;
    Found last;
    for (const PlainEvent& event : journey)
      if (event.kind == "$group" && property(event, "$group_id") == property(*current, "$group_id") &&
          property(event, name))
        last = property(event, name);
    return last;
  }

  // --- events

  Verdict condition(const Node& node, const PlainEvent& event) const {
    const auto part = [&](const Node& inner) { return condition(inner, event); };
    if (const auto* all = std::get_if<All>(&node.form)) return least(all->parts, part);
    if (const auto* any = std::get_if<Any>(&node.form)) return greatest(any->parts, part);
    if (const auto* negation = std::get_if<Not>(&node.form)) return opposite(condition(*negation->part, event));
    const auto& leaf = std::get<ValueTest>(node.form);
    return judge(property(event, leaf.name), leaf.test);
  }
  bool matches(const Pattern& pattern, const PlainEvent& event) const {
    bool named = pattern.events.empty();
    for (const std::string& name : pattern.events) named = named || name == event.kind;
    return named && (!pattern.where || condition(*pattern.where, event) == Verdict::Inside);
  }

  // --- windows, by the difference of days or of time

  LocalDay shifted(LocalDay day, const Span& span, int sign) const {
    std::chrono::year_month_day date{day};
    const int n = sign * static_cast<int>(span.n);
    switch (span.unit) {
      case Unit::Days: return day + std::chrono::days(n);
      case Unit::Weeks: return day + std::chrono::days(7 * n);
      case Unit::Months: date += std::chrono::months(n); break;
      default: date += std::chrono::years(n); break;
    }
    while (!date.ok()) date = date.year() / date.month() / (date.day() - std::chrono::days(1));
    return LocalDay{date};
  }
  static bool elapses(Unit unit) { return unit == Unit::Minutes || unit == Unit::Hours; }
  static microseconds time_of(const Span& span) {
    return span.unit == Unit::Minutes ? microseconds(std::chrono::minutes(span.n))
                                      : microseconds(std::chrono::hours(span.n));
  }
  // Negative: `at` is less than the span before as_of. 0: exactly (or on that very day). Positive: more.
  int older(UtcMicros at, const Span& span) const {
    const auto sign = [](auto value) { return value > decltype(value)(0) ? 1 : value < decltype(value)(0) ? -1 : 0; };
    if (elapses(span.unit)) return sign((as_of - at) - time_of(span));
    return sign(shifted(zone.day_of(as_of), span, -1) - zone.day_of(at));
  }
  bool within(UtcMicros start, UtcMicros at, const Span& span) const {
    if (elapses(span.unit)) return at - start <= time_of(span);
    return zone.day_of(at) <= shifted(zone.day_of(start), span, 1);
  }
  bool in(const Window& window, UtcMicros at) const {
    using Kind = Window::Kind;
    std::optional<UtcMicros> anchor;
    if (window.anchor)
      for (const PlainEvent& event : journey)
        if (matches(*window.anchor, event) && (!anchor || window.edge == Edge::Last)) anchor = event.at;
    switch (window.kind) {
      case Kind::Always: return true;
      case Kind::InLast: return older(at, window.span) < 0;
      case Kind::AtLeastAgo: return older(at, window.span) >= 0;
      case Kind::MoreThanAgo: return older(at, window.span) > 0;
      case Kind::BetweenAgo: return older(at, window.span) >= 0 && older(at, {window.farthest, window.span.unit}) <= 0;
      case Kind::Between: return zone.day_of(at) >= window.from && zone.day_of(at) <= window.to;
      case Kind::Before: return zone.day_of(at) < window.from;
      case Kind::Since: return zone.day_of(at) >= window.from;
      case Kind::Within: return anchor && at >= *anchor && within(*anchor, at, window.span);
      case Kind::BeforeEdge: return anchor && at < *anchor;
      case Kind::SinceEdge: return anchor && at >= *anchor;
    }
    return false;
  }
  std::vector<const PlainEvent*> chosen(const Pattern& pattern, const Window& window) const {
    std::vector<const PlainEvent*> list;
    for (const PlainEvent& event : journey)
      if (matches(pattern, event) && in(window, event.at)) list.push_back(&event);
    return list;
  }

  // --- leaves

  Verdict measure(const Measure& leaf) const {
    using What = Measure::What;
    const auto events = chosen(leaf.events, leaf.window);
    std::set<std::string> different;
    std::vector<double> numbers;
    for (const PlainEvent* event : events) {
      const std::chrono::year_month_day date{zone.day_of(event->at)};
      const LocalDay day = zone.day_of(event->at);
      if (leaf.what == What::Days) different.insert(format_day(day));
      if (leaf.what == What::Weeks)
        different.insert(format_day(day - (std::chrono::weekday{day} - std::chrono::Monday)));
      if (leaf.what == What::Months) different.insert(format_day(day).substr(0, 7));
      const Found value = property(*event, leaf.property);
      if (leaf.what == What::Distinct && value) different.insert(spelled(*value));
      if (value && as_number(*value)) numbers.push_back(*as_number(*value));
    }
    if (leaf.what == What::Count) return of(holds(static_cast<double>(events.size()), leaf.op, leaf.value));
    if (leaf.what <= What::Months || leaf.what == What::Distinct)
      return of(holds(static_cast<double>(different.size()), leaf.op, leaf.value));
    long double sum = 0;
    for (const double number : numbers) sum += number;
    const auto rounded = [](long double value) { return static_cast<double>(std::round(value * 1e6L) / 1e6L); };
    if (leaf.what == What::Sum) return of(holds(rounded(sum), leaf.op, leaf.value));
    if (events.empty()) return Verdict::Outside;
    if (numbers.empty()) return Verdict::Unknown;
    if (leaf.what == What::Min)
      return of(holds(*std::min_element(numbers.begin(), numbers.end()), leaf.op, leaf.value));
    if (leaf.what == What::Max)
      return of(holds(*std::max_element(numbers.begin(), numbers.end()), leaf.op, leaf.value));
    return of(holds(rounded(sum / static_cast<long double>(numbers.size())), leaf.op, leaf.value));
  }

  bool sequence_from(const Sequence& leaf, std::vector<std::size_t>& taken) const {
    if (taken.size() == leaf.steps.size())
      return !leaf.within || within(journey[taken.front()].at, journey[taken.back()].at, *leaf.within);
    for (std::size_t i = 0; i < journey.size(); ++i) {
      if (std::find(taken.begin(), taken.end(), i) != taken.end()) continue;
      if (!in(leaf.window, journey[i].at) || !matches(leaf.steps[taken.size()], journey[i])) continue;
      if (!taken.empty()) {
        const UtcMicros before = journey[taken.back()].at;
        if (journey[i].at < before) continue;
        bool interrupted = false;
        for (const PlainEvent& other : journey)
          interrupted = interrupted || (leaf.without && other.at > before && other.at < journey[i].at &&
                                        matches(*leaf.without, other));
        if (interrupted) continue;
      }
      taken.push_back(i);
      if (sequence_from(leaf, taken)) return true;
      taken.pop_back();
    }
    return false;
  }

  Verdict node(const Node& node_) const {
    const auto part = [&](const Node& inner) { return node(inner); };
    if (const auto* all = std::get_if<All>(&node_.form)) return least(all->parts, part);
    if (const auto* any = std::get_if<Any>(&node_.form)) return greatest(any->parts, part);
    if (const auto* negation = std::get_if<Not>(&node_.form)) return opposite(node(*negation->part));
    if (const auto* leaf = std::get_if<ValueTest>(&node_.form)) {
      switch (leaf->of) {
        case ValueTest::Of::Trait: return judge(trait(leaf->name), leaf->test);
        case ValueTest::Of::AccountTrait: return judge(account_trait(leaf->name), leaf->test);
        case ValueTest::Of::Account: return judge(account_trait("$group_id"), leaf->test);
        case ValueTest::Of::Role: return judge(role == "unknown" ? Found() : Found(role), leaf->test);
        default: return judge(stage.empty() ? Found() : Found(stage), leaf->test);
      }
    }
    if (const auto* leaf = std::get_if<Measure>(&node_.form)) return measure(*leaf);
    if (const auto* leaf = std::get_if<Moment>(&node_.form)) {
      const auto events = chosen(leaf->events, Window{});
      return of(!events.empty() && in(leaf->window, (leaf->edge == Edge::First ? events.front() : events.back())->at));
    }
    if (const auto* leaf = std::get_if<EdgeValue>(&node_.form)) {
      const auto events = chosen(leaf->events, leaf->window);
      if (events.empty()) return Verdict::Outside;
      return judge(property(*(leaf->edge == Edge::First ? events.front() : events.back()), leaf->property), leaf->test);
    }
    if (const auto* leaf = std::get_if<Sequence>(&node_.form)) {
      std::vector<std::size_t> taken;
      return of(sequence_from(*leaf, taken));
    }
    return Verdict::Inside;
  }
};

PlainJourney known_at(const PlainJourney& journey, UtcMicros as_of) {
  PlainJourney known;
  for (const PlainEvent& event : journey)
    if (event.at <= as_of) known.push_back(event);
  return known;
}

}  // namespace

Verdict naive_verdict(const Node& node, const PlainJourney& journey, UtcMicros as_of, const Zone& zone,
                      const std::string& role, const std::string& stage) {
  return Naive{known_at(journey, as_of), as_of, zone, role, stage}.node(node);
}

}  // namespace habitue::criteria
