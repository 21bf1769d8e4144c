// The journey index as one would write it without caring for speed: a map of events, sorted when asked. And a stream of
// random changes to try both with.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "journey/index.hpp"

namespace habitue::journey {

using NaiveValue = std::variant<bool, double, std::string>;

struct NaiveEvent {
  std::uint64_t seq;
  std::uint32_t origin;
  std::int64_t at_us;
  std::string kind;
  std::map<std::string, NaiveValue> properties;
  friend bool operator==(const NaiveEvent&, const NaiveEvent&) = default;
};

inline std::string json_of(const std::map<std::string, NaiveValue>& properties) {
  std::string json = "{";
  for (const auto& [name, value] : properties) {
    json += (json.size() > 1 ? ",\"" : "\"") + name + "\":";
    if (const bool* boolean = std::get_if<bool>(&value)) json += *boolean ? "true" : "false";
    if (const double* number = std::get_if<double>(&value)) {
      char digits[32];
      std::snprintf(digits, sizeof digits, "%.17g", *number);
      json += digits;
    }
    if (const std::string* text = std::get_if<std::string>(&value)) json += "\"" + *text + "\"";
  }
  return json + "}";
}

struct NaiveIndex {
  std::map<std::uint64_t, NaiveEvent> events;  // By seq.
  std::map<std::uint32_t, std::uint32_t> person_of{{0, 0}};
  std::uint64_t up_to = 0;

