// The keys of what is sold and of what is done about it.
#include <array>

#include "config/keys.hpp"

namespace habitue::config {
namespace {

constexpr std::array<std::string_view, 3> kActionKinds = {"message", "conversion", "delivery"};
constexpr std::array<std::string_view, 5> kPhaseWords = {"none", "attention", "interest", "desire", "action"};

const Key<Offer> kOfferKeys[] = {
    {"name", &Offer::name, "What the offer is called in questions and calls.", {.required = true}},
    {"en", &Offer::en, "What it is called to readers of English; empty: its name.", {.may_be_empty = true}},
    {"fr", &Offer::fr, "What it is called to readers of French; empty: its name.", {.may_be_empty = true}},
    {"attention",
     &Offer::attention,
     "Who knows of it, as a criteria expression on the person at the moment asked about. Without it nobody is at this "
     "phase, and so for the two below.",
     {.example = "'did Product Viewed in last 90 days'"}},
    {"interest",
     &Offer::interest,
     "Who looks into it. The highest phase whose own expression holds is taken, whether those below hold or not.",
     {.example = "'days(Product Viewed) >= 2 in last 30 days'"}},
    {"desire",
     &Offer::desire,
     "Who wants it: now effort goes to conversion.",
     {.example = "'did Checkout Started in last 14 days'"}},
    {"payments",
     &Offer::payments,
     "Which of [money] payments are for this offer; empty: any of them. Nothing but a payment is action.",
     {.may_be_empty = true}},
    {"action",
     &Offer::action,
     "Narrows these payments by the properties of their event, or of their order's: a criteria condition. What came in "
     "for the offer, less what went back, has to be above zero.",
     {.about_event = true,
      .example = "'product = \"kit\"'",
      .hint =
          ". Only money that came in and stayed is action: this is a condition on the payment's own properties, and "
          "no other event can stand for it"}},
    {"within_days",
     &Offer::within,
     "Attention, interest and desire go stale when the last event that any of them names is so many days ago: the "
     "person is back to none. Without it they last as long as their expressions hold.",
     {.example = "90"}},
};

const Key<OfferAction> kActionKeys[] = {
    {"name", &OfferAction::name, "What the action is called in calls.", {.required = true}},
    {"en", &OfferAction::en, "What it is called to readers of English; empty: its name.", {.may_be_empty = true}},
    {"fr", &OfferAction::fr, "What it is called to readers of French; empty: its name.", {.may_be_empty = true}},
    {"kind",
     &OfferAction::kind,
     "What it is: a message, an effort of conversion, or the delivery of anything that gives the value that is sold.",
     {.words = kActionKinds}},
    {"phases",
     &OfferAction::phases,
     "In which phases it may be done; empty: a message in all, conversion in interest and desire, delivery in action. "
     "A "
     "delivery has no other phase than action.",
     {.may_be_empty = true, .words = kPhaseWords}},
};

}  // namespace

const Section<Offer> kOffers{
    "offers",
    "What is sold, and how somebody comes to it: attention, interest, desire, and then action, "
    "which is payment alone. Without any, nobody is asked about.",
    kOfferKeys};
const Section<OfferAction> kActions{"actions",
                                    "What is done for or with people before an offer, and in which phases it may be. "
                                    "Without any there is one of each kind.",
                                    kActionKeys};

}  // namespace habitue::config
