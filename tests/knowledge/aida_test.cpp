// Where somebody stands before an offer, as a truth table by hand: phases, what money makes of them, and what is refused.
#include "knowledge/aida.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>

#include "journey/journey_builder.hpp"

namespace habitue::knowledge {
namespace {

using journey::Said;

// "kit" is paid by orders of a kit; "any" by whatever is paid.
constexpr const char* kOffers = R"(
[[offers]]
name = "kit"
en = "the kit"
fr = "le kit"
attention = 'did Product Viewed in last 90 days'
interest = 'days(Product Viewed) >= 2 in last 30 days'
desire = 'did Checkout Started in last 14 days and not did Checkout Abandoned since last Checkout Started'
action = 'product = "kit"'
[[offers]]
name = "any"
attention = 'trait heard = true'
desire = 'did Checkout Started'
within_days = 30
)";
constexpr const char* kPersons = "[[sides]]\nname = \"customers\"\n";
constexpr const char* kAccounts = "[[sides]]\nname = \"studios\"\ncharged = \"account\"\npayer = 'trait pays = true'\n";
constexpr const char* kSellers = "[[sides]]\nname = \"all\"\nsupposed_to_pay = 'trait sells = true'\n";

struct World {
  explicit World(const std::vector<Said>& story, std::string_view sides = kPersons, std::string_view offers = kOffers)
      : built(journey::build_journeys(story)),
        customers(*Customers::bind(built.snapshot, *config::parse("name = \"Shop\"\ncurrency = \"EUR\"\n" +
                                                                  std::string(sides) + std::string(offers)))),
        aida(*Aida::bind(*customers)) {}
  UtcMicros end_of(std::string_view day) const {
    return customers->zone().start_of(*parse_day(day) + std::chrono::days(1)) - std::chrono::microseconds(1);
  }
  AidaVerdict ask(std::string_view who, std::string_view offer, std::string_view day,
                  std::string_view language = "en") const {
    const auto journey = built.persons.contains(who) ? built.of(who) : journey::Journey{};
    return aida.explain(*aida.find_offer(offer), journey, end_of(day), language);
  }
  journey::BuiltJourneys built;
  std::shared_ptr<const Customers> customers;
  Aida aida;
};

Said viewed(std::string when) { return {"ann", "Product Viewed", std::move(when)}; }
Said checkout(std::string when) { return {"ann", "Checkout Started", std::move(when)}; }
Said order(std::string id, std::string product, std::string total, std::string when, std::string who = "ann",
           std::string group = {}) {
  return {std::move(who), "Order Completed", std::move(when),
          R"({"order_id":")" + id + R"(","product":")" + product + R"(","total":)" + total + "}", std::move(group)};
}
Said back(std::string what, std::string id, std::string amount, std::string when, std::string who = "ann") {
  return {std::move(who), std::move(what), std::move(when),
          (id.empty() ? "{" : R"({"order_id":")" + id + R"(",)") + R"("amount":)" + amount + "}"};
}
Said paid(std::string id, std::string amount, std::string when) {
  return back("Payment Succeeded", std::move(id), std::move(amount), std::move(when));
}
Said trait(std::string who, std::string properties, std::string when = "2024-01-01") {
  return {std::move(who), "$identify", std::move(when), std::move(properties)};
}

struct Case {
  std::string name, offer;
  std::vector<Said> story;
  std::string as_of, phase, since, delivery;
  std::string_view sides = kPersons;
};
class Phases : public testing::TestWithParam<Case> {};

TEST_P(Phases, AreThoseOfTheMoment) {
  const Case& is = GetParam();
  const World world(is.story, is.sides);
  const AidaVerdict verdict = world.ask("ann", is.offer, is.as_of);
  EXPECT_EQ(name_of(verdict.phase), is.phase) << verdict.words;
  EXPECT_EQ(verdict.since ? format_moment(*verdict.since).substr(0, 10) : "", is.since) << verdict.words;
  ASSERT_EQ(verdict.actions.size(), 3U);
  const MayVerdict &message = verdict.actions[0], &conversion = verdict.actions[1], &delivery = verdict.actions[2];
  EXPECT_TRUE(message.may);
  EXPECT_EQ(conversion.may, is.phase == "interest" || is.phase == "desire") << conversion.words;
  EXPECT_EQ(name_of(delivery.reason), is.delivery) << delivery.words;
  EXPECT_EQ(delivery.may, is.phase == "action");
  EXPECT_EQ(delivery.words.substr(0, 4), delivery.may ? "Yes:" : "No: ");
  // Any payment at all is the role's own rule.
  const auto fact = world.customers->role_on(0, world.built.of("ann"), world.end_of(is.as_of));
  EXPECT_EQ(world.ask("ann", "any", is.as_of).phase == AidaPhase::Action, fact && fact->has_paid);
}

const Said kView = viewed("2024-03-01");
INSTANTIATE_TEST_SUITE_P(
    Table, Phases,
    testing::Values(
        Case{"Nothing", "kit", {trait("ann", "{}")}, "2024-03-01", "none", "", "not_paid"},
        Case{"Attention", "kit", {kView}, "2024-03-01", "attention", "2024-03-01", "not_paid"},
        Case{"AttentionOfItsWindow", "kit", {kView}, "2024-05-29", "attention", "2024-03-01", "not_paid"},
        Case{"AttentionFades", "kit", {kView}, "2024-05-30", "none", "", "not_paid"},
        Case{"Interest", "kit", {kView, viewed("2024-03-03")}, "2024-03-04", "interest", "2024-03-03", "not_paid"},
        // The second view leaves the window of interest, and what is left is attention, from the day on which it did.
        Case{
            "InterestFades", "kit", {kView, viewed("2024-03-03")}, "2024-04-05", "attention", "2024-03-31", "not_paid"},
        Case{"Desire", "kit", {kView, checkout("2024-03-02")}, "2024-03-10", "desire", "2024-03-02", "not_paid"},
        Case{
            "DesireWithoutInterest", "kit", {checkout("2024-03-02")}, "2024-03-10", "desire", "2024-03-02", "not_paid"},
        Case{"DesireFadesToAttention",
             "kit",
             {kView, checkout("2024-03-02")},
             "2024-03-20",
             "attention",
             "2024-03-16",
             "not_paid"},
        Case{"DesireGivenUp",
             "kit",
             {kView, checkout("2024-03-02"), {"ann", "Checkout Abandoned", "2024-03-04"}},
             "2024-03-05",
             "attention",
             "2024-03-04",
             "not_paid"},
        Case{"DesireAgainCountsAnew",
             "kit",
             {checkout("2024-01-02"), kView, checkout("2024-03-02"), checkout("2024-03-09")},
             "2024-03-12",
             "desire",
             "2024-03-02",
             "not_paid"},
        Case{"Action",
             "kit",
             {kView, order("1", "kit", "20", "2024-03-05")},
             "2024-03-10",
             "action",
             "2024-03-05",
             "allowed"},
        Case{"ActionWithoutAnythingBefore",
             "kit",
             {order("1", "kit", "20", "2024-03-05")},
             "2026-03-10",
             "action",
             "2024-03-05",
             "allowed"},
        Case{"NotYetPaidThatDay",
             "kit",
             {kView, order("1", "kit", "20", "2024-03-05")},
             "2024-03-04",
             "attention",
             "2024-03-01",
             "not_paid"},
        Case{"AnotherProductPaid",
             "kit",
             {kView, order("1", "book", "20", "2024-03-05")},
             "2024-03-10",
             "attention",
             "2024-03-01",
             "not_paid"},
        Case{"AnOrderOfNothing",
             "kit",
             {kView, order("1", "kit", "0", "2024-03-05")},
             "2024-03-10",
             "attention",
             "2024-03-01",
             "not_paid"},
        Case{"PaymentOfAnOrderOfTheOffer",
             "kit",
             {order("1", "kit", "0", "2024-03-05"), paid("1", "20", "2024-03-07")},
             "2024-03-10",
             "action",
             "2024-03-07",
             "allowed"},
        Case{"Refunded",
             "kit",
             {kView, checkout("2024-03-04"), order("1", "kit", "20", "2024-03-05"),
              back("Order Refunded", "1", "20", "2024-03-08")},
             "2024-03-10",
             "desire",
             "2024-03-08",
             "given_back"},
        Case{"RefundedAndForgotten",
             "kit",
             {kView, order("1", "kit", "20", "2024-03-05"), back("Order Refunded", "1", "20", "2024-03-08")},
             "2024-08-10",
             "none",
             "",
             "given_back"},
        Case{"RefundedInPart",
             "kit",
             {order("1", "kit", "20", "2024-03-05"), back("Order Refunded", "1", "5", "2024-03-08")},
             "2024-03-10",
             "action",
             "2024-03-05",
             "allowed"},
        Case{"ChargedBack",
             "kit",
             {kView, order("1", "kit", "20", "2024-03-05"), back("Payment Disputed", "1", "20", "2024-04-08")},
             "2024-04-10",
             "attention",
             "2024-04-08",
             "given_back"},
        Case{"PaidAgainAfterRefund",
             "kit",
             {order("1", "kit", "20", "2024-03-05"), back("Order Refunded", "1", "20", "2024-03-08"),
              order("2", "kit", "20", "2024-03-20")},
             "2024-03-21",
             "action",
             "2024-03-20",
             "allowed"},
        Case{"AnotherOffersRefund",
             "kit",
             {order("1", "kit", "20", "2024-03-05"), order("2", "book", "50", "2024-03-05"),
              back("Order Refunded", "2", "50", "2024-03-08")},
             "2024-03-10",
             "action",
             "2024-03-05",
             "allowed"},
        // It may be of any offer, so it counts against each.
        Case{"ARefundOfNoOrder",
             "kit",
             {order("1", "kit", "20", "2024-03-05"), order("2", "book", "50", "2024-03-05"),
              back("Order Refunded", "", "50", "2024-03-08")},
             "2024-03-10",
             "none",
             "",
             "given_back"},
        Case{"LateArrival",
             "kit",
             {checkout("2024-03-10"), order("1", "kit", "20", "2024-03-05"), viewed("2024-03-01")},
             "2024-03-04",
             "attention",
             "2024-03-01",
             "not_paid"},
        Case{"AnyIsStale", "any", {trait("ann", "{}"), checkout("2024-03-01")}, "2024-04-01", "none", "", "not_paid"},
        Case{"AnyIsFreshStill",
             "any",
             {trait("ann", "{}"), checkout("2024-03-01")},
             "2024-03-30",
             "desire",
             "2024-03-01",
             "not_paid"},
        Case{"ATraitWithoutASignIsStale",
             "any",
             {trait("ann", R"({"heard":true})")},
             "2024-01-02",
             "none",
             "",
             "not_paid"},
        Case{"PaidByAThird",
             "kit",
             {kView, trait("bob", "{}"), order("1", "kit", "20", "2024-03-05", "bob")},
             "2024-03-10",
             "attention",
             "2024-03-01",
             "not_paid"},
        Case{"NotSupposedToPay",
             "kit",
             {trait("ann", R"({"sells":false})"), checkout("2024-03-02")},
             "2024-03-10",
             "desire",
             "2024-03-02",
             "nobody_paid",
             kSellers}),
    [](const auto& test) { return test.param.name; });

// Of an account, what anybody brought for it is action for all its people: those who are not asked to pay too.
const std::vector<Said> kStudio{{"ann", "$group", "2024-02-01", "{}", "acme"},
                                {"bob", "$group", "2024-02-01", "{}", "acme"},
                                trait("ann", R"({"pays":false})"),
                                trait("bob", R"({"pays":true})"),
                                viewed("2024-03-01"),
                                order("1", "kit", "20", "2024-03-05", "bob", "acme"),
                                {"", "Order Refunded", "2024-04-01", R"({"order_id":"1","amount":20})", "acme"}};

TEST(Accounts, ArePaidForAllTheirPeople) {
  const World world(kStudio, kAccounts);
  EXPECT_EQ(name_of(world.ask("ann", "kit", "2024-03-04").phase), "attention");
  EXPECT_EQ(name_of(world.ask("ann", "kit", "2024-03-04").actions[2].reason), "nobody_paid");
  EXPECT_EQ(name_of(world.ask("bob", "kit", "2024-03-04").actions[2].reason), "not_paid");
  for (const char* who : {"ann", "bob"}) {
    const AidaVerdict verdict = world.ask(who, "kit", "2024-03-06");
    EXPECT_EQ(name_of(verdict.phase), "action") << who;
    EXPECT_EQ(verdict.words, "Account acme has paid for the kit, since 2024-03-05: 20.00 EUR.");
    EXPECT_EQ(verdict.account, "acme");
    ASSERT_EQ(verdict.payments.size(), 1U);
    EXPECT_EQ(verdict.payments[0].order_id, "1");
    EXPECT_TRUE(verdict.actions[2].may);
  }
  // The account's money went back by an event of nobody's.
  const AidaVerdict after = world.ask("ann", "kit", "2024-04-02");
  EXPECT_EQ(name_of(after.phase), "attention");
  EXPECT_EQ(format_moment(*after.since).substr(0, 10), "2024-04-01");
  EXPECT_EQ(name_of(after.actions[2].reason), "given_back");
}

TEST(Verdict, GivesTheProofAndSaysWhyInTheReadersLanguage) {
  const World world({viewed("2024-01-01"), viewed("2024-03-01"), checkout("2024-03-02")});
  const AidaVerdict verdict = world.ask("ann", "kit", "2024-03-05");
  EXPECT_EQ(verdict.words,
            "Wants the kit, since 2024-03-02: effort goes to conversion, and nothing is delivered before payment.");
  ASSERT_EQ(verdict.events.size(), 1U);
  EXPECT_EQ(verdict.events[0].event, "Checkout Started");
  EXPECT_EQ(verdict.events[0].seq.value, 3U);
  ASSERT_EQ(verdict.conditions.size(), 3U);
  EXPECT_EQ(verdict.conditions[1].verdict, criteria::Verdict::Outside) << "interest: one of two days is too long ago";
  EXPECT_FALSE(verdict.conditions[1].reasons.empty());
  EXPECT_EQ(verdict.actions[2].words,
            "No: \"delivery\" delivers the kit, and nothing is paid for it; this is desire. An order on credit or "
            "signed for is asked of the delivery gate.");
  EXPECT_EQ(verdict.actions[1].words, "Yes: \"conversion\" may be done at desire of the kit.");
  EXPECT_THAT(world.ask("ann", "kit", "2024-03-05", "fr").actions[2].words,
              testing::HasSubstr("rien n’est payé; la personne est au désir"));
  const AidaVerdict before = world.ask("ann", "kit", "2024-02-01");
  EXPECT_EQ(before.words, "Knows of the kit, since 2024-01-01.");
  EXPECT_EQ(before.actions[1].words, "No: \"conversion\" is for interest or desire; this is attention of the kit.");
  EXPECT_EQ(world.ask("nobody", "kit", "2024-02-01").words, "Nowhere before the kit yet.");
}

TEST(Verdict, OfActionsIsThatOfConfig) {
  const World world({checkout("2024-03-02")}, kPersons,
                    std::string(kOffers) +
                        "[[actions]]\nname = \"call\"\nkind = \"conversion\"\nphases = [\"desire\", \"action\"]\n"
                        "[[actions]]\nname = \"trial\"\nkind = \"delivery\"\n");
  const auto may = [&](std::string_view action, std::string_view day) {
    return world.aida.may(0, action, world.built.of("ann"), world.end_of(day), "en");
  };
  EXPECT_TRUE(may("call", "2024-03-03")->may);
  EXPECT_EQ(may("call", "2024-03-01")->reason, MayReason::AnotherPhase);
  EXPECT_EQ(may("trial", "2024-03-03")->reason, MayReason::NotPaid);
  EXPECT_EQ(may("cal", "2024-03-03").error().message, "there is no action \"cal\": did you mean \"call\"?");
  EXPECT_EQ(world.aida.find_offer("kitt").error().message, "there is no offer \"kitt\": did you mean \"kit\"?");
  EXPECT_EQ(world.aida.find_offer("").error().kind, ErrorKind::InvalidInput);
}

// Since when is found from events and the time between them; day by day it is found too, slowly.
TEST(Since, IsTheFirstOfTheDaysThatLookTheSame) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    std::uint64_t state = seed * 0x9e3779b97f4a7c15U;
    const auto draw = [&](std::uint64_t below) {
      state = state * 6364136223846793005U + 1442695040888963407U;
      return (state >> 33) % below;
    };
    std::vector<Said> story;
    for (std::uint64_t at = 0, count = 3 + draw(12); at < count; ++at) {
      const auto when = format_day(*parse_day("2024-01-01") + std::chrono::days(static_cast<std::int64_t>(draw(200))));
      switch (draw(6)) {
        case 0: story.push_back(order(std::to_string(draw(4)), "kit", "20", when)); break;
        case 1: story.push_back(back("Order Refunded", std::to_string(draw(4)), "20", when)); break;
        case 2: story.push_back(checkout(when)); break;
        case 3: story.push_back({"ann", "Checkout Abandoned", when}); break;
        default: story.push_back(viewed(when));
      }
    }
    const World world(story);
    for (const char* day : {"2024-04-10", "2024-07-30"}) {
      const UtcMicros as_of = world.end_of(day);
      const journey::Journey journey = world.built.of("ann");
      for (std::size_t offer = 0; offer < 2; ++offer) {
        const AidaPhase phase = world.aida.phase_at(offer, journey, as_of);
        const auto since = world.aida.since(offer, journey, as_of, phase);
        ASSERT_EQ(since.has_value(), phase != AidaPhase::None);
        if (phase == AidaPhase::None || phase == AidaPhase::Action) continue;
        LocalDay first = *parse_day(day);
        while (first > *parse_day("2023-12-30") &&
               world.aida.phase_at(offer, journey, world.end_of(format_day(first - std::chrono::days(1)))) == phase)
          first -= std::chrono::days(1);
        EXPECT_EQ(format_moment(*since).substr(0, 10), format_day(first)) << "seed " << seed << ", offer " << offer;
      }
    }
  }
}

}  // namespace
}  // namespace habitue::knowledge
