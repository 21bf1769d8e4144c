// Every key of habitue.toml, in one table: parse, write, explain and docs/configuration.md are made from it.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <variant>

#include "config/config.hpp"

namespace habitue::config {

/// Where a key's value lives. The member's type decides how it is read, checked and written.
template <class Owner>
using Member =
    std::variant<std::string Owner::*, std::uint32_t Owner::*, bool Owner::*, std::vector<std::string> Owner::*,
                 criteria::Expression Owner::*, std::optional<criteria::Expression> Owner::*,
                 std::optional<std::chrono::days> Owner::*, double Owner::*, std::optional<double> Owner::*,
                 LocalDay Owner::*, Currency Owner::*, Zone Owner::*, BusinessModel Owner::*, Charged Owner::*>;

struct Rules {
  bool required = false;
  bool may_be_empty = false;                     ///< Of texts and lists of texts.
  bool any_event = false;                        ///< A list of events where `["*"]` means any.
  bool about_event = false;                      ///< A criteria expression on one event's properties, not on a person.
  std::uint32_t least = 1, most = 36'500;        ///< Of whole numbers and days: a century.
  double number_most = 1e12;                     ///< Of numbers with a fraction, which are never below 0.
  std::span<const std::string_view> words = {};  ///< A text, or each of a list, is one of these.
  std::string_view example = {};                 ///< Shown, commented out, where there is no default.
  std::string_view hint = {};                    ///< Told after a mistake in a criteria expression.
};

template <class Owner>
struct Key {
  std::string_view name;
  Member<Owner> member;
  std::string_view meaning;  ///< What it is, and what moving it costs.
  Rules rules = {};
};

/// A `[name]` or, in a list, a `[[name]]`.
template <class Owner>
struct Section {
  std::string_view name;  ///< Empty for the head of the file.
  std::string_view about;
  std::span<const Key<Owner>> keys;
};

extern const Section<Business> kHead;
extern const Section<Side> kSides;
extern const Section<MoneyRules> kMoney;
extern const Section<ExchangeRate> kExchangeRates;
extern const Section<MarginRules> kMargin;
extern const Section<ProductRules> kProducts;
extern const Section<CostRule> kCosts;
extern const Section<MarketingRules> kMarketing;
extern const Section<AcquisitionRules> kAcquisition;
extern const Section<DeliveryRules> kDelivery;
extern const Section<Treatment> kTreatments;
extern const Section<Offer> kOffers;
extern const Section<OfferAction> kActions;
extern const Section<MapRules> kMap;
extern const Section<ValueClass> kValueClasses;
extern const Section<Relation> kRelations;
extern const Section<Step> kSteps;
extern const Section<StageRules> kStages;
extern const Section<SubscriptionRules> kSubscription;
extern const Section<Hypothesis> kHypotheses;
extern const Section<Channels> kChannels;
extern const Section<IdentityRules> kIdentity;
extern const Section<WantedAct> kWantedAct;

/// Calls back for each section in the order of the file: table(section, member) or list(section, member).
template <class Table, class List>
void for_each_section(Table&& table, List&& list) {
  list(kSides, &Business::sides);
  table(kMoney, &Business::money);
  list(kExchangeRates, &Business::exchange_rates);
  table(kMargin, &Business::margin);
  table(kProducts, &Business::products);
  list(kCosts, &Business::costs);
  table(kMarketing, &Business::marketing);
  table(kAcquisition, &Business::acquisition);
  table(kDelivery, &Business::delivery);
  list(kTreatments, &Business::treatments);
  list(kOffers, &Business::offers);
  list(kActions, &Business::actions);
  table(kMap, &Business::map);
  list(kValueClasses, &Business::value_classes);
  list(kRelations, &Business::relations);
  list(kSteps, &Business::steps);
  table(kStages, &Business::stages);
  table(kSubscription, &Business::subscription);
  list(kHypotheses, &Business::hypotheses);
  table(kChannels, &Business::channels);
  table(kIdentity, &Business::identity);
  table(kWantedAct, &Business::wanted_act);
}

/// `whole number, 1 to 36500`, `criteria`, `one of "en", "fr"`: for messages and docs.
template <class Owner>
std::string type_of(const Key<Owner>& key);

/// The value as TOML writes it; empty when an optional has none.
template <class Owner>
std::string literal_of(const Key<Owner>& key, const Owner& owner);

std::string_view word_of(BusinessModel model);
std::string_view word_of(Charged charged);

}  // namespace habitue::config
