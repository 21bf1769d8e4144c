// The delivery gate as a truth table: who may have what before it is paid. Signatures are tested where the secret is, in tests/workspace
// and tests/server; here a signature is good when it says so.
#include "knowledge/delivery.hpp"

#include <gtest/gtest.h>

#include "journey/journey_builder.hpp"

namespace habitue::knowledge {
namespace {

using journey::Said;

config::Business business_of(std::string_view toml) {
  auto parsed = config::parse("name = \"Shop\"\ncurrency = \"EUR\"\n" + std::string(toml));
  if (!parsed) ADD_FAILURE() << parsed.error().message;
  return parsed ? *parsed : config::Business{};
}

// Orders are told by an event that is no payment, as invoices are.
constexpr const char* kInvoices =
    "[money]\npayments = [\"Payment Succeeded\"]\npurchases = [\"Order Placed\"]\n"
    "[delivery]\ncredit = 'trait trusted = true'\ncredit_days = 30\ncredit_max = 200\n"
    "[[exchange_rates]]\ncurrency = \"USD\"\nfrom = 2024-01-01\nrate = 0.5\n";
constexpr const char* kAccounts =
    "[money]\npayments = [\"Payment Succeeded\"]\npurchases = [\"Order Placed\"]\n"
    "[delivery]\ncredit = 'trait trusted = true'\n"
    "[[sides]]\nname = \"customers\"\ncharged = \"account\"\npayer = 'trait pays = true'\n";

struct World {
  explicit World(const std::vector<Said>& story, const char* toml = kInvoices)
      : built(journey::build_journeys(story)),
        customers(*Customers::bind(built.snapshot, business_of(toml))),
        gate(*DeliveryGate::bind(customers, [](const SignedOverride& each) { return each.signature == "good"; })) {}
  DeliveryVerdict ask(std::string_view who, DeliveryRequest request, std::string_view day,
                      std::string_view language = "en") const {
    const UtcMicros as_of =
        customers->zone().start_of(*parse_day(day) + std::chrono::days(1)) - std::chrono::microseconds(1);
    const auto verdict = who.starts_with("account:")
                             ? gate.of_account(who.substr(8), request, as_of, language)
                             : gate.of_person(built.persons.contains(who) ? built.of(who) : journey::Journey{}, request,
                                              as_of, language);
    if (!verdict) ADD_FAILURE() << verdict.error().message;
    return verdict ? *verdict : DeliveryVerdict{};
  }
  journey::BuiltJourneys built;
  std::shared_ptr<const Customers> customers;
  DeliveryGate gate;
};

Said placed(std::string id, std::string total, std::string when = "2024-03-01", std::string who = "ann") {
  return {std::move(who), "Order Placed", std::move(when), R"({"order_id":")" + id + R"(","total":)" + total + "}"};
}
Said moved(std::string what, std::string id, std::string amount, std::string when = "2024-03-02",
           std::string who = "ann") {
  return {std::move(who), std::move(what), std::move(when), R"({"order_id":")" + id + R"(","amount":)" + amount + "}"};
}
const Said kTrusted{"ann", "$identify", "2024-01-01", R"({"trusted":true})"};
const Said kDistrusted{"ann", "$identify", "2024-01-01", R"({"trusted":false})"};
Said signed_for(std::string id, std::string signature, std::string when = "2024-03-03", std::string group = {}) {
  return {"ann", "Delivery Override Signed", std::move(when),
          R"({"order_id":")" + id + R"(","reason":"a fair","author":"Zoe","signature":")" + signature + R"("})",
          std::move(group)};
}

struct Case {
  std::string name;
  std::vector<Said> story;
  std::string as_of, reason;
  bool may_deliver;
  std::int64_t paid, due, owed;
};
class Gate : public testing::TestWithParam<Case> {};

TEST_P(Gate, Answers) {
  const Case& is = GetParam();
  const DeliveryVerdict verdict = World(is.story).ask("ann", {.order_id = "7"}, is.as_of);
  EXPECT_EQ(name_of(verdict.reason), is.reason) << verdict.words;
  EXPECT_EQ(verdict.may_deliver, is.may_deliver);
  EXPECT_EQ(verdict.words.substr(0, 2), is.may_deliver ? "Ye" : "No") << verdict.words;
  EXPECT_EQ(verdict.paid->minor_units, is.paid);
  EXPECT_EQ(verdict.due ? verdict.due->minor_units : -1, is.due);
  EXPECT_EQ(verdict.owed.minor_units, is.owed);
}

INSTANTIATE_TEST_SUITE_P(
    TruthTable, Gate,
    testing::Values(
        Case{"Unpaid", {kDistrusted, placed("7", "100")}, "2024-03-05", "not_paid", false, 0, 10000, 10000},
        Case{"Paid",
             {kDistrusted, placed("7", "100"), moved("Payment Succeeded", "7", "100")},
             "2024-03-05",
             "paid",
             true,
             10000,
             0,
             0},
        Case{"PaidOnlyLater",
             {kDistrusted, placed("7", "100"), moved("Payment Succeeded", "7", "100", "2024-03-06")},
             "2024-03-05",
             "not_paid",
             false,
             0,
             10000,
             10000},
        Case{"PaidForAnotherOrder",
             {kDistrusted, placed("7", "100"), moved("Payment Succeeded", "8", "100")},
             "2024-03-05",
             "not_paid",
             false,
             0,
             10000,
             10000},
        Case{"PaidBySomebodyElse",
             {kDistrusted, placed("7", "100"), moved("Payment Succeeded", "7", "100", "2024-03-02", "bob")},
             "2024-03-05",
             "not_paid",
             false,
             0,
             10000,
             10000},
        Case{"PartPaid",
             {kDistrusted, placed("7", "100"), moved("Payment Succeeded", "7", "99.99")},
             "2024-03-05",
             "partly_paid",
             false,
             9999,
             1,
             1},
        Case{"Instalments",
             {kDistrusted, placed("7", "100"), moved("Payment Succeeded", "7", "40"),
              moved("Payment Succeeded", "7", "60", "2024-03-04")},
             "2024-03-04",
             "paid",
             true,
             10000,
             0,
             0},
        Case{"FirstInstalment",
             {kDistrusted, placed("7", "100"), moved("Payment Succeeded", "7", "40"),
              moved("Payment Succeeded", "7", "60", "2024-03-04")},
             "2024-03-03",
             "partly_paid",
             false,
             4000,
             6000,
             6000},
        Case{"OnePaymentToldTwice",
             {kDistrusted,
              placed("7", "100"),
              {"ann", "Payment Succeeded", "2024-03-02", R"({"order_id":7,"payment_id":"p","amount":50})"},
              {"ann", "Payment Succeeded", "2024-03-03", R"({"order_id":7,"payment_id":"p","amount":50})"}},
             "2024-03-05",
             "partly_paid",
             false,
             5000,
             5000,
             5000},
        Case{"Refunded",
             {kTrusted, placed("7", "100"), moved("Payment Succeeded", "7", "100"),
              moved("Order Refunded", "7", "100", "2024-03-04")},
             "2024-03-05",
             "given_back",
             false,
             0,
             10000,
             0},
        Case{"RefundedLater",
             {kTrusted, placed("7", "100"), moved("Payment Succeeded", "7", "100"),
              moved("Order Refunded", "7", "100", "2024-03-04")},
             "2024-03-03",
             "paid",
             true,
             10000,
             0,
             0},
        Case{"RefundedWithoutAmount",
             {kTrusted,
              placed("7", "100"),
              moved("Payment Succeeded", "7", "100"),
              {"ann", "Order Refunded", "2024-03-04", R"({"order_id":"7"})"}},
             "2024-03-05",
             "given_back",
             false,
             0,
             10000,
             0},
        Case{"RefundedInPart",
             {kDistrusted, placed("7", "100"), moved("Payment Succeeded", "7", "100"),
              moved("Order Refunded", "7", "30", "2024-03-04")},
             "2024-03-05",
             "partly_paid",
             false,
             7000,
             3000,
             0},
        Case{"ChargedBack",
             {kTrusted, placed("7", "100"), moved("Payment Succeeded", "7", "100"),
              moved("Payment Disputed", "7", "100", "2024-03-04")},
             "2024-03-05",
             "charged_back",
             false,
             0,
             10000,
             10000},
        Case{"OnCredit", {kTrusted, placed("7", "100")}, "2024-03-05", "credit", true, 0, 10000, 10000},
        Case{"CreditOnItsLastDay", {kTrusted, placed("7", "100")}, "2024-03-31", "credit", true, 0, 10000, 10000},
        Case{"CreditADayLater", {kTrusted, placed("7", "100")}, "2024-04-01", "credit_ended", false, 0, 10000, 10000},
        Case{"CreditThatNobodyCanTell", {placed("7", "100")}, "2024-03-05", "credit_unknown", false, 0, 10000, 10000},
        Case{"CreditToTheCent",
             {kTrusted, placed("7", "100"), placed("6", "100")},
             "2024-03-05",
             "credit",
             true,
             0,
             10000,
             20000},
        Case{"CreditExceededByAnotherOrder",
             {kTrusted, placed("7", "100"), placed("6", "100.01")},
             "2024-03-05",
             "credit_exceeded",
             false,
             0,
             10000,
             20001},
        Case{"CreditFreedByAPayment",
             {kTrusted, placed("7", "100"), placed("6", "100.01"), moved("Payment Succeeded", "6", "1")},
             "2024-03-05",
             "credit",
             true,
             0,
             10000,
             19901},
        Case{"CreditFreedByARefund",
             {kTrusted,
              placed("7", "100"),
              placed("6", "150"),
              {"ann", "Order Refunded", "2024-03-04", R"({"order_id":"6","full":true})"}},
             "2024-03-05",
             "credit",
             true,
             0,
             10000,
             10000},
        Case{"CreditInTheBusinesssCurrency",
             {kTrusted,
              placed("7", "100"),
              {"ann", "Order Placed", "2024-03-01", R"({"order_id":"6","total":220,"currency":"USD"})"}},
             "2024-03-05",
             "credit_exceeded",
             false,
             0,
             10000,
             21000},
        Case{"OwedWithoutARate",
             {kTrusted,
              placed("7", "100"),
              {"ann", "Order Placed", "2024-03-01", R"({"order_id":"6","total":1,"currency":"GBP"})"}},
             "2024-03-05",
             "credit_unknown",
             false,
             0,
             10000,
             10000},
        Case{"Override",
             {kDistrusted, placed("7", "100"), signed_for("7", "good")},
             "2024-03-05",
             "override",
             true,
             0,
             10000,
             10000},
        Case{"OverrideNotYetSigned",
             {kDistrusted, placed("7", "100"), signed_for("7", "good")},
             "2024-03-02",
             "not_paid",
             false,
             0,
             10000,
             10000},
        Case{"OverrideOfAnotherOrder",
             {kDistrusted, placed("7", "100"), signed_for("8", "good")},
             "2024-03-05",
             "not_paid",
             false,
             0,
             10000,
             10000},
        Case{"ForgedOverride",
             {kDistrusted, placed("7", "100"), signed_for("7", "forged")},
             "2024-03-05",
             "not_paid",
             false,
             0,
             10000,
             10000},
        Case{"GoodOverrideBesideAForgedOne",
             {kDistrusted, placed("7", "100"), signed_for("7", "good"), signed_for("7", "forged", "2024-03-04")},
             "2024-03-05",
             "override",
             true,
             0,
             10000,
             10000},
        Case{"OverrideOfAnOrderNobodyTold",
             {kDistrusted, signed_for("7", "good")},
             "2024-03-05",
             "override",
             true,
             0,
             -1,
             0},
        Case{"UnknownOrder", {kTrusted, placed("8", "100")}, "2024-03-05", "order_unknown", false, 0, -1, 10000},
        Case{"UnknownOrderWithPayments",
             {kTrusted, moved("Payment Succeeded", "7", "100")},
             "2024-03-05",
             "order_unknown",
             false,
             10000,
             -1,
             0},
        Case{"OrderWithoutAmount",
             {kTrusted,
              {"ann", "Order Placed", "2024-03-01", R"({"order_id":7})"},
              moved("Payment Succeeded", "7", "100")},
             "2024-03-05",
             "total_unknown",
             false,
             10000,
             -1,
             0},
        Case{"Gift", {kDistrusted, placed("7", "0")}, "2024-03-05", "paid", true, 0, 0, 0}),
    [](const auto& test) { return test.param.name; });

TEST(Gate, TakesAnOrdersOwnEventForItsPaymentWhereThatMovesMoney) {
  const World world({{"ann", "Order Completed", "2024-03-01", R"({"order_id":"7","total":80})"}}, "");
  const auto verdict = world.ask("ann", {.order_id = "7"}, "2024-03-01");
  EXPECT_TRUE(verdict.may_deliver);
  EXPECT_EQ(verdict.words, "Yes: paid (80.00 EUR of 80.00 EUR).");
  ASSERT_EQ(verdict.rows.size(), 1U);
  EXPECT_EQ(verdict.rows[0].seq, EventSeq{1});
  EXPECT_EQ(world.ask("ann", {.order_id = "7"}, "2024-02-28").reason, DeliveryReason::OrderUnknown);
}

TEST(Gate, HoldsThePaymentsAgainstTheCallersTotal) {
  const Money hundred{10000, *Currency::parse("EUR")}, half{5000, hundred.currency};
  const World world({moved("Payment Succeeded", "7", "60"), placed("8", "80"), moved("Payment Succeeded", "8", "80")});
  EXPECT_EQ(world.ask("ann", {"7", hundred}, "2024-03-05").reason, DeliveryReason::OrderUnknown);
  EXPECT_TRUE(world.ask("ann", {"7", half}, "2024-03-05").may_deliver);
  EXPECT_FALSE(world.ask("ann", {"9", half}, "2024-03-05").may_deliver);
  EXPECT_FALSE(world.ask("ann", {"8", hundred}, "2024-03-05").may_deliver) << "the caller knows of more";
  EXPECT_TRUE(world.ask("ann", {"8", half}, "2024-03-05").may_deliver);
  EXPECT_FALSE(world.ask("nobody", {"8", half}, "2024-03-05").may_deliver);
  EXPECT_EQ(world.gate.of_person(world.built.of("ann"), {"8", Money{1, *Currency::parse("USD")}}, kEnd).error().kind,
            ErrorKind::InvalidInput);
  EXPECT_EQ(world.gate.of_account("acme", {"8"}, kEnd).error().kind, ErrorKind::InvalidInput);
}

TEST(Gate, CountsWhatTheCallerKnowsAmongWhatIsOwed) {
  const World world({kTrusted, placed("7", "100"), placed("6", "90")});
  EXPECT_EQ(world.ask("ann", {"7", Money{11000, *Currency::parse("EUR")}}, "2024-03-05").reason,
            DeliveryReason::Credit);
  const auto more = world.ask("ann", {"7", Money{11001, *Currency::parse("EUR")}}, "2024-03-05");
  EXPECT_EQ(more.reason, DeliveryReason::CreditExceeded);
  EXPECT_EQ(more.owed.minor_units, 20001);
}

TEST(Gate, AsksOfTheAccountWhereAccountsAreCharged) {
  const Said joins{"ann", "$group", "2024-01-01", "{}", "acme"}, bob_joins{"bob", "$group", "2024-01-01", "{}", "acme"};
  const Said bob_pays{"bob", "$identify", "2024-01-01", R"({"pays":true})"};
  const Said bob_trusted{"bob", "$identify", "2024-02-01", R"({"trusted":true})"};
  const Said transfer{"", "Payment Succeeded", "2024-03-04", R"({"order_id":"7","amount":100})", "acme"};
  const World paid({joins, placed("7", "100"), transfer}, kAccounts);
  for (const char* who : {"ann", "account:acme"}) {
    const auto verdict = paid.ask(who, {.order_id = "7"}, "2024-03-05");
    EXPECT_EQ(verdict.reason, DeliveryReason::Paid) << who << verdict.words;
    EXPECT_EQ(verdict.account, "acme");
    EXPECT_FALSE(paid.ask(who, {.order_id = "7"}, "2024-03-03").may_deliver);
  }
  // Credit is the payer's, whoever orders; the trust of one who does not pay says nothing.
  EXPECT_EQ(World({joins, bob_joins, bob_pays, bob_trusted, placed("7", "100")}, kAccounts)
                .ask("ann", {.order_id = "7"}, "2024-03-05")
                .reason,
            DeliveryReason::Credit);
  EXPECT_FALSE(World({joins, kTrusted, bob_joins, bob_pays, placed("7", "100")}, kAccounts)
                   .ask("ann", {.order_id = "7"}, "2024-03-05")
                   .may_deliver);
  const World answered({joins, bob_joins, placed("7", "100"), signed_for("7", "good")}, kAccounts);
  for (const char* who : {"ann", "bob", "account:acme"})
    EXPECT_EQ(answered.ask(who, {.order_id = "7"}, "2024-03-05").reason, DeliveryReason::Override) << who;
  EXPECT_FALSE(answered.ask("account:other", {.order_id = "7"}, "2024-03-05").may_deliver);
}

TEST(Gate, SpeaksFrench) {
  const World world({kDistrusted, placed("7", "100"), moved("Payment Succeeded", "7", "40")});
  EXPECT_EQ(world.ask("ann", {.order_id = "7"}, "2024-03-05", "fr").words,
            "Non\u202f: 40,00\u00a0EUR sur 100,00\u00a0EUR sont payés, 60,00\u00a0EUR restent dus.");
}

TEST(Gate, ListsOverridesThatWereSignedHereAndCountsTheOthers) {
  const World world(
      {signed_for("7", "good"),
       signed_for("8", "forged"),
       signed_for("9", "good", "2024-03-02"),
       {"", "Delivery Override Signed", "2024-03-04", R"({"order_id":"10","signature":"good"})", "acme"}});
  const auto all = world.gate.overrides(kEnd);
  ASSERT_EQ(all.good.size(), 3U);
  EXPECT_EQ(all.good[0].order_id, "9");
  EXPECT_EQ(all.good[2].account, "acme");
  EXPECT_EQ(all.not_signed_here, 1U);
  EXPECT_EQ(world.gate.overrides(*parse_moment("2024-03-02T12:00:00Z", Zone::utc())).good.size(), 1U);
}

}  // namespace
}  // namespace habitue::knowledge
