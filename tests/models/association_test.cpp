#include "models/association/fisher.hpp"
#include "models/association/pairs.hpp"
#include "models/association/recommend.hpp"
#include "models/folds.hpp"
#include "models/shared_table.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <string>

namespace habitue::models {
namespace {

using Purchases = std::vector<ProductPurchase>;

struct Baskets {
  std::vector<std::int64_t> at;
  std::vector<std::set<std::uint32_t>> products;
};
std::map<std::uint32_t, Baskets> baskets_of(const Purchases& purchases) {
  std::map<std::uint32_t, std::map<std::int64_t, std::set<std::uint32_t>>> moments;
  for (const ProductPurchase& one : purchases) moments[one.customer][one.at].insert(one.product);
  std::map<std::uint32_t, Baskets> customers;
  for (const auto& [customer, by_moment] : moments)
    for (const auto& [at, products] : by_moment) {
      customers[customer].at.push_back(at);
      customers[customer].products.push_back(products);
    }
  return customers;
}

double choose(double n, double k) {
  double value = 1;
  for (double i = 0; i < k; ++i) value *= (n - i) / (k - i);
  return value;
}

// One pair, basket by basket: what the header says, in the plainest words.
OrderedPair by_hand(const std::map<std::uint32_t, Baskets>& customers, std::uint32_t a, std::uint32_t b) {
  OrderedPair pair;
  pair.first = a;
  pair.then = b;
  double with = 0, events = 0, all = 0, could = 0;
  std::vector<double> delays;
  for (const auto& [customer, baskets] : customers) {
    std::size_t first_a = baskets.at.size();
    bool has_a = false, has_b = false, counted = false;
    for (std::size_t basket = 0; basket < baskets.at.size() && !has_b; ++basket) {
      const bool buys_b = baskets.products[basket].contains(b);
      if (basket > 0) {
        ++all;
        with += has_a;
        events += buys_b;
        if (has_a && buys_b) {
          ++pair.customers;
          delays.push_back(static_cast<double>(baskets.at[basket] - baskets.at[first_a]));
        }
      }
      has_b = buys_b;
      if (!has_a && baskets.products[basket].contains(a)) {
        has_a = true;
        first_a = basket;
        if (!has_b && !counted) ++could, counted = true;
      }
    }
  }
  const double both = static_cast<double>(pair.customers);
  pair.occasions = static_cast<std::uint64_t>(with);
  pair.lift = with == 0 || events == 0 ? 0 : both / with / (events / all);
  pair.confidence = could == 0 ? 0 : both / could;
  pair.support = both / static_cast<double>(customers.size());
  pair.p_value = 0;
  for (double k = both; k <= std::min(with, events); ++k)
    if (events - k <= all - with)
      pair.p_value += choose(with, k) * choose(all - with, events - k) / choose(all, events);
  std::sort(delays.begin(), delays.end());
  if (!delays.empty()) {
    const double middle = (static_cast<double>(delays.size()) - 1) / 2;
    pair.delay.median =
        (delays[static_cast<std::size_t>(std::floor(middle))] + delays[static_cast<std::size_t>(std::ceil(middle))]) /
        2;
  }
  return pair;
}

void expect_equal_to_brute_force(const Purchases& purchases, std::uint32_t buyers_least, double rate,
                                 std::size_t found_least) {
  const auto table = PurchaseTable::from(purchases);
  const auto found = find_pairs(*table, {.buyers_least = buyers_least, .discovery_rate = rate, .threads = 2});
  ASSERT_TRUE(found);
  const auto customers = baskets_of(purchases);
  std::vector<std::uint32_t> eligible;
  for (std::uint32_t product = 0; product < table->products(); ++product)
    if (table->buyers_of(product).size() >= buyers_least) eligible.push_back(product);
  std::vector<OrderedPair> expected;
  for (const std::uint32_t a : eligible)
    for (const std::uint32_t b : eligible)
      if (a != b) expected.push_back(by_hand(customers, a, b));
  EXPECT_EQ(found->tests, static_cast<double>(expected.size()));
  std::sort(expected.begin(), expected.end(),
            [](const OrderedPair& l, const OrderedPair& r) { return l.p_value < r.p_value; });
  double least = 1;
  for (std::size_t rank = expected.size(); rank-- > 0;)
    expected[rank].adjusted = least =
        std::min(least, expected[rank].p_value * static_cast<double>(expected.size()) / static_cast<double>(rank + 1));
  std::map<std::pair<std::uint32_t, std::uint32_t>, OrderedPair> by_numbers;
  std::size_t kept = 0;
  for (const OrderedPair& pair : expected) {
    by_numbers[{pair.first, pair.then}] = pair;
    kept += pair.adjusted <= rate && pair.lift > 1;
  }
  EXPECT_EQ(found->pairs.size(), kept);
  EXPECT_GE(kept, found_least);
  for (const OrderedPair& pair : found->pairs) {
    const OrderedPair& one = by_numbers[{pair.first, pair.then}];
    EXPECT_EQ(pair.customers, one.customers);
    EXPECT_EQ(pair.occasions, one.occasions);
    EXPECT_NEAR(pair.lift, one.lift, 1e-9);
    EXPECT_NEAR(pair.confidence, one.confidence, 1e-9);
    EXPECT_NEAR(pair.support, one.support, 1e-12);
    EXPECT_NEAR(pair.p_value, one.p_value, 1e-9 + 1e-6 * one.p_value);
    EXPECT_NEAR(pair.adjusted, one.adjusted, 1e-9 + 1e-6 * one.adjusted);
    EXPECT_NEAR(pair.delay.median, one.delay.median, 1e-9);
    EXPECT_LE(pair.delay.lower_quartile, pair.delay.median);
  }
}

// Customers come 1 to 6 times and take each of `products` with its own chance; `bends` may change a chance by what they have had.
template <class Bend>
Purchases simulated(std::uint32_t customers, std::uint32_t products, std::uint64_t seed, Bend&& bend,
                    bool some_come_often = false) {
  Purchases purchases;
  std::uint64_t draw = 0;
  for (std::uint32_t customer = 0; customer < customers; ++customer) {
    std::set<std::uint32_t> had;
    const auto visits = some_come_often && customer % 5 == 0 ? 30 : 1 + bits_at(seed, draw++) % 6;
    for (std::uint64_t visit = 0; visit < visits; ++visit) {
      std::set<std::uint32_t> now;
      for (std::uint32_t product = 0; product < products; ++product)
        if (unit_at(seed, draw++) < bend(product, had, 0.03 + 0.1 / (1 + product))) now.insert(product);
      for (const std::uint32_t product : now)
        purchases.push_back({customer, static_cast<std::int64_t>(visit * 10), product});
      had.insert(now.begin(), now.end());
    }
  }
  return purchases;
}
const auto kPlain = [](std::uint32_t, const std::set<std::uint32_t>&, double chance) { return chance; };

TEST(Association, PairsEqualThoseCountedBasketByBasket) {
  expect_equal_to_brute_force(simulated(300, 8, 1, kPlain), 10, 1, 5);
  expect_equal_to_brute_force(simulated(60, 5, 2, kPlain), 1, 0.3, 0);
}

struct OnlineRetail {
  Purchases purchases;
  bool found = false;
  // Customers whose number `part` divides, with days as moments.
  explicit OnlineRetail(std::uint32_t part) {
    std::map<std::string, std::uint32_t, std::less<>> customers, products;
    const auto number_of = [](auto& known, std::string_view name) {
      const auto at = known.find(name);
      return at != known.end()
                 ? at->second
                 : known.emplace(std::string(name), static_cast<std::uint32_t>(known.size())).first->second;
    };
    found = read_shared("examples/online_retail/online_retail_2010_2011.csv.gz", [&](const auto& cell) {
              if (cell.size() < 8 || cell[6].empty() || static_cast<std::uint32_t>(number(cell[6])) % part != 0) return;
              if (cell[0].front() == 'C' || number(cell[3]) <= 0 || number(cell[5]) <= 0) return;
              const std::string_view day = cell[4];
              const double at =
                  number(day.substr(0, 4)) * 372 + number(day.substr(5, 2)) * 31 + number(day.substr(8, 2));
              purchases.push_back(
                  {number_of(customers, cell[6]), static_cast<std::int64_t>(at), number_of(products, cell[1])});
            }).has_value();
  }
};

TEST(Association, PairsOfOnlineRetailEqualBruteForceAndRecommendationsBeatPopularity) {
  const OnlineRetail data(8);
  HABITUE_NEEDS(data.found, "examples/online_retail");
  expect_equal_to_brute_force(data.purchases, 80, 0.3, 3);

  // Learnt until August, judged from September on.
  Purchases before, after;
  for (const ProductPurchase& one : data.purchases) (one.at < 2011 * 372 + 9 * 31 + 1 ? before : after).push_back(one);
  const auto table = PurchaseTable::from(before);
  const auto pairs = find_pairs(*table, {.buyers_least = 10, .discovery_rate = 0.3});
  const Recommender recommender(*table, pairs->pairs);
  const auto rates = judge_recommendations(*table, recommender, after, 10);
  ASSERT_TRUE(rates);
  std::printf("Online Retail, an eighth: %llu customers, hit rate of 10: %.3f recommended, %.3f most bought\n",
              static_cast<unsigned long long>(rates->customers), rates->recommended, rates->popular);
  EXPECT_GT(rates->recommended, rates->popular);
}

TEST(Association, FindsTheOrderAndNotItsReverse) {
  // Whoever has had 1 takes 2 three times as often from then on.
  const auto purchases =
      simulated(3'000, 10, 3, [](std::uint32_t product, const std::set<std::uint32_t>& had, double chance) {
        return product == 2 && had.contains(1) ? 3 * chance : chance;
      });
  const auto table = PurchaseTable::from(purchases);
  const auto found = find_pairs(*table, {});
  ASSERT_FALSE(found->pairs.empty());
  EXPECT_EQ(found->pairs.front().first, 1u);
  EXPECT_EQ(found->pairs.front().then, 2u);
  EXPECT_NEAR(found->pairs.front().delay.median, 10, 10);
  for (const OrderedPair& pair : found->pairs) EXPECT_FALSE(pair.first == 2 && pair.then == 1);
  EXPECT_LE(found->pairs.size(), 2u);
}

TEST(Association, WhoComesOftenMakesNoPattern) {
  // A fifth come thirty times and end up with everything: by customers each product goes with each other, by occasions none does.
  int found = 0;
  double together = 0, first = 0, second = 0, people = 0;
  for (std::uint64_t seed = 50; seed < 60; ++seed) {
    const auto purchases = simulated(300, 8, seed, kPlain, true);
    found += !find_pairs(*PurchaseTable::from(purchases), {})->pairs.empty();
    for (const auto& [customer, baskets] : baskets_of(purchases)) {
      std::set<std::uint32_t> all;
      for (const auto& products : baskets.products) all.insert(products.begin(), products.end());
      ++people;
      first += all.contains(6);
      second += all.contains(7);
      together += all.contains(6) && all.contains(7);
    }
  }
  EXPECT_GT(together * people / (first * second), 1.4);
  EXPECT_LE(found, 2);
}

TEST(Association, SequencesSayMoreThanTheirLastPair) {
  const auto purchases =
      simulated(6'000, 8, 4, [](std::uint32_t product, const std::set<std::uint32_t>& had, double chance) {
        if (product == 2 && had.contains(1)) return 3 * chance;
        if (product == 3 && had.contains(1) && had.contains(2)) return 4 * chance;
        return chance;
      });
  const auto table = PurchaseTable::from(purchases);
  const auto pairs = find_pairs(*table, {});
  const auto found = find_sequences(*table, pairs->pairs);
  ASSERT_TRUE(found);
  ASSERT_FALSE(found->empty());
  const Sequence& best = found->front();
  EXPECT_EQ(best.last, 3u);
  EXPECT_EQ(std::min(best.first, best.then), 1u);
  EXPECT_EQ(std::max(best.first, best.then), 2u);
  // By hand: those who first bought the three in three baskets, in order.
  std::uint64_t customers = 0;
  for (const auto& [customer, baskets] : baskets_of(purchases)) {
    std::map<std::uint32_t, std::size_t> first;
    for (std::size_t basket = 0; basket < baskets.at.size(); ++basket)
      for (const std::uint32_t product : baskets.products[basket]) first.emplace(product, basket);
    const auto has = [&](std::uint32_t product) { return first.contains(product); };
    customers += has(best.first) && has(best.then) && has(best.last) && first[best.first] < first[best.then] &&
                 first[best.then] < first[best.last];
  }
  EXPECT_EQ(best.customers, customers);
  EXPECT_GT(best.lift, 1.2);
}

