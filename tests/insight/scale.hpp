// How many random journeys the tests try. Few, so that the suite is fast; HABITUE_RANDOM_SCALE=100 tries a hundred times as many
// worlds, whose seeds go on where the usual ones end.
#pragma once

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace habitue::insight {

inline std::uint32_t random_scale() {
  const char* const text = std::getenv("HABITUE_RANDOM_SCALE");
  const long scale = text == nullptr ? 1 : std::strtol(text, nullptr, 10);
  return scale < 1 ? 1U : static_cast<std::uint32_t>(scale < 1'000'000 ? scale : 1'000'000);
}
inline std::uint32_t scaled(std::uint32_t usual) { return usual * random_scale(); }

/// Counts what one test has compared, and tells it: as a property in the report of the tests, and when they are scaled in words.
class Compared {
 public:
  Compared() = default;
  Compared(const Compared&) = delete;
  Compared& operator=(const Compared&) = delete;
  ~Compared() {
    testing::Test::RecordProperty("journeys", std::to_string(journeys_));
    testing::Test::RecordProperty("answers", std::to_string(answers_));
    if (random_scale() == 1) return;
    const testing::TestInfo* const test = testing::UnitTest::GetInstance()->current_test_info();
    std::printf("[ COMPARED ] %s.%s: %zu random journeys, %zu times one of them under a question\n",
                test == nullptr ? "" : test->test_suite_name(), test == nullptr ? "" : test->name(), journeys_,
                answers_);
    std::fflush(stdout);
  }
  /// `journeys` were made and `questions` were asked about them.
  void add(std::size_t journeys, std::size_t questions) {
    journeys_ += journeys;
    answers_ += journeys * questions;
  }

 private:
  std::size_t journeys_ = 0, answers_ = 0;
};

}  // namespace habitue::insight
