// Contracts: payments, renewals and endings. Whether a renewal is refused is decided first, so that the weeks before it can
// show why.
#include <algorithm>
#include <cmath>

#include "simulate/life.hpp"

namespace habitue::simulate {
namespace {

// The same day some months later, or the last of that month; at the same time of day, UTC, as a billing server does it.
UtcMicros after_months(UtcMicros moment, std::uint32_t months) {
  const auto day = std::chrono::floor<std::chrono::days>(moment);
  const std::chrono::year_month_day date{day};
  const auto month = std::chrono::year_month{date.year(), date.month()} + std::chrono::months(months);
  const auto last = std::chrono::year_month_day_last{month.year(), std::chrono::month_day_last{month.month()}}.day();
  const std::chrono::year_month_day later{month.year(), month.month(), std::min(date.day(), last)};
  return std::chrono::sys_days(later) + (moment - day);
}

}  // namespace

std::uint32_t Life::price_of(std::uint32_t plan) const {
  const auto& plans = company_.subscription.plans;
  return static_cast<std::uint32_t>(plan < plans.size() ? plans[plan].price_minor : company_.studios.price_minor);
}

UtcMicros Life::subscribe(Person& person) {
  Random draw = random(person, Aspect::Contract);
  const UtcMicros first_until = hold_contract(person, draw, *person.paid_at, 1);
  UtcMicros until = first_until;
  for (std::uint32_t number = 2; number <= 4 && in_time(until); ++number) {
    if (person.tie == Tie::StudioOwner || !draw.chance(company_.subscription.comes_back)) break;
    const UtcMicros back = after_days(until, draw.between(60, 200));
    if (!in_time(back)) break;
    look_around(person, draw, after_seconds(back, -600), person.main_device, 3, false);
    until = hold_contract(person, draw, back, number);
  }
  // Who pays may buy kits and invite, from the first payment on.
  if (person.tie == Tie::StudioOwner) return first_until;
  buy_kits(person);
  invite(person, first_until);
  return first_until;
}

UtcMicros Life::hold_contract(Person& person, Random& draw, UtcMicros started_at, std::uint32_t number) {
  const Subscription& terms_of_trade = company_.subscription;
  const bool studio = person.tie == Tie::StudioOwner;
  const auto studio_plan = static_cast<std::uint32_t>(terms_of_trade.plans.size());
  Terms terms{studio ? studio_plan : static_cast<std::uint32_t>(world_.plans.pick(draw)), 0, number};
  terms.price_minor = price_of(terms.plan);
  const double theta = draw.beta(terms_of_trade.churn_alpha, terms_of_trade.churn_beta);
  if (number == 1) person.theta = theta;
  const double refused = person.stuck ? 1 - std::pow(1 - theta, company_.onboarding.stuck_hazard) : theta;

  by_server(person, Act::SubscriptionStarted, started_at, {terms.plan, terms.price_minor, 1, number});
  pay(person, draw, after_seconds(started_at, 2), terms, 1);
  // Past the end of the simulation only the signs of what comes next are still to be seen.
  const UtcMicros horizon = after_days(world_.end, 60);
  for (std::uint32_t period = 1;; ++period) {
    const UtcMicros renewal = after_months(started_at, period);
    if (renewal > horizon) {
      use(person, draw, {started_at, world_.end, std::nullopt});
      person.subscribed_at_end = true;
      return renewal;
    }
    if (draw.chance(refused)) {
      const Cause cause = draw_cause(person, draw);
      const UtcMicros requested_at = after_days(renewal, -draw.between(1, 15));
      const UtcMicros ends_at = cause == Cause::Involuntary ? after_days(renewal, 10) : renewal;
      use(person, draw, {started_at, cause == Cause::Involuntary ? ends_at : requested_at, cause});
      leave(person, draw, renewal, requested_at, cause, terms, period);
      if (in_time(ends_at))
        person.endings.push_back({ends_at, cause});
      else
        person.subscribed_at_end = true;
      return ends_at;
    }
    // Upgrades take effect with the next payment.
    if (draw.chance(terms_of_trade.upgrade) && terms.plan + 1 < studio_plan) {
      ++terms.plan;
      terms.price_minor = price_of(terms.plan);
      by_server(person, Act::SubscriptionUpgraded, after_days(renewal, -draw.between(1, 20)),
                {terms.plan, terms.price_minor, period, number});
    }
    UtcMicros paid_at = renewal;
    if (draw.chance(terms_of_trade.payment_fails)) {
      by_server(person, Act::PaymentFailed, renewal, {terms.plan, terms.price_minor, period + 1, number});
      paid_at = after_days(renewal, 3);
    }
    by_server(person, Act::SubscriptionRenewed, paid_at, {terms.plan, terms.price_minor, period + 1, number});
    pay(person, draw, after_seconds(paid_at, 2), terms, period + 1);
  }
}

void Life::pay(const Person& person, Random& draw, UtcMicros at, const Terms& terms, std::uint32_t period) {
  by_server(person, Act::PaymentSucceeded, at, {terms.plan, terms.price_minor, period, terms.contract});
  const bool refunded = draw.chance(company_.subscription.refund);
  const UtcMicros refunded_at = after_days(at, draw.between(1, 14));
  if (in_time(at)) {
    ++counts_->payments;
    counts_->received_minor += terms.price_minor;
  }
  if (!refunded) return;
  by_server(person, Act::PaymentRefunded, refunded_at, {terms.plan, terms.price_minor, period, terms.contract});
  if (in_time(refunded_at)) {
    ++counts_->refunds;
    counts_->refunded_minor += terms.price_minor;
  }
}

Cause Life::draw_cause(const Person& person, Random& draw) const {
  const Leaving& leaving = company_.leaving;
  const std::array<double, 4> weights = {leaving.need_gone,
                                         leaving.unsolved * (person.stuck ? leaving.stuck_unsolved : 1),
                                         leaving.found_elsewhere, leaving.involuntary};
  double left = draw.uniform() * (weights[0] + weights[1] + weights[2] + weights[3]);
  for (std::size_t cause = 0; cause < weights.size(); ++cause) {
    if (left < weights[cause]) return static_cast<Cause>(cause);
    left -= weights[cause];
  }
  return Cause::NeedGone;
}

void Life::leave(Person& person, Random& draw, UtcMicros renewal, UtcMicros requested_at, Cause cause,
                 const Terms& terms, std::uint32_t period) {
  const std::uint32_t reason = draw.chance(company_.leaving.reason_told) ? 1 + static_cast<std::uint32_t>(cause) : 0;
  if (cause == Cause::Involuntary) {
    for (const int days : {0, 3, 7})
      by_server(person, Act::PaymentFailed, after_days(renewal, days),
                {terms.plan, terms.price_minor, period + 1, terms.contract});
    by_server(person, Act::SubscriptionExpired, after_days(renewal, 10),
              {terms.plan, terms.price_minor, period, terms.contract});
    return;
  }
  on_device(person, Act::PageAccount, after_seconds(requested_at, -40), person.main_device);
  on_device(person, Act::CancellationRequested, requested_at, person.main_device,
            {terms.plan, terms.price_minor, period, terms.contract | reason << 8U});
  by_server(person, Act::SubscriptionCancelled, renewal,
            {terms.plan, terms.price_minor, period, terms.contract | reason << 8U});
}

}  // namespace habitue::simulate
