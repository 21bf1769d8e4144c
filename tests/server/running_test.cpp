// Questions under way are seen and stopped, by name, by time, and by the leaving of who asked.
#include "server/running.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace habitue::server {
namespace {

using UnderWay = RunningQuestions::Run;
using Why = RunningQuestions::Why;
using namespace std::chrono_literals;

// How long until the run is cancelled; much longer than it may take when it never is.
std::chrono::milliseconds until_cancelled(const UnderWay& run) {
  const auto begin = std::chrono::steady_clock::now();
  while (!run.cancellation().cancelled() && std::chrono::steady_clock::now() - begin < 10s)
    std::this_thread::sleep_for(1ms);
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begin);
}

TEST(RunningQuestions, AreListedWhileTheyRunWithTheirNameAndHowFarTheyAre) {
  RunningQuestions all;
  {
    UnderWay first(all, {.workspace = "shop", .question = "funnel", .id = "mine", .time_max = 1min});
    UnderWay second(all, {.workspace = "shop", .question = "paths", .id = "mine", .time_max = 1min});
    UnderWay third(all, {.workspace = "other", .question = "roles", .id = "with spaces", .time_max = 1min});
    first.progress().total = 64;
    first.progress().done = 16;
    ++first.progress().passes;
    const auto shown = all.of("shop");
    ASSERT_EQ(shown.size(), 2U);
    EXPECT_EQ(shown[0].id, "mine");
    EXPECT_EQ(shown[0].question, "funnel");
    EXPECT_EQ(shown[0].pass, 1U);
    EXPECT_EQ(shown[0].done, 16U);
    EXPECT_EQ(shown[0].total, 64U);
    EXPECT_NE(shown[1].id, "mine") << "a name that is taken goes to nobody else";
    ASSERT_EQ(all.of("other").size(), 1U);
    EXPECT_EQ(all.of("other")[0].id.find(' '), std::string::npos);
  }
  EXPECT_TRUE(all.of("shop").empty());
}

TEST(RunningQuestions, StopWhenAskedToByTheirNameInTheirWorkspaceAlone) {
  RunningQuestions all;
  UnderWay run(all, {.workspace = "shop", .question = "funnel", .id = "mine", .time_max = 1min});
  EXPECT_FALSE(all.stop("other", "mine"));
  EXPECT_FALSE(all.stop("shop", "another"));
  EXPECT_FALSE(run.cancellation().cancelled());
  EXPECT_TRUE(all.stop("shop", "mine"));
  EXPECT_TRUE(run.cancellation().cancelled());
  EXPECT_EQ(run.stopped(), Why::WasStopped);
}

TEST(RunningQuestions, StopWhenTheirTimeIsOver) {
  RunningQuestions all;
  UnderWay run(all, {.workspace = "shop", .question = "funnel", .id = "", .time_max = 40ms});
  EXPECT_FALSE(run.cancellation().cancelled());
  EXPECT_GE(until_cancelled(run), 10ms);
  EXPECT_EQ(run.stopped(), Why::TookTooLong);
  const UnderWay none(all, {.workspace = "shop", .question = "funnel", .id = "", .time_max = 0ms});
  EXPECT_TRUE(none.cancellation().cancelled());
}

TEST(RunningQuestions, StopWhenTheirCallerHasGone) {
  RunningQuestions all;
  std::atomic<bool> gone{false};
  UnderWay run(all, {.workspace = "shop", .question = "funnel", .id = "", .time_max = 1min, .caller_has_gone = [&] {
                       return gone.load();
                     }});
  std::this_thread::sleep_for(60ms);
  EXPECT_FALSE(run.cancellation().cancelled());
  gone = true;
  EXPECT_LT(until_cancelled(run), 5s);
  EXPECT_EQ(run.stopped(), Why::CallerHasGone);
}

}  // namespace
}  // namespace habitue::server