TEST(Association, BasketPairsAreThoseOfTheBaskets) {
  Purchases purchases;
  for (std::uint32_t basket = 0; basket < 100; ++basket) {
    purchases.push_back({basket / 2, basket % 2, 9});
    if (basket < 40) purchases.push_back({basket / 2, basket % 2, 1});
    if (basket < 30 || basket > 90) purchases.push_back({basket / 2, basket % 2, 2});
  }
  purchases.push_back(purchases.front());  // Said twice.
  const auto found = find_basket_pairs(purchases, {});
  ASSERT_EQ(found->size(), 1u);
  EXPECT_EQ(found->front().baskets, 30u);
  EXPECT_NEAR(found->front().lift, 30.0 * 100 / (40 * 39), 1e-12);
  EXPECT_NEAR(found->front().support, 0.3, 1e-12);
  EXPECT_LT(found->front().p_value, 1e-6);
}

TEST(Association, FisherIsTheTailOfTheHypergeometric) {
  const LogFactorials factorials(100);
  // Fisher's tea: all four cups right is 1 in 70, three or more 17 in 70.
  EXPECT_NEAR(fisher_more({4, 4, 4, 8}, factorials), 1.0 / 70, 1e-12);
  EXPECT_NEAR(fisher_more({3, 4, 4, 8}, factorials), 17.0 / 70, 1e-12);
  EXPECT_EQ(fisher_more({0, 0, 0, 0}, factorials), 1);
  const auto adjusted = adjusted_ascending(std::vector<double>{0.001, 0.02, 0.021}, 10);
  EXPECT_NEAR(adjusted[0], 0.01, 1e-12);
  EXPECT_NEAR(adjusted[1], 0.07, 1e-12);
  EXPECT_NEAR(adjusted[2], 0.07, 1e-12);
}

