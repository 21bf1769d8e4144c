#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>

#include "journey/journey_builder.hpp"
#include "knowledge/customers.hpp"

namespace habitue::knowledge {
namespace {

using journey::Said;
using testing::ElementsAre;
using testing::IsEmpty;

const UtcMicros kLate = *parse_moment("2030-01-01", Zone::utc());

config::Business shop() {
  config::Business business;
  business.currency = *Currency::parse("EUR");
  return business;
}

struct Ann {
  explicit Ann(const std::vector<Said>& story, const config::Business& business = shop())
      : built(journey::build_journeys(story)), customers(*Customers::bind(built.snapshot, business)) {}
  std::vector<std::string> balances(UtcMicros as_of = kLate) const {
    std::vector<std::string> texts;
    for (const Balance& balance : customers->balances(built.of("ann"), as_of))
      texts.push_back(std::to_string(balance.received_minor) + "-" + std::to_string(balance.refunded_minor) + "-" +
                      std::to_string(balance.charged_back_minor) + " " + std::string(balance.currency.code()));
    return texts;
  }
  std::size_t purchases(UtcMicros as_of = kLate) const { return customers->purchases(built.of("ann"), as_of).size(); }
  journey::BuiltJourneys built;
  std::shared_ptr<const Customers> customers;
};

Said order(std::string properties, std::string when = "2024-01-02") {
  return {"ann", "Order Completed", std::move(when), std::move(properties)};
}
Said refund(std::string properties, std::string when = "2024-01-03") {
  return {"ann", "Order Refunded", std::move(when), std::move(properties)};
}

TEST(Money, IsTheFirstAmountThereInItsOwnCurrencyOrTheBusinesss) {
  EXPECT_THAT(Ann({order(R"({"revenue":12.34,"value":99})")}).balances(), ElementsAre("1234-0-0 EUR"));
  EXPECT_THAT(Ann({order(R"({"total":"12.30","revenue":99,"currency":"usd"})")}).balances(),
              ElementsAre("1230-0-0 USD"));
  EXPECT_THAT(Ann({order(R"({"total":1500,"currency":"JPY"})"), order(R"({"total":1.5,"currency":"KWD"})")}).balances(),
              ElementsAre("1500-0-0 JPY", "1500-0-0 KWD"));
  EXPECT_THAT(Ann({order(R"({"total":5,"currency":"euros"})")}).balances(), ElementsAre("500-0-0 EUR"));
  EXPECT_THAT(Ann({order(R"({"total":"a lot"})")}).balances(), IsEmpty());
}

TEST(Money, AddsCentsWithoutDrift) {
  std::vector<Said> story;
  for (int i = 0; i < 1000; ++i) story.push_back(order(R"({"total":0.1})"));
  EXPECT_THAT(Ann(story).balances(), ElementsAre("10000-0-0 EUR"));
}

TEST(Money, NeverWrapsAround) {
  std::vector<Said> story;
  for (int i = 0; i < 1200; ++i) story.push_back(order(R"({"total":90071992547409})"));
  EXPECT_THAT(Ann(story).balances(), ElementsAre(std::to_string(INT64_MAX) + "-0-0 EUR"));
}

TEST(Money, OfAnOrderSaidAgainIsTheLatestAtTheFirstMoment) {
  const Ann ann(
      {order(R"({"order_id":"A","total":50})", "2024-01-02"), order(R"({"order_id":"A","total":40})", "2024-03-05")});
  EXPECT_THAT(ann.balances(), ElementsAre("4000-0-0 EUR"));
  EXPECT_THAT(ann.balances(*parse_moment("2024-02-01", Zone::utc())), ElementsAre("5000-0-0 EUR"));
  const auto movements = ann.customers->movements(ann.built.of("ann"), kLate);
  ASSERT_EQ(movements.size(), 1U);
  EXPECT_EQ(movements[0].seq, EventSeq{2});
  EXPECT_EQ(movements[0].at, *parse_moment("2024-01-02", Zone::utc()));
  EXPECT_EQ(ann.purchases(), 1U);
}

TEST(Money, OfAnOrderAndOfItsPaymentsIsCountedOnce) {
  const auto paid = [](std::string properties) {
    return Said{"ann", "Payment Succeeded", "2024-01-04", std::move(properties)};
  };
  EXPECT_THAT(Ann({order(R"({"order_id":"A","total":50})"), paid(R"({"order_id":"A","amount":50})")}).balances(),
              ElementsAre("5000-0-0 EUR"));
  EXPECT_THAT(
      Ann({paid(R"({"order_id":"A","amount":10})"), order(R"({"order_id":"A","total":50})", "2024-02-01")}).balances(),
      ElementsAre("5000-0-0 EUR"));
  EXPECT_THAT(Ann({order(R"({"order_id":"A","total":50})"), paid(R"({"order_id":"B","amount":50})")}).balances(),
              ElementsAre("10000-0-0 EUR"));
  EXPECT_THAT(Ann({paid(R"({"payment_id":1,"amount":7})"), paid(R"({"payment_id":1,"amount":7})"),
                   paid(R"({"payment_id":2,"amount":7})")})
                  .balances(),
              ElementsAre("1400-0-0 EUR"));
}

TEST(Money, OfARefundWithoutAnAmountIsWhatIsLeftOfTheOrder) {
  const Ann ann({order(R"({"order_id":"A","total":50})"), refund(R"({"order_id":"A"})"),
                 refund(R"({"order_id":"A","total":20})", "2024-01-05")});
  EXPECT_THAT(ann.balances(), ElementsAre("5000-5000-0 EUR"));
  EXPECT_EQ(ann.purchases(), 0U);
}

TEST(Purchases, GoWhenARefundSaysThatItIsTheWhole) {
  EXPECT_EQ(
      Ann({order(R"({"order_id":"A","total":50})"), refund(R"({"order_id":"A","total":30,"full":true})")}).purchases(),
      0U);
  EXPECT_EQ(Ann({order(R"({"order_id":"A","total":50})"), refund(R"({"order_id":"A","total":30})")}).purchases(), 1U);
  EXPECT_EQ(Ann({order(R"({"order_id":"A","total":50})"), refund(R"({"total":50,"unmatched":true})")}).purchases(), 1U);
  EXPECT_EQ(Ann({order(R"({"order_id":"A"})"), refund(R"({"order_id":"A","total":50})")}).purchases(), 1U)
      << "its amount is not known";
  EXPECT_EQ(Ann({refund(R"({"order_id":"A"})", "2024-01-01"), order(R"({"order_id":"A","total":50})")}).purchases(), 0U)
      << "clocks differ";
}

TEST(Purchases, AreKeptApartFromMoneyWhenConfigSaysSo) {
  config::Business business = shop();
  business.money.payments = {"Payment Succeeded"};
  const Ann ann({order(R"({"order_id":"A","total":50})"),
                 {"ann", "Payment Succeeded", "2024-01-04", R"({"order_id":"A","amount":20})"},
                 refund(R"({"order_id":"A"})", "2024-01-05")},
                business);
  EXPECT_THAT(ann.balances(*parse_moment("2024-01-04 12:00", Zone::utc())), ElementsAre("2000-0-0 EUR"));
  EXPECT_THAT(ann.balances(), ElementsAre("2000-2000-0 EUR")) << "only what was paid comes back";
  EXPECT_EQ(ann.purchases(), 0U);
}

// The definitions written out for one order at a time, without an index and in quadratic time.
struct Naive {
  std::map<std::string, std::int64_t> received, refunded, charged_back;
  std::vector<UtcMicros> purchases;
};
struct Line {
  std::string kind, order, own, currency;
  std::optional<int> amount;
  bool full;
};
Naive naive(const std::vector<Line>& lines, const std::vector<Said>& said) {
  std::vector<Line> live;
  std::vector<UtcMicros> at;
  // What is said again moves to its first place and first moment, with the latest content.
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const bool purchase = lines[i].kind == "order";
    std::size_t same = live.size();
    for (std::size_t j = 0; j < live.size(); ++j)
      if (live[j].kind == lines[i].kind && (purchase ? !lines[i].order.empty() && live[j].order == lines[i].order
                                                     : !lines[i].own.empty() && live[j].own == lines[i].own))
        same = j;
    if (same == live.size()) {
      live.push_back(lines[i]);
      at.push_back(*parse_moment(said[i].when, Zone::utc()));
      continue;
    }
    Line next = lines[i];
    if (!next.amount) next.amount = live[same].amount, next.currency = live[same].currency;
    if (!purchase) next.full = next.full || live[same].full;
    live[same] = next;
  }
  Naive result;
  for (std::size_t i = 0; i < live.size(); ++i) {
    const Line& line = live[i];
    if (line.kind == "order") {
      std::int64_t paid = 0, returned = 0;
      bool touched = false, full = false;
      std::string currency = line.currency;
      for (const Line& other : live) {
        if (line.order.empty() || other.order != line.order) continue;
        if (other.kind == "paid") {
          if (!line.amount && paid == 0) currency = other.currency;
          if (other.currency == currency) paid += other.amount.value_or(0);
        }
        if (other.kind == "refund" || other.kind == "dispute") {
          touched = true;
          full = full || other.full || !other.amount;
        }
      }
      for (const Line& other : live)
        if (!line.order.empty() && other.order == line.order && (other.kind == "refund" || other.kind == "dispute") &&
            other.currency == currency)
          returned += other.amount.value_or(0);
      const std::int64_t own = std::max<std::int64_t>(0, line.amount.value_or(0) - paid);
      result.received[currency] += own;
      const std::int64_t worth = line.amount ? *line.amount : paid;
      for (const Line& other : live) {
        if (line.order.empty() || other.order != line.order || other.amount ||
            (other.kind != "refund" && other.kind != "dispute"))
          continue;
        const std::int64_t rest = std::max<std::int64_t>(0, std::max(worth, paid) - returned);
        returned += rest;
        (other.kind == "refund" ? result.refunded : result.charged_back)[currency] += rest;
      }
      const bool known = line.amount || paid > 0;
      if (!full && !(touched && known && returned >= worth) && !(line.amount && *line.amount == 0))
        result.purchases.push_back(at[i]);
    } else if (line.kind == "paid") {
      result.received[line.currency] += line.amount.value_or(0);
    } else if (line.amount) {
      (line.kind == "refund" ? result.refunded : result.charged_back)[line.currency] += *line.amount;
    }
  }
  return result;
}

TEST(Money, AgreesWithTheDefinitionsOnRandomLives) {
  std::mt19937 random(20240601);
  const auto draw = [&](int below) { return static_cast<int>(random() % static_cast<unsigned>(below)); };
  const std::map<std::string, std::pair<std::string, std::string>> kinds{
      {"order", {"Order Completed", "-"}},
      {"paid", {"Payment Succeeded", "payment_id"}},
      {"refund", {"Order Refunded", "refund_id"}},
      {"dispute", {"Payment Disputed", "dispute_id"}}};
  const std::vector<std::string> names{"order", "order", "order", "paid", "refund", "refund", "dispute"};
  for (int life = 0; life < 400; ++life) {
    const int orders = life % 10 == 0 ? 60 : 5;  // Long lives find their orders by another way.
    std::vector<Line> lines;
    std::vector<Said> story;
    for (int i = 0, count = 1 + draw(life % 10 == 0 ? 200 : 14); i < count; ++i) {
      Line line{names[static_cast<std::size_t>(draw(7))], "", "", draw(9) == 0 ? "USD" : "EUR", std::nullopt, false};
      if (draw(5) != 0) line.order = "o" + std::to_string(draw(orders));
      if (draw(4) == 0) line.own = "x" + std::to_string(draw(4));
      if (draw(6) != 0) line.amount = draw(8) == 0 ? 0 : draw(100);
      line.full = line.kind != "order" && line.kind != "paid" && draw(8) == 0;
      if (!line.amount) line.currency = "EUR";
      std::string json = R"({"currency":")" + line.currency + '"';
      if (line.amount) json += R"(,"total":)" + std::to_string(*line.amount);
      if (!line.order.empty()) json += R"(,"order_id":")" + line.order + '"';
      if (line.kind == "order") line.own.clear();
      if (!line.own.empty()) json += ",\"" + kinds.at(line.kind).second + "\":\"" + line.own + '"';
      if (line.full) json += R"(,"full":true)";
      lines.push_back(line);
      story.push_back(
          {"ann", kinds.at(line.kind).first, format_day(*parse_day("2024-01-01") + std::chrono::days{i}), json + "}"});
    }
    const Ann ann(story);
    const Naive expected = naive(lines, story);
    for (const Balance& balance : ann.customers->balances(ann.built.of("ann"), kLate)) {
      const std::string currency(balance.currency.code());
      const auto at = [&](const std::map<std::string, std::int64_t>& amounts) {
        const auto found = amounts.find(currency);
        return found == amounts.end() ? 0 : found->second * 100;
      };
      ASSERT_EQ(balance.received_minor, at(expected.received)) << "life " << life;
      ASSERT_EQ(balance.refunded_minor, at(expected.refunded)) << "life " << life;
      ASSERT_EQ(balance.charged_back_minor, at(expected.charged_back)) << "life " << life;
    }
    ASSERT_EQ(ann.customers->purchases(ann.built.of("ann"), kLate), expected.purchases) << "life " << life;
    // Movements add up to balances.
    std::map<std::string, std::int64_t> net;
    for (const Movement& movement : ann.customers->movements(ann.built.of("ann"), kLate))
      net[std::string(movement.amount.currency.code())] +=
          movement.move == MoneyMove::Payment ? movement.amount.minor_units : -movement.amount.minor_units;
    for (const Balance& balance : ann.customers->balances(ann.built.of("ann"), kLate))
      ASSERT_EQ(balance.net_minor(), net[std::string(balance.currency.code())]) << "life " << life;
  }
}

}  // namespace
}  // namespace habitue::knowledge
