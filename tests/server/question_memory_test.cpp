// A question that needs more memory than it may take is refused as a whole: with any budget, from any place in it, and nothing of
// it is left for the next one.
#include <gmock/gmock.h>

#include <cstdlib>
#include <functional>
#include <thread>

#include "base/memory_budget.hpp"
#include "insight/cohorts/list_people.hpp"
#include "insight/random_world.hpp"
#include "server/described/questions.hpp"
#include "server/described/read.hpp"
#include "server/described/value.hpp"
#include "server/described/write.hpp"
#include "server/json_of.hpp"
#include "server/sample.hpp"

namespace habitue::server {
namespace {
namespace bj = boost::json;
using insight::Customers;
using insight::Question;

struct Kind {
  std::string name;
  std::function<Result<std::string>(const Customers&, const Question&)> ask;  // All that is answered, as a text.
};

template <class Spec>
Spec read_spec(std::string_view text) {
  Spec spec{};
  auto done = described::read(*parse_json(text), {"", &insight::paris()}, spec);
  EXPECT_TRUE(done) << text << ": " << (done ? "" : done.error().message);
  return spec;
}

template <class Report>
std::string text_of(const Report& report) {
  return bj::serialize(described::write(report));
}
std::string text_of(const std::vector<PersonId>& people) {
  std::string text;
  for (const PersonId person : people) text += fmt::format("{} ", person.value);
  return text;
}

template <class Spec, class Report>
Kind described_kind(std::string name, Result<Report> (*question)(const Customers&, const Question&, const Spec&),
                    std::string_view spec) {
  return {std::move(name), [question, spec = read_spec<Spec>(spec)](const Customers& customers, const Question& asked) {
            return question(customers, asked, spec).map([](const Report& report) { return text_of(report); });
          }};
}
template <class Spec, class Cell>
Kind people_kind(std::string name,
                 Result<std::vector<PersonId>> (*question)(const Customers&, const Question&, const Spec&, const Cell&),
                 std::string_view spec, std::string_view cell) {
  return {std::move(name), [question, spec = read_spec<Spec>(spec), cell = read_spec<Cell>(cell)](
                               const Customers& customers, const Question& asked) {
            return question(customers, asked, spec, cell).map([](const auto& people) { return text_of(people); });
          }};
}
template <class Report, class Write>
Kind report_kind(std::string name, Result<Report> (*question)(const Customers&, const Question&), Write write) {
  return {std::move(name), [question, write](const Customers& customers, const Question& asked) {
            return question(customers, asked).map([&](const Report& report) {
              return bj::serialize(write(report, customers.business()));
            });
          }};
}

std::vector<Kind> kinds() {
  using namespace insight;
  const auto write = [](const auto& report, const auto&) { return report_json(report); };
  const auto of_business = [](const auto& report, const auto& business) { return report_json(report, business); };
  const auto in_words = [](const auto& report, const auto&) { return report_json(report, "en"); };
  constexpr std::string_view kFunnel =
      R"({"steps":[{"event":"$page"},{"event":"Signed Up or Invited","optional":true},{"event":"Order Completed"}],
          "window":"100 d","trend":"month","breakdown":{"by":{"of":"trait","name":"target"}}})";
  return {
      report_kind("roles", ask_roles, write),
      report_kind("stages", ask_stages, of_business),
      report_kind("flows", ask_flows, of_business),
      report_kind("aarrr", ask_aarrr, write),
      report_kind("pollution", ask_pollution, in_words),
      report_kind("channels", ask_channels, write),
      report_kind("spikes", ask_spikes, write),
      {"stage-history",
       [](const Customers& customers, const Question& asked) {
         return ask_stage_history(customers, asked, {.bucket = Bucket::Month}).map([&](const auto& report) {
           return bj::serialize(report_json(report, customers.business()));
         });
       }},
      {"growth",
       [](const Customers& customers, const Question& asked) {
         GrowthSpec spec;
         spec.bucket = Bucket::Month;
         spec.breakdown = Breakdown{.of = Breakdown::Of::Trait, .name = "target"};
         return ask_growth(customers, asked, spec).map([](const auto& report) {
           return bj::serialize(report_json(report));
         });
       }},
      {"people",
       [](const Customers& customers, const Question& asked) {
         return ask_people(customers, asked,
                           {.side = AudienceSide::All,
                            .order = PeopleOrder::NetMoney,
                            .offset = 0,
                            .limit = 1000,
                            .among = {}})
             .map([](const PeopleReport& report) {
               std::string text = fmt::format("{} {}", report.matched, report.unknown);
               for (const PersonRow& row : report.rows) text += fmt::format(" {} {}", row.person.value, row.channel);
               return text;
             });
       }},
      described_kind("funnel", ask_funnel, kFunnel),
      people_kind("funnel/people", people_of_funnel, kFunnel, R"({"what":"converted"})"),
      described_kind("retention", ask_retention,
                     R"({"start":"$page","unit":"month","columns":4,"breakdown":{"of":"trait","name":"target"}})"),
      people_kind("retention/people", people_of_retention, R"({"unit":"month"})", R"({"column":0})"),
      described_kind("own cycle", ask_retention, R"({"clock":"own_cycle"})"),
      described_kind("stickiness", ask_stickiness, R"({"unit":"month"})"),
      described_kind("frequency", ask_frequency, R"({"breakdown":{"of":"trait","name":"target"}})"),
      described_kind("intervals", ask_intervals, "{}"),
      described_kind("attribution", ask_attribution, R"({"resamples":20,"conversions_min":1,"lookback":"300 d"})"),
      described_kind("paths", ask_paths, R"({"anchor":"$page","gap":"60 d"})"),
      described_kind("contrast", ask_contrast, R"({"age":"30 d","within":"300 d","outcome":"Order Completed"})"),
      described_kind("second purchase", ask_second_purchase, R"({"days":200})"),
  };
}

