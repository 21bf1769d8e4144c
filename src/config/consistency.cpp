#include "config/consistency.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "config/keys.hpp"

namespace habitue::config {
namespace {

class Checks {
 public:
  explicit Checks(const Said& said) : said_(said) {}

  void check_all(const Business& business) {
    check_once(business.sides, kSides.name, "name", &Side::name);
    check_once(business.steps, kSteps.name, "name", &Step::name);
    check_once(business.hypotheses, kHypotheses.name, "version", &Hypothesis::version);
    for (std::size_t i = 0; i < business.sides.size(); ++i) {
      const Side& side = business.sides[i];
      if (side.payer && side.charged == Charged::Person)
        mistake_at(fmt::format("sides[{}].payer", i), "sides",
                   "`sides.payer` is for accounts: with charged = \"person\" each pays alone");
    }
    check_once(business.costs, kCosts.name, "name", &CostRule::name);
    check_once(business.treatments, kTreatments.name, "name", &Treatment::name);
    check_once(business.value_classes, kValueClasses.name, "name", &ValueClass::name);
    check_once(business.relations, kRelations.name, "name", &Relation::name);
    check_once(business.offers, kOffers.name, "name", &Offer::name);
    check_once(business.actions, kActions.name, "name", &OfferAction::name);
    check_costs(business);
    check_offers(business);
    check_rates(business);
    check_map(business);
    const auto& versions = business.hypotheses;
    for (std::size_t i = 1; i < versions.size(); ++i) {
      const std::string item = fmt::format("hypotheses[{}]", i);
      if (!said_(item + ".from") || !said_(fmt::format("hypotheses[{}].from", i - 1))) continue;
      if (versions[i].from <= versions[i - 1].from)
        mistake_at(
            item + ".from", item,
            fmt::format(
                "`hypotheses.from` of \"{}\" is {}, not after {} of \"{}\": versions stand in order of their days",
                versions[i].version, format_day(versions[i].from), format_day(versions[i - 1].from),
                versions[i - 1].version));
    }
    if (business.stages.dormant_days < business.stages.at_risk_days)
      mistake_at(
          "stages.dormant_days", "stages.at_risk_days",
          fmt::format("`stages.dormant_days` is {}, below `stages.at_risk_days`, {}: nobody would ever be at risk",
                      business.stages.dormant_days, business.stages.at_risk_days));
    if (business.stages.rhythm == "drives" && business.model == BusinessModel::Subscription)
      mistake_at("stages.rhythm", "stages",
                 "`stages.rhythm` drives the stages of purchases, and a subscription has others: write \"shown\"");
    if (!business.steps.empty() && said_("steps") && business.steps.front().name != "acquisition")
      mistake_at("steps[0].name", "steps", "the first of [[steps]] is \"acquisition\": the others are counted from it");
  }

  std::vector<Contradiction> found() && { return std::move(found_); }

 private:
  void mistake_at(std::string path, std::string otherwise, std::string message) {
    found_.push_back({std::move(path), std::move(otherwise), std::move(message)});
  }

  template <class Owner>
  void check_once(const std::vector<Owner>& owners, std::string_view section, std::string_view key,
                  std::string Owner::*name) {
    std::set<std::string_view> seen;
    for (std::size_t i = 0; i < owners.size(); ++i) {
      const std::string& one = owners[i].*name;
      if (one.empty() || seen.insert(one).second) continue;
      const std::string item = fmt::format("{}[{}]", section, i);
      mistake_at(fmt::format("{}.{}", item, key), item, fmt::format("two of [[{}]] are called \"{}\"", section, one));
    }
  }

  void check_costs(const Business& business) {
    for (std::size_t i = 0; i < business.costs.size(); ++i) {
      const CostRule& rule = business.costs[i];
      const std::string item = fmt::format("costs[{}]", i);
      if (!rule.quantity.empty() && !rule.unit_cost)
        mistake_at(item + ".quantity", item,
                   "`costs.quantity` needs `costs.unit_cost`: what one unit of the quantity costs");
      if (rule.amount.empty() && !rule.unit_cost && said_(item))
        mistake_at(item + ".amount", item,
                   "`costs.amount` is empty and there is no `costs.unit_cost`: nothing would cost");
    }
  }

  void check_rates(const Business& business) {
    std::map<Currency, LocalDay> last;
    for (std::size_t i = 0; i < business.exchange_rates.size(); ++i) {
      const ExchangeRate& rate = business.exchange_rates[i];
      const std::string item = fmt::format("exchange_rates[{}]", i);
      if (said_(item + ".rate") && !(rate.rate > 0))
        mistake_at(item + ".rate", item, "`exchange_rates.rate` is above 0");
      if (rate.currency == business.currency)
        mistake_at(
            item + ".currency", item,
            fmt::format("`exchange_rates.currency` is {}, the business's own: it needs no rate", rate.currency.code()));
      const auto [before, first] = last.try_emplace(rate.currency, rate.from);
      if (!first && rate.from <= before->second && said_(item + ".from"))
        mistake_at(item + ".from", item,
                   fmt::format("`exchange_rates.from` of {} is {}, not after {}: rates of a currency stand in order of "
                               "their days",
                               rate.currency.code(), format_day(rate.from), format_day(before->second)));
      before->second = rate.from;
    }
  }

  void check_map(const Business& business) {
    for (std::size_t i = 0; i < business.value_classes.size(); ++i) {
      const ValueClass& one = business.value_classes[i];
      const std::string item = fmt::format("value_classes[{}]", i);
      if (one.name == "nothing")
        mistake_at(item + ".name", item, "`value_classes.name`: \"nothing\" is of those who brought nothing");
      if (i > 0 && one.from <= business.value_classes[i - 1].from && said_(item + ".from"))
        mistake_at(item + ".from", item, "`value_classes.from` is not above that of the class before it");
    }
    for (std::size_t i = 0; i < business.relations.size(); ++i)
      if (business.relations[i].name == "none" || business.relations[i].name.empty())
        mistake_at(fmt::format("relations[{}].name", i), fmt::format("relations[{}]", i),
                   "`relations.name`: \"none\" is of those of whom no relation holds, and a name is not empty");
  }

  // Nothing that somebody writes here may stand for money that came in.
  void check_offers(const Business& business) {
    const std::vector<std::string>& payments = business.money.payments;
    for (std::size_t i = 0; i < business.offers.size(); ++i) {
      const std::string item = fmt::format("offers[{}]", i);
      for (const std::string& event : business.offers[i].payments)
        if (std::find(payments.begin(), payments.end(), event) == payments.end())
          mistake_at(
              item + ".payments", item,
              fmt::format("`offers.payments` has \"{}\", which `money.payments` does not: only money that came in "
                          "and stayed is action",
                          event));
    }
    for (std::size_t i = 0; i < business.actions.size(); ++i) {
      const OfferAction& action = business.actions[i];
      if (action.kind != "delivery") continue;
      for (const std::string& phase : action.phases)
        if (phase != "action")
          mistake_at(
              fmt::format("actions[{}].phases", i), fmt::format("actions[{}]", i),
              fmt::format("`actions.phases` of \"{}\" has \"{}\": what is delivered is delivered at action, once "
                          "it is paid (credit and signed exceptions are of the delivery gate)",
                          action.name, phase));
    }
  }

  const Said& said_;
  std::vector<Contradiction> found_;
};

}  // namespace

std::vector<Contradiction> contradictions(const Business& business, const Said& said) {
  Checks checks(said);
  checks.check_all(business);
  return std::move(checks).found();
}

}  // namespace habitue::config
