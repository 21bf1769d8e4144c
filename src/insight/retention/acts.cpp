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
  reader.of_kind_.resize(customers.snapshot().kinds().size());
  const auto kind_of = [](std::size_t number) { return journey::EventKind{static_cast<std::uint16_t>(number)}; };
  if (!tests.empty() && tests.front()) {
    auto first = EventMatcher::bind(customers, {conditions.data(), 1});
    if (!first) return tl::unexpected(first.error());
    for (std::size_t kind = 0; kind < reader.of_kind_.size(); ++kind)
      reader.of_kind_[kind].names = first->concerns(kind_of(kind));
  }
  if (conditions.empty()) return reader;
  auto matcher = EventMatcher::bind(customers, conditions);
  if (!matcher) return tl::unexpected(matcher.error());
  reader.warnings_ = matcher->warnings();
  for (std::size_t kind = 0; kind < reader.of_kind_.size(); ++kind) {
    OfKind& of = reader.of_kind_[kind];
    of.surely = reader.bits_of(matcher->surely(kind_of(kind)));
    of.depends_on_properties = matcher->depends_on_properties(kind_of(kind));
    if (reader.purchases_ == 0)
      reader.wanted_.push_back(of.names || of.depends_on_properties || of.surely != 0 ? 1 : 0);
  }
  reader.matcher_ = *std::move(matcher);
  return reader;
}

void ActReader::read(const Person& person, Period span, UtcMicros as_of, std::vector<Act>& into) const {
  into.clear();
  if (matcher_) read_events(person, span.from, std::min(as_of, span.to - std::chrono::microseconds{1}), into);
  if (purchases_ != 0) add_purchases(person, span, as_of, into);
}

void ActReader::read_events(const Person& person, UtcMicros from, UtcMicros last, std::vector<Act>& into) const {
  UtcMicros first_named_at = kEnd;
  const auto look_at = [&](UtcMicros at, journey::EventKind kind, const auto& event) {
    const OfKind of = of_kind_[kind.value];
    if (of.names && first_named_at == kEnd) first_named_at = at;
    const std::uint64_t met = of.depends_on_properties ? bits_of((*matcher_)(event())) : of.surely;
    if (met == 0) return;
    into.push_back({.at = at, .met = met, .row = event().row, .is_first_of_kind = first_named_at >= at});
  };
  if (person.selected == nullptr) {
    for (const journey::Event event : person.journey.until(last).since(from))
      look_at(event.at, event.kind, [&] { return event; });
    return;
  }
  const journey::Selection& selected = *person.selected;
  for (std::size_t index = 0; index < selected.size(); ++index) {
    const UtcMicros at = selected.at(index);
    if (at < from) continue;
    if (at > last) break;
    look_at(at, selected.kind(index), [&] { return selected[index]; });
  }
}

void ActReader::add_purchases(const Person& person, Period span, UtcMicros as_of, std::vector<Act>& into) const {
  // A purchase may be said by an event that is read above too: it is one act then, unless it was said again later.
  const std::size_t events = into.size();
  for (const knowledge::PurchaseEvent& purchase : customers_->purchase_events(person.journey, as_of)) {
    if (purchase.at < span.from || purchase.at >= span.to) continue;
    const auto end = into.begin() + static_cast<std::ptrdiff_t>(events);
    const auto same =
        std::lower_bound(into.begin(), end, purchase.at, [](const Act& act, UtcMicros at) { return act.at < at; });
    const auto found =
        std::find_if(same, end, [&](const Act& act) { return act.at != purchase.at || act.row == purchase.event.row; });
    if (found != end && found->at == purchase.at)
      found->met |= purchases_;
    else
      into.push_back({.at = purchase.at, .met = purchases_, .row = purchase.event.row, .is_first_of_kind = true});
  }
  if (events > 0 && into.size() > events)
    std::inplace_merge(into.begin(), into.begin() + static_cast<std::ptrdiff_t>(events), into.end(),
                       [](const Act& left, const Act& right) { return left.at < right.at; });
}

}  // namespace habitue::insight::retention
