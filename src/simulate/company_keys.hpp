// Every parameter with its key and its range, once: reading, writing and checking are three visitors of the same list.
#pragma once

#include "simulate/company.hpp"

namespace habitue::simulate {

/// Visits all keys of a company. `Subject` is Company or const Company; the visitor has section(name), share, positive,
/// amount (0 or more), count, money, text, texts, weights and list(key, items, visit_item).
template <class Visitor, class Subject>
void visit_company(Visitor& visit, Subject& company) {
  visit.text("name", company.name);
  visit.text("zone", company.zone);
  visit.text("currency", company.currency);

  visit.section("audience");
  visit.text("practice", company.audience.practice);
  visit.texts("countries", company.audience.countries);
  visit.weights("country_weights", company.audience.country_weights);
  visit.texts("other_practices", company.audience.other_practices);
  visit.weights("other_weights", company.audience.other_weights);
  visit.share("abroad_share", company.audience.abroad_share);
  visit.texts("other_countries", company.audience.other_countries);
  visit.share("practice_missing", company.audience.practice_missing);

  visit.section("season");
  visit.weights("months", company.season.months);
  visit.weights("weekdays", company.season.weekdays);
  visit.weights("hours", company.season.hours);
  visit.positive("growth_per_year", company.season.growth_per_year);

  const auto rates = [&visit](const char* section, auto& step_rates) {
    visit.section(section);
    visit.share("sign_up", step_rates.sign_up);
    visit.share("activation", step_rates.activation);
    visit.share("retention", step_rates.retention);
    visit.share("revenue", step_rates.revenue);
    visit.share("referral", step_rates.referral);
  };
  rates("inside", company.inside);
  rates("outside", company.outside);

  visit.section("onboarding");
  visit.texts("steps", company.onboarding.steps);
  visit.text("stuck_step", company.onboarding.stuck_step);
  visit.share("stuck", company.onboarding.stuck);
  visit.share("skipped", company.onboarding.skipped);
  visit.share("stuck_activation", company.onboarding.stuck_activation);
  visit.share("stuck_retention", company.onboarding.stuck_retention);
  visit.positive("stuck_hazard", company.onboarding.stuck_hazard);

  visit.section("subscription");
  visit.count("trial_days", company.subscription.trial_days);
  visit.positive("churn_alpha", company.subscription.churn_alpha);
  visit.positive("churn_beta", company.subscription.churn_beta);
  visit.share("upgrade", company.subscription.upgrade);
  visit.share("payment_fails", company.subscription.payment_fails);
  visit.share("refund", company.subscription.refund);
  visit.share("comes_back", company.subscription.comes_back);

  visit.section("leaving");
  visit.amount("need_gone", company.leaving.need_gone);
  visit.amount("unsolved", company.leaving.unsolved);
  visit.amount("found_elsewhere", company.leaving.found_elsewhere);
  visit.amount("involuntary", company.leaving.involuntary);
  visit.amount("stuck_unsolved", company.leaving.stuck_unsolved);
  visit.share("reason_told", company.leaving.reason_told);

  visit.section("rhythm");
  visit.positive("shape", company.rhythm.shape);
  visit.positive("rate", company.rhythm.rate);
  visit.weights("k_weights", company.rhythm.k_weights);
  visit.positive("minutes_median", company.rhythm.minutes_median);
  visit.amount("minutes_sigma_person", company.rhythm.minutes_sigma_person);
  visit.amount("minutes_sigma_session", company.rhythm.minutes_sigma_session);
  visit.share("browsers", company.rhythm.browsers);

  visit.section("kits");
  visit.share("buyers", company.kits.buyers);
  visit.positive("r", company.kits.r);
  visit.positive("alpha", company.kits.alpha);
  visit.positive("a", company.kits.a);
  visit.positive("b", company.kits.b);
  visit.positive("p", company.kits.p);
  visit.positive("q", company.kits.q);
  visit.positive("gamma", company.kits.gamma);
  visit.share("refund", company.kits.refund);

  visit.section("support");
  visit.amount("tickets_a_month", company.support.tickets_a_month);
  visit.share("solved", company.support.solved);

  visit.section("referral");
  visit.amount("invites", company.referral.invites);
  visit.share("accepted", company.referral.accepted);
  visit.share("like_inviter", company.referral.like_inviter);

  visit.section("studios");
  visit.share("share", company.studios.share);
  visit.amount("members", company.studios.members);
  visit.share("shared_inbox", company.studios.shared_inbox);
  visit.money("price_minor", company.studios.price_minor);
  visit.share("revenue", company.studios.revenue);

  visit.section("costs");
  visit.share("kit_goods", company.costs.kit_goods);
  visit.money("delivery_minor", company.costs.delivery_minor);
  visit.share("samples", company.costs.samples);
  visit.money("sample_minor", company.costs.sample_minor);

  visit.section("devices");
  visit.share("second", company.devices.second);
  visit.share("third", company.devices.third);
  visit.share("household", company.devices.household);
  visit.count("kiosks", company.devices.kiosks);
  visit.share("kiosk_use", company.devices.kiosk_use);
  visit.share("broken_client", company.devices.broken_client);

  visit.section("delivery");
  visit.share("late", company.delivery.late);
  visit.share("duplicate", company.delivery.duplicate);
  visit.share("skewed", company.delivery.skewed);

  // Lists of tables come last, as TOML wants them.
  visit.section("");
  visit.list("channels", company.channels, [](auto& item_visit, auto& channel) {
    item_visit.text("name", channel.name);
    item_visit.text("medium", channel.medium);
    item_visit.amount("weight", channel.weight);
    item_visit.share("inside_share", channel.inside_share);
    item_visit.amount("cost_per_click", channel.cost_per_click);
  });
  visit.list("spikes", company.spikes, [](auto& item_visit, auto& spike) {
    item_visit.count("day", spike.day);
    item_visit.count("days", spike.days);
    item_visit.amount("size", spike.size);
    item_visit.share("decay", spike.decay);
    item_visit.text("channel", spike.channel);
    item_visit.share("inside_share", spike.inside_share);
  });
  visit.list("plans", company.subscription.plans, [](auto& item_visit, auto& plan) {
    item_visit.text("name", plan.name);
    item_visit.money("price_minor", plan.price_minor);
    item_visit.amount("weight", plan.weight);
  });
}

}  // namespace habitue::simulate
