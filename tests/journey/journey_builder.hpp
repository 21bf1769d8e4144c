// Journeys for tests, from a list that reads like a story:
//
//   const BuiltJourneys built = build_journeys({
//       {"ann", "$identify", "2011-01-04", R"({"country":"GB"})"},
//       {"ann", "Order Completed", "2011-01-05 12:30", R"({"total":10,"currency":"GBP"})"},
//       {"", "Order Completed", "2011-01-06", R"({"total":3})"},  // Nobody's.
//   });
//   const journey::Journey ann = built.of("ann");
//
// `what` is a track event's name, or `$identify`, `$group`, `$alias`, `$page`, `$screen`; a page's name follows after a
// blank: `$page Pricing`. Persons are numbered from 1 in order of appearance. Moments are read as UTC.
#pragma once

#include <cstdlib>
#include <initializer_list>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.hpp"
#include "journey/index.hpp"
#include "journey/journey.hpp"

namespace habitue::journey {

struct Said {
  std::string who;
  std::string what;
  std::string when;
  std::string properties = "{}";
  std::string group = {};  ///< The account, for `$group` or on whose behalf.
  std::string context = "{}";
};

struct BuiltJourneys {
  std::shared_ptr<const Snapshot> snapshot;
  std::map<std::string, PersonId, std::less<>> persons;

  PersonId person(std::string_view who) const { return persons.find(who)->second; }
  /// Their journey; empty when they said nothing.
  Journey of(std::string_view who) const {
    return who.empty() ? snapshot->nobody() : snapshot->find(person(who)).value_or(Journey{});
  }
};

namespace building {

/// The value, or the end of the test with its error: a test's own story is never wrong.
template <class T>
T sure(Result<T> result) {
  if (!result) {
    std::cerr << "journey_builder: " << result.error().message << std::endl;
    std::abort();
  }
  return *std::move(result);
}

inline intake::Event event_of(const Said& said, std::uint64_t seq) {
  intake::Event event;
  event.message_id = "m" + std::to_string(seq);
  event.at = event.received_at = sure(parse_moment(said.when, Zone::utc()));
  event.user_id = said.who;
  event.group_id = said.group;
  event.properties = said.properties;
  event.context = said.context;
  const std::pair<std::string_view, intake::EventType> calls[] = {{kIdentifyKind, intake::EventType::Identify},
                                                                  {kGroupKind, intake::EventType::Group},
                                                                  {kAliasKind, intake::EventType::Alias},
                                                                  {kPageKind, intake::EventType::Page},
                                                                  {kScreenKind, intake::EventType::Screen}};
  event.name = said.what;
  for (const auto& [kind, type] : calls) {
    if (said.what != kind && !said.what.starts_with(std::string(kind) + " ")) continue;
    event.type = type;
    event.name = said.what == kind ? "" : said.what.substr(kind.size() + 1);
  }
  return event;
}

}  // namespace building

inline BuiltJourneys build_journeys(const std::vector<Said>& story) {
  BuiltJourneys built;
  std::vector<ledger::StoredEvent> stored;
  std::vector<OriginId> origins;
  std::vector<Assignment> assigned;
  for (const Said& said : story) {
    const EventSeq seq{stored.size() + 1};
    stored.push_back({seq, building::event_of(said, seq.value)});
    if (said.who.empty()) {
      origins.push_back(kNoOrigin);
      continue;
    }
    const auto number = static_cast<std::uint32_t>(built.persons.size() + 1);
    const auto [entry, added] = built.persons.emplace(said.who, PersonId{number});
    origins.push_back(OriginId{entry->second.value});
    if (added) assigned.push_back({OriginId{number}, PersonId{number}});
  }
  std::vector<FreshEvent> fresh;
  for (std::size_t index = 0; index < stored.size(); ++index) fresh.push_back({origins[index], &stored[index]});

  const std::unique_ptr<Index> index = Index::create();
  const Change change{.fresh = fresh, .assigned = assigned, .removed = {}, .up_to = EventSeq{stored.size()}};
  if (auto applied = index->apply(change); !applied) {
    std::cerr << "journey_builder: " << applied.error().message << std::endl;
    std::abort();
  }
  built.snapshot = index->snapshot();
  return built;
}

inline BuiltJourneys build_journeys(std::initializer_list<Said> story) {
  return build_journeys(std::vector<Said>(story));
}

}  // namespace habitue::journey
