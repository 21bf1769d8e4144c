#include <map>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/config.hpp"

namespace habitue::config {
namespace {

Business sure(std::string_view toml) {
  auto business = parse(toml);
  EXPECT_TRUE(business) << business.error().message;
  return business ? *business : Business{};
}
std::string refusal(std::string_view toml) {
  const auto business = parse(toml);
  return business ? "accepted" : business.error().message;
}

// Every key set to something else than its default.
constexpr std::string_view kFull = R"(
name = "Atelier d'été"
model = "subscription"
currency = "eur"
zone = "Europe/Paris"
language = "fr"

[[sides]]
name = "readers"
charged = "account"
members = 'did Signed Up'
supposed_to_pay = 'account plan = "pro"'
payer = 'trait billing = true'

[[sides]]
name = "authors"
supposed_to_pay = 'not everyone'

[money]
payments = ["Paid"]
refunds = []
chargebacks = ["Taken Back"]
purchases = ["Bought"]
amount = ["sum"]
currency = []
order_id = ["no"]

[[exchange_rates]]
currency = "USD"
from = 2024-01-01
rate = 0.91
[[exchange_rates]]
currency = "USD"
from = 2024-07-01
rate = 1

[margin]
cost = []
share = 0.4

[products]
list = "lines"
id = ["code"]
name = ["label"]
category = ["range"]
quantity = ["units"]
price = ["each"]
total = ["amount"]
cost = ["costs"]
refused = ["No Thanks"]
consumed = true

[[costs]]
name = "calls"
events = ["Called"]
where = 'channel = "phone"'
amount = []
quantity = ["minutes"]
unit_cost = 0.75

[marketing]
events = ["Spent"]
amount = ["sum"]
channel = ["source"]

[acquisition]
lost_after_days = 60
payback_months = 6
cost_max = 40
reserve = 20000.5

[delivery]
credit = 'trait credit_terms = true'
credit_days = 45
credit_max = 5000

[[treatments]]
name = "the lost"
roles = ["client", "unknown"]
stages = ["lost"]
channels = ["post"]
reply_hours = 12
perks = ["a call"]

[[offers]]
name = "kit"
en = "A kit"
fr = "Un kit"
attention = 'did Viewed in last 90 days'
interest = 'count(Viewed) >= 2'
desire = 'did Added'
payments = ["Paid"]
action = 'product = "kit"'
within_days = 120

[[actions]]
name = "call"
en = "Call them"
fr = "Les appeler"
kind = "conversion"
phases = ["desire"]

[[steps]]
name = "acquisition"
events = ["*"]
[[steps]]
name = "revenue"
events = ["Bought", "Paid"]
where = "total > 50 and shop = \"l'été\""
occurrence = 2
within_days = 90
optional = true

[map]
window_days = 90

[[value_classes]]
name = "some"
from = 1.5

[[value_classes]]
name = "much"
from = 100

[[relations]]
name = "friend"
who = 'did A'

[stages]
new_days = 30
at_risk_days = 31
dormant_days = 32
back_days = 33
active_purchases = 3
active_days = 34
rhythm = "off"
rhythm_by = "segment"

[subscription]
trial_started = []
started = ["S"]
renewed = ["R"]
payment_failed = ["F"]
cancellation_announced = ["C"]
ended = ["E"]
changed = ["U"]
price = ["p"]
interval = ["i"]
subscription_id = ["s"]
value_events = ["V", "W"]
value_minimum = 4
value_days = 14

[[hypotheses]]
version = "v1"
from = 2011-01-01
[[hypotheses]]
version = "v2"
from = "2011-07-01"
product = "An \"atelier\"\n\\ in two lines"
message = "Make"
audience = """
  trait country = "France"
  and trait age >= 18"""

[channels]
properties = ["source"]

[identity]
merge_on_email = false
users_per_email_max = 7
users_per_device_max = 8
ignored_values = ["test"]

[wanted_act]
name = "searched"
criterion = 'did Searched'
)";

TEST(Parsing, GivesTheConventionsWhereTheFileSaysNothing) {
  const Business business = sure("");
  EXPECT_EQ(business.stages, StageRules{});
  EXPECT_EQ(business.money, MoneyRules{});
  ASSERT_EQ(business.sides.size(), 1U);
  EXPECT_EQ(business.sides[0].supposed_to_pay, criteria::Expression{});
  ASSERT_EQ(business.hypotheses.size(), 1U);
  EXPECT_EQ(business.hypotheses[0].version, "v1");
  EXPECT_EQ(hypothesis_at(business, *parse_moment("2011-01-01", business.zone)), &business.hypotheses[0]);
}

TEST(Parsing, ReadsEveryKey) {
  const Business b = sure(kFull);
  EXPECT_EQ(b.name, "Atelier d'été");
  EXPECT_EQ(b.model, BusinessModel::Subscription);
  EXPECT_EQ(b.currency.code(), "EUR");
  EXPECT_EQ(b.zone.name(), "Europe/Paris");
  EXPECT_EQ(b.language, "fr");
  ASSERT_EQ(b.sides.size(), 2U);
  EXPECT_EQ(b.sides[0].charged, Charged::Account);
  EXPECT_EQ(criteria::to_text(*b.sides[0].payer), "trait billing = true");
  EXPECT_EQ(criteria::to_text(b.sides[1].supposed_to_pay), "not everyone");
  EXPECT_EQ(b.money.payments, std::vector<std::string>{"Paid"});
  EXPECT_TRUE(b.money.refunds.empty());
  ASSERT_EQ(b.steps.size(), 2U);
  EXPECT_TRUE(b.steps[0].events.empty()) << "[\"*\"] is any event";
  EXPECT_EQ(criteria::to_event_condition(*b.steps[1].where), "total > 50 and shop = \"l'été\"");
  EXPECT_EQ(b.steps[1].occurrence, 2U);
  EXPECT_EQ(b.steps[1].within, std::chrono::days(90));
  ASSERT_EQ(b.exchange_rates.size(), 2U);
  EXPECT_EQ(b.exchange_rates[0].rate, 0.91);
  EXPECT_EQ(b.exchange_rates[1].rate, 1) << "whole numbers are numbers";
  EXPECT_EQ(b.margin.share, 0.4);
  ASSERT_EQ(b.costs.size(), 1U);
  EXPECT_EQ(b.costs[0].unit_cost, 0.75);
  EXPECT_EQ(criteria::to_event_condition(*b.costs[0].where), "channel = \"phone\"");
  EXPECT_EQ(b.acquisition.reserve, 20000.5);
  EXPECT_EQ(criteria::to_text(*b.delivery.credit), "trait credit_terms = true");
  ASSERT_EQ(b.treatments.size(), 1U);
  EXPECT_EQ(b.treatments[0].stages, std::vector<std::string>{"lost"});
  ASSERT_EQ(b.offers.size(), 1U);
  EXPECT_EQ(criteria::to_text(*b.offers[0].interest), "count(Viewed) >= 2");
  EXPECT_EQ(criteria::to_event_condition(*b.offers[0].action), "product = \"kit\"");
  EXPECT_EQ(b.offers[0].within, std::chrono::days(120));
  ASSERT_EQ(b.actions.size(), 1U);
  EXPECT_EQ(phases_of(b.actions[0]), std::vector<std::string>{"desire"});
  EXPECT_EQ(b.stages.back_days, 33U);
  EXPECT_EQ(b.subscription.value_days, 14U);
  EXPECT_EQ(format_day(b.hypotheses[1].from), "2011-07-01");
  EXPECT_EQ(criteria::to_text(b.hypotheses[1].audience), "trait country = \"France\" and trait age >= 18");
  EXPECT_FALSE(b.identity.merge_on_email);
  EXPECT_EQ(criteria::to_text(*b.wanted_act.criterion), "did Searched");
}

TEST(Writing, IsReadBackToTheSame) {
  for (const std::string_view toml : {std::string_view(""), std::string_view("model = \"subscription\""), kFull}) {
    const Business business = sure(toml);
    const std::string written = write(business);
    const auto back = parse(written);
    ASSERT_TRUE(back) << back.error().message << "\n" << written;
    EXPECT_TRUE(*back == business) << written;
    EXPECT_EQ(write(*back), written);
  }
}

// Guards the test above: a key that is neither read nor written would come back equal too.
TEST(Writing, ShowsEveryKeyThatTheFileChanged) {
  const auto values = [](const Business& business) {
    std::map<std::string, std::string> all;
    std::string section;
    std::istringstream lines(write(business));
    for (std::string line; std::getline(lines, line);) {
      if (line.starts_with("["))
        section = line;
      else if (const std::size_t equals = line.find(" = "); equals != std::string::npos && !line.starts_with("# "))
        all.try_emplace(section + " " + line.substr(0, equals), line.substr(equals));  // Of a list, the first table.
    }
    return all;
  };
  const auto defaults = values(sure(""));
  const auto changed = values(sure(kFull));
  for (const auto& [key, value] : defaults) {
    const bool shared = key.starts_with("[[steps]]") || key.starts_with("[[hypotheses]]");
    EXPECT_TRUE(shared || changed.at(key) != value) << key;
  }
  EXPECT_GT(defaults.size(), 35U);
}

TEST(DefaultSteps, FollowTheModelAndItsEvents) {
  const auto told = [](const std::vector<Step>& steps) {
    std::string all;
    for (const Step& step : steps) {
      all += step.name + (step.optional ? "?" : "") + ":";
      for (const std::string& event : step.events) all += event + ",";
      all += "#" + std::to_string(step.occurrence) + " ";
    }
    return all;
  };
  EXPECT_EQ(told(sure("[money]\npurchases = [\"Sold\"]").steps),
            "acquisition:#1 activation?:Product Added,Checkout Started,#1 revenue:Sold,#1 retention:Sold,#2 "
            "referral?:Invite Sent,Product Shared,Referral Sent,#1 ");
  EXPECT_EQ(
      told(sure("model = \"subscription\"\n[money]\npayments = [\"Paid\"]\n[subscription]\nvalue_events = [\"Used\"]")
               .steps),
      "acquisition:#1 activation?:Trial Started,Used,#1 revenue:Paid,#1 retention:Subscription Renewed,#1 "
      "referral?:Invite Sent,Referral Sent,#1 ");
  // A step without events would be any event's: emptied lists leave it out, or fall back on the second payment.
  EXPECT_EQ(told(sure("model = \"subscription\"\n[money]\npayments = [\"Paid\"]\n[subscription]\ntrial_started = "
                      "[]\nrenewed = []")
                     .steps),
            "acquisition:#1 revenue:Paid,#1 retention:Paid,#2 referral?:Invite Sent,Referral Sent,#1 ");
}

TEST(Hypotheses, HoldFromTheirDayInTheZone) {
  const Business business = sure(kFull);
  const auto at = [&](std::string_view moment) {
    const Hypothesis* found = hypothesis_at(business, *parse_moment(moment, Zone::utc()));
    return found == nullptr ? std::string("none") : found->version;
  };
  EXPECT_EQ(at("2010-12-31T22:59:59Z"), "none");
  EXPECT_EQ(at("2010-12-31T23:00:00Z"), "v1") << "midnight in Paris";
  EXPECT_EQ(at("2011-06-30T21:59:59Z"), "v1");
  EXPECT_EQ(at("2011-06-30T22:00:00Z"), "v2");
  EXPECT_EQ(find_hypothesis(business, "v2"), &business.hypotheses[1]);
  EXPECT_EQ(find_hypothesis(business, "v3"), nullptr);
}

TEST(Mistakes, OfARhythmThatHasNoStagesToDriveAreTold) {
  EXPECT_THAT(refusal("model = \"subscription\"\n[stages]\nrhythm = \"drives\"\n"),
              testing::HasSubstr("`stages.rhythm` drives the stages of purchases"));
  EXPECT_THAT(refusal("[stages]\nrhythm = \"drive\"\n"), testing::HasSubstr("did you mean \"drives\"?"));
}

TEST(Mistakes, OfAMapThatCannotBeDrawnAreTold) {
  EXPECT_THAT(refusal("[[value_classes]]\nname = \"a\"\nfrom = 5\n[[value_classes]]\nname = \"b\"\nfrom = 5\n"),
              testing::HasSubstr("habitue.toml:6:8: `value_classes.from` is not above"));
  EXPECT_THAT(refusal("[[value_classes]]\nname = \"nothing\"\nfrom = 5\n"), testing::HasSubstr("brought nothing"));
  EXPECT_THAT(refusal("[[relations]]\nname = \"none\"\nwho = 'everyone'\n"), testing::HasSubstr("no relation holds"));
}

// Only money that came in and stayed is action: config has no way to say otherwise.
TEST(Mistakes, OfOffersThatTakeSomethingElseForPaymentAreTold) {
  EXPECT_THAT(
      refusal("[[offers]]\nname = \"kit\"\naction = 'did Profile Completed'\n"),
      testing::AllOf(testing::HasSubstr("habitue.toml:3:"), testing::HasSubstr("no other event can stand for it")));
  EXPECT_THAT(
      refusal("[[offers]]\nname = \"kit\"\npayments = [\"Order Completed\", \"Cart Filled\"]\n"),
      testing::HasSubstr("habitue.toml:3:12: `offers.payments` has \"Cart Filled\", which `money.payments` does "
                         "not: only money that came in and stayed is action"));
  EXPECT_THAT(refusal("[[offers]]\nname = \"kit\"\n[[offers]]\nname = \"kit\"\n"),
              testing::HasSubstr("two of [[offers]] are called \"kit\""));
}

TEST(Mistakes, OfDeliveriesBeforePaymentAreTold) {
  const std::string post = "[[actions]]\nname = \"post\"\nkind = \"delivery\"\nphases = ";
  for (const std::string phase : {"none", "attention", "interest", "desire"})
    EXPECT_THAT(refusal(post + "[\"" + phase + "\", \"action\"]\n"),
                testing::HasSubstr("habitue.toml:4:10: `actions.phases` of \"post\" has \"" + phase + "\""));
  EXPECT_EQ(sure(post + "[\"action\"]\n").actions.size(), 1U);
  EXPECT_EQ(sure("").actions, default_actions());
}

TEST(Mistakes, AreAllToldInOrderOfTheFileEachWithItsLine) {
  EXPECT_EQ(refusal("modle = \"purchases\"\n"
                    "zone = \"Europe/Pari\"\n"
                    "currency = \"EURO\"\n"
                    "\n"
                    "[stages]\n"
                    "new_dais = 90\n"
                    "  at_risk_days = \"90\"\n"
                    "active_purchases = 0\n"),
            "habitue.toml:1:1: there is no key `modle` at the head of the file: did you mean `model`?\n"
            "    1 | modle = \"purchases\"\n"
            "      | ^^^^^\n"
            "habitue.toml:2:8: `zone`: no time zone is called 'Europe/Pari': use an IANA name such as Europe/Paris\n"
            "    2 | zone = \"Europe/Pari\"\n"
            "      |        ^^^^^^^^^^^^^\n"
            "habitue.toml:3:12: `currency`: ISO 4217 has no currency \"EURO\": three letters such as EUR, GBP or USD\n"
            "    3 | currency = \"EURO\"\n"
            "      |            ^^^^^^\n"
            "habitue.toml:6:1: there is no key `new_dais` in [stages]: did you mean `new_days`?\n"
            "    6 | new_dais = 90\n"
            "      | ^^^^^^^^\n"
            "habitue.toml:7:18: `stages.at_risk_days` is a whole number from 1 to 36500; this is a text\n"
            "    7 |   at_risk_days = \"90\"\n"
            "      |                  ^^^^\n"
            "habitue.toml:8:20: `stages.active_purchases` is a whole number from 1 to 1000; this is 0\n"
            "    8 | active_purchases = 0\n"
            "      |                    ^");
}

TEST(Mistakes, InCriteriaPointAtTheWordInTheFile) {
  EXPECT_EQ(refusal("[[hypotheses]]\nversion = \"v1\"\nfrom = 2011-01-01\naudience = 'trait pays = France'\n"),
            "habitue.toml:4:26: `hypotheses.audience`: texts are written in quotes: \"France\"\n"
            "    4 | audience = 'trait pays = France'\n"
            "      |                          ^^^^^^");
  EXPECT_EQ(refusal("[wanted_act]\ncriterion = \"trait \\u00e9t\\u00E9 = \\\"x\\\" and cuont(A) > 1\"\n"),
            "habitue.toml:2:46: `wanted_act.criterion`: `cuont` is no test: did you mean `count`?\n"
            "    2 | criterion = \"trait \\u00e9t\\u00E9 = \\\"x\\\" and cuont(A) > 1\"\n"
            "      |                                              ^^^^^");
  EXPECT_EQ(refusal("[wanted_act]\ncriterion = \"\"\"\n  did A\n  and did B in last 3 dais\"\"\"\n"),
            "habitue.toml:4:23: `wanted_act.criterion`: expected a unit: minutes, hours, days, weeks, months or years\n"
            "    4 |   and did B in last 3 dais\"\"\"\n"
            "      |                       ^^^^");
  EXPECT_EQ(refusal("[wanted_act]\ncriterion = \"\"\"did A \\\n    and\"\"\"\n"),
            "habitue.toml:3:8: `wanted_act.criterion`: expected a test such as `trait country = \"France\"` or `did "
            "Order Completed`\n"
            "    3 |     and\"\"\"\n"
            "      |        ^");
  EXPECT_EQ(refusal("[[steps]]\nname = \"acquisition\"\nevents = [\"A\"]\nwhere = 'did A'\n"),
            "habitue.toml:4:15: `steps.where`: expected a comparison: =, !=, <, <=, >, >=, in (...), contains, starts "
            "with, exists, is missing\n"
            "    4 | where = 'did A'\n"
            "      |               ^");
}

struct Wrong {
  std::string name, toml, message;
};
class OneMistake : public testing::TestWithParam<Wrong> {};
TEST_P(OneMistake, IsToldWithItsPlace) {
  const std::string message = refusal(GetParam().toml);
  EXPECT_EQ(message.substr(0, message.find('\n')), GetParam().message);
}
INSTANTIATE_TEST_SUITE_P(
    Places, OneMistake,
    testing::Values(
        Wrong{"NotToml", "name = \"a\"\nzone Europe\n",
              "habitue.toml:2:6: this is not TOML: Error while parsing key-value pair: expected '=', saw 'E'"},
        Wrong{"KeyOfAnotherTable", "[money]\nnew_days = 3\n",
              "habitue.toml:2:1: there is no key `new_days` in [money]: it belongs in [stages]"},
        Wrong{"KeyOfTheHead", "[stages]\nzone = \"UTC\"\n",
              "habitue.toml:2:1: there is no key `zone` in [stages]: it stands at the head of the file, before the "
              "first [table]"},
        Wrong{"TableForList", "[sides]\nname = \"a\"\n",
              "habitue.toml:1:1: `sides` is a list of tables: write [[sides]] before each"},
        Wrong{"ListForTable", "[[money]]\n", "habitue.toml:1:1: `money` is one table: write [money], not [[money]]"},
        Wrong{"ValueForTable", "money = 3\n",
              "habitue.toml:1:9: `money` is a table: write [money] on a line of its own; this is a whole number"},
        Wrong{
            "TextForList", "[money]\npayments = \"Paid\"\n",
            "habitue.toml:2:12: `money.payments` is a list of texts: write it in brackets, [\"...\"]; this is a text"},
        Wrong{"NumberInList", "[money]\npayments = [\"A\", 3]\n",
              "habitue.toml:2:18: `money.payments` is a list of texts; this is a whole number"},
        Wrong{"TwiceInList", "[money]\npayments = [\"A\", \"A\"]\n",
              "habitue.toml:2:18: \"A\" is in `money.payments` twice"},
        Wrong{"NoPayment", "[money]\npayments = []\n", "habitue.toml:2:12: `money.payments` is not empty"},
        Wrong{"NoEvents", "[[steps]]\nname = \"acquisition\"\nevents = []\n",
              "habitue.toml:3:10: `steps.events` is not empty: [\"*\"] means any event"},
        Wrong{"StarWithOthers", "[[steps]]\nname = \"acquisition\"\nevents = [\"*\", \"A\"]\n",
              "habitue.toml:3:10: `steps.events`: \"*\" means any event and stands alone"},
        Wrong{"StepName", "[[steps]]\nname = \"acquisiton\"\nevents = [\"A\"]\n",
              "habitue.toml:2:8: `steps.name` is one of \"acquisition\", \"activation\", \"retention\", \"referral\", "
              "\"revenue\": did you mean \"acquisition\"?"},
        Wrong{"StepTwice",
              "[[steps]]\nname = \"acquisition\"\nevents = [\"A\"]\n[[steps]]\nname = \"acquisition\"\nevents = "
              "[\"B\"]\n",
              "habitue.toml:5:8: two of [[steps]] are called \"acquisition\""},
        Wrong{"FirstStep", "[[steps]]\nname = \"revenue\"\nevents = [\"A\"]\n",
              "habitue.toml:2:8: the first of [[steps]] is \"acquisition\": the others are counted from it"},
        Wrong{"Model", "model = \"subscripton\"\n",
              "habitue.toml:1:9: `model` is one of \"purchases\", \"subscription\": did you mean \"subscription\"?"},
        Wrong{"Truth", "[identity]\nmerge_on_email = \"yes\"\n",
              "habitue.toml:2:18: `identity.merge_on_email` is true or false, without quotes; this is a text"},
        Wrong{"Day", "[[hypotheses]]\nversion = \"v1\"\nfrom = \"2011-02-30\"\n",
              "habitue.toml:3:8: `hypotheses.from`: '2011-02-30' is no day: write it as 2011-12-09"},
        Wrong{"MissingKey", "[[hypotheses]]\nversion = \"v1\"\n",
              "habitue.toml:1:1: `hypotheses.from` is missing: The first day it holds, later than that of the version "
              "before it. The past keeps the version "
              "that held then."},
        Wrong{"VersionTwice",
              "[[hypotheses]]\nversion = \"v1\"\nfrom = 2011-01-01\n[[hypotheses]]\nversion = \"v1\"\nfrom = "
              "2011-02-01\n",
              "habitue.toml:5:11: two of [[hypotheses]] are called \"v1\""},
        Wrong{"VersionsInDisorder",
              "[[hypotheses]]\nversion = \"v1\"\nfrom = 2011-02-01\n[[hypotheses]]\nversion = \"v2\"\nfrom = "
              "2011-02-01\n",
              "habitue.toml:6:8: `hypotheses.from` of \"v2\" is 2011-02-01, not after 2011-02-01 of \"v1\": versions "
              "stand in order of their days"},
        Wrong{"NobodyAtRisk", "[stages]\ndormant_days = 60\n",
              "habitue.toml:2:16: `stages.dormant_days` is 60, below `stages.at_risk_days`, 90: nobody would ever be "
              "at risk"},
        Wrong{"PayerOfAPerson", "[[sides]]\npayer = 'trait a = 1'\n",
              "habitue.toml:2:9: `sides.payer` is for accounts: with charged = \"person\" each pays alone"},
        Wrong{"AccentsBefore", "name = \"été\" # é\nlanguage = \"de\"\n",
              "habitue.toml:2:12: `language` is one of \"en\", \"fr\""}),
    [](const auto& test) { return test.param.name; });

TEST(Mistakes, OfMoneySayWhatWouldGoWrong) {
  const auto message = [](std::string_view toml) {
    const auto read = parse(toml);
    return read ? std::string("none") : read.error().message;
  };
  EXPECT_THAT(message("[[costs]]\nname = \"calls\"\nevents = [\"Called\"]\nquantity = [\"minutes\"]"),
              testing::HasSubstr("habitue.toml:4:12: `costs.quantity` needs `costs.unit_cost`"));
  EXPECT_THAT(message("[[costs]]\nname = \"calls\"\nevents = [\"Called\"]\namount = []"),
              testing::HasSubstr("nothing would cost"));
  EXPECT_THAT(message("[margin]\nshare = 40"), testing::HasSubstr("is a number from 0 to 1; this is 40"));
  EXPECT_THAT(message("[margin]\nshare = \"40 %\""), testing::HasSubstr("this is a text"));
  EXPECT_THAT(message("[acquisition]\ncost_max = -1"), testing::HasSubstr("not negative; this is -1"));
  EXPECT_THAT(message("[acquisition]\ncost_max = nan"), testing::HasSubstr("not negative; this is nan"));
  EXPECT_THAT(message("[[treatments]]\nname = \"x\"\nroles = [\"cliant\"]"),
              testing::HasSubstr("did you mean \"client\"?"));
  const std::string rate =
      "currency = \"EUR\"\n[[exchange_rates]]\ncurrency = \"USD\"\nfrom = 2024-01-01\nrate = 0.9\n";
  EXPECT_EQ(message(rate), "none");
  EXPECT_THAT(message(rate + rate.substr(17)), testing::HasSubstr("not after 2024-01-01"));
  EXPECT_THAT(message("currency = \"EUR\"\n[[exchange_rates]]\ncurrency = \"EUR\"\nfrom = 2024-01-01\nrate = 0"),
              testing::AllOf(testing::HasSubstr("it needs no rate"), testing::HasSubstr("is above 0")));
}

TEST(Loading, TellsTheFileThatIsNotThere) {
  const auto business = load("/nowhere/habitue.toml");
  ASSERT_FALSE(business);
  EXPECT_EQ(business.error().kind, ErrorKind::NotFound);
  EXPECT_THAT(business.error().message, testing::HasSubstr("/nowhere/habitue.toml"));
}

TEST(Explaining, TellsAKeyAndHelpsWithANearOne) {
  const auto told = explain("stages.new_days");
  ASSERT_TRUE(told);
  EXPECT_EQ(told->type, "whole number from 1 to 36500");
  EXPECT_EQ(told->default_value, "90");
  EXPECT_EQ(explain("steps")->default_value, "acquisition, activation, revenue, retention, referral");
  EXPECT_EQ(explain("new_days").error().message, "there is no key 'new_days': did you mean 'stages.new_days'?");
  EXPECT_EQ(explain("stages.new_day").error().message,
            "there is no key 'stages.new_day': did you mean 'stages.new_days'?");
  EXPECT_EQ(explain("stages.new_day").error().kind, ErrorKind::NotFound);
}

}  // namespace
}  // namespace habitue::config