  std::map<std::uint32_t, std::vector<NaiveEvent>> journeys() const {
    std::map<std::uint32_t, std::vector<NaiveEvent>> found;
    for (const auto& [seq, event] : events) found[person_of.at(event.origin)].push_back(event);
    for (auto& [person, journey] : found)
      std::stable_sort(journey.begin(), journey.end(),
                       [](const NaiveEvent& left, const NaiveEvent& right) { return left.at_us < right.at_us; });
    return found;
  }
};

inline NaiveEvent seen(const Snapshot& snapshot, const std::vector<std::pair<std::string, Property>>& properties,
                       const Event& event) {
  NaiveEvent found{snapshot.seq_of(event).value,
                   snapshot.origin_of(event).value,
                   event.at.time_since_epoch().count(),
                   snapshot.kinds()[event.kind.value],
                   {}};
  for (const auto& [name, property] : properties) {
    const Value value = property.at(event);
    if (value.type == Value::Type::Bool) found.properties[name] = value.boolean;
    if (value.type == Value::Type::Number) found.properties[name] = value.number;
    if (value.type == Value::Type::Text) found.properties[name] = std::string(value.text);
  }
  return found;
}

/// Everything that a reader can see, compared.
inline void expect_same(const Snapshot& snapshot, const NaiveIndex& naive) {
  std::vector<std::pair<std::string, Property>> properties;
  for (const std::string& name : snapshot.property_names())
    properties.emplace_back(name, *snapshot.find_property(name));
  const auto as_seen = [&](Journey journey) {
    std::vector<NaiveEvent> events;
    for (const Event& event : journey) events.push_back(seen(snapshot, properties, event));
    return events;
  };

  auto expected = naive.journeys();
  const std::vector<NaiveEvent> nobody = expected[0];
  expected.erase(0);
  ASSERT_EQ(as_seen(snapshot.nobody()), nobody);
  std::map<std::uint32_t, std::vector<NaiveEvent>> visited;
  std::vector<std::uint32_t> order;
  snapshot.for_each_journey([&](Journey journey) {
    order.push_back(journey.person().value);
    visited[journey.person().value] = as_seen(journey);
  });
  ASSERT_EQ(visited, expected);
  ASSERT_TRUE(std::is_sorted(order.begin(), order.end()));
  ASSERT_EQ(order.size(), expected.size());
  for (const std::size_t parts : {1U, 3U, 7U}) {
    std::vector<std::uint32_t> by_parts;
    for (std::size_t part = 0; part < parts; ++part)
      snapshot.for_each_journey(part, parts, [&](Journey journey) { by_parts.push_back(journey.person().value); });
    ASSERT_EQ(by_parts, order) << parts << " parts";
  }
  // Every second kind, every third, none, all.
  for (const std::size_t step : {2U, 3U, 1'000'000U, 1U}) {
    std::vector<std::uint8_t> wanted(snapshot.kinds().size());
    for (std::size_t kind = 0; kind < wanted.size(); ++kind) wanted[kind] = kind % step == step - 1 ? 1 : 0;
    std::vector<std::pair<std::uint32_t, std::uint64_t>> plain, selected;
    snapshot.for_each_journey([&](Journey journey) {
      for (const Event event : journey)
        if (wanted[event.kind.value] != 0) plain.emplace_back(journey.person().value, snapshot.seq_of(event).value);
    });
    for (std::size_t part = 0; part < 3; ++part)
      snapshot.for_each_selection(part, 3, wanted, [&](const SelectionBlock& block) {
        for (const SelectionBlock::Of& of : block.people) {
          const Journey journey = block.journey(of);
          const Selection selection = block.selection(of);
          ASSERT_GT(selection.size(), 0U);
          for (std::size_t place = 0; place < selection.size(); ++place) {
            const Event event = selection[place];
            ASSERT_EQ(event.at, event.segment->at(event.row));
            selected.emplace_back(journey.person().value, snapshot.seq_of(event).value);
          }
        }
      });
    // Each person's events are in order; persons need not be.
    std::stable_sort(selected.begin(), selected.end(),
                     [](const auto& left, const auto& right) { return left.first < right.first; });
    ASSERT_EQ(selected, plain);
  }
  for (const auto& [origin, person] : naive.person_of) {
    const auto found = snapshot.find(PersonId{person});
    ASSERT_EQ(found.has_value(), person == 0 ? !nobody.empty() : expected.contains(person)) << person;
    if (!found) continue;
    ASSERT_EQ(as_seen(*found), person == 0 ? nobody : expected.at(person));
  }

  ASSERT_EQ(snapshot.up_to().value, naive.up_to);
  ASSERT_EQ(snapshot.event_count(), naive.events.size());
  ASSERT_EQ(snapshot.person_count(), expected.size());
  std::map<std::string, std::uint64_t> kinds;
  std::map<std::string, std::map<std::string, std::uint64_t>> texts;
  std::set<std::int64_t> moments;
  for (const auto& [seq, event] : naive.events) {
    ++kinds[event.kind];
    moments.insert(event.at_us);
    for (const auto& [name, value] : event.properties)
      if (const std::string* text = std::get_if<std::string>(&value)) ++texts[name][*text];
  }
  for (std::size_t kind = 0; kind < snapshot.kinds().size(); ++kind)
    ASSERT_EQ(snapshot.count_of(EventKind{static_cast<std::uint16_t>(kind)}), kinds[snapshot.kinds()[kind]]);
  ASSERT_EQ(snapshot.first_event_at().has_value(), !moments.empty());
  if (!moments.empty()) {
    ASSERT_EQ(snapshot.first_event_at()->time_since_epoch().count(), *moments.begin());
    ASSERT_EQ(snapshot.last_event_at()->time_since_epoch().count(), *moments.rbegin());
  }
  for (const auto& [name, property] : properties) {
    std::map<std::string, std::uint64_t> frequent;
    for (const auto& [text, count] : snapshot.frequent_values(property, 1'000'000)) frequent[text] = count;
    ASSERT_EQ(frequent, texts[name]) << name;
  }
}

/// Owns what a Change points at.
struct OwnedChange {
  std::vector<ledger::StoredEvent> stored;
  std::vector<FreshEvent> fresh;
  std::vector<Assignment> assigned;
  std::vector<EventSeq> removed;
  Change change(std::uint64_t up_to) const { return {fresh, assigned, removed, EventSeq{up_to}}; }
};

/// Random changes, made to the naive index and handed out for the real one.
class ChangeStream {
 public:
  ChangeStream(std::uint32_t seed, std::uint32_t origins, std::size_t kinds = 40)
      : random_(seed), origins_(origins), kinds_(kinds) {}

