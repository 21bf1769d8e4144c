// The keys about what customers bring and cost.
#include <array>

#include "config/keys.hpp"

namespace habitue::config {
namespace {

constexpr std::array<std::string_view, 4> kRoleWords = {"client", "prospect", "beneficiary", "unknown"};
constexpr std::array<std::string_view, 9> kStageWords = {"prospect", "trial", "new",        "active", "at_risk",
                                                         "dormant",  "back",  "occasional", "lost"};

const Key<ExchangeRate> kExchangeRateKeys[] = {
    {"currency", &ExchangeRate::currency, "The other currency.", {.required = true, .example = "\"USD\""}},
    {"from",
     &ExchangeRate::from,
     "The first day of the rate; it holds until the next of this currency.",
     {.required = true, .example = "2026-01-01"}},
    {"rate",
     &ExchangeRate::rate,
     "What one unit of it is worth in the business's currency. Amounts of a day before the first rate are not added.",
     {.required = true, .example = "0.92"}},
};

const Key<MarginRules> kMarginKeys[] = {
    {"cost",
     &MarginRules::cost,
     "Properties of a payment that hold what its goods cost; the first that is there is taken.",
     {.may_be_empty = true}},
    {"share",
     &MarginRules::share,
     "Which share of revenue is left once goods are paid for, where a payment tells no cost. Without it and without "
     "costs margin is not known, and answers that need it say so.",
     {.number_most = 1, .example = "0.4"}},
};

const Key<ProductRules> kProductKeys[] = {
    {"list",
     &ProductRules::list,
     "The property of a purchase or refund that holds the list of its lines, one a product. An event without it tells "
     "one product by its own properties.",
     {.may_be_empty = true}},
    {"id", &ProductRules::id,
     "Properties that hold the product's code, of a line or of the event; the first that is there is taken, the name "
     "when none is."},
    {"name", &ProductRules::name, "Properties that hold what the product is called.", {.may_be_empty = true}},
    {"category", &ProductRules::category, "Properties that hold its category.", {.may_be_empty = true}},
    {"quantity",
     &ProductRules::quantity,
     "Properties that hold how many units were bought; without one it is 1.",
     {.may_be_empty = true}},
    {"price", &ProductRules::price, "Properties that hold the price of one unit.", {.may_be_empty = true}},
    {"total",
     &ProductRules::total,
     "Properties of a line that hold what all its units cost the customer; taken before the price.",
     {.may_be_empty = true}},
    {"cost",
     &ProductRules::cost,
     "Properties of a line that hold what one unit costs the business. Without one the margin is the share that "
     "[margin] "
     "leaves of the order.",
     {.may_be_empty = true}},
    {"refused",
     &ProductRules::refused,
     "Events by which somebody refuses a product, which is then never recommended to them.",
     {.may_be_empty = true}},
    {"consumed", &ProductRules::consumed,
     "Whether goods are used up, so that what somebody has may be recommended again."},
};

const Key<CostRule> kCostKeys[] = {
    {"name", &CostRule::name, "What is spent, in a word: support, delivery, trial, gift.", {.required = true}},
    {"events", &CostRule::events, "Events that tell of it.", {.required = true}},
    {"where",
     &CostRule::where,
     "Narrows the events by their properties: a criteria condition.",
     {.about_event = true, .example = "'channel = \"phone\"'"}},
    {"amount",
     &CostRule::amount,
     "Properties of the event that hold what it cost; the first that is there is taken.",
     {.may_be_empty = true}},
    {"quantity",
     &CostRule::quantity,
     "Where the event tells no amount: properties that hold how much was used, such as minutes.",
     {.may_be_empty = true}},
    {"unit_cost",
     &CostRule::unit_cost,
     "What one unit of the quantity costs, in the business's currency; without a quantity, what one event costs.",
     {.example = "0.75"}},
};

const Key<MarketingRules> kMarketingKeys[] = {
    {"events",
     &MarketingRules::events,
     "Events that tell of money spent on being found, by channel and day. They need name nobody.",
     {.may_be_empty = true}},
    {"amount", &MarketingRules::amount, "Properties that hold the amount; a negative one corrects an earlier."},
    {"channel", &MarketingRules::channel,
     "Properties that name the channel, as people's first touch does; without one it is shared by all."},
};

const Key<AcquisitionRules> kAcquisitionKeys[] = {
    {"lost_after_days", &AcquisitionRules::lost_after_days,
     "A prospect without a sign of life for so many days is lost, and what was given free is written off. Longer: more "
     "stays open that will never come back."},
    {"payback_months",
     &AcquisitionRules::payback_months,
     "Within how many months a new client's margin is to pay for the acquisition.",
     {.most = 120}},
    {"cost_max",
     &AcquisitionRules::cost_max,
     "What a new client may cost, in the business's currency. Without it: the margin that earlier clients brought "
     "within "
     "payback_months.",
     {.example = "40"}},
    {"reserve",
     &AcquisitionRules::reserve,
     "Money set aside for serving those who do not pay, in the business's currency: how long it lasts is told.",
     {.example = "20000"}},
};

const Key<DeliveryRules> kDeliveryKeys[] = {
    {"credit",
     &DeliveryRules::credit,
     "To whom credit is given, as a criteria expression: their orders may be delivered before they are paid.",
     {.example = "'trait credit_terms = true'"}},
    {"credit_days", &DeliveryRules::credit_days, "How many days after the order credit lasts."},
    {"credit_max",
     &DeliveryRules::credit_max,
     "What somebody may owe at most, all orders together, in the business's currency.",
     {.example = "5000"}},
};

const Key<Treatment> kTreatmentKeys[] = {
    {"name", &Treatment::name, "What the treatment is called.", {.required = true}},
    {"roles", &Treatment::roles, "For people of these roles; empty: any.", {.may_be_empty = true, .words = kRoleWords}},
    {"stages",
     &Treatment::stages,
     "For people at these stages; empty: any.",
     {.may_be_empty = true, .words = kStageWords}},
    {"channels", &Treatment::channels, "By which channels they are served.", {.may_be_empty = true}},
    {"reply_hours", &Treatment::reply_hours, "Within how many hours they are answered.", {.most = 8'760}},
    {"perks", &Treatment::perks, "What they are given besides.", {.may_be_empty = true}},
};

const Key<MapRules> kMapKeys[] = {
    {"window_days", &MapRules::window_days,
     "Over how many days what a customer brought is counted, up to the date and with its day. Shorter: places change "
     "more often."},
};

const Key<ValueClass> kValueClassKeys[] = {
    {"name", &ValueClass::name, "What the class is called.", {.required = true, .example = "\"high\""}},
    {"from",
     &ValueClass::from,
     "From what amount on, in the business's currency; classes stand in order of it. The first holds of whoever "
     "brought "
     "something at all.",
     {.required = true, .example = "300"}},
};

const Key<Relation> kRelationKeys[] = {
    {"name", &Relation::name, "How they stand to the product, in a word.", {.required = true}},
    {"who", &Relation::who, "Of whom it holds, as a criteria expression.", {.required = true}},
};

}  // namespace

const Section<ExchangeRate> kExchangeRates{
    "exchange_rates", "Dated rates of other currencies. Amounts without a rate are shown apart and never added.",
    kExchangeRateKeys};
const Section<MarginRules> kMargin{"margin", "What is left of revenue once goods are paid for.", kMarginKeys};
const Section<ProductRules> kProducts{"products", "Where purchases and refunds tell which products they are of.",
                                      kProductKeys};
const Section<CostRule> kCosts{
    "costs",
    "What is spent on serving people: support, deliveries, trials, gifts. An event takes the "
    "first rule that fits. Without any, events named Resource Spent tell an amount.",
    kCostKeys};
const Section<MarketingRules> kMarketing{"marketing", "Money spent on being found.", kMarketingKeys};
const Section<AcquisitionRules> kAcquisition{"acquisition", "What a new client may cost, and when a prospect is lost.",
                                             kAcquisitionKeys};
const Section<DeliveryRules> kDelivery{"delivery", "Who may have an order before it is paid: nobody, unless said here.",
                                       kDeliveryKeys};
const Section<MapRules> kMap{"map", "The map of customers, by what they brought and how they stand to the product.",
                             kMapKeys};
const Section<ValueClass> kValueClasses{
    "value_classes",
    "Classes of what customers brought in the map's window, beside `nothing`. Without any: low is the lower half of "
    "those who brought something, high the upper fifth, middle the rest.",
    kValueClassKeys};
const Section<Relation> kRelations{"relations",
                                   "How customers stand to the product, for the map: the first that holds. Without "
                                   "any, events that go by their usual names tell it.",
                                   kRelationKeys};
const Section<Treatment> kTreatments{"treatments",
                                     "How people are served, by role and stage: the first that fits. Without any, "
                                     "clients are answered by people and the others by the community.",
                                     kTreatmentKeys};

}  // namespace habitue::config
