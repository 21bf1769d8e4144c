// What was planted is in the events: each effect is counted from them in plain code, and compared with the number that planted
// it and with what the simulation says of itself.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "simulated.hpp"

namespace habitue::simulate {
namespace {

using intake::Event;
using intake::EventType;

TEST(Planted, StepsCountedFromTheEventsAreThoseOfTheTruth) {
  std::array<SideCounts, 5> counted;
  for (const auto& [id, seen] : users()) {
    if (!seen.signed_up) continue;
    const std::array<bool, 5> reached = {true, seen.activated.has_value(), seen.retained.has_value(),
                                         seen.paid.has_value(), seen.referred.has_value()};
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
    expect_share(static_cast<double>(truth.steps[step].mature.inside),
                 static_cast<double>(truth.steps[step - 1].mature.inside), truth.steps[step].planted_inside,
                 truth.steps[step].name);
}

TEST(Planted, RatesOutsideAreWithinTheirIntervals) {
  std::array<double, 5> reached{};
  const UtcMicros mature = *parse_moment("2026-03-23", Zone::utc());
  for (const auto& [id, person] : atelier().people) {
    if (person.at("inside").as_bool() || text_of(person, "how").starts_with("studio") ||
        person.at("signed_up_at").is_null())
      continue;
    if (*parse_moment(text_of(person, "signed_up_at"), Zone::utc()) > mature) continue;
    const char* keys[] = {"signed_up_at", "activated_at", "retained_at", "paid_at", "referred_at"};
    for (std::size_t step = 0; step < 5 && !person.at(keys[step]).is_null(); ++step) ++reached[step];
  }
  const Truth& truth = atelier().truth;
  for (std::size_t step = 1; step < 4; ++step)
    expect_share(reached[step], reached[step - 1], truth.steps[step].planted_outside, truth.steps[step].name);
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
    for (std::uint32_t day = 0; day < planted.days; ++day)
      expected += planted.size * std::pow(planted.decay, day) / planted.days;
    EXPECT_NEAR(static_cast<double>(truth.spikes[i].visitors) / truth.spikes[i].ordinary_visitors / expected, 1, 0.35);
  }
}

TEST(Planted, PeopleGetStuckAtOneStepAndAreLostMoreOften) {
  std::map<std::string, std::pair<std::set<std::string>, std::set<std::string>>> steps;  // Viewed, completed.
  for (const Event& event : atelier().events) {
    if (event.name == "Onboarding Step Viewed")
      steps[text_of(properties_of(event), "step")].first.insert(event.user_id);
    if (event.name == "Onboarding Step Completed")
      steps[text_of(properties_of(event), "step")].second.insert(event.user_id);
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
  expect_share(static_cast<double>(truth.duplicates), static_cast<double>(truth.events - truth.duplicates),
               truth.company.delivery.duplicate, "duplicates");
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
