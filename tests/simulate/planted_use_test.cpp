// What was planted in the time after the sign-up: contracts, causes of leaving, rhythms, kits, money.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "simulate/clock.hpp"
#include "simulated.hpp"

namespace habitue::simulate {
namespace {

using intake::Event;
using intake::EventType;

// Shifted beta-geometric: the share that leaves at the first renewal is a / (a + b), of those left at the second a / (a + b + 1), ...
TEST(Planted, ContractsEndAsTheShiftedBetaGeometricSays) {
  std::array<double, 4> at_risk{};
  std::array<double, 4> left{};
  std::map<std::string, std::pair<std::size_t, bool>>
      contracts;  // First contracts of people who never got stuck: periods paid, ended.
  std::set<std::string> stuck;
  std::map<std::string, UtcMicros> started;
  for (const Event& event : atelier().events) {
    if (event.name == "Onboarding Error Shown") stuck.insert(event.user_id);
    if (event.name == "Subscription Started") started.emplace(event.user_id, event.at);
  }
  for (const auto& [id, person] : atelier().people) {
    if (stuck.contains(id) || !started.contains(id) || text_of(person, "how").starts_with("studio")) continue;
    // Periods over, and whether the first contract ended, as its events tell.
    contracts[id] = {
        static_cast<std::size_t>((days_between(started.at(id), *parse_moment("2026-07-01", Zone::utc())) - 12) / 30.6),
        false};
  }
  std::map<std::string, std::size_t> ended_at;
  for (const Event& event : atelier().events)
    if (event.name == "Subscription Cancelled" || event.name == "Subscription Expired")
      ended_at.emplace(event.user_id, static_cast<std::size_t>(properties_of(event).at("period").to_number<double>()));
  for (const auto& [id, contract] : contracts) {
    for (std::size_t renewal = 1; renewal <= 4 && renewal <= contract.first; ++renewal) {
      ++at_risk[renewal - 1];
      if (ended_at.contains(id) && ended_at.at(id) == renewal) {
        ++left[renewal - 1];
        break;
      }
    }
  }
  const Subscription& planted = atelier().truth.company.subscription;
  for (std::size_t renewal = 0; renewal < 4; ++renewal)
    expect_share(left[renewal], at_risk[renewal],
                 planted.churn_alpha / (planted.churn_alpha + planted.churn_beta + static_cast<double>(renewal)),
                 "renewal " + std::to_string(renewal + 1));
}

TEST(Planted, CausesOfLeavingAreDrawnByWeightAndShowTheirSigns) {
  std::map<std::string, std::map<std::string, double>> signs;  // Cause to what was seen in the 45 days before.
  std::map<std::string, double> causes;
  std::map<std::string, std::vector<const Event*>> by_user;
  for (const Event& event : atelier().events) by_user[event.user_id].push_back(&event);
  double unstuck = 0;
  for (const auto& [id, person] : atelier().people) {
    if (person.at("endings").as_array().empty()) continue;
    const auto& ending = person.at("endings").as_array().front().as_object();
    const std::string cause = text_of(ending, "cause");
    const UtcMicros at = *parse_moment(text_of(ending, "at"), Zone::utc());
    if (!person.at("stuck").as_bool()) {
      ++causes[cause];
      ++unstuck;
    }
    std::set<std::string> seen;
    for (const Event* event : by_user[id])
      if (event->at <= at && days_between(event->at, at) < 65) seen.insert(event->name);
    ++signs[cause]["people"];
    for (const std::string& name : seen) ++signs[cause][name];
  }
  const Leaving& planted = atelier().truth.company.leaving;
  const double total = planted.need_gone + planted.unsolved + planted.found_elsewhere + planted.involuntary;
  expect_share(causes["need_gone"], unstuck, planted.need_gone / total, "need gone");
  expect_share(causes["unsolved"], unstuck, planted.unsolved / total, "unsolved");
  expect_share(causes["found_elsewhere"], unstuck, planted.found_elsewhere / total, "found elsewhere");
  expect_share(causes["involuntary"], unstuck, planted.involuntary / total, "involuntary");
  const auto share = [&](const std::string& cause, const std::string& event) {
    return signs[cause][event] / signs[cause]["people"];
  };
  EXPECT_GT(share("unsolved", "Ticket Opened"), 0.95);
  EXPECT_LT(share("need_gone", "Ticket Opened"), 0.3);
  EXPECT_GT(share("found_elsewhere", "Comparison"), 0.95);
  EXPECT_LT(share("need_gone", "Comparison"), 0.05);
  EXPECT_GT(share("involuntary", "Payment Failed"), 0.99);
  EXPECT_NEAR(share("need_gone", "Project Completed"), 0.6, 0.15);
}

// Wheat and Morrison (1990): of two successive gaps of an Erlang-k process the first's share is Beta(k, k), with a variance of
// 1 / (4 (2k + 1)), whatever the person's own rate. In seasonal time, where the process is regular.
TEST(Planted, RhythmsHaveTheirRegularity) {
  const Truth& truth = atelier().truth;
  const Clock clock = Clock::of_season(truth.company.season, *Zone::find(truth.company.zone), truth.from, truth.to);
  std::map<std::int64_t, std::vector<double>> shares;
  for (const auto& [id, person] : atelier().people) {
    if (person.at("paid_at").is_null() || !person.at("endings").as_array().empty() ||
        text_of(person, "how").starts_with("studio"))
      continue;
    const UtcMicros paid = *parse_moment(text_of(person, "paid_at"), Zone::utc());
    std::vector<double> sessions;
    for (const UtcMicros at : users().at(id).started)
      if (at > paid) sessions.push_back(clock.seasonal(at));
    // Of many sessions only the first few are taken: the last gap before the end is shorter for being seen at all.
    if (sessions.size() < 9) continue;
    for (std::size_t i = 0; i < 6; i += 2) {
      const double first = sessions[i + 1] - sessions[i];
      shares[person.at("k").as_int64()].push_back(first / (sessions[i + 2] - sessions[i]));
    }
  }
  for (const std::int64_t k : {1, 2, 4}) {
    ASSERT_GT(shares[k].size(), 200U);
    double sum = 0;
    double squares = 0;
    for (const double share : shares[k]) {
      sum += share;
      squares += (share - 0.5) * (share - 0.5);
    }
    const double n = static_cast<double>(shares[k].size());
    const double variance = 1 / (4 * (2 * static_cast<double>(k) + 1));
    EXPECT_NEAR(sum / n, 0.5, 5 * std::sqrt(variance / n)) << k;
    EXPECT_NEAR(squares / n, variance, 5 * variance * std::sqrt(2 / n)) << k;
  }
}

// BG/NBD: nobody drops out before a first repeat purchase, so P(none within t) = (alpha / (alpha + t))^r.
TEST(Planted, KitsAreBoughtAsBgNbdAndGammaGammaSay) {
  std::map<std::string, std::vector<UtcMicros>> orders;
  double amounts = 0;
  double squares = 0;
  double first_orders = 0;
  for (const Event& event : atelier().events) {
    if (event.name != "Order Completed") continue;
    orders[event.user_id].push_back(event.at);
    if (orders[event.user_id].size() > 1) continue;
    const double total = properties_of(event).at("total").to_number<double>();
    amounts += total;
    squares += total * total;
    ++first_orders;
  }
  const Kits& planted = atelier().truth.company.kits;
  const UtcMicros end = *parse_moment("2026-07-01", Zone::utc());
  for (const double weeks : {4.0, 13.0, 26.0}) {
    double buyers = 0;
    double silent = 0;
    for (auto& [id, moments] : orders) {
      std::sort(moments.begin(), moments.end());
      if (days_between(moments.front(), end) < 7 * weeks) continue;
      ++buyers;
      silent += moments.size() == 1 || days_between(moments[0], moments[1]) > 7 * weeks;
    }
    expect_share(silent, buyers, std::pow(planted.alpha / (planted.alpha + weeks), planted.r), "no repeat");
  }
  const double mean = amounts / first_orders;
  EXPECT_NEAR(mean, planted.p * planted.gamma / (planted.q - 1),
              5 * std::sqrt((squares / first_orders - mean * mean) / first_orders));
}

TEST(Planted, MoneyAddsUpToTheCent) {
  std::int64_t received = 0;
  std::int64_t refunded = 0;
  for (const Event& event : atelier().events) {
    const bool payment = event.name == "Payment Succeeded" || event.name == "Payment Refunded";
    const bool order = event.name == "Order Completed" || event.name == "Order Refunded";
    if (!payment && !order) continue;
    const auto cents = std::llround(100 * properties_of(event).at(payment ? "amount" : "total").to_number<double>());
    (event.name.ends_with("Refunded") ? refunded : received) += cents;
  }
  EXPECT_EQ(received, atelier().truth.received_minor);
  EXPECT_EQ(refunded, atelier().truth.refunded_minor);
  EXPECT_GT(received, 2'000'000);
  EXPECT_GT(refunded, 10'000);
}

TEST(Planted, CostsAddUpToTheCentAndMarketingIsWhatTheClicksOfTheDayCost) {
  const Truth& truth = atelier().truth;
  std::int64_t goods = 0, parcels = 0, samples = 0;
  std::map<std::string, std::int64_t> marketing;
  std::map<std::string, std::set<LocalDay>> days;
  std::uint64_t orders = 0, shipped = 0;
  for (const Event& event : atelier().events) {
    const auto cents = [&](const char* key) {
      return std::llround(100 * properties_of(event).at(key).to_number<double>());
    };
    if (event.name == "Order Completed") {
      ++orders;
      goods += cents("cost");
      const auto line = properties_of(event).at("products").at(0).as_object();
      EXPECT_EQ(std::llround(100 * line.at("cost").to_number<double>()), cents("cost")) << "one kit an order";
    } else if (event.name == "Order Shipped") {
      ++shipped;
      parcels += cents("cost");
    } else if (event.name == "Sample Sent") {
      samples += cents("amount");
    } else if (event.name == "Marketing Spent") {
      EXPECT_TRUE(event.user_id.empty() && event.anonymous_id.empty()) << "it is about nobody";
      const std::string channel = text_of(properties_of(event), "channel");
      marketing[channel] += cents("amount");
      EXPECT_TRUE(
          days[channel].insert(LocalDay(std::chrono::floor<std::chrono::days>(event.at).time_since_epoch())).second)
          << "once a day";
    }
  }
  EXPECT_EQ(goods, truth.kit_goods_minor);
  EXPECT_EQ(parcels, truth.parcels_minor);
  EXPECT_EQ(samples, truth.samples_minor);
  EXPECT_EQ(shipped, truth.parcels);
  EXPECT_LE(shipped, orders);
  EXPECT_GT(shipped, orders * 95 / 100) << "all but those of the last day";
  for (const ChannelTruth& channel : truth.channels) {
    EXPECT_EQ(marketing[channel.name], channel.spend_minor) << channel.name;
    std::uint64_t clicks = 0;
    for (const std::uint32_t day : channel.clicks_by_day) clicks += day;
    EXPECT_EQ(clicks, channel.clicks) << channel.name;
  }
  EXPECT_GT(marketing["search"], marketing["newsletter"]) << "clicks of a search cost more";
  const auto owners = static_cast<double>(truth.studios + truth.studio_members);
  double sign_ups = -owners;
  for (const ChannelTruth& channel : truth.channels) sign_ups += static_cast<double>(channel.sign_ups.all());
  expect_share(static_cast<double>(truth.samples), sign_ups, truth.company.costs.samples, "samples");
}

TEST(Planted, KitsEarnMoreOrLessByTheirNumber) {
  const Costs& costs = atelier().truth.company.costs;
  EXPECT_EQ(kit_cost_minor(costs, 0, 1000), 270) << "three fifths of .45";
  EXPECT_EQ(kit_cost_minor(costs, kKits - 1, 1000), 630) << "seven fifths";
  EXPECT_EQ(kit_cost_minor(costs, kKits + 5, 1000), 630);
  Costs dear;
  dear.kit_goods = 1;
  EXPECT_EQ(kit_cost_minor(dear, kKits - 1, 1000), 1000) << "goods cost at most the price";
}

}  // namespace
}  // namespace habitue::simulate
