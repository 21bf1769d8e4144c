// What was planted, and what came of it: counted from the states the simulation itself holds, never from its events.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "simulate/company.hpp"

namespace habitue::simulate {

/// As the audience criterion sees the declared traits: people who did not tell are unknown.
struct SideCounts {
  std::uint64_t inside = 0, outside = 0, unknown = 0;
  std::uint64_t all() const { return inside + outside + unknown; }
};

struct StepTruth {
  std::string name;            ///< "acquisition", "activation", "retention", "revenue", "referral".
  SideCounts people;           ///< Reached by the end, of everybody who signed up. Each step implies those before.
  SideCounts mature;           ///< The same, of who signed up at least kMatureDays before the end: nobody is cut off.
  double planted_inside = 0;   ///< The chance given the step before, people who get stuck included; true inside.
  double planted_outside = 0;  ///< The same for true outsiders, studios apart.
};
inline constexpr std::uint32_t kMatureDays = 100;

struct ChannelTruth {
  std::string name;
  SideCounts visitors, sign_ups;    ///< By first touch.
  double planted_inside_share = 0;  ///< Of the people it brings; 0 for `referral`, where it depends on who invites.
  std::uint64_t clicks = 0;
  std::int64_t spend_minor = 0;
  std::vector<std::uint32_t> clicks_by_day{};  ///< From the first day on.
};

struct SpikeTruth {
  LocalDay first, last;
  std::string channel;
  double planted_size = 0;
  std::uint64_t visitors = 0;  ///< Brought by the spike itself.
  std::uint64_t sign_ups = 0;
  double ordinary_visitors = 0;  ///< Expected on those days without it.
};

struct LeavingTruth {
  std::uint64_t need_gone = 0, unsolved = 0, found_elsewhere = 0, involuntary = 0;  ///< Contracts ended.
};

struct OnboardingTruth {
  std::string stuck_step;
  std::uint64_t sign_ups = 0, stuck = 0;
  std::uint64_t stuck_activated = 0, others_activated = 0;
  std::uint64_t stuck_subscribers = 0, others_subscribers = 0;
  std::uint64_t stuck_left = 0, others_left = 0;  ///< Of subscribers, by the end.
};

struct Truth {
  std::string profile;
  std::uint64_t seed = 0;
  LocalDay from, to;  ///< From the first day to just before the second.
  Company company;

  std::uint64_t people = 0;         ///< Everybody, the invited and members included.
  std::uint64_t visitors_only = 0;  ///< Never signed up: anonymous in the events.
  std::uint64_t events = 0;         ///< Sent, duplicates included.
  std::uint64_t duplicates = 0, late = 0;
  std::uint64_t households = 0;  ///< Second people who signed up on a device of somebody else's.
  std::uint64_t kiosk_users = 0;
  std::uint64_t studios = 0, studio_members = 0;
  std::uint64_t invited = 0;  ///< Came by an invitation.

  std::vector<StepTruth> steps;
  std::string weakest_overall, weakest_inside;  ///< By lowest rate among activation, retention, revenue; of the mature.
  double outsiders_share = 0;                   ///< Outside of all sign-ups.
  std::vector<ChannelTruth> channels;
  std::vector<SpikeTruth> spikes;
  OnboardingTruth onboarding;
  LeavingTruth leaving;
  std::uint64_t subscribers = 0;  ///< People or studios that ever paid a subscription.
  std::uint64_t subscribers_at_end = 0;
  std::uint64_t payments = 0, refunds = 0, orders = 0, order_refunds = 0;
  std::int64_t received_minor = 0, refunded_minor = 0;
  std::uint64_t samples = 0, parcels = 0;
  std::int64_t samples_minor = 0, parcels_minor = 0;
  std::int64_t kit_goods_minor = 0;  ///< Of all orders, those given back included.
  std::uint64_t sessions = 0;        ///< Of subscribers.
};

/// As JSON, two spaces deep, with the company's parameters.
std::string write_truth(const Truth& truth);

}  // namespace habitue::simulate
