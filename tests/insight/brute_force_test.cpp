// Every report against the naive answers of random_world.hpp, part by part of the audience.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "insight/random_world.hpp"

namespace habitue::insight {
namespace {

struct Asked {
  std::uint32_t seed;
  const char* as_of;
  const char* from;
  const char* to;
};

class BruteForce : public testing::TestWithParam<Asked> {
 protected:
  void SetUp() override {
    world = random_world(GetParam().seed, 150, business_of(kSteps));
    question.as_of = at(GetParam().as_of);
    question.period = {at(GetParam().from), at(GetParam().to)};
  }
  template <class Visit>
  void for_known(UtcMicros moment, Visit visit) const {
    for (const std::string& who : world.people) {
      const Naive now(world, who, question.as_of);
      if (!now.known()) continue;
      visit(Naive(world, who, moment), now.audience(), who);
    }
  }
  World world;
  Question question;
};

TEST_P(BruteForce, Stages) {
  const auto report = ask_stages(*world.customers, question);
  ASSERT_TRUE(report) << report.error().message;
  for (const auto& [part, figures] : parts_of(report->figures)) {
    std::map<std::string, std::uint64_t> people;
    std::uint64_t repeat = 0, total = 0;
    for_known(question.as_of, [&, part = part](const Naive& naive, criteria::Verdict verdict, const std::string&) {
      if (!counts_in(part, verdict)) return;
      ++people[naive.stage().first];
      repeat += naive.stage().second ? 1 : 0;
      ++total;
    });
    for (std::size_t stage = 0; stage < knowledge::kStages; ++stage)
      EXPECT_EQ(figures->people[stage], people[std::string(knowledge::name_of(static_cast<knowledge::Stage>(stage)))])
          << part << stage;
    EXPECT_EQ(figures->repeat, repeat) << part;
    EXPECT_EQ(figures->total, total) << part;
  }
}

TEST_P(BruteForce, Flows) {
  const auto report = ask_flows(*world.customers, question);
  ASSERT_TRUE(report) << report.error().message;
  const UtcMicros from = question.period.from, to = std::min(question.period.to, question.as_of);
  for (const auto& [part, matrix] : parts_of(report->flows)) {
    FlowsReport::Matrix expected{};
    for (const std::string& who : world.people) {
      const Naive now(world, who, question.as_of), before(world, who, from), after(world, who, to);
      if (!after.known() || !counts_in(part, now.audience())) continue;
      const auto index = [](const Naive& naive) {
        return naive.known() ? static_cast<std::size_t>(*knowledge::parse_stage(naive.stage().first))
                             : knowledge::kStages;
      };
      ++expected[index(before)][index(after)];
    }
    EXPECT_EQ(*matrix, expected) << part;
  }
  // Stocks are those that the question about stages gives on both days, for those who are known there.
  Question then = question;
  then.as_of = to;
  if (to == question.as_of) {
    const auto stages = ask_stages(*world.customers, then);
    EXPECT_EQ(report->after.all.people, stages->figures.all.people);
    EXPECT_EQ(report->after.inside.people, stages->figures.inside.people);
  }
  then.as_of = from;
  EXPECT_EQ(report->before.all.people, ask_stages(*world.customers, then)->figures.all.people);
}

TEST_P(BruteForce, GrowthByMonthOfPurchases) {
  const auto report = ask_growth(*world.customers, question, Bucket::Month, {});
  ASSERT_TRUE(report) << report.error().message;
  ASSERT_FALSE(report->periods.all.empty());
  const auto month = [](UtcMicros moment) { return format_day(paris().day_of(moment)).substr(0, 7); };
  const auto month_before = [](const std::string& name) {
    const int number = std::stoi(name.substr(0, 4)) * 12 + std::stoi(name.substr(5)) - 2;
    const std::string digits = std::to_string(number % 12 + 1);
    return std::to_string(number / 12) + "-" + (digits.size() == 1 ? "0" : "") + digits;
  };
  for (const auto& [part, periods] : parts_of(report->periods)) {
    for (const GrowthPeriod& period : *periods) {
      const std::string name = format_day(period.start).substr(0, 7);
      std::uint64_t fresh = 0, retained = 0, resurrected = 0, churned = 0;
      for_known(question.as_of, [&, part = part](const Naive& naive, criteria::Verdict verdict, const std::string&) {
        if (!counts_in(part, verdict)) return;
        std::set<std::string> months;
        for (const UtcMicros moment : naive.purchases()) months.insert(month(moment));
        const bool before = months.contains(month_before(name)), now = months.contains(name);
        if (now && *months.begin() == name)
          ++fresh;
        else if (now && before)
          ++retained;
        else if (now)
          ++resurrected;
        else if (before)
          ++churned;
      });
      EXPECT_EQ(period.fresh, fresh) << part << name;
      EXPECT_EQ(period.retained, retained) << part << name;
      EXPECT_EQ(period.resurrected, resurrected) << part << name;
      EXPECT_EQ(period.churned, churned) << part << name;
      EXPECT_EQ(period.quick_ratio.has_value(), churned > 0);
      if (churned > 0) {
        EXPECT_DOUBLE_EQ(*period.quick_ratio, static_cast<double>(fresh + resurrected) / static_cast<double>(churned));
      }
    }
  }
  EXPECT_EQ(format_day(report->periods.all.front().start), std::string(GetParam().from).substr(0, 7) + "-01");
}

TEST_P(BruteForce, GrowthByDayAndWeekOfAnyEvent) {
  for (const Bucket bucket : {Bucket::Day, Bucket::Week}) {
    const auto report = ask_growth(*world.customers, question, bucket, {"Signed Up", "Invite Sent", "Order Completed"});
    ASSERT_TRUE(report) << report.error().message;
    const int length = bucket == Bucket::Day ? 1 : 7;
    std::map<LocalDay, std::array<std::uint64_t, 4>> expected;
    for_known(question.as_of, [&](const Naive& naive, criteria::Verdict, const std::string&) {
      std::set<LocalDay> starts;
      for (const Deed& deed : naive.deeds()) {
        if (deed.what != "Signed Up" && deed.what != "Invite Sent" && deed.what != "Order Completed") continue;
        LocalDay day = paris().day_of(deed.when);
        while (bucket == Bucket::Week && std::chrono::weekday{day} != std::chrono::Monday) day -= std::chrono::days{1};
        starts.insert(day);
      }
      for (const LocalDay start : starts) {
        ++expected[start][start == *starts.begin() ? 0 : starts.contains(start - std::chrono::days{length}) ? 1 : 2];
        if (!starts.contains(start + std::chrono::days{length})) ++expected[start + std::chrono::days{length}][3];
      }
    });
    for (const GrowthPeriod& period : report->periods.all)
      EXPECT_EQ((std::array{period.fresh, period.retained, period.resurrected, period.churned}), expected[period.start])
          << format_day(period.start);
  }
}

TEST_P(BruteForce, Aarrr) {
  const auto report = ask_aarrr(*world.customers, question);
  ASSERT_TRUE(report) << report.error().message;
  for (const auto& [part, figures] : parts_of(report->figures)) {
    std::vector<std::vector<double>> days(kSteps.size());
    std::int64_t received = 0, refunded = 0;
    for_known(question.as_of, [&, part = part](const Naive& naive, criteria::Verdict verdict, const std::string&) {
      const auto reached = naive.steps(kSteps);
      if (!counts_in(part, verdict) || reached.empty() || *reached[0] < question.period.from ||
          *reached[0] >= question.period.to)
        return;
      received += naive.received();
      refunded += naive.refunded();
      for (std::size_t step = 0; step < kSteps.size(); ++step)
        if (reached[step]) days[step].push_back(static_cast<double>((*reached[step] - *reached[0]).count()) / 86'400e6);
    });
    ASSERT_EQ(figures->steps.size(), kSteps.size());
    for (std::size_t step = 0; step < kSteps.size(); ++step) {
      const StepFigures& one = figures->steps[step];
      EXPECT_EQ(one.people, days[step].size()) << part << step;
      const std::size_t before = step == 3   ? 1
                                 : step == 0 ? 0
                                             : step - 1;  // Referral is optional: revenue follows activation.
      EXPECT_EQ(one.of_previous.whole, days[before].size()) << part << step;
      EXPECT_EQ(one.of_first.whole, days[0].size()) << part << step;
      EXPECT_EQ(one.of_previous.part, one.people);
      std::sort(days[step].begin(), days[step].end());
      ASSERT_EQ(one.median_days.has_value(), !days[step].empty());
      const std::size_t half = days[step].size() / 2;
      if (!days[step].empty()) {
        EXPECT_NEAR(*one.median_days,
                    days[step].size() % 2 == 1 ? days[step][half] : (days[step][half - 1] + days[step][half]) / 2,
                    1e-9);
      }
    }
    EXPECT_EQ(figures->balances.empty() ? 0 : figures->balances[0].received_minor, received) << part;
    EXPECT_EQ(figures->balances.empty() ? 0 : figures->balances[0].refunded_minor, refunded) << part;
  }
}

TEST_P(BruteForce, ChannelsAndTheirPurity) {
  const auto report = ask_channels(*world.customers, question);
  ASSERT_TRUE(report) << report.error().message;
  struct Expected {
    std::array<std::uint64_t, 3> people{};
    std::uint64_t clients = 0;
    std::int64_t net = 0;
  };
  std::map<std::string, Expected> expected;
  for_known(question.as_of, [&](const Naive& naive, criteria::Verdict verdict, const std::string&) {
    const UtcMicros first = naive.deeds().front().when;
    if (first < question.period.from || first >= question.period.to) return;
    Expected& channel = expected[naive.channel()];
    ++channel.people[static_cast<std::size_t>(verdict)];
    channel.clients += naive.received() > naive.refunded() ? 1 : 0;
    channel.net += naive.received() - naive.refunded();
  });
  ASSERT_EQ(report->channels.size(), expected.size());
  std::uint64_t before = UINT64_MAX;
  for (const ChannelFigures& figures : report->channels) {
    const Expected& one = expected[figures.channel];
    EXPECT_EQ(figures.outside, one.people[0]) << figures.channel;
    EXPECT_EQ(figures.inside, one.people[1]) << figures.channel;
    EXPECT_EQ(figures.unknown, one.people[2]) << figures.channel;
    EXPECT_EQ(figures.clients, one.clients) << figures.channel;
    EXPECT_EQ(figures.balances.empty() ? 0 : figures.balances[0].net_minor(), one.net) << figures.channel;
    EXPECT_EQ(figures.purity.part, one.people[1]);
    EXPECT_EQ(figures.purity.whole, one.people[0] + one.people[1]) << "the unknown are beside it";
    EXPECT_LE(figures.inside + figures.outside + figures.unknown, before);
    before = figures.inside + figures.outside + figures.unknown;
  }
}

TEST_P(BruteForce, Roles) {
  const auto report = ask_roles(*world.customers, question);
  ASSERT_TRUE(report) << report.error().message;
  ASSERT_EQ(report->sides.size(), 1U);
  for (const auto& [part, figures] : parts_of(report->sides[0].figures)) {
    std::uint64_t clients = 0, total = 0;
    std::int64_t received = 0, refunded = 0;
    for_known(question.as_of, [&, part = part](const Naive& naive, criteria::Verdict verdict, const std::string&) {
      if (!counts_in(part, verdict)) return;
      ++total;
      clients += naive.received() > naive.refunded() ? 1 : 0;
      received += naive.received();
      refunded += naive.refunded();
    });
    EXPECT_EQ(figures->people[static_cast<std::size_t>(knowledge::Role::Client)], clients) << part;
    EXPECT_EQ(figures->people[static_cast<std::size_t>(knowledge::Role::Prospect)], total - clients) << part;
    EXPECT_EQ(figures->has_paid, clients) << part;
    EXPECT_EQ(figures->total, total) << part;
    EXPECT_EQ(figures->balances().empty() ? 0 : figures->balances()[0].received_minor, received) << part;
    EXPECT_EQ(figures->balances().empty() ? 0 : figures->balances()[0].refunded_minor, refunded) << part;
  }
  const bool till = world.deeds.size() > 0 && Naive(world, "", question.as_of).known();
  EXPECT_EQ(report->payments_of_nobody, till ? 1U : 0U);
  EXPECT_EQ(report->people, report->sides[0].figures.all.total);
  EXPECT_EQ(report->supposed_not_paid, report->sides[0].figures.all.total - report->sides[0].figures.all.has_paid);
}

TEST_P(BruteForce, PollutionIsTheOverallRateLessTheRateInside) {
  const auto pollution = ask_pollution(*world.customers, question);
  const auto aarrr = ask_aarrr(*world.customers, question);
  ASSERT_TRUE(pollution && aarrr);
  for (std::size_t step = 0; step < kSteps.size(); ++step) {
    const PollutedStep& one = pollution->steps[step];
    const std::size_t before = step == 3 ? 1 : step == 0 ? 0 : step - 1;
    EXPECT_EQ(one.overall.part, aarrr->figures.all.steps[step].people);
    EXPECT_EQ(one.inside.part, aarrr->figures.inside.steps[step].people);
    EXPECT_EQ(one.outsiders.part, aarrr->figures.outside.steps[before].people);
    EXPECT_EQ(one.outsiders.whole, aarrr->figures.all.steps[before].people);
    if (one.inside.whole > 0) {
      EXPECT_DOUBLE_EQ(one.pollution, one.overall.value - one.inside.value);
    }
    EXPECT_EQ(one.step, kSteps[step].name);
  }
  EXPECT_FALSE(pollution->sentence_en.empty());
  EXPECT_FALSE(pollution->sentence_fr.empty());
}

INSTANTIATE_TEST_SUITE_P(Worlds, BruteForce,
                         testing::Values(Asked{1, "2024-06-01", "2022-01-01", "2024-06-01"},
                                         Asked{2, "2023-05-15 13:37", "2022-06-15", "2023-02-01"},
                                         Asked{3, "2023-01-01", "2022-03-27 01:30", "2025-01-01"},
                                         Asked{4, "2025-12-31", "2022-10-30", "2023-10-29 02:30"}));

}  // namespace
}  // namespace habitue::insight
