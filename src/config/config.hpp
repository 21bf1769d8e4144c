// habitue.toml as typed values. Every default is the convention of the trade and is printed by `habitue config show`.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/money.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "criteria/criteria.hpp"

namespace habitue::config {

enum class BusinessModel : std::uint8_t { Purchases, Subscription };
enum class Charged : std::uint8_t { Person, Account };

/// One side of the business's model: a shop has one, a market place two.
struct Side {
  std::string name = "customers";
  Charged charged = Charged::Person;
  /// Who is on this side. Default: everyone.
  criteria::Expression members;
  /// Who on this side is supposed to pay. Default: everyone. Unknown stays unknown.
  criteria::Expression supposed_to_pay;
  /// The payer within an account, when the account is charged.
  std::optional<criteria::Expression> payer;
  friend bool operator==(const Side&, const Side&) = default;
};

/// Which events move money, and where the amount stands in them.
struct MoneyRules {
  std::vector<std::string> payments = {"Order Completed", "Payment Succeeded", "Subscription Renewed"};
  std::vector<std::string> refunds = {"Order Refunded", "Payment Refunded"};
  std::vector<std::string> chargebacks = {"Payment Disputed"};
  /// Which payments are purchases, for stages and counts.
  std::vector<std::string> purchases = {"Order Completed"};
  std::vector<std::string> amount = {"total", "revenue", "amount", "value"};  ///< The first that is there.
  std::vector<std::string> currency = {"currency"};
  std::vector<std::string> order_id = {"order_id", "orderId"};
  friend bool operator==(const MoneyRules&, const MoneyRules&) = default;
};

/// What one unit of another currency is worth in the business's own, from a day on until the next rate of that currency.
struct ExchangeRate {
  Currency currency;
  LocalDay from{};
  double rate = 0;  ///< Above 0.
  friend bool operator==(const ExchangeRate&, const ExchangeRate&) = default;
};

/// What is left of revenue once the goods are paid for.
struct MarginRules {
  std::vector<std::string> cost = {"cost",
                                   "cost_of_goods"};  ///< Properties of a payment that hold what its goods cost.
  std::optional<double> share;  ///< Of revenue, where a payment tells no cost. None: margin is not known.
  friend bool operator==(const MarginRules&, const MarginRules&) = default;
};

/// What was bought: where purchases and refunds tell their lines, one each product. Without a list, the event tells one product itself.
struct ProductRules {
  std::string list = "products";  ///< The property with the list of lines.
  std::vector<std::string> id = {"product_id", "sku"};
  std::vector<std::string> name = {"name", "product_name"};
  std::vector<std::string> category = {"category"};
  std::vector<std::string> quantity = {"quantity"};
  std::vector<std::string> price = {"price", "unit_price"};  ///< Of one unit.
  std::vector<std::string> total = {"total", "line_total"};  ///< Of the whole line, before price times quantity.
  std::vector<std::string> cost = {"cost", "unit_cost"};     ///< Of one unit.
  std::vector<std::string> refused = {"Product Refused",
                                      "Product Disliked"};  ///< Events by which a product is refused.
  bool consumed = false;                                    ///< What somebody has may be recommended again.
  friend bool operator==(const ProductRules&, const ProductRules&) = default;
};

/// A resource spent on serving somebody: support, a delivery, a trial, a gift.
struct CostRule {
  std::string name;
  std::vector<std::string> events;
  std::optional<criteria::Expression> where;  ///< On the event.
  std::vector<std::string> amount = {"amount",
                                     "cost"};  ///< Properties that hold what it cost; the first that is there.
  std::vector<std::string> quantity = {};      ///< Else properties that hold how much was used,
  std::optional<double> unit_cost;             ///< times this, in the business's currency; alone: of one event.
  friend bool operator==(const CostRule&, const CostRule&) = default;
};

/// Money spent on being found, by channel and day. Its events may name nobody.
struct MarketingRules {
  std::vector<std::string> events = {"Marketing Spent"};
  std::vector<std::string> amount = {"amount", "cost", "spend"};
  std::vector<std::string> channel = {"channel", "$context.campaign.source", "utm_source"};
  friend bool operator==(const MarketingRules&, const MarketingRules&) = default;
};

struct AcquisitionRules {
  /// A prospect without a sign of life for so long is lost, and what was given is written off.
  std::uint32_t lost_after_days = 180;
  std::uint32_t payback_months = 12;  ///< Within which a new client's margin is to pay for the acquisition.
  std::optional<double> cost_max;     ///< Allowed for one new client, in the business's currency.
  std::optional<double> reserve;      ///< Money set aside for serving who does not pay: how long it lasts.
  friend bool operator==(const AcquisitionRules&, const AcquisitionRules&) = default;
};

/// Who may have goods before they are paid for.
struct DeliveryRules {
  std::optional<criteria::Expression> credit;  ///< To whom credit is given. None: to nobody.
  std::uint32_t credit_days = 30;              ///< For how long after the order.
  std::optional<double> credit_max;            ///< Owed at most, all orders together, in the business's currency.
  friend bool operator==(const DeliveryRules&, const DeliveryRules&) = default;
};

/// How people of a role and a stage are treated. The first that fits holds.
struct Treatment {
  std::string name;
  std::vector<std::string> roles = {}, stages = {};  ///< Empty: any.
  std::vector<std::string> channels = {};            ///< By which they are served.
  std::uint32_t reply_hours = 48;                    ///< Within which they are answered.
  std::vector<std::string> perks = {};
  friend bool operator==(const Treatment&, const Treatment&) = default;
};

/// Something that is sold, and how somebody comes to it (AIDA). Attention, interest and desire are criteria; action is money that came
/// in for it and stayed, and nothing else.
struct Offer {
  std::string name;
  std::string en = {}, fr = {};                                     ///< What it is called to readers; empty: the name.
  std::optional<criteria::Expression> attention, interest, desire;  ///< None: nobody is there.
  std::vector<std::string> payments = {};                           ///< Which of `[money] payments`; empty: any.
  std::optional<criteria::Expression> action;                       ///< On the payment's event. None: any of them.
  std::optional<std::chrono::days> within;                          ///< After which what is not action goes stale.
  friend bool operator==(const Offer&, const Offer&) = default;
};

/// Something that is done for or with somebody, and from which phase on.
struct OfferAction {
  std::string name;
  std::string en = {}, fr = {};          ///< What it is called to readers; empty: the name.
  std::string kind = "message";          ///< "message", "conversion", or "delivery" of the value that is sold.
  std::vector<std::string> phases = {};  ///< Empty: those of the kind.
  friend bool operator==(const OfferAction&, const OfferAction&) = default;
};
/// In which phases an action may be done: its own, else all for a message, interest and desire for conversion, action for delivery.
std::vector<std::string> phases_of(const OfferAction& action);

/// A step of AARRR, reached at the n-th event of the kinds.
struct Step {
  std::string name;                 ///< "acquisition", "activation", "retention", "referral", "revenue".
  std::vector<std::string> events;  ///< Any of these; empty (in the file `["*"]`): any event. `where` narrows them.
  std::optional<criteria::Expression> where;  ///< On the event: made by criteria::parse_event_condition.
  std::uint32_t occurrence = 1;               ///< The n-th such event: retention in a shop is the second purchase.
  std::optional<std::chrono::days> within;    ///< Counted only this long after acquisition.
  bool optional = false;
  friend bool operator==(const Step&, const Step&) = default;
};

/// Thresholds of product.md, in days of the business's zone.
struct StageRules {
  std::uint32_t new_days = 90, at_risk_days = 90, dormant_days = 365, back_days = 365;
  std::uint32_t active_purchases = 2, active_days = 365;
  std::string rhythm = "shown";  ///< "off", "shown" or "drives": then who is overdue by the own rhythm is at risk too.
  std::string rhythm_by = {};    ///< A trait: rhythms are learnt from customers of the same value. Empty: from all.
  friend bool operator==(const StageRules&, const StageRules&) = default;
};

struct SubscriptionRules {
  std::vector<std::string> trial_started = {"Trial Started"};
  std::vector<std::string> started = {"Subscription Started"};
  std::vector<std::string> renewed = {"Subscription Renewed"};
  std::vector<std::string> payment_failed = {"Payment Failed"};
  std::vector<std::string> cancellation_announced = {"Subscription Cancellation Requested"};
  std::vector<std::string> ended = {"Subscription Cancelled", "Subscription Expired"};
  std::vector<std::string> changed = {"Subscription Upgraded", "Subscription Downgraded", "Subscription Updated"};
  /// Of the events above: what one interval costs, how long it is, and which subscription is meant.
  std::vector<std::string> price = {"price", "amount", "revenue", "total"};
  std::vector<std::string> interval = {"interval", "billing_interval"};
  std::vector<std::string> subscription_id = {"subscription_id", "subscriptionId"};
  /// Use below this in the last `value_days` is a risk.
  std::vector<std::string> value_events;
  std::uint32_t value_minimum = 1, value_days = 30;
  friend bool operator==(const SubscriptionRules&, const SubscriptionRules&) = default;
};

/// A dated version of product, audience and message. The one in force at a moment is the last whose `from` has come.
struct Hypothesis {
  std::string version;
  LocalDay from{};
  std::string product, message;
  criteria::Expression audience;  ///< Default: everyone.
  friend bool operator==(const Hypothesis&, const Hypothesis&) = default;
};

struct Channels {
  /// First that is there on a person's first events; none: "direct".
  std::vector<std::string> properties = {"$context.campaign.source", "utm_source", "channel"};
  friend bool operator==(const Channels&, const Channels&) = default;
};

struct IdentityRules {
  bool merge_on_email = true;
  std::uint32_t users_per_email_max = 5, users_per_device_max = 3;
  std::vector<std::string> ignored_values;  ///< Added to the built-in ones.
  friend bool operator==(const IdentityRules&, const IdentityRules&) = default;
};

/// Wider than having paid (WHO-10), always shown beside the strict count.
struct WantedAct {
  std::string name = "took part";
  std::optional<criteria::Expression> criterion;  ///< Default: none defined, and then said so.
  friend bool operator==(const WantedAct&, const WantedAct&) = default;
};

/// The map of customers: over which time what they brought is counted.
struct MapRules {
  std::uint32_t window_days = 365;  ///< Up to the date, with its day.
  friend bool operator==(const MapRules&, const MapRules&) = default;
};
/// A class of what customers brought in that time.
struct ValueClass {
  std::string name;
  double from = 0;  ///< In the business's currency. The first holds of whoever brought something at all.
  friend bool operator==(const ValueClass&, const ValueClass&) = default;
};
/// How somebody stands to the product. The first that holds.
struct Relation {
  std::string name;
  criteria::Expression who;
  friend bool operator==(const Relation&, const Relation&) = default;
};
/// Critic, creator, advocate, fan, regular and silent, by events that go by their usual names.
std::vector<Relation> default_relations();

/// The one rule that is taken when none is written: `Resource Spent` with its `amount`.
std::vector<CostRule> default_costs();
/// Clients are answered by people, the others by the community.
std::vector<Treatment> default_treatments();
/// One of each kind, called as its kind.
std::vector<OfferAction> default_actions();

struct Business {
  std::string name;
  BusinessModel model = BusinessModel::Purchases;
  Currency currency;
  Zone zone = Zone::utc();
  std::string language = "en";  ///< "fr" or "en".
  std::vector<Side> sides = {Side{}};
  MoneyRules money;
  std::vector<ExchangeRate> exchange_rates;  ///< Of each currency in order of `from`.
  MarginRules margin;
  ProductRules products;
  std::vector<CostRule> costs = default_costs();
  MarketingRules marketing;
  AcquisitionRules acquisition;
  DeliveryRules delivery;
  std::vector<Treatment> treatments = default_treatments();
  std::vector<Offer> offers;
  std::vector<OfferAction> actions = default_actions();
  MapRules map;
  std::vector<ValueClass> value_classes;  ///< In order of `from`; none: by quantiles of who brought something.
  std::vector<Relation> relations = default_relations();
  std::vector<Step> steps;  ///< AARRR; defaults depend on the model.
  StageRules stages;
  SubscriptionRules subscription;
  std::vector<Hypothesis> hypotheses;  ///< In order of `from`; when none is written, one "v1" of everyone.
  Channels channels;
  IdentityRules identity;
  WantedAct wanted_act;
  friend bool operator==(const Business& left, const Business& right);
};

/// The steps of AARRR by the convention of the business's model, from its payments, purchases and value events: what `parse`
/// takes when the file has no `[[steps]]`.
std::vector<Step> default_steps(const Business& business);

/// Errors: InvalidInput; the message begins with `habitue.toml:LINE:COLUMN:`, tells what is wrong, shows the line, and proposes the
/// nearest known word for an unknown key. All mistakes of the file are reported, a line each.
Result<Business> parse(std::string_view toml, std::string_view file_name = "habitue.toml");
Result<Business> load(const std::filesystem::path& file);

/// The whole as TOML, defaults included, each with its comment: what `habitue config show` prints. parse(write(b)) equals b.
std::string write(const Business& business);

/// One version as the file holds it: `[[hypotheses]]` and its keys.
std::string write(const Hypothesis& hypothesis);

/// What is said otherwise by the two: keys of the head of the file, then names of sections, in the order of the file.
std::vector<std::string> differing_sections(const Business& left, const Business& right);

/// What one key means, its default and what moving it costs: `habitue config explain stages.new_days`. Errors: NotFound with the nearest key.
struct Explanation {
  std::string key, type, default_value, meaning;
};
Result<Explanation> explain(std::string_view key);
std::vector<Explanation> explain_all();

/// The hypothesis in force at a moment, or by its version. Null when there is none.
const Hypothesis* hypothesis_at(const Business& business, UtcMicros moment);
const Hypothesis* find_hypothesis(const Business& business, std::string_view version);

}  // namespace habitue::config
