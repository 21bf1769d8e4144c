#include "simulate/life.hpp"

#include <algorithm>
#include <cmath>

namespace habitue::simulate {
namespace {

using std::chrono::microseconds;

constexpr double kActivationDays = 9.8;  // Within the 10 days of the definition, to spare.
constexpr double kRetentionDays = 25.8;  // Within 26.

}  // namespace

UtcMicros after_days(UtcMicros moment, double days) { return moment + microseconds(std::llround(days * 86.4e9)); }
UtcMicros after_seconds(UtcMicros moment, double seconds) { return moment + microseconds(std::llround(seconds * 1e6)); }

void Life::invent(std::uint32_t family, std::vector<Happening>& out, Truth& counts, std::string* people) {
  family_ = family;
  sequence_ = 0;
  members_ = 0;
  tickets_ = 0;
  delivery_ = Random(world_.seed, family, static_cast<std::uint32_t>(Aspect::Delivery));
  pending_.clear();
  out_ = &out;
  counts_ = &counts;
  people_ = people;

  Person root;
  Random draw = random(root, Aspect::Arrival);
  root.arrival = world_.draw_arrival(draw);
  if (draw.chance(company_.studios.share)) {
    root.tie = Tie::StudioOwner;
    root.shared_inbox = draw.chance(company_.studios.shared_inbox);
  } else if (draw.chance(company_.devices.household)) {
    root.household = true;
    root.main_device = kHouseholdDevice;
  }
  live(std::move(root), nullptr);
  // Whom the family brings may bring others in turn.
  for (std::size_t next = 0; next < pending_.size() && next < 60'000; ++next) {
    const Pending brought = pending_[next];
    Person person;
    person.member = ++members_;
    person.tie = brought.tie;
    person.inviter = brought.inviter;
    person.arrival = {brought.at, brought.tie == Tie::Invited ? world_.referral_channel() : world_.channel_of("direct"),
                      0, SIZE_MAX};
    person.account_until = brought.until;
    person.shared_inbox = brought.shared_inbox;
    if (brought.tie == Tie::Household) {
      person.household = true;
      person.main_device = kHouseholdDevice;
    }
    live(std::move(person), &brought);
  }
}

void Life::live(Person person, const Pending* brought) {
  draw_self(person, brought);
  if (person.tie == Tie::Own && person.household) {
    Random draw = random(person, Aspect::Studio);
    pending_.push_back({Tie::Household, after_days(person.arrival.at, draw.between(1, 60)), 0, person.inside,
                        person.country, kEnd, false});
  }
  if (in_time(person.arrival.at) && visit(person)) {
    sign_up(person);
    try_out(person);
    UtcMicros until = after_days(*person.signed_up_at, company_.subscription.trial_days);
    if (person.paid_at) until = subscribe(person);
    if (person.tie == Tie::StudioOwner) add_members(person, until);
    visit_kiosk(person);
  }
  if (in_time(person.arrival.at)) {
    count(person);
    if (people_ != nullptr) write_person(person);
  }
}

void Life::draw_self(Person& person, const Pending* brought) const {
  const Audience& audience = company_.audience;
  Random draw = random(person, Aspect::Self);
  const bool professional = person.tie == Tie::StudioOwner || person.tie == Tie::StudioMember;
  if (professional) {
    person.inside = false;
  } else if (brought != nullptr) {
    person.inside = draw.chance(company_.referral.like_inviter) == brought->inviter_inside;
  } else {
    person.inside = draw.chance(person.arrival.inside_share);
  }

  const auto served = static_cast<std::uint8_t>(audience.countries.size());
  person.country =
      brought != nullptr && !person.inside ? brought->country : static_cast<std::uint8_t>(world_.countries.pick(draw));
  if (brought != nullptr && person.inside && brought->country < served) person.country = brought->country;
  if (professional) {
    const auto& others = audience.other_practices;
    const auto found = std::find(others.begin(), others.end(), "professional");
    person.practice = static_cast<std::uint8_t>(1 + (found == others.end() ? 0 : found - others.begin()));
    person.country %= served;
  } else if (!person.inside && (person.country >= served || draw.chance(audience.abroad_share))) {
    person.practice = 0;
    person.country =
        static_cast<std::uint8_t>(served + draw.below(static_cast<std::uint32_t>(audience.other_countries.size())));
  } else if (!person.inside) {
    person.practice = static_cast<std::uint8_t>(1 + world_.other_practices.pick(draw));
  }
  person.told = !draw.chance(audience.practice_missing);
  // Kleene's "and": who lives elsewhere is outside whatever the practice; who lives here and does not tell it is unknown.
  const bool elsewhere = person.country >= served;
  person.declared = elsewhere || (person.told && !person.inside) ? Declared::Outside
                    : person.told                                ? Declared::Inside
                                                                 : Declared::Unknown;
  person.stuck = !professional && draw.chance(company_.onboarding.stuck);

  const Devices& devices = company_.devices;
  const double more = draw.uniform();
  person.devices = more < devices.third ? 3 : more < devices.third + devices.second ? 2 : 1;
  person.city = static_cast<std::uint8_t>(draw.below(8));
  Random names = random(person, Aspect::Names);
  person.first_name = static_cast<std::uint8_t>(names.below(40));
  person.last_name = static_cast<std::uint8_t>(names.below(40));

  Random rhythm = random(person, Aspect::Rhythm);
  person.k = static_cast<std::uint32_t>(1 + world_.rhythms.pick(rhythm));
  person.sessions_a_week = std::max(0.02, rhythm.gamma(company_.rhythm.shape) / company_.rhythm.rate);
  person.minutes = rhythm.log_normal(company_.rhythm.minutes_median, company_.rhythm.minutes_sigma_person);
  person.browser = rhythm.chance(company_.rhythm.browsers);
}

// Visits until the one that signs up, or until the person gives up. True when the sign-up lies in time.
bool Life::visit(Person& person) {
  Random draw = random(person, Aspect::Visits);
  const StepRates& rates = person.inside ? company_.inside : company_.outside;
  const bool professional = person.tie == Tie::StudioOwner || person.tie == Tie::StudioMember;
  const bool signs_up =
      draw.chance(rates.sign_up) || person.tie == Tie::StudioMember || (professional && draw.chance(0.5));
  const std::uint32_t visits = person.tie == Tie::StudioMember ? 1 : draw.geometric(signs_up ? 1.6 : 1.4);
  double moment = world_.season.seasonal(person.arrival.at);
  UtcMicros at = person.arrival.at;
  for (std::uint32_t visit = 0; visit < visits && in_time(at); ++visit) {
    const bool last = visit + 1 == visits;
    // The first visit and the sign-up are made on one device, so that first touch can be found.
    std::uint8_t device = person.main_device;
    if (visit > 0 && !last && person.devices > 1 && draw.chance(0.4)) device = 1;
    look_around(person, draw, at, device, draw.geometric(person.inside ? 3.2 : 2.4), visit == 0);
    if (last && signs_up) {
      person.signed_up_at = if_in_time(after_seconds(at, draw.between(90, 900)));
      break;
    }
    moment += 0.05 + draw.exponential() * 4;
    at = world_.season.wall(moment);
  }
  return person.signed_up_at.has_value();
}

std::uint32_t Life::campaign_of(const Person& person) const {
  if (person.tie == Tie::Household || person.tie == Tie::StudioMember) return 0;
  const std::size_t channel = person.arrival.channel;
  const bool direct = channel < company_.channels.size() && company_.channels[channel].medium.empty();
  return direct ? 0 : static_cast<std::uint32_t>(channel + 1);
}

void Life::look_around(const Person& person, Random& draw, UtcMicros at, std::uint8_t device, std::uint32_t pages,
                       bool first) {
  static constexpr Act kPages[] = {Act::PageCatalogue, Act::PageWorkshop, Act::PageWorkshop, Act::PageBlog,
                                   Act::PagePricing};
  pages = std::min(pages, 12U);
  for (std::uint32_t page = 0; page < pages; ++page) {
    const bool landing = page == 0;
    const Act what = landing ? (draw.chance(0.5) ? Act::PageHome : Act::PageWorkshop) : kPages[draw.below(5)];
    on_device(person, what, at, device,
              {draw.below(60), landing && first ? campaign_of(person) : 0, person.inviter, 0});
    at = after_seconds(at, 8 + draw.exponential() * 45);
  }
}

void Life::sign_up(Person& person) {
  Random draw = random(person, Aspect::SignUp);
  const UtcMicros at = *person.signed_up_at;
  person.signed_in = 1;
  act(person, Act::PageSignUp, after_seconds(at, -20 - draw.between(0, 40)), kOnDevice, person.main_device, {});
  on_device(person, Act::Identify, after_seconds(at, -0.4), person.main_device, identity_of(person));
  on_device(person, Act::SignedUp, at, person.main_device,
            {static_cast<std::uint32_t>(person.arrival.channel), person.inviter, 0, 0});
  if (person.tie == Tie::StudioOwner || person.tie == Tie::StudioMember)
    act(person, Act::Group, after_seconds(at, 1), kOnDevice | kKnown | kForAccount, person.main_device, {});
  onboard(person, draw, after_seconds(at, 4));
  send_sample(person);
}

void Life::send_sample(const Person& person) {
  if (person.tie == Tie::StudioOwner || person.tie == Tie::StudioMember) return;
  Random draw = random(person, Aspect::Samples);
  if (!draw.chance(company_.costs.samples)) return;
  const UtcMicros at = after_days(*person.signed_up_at, draw.between(0.5, 3));
  by_server(person, Act::SampleSent, at, {0, static_cast<std::uint32_t>(company_.costs.sample_minor), 0, 0});
  if (!in_time(at)) return;
  ++counts_->samples;
  counts_->samples_minor += company_.costs.sample_minor;
}

void Life::onboard(const Person& person, Random& draw, UtcMicros at) {
  const Onboarding& onboarding = company_.onboarding;
  for (std::uint32_t step = 0; step < onboarding.steps.size(); ++step) {
    on_device(person, Act::OnboardingViewed, at, person.main_device, {step, 0, 0, 0});
    const bool hard = step == world_.stuck_step;
    const bool skips = draw.chance(onboarding.skipped);
    const std::uint32_t attempts = 1 + draw.below(3);
    const double seconds = 15 + draw.exponential() * 60;
    if (hard && person.stuck) {
      for (std::uint32_t attempt = 0; attempt < attempts; ++attempt)
        on_device(person, Act::OnboardingError, after_seconds(at, 20 * (attempt + 1.0)), person.main_device,
                  {step, attempt, 0, 0});
    } else if (hard || !skips) {
      on_device(person, Act::OnboardingCompleted, after_seconds(at, seconds), person.main_device, {step, 0, 0, 0});
    }
    at = after_seconds(at, seconds + 70);
  }
  if (person.tie != Tie::StudioMember) by_server(person, Act::TrialStarted, after_seconds(at, 2));
}

bool Life::pays(const Person& person, Random& draw) const {
  if (person.tie == Tie::StudioMember) return false;
  const double rate = person.tie == Tie::StudioOwner ? company_.studios.revenue
                      : person.inside                ? company_.inside.revenue
                                                     : company_.outside.revenue;
  return draw.chance(rate);
}

// The trial decides activation, then retention, then revenue, each given the one before.
void Life::try_out(Person& person) {
  Random draw = random(person, Aspect::Use);
  const UtcMicros signed_up = *person.signed_up_at;
  const Onboarding& onboarding = company_.onboarding;
  const StepRates& rates = person.inside || person.tie == Tie::StudioMember ? company_.inside : company_.outside;
  const bool owner = person.tie == Tie::StudioOwner;
  const bool activates = draw.chance(rates.activation * (person.stuck ? onboarding.stuck_activation : 1)) || owner;
  const bool stays = draw.chance(rates.retention * (person.stuck ? onboarding.stuck_retention : 1)) || owner;
  const bool pays_then = pays(person, draw);
  const UtcMicros trial_ends =
      after_seconds(after_days(signed_up, company_.subscription.trial_days), draw.between(600, 7200));

  if (!activates) {
    // Looks at one workshop, or comes back once to look around; nothing is completed.
    const UtcMicros at = after_days(signed_up, draw.between(0.01, 6));
    if (draw.chance(0.4))
      session(person, draw, at, draw.between(1, 9), false);
    else if (draw.chance(0.3))
      look_around(person, draw, at, person.main_device, draw.geometric(2), false);
  } else {
    // Within the definition's days: an exponential of 2.5 days, cut off.
    const double cut = 1 - std::exp(-kActivationDays / 2.5);
    const double minutes =
        std::clamp(draw.log_normal(person.minutes, company_.rhythm.minutes_sigma_session), 5.0, 180.0);
    const double days = std::max(0.01, -2.5 * std::log(1 - cut * draw.uniform()));
    const UtcMicros first =
        session(person, draw, after_days(signed_up, std::min(days, kActivationDays - 0.2)), minutes, true);
    person.activated_at = if_in_time(first);
    const double first_days = static_cast<double>((first - signed_up).count()) / 86.4e9;
    if (stays) {
      const UtcMicros again = after_days(signed_up, draw.between(first_days + 0.8, kRetentionDays - 0.2));
      person.retained_at =
          if_in_time(session(person, draw, again, std::clamp(draw.log_normal(person.minutes, 0.4), 5.0, 180.0), true));
      const UtcMicros until = person.tie == Tie::StudioMember ? person.account_until : trial_ends;
      use(person, draw, {after_days(again, 0.5), until, std::nullopt});
    } else if (draw.chance(0.5)) {
      session(person, draw, after_days(first, draw.between(0.5, 12)), draw.between(1, 10), false);
    }
  }
  if (activates && stays && pays_then)
    person.paid_at = if_in_time(trial_ends);
  else if (person.tie != Tie::StudioMember)
    by_server(person, Act::TrialEnded, trial_ends);
}

void Life::act(const Person& person, Act what, UtcMicros at, std::uint8_t flags, std::uint8_t device,
               std::array<std::uint32_t, 4> payload) {
  const std::uint32_t sequence = sequence_++;
  if (!in_time(at)) return;
  const Delivery& delivery = company_.delivery;
  const double chance = delivery_.uniform();
  double seconds = 0.05 + delivery_.exponential() * 0.4;
  if ((flags & kOnDevice) != 0) {
    if (chance < delivery.late) {
      flags |= kLate;
      seconds = 86'400 * delivery_.between(1, 5);
      ++counts_->late;
    }
    if (what <= Act::PageAccount && what != Act::PageSignUp && delivery_.chance(company_.devices.broken_client))
      flags |= kBroken;
  }
  Happening happening{.at_us = at.time_since_epoch().count(),
                      .received_us = after_seconds(at, seconds).time_since_epoch().count(),
                      .family = family_,
                      .sequence = sequence,
                      .member = person.member,
                      .act = what,
                      .device = device,
                      .flags = flags,
                      .spare = {},
                      .a = payload[0],
                      .b = payload[1],
                      .c = payload[2],
                      .d = payload[3]};
  out_->push_back(happening);
  ++counts_->events;
  if (chance > 1 - delivery.duplicate) {
    happening.flags |= kAgain;
    happening.received_us = after_seconds(at, seconds + delivery_.between(1, 600)).time_since_epoch().count();
    out_->push_back(happening);
    ++counts_->events;
    ++counts_->duplicates;
  }
}

}  // namespace habitue::simulate
