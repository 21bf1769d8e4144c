#include "models/association/pairs.hpp"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <tuple>
#include <utility>

#include "base/workers.hpp"
#include "models/association/fisher.hpp"
#include "models/association/occasions.hpp"

namespace habitue::models {
namespace {

using First = PurchaseTable::First;

double real(std::uint64_t count) { return static_cast<double>(count); }

// What the customers of one product did with another, which is a row of these.
struct Cell {
  std::uint64_t after = 0;      // First bought later.
  std::uint64_t by_then = 0;    // Bought by the same basket.
  std::uint64_t no_chance = 0;  // Later baskets at which it had been bought already.
};

Delay quartiles(std::vector<double>& delays) {
  std::sort(delays.begin(), delays.end());
  const auto at = [&](double share) {
    const double place = share * static_cast<double>(delays.size() - 1);
    const auto below = static_cast<std::size_t>(place);
    const double next = delays[std::min(below + 1, delays.size() - 1)];
    return delays[below] + (place - static_cast<double>(below)) * (next - delays[below]);
  };
  return {at(0.25), at(0.5), at(0.75)};
}

class PairFinder {
 public:
  PairFinder(const PurchaseTable& table, const PairOptions& options)
      : table_(table), options_(options), occasions_(count_occasions(table)), factorials_(table.later_baskets()) {}

  // The pairs that begin with `first`, with raw p-values up to the discovery rate.
  void find(std::uint32_t first, std::vector<Cell>& cells, std::vector<std::uint32_t>& touched,
            std::vector<OrderedPair>& found) const {
    std::uint64_t later = 0;
    for (const First& buyer : table_.buyers_of(first)) {
      const std::uint64_t remaining = table_.baskets(buyer.other).size() - 1 - buyer.basket;
      later += remaining;
      for (const First& owned : table_.products_of(buyer.other)) {
        if (!is_eligible(owned.other) || owned.other == first) continue;
        Cell& cell = cells[owned.other];
        if (cell.after == 0 && cell.by_then == 0) touched.push_back(owned.other);
        if (owned.basket > buyer.basket) {
          ++cell.after;
          cell.no_chance += remaining - (owned.basket - buyer.basket);
        } else {
          ++cell.by_then;
          cell.no_chance += remaining;
        }
      }
    }
    std::sort(touched.begin(), touched.end());
    const std::size_t before = found.size();
    for (const std::uint32_t then : touched) judge(first, then, cells[then], later, found);
    add_delays(std::span(found).subspan(before));
    for (const std::uint32_t then : touched) cells[then] = {};
    touched.clear();
  }

  bool is_eligible(std::uint32_t product) const { return table_.buyers_of(product).size() >= options_.buyers_least; }

 private:
  void judge(std::uint32_t first, std::uint32_t then, const Cell& cell, std::uint64_t later,
             std::vector<OrderedPair>& found) const {
    if (cell.after == 0) return;
    OrderedPair pair;
    pair.first = first;
    pair.then = then;
    pair.customers = cell.after;
    pair.occasions = later - cell.no_chance;
    pair.lift = real(cell.after) / real(pair.occasions) / occasions_.rate(then);
    if (pair.lift <= 1) return;
    pair.p_value =
        fisher_more({cell.after, pair.occasions, occasions_.bought[then], occasions_.at_risk[then]}, factorials_);
    if (pair.p_value > options_.discovery_rate) return;
    pair.confidence = real(cell.after) / real(table_.buyers_of(first).size() - cell.by_then);
    found.push_back(pair);
  }

  // The pairs of one first product, ascending: its customers are walked once more for all of them.
  void add_delays(std::span<OrderedPair> pairs) const {
    if (pairs.empty()) return;
    std::vector<std::vector<double>> delays(pairs.size());
    for (const First& buyer : table_.buyers_of(pairs.front().first)) {
      const auto baskets = table_.baskets(buyer.other);
      auto pair = pairs.begin();
      for (const First& owned : table_.products_of(buyer.other)) {
        if (owned.basket <= buyer.basket) continue;
        pair = std::lower_bound(pair, pairs.end(), owned.other,
                                [](const OrderedPair& one, std::uint32_t product) { return one.then < product; });
        if (pair == pairs.end()) break;
        if (pair->then == owned.other)
          delays[static_cast<std::size_t>(pair - pairs.begin())].push_back(static_cast<double>(baskets[owned.basket]) -
                                                                           static_cast<double>(baskets[buyer.basket]));
      }
    }
    for (std::size_t place = 0; place < pairs.size(); ++place) pairs[place].delay = quartiles(delays[place]);
  }

