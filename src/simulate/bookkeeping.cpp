// What is true of each person and of the whole, counted from states and never from events.
#include <boost/json.hpp>
#include <cmath>

#include <fmt/format.h>

#include "simulate/life.hpp"

namespace habitue::simulate {
namespace {

void add(SideCounts& counts, Declared declared) {
  switch (declared) {
    case Declared::Inside: ++counts.inside; break;
    case Declared::Outside: ++counts.outside; break;
    case Declared::Unknown: ++counts.unknown; break;
  }
}

void add(SideCounts& counts, const SideCounts& part) {
  counts.inside += part.inside;
  counts.outside += part.outside;
  counts.unknown += part.unknown;
}

constexpr int kMarketingHour = 21;
constexpr std::array<const char*, 5> kSteps = {"acquisition", "activation", "retention", "revenue", "referral"};
constexpr std::array<const char*, 3> kDeclaredNames = {"inside", "outside", "unknown"};
constexpr std::array<const char*, 5> kTieNames = {"own", "invited", "household", "studio_owner", "studio_member"};

}  // namespace

Truth planted_truth(const Options& options, const World& world, std::uint64_t people) {
  const Company& company = world.company;
  const Onboarding& onboarding = company.onboarding;
  Truth truth;
  truth.profile = options.profile;
  truth.seed = options.seed;
  truth.from = options.from;
  truth.to = options.to;
  truth.company = company;
  truth.onboarding.stuck_step = onboarding.stuck_step;

  // People who got stuck are rarer among the activated than among all: a mixture, step by step.
  const auto mixed = [&](const StepRates& rates) {
    const double kept = 1 - onboarding.stuck + onboarding.stuck * onboarding.stuck_activation;
    const double stuck_of_activated = kept > 0 ? onboarding.stuck * onboarding.stuck_activation / kept : 0;
    const double retention =
        rates.retention * (1 - stuck_of_activated + stuck_of_activated * onboarding.stuck_retention);
    return std::array<double, 5>{rates.sign_up, rates.activation * kept, retention, rates.revenue, rates.referral};
  };
  const auto inside = mixed(company.inside);
  const auto outside = mixed(company.outside);
  for (std::size_t i = 0; i < kSteps.size(); ++i) truth.steps.push_back({kSteps[i], {}, {}, inside[i], outside[i]});

  for (std::size_t i = 0; i <= company.channels.size(); ++i) {
    ChannelTruth channel;
    channel.name = world.channel_name(i);
    channel.clicks_by_day.resize(
        static_cast<std::size_t>(std::max<std::int64_t>(1, (options.to - options.from).count())));
    if (i < company.channels.size()) channel.planted_inside_share = company.channels[i].inside_share;
    truth.channels.push_back(std::move(channel));
  }
  for (std::size_t i = 0; i < company.spikes.size(); ++i) {
    const Spike& spike = company.spikes[i];
    SpikeTruth planted;
    planted.first = options.from + std::chrono::days(spike.day);
    planted.last = planted.first + std::chrono::days(spike.days - 1);
    planted.channel = spike.channel;
    planted.planted_size = spike.size;
    for (const SpikeDay& day : world.spike_days)
      if (day.spike == i)
        planted.ordinary_visitors +=
            static_cast<double>(people) * (1 - world.spike_share) * (day.to - day.from) / world.arrivals.total();
    truth.spikes.push_back(std::move(planted));
  }
  return truth;
}

void Life::count(const Person& person) {
  Truth& counts = *counts_;
  ++counts.people;
  if (person.tie == Tie::Invited) ++counts.invited;
  ChannelTruth& channel = counts.channels[person.arrival.channel];
  add(channel.visitors, person.declared);
  ++channel.clicks;
  const auto day = static_cast<std::size_t>((world_.zone.day_of(person.arrival.at) - counts.from).count());
  ++channel.clicks_by_day[std::min(day, channel.clicks_by_day.size() - 1)];
  SpikeTruth* spike = person.arrival.spike == SIZE_MAX ? nullptr : &counts.spikes[person.arrival.spike];
  if (spike != nullptr) ++spike->visitors;
  if (!person.signed_up_at) {
    ++counts.visitors_only;
    return;
  }
  add(channel.sign_ups, person.declared);
  if (spike != nullptr) ++spike->sign_ups;
  if (person.tie == Tie::Household) ++counts.households;
  if (person.tie == Tie::StudioOwner) ++counts.studios;
  if (person.tie == Tie::StudioMember) ++counts.studio_members;

  const bool mature = *person.signed_up_at + std::chrono::days(kMatureDays) <= world_.end;
  const bool reached[] = {true, person.activated_at.has_value(), person.retained_at.has_value(),
                          person.paid_at.has_value(), person.referred_at.has_value()};
  for (std::size_t step = 0; step < kSteps.size() && reached[step]; ++step) {
    add(counts.steps[step].people, person.declared);
    if (mature) add(counts.steps[step].mature, person.declared);
  }

  const bool professional = person.tie == Tie::StudioOwner || person.tie == Tie::StudioMember;
  if (!professional) {
    OnboardingTruth& onboarding = counts.onboarding;
    ++onboarding.sign_ups;
    onboarding.stuck += person.stuck;
    if (person.activated_at) ++(person.stuck ? onboarding.stuck_activated : onboarding.others_activated);
    if (person.paid_at) ++(person.stuck ? onboarding.stuck_subscribers : onboarding.others_subscribers);
    if (!person.endings.empty()) ++(person.stuck ? onboarding.stuck_left : onboarding.others_left);
  }
  if (person.paid_at) ++counts.subscribers;
  counts.subscribers_at_end += person.subscribed_at_end;
  for (const Ending& ending : person.endings) {
    switch (ending.cause) {
      case Cause::NeedGone: ++counts.leaving.need_gone; break;
      case Cause::Unsolved: ++counts.leaving.unsolved; break;
      case Cause::FoundElsewhere: ++counts.leaving.found_elsewhere; break;
      case Cause::Involuntary: ++counts.leaving.involuntary; break;
    }
  }
}

void add_counts(Truth& truth, const Truth& part) {
  for (const auto member :
       {&Truth::people, &Truth::visitors_only, &Truth::events, &Truth::duplicates, &Truth::late, &Truth::households,
        &Truth::kiosk_users, &Truth::studios, &Truth::studio_members, &Truth::invited, &Truth::subscribers,
        &Truth::subscribers_at_end, &Truth::payments, &Truth::refunds, &Truth::orders, &Truth::order_refunds,
        &Truth::sessions, &Truth::samples, &Truth::parcels})
    truth.*member += part.*member;
  for (const auto member : {&Truth::received_minor, &Truth::refunded_minor, &Truth::samples_minor,
                            &Truth::parcels_minor, &Truth::kit_goods_minor})
    truth.*member += part.*member;
  for (std::size_t i = 0; i < truth.steps.size(); ++i) {
    add(truth.steps[i].people, part.steps[i].people);
    add(truth.steps[i].mature, part.steps[i].mature);
  }
  for (std::size_t i = 0; i < truth.channels.size(); ++i) {
    add(truth.channels[i].visitors, part.channels[i].visitors);
    add(truth.channels[i].sign_ups, part.channels[i].sign_ups);
    truth.channels[i].clicks += part.channels[i].clicks;
    for (std::size_t day = 0; day < truth.channels[i].clicks_by_day.size(); ++day)
      truth.channels[i].clicks_by_day[day] += part.channels[i].clicks_by_day[day];
  }
  for (std::size_t i = 0; i < truth.spikes.size(); ++i) {
    truth.spikes[i].visitors += part.spikes[i].visitors;
    truth.spikes[i].sign_ups += part.spikes[i].sign_ups;
  }
  for (const auto member :
       {&OnboardingTruth::sign_ups, &OnboardingTruth::stuck, &OnboardingTruth::stuck_activated,
        &OnboardingTruth::others_activated, &OnboardingTruth::stuck_subscribers, &OnboardingTruth::others_subscribers,
        &OnboardingTruth::stuck_left, &OnboardingTruth::others_left})
    truth.onboarding.*member += part.onboarding.*member;
  truth.leaving.need_gone += part.leaving.need_gone;
  truth.leaving.unsolved += part.leaving.unsolved;
  truth.leaving.found_elsewhere += part.leaving.found_elsewhere;
  truth.leaving.involuntary += part.leaving.involuntary;
}

void conclude(Truth& truth) {
  if (truth.steps.empty()) return;
  const SideCounts& sign_ups = truth.steps.front().people;
  truth.outsiders_share =
      sign_ups.all() == 0 ? 0 : static_cast<double>(sign_ups.outside) / static_cast<double>(sign_ups.all());
  const auto weakest = [&](auto of) {
    double lowest = 2;
    std::string name;
    for (std::size_t step = 1; step <= 3; ++step) {
      const std::uint64_t before = of(truth.steps[step - 1].mature);
      if (before == 0) continue;
      const double rate = static_cast<double>(of(truth.steps[step].mature)) / static_cast<double>(before);
      if (rate >= lowest) continue;
      lowest = rate;
      name = truth.steps[step].name;
    }
    return name;
  };
  truth.weakest_overall = weakest([](const SideCounts& counts) { return counts.all(); });
  truth.weakest_inside = weakest([](const SideCounts& counts) { return counts.inside; });
}

std::vector<Happening> spend_on_marketing(const World& world, Truth& truth) {
  std::vector<Happening> happenings;
  if (truth.steps.empty()) return happenings;
  const std::size_t days = truth.channels.front().clicks_by_day.size();
  for (std::size_t day = 0; day < days; ++day)
    for (std::size_t i = 0; i < world.company.channels.size(); ++i) {
      ChannelTruth& channel = truth.channels[i];
      // The networks' accounts of a day come in the evening.
      const UtcMicros at =
          world.zone.start_of(truth.from + std::chrono::days(day)) + std::chrono::hours(kMarketingHour);
      const auto minor = static_cast<std::uint32_t>(
          std::llround(channel.clicks_by_day[day] * world.company.channels[i].cost_per_click * 100));
      if (minor == 0) continue;
      channel.spend_minor += minor;
      happenings.push_back({.at_us = at.time_since_epoch().count(),
                            .received_us = (at + std::chrono::minutes(20)).time_since_epoch().count(),
                            .family = kOfNobody,
                            .sequence = static_cast<std::uint32_t>(day * world.company.channels.size() + i),
                            .member = 0,
                            .act = Act::MarketingSpent,
                            .device = 0,
                            .flags = 0,
                            .spare = {},
                            .a = static_cast<std::uint32_t>(i),
                            .b = minor,
                            .c = 0,
                            .d = 0});
    }
  truth.events += happenings.size();
  return happenings;
}

void Life::write_person(const Person& person) {
  const auto moment = [](const std::optional<UtcMicros>& at) {
    return at ? boost::json::value(format_moment(*at)) : boost::json::value(nullptr);
  };
  boost::json::array endings;
  for (const Ending& ending : person.endings)
    endings.push_back(
        {{"at", format_moment(ending.at)}, {"cause", kCauseNames[static_cast<std::size_t>(ending.cause)]}});
  boost::json::object line = {
      {"user_id", user_id_of(family_, person.member)},
      {"how", kTieNames[static_cast<std::size_t>(person.tie)]},
      {"inside", person.inside},
      {"declared", kDeclaredNames[static_cast<std::size_t>(person.declared)]},
      {"practice", world_.practice(person.practice)},
      {"practice_told", person.told},
      {"country", world_.country(person.country)},
      {"channel", world_.channel_name(person.arrival.channel)},
      {"spike",
       person.arrival.spike == SIZE_MAX ? boost::json::value(nullptr) : boost::json::value(person.arrival.spike)},
      {"arrived_at", format_moment(person.arrival.at)},
      {"signed_up_at", moment(person.signed_up_at)},
      {"stuck", person.stuck},
      {"activated_at", moment(person.activated_at)},
      {"retained_at", moment(person.retained_at)},
      {"paid_at", moment(person.paid_at)},
      {"referred_at", moment(person.referred_at)},
      {"sessions_a_week", person.sessions_a_week},
      {"k", person.k},
      {"minutes_median", person.minutes},
      {"browser", person.browser},
      {"churn_probability", person.theta},
      {"endings", std::move(endings)},
      {"subscribed_at_end", person.subscribed_at_end},
      {"kits_a_week", person.kits_a_week},
      {"kits_dropout", person.kits_dropout},
      {"kits_mean_amount", person.kits_mean_amount},
      {"inviter", person.tie == Tie::Invited ? boost::json::value(user_id_of(family_, person.inviter))
                                             : boost::json::value(nullptr)},
      {"account", person.tie == Tie::StudioOwner || person.tie == Tie::StudioMember
                      ? boost::json::value(account_id_of(family_))
                      : boost::json::value(nullptr)},
      {"household", person.household}};
  people_->append(boost::json::serialize(line));
  people_->push_back('\n');
}

}  // namespace habitue::simulate
