// Events that say who somebody is, in short.
#pragma once

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "identity/identity.hpp"

namespace habitue::identity {

inline UtcMicros at_second(std::int64_t seconds) { return UtcMicros(std::chrono::seconds(1'700'000'000 + seconds)); }

/// Gives events their places in order of arrival and applies them.
class Story {
 public:
  explicit Story(const Rules& rules = {}) : graph(Graph::create(rules)) {}

  Applied apply(intake::Event event) {
    event.message_id = "m" + std::to_string(++seq_);
    if (event.at == UtcMicros{}) event.at = at_second(static_cast<std::int64_t>(seq_));
    return graph->apply({EventSeq(seq_), std::move(event), 0});
  }
  Applied track(const std::string& user, const std::string& anonymous = "", UtcMicros at = {}) {
    intake::Event event;
    event.user_id = user;
    event.anonymous_id = anonymous;
    event.at = at;
    return apply(event);
  }
  Applied identify(const std::string& user, const std::string& anonymous, const std::string& email = "") {
    intake::Event event;
    event.type = intake::EventType::Identify;
    event.user_id = user;
    event.anonymous_id = anonymous;
    if (!email.empty()) event.properties = R"({"email":")" + email + R"("})";
    return apply(event);
  }
  Applied alias(const std::string& previous, const std::string& user) {
    intake::Event event;
    event.type = intake::EventType::Alias;
    event.previous_id = previous;
    event.user_id = user;
    return apply(event);
  }
  Applied apply(const Result<intake::Event>& event) { return apply(event.value()); }

  std::unique_ptr<Graph> graph;

 private:
  std::uint64_t seq_ = 0;
};

inline Identifier user(const std::string& value) { return {IdentifierKind::User, value}; }
inline Identifier device(const std::string& value) { return {IdentifierKind::Anonymous, value}; }
inline Identifier email(const std::string& value) { return {IdentifierKind::Email, value}; }
inline Identifier external(const std::string& value) { return {IdentifierKind::External, value}; }

/// A person as the set of their identifiers: `user ann`, `device d1`, `email a@b`.
using Person = std::set<std::string>;
inline std::string words_of(const Identifier& identifier) {
  static const char* const kNames[] = {"user ", "device ", "email ", "external "};
  return kNames[static_cast<std::size_t>(identifier.kind)] + identifier.value;
}

/// Everybody there is.
inline std::set<Person> people_of(const Graph& graph) {
  std::set<Person> people;
  for (std::uint32_t origin = 1, found = 0; found < graph.person_count() && origin < 100'000; ++origin) {
    if (graph.person_of(OriginId(origin)).value != origin) continue;  // A person is named after its first origin.
    ++found;
    Person person;
    for (const Identifier& identifier : graph.identifiers_of(PersonId(origin))) person.insert(words_of(identifier));
    people.insert(person);
  }
  return people;
}

}  // namespace habitue::identity
