// One simulation of the default company, shared by the tests that count in its events, with plain readers of them.
#pragma once

#include <gtest/gtest.h>
#include <boost/json.hpp>

#include <unistd.h>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "simulate/simulate.hpp"

namespace habitue::simulate {

/// A folder of its own, gone at the end.
class ScratchFolder {
 public:
  ScratchFolder() {
    std::string path = (std::filesystem::temp_directory_path() / "habitue-test-XXXXXX").string();
    path_ = ::mkdtemp(path.data());
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  ~ScratchFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

struct Simulated {
  std::vector<intake::Event> events;                  ///< As sent, in order of arrival, duplicates left out.
  std::map<std::string, boost::json::object> people;  ///< The people file, by user id.
  Truth truth;
};

inline Simulated simulate_company(const Options& options) {
  const ScratchFolder folder;
  Simulated simulated;
  Options with_people = options;
  with_people.people_file = folder / "people.ndjson";
  std::set<std::string> seen;
  const auto truth = run(with_people, [&](std::vector<intake::Event>&& batch) -> Result<void> {
    for (intake::Event& event : batch)
      if (seen.insert(event.message_id).second) simulated.events.push_back(std::move(event));
    return {};
  });
  EXPECT_TRUE(truth.has_value()) << truth.error().message;
  if (truth) simulated.truth = *truth;
  std::ifstream lines(with_people.people_file);
  for (std::string line; std::getline(lines, line);) {
    boost::json::object person = boost::json::parse(line).as_object();
    std::string id(person.at("user_id").as_string());
    simulated.people.emplace(std::move(id), std::move(person));
  }
  return simulated;
}

/// 20,000 people, seed 42: the atelier of the examples.
inline const Simulated& atelier() {
  static const Simulated simulated = simulate_company({});
  return simulated;
}

/// A share is within five standard errors of the planted chance.
inline void expect_share(double part, double whole, double planted, const std::string& what) {
  ASSERT_GT(whole, 0) << what;
  EXPECT_NEAR(part / whole, planted, 5 * std::sqrt(planted * (1 - planted) / whole))
      << what << ": " << part << " of " << whole;
}

inline std::string text_of(const boost::json::object& object, const char* key) {
  const auto* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
}

inline boost::json::object properties_of(const intake::Event& event) {
  return boost::json::parse(event.properties).as_object();
}

inline double days_between(UtcMicros from, UtcMicros to) { return static_cast<double>((to - from).count()) / 86.4e9; }

/// What a stranger who reads the events knows of one user.
struct Seen {
  std::string practice, country, source;
  bool direct_only = true;
  std::optional<UtcMicros> signed_up, activated, retained, paid, referred;
  std::vector<UtcMicros> completed, started;
  std::string declared() const {
    const bool served = country == "FR" || country == "BE" || country == "CH" || country == "LU";
    if (!served || (!practice.empty() && practice != "hobby")) return "outside";
    return practice.empty() ? "unknown" : "inside";
  }
};

/// The users, by user id.
inline const std::map<std::string, Seen>& users() {
  static const auto built = [] {
    std::map<std::string, Seen> users;
    std::map<std::string, std::string> source_of_device;
    std::vector<const intake::Event*> in_time;
    for (const intake::Event& event : atelier().events) in_time.push_back(&event);
    std::stable_sort(in_time.begin(), in_time.end(),
                     [](const intake::Event* left, const intake::Event* right) { return left->at < right->at; });
    for (const intake::Event* event : in_time) {
      if (!event->anonymous_id.empty() && !source_of_device.contains(event->anonymous_id)) {
        const boost::json::object context = boost::json::parse(event->context).as_object();
        const auto* campaign = context.if_contains("campaign");
        source_of_device[event->anonymous_id] =
            campaign == nullptr ? "direct" : text_of(campaign->as_object(), "source");
      }
      if (event->user_id.empty() || event->user_id == "undefined") continue;
      Seen& seen = users[event->user_id];
      if (event->type == intake::EventType::Identify) {
        const auto traits = properties_of(*event);
        seen.practice = text_of(traits, "practice");
        seen.country = text_of(traits, "country");
      } else if (event->name == "Signed Up") {
        seen.signed_up = event->at;
        seen.source = source_of_device.at(event->anonymous_id);
      } else if (event->name == "Workshop Completed") {
        seen.completed.push_back(event->at);
      } else if (event->name == "Workshop Started") {
        seen.started.push_back(event->at);
      } else if (event->name == "Payment Succeeded" && !seen.paid) {
        seen.paid = event->at;
      } else if (event->name == "Invite Sent" && !seen.referred) {
        seen.referred = event->at;
      }
    }
    for (auto& [id, seen] : users) {
      const auto within = [&](std::size_t count, double days) {
        return seen.signed_up && seen.completed.size() >= count &&
               days_between(*seen.signed_up, seen.completed[count - 1]) <= days;
      };
      if (within(1, 10)) seen.activated = seen.completed[0];
      if (within(2, 26)) seen.retained = seen.completed[1];
    }
    return users;
  }();
  return built;
}

}  // namespace habitue::simulate
