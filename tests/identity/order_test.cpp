// The same events give the same people in whatever order they come: against a reference that looks at all events at once.
#include <algorithm>
#include <map>
#include <optional>
#include <random>

#include <gtest/gtest.h>

#include "graph_events.hpp"

namespace habitue::identity {
namespace {

std::string pick(std::mt19937& random, const std::vector<std::string>& values) {
  return values[random() % values.size()];
}

// "x" and "y" are user ids of some and devices of others.
std::vector<ledger::StoredEvent> random_events(std::mt19937& random) {
  const std::vector<std::string> users = {"u1", "u2", "u3", "u4", "u5", "u6", "x", "y", "", "", "null"};
  const std::vector<std::string> devices = {"d1", "d2", "d3", "x", "y", "z", "", "", "undefined"};
  const std::vector<std::string> emails = {"a@x", "b@x", "c@x", "no email"};
  const std::vector<std::string> previous = {"u1", "u2", "u3", "d1", "x", "y", "z", "never"};
  std::vector<ledger::StoredEvent> events;
  const std::size_t count = 3 + random() % 25;
  for (std::size_t place = 0; place < count; ++place) {
    intake::Event event;
    event.at = at_second(static_cast<std::int64_t>(random() % 8));  // Many at the same moment.
    const auto dice = random() % 10;
    if (dice == 0) {
      const auto any = [&]() -> Identifier {
        switch (random() % 4) {
          case 0: return user(pick(random, {"u1", "u2", "u3", "x"}));
          case 1: return device(pick(random, {"d1", "d2", "x", "z"}));
          case 2: return external(pick(random, {"crm:1", "crm:2"}));
          default: return email(pick(random, {"a@x", "b@x"}));
        }
      };
      const Identifier left = any(), right = any();
      const char* const kinds[] = {"user", "anonymous", "email", "external"};
      event.name = random() % 2 == 0 ? kLinkSevered : kLinkRestored;
      event.properties = std::string(R"({"left_kind":")") + kinds[static_cast<std::size_t>(left.kind)] +
                         R"(","left_value":")" + left.value + R"(","right_kind":")" +
                         kinds[static_cast<std::size_t>(right.kind)] + R"(","right_value":")" + right.value +
                         R"(","by":"maya"})";
    } else {
      event.user_id = pick(random, users);
      if (dice < 4) {
        event.type = intake::EventType::Alias;
        event.previous_id = pick(random, previous);
      } else {
        event.anonymous_id = pick(random, devices);
        if (random() % 4 == 0)
          event.context = R"({"externalIds":[{"type":"CRM","id":")" + pick(random, {"1", "2", "null"}) +
                          R"(","collection":"users"}]})";
        if (dice < 8) {
          event.type = intake::EventType::Identify;
          event.properties = R"({"email":")" + pick(random, emails) + R"("})";
        }
      }
    }
    events.push_back({EventSeq(place + 1), event, 0});
  }
  return events;
}

// Written from the rules, not from the code: everything is looked up again for every question.
class Reference {
 public:
  Reference(const std::vector<ledger::StoredEvent>& events, const Rules& rules) : rules_(rules) {
    for (const auto& stored : events) read(stored);
  }

