// What people do with the product: sessions of their own rhythm, the signs that come before they leave, tickets, kits, invitations.
#include <algorithm>
#include <cmath>

#include "simulate/life.hpp"

namespace habitue::simulate {
namespace {

constexpr double kSignsDays = 45;  // How long before leaving its signs begin.
constexpr std::uint32_t kWorkshops = 60;

double days_between(UtcMicros from, UtcMicros to) { return static_cast<double>((to - from).count()) / 86.4e9; }

}  // namespace

std::uint8_t Life::pick_device(Person& person, Random& draw, UtcMicros at) {
  const double other = draw.uniform();
  if (person.devices < 2 || other < 0.7) return person.main_device;
  const std::uint8_t device = person.devices > 2 && other > 0.9 ? 2 : 1;
  const auto bit = static_cast<std::uint8_t>(1U << device);
  if ((person.signed_in & bit) == 0) {
    person.signed_in |= bit;
    on_device(person, Act::Identify, after_seconds(at, -5), device, identity_of(person));
  }
  return device;
}

// Returns the moment of its completion, or its last.
UtcMicros Life::session(Person& person, Random& draw, UtcMicros at, double minutes, bool completes) {
  const std::uint8_t device = pick_device(person, draw, at);
  const std::uint32_t workshop = draw.below(kWorkshops);
  const bool shares = draw.chance(0.10);
  const UtcMicros watched = after_seconds(at, minutes * 60);
  on_device(person, Act::WorkshopStarted, at, device, {workshop, 0, 0, 0});
  on_device(person, Act::WorkshopWatched, watched, device,
            {workshop, static_cast<std::uint32_t>(std::lround(minutes)), 0, 0});
  if (!completes) return watched;
  const UtcMicros completed = after_seconds(watched, 5);
  on_device(person, Act::WorkshopCompleted, completed, device, {workshop, 0, 0, 0});
  if (shares) on_device(person, Act::CreationShared, after_seconds(completed, 240), device, {workshop, 0, 0, 0});
  return completed;
}

// A renewal process in seasonal time: gaps are Erlang-k with the person's own mean, so that counts of k = 1 are Poisson.
void Life::use(Person& person, Random& draw, const Use& use) {
  const double mean_gap = 7 / person.sessions_a_week;
  const UtcMicros until = std::min(use.to, world_.end);
  // Who found something else stops some two or three weeks before saying so.
  const UtcMicros stops = use.leaves == Cause::FoundElsewhere ? after_days(use.to, -draw.between(10, 20)) : use.to;
  double moment = world_.season.seasonal(use.from);
  while (true) {
    moment += mean_gap * draw.gamma(person.k) / person.k;
    const UtcMicros at = world_.season.wall(moment);
    if (at >= until) break;
    double minutes = std::clamp(draw.log_normal(person.minutes, company_.rhythm.minutes_sigma_session), 3.0, 240.0);
    double completes = 0.6;
    if (person.browser) {
      minutes = draw.between(0.6, 2);
      completes = 0;
    }
    const double left = days_between(at, use.to);
    if (use.leaves == Cause::NeedGone && left < kSignsDays && !draw.chance(left / kSignsDays)) continue;
    if (use.leaves == Cause::Unsolved && left < kSignsDays) {
      minutes = std::max(1.0, minutes * 0.4);
      completes *= 0.3;
    }
    if (at >= stops) continue;
    ++counts_->sessions;
    session(person, draw, at, minutes, draw.chance(completes));
  }
  Random support = random(person, Aspect::Support);
  if (person.paid_at) ask_support(person, support, use);
  Random signs = random(person, Aspect::Leaving);
  if (use.leaves) show_signs(person, signs, use);
}

void Life::show_signs(Person& person, Random& draw, const Use& use) {
  switch (*use.leaves) {
    case Cause::NeedGone:
      if (draw.chance(0.6))
        on_device(person, Act::ProjectCompleted, after_days(use.to, -draw.between(20, 40)), person.main_device,
                  {draw.below(kWorkshops), 0, 0, 0});
      break;
    case Cause::Unsolved: {
      const std::uint32_t tickets = 2 + draw.below(2);
      for (std::uint32_t i = 0; i < tickets; ++i)
        open_ticket(person, draw, after_days(use.to, -draw.between(3, 40)), company_.support.solved * 0.3);
      break;
    }
    case Cause::FoundElsewhere: {
      const UtcMicros compares = after_days(use.to, -draw.between(2, 25));
      on_device(person, Act::PageComparison, compares, person.main_device);
      if (draw.chance(0.5))
        on_device(person, Act::PageComparison, after_days(use.to, -draw.between(1, 10)), person.main_device);
      if (draw.chance(0.7))
        on_device(person, Act::DataExported, after_days(use.to, -draw.between(0.1, 3)), person.main_device);
      break;
    }
    case Cause::Involuntary: break;
  }
}

void Life::ask_support(const Person& person, Random& draw, const Use& use) {
  const double days = days_between(use.from, std::min(use.to, world_.end));
  if (days <= 0) return;
  const std::uint32_t tickets = draw.poisson(std::min(company_.support.tickets_a_month * days / 30, 100.0));
  for (std::uint32_t i = 0; i < tickets; ++i)
    open_ticket(person, draw, after_days(use.from, draw.between(0, days)), company_.support.solved);
}

void Life::open_ticket(const Person& person, Random& draw, UtcMicros at, double solved) {
  const std::uint32_t topic = draw.below(5);
  const std::uint32_t ticket = ++tickets_;
  on_device(person, Act::TicketOpened, at, person.main_device, {topic, ticket, 0, 0});
  const double days = draw.exponential() * 1.5 + 0.05;
  if (draw.chance(solved)) by_server(person, Act::TicketSolved, after_days(at, days), {topic, ticket, 0, 0});
}

// BG/NBD in plain weeks, whatever the season: after each purchase but the first the person may drop out for good.
void Life::buy_kits(Person& person) {
  const Kits& kits = company_.kits;
  Random draw = random(person, Aspect::Kits);
  if (!draw.chance(kits.buyers)) return;
  person.kits_a_week = draw.gamma(kits.r) / kits.alpha;
  person.kits_dropout = draw.beta(kits.a, kits.b);
  const double nu = draw.gamma(kits.q) / kits.gamma;
  person.kits_mean_amount = kits.p / nu;
  UtcMicros at = after_days(*person.paid_at, draw.between(0.01, 30));
  for (std::uint32_t order = 1; in_time(at); ++order) {
    const auto amount =
        static_cast<std::uint32_t>(std::clamp(std::llround(100 * draw.gamma(kits.p) / nu), 50LL, 10'000'000LL));
    const bool refunded = draw.chance(kits.refund);
    const UtcMicros refunded_at = after_days(at, draw.between(2, 20));
    const std::uint32_t product = draw.below(kKits);
    on_device(person, Act::OrderCompleted, at, person.main_device, {product, amount, order, 0});
    ++counts_->orders;
    counts_->received_minor += amount;
    counts_->kit_goods_minor += kit_cost_minor(company_.costs, product, amount);
    const UtcMicros shipped_at = after_days(at, 1);
    by_server(person, Act::OrderShipped, shipped_at,
              {product, static_cast<std::uint32_t>(company_.costs.delivery_minor), order, 0});
    if (in_time(shipped_at)) {
      ++counts_->parcels;
      counts_->parcels_minor += company_.costs.delivery_minor;
    }
    if (refunded) {
      by_server(person, Act::OrderRefunded, refunded_at, {product, amount, order, 0});
      if (in_time(refunded_at)) {
        ++counts_->order_refunds;
        counts_->refunded_minor += amount;
      }
    }
    if (order > 1 && draw.chance(person.kits_dropout)) break;
    if (person.kits_a_week < 1e-6) break;
    at = after_days(at, std::min(1e5, 7 * draw.exponential() / person.kits_a_week));
  }
}

void Life::invite(Person& person, UtcMicros until) {
  Random draw = random(person, Aspect::Invites);
  const StepRates& rates = person.inside ? company_.inside : company_.outside;
  if (!draw.chance(rates.referral)) return;
  const double days = std::clamp(days_between(*person.paid_at, until), 2.0, 59.0);
  const UtcMicros first = after_days(*person.paid_at, draw.between(1, days));
  person.referred_at = if_in_time(first);
  const std::uint32_t invitations = 1 + draw.poisson(company_.referral.invites);
  for (std::uint32_t i = 0; i < invitations; ++i) {
    const UtcMicros at = after_seconds(first, 25.0 * i);
    on_device(person, Act::InviteSent, at, person.main_device, {i + 1, 0, 0, 0});
    const bool comes = draw.chance(company_.referral.accepted);
    const UtcMicros comes_at = after_days(at, 0.02 + draw.exponential() * 5);
    if (comes && in_time(comes_at))
      pending_.push_back({Tie::Invited, comes_at, person.member, person.inside, person.country, kEnd, false});
  }
}

void Life::add_members(const Person& owner, UtcMicros until) {
  Random draw = random(owner, Aspect::Studio);
  const std::uint32_t members = 2 + draw.poisson(company_.studios.members) + (owner.shared_inbox ? 7 : 0);
  for (std::uint32_t i = 0; i < members; ++i) {
    const UtcMicros at = after_days(*owner.signed_up_at, draw.between(0.2, 25));
    on_device(owner, Act::MemberAdded, after_seconds(at, -1800), owner.main_device, {i + 1, 0, 0, 0});
    pending_.push_back({Tie::StudioMember, at, owner.member, false, owner.country, until, owner.shared_inbox});
  }
}

void Life::visit_kiosk(const Person& person) {
  Random draw = random(person, Aspect::Devices);
  if (company_.devices.kiosks == 0 || !draw.chance(company_.devices.kiosk_use)) return;
  const auto kiosk = static_cast<std::uint8_t>(kFirstKiosk + draw.below(std::min(company_.devices.kiosks, 50U)));
  const UtcMicros at = after_days(*person.signed_up_at, draw.between(1, 90));
  if (!in_time(at)) return;
  ++counts_->kiosk_users;
  on_device(person, Act::Identify, at, kiosk, identity_of(person));
  on_device(person, Act::PageCatalogue, after_seconds(at, 12), kiosk);
  on_device(person, Act::PageWorkshop, after_seconds(at, 50), kiosk, {draw.below(kWorkshops), 0, 0, 0});
}

}  // namespace habitue::simulate
