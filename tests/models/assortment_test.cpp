#include "models/assortment/assortment.hpp"
#include "models/folds.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

namespace habitue::models {
namespace {

using Sales = std::vector<ProductValue>;

// 40 customers and 10 products with a few substitutes, all by lot.
struct Random {
  Sales sales;
  std::vector<Substitute> substitutes;
  explicit Random(std::uint64_t seed, std::uint32_t products = 10) {
    std::uint64_t draw = 0;
    for (std::uint32_t customer = 0; customer < 40; ++customer)
      for (std::uint32_t product = 0; product < products; ++product)
        if (unit_at(seed, draw++) < 0.25)
          sales.push_back({customer, product, 1 + std::floor(20 * unit_at(seed, draw++))});
    for (std::uint32_t gone = 0; gone < products; ++gone)
      for (std::uint32_t stays = 0; stays < products; ++stays)
        if (gone != stays && unit_at(seed, draw++) < 0.15) substitutes.push_back({gone, stays, unit_at(seed, draw++)});
  }
};

// Shares of value and of customers that a range keeps, in the plainest words.
std::pair<double, double> kept_by(const Random& store, const std::vector<std::uint32_t>& range, double threshold) {
  double value[40] = {}, kept[40] = {}, all = 0, left = 0, customers = 0, stay = 0;
  for (const ProductValue& sale : store.sales) {
    double best = std::find(range.begin(), range.end(), sale.product) != range.end() ? 1 : 0;
    for (const Substitute& one : store.substitutes)
      if (one.gone == sale.product && std::find(range.begin(), range.end(), one.stays) != range.end())
        best = std::max(best, one.keeps);
    value[sale.customer] += sale.value;
    kept[sale.customer] += best * sale.value;
  }
  for (int customer = 0; customer < 40; ++customer) {
    all += value[customer];
    left += kept[customer];
    customers += value[customer] > 0;
    stay += value[customer] > 0 && kept[customer] >= threshold * value[customer] - 1e-9;
  }
  return {left / all, stay / customers};
}

TEST(Assortment, IsTheSmallestOfAllRanges) {
  for (std::uint64_t seed = 1; seed <= 6; ++seed)
    for (const Keep keep : {Keep::Value, Keep::Customers})
      for (const double share : {0.6, 0.9}) {
        const Random store(seed);
        const auto found =
            smallest_range(store.sales, store.substitutes, {.keep = keep, .share = share, .customer_threshold = 0.7});
        ASSERT_TRUE(found);
        std::size_t smallest = 10;
        for (unsigned set = 0; set < 1024; ++set) {
          std::vector<std::uint32_t> range;
          for (std::uint32_t product = 0; product < 10; ++product)
            if ((set >> product) & 1u) range.push_back(product);
          if (range.size() >= smallest) continue;
          const auto [value, customers] = kept_by(store, range, 0.7);
          if ((keep == Keep::Value ? value : customers) >= share - 1e-9) smallest = range.size();
        }
        EXPECT_EQ(found->range.size(), smallest);
        EXPECT_TRUE(found->is_smallest);
        EXPECT_EQ(found->size_at_least, smallest);
        const auto [value, customers] = kept_by(store, found->range, 0.7);
        EXPECT_NEAR(found->value_kept, value, 1e-12);
        EXPECT_NEAR(found->customers_kept, customers, 1e-12);

        // Without the exact search: never below the bound, rarely far above.
        const auto greedy = smallest_range(store.sales, store.substitutes,
                                           {.keep = keep, .share = share, .customer_threshold = 0.7, .exact_up_to = 0});
        EXPECT_LE(greedy->size_at_least, smallest);
        EXPECT_LE(greedy->range.size(), smallest + 1);
        EXPECT_GE(std::max(greedy->value_kept, greedy->customers_kept), share - 1e-9);
      }
}

// A shop whose ten best-sellers are all but one thing to its 600 regulars, and where 30 small groups come for something of their own.
struct Shop {
  Sales sales;
  std::vector<Substitute> substitutes;
  Shop() {
    for (std::uint32_t customer = 0; customer < 600; ++customer)
      for (std::uint32_t product = 0; product < 10; ++product)
        if (unit_at(8, customer * 16 + product) < 0.5) sales.push_back({customer, product, 10});
    for (std::uint32_t group = 0; group < 30; ++group)
      for (std::uint32_t member = 0; member < 15 + group; ++member) {
        const std::uint32_t customer = 600 + group * 64 + member;
        sales.push_back({customer, 10 + group, 6});
        sales.push_back({customer, 40 + group, 1});
      }
    for (std::uint32_t gone = 0; gone < 10; ++gone)
      for (std::uint32_t stays = 0; stays < 10; ++stays)
        if (gone != stays) substitutes.push_back({gone, stays, 0.9});
  }
};

TEST(Assortment, KeepsMoreCustomersThanBestSellersOfTheSameNumber) {
  const Shop shop;
  const auto found = smallest_range(shop.sales, shop.substitutes, {.keep = Keep::Customers, .share = 0.9});
  ASSERT_TRUE(found);
  EXPECT_GE(found->customers_kept, 0.9);
  const auto plain = effect_of_range(shop.sales, shop.substitutes, best_sellers(shop.sales, found->range.size()));
  EXPECT_LT(plain->customers_kept, found->customers_kept - 0.1);
  EXPECT_LE(found->size_at_least, found->range.size());
  EXPECT_GE(found->size_at_least + 2, found->range.size());
  std::printf("A simulated shop: %zu of 70 products keep %.1f %% of the customers, as many best-sellers %.1f %%\n",
              found->range.size(), found->customers_kept * 100, plain->customers_kept * 100);
  // One of the ten alike is enough.
  EXPECT_EQ(std::count_if(found->range.begin(), found->range.end(), [](std::uint32_t product) { return product < 10; }),
            1);
}

TEST(Assortment, NamesTheCustomersThatACutTouches) {
  const Sales sales{{0, 0, 50}, {0, 1, 50}, {1, 1, 30}, {2, 2, 20}};
  const std::vector<Substitute> substitutes{{1, 0, 0.5}};
  const auto effect = effect_of_range(sales, substitutes, std::vector<std::uint32_t>{0, 2}, 0.7);
  ASSERT_TRUE(effect);
  EXPECT_NEAR(effect->value_kept, (50 + 25 + 15 + 20) / 150.0, 1e-12);
  EXPECT_NEAR(effect->customers_kept, 2.0 / 3, 1e-12);
  ASSERT_EQ(effect->touched.size(), 2u);
  EXPECT_EQ(effect->touched[0].customer, 0u);
  EXPECT_NEAR(effect->touched[0].lost, 25, 1e-12);
  EXPECT_TRUE(effect->touched[0].is_kept);
  EXPECT_EQ(effect->touched[1].customer, 1u);
  EXPECT_FALSE(effect->touched[1].is_kept);
  const auto whole = effect_of_range(sales, {}, std::vector<std::uint32_t>{0, 1, 2}, 1);
  EXPECT_TRUE(whole->touched.empty());
  EXPECT_EQ(whole->customers_kept, 1);
}

TEST(Assortment, SubstitutesAreBoughtApartWithinACategory) {
  std::vector<ProductPurchase> purchases;
  for (std::uint32_t customer = 0; customer < 100; ++customer) {
    purchases.push_back({customer, 0, 0});
    if (customer < 60) purchases.push_back({customer, 5, 1});  // Of the category, another day.
    if (customer < 60) purchases.push_back({customer, 0, 2});  // Of the category, always with it.
    if (customer < 60) purchases.push_back({customer, 9, 3});  // Another category.
  }
  const std::vector<std::uint32_t> category{0, 0, 0, 1};
  const auto found = guess_substitutes(purchases, category, {.ceiling = 1, .prior_buyers = 20});
  ASSERT_TRUE(found);
  const auto keeps = [&](std::uint32_t gone, std::uint32_t stays) {
    for (const Substitute& one : *found)
      if (one.gone == gone && one.stays == stays) return one.keeps;
    return 0.0;
  };
  EXPECT_NEAR(keeps(0, 1), 60.0 / 120, 1e-12);
  EXPECT_EQ(keeps(0, 2), 0);
  EXPECT_EQ(keeps(0, 3), 0);
  EXPECT_NEAR(keeps(1, 0), 60.0 / 80, 1e-12);
  EXPECT_FALSE(guess_substitutes(purchases, std::vector<std::uint32_t>{0}));
}

TEST(Assortment, TakesWhatAlwaysStaysAndRefusesNonsense) {
  const Random store(3);
  const auto found =
      smallest_range(store.sales, store.substitutes, {.keep = Keep::Value, .share = 1, .always = {7, 7, 500}});
  ASSERT_TRUE(found);
  EXPECT_EQ(found->range[0], 7u);
  EXPECT_EQ(found->range[1], 500u);
  EXPECT_NEAR(found->value_kept, 1, 1e-9);
  EXPECT_FALSE(smallest_range({}, {}, {}));
  EXPECT_FALSE(smallest_range(Sales{{0, 0, 0}}, {}, {}));
  EXPECT_FALSE(smallest_range(Sales{{0, 0, -1}}, {}, {}));
  EXPECT_FALSE(smallest_range(store.sales, std::vector<Substitute>{{0, 1, 1.5}}, {}));
  EXPECT_FALSE(smallest_range(store.sales, {}, {.share = 0}));
  EXPECT_FALSE(smallest_range(store.sales, {}, {.exact_up_to = 25}));
  EXPECT_TRUE(best_sellers({}, 5).empty());
  // One customer, one product.
  EXPECT_EQ(smallest_range(Sales{{0, 0, 1}}, {}, {})->range, std::vector<std::uint32_t>{0});
}

}  // namespace
}  // namespace habitue::models