  std::set<Person> people() const {
    std::map<std::string, std::string> parent;
    std::set<std::string> all = seen_;
    for (const auto& [pair, when] : aliases_)
      if (!seen_.contains("device " + pair.first)) all.insert("user " + pair.first);
    for (const std::string& name : all) parent[name] = name;
    const auto root = [&](std::string name) {
      while (parent[name] != name) name = parent[name];
      return name;
    };
    const auto join = [&](const std::string& left, const std::string& right) {
      if (all.contains(left) && all.contains(right)) parent[root(left)] = root(right);
    };

    std::map<std::string, std::map<std::string, std::pair<std::int64_t, std::uint64_t>>> owners = owners_;
    for (const auto& [pair, when] : aliases_) {
      const auto& [previous, user_id] = pair;
      if (seen_.contains("device " + previous))
        note(owners["device " + previous], "user " + user_id, when);
      else if (word("user " + previous, "user " + user_id) != Word::Severed)
        join("user " + previous, "user " + user_id);
    }
    for (const auto& [pair, said] : words_)
      if (said.second == Word::Restored) join(pair.first, pair.second);
    for (const auto& [owned, claims] : owners) {
      if (!all.contains(owned)) continue;
      if (!owned.starts_with("device ")) {
        const bool alone = owned.starts_with("email ") && !rules_.merge_on_email;
        const std::size_t limit = alone ? 1 : rules_.users_per_email_max;
        for (const auto& [owner, when] : claims)
          if (claims.size() <= limit && word(owned, owner) != Word::Severed) join(owned, owner);
        continue;
      }
      bool by_hand = false;
      for (const std::string& name : all)
        if (const auto said = words_.find(std::minmax(owned, name)); said != words_.end())
          by_hand = by_hand || (!name.starts_with("device ") && said->second.second == Word::Restored);
      const bool of_users =
          std::any_of(claims.begin(), claims.end(), [](const auto& claim) { return claim.first.starts_with("user "); });
      std::size_t count = 0;
      std::optional<std::pair<std::pair<std::int64_t, std::uint64_t>, std::string>> first;
      for (const auto& [owner, when] : claims) {
        if (word(owned, owner) == Word::Restored) {
          by_hand = true;
          join(owned, owner);
        }
        if (owner.starts_with("user ") != of_users) continue;
        ++count;
        if (word(owned, owner) != Word::Severed && (!first || when < first->first)) first = {when, owner};
      }
      if (!by_hand && first && count <= rules_.users_per_device_max) join(owned, first->second);
    }
    std::map<std::string, Person> by_root;
    for (const std::string& name : all) by_root[root(name)].insert(name);
    std::set<Person> people;
    for (const auto& [name, person] : by_root) people.insert(person);
    return people;
  }

 private:
  enum class Word { None, Severed, Restored };
  using When = std::pair<std::int64_t, std::uint64_t>;

  static void note(std::map<std::string, When>& claims, const std::string& owner, When when) {
    const auto [entry, added] = claims.emplace(owner, when);
    if (!added) entry->second = std::min(entry->second, when);
  }

  void read(const ledger::StoredEvent& stored) {
    const intake::Event& event = stored.event;
    const auto id = [](const std::string& value) {
      return value == "null" || value == "undefined" ? std::string() : value;
    };
    const std::string user_id = id(event.user_id), device_id = id(event.anonymous_id);
    const When when{event.at.time_since_epoch().count(), stored.seq.value};
    if (event.name == kLinkSevered || event.name == kLinkRestored) {
      const auto field = [&](const std::string& name) {
        const std::size_t start = event.properties.find("\"" + name + "\":\"") + name.size() + 4;
        return event.properties.substr(start, event.properties.find('"', start) - start);
      };
      const auto name = [&](const std::string& side) {
        const std::string kind = field(side + "_kind");
        return (kind == "anonymous" ? "device" : kind) + " " + field(side + "_value");
      };
      std::pair<std::string, std::string> pair = std::minmax(name("left"), name("right"));
      if (pair.first == pair.second) return;
      auto& said = words_[pair];
      if (stored.seq.value >= said.first)
        said = {stored.seq.value, event.name == kLinkSevered ? Word::Severed : Word::Restored};
      return;
    }
    if (!user_id.empty()) seen_.insert("user " + user_id);
    if (!device_id.empty()) seen_.insert("device " + device_id);
    if (!user_id.empty() && !device_id.empty()) note(owners_["device " + device_id], "user " + user_id, when);
    std::string owner = user_id.empty() ? "" : "user " + user_id;
    if (const std::size_t start = event.properties.find(":\"");
        event.type == intake::EventType::Identify && start != std::string::npos) {
      const std::string address = event.properties.substr(start + 2, event.properties.find('"', start + 2) - start - 2);
      if (address.find('@') != std::string::npos) {
        seen_.insert("email " + address);
        if (owner.empty()) owner = "email " + address;
        if (!user_id.empty())
          note(owners_["email " + address], "user " + user_id, when);
        else if (!device_id.empty())
          note(owners_["device " + device_id], "email " + address, when);
      }
    }
    if (const std::size_t start = event.context.find("\"id\":\""); start != std::string::npos) {
      const std::string number = id(event.context.substr(start + 6, event.context.find('"', start + 6) - start - 6));
      if (!number.empty()) {
        seen_.insert("external crm:" + number);
        if (!owner.empty())
          note(owners_["external crm:" + number], owner, when);
        else if (!device_id.empty())
          note(owners_["device " + device_id], "external crm:" + number, when);
      }
    }
    if (event.type == intake::EventType::Alias && !user_id.empty() && event.previous_id != user_id) {
      const auto [entry, added] = aliases_.emplace(std::pair(event.previous_id, user_id), when);
      if (!added) entry->second = std::min(entry->second, when);
    }
  }