  std::unique_ptr<OwnedChange> next(NaiveIndex& naive, std::size_t events_max) {
    auto owned = std::make_unique<OwnedChange>();
    if (below(4) == 0) move_origins(naive, *owned);
    if (below(6) == 0) remove_events(naive, *owned);
    owned->stored.reserve(events_max);
    for (std::size_t count = below(events_max + 1); count > 0; --count) add_event(naive, *owned);
    for (const ledger::StoredEvent& stored : owned->stored)
      owned->fresh.push_back({OriginId{naive.events.at(stored.seq.value).origin}, &stored});
    naive.up_to += below(3);
    return owned;
  }

  std::size_t below(std::size_t limit) { return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random_); }

 private:
  void move_origins(NaiveIndex& naive, OwnedChange& owned) {
    std::map<std::uint32_t, std::uint32_t> moved;
    for (std::size_t count = 1 + below(3); count > 0; --count) {
      const auto origin = static_cast<std::uint32_t>(1 + below(origins_));
      // To another's person, to a person of its own again, or to nobody.
      const std::size_t how = below(10);
      const auto other = static_cast<std::uint32_t>(1 + below(origins_));
      const auto known = naive.person_of.find(other);
      moved[origin] = how == 0 ? 0 : how < 5 || known == naive.person_of.end() ? origin : known->second;
    }
    for (const auto& [origin, person] : moved) {
      naive.person_of[origin] = person;
      owned.assigned.push_back({OriginId{origin}, PersonId{person}});
    }
  }

  void remove_events(NaiveIndex& naive, OwnedChange& owned) {
    for (std::size_t count = 1 + below(20); count > 0; --count) {
      const std::uint64_t seq = 1 + below(naive.up_to + 2);
      if (naive.events.erase(seq) > 0 || below(2) == 0) owned.removed.push_back(EventSeq{seq});
    }
    std::sort(owned.removed.begin(), owned.removed.end());
    // One that was never there must not take away what comes later under that place.
    std::erase_if(owned.removed, [&](EventSeq seq) { return seq.value > naive.up_to; });
  }

  void add_event(NaiveIndex& naive, OwnedChange& owned) {
    const auto origin = static_cast<std::uint32_t>(below(8) == 0 ? 0 : 1 + below(origins_));
    if (!naive.person_of.contains(origin)) {
      naive.person_of[origin] = origin;
      owned.assigned.push_back({OriginId{origin}, PersonId{origin}});
    }
    NaiveEvent event{++naive.up_to,
                     origin,
                     // Of every clock: whole seconds in some changes, microseconds in others.
                     static_cast<std::int64_t>(below(500)) * 1'000'000 + (naive.up_to % 64 == 0 ? 17 : 0),
                     "kind " + std::to_string(below(1 + below(kinds_))),
                     {}};
    for (std::size_t count = below(5); count > 0; --count) add_property(event);
    ledger::StoredEvent stored;
    stored.seq = EventSeq{event.seq};
    stored.event.name = event.kind;
    stored.event.at = UtcMicros{std::chrono::microseconds{event.at_us}};
    stored.event.properties = json_of(event.properties);
    owned.stored.push_back(std::move(stored));
    naive.events.emplace(event.seq, std::move(event));
  }

  void add_property(NaiveEvent& event) {
    switch (below(7)) {
      case 0: event.properties["currency"] = "GBP"; return;
      case 1: event.properties["total"] = static_cast<double>(below(100'000)) / 100; return;
      case 2: event.properties["exact"] = std::uniform_real_distribution<double>(-1e9, 1e9)(random_); return;
      case 3: event.properties["gift"] = below(2) == 0; return;
      case 4: event.properties["order"] = "order " + std::to_string(event.seq); return;
      case 5: event.properties["rare " + std::to_string(below(60))] = "text " + std::to_string(below(3)); return;
      default: break;
    }
    if (below(2) == 0)
      event.properties["mixed"] = static_cast<double>(below(10)) - 5;
    else
      event.properties["mixed"] = std::to_string(below(10));
  }

  std::mt19937 random_;
  std::uint32_t origins_;
  std::size_t kinds_;
};

}  // namespace habitue::journey
