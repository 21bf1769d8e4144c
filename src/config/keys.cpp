#include "config/keys.hpp"

#include <array>

namespace habitue::config {
namespace {

constexpr std::array<std::string_view, 2> kLanguages = {"en", "fr"};
constexpr std::array<std::string_view, 3> kRhythmUses = {"off", "shown", "drives"};
constexpr std::array<std::string_view, 5> kStepNames = {"acquisition", "activation", "retention", "referral",
                                                        "revenue"};

const Key<Business> kHeadKeys[] = {
    {"name", &Business::name, "The business's name, shown on every page and report.", {.may_be_empty = true}},
    {"model", &Business::model,
     "How the business earns: \"purchases\" (each order is a decision of its own) or \"subscription\" (they pay until "
     "they stop). "
     "Decides the stages and the default steps; moving it changes every stage at every date."},
    {"currency", &Business::currency,
     "The currency of amounts, by its ISO 4217 letters; XXX while none is chosen. Amounts in another currency are kept "
     "but not added."},
    {"zone", &Business::zone,
     "The time zone whose calendar days all windows and stages count, by its IANA name such as Europe/Paris. Moving it "
     "shifts which "
     "day an evening's order belongs to."},
    {"language",
     &Business::language,
     "The language of pages, sentences and reports when a reader has not chosen.",
     {.words = kLanguages}},
};

const Key<Side> kSideKeys[] = {
    {"name", &Side::name, "The side's name: a shop has one side, a market place has buyers and sellers."},
    {"charged", &Side::charged,
     "Who is charged: \"person\", or \"account\" when a company pays for its people. With accounts, one payment makes "
     "the whole account a client."},
    {"members", &Side::members, "Who is on this side, as a criteria expression. A person may be on several."},
    {"supposed_to_pay", &Side::supposed_to_pay,
     "Who on this side is supposed to pay: the first of the two questions that make a role. Who is not is a "
     "beneficiary; where a fact is "
     "missing the role is unknown."},
    {"payer",
     &Side::payer,
     "Within an account that is charged, the person who pays.",
     {.example = "'trait billing_contact = true'"}},
};

const Key<MoneyRules> kMoneyKeys[] = {
    {"payments", &MoneyRules::payments,
     "Events that bring money. Who has paid is a client, so an event too many here makes clients of people who never "
     "paid."},
    {"refunds",
     &MoneyRules::refunds,
     "Events that give money back, matched with their payment by order_id.",
     {.may_be_empty = true}},
    {"chargebacks", &MoneyRules::chargebacks, "Events by which a bank takes money back.", {.may_be_empty = true}},
    {"purchases", &MoneyRules::purchases,
     "Which events are purchases, for stages, counts and repeat rates. A purchase that was refunded whole does not "
     "count."},
    {"amount", &MoneyRules::amount, "Properties that hold the amount; the first that is there is taken."},
    {"currency",
     &MoneyRules::currency,
     "Properties that hold the currency; without one the business's own is taken.",
     {.may_be_empty = true}},
    {"order_id",
     &MoneyRules::order_id,
     "Properties that name the order, by which refunds find their payment.",
     {.may_be_empty = true}},
};

const Key<Step> kStepKeys[] = {
    {"name", &Step::name, "Which step of AARRR it is.", {.required = true, .words = kStepNames}},
    {"events",
     &Step::events,
     "The step is reached at one of these events; [\"*\"] means any event.",
     {.required = true, .any_event = true}},
    {"where",
     &Step::where,
     "Narrows the events by their properties: a criteria condition such as total > 50.",
     {.about_event = true, .example = "'total > 50'"}},
    {"occurrence",
     &Step::occurrence,
     "The how many-th such event: in a shop, retention is the second purchase.",
     {.most = 1'000}},
    {"within_days",
     &Step::within,
     "Counted only when reached this many days after acquisition. Without it a rate of old cohorts keeps growing and "
     "new ones look worse.",
     {.example = "90"}},
    {"optional", &Step::optional, "An optional step may be skipped: later steps count without it."},
};

const Key<StageRules> kStageKeys[] = {
    {"new_days", &StageRules::new_days,
     "Somebody is new when the first purchase was less than this many days ago. A longer span holds people in `new` "
     "who already buy like regulars."},
    {"at_risk_days", &StageRules::at_risk_days,
     "At risk from this many days after the last purchase. Shorter: more people are addressed while they are only "
     "between two purchases; longer: later than help would help."},
    {"dormant_days", &StageRules::dormant_days,
     "Dormant from this many days after the last purchase. Not below at_risk_days."},
    {"back_days", &StageRules::back_days,
     "Back when the gap before the last purchase was at least this many days, as long as that purchase is not "
     "at_risk_days old."},
    {"active_purchases",
     &StageRules::active_purchases,
     "Active with at least this many purchases in the last active_days.",
     {.most = 1'000}},
    {"active_days", &StageRules::active_days, "The rolling days in which active_purchases are counted."},
    {"rhythm",
     &StageRules::rhythm,
     "Each customer's own rhythm: \"shown\" beside the thresholds above, or \"drives\": then who is overdue by it is "
     "at "
     "risk too, however few days have passed; or \"off\". Driving costs a pass over all purchases whenever they "
     "change.",
     {.words = kRhythmUses}},
    {"rhythm_by",
     &StageRules::rhythm_by,
     "A trait whose value tells which customers are alike: what one's own purchases leave open is learnt from those of "
     "the same value. Empty: from all customers.",
     {.may_be_empty = true}},
};

const Key<SubscriptionRules> kSubscriptionKeys[] = {
    {"trial_started", &SubscriptionRules::trial_started, "Events that begin a trial.", {.may_be_empty = true}},
    {"started", &SubscriptionRules::started, "Events that begin a subscription."},
    {"renewed", &SubscriptionRules::renewed, "Events that renew it.", {.may_be_empty = true}},
    {"payment_failed",
     &SubscriptionRules::payment_failed,
     "Events that make a subscriber at risk: a payment that failed.",
     {.may_be_empty = true}},
    {"cancellation_announced",
     &SubscriptionRules::cancellation_announced,
     "Events that make a subscriber at risk: a cancellation asked for, not yet in force.",
     {.may_be_empty = true}},
    {"ended",
     &SubscriptionRules::ended,
     "Events that end it; from then on the subscriber is lost.",
     {.may_be_empty = true}},
    {"changed", &SubscriptionRules::changed, "Events that change its plan or price.", {.may_be_empty = true}},
    {"price", &SubscriptionRules::price,
     "Properties that hold what one interval costs; the first that is there is taken."},
    {"interval",
     &SubscriptionRules::interval,
     "Properties that hold how long an interval is: day, week, month, quarter or year; without one it is a month.",
     {.may_be_empty = true}},
    {"subscription_id",
     &SubscriptionRules::subscription_id,
     "Properties that tell which subscription is meant, where somebody may have several.",
     {.may_be_empty = true}},
    {"value_events",
     &SubscriptionRules::value_events,
     "Events that show the product's value being used. While none is named, use does not make anybody at risk.",
     {.may_be_empty = true}},
    {"value_minimum",
     &SubscriptionRules::value_minimum,
     "At risk with fewer value events than this in the last value_days. Higher: more subscribers are watched, more of "
     "them in vain.",
     {.most = 1'000'000}},
    {"value_days", &SubscriptionRules::value_days, "The rolling days in which value events are counted."},
};

const Key<Hypothesis> kHypothesisKeys[] = {
    {"version", &Hypothesis::version, "A name of the version, such as v1. Each is there once.", {.required = true}},
    {"from",
     &Hypothesis::from,
     "The first day it holds, later than that of the version before it. The past keeps the version that held then.",
     {.required = true}},
    {"product", &Hypothesis::product, "What is sold, in a sentence.", {.may_be_empty = true}},
    {"message", &Hypothesis::message, "What is said about it, in a sentence.", {.may_be_empty = true}},
    {"audience", &Hypothesis::audience,
     "For whom, as a criteria expression: every figure is read inside it first. People of whom a fact is missing are "
     "counted apart, as unknown."},
};

const Key<Channels> kChannelKeys[] = {
    {"properties", &Channels::properties,
     "Properties that tell where a person came from. The first that is there on the person's first events is the "
     "channel; none is \"direct\"."},
};

const Key<IdentityRules> kIdentityKeys[] = {
    {"merge_on_email", &IdentityRules::merge_on_email,
     "Whether two users with one email address are one person. Off, one person with two accounts counts twice."},
    {"users_per_email_max",
     &IdentityRules::users_per_email_max,
     "An address, or a number of another system, used by more users than this is a shared one and merges nobody any "
     "more.",
     {.most = 1'000}},
    {"users_per_device_max",
     &IdentityRules::users_per_device_max,
     "A device used by more users than this is a shared one (a till, a library) and merges nobody any more.",
     {.most = 1'000}},
    {"ignored_values",
     &IdentityRules::ignored_values,
     "Identifiers that mean nobody, added to the built-in ones (null, undefined, 0, anonymous, ...).",
     {.may_be_empty = true}},
};

const Key<WantedAct> kWantedActKeys[] = {
    {"name", &WantedAct::name, "The act in words, shown beside the wide count."},
    {"criterion",
     &WantedAct::criterion,
     "Who did the wanted act, as a criteria expression.",
     {.example = "'did Profile Completed'"}},
};

}  // namespace

const Section<Business> kHead{"", "The business.", kHeadKeys};
const Section<Side> kSides{"sides",
                           "The sides of the business's model, and who on each is supposed to pay. Without any there "
                           "is one side, `customers`, of everyone.",
                           kSideKeys};
const Section<MoneyRules> kMoney{"money", "Which events move money, and where the amount stands in them.", kMoneyKeys};
const Section<Step> kSteps{"steps",
                           "The steps of AARRR, in the order in which people take them: a shop is paid before it "
                           "retains, a subscription too. Without "
                           "any, those of the model are taken.",
                           kStepKeys};
const Section<StageRules> kStages{"stages", "Thresholds of the stages, in calendar days of the zone.", kStageKeys};
const Section<SubscriptionRules> kSubscription{
    "subscription",
    "The events of a subscription's life, and the use that shows value. Read when model is \"subscription\".",
    kSubscriptionKeys};
const Section<Hypothesis> kHypotheses{
    "hypotheses",
    "Dated versions of product, audience and message. The one in force at a moment is the last whose day has come. "
    "Without any there is one, `v1`, of everyone.",
    kHypothesisKeys};
const Section<Channels> kChannels{"channels", "Where people come from.", kChannelKeys};
const Section<IdentityRules> kIdentity{"identity", "When two identifiers are one person.", kIdentityKeys};
const Section<WantedAct> kWantedAct{
    "wanted_act",
    "A wider sense of client than having paid; always shown beside the strict count, never merged with it.",
    kWantedActKeys};

std::string_view word_of(BusinessModel model) {
  return model == BusinessModel::Purchases ? "purchases" : "subscription";
}
std::string_view word_of(Charged charged) { return charged == Charged::Person ? "person" : "account"; }

}  // namespace habitue::config