  // What was decided over a user id holds for the device of the same text where an alias confused the two.
  Word word(const std::string& left, const std::string& right) const {
    std::pair<std::uint64_t, Word> last{0, Word::None};
    const auto look = [&](const std::string& one, const std::string& other) {
      const auto found = words_.find(std::minmax(one, other));
      if (found != words_.end() && found->second.first > last.first) last = found->second;
    };
    look(left, right);
    if (!right.starts_with("user ")) return last.second;
    if (left.starts_with("device ")) look("user " + left.substr(7), right);
    if (left.starts_with("user ")) look("device " + left.substr(5), right);
    return last.second;
  }

  Rules rules_;
  std::set<std::string> seen_;
  std::map<std::string, std::map<std::string, When>> owners_;    // Of devices and emails: who claims them since when.
  std::map<std::pair<std::string, std::string>, When> aliases_;  // Previous text and user id.
  std::map<std::pair<std::string, std::string>, std::pair<std::uint64_t, Word>> words_;
};

std::string told(const std::vector<ledger::StoredEvent>& events) {
  std::string text;
  for (const auto& stored : events)
    text += std::to_string(stored.seq.value) + ": at " +
            std::to_string(stored.event.at.time_since_epoch().count() / 1'000'000 - 1'700'000'000) + " type " +
            std::to_string(static_cast<int>(stored.event.type)) + " user '" + stored.event.user_id + "' device '" +
            stored.event.anonymous_id + "' previous '" + stored.event.previous_id + "' " + stored.event.name + " " +
            stored.event.properties + " " + stored.event.context + "\n";
  return text;
}

TEST(IdentityOrder, TheSameEventsGiveTheSamePeopleInAnyOrder) {
  std::mt19937 random(20'111'209);
  for (int round = 0; round < 3'000; ++round) {
    Rules rules;
    rules.users_per_device_max = 1 + static_cast<std::uint32_t>(random() % 3);
    rules.users_per_email_max = 1 + static_cast<std::uint32_t>(random() % 3);
    rules.merge_on_email = random() % 8 != 0;
    auto events = random_events(random);
    const std::set<Person> expected = Reference(events, rules).people();
    for (int order = 0; order < 3; ++order) {
      const auto graph = Graph::create(rules);
      std::map<std::uint32_t, std::uint32_t> followed;  // What a reader of `moved` believes.
      for (const auto& stored : events)
        for (const Moved& moved : graph->apply(stored).moved) {
          EXPECT_NE(followed[moved.origin.value], moved.person.value) << "told of a move that was none";
          followed[moved.origin.value] = moved.person.value;
        }
      ASSERT_EQ(people_of(*graph), expected) << "round " << round << " order " << order << "\n" << told(events);
      for (const auto& [origin, person] : followed)
        ASSERT_EQ(graph->person_of(OriginId(origin)).value, person) << "round " << round << "\n" << told(events);
      std::shuffle(events.begin(), events.end(), random);
    }
  }
}

}  // namespace
}  // namespace habitue::identity
