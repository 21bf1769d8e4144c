#include "insight/retention/acts.hpp"

#include <algorithm>
#include <tuple>

namespace habitue::insight::retention {
namespace {

// Within an instant: what opens comes before what closes, so that the order helps the person.
auto place(const Act& act) {
  const bool opens = (act.met & 1U) != 0, closes = (act.met & ~std::uint64_t{1}) != 0;
  return std::tuple(act.at, opens && closes ? 1 : opens ? 0 : 2, act.met, act.value);
}

}  // namespace

void order_ties(std::vector<Act>& acts) {
  for (auto first = acts.begin(); first != acts.end();) {
    auto last = first + 1;
    while (last != acts.end() && last->at == first->at) ++last;
    if (last - first > 1)
      std::sort(first, last, [](const Act& left, const Act& right) { return place(left) < place(right); });
    first = last;
  }
}

Result<ActReader> ActReader::bind(const Customers& customers, std::span<const ActTest> tests) {
  ActReader reader;
  reader.customers_ = &customers;
  std::vector<criteria::Expression> conditions;
  for (std::size_t number = 0; number < tests.size(); ++number) {
    const std::uint64_t bit = std::uint64_t{1} << number;
    if (!tests[number]) {
      reader.purchases_ |= bit;
      continue;
    }
    conditions.push_back(*tests[number]);
    reader.bit_of_.push_back(bit);
  }
  reader.names_.resize(customers.snapshot().kinds().size(), 0);
  if (!tests.empty() && tests.front()) {
    auto first = EventMatcher::bind(customers, {conditions.data(), 1});
    if (!first) return tl::unexpected(first.error());
    for (std::size_t kind = 0; kind < reader.names_.size(); ++kind)
      reader.names_[kind] = first->concerns(journey::EventKind{static_cast<std::uint16_t>(kind)}) ? 1 : 0;
  }
  if (!conditions.empty()) {
    auto matcher = EventMatcher::bind(customers, conditions);
    if (!matcher) return tl::unexpected(matcher.error());
    reader.warnings_ = matcher->warnings();
    reader.matcher_ = *std::move(matcher);
  }
  if (reader.purchases_ == 0 && reader.matcher_) {
    reader.wanted_ = reader.names_;
    for (std::size_t kind = 0; kind < reader.wanted_.size(); ++kind)
      if (reader.matcher_->concerns(journey::EventKind{static_cast<std::uint16_t>(kind)})) reader.wanted_[kind] = 1;
  }
  return reader;
}

void ActReader::read(const Person& person, Period span, UtcMicros as_of, std::vector<Act>& into) const {
  const journey::Journey& journey = person.journey;
  into.clear();
  const UtcMicros last = std::min(as_of, span.to - std::chrono::microseconds{1});
  if (matcher_) {
    std::optional<UtcMicros> first_named_at;
    const auto look_at = [&](const journey::Event& event) {
      const bool concerns = matcher_->concerns(event.kind), names = names_[event.kind.value] != 0;
      if (!concerns && !names) return;
      if (names && !first_named_at) first_named_at = event.at;
      const std::uint64_t met = concerns ? (*matcher_)(event) : 0;
      if (met != 0) {
        Act act{.at = event.at, .met = 0, .row = event.row};
        act.is_first_of_kind = !first_named_at || *first_named_at == event.at;
        for (std::size_t number = 0; number < bit_of_.size(); ++number)
          if (((met >> number) & 1U) != 0) act.met |= bit_of_[number];
        into.push_back(act);
      }
    };
    if (person.selected == nullptr) {
      for (const journey::Event event : journey.until(last).since(span.from)) look_at(event);
    } else {
      for (std::size_t index = 0; index < person.selected->size(); ++index)
        if (const journey::Event event = (*person.selected)[index]; event.at >= span.from && event.at <= last)
          look_at(event);
    }
  }
  if (purchases_ != 0) {
    // A purchase may be said by an event that is read above too: it is one act then, unless it was said again later.
    const std::size_t events = into.size();
    for (const knowledge::PurchaseEvent& purchase : customers_->purchase_events(journey, as_of)) {
      if (purchase.at < span.from || purchase.at >= span.to) continue;
      const auto end = into.begin() + static_cast<std::ptrdiff_t>(events);
      const auto same =
          std::lower_bound(into.begin(), end, purchase.at, [](const Act& act, UtcMicros at) { return act.at < at; });
      const auto found = std::find_if(
          same, end, [&](const Act& act) { return act.at != purchase.at || act.row == purchase.event.row; });
      if (found != end && found->at == purchase.at)
        found->met |= purchases_;
      else
        into.push_back({.at = purchase.at, .met = purchases_, .row = purchase.event.row, .is_first_of_kind = true});
    }
    if (events > 0 && into.size() > events)
      std::inplace_merge(into.begin(), into.begin() + static_cast<std::ptrdiff_t>(events), into.end(),
                         [](const Act& left, const Act& right) { return left.at < right.at; });
  }
}

}  // namespace habitue::insight::retention
