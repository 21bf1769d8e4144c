// Questions asked while events arrive, people are merged and erased, and snapshots are saved: each answer is of one moment and holds
// together, whatever happens meanwhile.
#include <atomic>
#include <random>
#include <thread>

#include "insight/event_matcher.hpp"
#include "insight/funnel/funnel.hpp"
#include "insight/growth/growth.hpp"
#include "insight/retention/retention.hpp"
#include "server/sample.hpp"

namespace habitue::server {
namespace {

using namespace std::chrono_literals;

class Stress : public Sample {
 protected:
  // Events of one of some people, now and then under a name that joins two of their devices.
  std::string batch(std::mt19937& random) {
    boost::json::array events;
    for (int count = 0; count < 40; ++count) {
      const auto person = random() % 80, device = random() % 160;
      const bool joins = random() % 10 == 0;
      boost::json::object event{{"type", joins ? "identify" : "track"},
                                {"anonymousId", fmt::format("d{}", device)},
                                {"messageId", fmt::format("m{}", next_message_++)},
                                {"timestamp", fmt::format("2025-{:02}-{:02}T10:00:00.{:03}Z", 1 + random() % 6,
                                                          1 + random() % 28, random() % 1000)}};
      if (joins || random() % 2 == 0) event["userId"] = fmt::format("u{}", person);
      if (!joins) event["event"] = std::array{"Product Viewed", "Product Added", "Order Completed"}[random() % 3];
      events.push_back(std::move(event));
    }
    return boost::json::serialize(boost::json::object{{"batch", std::move(events)}});
  }

  void write(std::uint32_t seed) {
    std::mt19937 random(seed);
    for (int round = 0; !done_; ++round) {
      const Response sent =
          from_outside("POST", "/v1/batch", {{"authorization", "Bearer " + write_key_}}, batch(random));
      ASSERT_EQ(sent.status, 200) << sent.body;
      if (round % 7 == 6) {
        const auto people =
            json(ask("GET", "/api/v1/workspaces/acme/people", {}, {{"limit", "1"}})).at("people").as_array();
        if (!people.empty()) {
          const std::string key(people.front().at("key").as_string());
          const int status = ask("DELETE", "/api/v1/workspaces/acme/people/" + key).status;
          ASSERT_TRUE(status == 200 || status == 404) << status;
          ++erased_;
        }
      }
      if (round % 11 == 10) {
        ASSERT_TRUE(acme().save_snapshot());
      }
    }
  }

  void read() {
    insight::Funnel funnel;
    for (const char* step : {"Product Viewed", "Product Added", "Order Completed"})
      funnel.steps.push_back({.event = *insight::parse_event_test(step)});
    funnel.window = std::chrono::days{30};
    insight::RetentionSpec retention;
    retention.start = retention.comeback = insight::parse_event_test("Product Viewed or Order Completed").value();
    while (!done_) {
      const workspace::View view = acme().view();
      if (!view.customers->snapshot().find_kind("Order Completed")) continue;
      insight::Question question;
      question.as_of = *parse_moment("2025-07-01", view.customers->zone());
      question.threads = 1;
      const auto alone = insight::ask_funnel(*view.customers, question, funnel);
      question.threads = 3;
      const auto together = insight::ask_funnel(*view.customers, question, funnel);
      const auto people =
          insight::people_of_funnel(*view.customers, question, funnel, {.what = insight::FunnelCell::What::Converted});
      ASSERT_TRUE(alone && together && people);
      ASSERT_EQ(alone->figures.all, together->figures.all);
      ASSERT_EQ(people->size(), alone->figures.all.converted);
      // Whose identities are checked at each run.
      const auto growth = insight::ask_growth(*view.customers, question, insight::Bucket::Week, {"Product Viewed"});
      ASSERT_TRUE(growth) << growth.error().message;
      ASSERT_TRUE(insight::ask_retention(*view.customers, question, retention));
      ++asked_;
    }
  }

  std::atomic<std::uint64_t> next_message_{0};
  std::atomic<int> asked_{0}, erased_{0};
  std::atomic<bool> done_{false};
};

TEST_F(Stress, AnswersHoldTogetherWhileEventsMergesErasuresAndSavesHappen) {
  {
    std::vector<std::jthread> threads;
    for (const std::uint32_t seed : {1U, 2U}) threads.emplace_back([this, seed] { write(seed); });
    for (int reader = 0; reader < 2; ++reader) threads.emplace_back([this] { read(); });
    const auto until = std::chrono::steady_clock::now() + 20s;
    while ((asked_ < 20 || erased_ < 4) && !HasFailure() && std::chrono::steady_clock::now() < until)
      std::this_thread::sleep_for(10ms);
    done_ = true;
  }
  EXPECT_GE(asked_, 20);
  EXPECT_GE(erased_, 4);
}

}  // namespace
}  // namespace habitue::server
