// Answers kept: what is the same, what is not, how many, and what happens when many ask at once.
#include "server/answer_cache.hpp"

#include <atomic>
#include <stdexcept>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace habitue::server {
namespace {

using How = AnswerCache::How;
using std::chrono::seconds;

Response answer_of(const std::string& body, int status = 200) {
  Response response;
  response.status = status;
  response.body = body;
  return response;
}

AnswerStamp version(std::uint64_t version, std::uint64_t removals = 0) {
  return {.version = version, .removals = removals, .cohorts = 0, .as_of = {}, .from = {}, .to = {}};
}

struct Asker {
  AnswerCache& cache;
  How how = How::Made;
  std::string operator()(const std::string& question, const AnswerStamp& stamp, const std::string& fresh,
                         std::optional<seconds> max_age = {}) {
    const auto given = cache.get("acme", question, stamp, max_age, [&] { return answer_of(fresh); });
    how = given.how;
    return given.response->body;
  }
};

TEST(AnswerCache, GivesTheSameAnswerToTheSameQuestionOfTheSameVersionAlone) {
  AnswerCache cache(1 << 20);
  Asker ask{cache};
  EXPECT_EQ(ask("q", version(1), "one"), "one");
  EXPECT_EQ(ask.how, How::Made);
  EXPECT_EQ(ask("q", version(1), "two"), "one");
  EXPECT_EQ(ask.how, How::Kept);
  EXPECT_EQ(ask("r", version(1), "three"), "three");
  EXPECT_EQ(ask("q", version(2), "four"), "four");
  EXPECT_EQ(ask("q", version(1), "five"), "five") << "an older version is asked of older data: nothing newer is given";
  AnswerStamp later = version(2);
  later.as_of += seconds(60);
  EXPECT_EQ(ask("q", later, "six"), "six");
}

TEST(AnswerCache, AnOlderAnswerDoesWhereItIsAskedForAndNothingWasRemoved) {
  AnswerCache cache(1 << 20);
  Asker ask{cache};
  ask("q", version(1), "old");
  EXPECT_EQ(ask("q", version(2), "new", seconds(60)), "old");
  EXPECT_EQ(ask("q", version(3, 1), "without the one who is gone", seconds(60)), "without the one who is gone");
  std::this_thread::sleep_for(std::chrono::milliseconds(2));
  EXPECT_EQ(ask("q", version(4, 1), "newest", seconds(0)), "newest");
}

TEST(AnswerCache, KeepsWhatFitsAndDropsWhatWasUsedLongestAgo) {
  AnswerCache cache(10'000);
  Asker ask{cache};
  const std::string body(2'500, 'x');
  ask("a", version(1), body);
  ask("b", version(1), body);
  ask("c", version(1), body);
  ask("a", version(1), body);
  ask("d", version(1), body);
  EXPECT_LE(cache.figures().bytes, 10'000U);
  ask("a", version(1), body);
  EXPECT_EQ(ask.how, How::Kept);
  ask("b", version(1), body);
  EXPECT_EQ(ask.how, How::Made);
  ask("large", version(1), std::string(20'000, 'x'));
  EXPECT_EQ(cache.figures().entries, 3U) << "what can never fit pushes nothing out";
}

TEST(AnswerCache, KeepsNoRefusals) {
  AnswerCache cache(1 << 20);
  EXPECT_EQ(cache.get("acme", "q", version(1), {}, [] { return answer_of("no", 503); }).response->status, 503);
  EXPECT_EQ(cache.get("acme", "q", version(1), {}, [] { return answer_of("yes"); }).response->body, "yes");
  EXPECT_THROW(cache.get("acme", "r", version(1), {}, []() -> Response { throw std::runtime_error("x"); }),
               std::runtime_error);
  EXPECT_EQ(cache.get("acme", "r", version(1), {}, [] { return answer_of("yes"); }).response->body, "yes");
}

TEST(AnswerCache, ManyWhoAskAtOnceWaitForOneComputation) {
  AnswerCache cache(1 << 20);
  std::atomic<int> made{0}, same{0};
  {
    std::vector<std::jthread> threads;
    for (int each = 0; each < 8; ++each)
      threads.emplace_back([&] {
        const auto given = cache.get("acme", "q", version(1), {}, [&] {
          ++made;
          std::this_thread::sleep_for(std::chrono::milliseconds(50));
          return answer_of("once");
        });
        same += given.response->body == "once" ? 1 : 0;
      });
  }
  EXPECT_EQ(made, 1);
  EXPECT_EQ(same, 8);
  EXPECT_EQ(cache.figures().made, 1U);
  EXPECT_EQ(cache.figures().kept + cache.figures().shared, 7U);
}

TEST(AnswerCache, ForgettingReachesWhatIsBeingMade) {
  AnswerCache cache(1 << 20);
  Asker ask{cache};
  ask("kept", version(1), "old");
  cache.get("other", "kept", version(1), {}, [] { return answer_of("of another company"); });
  cache.get("acme", "slow", version(1), {}, [&] {
    cache.forget("acme");
    EXPECT_EQ(cache.get("acme", "slow", version(1), {}, [] { return answer_of("after"); }).response->body, "after")
        << "who asks after the forgetting does not wait for what began before it";
    return answer_of("before");
  });
  EXPECT_EQ(ask("slow", version(1), "again"), "after");
  EXPECT_EQ(ask("kept", version(1), "new"), "new");
  EXPECT_EQ(cache.get("other", "kept", version(1), {}, [] { return answer_of("x"); }).response->body,
            "of another company");
}

TEST(AnswerCache, ThreadsThatAskForgetAndMoveOnSeeNothingOlderThanWhatTheyAskedFor) {
  AnswerCache cache(4'000);
  std::atomic<std::uint64_t> present{1};
  std::atomic<int> wrong{0};
  {
    std::vector<std::jthread> threads;
    for (int each = 0; each < 4; ++each)
      threads.emplace_back([&, each] {
        for (int round = 0; round < 400; ++round) {
          const std::uint64_t now_at = present;
          const std::string question = std::to_string((round + each) % 5);
          const auto given = cache.get("acme", question, version(now_at), {},
                                       [&] { return answer_of(std::to_string(now_at) + std::string(200, 'x')); });
          wrong += given.response->body.starts_with(std::to_string(now_at) + "x") ? 0 : 1;
          if (round % 50 == 7) ++present;
          if (round % 90 == 11) cache.forget("acme");
        }
      });
  }
  EXPECT_EQ(wrong, 0);
  EXPECT_LE(cache.figures().bytes, 4'000U);
}

TEST(AnswerCache, WhoWaitsForOneWhoseCallerHasGoneMakesTheAnswer) {
  AnswerCache cache(1 << 20);
  std::atomic<bool> begun{false}, leave{false};
  std::thread maker([&] {
    const auto given = cache.get("acme", "q", version(1), {}, [&] {
      begun = true;
      while (!leave) std::this_thread::yield();
      return answer_of("nobody waits", kCallerHasGone);
    });
    EXPECT_EQ(given.response->status, kCallerHasGone);
  });
  while (!begun) std::this_thread::yield();
  std::thread waiting([&] {
    Asker ask{cache};
    EXPECT_EQ(ask("q", version(1), "for who stayed"), "for who stayed");
  });
  while (cache.figures().shared == 0) std::this_thread::yield();
  leave = true;
  maker.join();
  waiting.join();
}

}  // namespace
}  // namespace habitue::server