  const PurchaseTable& table_;
  const PairOptions& options_;
  Occasions occasions_;
  LogFactorials factorials_;
};

// By p-value and then `numbers`, adjusted, and those above the rate left out.
template <class Found, class Numbers>
void correct(std::vector<Found>& found, double tests, double rate, Numbers&& numbers) {
  std::sort(found.begin(), found.end(), [&](const Found& left, const Found& right) {
    return left.p_value != right.p_value ? left.p_value < right.p_value : numbers(left) < numbers(right);
  });
  std::vector<double> p_values;
  for (const Found& one : found) p_values.push_back(one.p_value);
  const std::vector<double> adjusted = adjusted_ascending(p_values, tests);
  for (std::size_t place = 0; place < found.size(); ++place) found[place].adjusted = adjusted[place];
  while (!found.empty() && found.back().adjusted > rate) found.pop_back();
}

Result<void> check(const PairOptions& options) {
  if (options.discovery_rate >= 0 && options.discovery_rate <= 1) return {};
  return invalid("a discovery rate lies between 0 and 1");
}

}  // namespace

Result<OrderedPairs> find_pairs(const PurchaseTable& table, const PairOptions& options) {
  if (auto checked = check(options); !checked) return tl::unexpected(checked.error());
  const PairFinder finder(table, options);
  OrderedPairs result;
  std::atomic<std::uint32_t> next = 0;
  std::mutex adding;
  run_workers(options.threads, [&](const std::atomic<bool>& failed) {
    std::vector<Cell> cells(table.products());
    std::vector<std::uint32_t> touched;
    std::vector<OrderedPair> found;
    for (std::uint32_t first = next++; first < table.products() && !failed; first = next++)
      if (finder.is_eligible(first)) finder.find(first, cells, touched, found);
    const std::lock_guard held(adding);
    result.pairs.insert(result.pairs.end(), found.begin(), found.end());
  });
  double eligible = 0;
  for (std::uint32_t product = 0; product < table.products(); ++product)
    eligible += finder.is_eligible(product) ? 1 : 0;
  result.tests = eligible * std::max(0.0, eligible - 1);
  correct(result.pairs, result.tests, options.discovery_rate,
          [](const OrderedPair& pair) { return std::pair(pair.first, pair.then); });
  for (OrderedPair& pair : result.pairs) pair.support = real(pair.customers) / real(table.buyers());
  return result;
}

Result<std::vector<Sequence>> find_sequences(const PurchaseTable& table, std::span<const OrderedPair> pairs,
                                             std::size_t pairs_max, const PairOptions& options) {
  if (auto checked = check(options); !checked) return tl::unexpected(checked.error());
  // Of the customers of `then`: those with `first` before it, and the others.
  struct Counts {
    std::uint64_t bought[2] = {0, 0}, no_chance[2] = {0, 0}, by_then = 0;
    bool is_touched = false;
  };
  std::vector<Counts> counts(table.products());
  std::vector<std::uint32_t> touched;
  const LogFactorials factorials(table.later_baskets());
  std::vector<Sequence> found;
  double eligible = 0;
  for (std::uint32_t product = 0; product < table.products(); ++product)
    eligible += table.buyers_of(product).size() >= options.buyers_least ? 1 : 0;
  pairs = pairs.first(std::min(pairs.size(), pairs_max));
  for (const OrderedPair& pair : pairs) {
    if (pair.first >= table.products() || pair.then >= table.products())
      return invalid("a pair names a product that nobody bought");
    std::uint64_t later[2] = {0, 0}, in_order = 0;
    const auto firsts = table.buyers_of(pair.first);
    for (const First& buyer : table.buyers_of(pair.then)) {
      const auto had = std::lower_bound(firsts.begin(), firsts.end(), buyer.other,
                                        [](const First& one, std::uint32_t customer) { return one.other < customer; });
      const std::size_t group = had != firsts.end() && had->other == buyer.other && had->basket < buyer.basket ? 1 : 0;
      const std::uint64_t remaining = table.baskets(buyer.other).size() - 1 - buyer.basket;
      later[group] += remaining;
      in_order += group;
      for (const First& owned : table.products_of(buyer.other)) {
        if (owned.other == pair.first || owned.other == pair.then) continue;
        if (table.buyers_of(owned.other).size() < options.buyers_least) continue;
        Counts& count = counts[owned.other];
        if (!count.is_touched) touched.push_back(owned.other);
        count.is_touched = true;
        const bool is_after = owned.basket > buyer.basket;
        count.bought[group] += is_after;
        count.no_chance[group] += is_after ? remaining - (owned.basket - buyer.basket) : remaining;
        if (!is_after) count.by_then += group;
      }
    }
    for (const std::uint32_t last : touched) {
      const Counts count = std::exchange(counts[last], {});
      const std::uint64_t with = later[1] - count.no_chance[1], all = with + later[0] - count.no_chance[0];
      const std::uint64_t events = count.bought[0] + count.bought[1];
      if (count.bought[1] == 0) continue;
      Sequence sequence;
      sequence.first = pair.first;
      sequence.then = pair.then;
      sequence.last = last;
      sequence.customers = count.bought[1];
      sequence.lift = real(count.bought[1]) / real(with) * real(all) / real(events);
      sequence.confidence = real(count.bought[1]) / real(in_order - count.by_then);
      sequence.p_value = fisher_more({count.bought[1], with, events, all}, factorials);
      if (sequence.lift > 1 && sequence.p_value <= options.discovery_rate) found.push_back(sequence);
    }
    touched.clear();
  }
  correct(found, static_cast<double>(pairs.size()) * std::max(0.0, eligible - 2), options.discovery_rate,
          [](const Sequence& one) { return std::tuple(one.first, one.then, one.last); });
  return found;
}

Result<std::vector<BasketPair>> find_basket_pairs(std::span<const ProductPurchase> purchases,
                                                  const PairOptions& options) {
  if (auto checked = check(options); !checked) return tl::unexpected(checked.error());
  // A basket is a customer of one moment: the table's own index then leads from product to baskets and back.
  std::vector<ProductPurchase> by_basket(purchases.begin(), purchases.end());
  std::sort(by_basket.begin(), by_basket.end(), [](const ProductPurchase& left, const ProductPurchase& right) {
    return std::tie(left.customer, left.at) < std::tie(right.customer, right.at);
  });
  std::vector<ProductPurchase> numbered;
  for (std::size_t place = 0; place < by_basket.size(); ++place) {
    const bool is_same = place > 0 && by_basket[place].customer == by_basket[place - 1].customer &&
                         by_basket[place].at == by_basket[place - 1].at;
    const std::uint32_t basket = numbered.empty() ? 0 : numbered.back().customer + (is_same ? 0 : 1);
    numbered.push_back({basket, 0, by_basket[place].product});
  }
  const auto table = PurchaseTable::from(numbered);
  if (!table) return tl::unexpected(table.error());
  const LogFactorials factorials(table->customers());
  const auto is_eligible = [&](std::uint32_t product) {
    return table->buyers_of(product).size() >= options.buyers_least;
  };
  std::vector<BasketPair> found;
  std::vector<std::uint64_t> together(table->products(), 0);
  std::vector<std::uint32_t> touched;
  double eligible = 0;
  for (std::uint32_t first = 0; first < table->products(); ++first) {
    if (!is_eligible(first)) continue;
    ++eligible;
    for (const First& held : table->buyers_of(first))
      for (const First& other : table->products_of(held.other))
        if (other.other > first && is_eligible(other.other) && together[other.other]++ == 0)
          touched.push_back(other.other);
    for (const std::uint32_t second : touched) {
      const std::uint64_t both = std::exchange(together[second], 0), with = table->buyers_of(first).size(),
                          events = table->buyers_of(second).size(), all = table->customers();
      BasketPair pair;
      pair.first = first;
      pair.second = second;
      pair.baskets = both;
      pair.support = real(both) / real(all);
      pair.lift = real(both) * real(all) / (real(with) * real(events));
      if (pair.lift <= 1) continue;
      pair.p_value = fisher_more({both, with, events, all}, factorials);
      if (pair.p_value <= options.discovery_rate) found.push_back(pair);
    }
    touched.clear();
  }
  correct(found, eligible * std::max(0.0, eligible - 1) / 2, options.discovery_rate,
          [](const BasketPair& pair) { return std::pair(pair.first, pair.second); });
  return found;
}

}  // namespace habitue::models