TEST(Association, NeverProposesWhatIsOwnedOrRefusedAndSaysWhy) {
  const auto purchases =
      simulated(3'000, 10, 3, [](std::uint32_t product, const std::set<std::uint32_t>& had, double chance) {
        return product == 2 && had.contains(1) ? 5 * chance : chance;
      });
  const auto table = PurchaseTable::from(purchases);
  const auto pairs = find_pairs(*table, {});
  const Recommender recommender(*table, pairs->pairs);
  const std::vector<std::uint32_t> owned{1, 0, 99}, refused{4};
  const auto best = recommender.recommend(owned, refused, 20);
  ASSERT_EQ(best.size(), 7u);  // Ten less those two and the one refused.
  EXPECT_EQ(best.front().product, 2u);
  ASSERT_TRUE(best.front().because);
  EXPECT_EQ(best.front().because->first, 1u);
  for (const Recommendation& one : best) {
    EXPECT_TRUE(one.product != 0 && one.product != 1 && one.product != 4);
    EXPECT_GT(one.score, 0);
    EXPECT_LT(one.score, 1);
  }
  EXPECT_FALSE(recommender.recommend({}, {}, 3).front().because);
  EXPECT_TRUE(recommender.recommend(owned, refused, 0).empty());
  EXPECT_EQ(recommender.most_bought(owned, refused, 1).front(), 2u);
  EXPECT_FALSE(judge_recommendations(*table, recommender, {}, 5));
}

TEST(Association, AnswersForEmptyAndOddTables) {
  const auto none = PurchaseTable::from({});
  ASSERT_TRUE(none);
  EXPECT_EQ(none->customers(), 0u);
  EXPECT_TRUE(find_pairs(*none, {})->pairs.empty());
  EXPECT_TRUE(find_basket_pairs({}, {})->empty());
  EXPECT_TRUE(Recommender(*none, {}).recommend({}, {}, 5).empty());
  const auto one = PurchaseTable::from(Purchases{{5, 1, 3}});
  EXPECT_EQ(one->customers(), 6u);
  EXPECT_EQ(one->buyers(), 1u);
  EXPECT_TRUE(find_pairs(*one, {.buyers_least = 0, .discovery_rate = 1})->pairs.empty());
  EXPECT_FALSE(PurchaseTable::from(Purchases{{4'000'000'000u, 1, 3}}));
  EXPECT_FALSE(find_pairs(*one, {.discovery_rate = 2}));
}

}  // namespace
}  // namespace habitue::models
