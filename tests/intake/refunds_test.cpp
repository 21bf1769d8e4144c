#include "intake/refunds.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "base/fingerprint.hpp"

namespace habitue::intake {
namespace {

struct Line {
  int customer, product;
  std::int64_t price;
  std::uint32_t order;
  std::uint32_t index;
  std::int64_t left;
};
struct Taken {
  std::uint32_t order, index;
  std::int64_t quantity;
  bool other_price;
  bool operator==(const Taken&) const = default;
};

// The rule read aloud: look through all lines for the best one, take from it, and look again.
std::vector<Taken> take_naively(std::vector<Line>& lines, const std::vector<OrderEntry>& orders, int customer,
                                int product, std::int64_t price, std::int64_t quantity, std::int64_t at,
                                std::uint32_t own) {
  std::vector<Taken> taken;
  while (quantity > 0) {
    Line* best = nullptr;
    const auto rank = [&](const Line& line) {
      return std::tuple(line.order != own, line.price == price, orders[line.order].at_us, line.order, line.index);
    };
    for (Line& line : lines) {
      if (line.customer != customer || line.product != product || line.left == 0 || orders[line.order].at_us > at)
        continue;
      if (best == nullptr || rank(line) > rank(*best)) best = &line;
    }
    if (best == nullptr) break;
    const std::int64_t part = std::min(quantity, best->left);
    best->left -= part;
    quantity -= part;
    taken.push_back({best->order, best->index, part, best->price != price});
  }
  return taken;
}

TEST(RefundMatcher, AgreesWithTheRuleReadAloudOnRandomShops) {
  std::mt19937 random(536365);
  for (int round = 0; round < 300; ++round) {
    std::vector<OrderEntry> orders(1 + random() % 12);
    for (OrderEntry& order : orders) order.at_us = static_cast<std::int64_t>(random() % 10);
    std::vector<Line> lines;
    RefundMatcher matcher;
    const auto key = [](int customer, int product) {
      return purchase_key(std::to_string(customer), fingerprint(std::to_string(product)));
    };
    for (std::uint32_t order = 0; order < orders.size(); ++order) {
      const int customer = static_cast<int>(random() % 2);
      const auto count = static_cast<std::uint32_t>(random() % 6);
      for (std::uint32_t index = 0; index < count; ++index) {
        const Line line{customer,
                        static_cast<int>(random() % 2),
                        static_cast<std::int64_t>(1 + random() % 3),
                        order,
                        index,
                        static_cast<std::int64_t>(1 + random() % 5)};
        lines.push_back(line);
        ++orders[order].open_lines;
        // 10.0 and 10 are one price.
        const Decimal price = random() % 2 == 0 ? Decimal{line.price, 0} : Decimal{line.price * 10, 1};
        matcher.add_line(key(line.customer, line.product), order, index, price, line.left);
      }
    }
    matcher.finish(orders);
    for (int refund = 0; refund < 20; ++refund) {
      const int customer = static_cast<int>(random() % 2), product = static_cast<int>(random() % 2);
      const auto price = static_cast<std::int64_t>(1 + random() % 3),
                 quantity = static_cast<std::int64_t>(1 + random() % 7), at = static_cast<std::int64_t>(random() % 11);
      const auto own = static_cast<std::uint32_t>(random() % (orders.size() + 1));
      std::vector<RefundMatcher::Piece> pieces;
      const std::int64_t left = matcher.match(key(customer, product), {price, 0}, quantity, at, own, orders, pieces);
      const std::vector<Taken> expected = take_naively(lines, orders, customer, product, price, quantity, at, own);
      std::vector<Taken> taken;
      std::int64_t sum = left;
      for (const auto& piece : pieces) {
        taken.push_back({piece.order, piece.line_index, piece.quantity_micros, piece.other_price});
        sum += piece.quantity_micros;
      }
      ASSERT_EQ(sum, quantity);
      ASSERT_EQ(taken, expected) << "round " << round;
    }
    for (std::uint32_t order = 0; order < orders.size(); ++order)
      ASSERT_EQ(orders[order].open_lines, std::count_if(lines.begin(), lines.end(), [&](const Line& line) {
                  return line.order == order && line.left > 0;
                }));
  }
}

TEST(RefundMatcher, IsQuickWhenOneCustomerGivesBackEverything) {
  RefundMatcher matcher;
  constexpr std::uint32_t kLines = 200'000;
  std::vector<OrderEntry> orders(kLines);
  for (std::uint32_t i = 0; i < kLines; ++i) {
    orders[i] = {1, 1, i, 1};
    matcher.add_line(1, i, 0, {5, 0}, kMicro);
  }
  matcher.finish(orders);
  std::vector<RefundMatcher::Piece> pieces;
  for (std::uint32_t i = 0; i < kLines; ++i)
    ASSERT_EQ(matcher.match(1, {5, 0}, kMicro, kLines, UINT32_MAX - 1, orders, pieces), 0);
  EXPECT_EQ(pieces.size(), kLines);  // A walk over what is used up each time would take minutes.
}

TEST(ToMicros, KeepsSixDecimalsAndNoMore) {
  EXPECT_EQ(to_micros({15, 1}), 1'500'000);
  EXPECT_EQ(to_micros({1'000'000, 12}), 1);
  EXPECT_FALSE(to_micros({1, 7}));
  EXPECT_FALSE(to_micros({INT64_MAX / 10, 0}));
}

}  // namespace
}  // namespace habitue::intake
