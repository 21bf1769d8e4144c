// One simulation of the default company, shared by the tests that count in its events, with plain readers of them.
#pragma once

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <unistd.h>
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
  std::vector<intake::Event> events;               ///< As sent, in order of arrival, duplicates left out.
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
  EXPECT_NEAR(part / whole, planted, 5 * std::sqrt(planted * (1 - planted) / whole)) << what << ": " << part << " of " << whole;
}

inline std::string text_of(const boost::json::object& object, const char* key) {
  const auto* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
}

inline boost::json::object properties_of(const intake::Event& event) { return boost::json::parse(event.properties).as_object(); }

inline double days_between(UtcMicros from, UtcMicros to) { return static_cast<double>((to - from).count()) / 86.4e9; }

}  // namespace habitue::simulate
