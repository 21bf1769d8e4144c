// What was planted is in the events: each effect is counted from them in plain code, and compared with the number that planted
// it and with what the simulation says of itself.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "simulate/clock.hpp"
#include "simulated.hpp"

namespace habitue::simulate {
namespace {

using intake::Event;
using intake::EventType;

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

const std::map<std::string, Seen>& users() {
  static const auto built = [] {
    std::map<std::string, Seen> users;
    std::map<std::string, std::string> source_of_device;
    std::vector<const Event*> in_time;
    for (const Event& event : atelier().events) in_time.push_back(&event);
    std::stable_sort(in_time.begin(), in_time.end(), [](const Event* left, const Event* right) { return left->at < right->at; });
    for (const Event* event : in_time) {
      if (!event->anonymous_id.empty() && !source_of_device.contains(event->anonymous_id)) {
        const boost::json::object context = boost::json::parse(event->context).as_object();
        const auto* campaign = context.if_contains("campaign");
        source_of_device[event->anonymous_id] = campaign == nullptr ? "direct" : text_of(campaign->as_object(), "source");
      }
      if (event->user_id.empty() || event->user_id == "undefined") continue;
      Seen& seen = users[event->user_id];
      if (event->type == EventType::Identify) {
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
        return seen.signed_up && seen.completed.size() >= count && days_between(*seen.signed_up, seen.completed[count - 1]) <= days;
      };
      if (within(1, 10)) seen.activated = seen.completed[0];
      if (within(2, 26)) seen.retained = seen.completed[1];
    }
    return users;
  }();
  return built;
}

TEST(Planted, StepsCountedFromTheEventsAreThoseOfTheTruth) {
  std::array<SideCounts, 5> counted;
  for (const auto& [id, seen] : users()) {
    if (!seen.signed_up) continue;
    const std::array<bool, 5> reached = {true, seen.activated.has_value(), seen.retained.has_value(), seen.paid.has_value(), seen.referred.has_value()};
    for (std::size_t step = 0; step < reached.size() && reached[step]; ++step) {
      const std::string side = seen.declared();
      ++(side == "inside" ? counted[step].inside : side == "outside" ? counted[step].outside : counted[step].unknown);
    }
  }
  const Truth& truth = atelier().truth;
  for (std::size_t step = 0; step < counted.size(); ++step) {
    EXPECT_EQ(counted[step].inside, truth.steps[step].people.inside) << truth.steps[step].name;
    EXPECT_EQ(counted[step].outside, truth.steps[step].people.outside) << truth.steps[step].name;
    EXPECT_EQ(counted[step].unknown, truth.steps[step].people.unknown) << truth.steps[step].name;
  }
}

// Of those whose months are over. Inside there are no professionals, so the planted chances hold without correction.
TEST(Planted, RatesInsideAreWithinTheirIntervals) {
  const Truth& truth = atelier().truth;
  for (std::size_t step = 1; step < truth.steps.size(); ++step)
    expect_share(static_cast<double>(truth.steps[step].mature.inside), static_cast<double>(truth.steps[step - 1].mature.inside),
                 truth.steps[step].planted_inside, truth.steps[step].name);
}

TEST(Planted, RatesOutsideAreWithinTheirIntervals) {
  std::array<double, 5> reached{};
  const UtcMicros mature = *parse_moment("2026-03-23", Zone::utc());
  for (const auto& [id, person] : atelier().people) {
    if (person.at("inside").as_bool() || text_of(person, "how").starts_with("studio") || person.at("signed_up_at").is_null()) continue;
    if (*parse_moment(text_of(person, "signed_up_at"), Zone::utc()) > mature) continue;
    const char* keys[] = {"signed_up_at", "activated_at", "retained_at", "paid_at", "referred_at"};
    for (std::size_t step = 0; step < 5 && !person.at(keys[step]).is_null(); ++step) ++reached[step];
  }
  const Truth& truth = atelier().truth;
  for (std::size_t step = 1; step < 4; ++step) expect_share(reached[step], reached[step - 1], truth.steps[step].planted_outside, truth.steps[step].name);
}

TEST(Planted, ChannelsHaveTheirMix) {
  std::map<std::string, std::pair<double, double>> by_source;  // Inside, inside or outside: of sign-ups.
  for (const auto& [id, seen] : users()) {
    if (!seen.signed_up) continue;
    const auto& person = atelier().people.at(id);
    if (text_of(person, "how") != "own") continue;
    EXPECT_EQ(seen.source, text_of(person, "channel")) << id;
    if (!person.at("spike").is_null() || !person.at("practice_told").as_bool()) continue;
    ++by_source[seen.source].second;
    by_source[seen.source].first += seen.declared() == "inside";
  }
  const Company& company = atelier().truth.company;
  for (const Channel& channel : company.channels) {
    const double inside = channel.inside_share * company.inside.sign_up;
    const double purity = inside / (inside + (1 - channel.inside_share) * company.outside.sign_up);
    expect_share(by_source[channel.name].first, by_source[channel.name].second, purity, channel.name);
  }
}

TEST(Planted, SpikesStandOutOnTheirDays) {
  std::map<LocalDay, double> first_visits;  // Of devices that come by the press.
  const Zone zone = *Zone::find("Europe/Paris");
  for (const Event& event : atelier().events)
    if (event.context.find(R"("source":"press")") != std::string::npos) ++first_visits[zone.day_of(event.at)];
  const Truth& truth = atelier().truth;
  ASSERT_EQ(truth.spikes.size(), 2U);
  double ordinary = 0;
  for (const auto& [day, visits] : first_visits) ordinary += visits;
  for (const SpikeTruth& spike : truth.spikes) {
    double there = 0;
    for (LocalDay day = spike.first; day <= spike.last; day += std::chrono::days(1)) there += first_visits[day];
    EXPECT_GT(there, 100) << format_day(spike.first);
    EXPECT_NEAR(there, static_cast<double>(spike.visitors), 30);
    EXPECT_GT(first_visits[spike.first], first_visits[spike.last]);
    ordinary -= there;
  }
  EXPECT_LT(ordinary / 546, 8);
  // Size: people of the first day against an ordinary day's, all days of a spike being in a fixed proportion.
  for (std::size_t i = 0; i < 2; ++i) {
    const Spike& planted = truth.company.spikes[i];
    double expected = 0;
    for (std::uint32_t day = 0; day < planted.days; ++day) expected += planted.size * std::pow(planted.decay, day) / planted.days;
    EXPECT_NEAR(static_cast<double>(truth.spikes[i].visitors) / truth.spikes[i].ordinary_visitors / expected, 1, 0.35);
  }
}

TEST(Planted, PeopleGetStuckAtOneStepAndAreLostMoreOften) {
  std::map<std::string, std::pair<std::set<std::string>, std::set<std::string>>> steps;  // Viewed, completed.
  for (const Event& event : atelier().events) {
    if (event.name == "Onboarding Step Viewed") steps[text_of(properties_of(event), "step")].first.insert(event.user_id);
    if (event.name == "Onboarding Step Completed") steps[text_of(properties_of(event), "step")].second.insert(event.user_id);
  }
  const Onboarding& planted = atelier().truth.company.onboarding;
  // How much rarer activation is among who did not complete a step than among who did.
  const auto ratio = [&](const std::string& step) {
    std::array<double, 2> people{};
    std::array<double, 2> activated{};
    for (const std::string& id : steps.at(step).first) {
      const bool completed = steps.at(step).second.contains(id);
      ++people[completed];
      activated[completed] += users().at(id).activated.has_value();
    }
    return (activated[0] / people[0]) / (activated[1] / people[1]);
  };
  for (const std::string& step : planted.steps) {
    const double viewed = static_cast<double>(steps.at(step).first.size());
    const double missed = viewed - static_cast<double>(steps.at(step).second.size());
    const bool hard = step == planted.stuck_step;
    EXPECT_NEAR(missed / viewed, hard ? planted.stuck : planted.skipped, 0.02) << step;
    EXPECT_NEAR(ratio(step), hard ? planted.stuck_activation : 1, 0.15) << step;
  }
}

// Shifted beta-geometric: the share that leaves at the first renewal is a / (a + b), of those left at the second a / (a + b + 1), ...
TEST(Planted, ContractsEndAsTheShiftedBetaGeometricSays) {
  std::array<double, 4> at_risk{};
  std::array<double, 4> left{};
  std::map<std::string, std::pair<std::size_t, bool>> contracts;  // First contracts of people who never got stuck: periods paid, ended.
  std::set<std::string> stuck;
  std::map<std::string, UtcMicros> started;
  for (const Event& event : atelier().events) {
    if (event.name == "Onboarding Error Shown") stuck.insert(event.user_id);
    if (event.name == "Subscription Started") started.emplace(event.user_id, event.at);
  }
  for (const auto& [id, person] : atelier().people) {
    if (stuck.contains(id) || !started.contains(id) || text_of(person, "how").starts_with("studio")) continue;
    // Periods over, and whether the first contract ended, as its events tell.
    contracts[id] = {static_cast<std::size_t>((days_between(started.at(id), *parse_moment("2026-07-01", Zone::utc())) - 12) / 30.6), false};
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
    expect_share(left[renewal], at_risk[renewal], planted.churn_alpha / (planted.churn_alpha + planted.churn_beta + static_cast<double>(renewal)),
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
  const auto share = [&](const std::string& cause, const std::string& event) { return signs[cause][event] / signs[cause]["people"]; };
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
    if (person.at("paid_at").is_null() || !person.at("endings").as_array().empty() || text_of(person, "how").starts_with("studio")) continue;
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
  EXPECT_NEAR(mean, planted.p * planted.gamma / (planted.q - 1), 5 * std::sqrt((squares / first_orders - mean * mean) / first_orders));
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

TEST(Planted, WhoIsInvitedComesByAnInvitation) {
  double invited = 0;
  double like = 0;
  for (const auto& [id, person] : atelier().people) {
    if (text_of(person, "how") != "invited") continue;
    ++invited;
    const auto& inviter = atelier().people.at(text_of(person, "inviter"));
    EXPECT_FALSE(inviter.at("referred_at").is_null()) << id;
    EXPECT_LT(text_of(inviter, "referred_at"), text_of(person, "arrived_at"));
    like += person.at("inside") == inviter.at("inside");
    if (users().contains(id) && users().at(id).signed_up) {
      EXPECT_EQ(users().at(id).source, "referral") << id;
    }
  }
  EXPECT_EQ(invited, static_cast<double>(atelier().truth.invited));
  expect_share(like, invited, atelier().truth.company.referral.like_inviter, "like the inviter");
}

TEST(Planted, TheNetworkIsLateAndRepeats) {
  const Truth& truth = atelier().truth;
  double late = 0;
  double on_device = 0;
  for (const Event& event : atelier().events) {
    EXPECT_GT(event.received_at, event.at);
    on_device += !event.anonymous_id.empty();
    late += event.received_at - event.at > std::chrono::hours(12);
  }
  EXPECT_EQ(late, static_cast<double>(truth.late));
  expect_share(late, on_device, truth.company.delivery.late, "late");
  expect_share(static_cast<double>(truth.duplicates), static_cast<double>(truth.events - truth.duplicates), truth.company.delivery.duplicate, "duplicates");
}

TEST(Planted, DevicesAreSharedAndUsersAreGroupedAsTold) {
  std::map<std::string, std::set<std::string>> users_of_device;
  std::map<std::string, std::set<std::string>> users_of_email;
  std::map<std::string, std::set<std::string>> members;
  std::set<std::string> broken;
  for (const Event& event : atelier().events) {
    if (event.user_id == "undefined") broken.insert(event.anonymous_id);
    if (event.user_id.empty() || event.user_id == "undefined") continue;
    if (!event.anonymous_id.empty()) users_of_device[event.anonymous_id].insert(event.user_id);
    if (event.type == EventType::Identify) users_of_email[text_of(properties_of(event), "email")].insert(event.user_id);
    if (event.type == EventType::Group) members[event.group_id].insert(event.user_id);
  }
  std::map<bool, std::size_t> shared;  // By whether it is a kiosk: more than three people.
  for (const auto& [device, there] : users_of_device)
    if (there.size() > 1) ++shared[there.size() > 3];
  const Truth& truth = atelier().truth;
  EXPECT_EQ(shared[true], truth.company.devices.kiosks);
  EXPECT_GT(shared[false], 5U);
  EXPECT_LE(shared[false], truth.households);
  EXPECT_GT(broken.size(), 20U);
  EXPECT_EQ(members.size(), truth.studios);
  std::size_t all_members = 0;
  for (const auto& [account, there] : members) all_members += there.size();
  EXPECT_EQ(all_members, truth.studios + truth.studio_members);
  const auto hub = [](const auto& entry) { return entry.second.size() > 5; };
  EXPECT_GE(std::count_if(users_of_email.begin(), users_of_email.end(), hub), 2);
}

TEST(Planted, NobodyIsReal) {
  for (const Event& event : atelier().events) {
    if (event.type != EventType::Identify) continue;
    const std::string email = text_of(properties_of(event), "email");
    EXPECT_TRUE(email.ends_with("@example.com") || email.ends_with(".example.com")) << email;
  }
}

}  // namespace
}  // namespace habitue::simulate