Result<std::string> asked_within(MemoryBudget& budget, const Kind& kind, const Customers& customers,
                                 const Question& question) {
  try {
    const MemoryScope scope(&budget);
    return kind.ask(customers, question);
  } catch (const std::bad_alloc&) {
    EXPECT_TRUE(budget.was_passed());
    return fail(ErrorKind::Unavailable, {});
  }
}

TEST(QuestionMemory, AnyBudgetGivesTheWholeAnswerOrNoneAndIsGivenBack) {
  const insight::World world = insight::random_world(5, 150, insight::business_of(insight::kSteps));
  std::size_t refusals = 0;
  for (const Kind& kind : kinds()) {
    SCOPED_TRACE(kind.name);
    for (const unsigned threads : {1U, 3U}) {
      Question question;
      question.as_of = insight::at("2024-03-01");
      question.threads = threads;
      // Whatever stays for good, and each thread's own scratch, is there after it.
      const auto whole = kind.ask(*world.customers, question);
      ASSERT_TRUE(whole) << whole.error().message;
      for (std::uint64_t bytes = 2'048;; bytes += threads == 1 ? bytes / 2 : 2 * bytes) {
        MemoryBudget budget(bytes);
        const auto answer = asked_within(budget, kind, *world.customers, question);
        const bool refused = !answer;
        if (answer) {
          EXPECT_EQ(*answer, *whole);
        } else {
          ++refusals;
          EXPECT_TRUE(budget.was_passed()) << answer.error().message;
          // Scratch that grew in another order is all that may differ.
          EXPECT_LT(std::abs(budget.bytes()), threads == 1 ? 1'024 : 16'384);
        }
        if (!refused) break;
        ASSERT_LT(bytes, std::uint64_t{1} << 30);
      }
      EXPECT_EQ(kind.ask(*world.customers, question).value(), *whole) << "nothing is left of what was refused";
    }
  }
  EXPECT_GT(refusals, 150U);
}

class QuestionMemoryOverTheApi : public Sample {
 protected:
  void SetUp() override {
    options_.question_memory_bytes_max = std::uint64_t{1} << 20;
    Sample::SetUp();
    fill();
  }
  Response ask_large() {
    return ask("POST", "/api/v1/workspaces/acme/retention", R"({"unit":"week","columns":30})",
               {{"as_of", "2025-06-01"}});
  }
  Response ask_small() {
    return ask("GET", "/api/v1/workspaces/acme/stages", {}, {{"as_of", "2025-06-01"}, {"max_age", "0"}});
  }
};

TEST_F(QuestionMemoryOverTheApi, ARefusalSaysWhatToDoAndLeavesTheServerAsItWas) {
  const Response small = ask_small();
  ASSERT_EQ(small.status, 200) << small.body;
  {
    const std::jthread others([&] {
      for (int i = 0; i < 20; ++i) EXPECT_EQ(ask_small().body, small.body);
    });
    for (int i = 0; i < 3; ++i) {
      const Response refused = ask_large();
      EXPECT_EQ(refused.status, 503) << refused.body.substr(0, 500);
      EXPECT_THAT(refused.body,
                  testing::AllOf(testing::HasSubstr("more memory than the 1 MiB"), testing::HasSubstr("shorter period"),
                                 testing::HasSubstr("--question-memory-mib")));
    }
  }
  EXPECT_EQ(ask_small().body, small.body);
  EXPECT_TRUE(api_->running().of("acme").empty());

  options_.question_memory_bytes_max = std::uint64_t{1} << 30;
  api_ = std::make_unique<Api>(*root_, options_);
  EXPECT_EQ(ask_large().status, 200) << "with more memory the same is answered";
}

}  // namespace
}  // namespace habitue::server
