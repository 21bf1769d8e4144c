#include <algorithm>
#include <tuple>

#include "config/config.hpp"

namespace habitue::config {
namespace {

auto fields(const Business& b) {
  return std::tie(b.name, b.model, b.currency, b.zone.name(), b.language, b.sides, b.money, b.exchange_rates, b.margin,
                  b.products, b.costs, b.marketing, b.acquisition, b.delivery, b.treatments, b.offers, b.actions, b.map,
                  b.value_classes, b.relations, b.steps, b.stages, b.subscription, b.hypotheses, b.channels, b.identity,
                  b.wanted_act);
}

std::vector<std::string> joined(std::vector<std::string> left, const std::vector<std::string>& right) {
  for (const std::string& text : right)
    if (std::find(left.begin(), left.end(), text) == left.end()) left.push_back(text);
  return left;
}

}  // namespace

bool operator==(const Business& left, const Business& right) { return fields(left) == fields(right); }

std::vector<CostRule> default_costs() {
  CostRule spent;
  spent.name = "resources";
  spent.events = {"Resource Spent"};
  return {std::move(spent)};
}

std::vector<Treatment> default_treatments() {
  return {{.name = "clients", .roles = {"client"}, .channels = {"phone", "email", "chat"}, .reply_hours = 24},
          {.name = "prospects", .roles = {"prospect"}, .channels = {"email", "help centre"}, .reply_hours = 72},
          {.name = "others", .channels = {"forum", "help centre"}, .reply_hours = 168}};
}

std::vector<OfferAction> default_actions() {
  return {{.name = "message"},
          {.name = "conversion", .kind = "conversion"},
          {.name = "delivery", .fr = "livraison", .kind = "delivery"}};
}

std::vector<std::string> phases_of(const OfferAction& action) {
  if (!action.phases.empty()) return action.phases;
  if (action.kind == "conversion") return {"interest", "desire"};
  if (action.kind == "delivery") return {"action"};
  return {"none", "attention", "interest", "desire", "action"};
}

std::vector<Relation> default_relations() {
  static const std::vector<Relation> relations = [] {
    std::vector<Relation> made;
    for (const auto& [name, who] :
         {std::pair{"critic", "last(score of Feedback Given) <= 6 in last 365 days"},
          std::pair{"creator", "did (Creation Shared or Content Created) in last 365 days"},
          std::pair{"advocate", "did (Invite Sent or Referral Sent or Review Written) in last 365 days"},
          std::pair{"fan", "last(score of Feedback Given) >= 9 in last 365 days"},
          std::pair{"regular", "stage in (new, active, occasional, back)"}, std::pair{"silent", "everyone"}})
      made.push_back({name, *criteria::parse(who)});
    return made;
  }();
  return relations;
}

std::vector<Step> default_steps(const Business& business) {
  std::vector<Step> steps;
  const auto add = [&](std::string name, std::vector<std::string> events, std::uint32_t occurrence, bool optional) {
    Step& step = steps.emplace_back();
    step.name = std::move(name);
    step.events = std::move(events);
    step.occurrence = occurrence;
    step.optional = optional;
  };
  add("acquisition", {}, 1, false);  // Any event.
  if (business.model == BusinessModel::Purchases) {
    add("activation", {"Product Added", "Checkout Started"}, 1, true);
    add("revenue", business.money.purchases, 1, false);
    add("retention", business.money.purchases, 2, false);
    add("referral", {"Invite Sent", "Product Shared", "Referral Sent"}, 1, true);
    return steps;
  }
  // A list may have been emptied, and a step without events would be reached by any.
  const SubscriptionRules& subscription = business.subscription;
  if (auto first_value = joined(subscription.trial_started, subscription.value_events); !first_value.empty())
    add("activation", std::move(first_value), 1, true);
  add("revenue", business.money.payments, 1, false);
  if (!subscription.renewed.empty())
    add("retention", subscription.renewed, 1, false);
  else
    add("retention", business.money.payments, 2, false);
  add("referral", {"Invite Sent", "Referral Sent"}, 1, true);
  return steps;
}

const Hypothesis* hypothesis_at(const Business& business, UtcMicros moment) {
  const Hypothesis* found = nullptr;
  for (const Hypothesis& hypothesis : business.hypotheses)
    if (business.zone.start_of(hypothesis.from) <= moment) found = &hypothesis;
  return found;
}

const Hypothesis* find_hypothesis(const Business& business, std::string_view version) {
  const auto found = std::find_if(business.hypotheses.begin(), business.hypotheses.end(),
                                  [&](const Hypothesis& hypothesis) { return hypothesis.version == version; });
  return found == business.hypotheses.end() ? nullptr : &*found;
}

}  // namespace habitue::config
