#include "intake/refunds.hpp"

#include <algorithm>
#include <tuple>

#include "base/fingerprint.hpp"

namespace habitue::intake {
namespace {

// One form for one value, so that equal prices are equal members.
Decimal normal(Decimal value) {
  while (value.scale > 0 && value.mantissa % 10 == 0) {
    value.mantissa /= 10;
    --value.scale;
  }
  return value;
}

}  // namespace

std::uint64_t purchase_key(std::string_view customer, std::uint64_t product_fingerprint) {
  return fingerprint(customer, product_fingerprint);
}

std::optional<std::int64_t> to_micros(Decimal quantity) {
  std::int64_t micros = quantity.mantissa;
  int scale = quantity.scale;
  for (; scale > 6; --scale) {
    if (micros % 10 != 0) return std::nullopt;
    micros /= 10;
  }
  for (; scale < 6; ++scale)
    if (__builtin_mul_overflow(micros, 10, &micros)) return std::nullopt;
  return micros;
}

void RefundMatcher::add_line(std::uint64_t key, std::uint32_t order, std::uint32_t line_index, Decimal price,
                             std::int64_t quantity_micros) {
  lines_.push_back({key, normal(price), 0, quantity_micros, order, line_index});
}

void RefundMatcher::finish(const std::vector<OrderEntry>& orders) {
  for (Line& line : lines_) line.at_us = orders[line.order].at_us;
  std::sort(lines_.begin(), lines_.end(), [](const Line& a, const Line& b) {
    return std::tie(a.key, a.price.mantissa, a.price.scale, a.at_us, a.order, a.line_index) <
           std::tie(b.key, b.price.mantissa, b.price.scale, b.at_us, b.order, b.line_index);
  });
  back_.assign(lines_.size(), 0);
}

std::size_t RefundMatcher::open_at(std::size_t index, std::size_t begin) {
  std::size_t found = index;
  while (lines_[found].left_micros == 0) {
    const std::size_t step = std::max<std::size_t>(1, back_[found]);
    if (found < begin + step) {
      found = kNone;
      break;
    }
    found -= step;
  }
  // Shorten the path for the next walk; one that leads out of the range leads to the range's first line.
  const std::size_t target = found == kNone ? begin : found;
  for (std::size_t at = index; at > target;) {
    const std::size_t step = std::max<std::size_t>(1, back_[at]);
    back_[at] = static_cast<std::uint32_t>(at - target);
    if (at < target + step) break;
    at -= step;
  }
  return found;
}

std::size_t RefundMatcher::latest(Range range, std::int64_t at_us, std::uint32_t not_of_order) {
  const auto first = lines_.begin() + static_cast<std::ptrdiff_t>(range.begin);
  const auto last = lines_.begin() + static_cast<std::ptrdiff_t>(range.end);
  const auto after =
      std::upper_bound(first, last, at_us, [](std::int64_t moment, const Line& line) { return moment < line.at_us; });
  std::size_t index = static_cast<std::size_t>(after - lines_.begin());
  while (index > range.begin) {
    index = open_at(index - 1, range.begin);
    if (index == kNone || lines_[index].order != not_of_order) return index;
  }
  return kNone;
}

RefundMatcher::Range RefundMatcher::same_price(Range range, Decimal price) const {
  const auto less = [](const Line& line, const Decimal& wanted) {
    return std::tie(line.price.mantissa, line.price.scale) < std::tie(wanted.mantissa, wanted.scale);
  };
  const auto greater = [](const Decimal& wanted, const Line& line) {
    return std::tie(wanted.mantissa, wanted.scale) < std::tie(line.price.mantissa, line.price.scale);
  };
  const auto first = lines_.begin() + static_cast<std::ptrdiff_t>(range.begin);
  const auto last = lines_.begin() + static_cast<std::ptrdiff_t>(range.end);
  return {static_cast<std::size_t>(std::lower_bound(first, last, price, less) - lines_.begin()),
          static_cast<std::size_t>(std::upper_bound(first, last, price, greater) - lines_.begin())};
}

std::int64_t RefundMatcher::take(std::size_t index, std::int64_t wanted, bool other_price,
                                 std::vector<OrderEntry>& orders, std::vector<Piece>& pieces) {
  Line& line = lines_[index];
  const std::int64_t taken = std::min(wanted, line.left_micros);
  line.left_micros -= taken;
  if (line.left_micros == 0 && !line.price.zero()) --orders[line.order].open_lines;
  pieces.push_back({line.order, line.line_index, taken, line.price, other_price});
  return wanted - taken;
}

std::int64_t RefundMatcher::match(std::uint64_t key, Decimal price, std::int64_t wanted, std::int64_t at_us,
                                  std::uint32_t own_order, std::vector<OrderEntry>& orders,
                                  std::vector<Piece>& pieces) {
  price = normal(price);
  const auto [first, last] = std::equal_range(lines_.begin(), lines_.end(), Line{key, {}, 0, 0, 0, 0},
                                              [](const Line& a, const Line& b) { return a.key < b.key; });
  const Range all{static_cast<std::size_t>(first - lines_.begin()), static_cast<std::size_t>(last - lines_.begin())};
  const Range same = same_price(all, price);

  // Its own order comes last, and then it may only give back to itself: nothing else can be of that order.
  constexpr std::uint32_t kOfNone = UINT32_MAX;
  for (const std::uint32_t not_of : {own_order, kOfNone}) {
    while (wanted > 0) {
      const std::size_t index = latest(same, at_us, not_of);
      if (index == kNone) break;
      wanted = take(index, wanted, false, orders, pieces);
    }
    while (wanted > 0) {
      std::size_t best = kNone;
      for (std::size_t begin = all.begin; begin < all.end;) {
        const Range range = same_price({begin, all.end}, lines_[begin].price);
        const std::size_t index =
            range.begin == same.begin && same.begin < same.end ? kNone : latest(range, at_us, not_of);
        const auto later = [&](const Line& a, const Line& b) {
          return std::tie(a.at_us, a.order, a.line_index) > std::tie(b.at_us, b.order, b.line_index);
        };
        if (index != kNone && (best == kNone || later(lines_[index], lines_[best]))) best = index;
        begin = range.end;
      }
      if (best == kNone) break;
      wanted = take(best, wanted, true, orders, pieces);
    }
  }
  return wanted;
}

}  // namespace habitue::intake
