#include "models/assortment/assortment.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <queue>
#include <set>

#include "models/assortment/range_state.hpp"
#include "models/calibration/checks.hpp"

namespace habitue::models {
namespace {

constexpr double kWhisker = 1e-9;

class Search {
 public:
  Search(const Store& store, const AssortmentGoal& goal) : store_(store), goal_(goal) {
    const std::set<std::uint32_t> always(goal.always.begin(), goal.always.end());
    always_.assign(always.begin(), always.end());
    for (std::uint32_t product = 0; product < store.product_value.size(); ++product)
      if (!always.contains(product) && could_help(product)) candidates_.push_back(product);
  }

  Assortment run() {
    std::vector<std::uint32_t> added = greedy();
    // Never more than the plain ranking needs.
    if (std::vector<std::uint32_t> plain = by_sales(); plain.size() < added.size()) added = std::move(plain);
    bool is_proved = false;
    if (candidates_.size() <= goal_.exact_up_to) is_proved = improve(added);

    Assortment result;
    result.range = always_;
    result.range.insert(result.range.end(), added.begin(), added.end());
    result.is_smallest = is_proved || added.size() <= added_at_least_;
    result.size_at_least = always_.size() + (result.is_smallest ? added.size() : added_at_least_);
    const RangeState state = state_of(added);
    result.value_kept = state.value_kept();
    result.customers_kept = state.customers_kept();
    return result;
  }

 private:
  bool could_help(std::uint32_t product) const {
    for (const Store::Part& part : store_.replaces[product])
      if (store_.product_value[part.other] > 0) return true;
    return false;
  }

  RangeState empty() const {
    RangeState state(store_, goal_.keep, goal_.customer_threshold);
    for (const std::uint32_t product : always_)
      if (product < store_.product_value.size()) state.add(product);
    return state;
  }
  RangeState state_of(std::span<const std::uint32_t> added) const {
    RangeState state = empty();
    for (const std::uint32_t product : added) state.add(product);
    return state;
  }

  // No range that holds what `state` holds or not, and `slots` more, measures above this: gains only fall as a range grows.
  static double most_with(const RangeState& state, std::vector<double> gains, std::size_t slots) {
    slots = std::min(slots, gains.size());
    std::partial_sort(gains.begin(), gains.begin() + static_cast<std::ptrdiff_t>(slots), gains.end(), std::greater<>());
    return std::accumulate(gains.begin(), gains.begin() + static_cast<std::ptrdiff_t>(slots), state.measure());
  }
  void raise_bound(RangeState& state) {
    std::vector<double> gains;
    for (const std::uint32_t product : candidates_) gains.push_back(state.gain(product));
    std::sort(gains.begin(), gains.end(), std::greater<>());
    double reached = state.measure();
    std::size_t needed = 0;
    while (needed < gains.size() && reached < goal_.share - kWhisker) reached += gains[needed++];
    added_at_least_ = std::max(added_at_least_, needed);
  }

  // Lazy: a gain computed earlier is never too small, so only the top of the heap has to be looked at again (Minoux 1978).
  std::vector<std::uint32_t> greedy() {
    RangeState state = empty();
    struct Offer {
      double gain;
      std::uint32_t product;
      std::size_t at;  // Size of the range when it was computed.
      bool operator<(const Offer& other) const {
        return gain != other.gain ? gain < other.gain : product > other.product;
      }
    };
    std::priority_queue<Offer> offers;
    for (const std::uint32_t product : candidates_) offers.push({state.gain(product), product, 0});
    raise_bound(state);
    std::vector<std::uint32_t> added;
    std::size_t next_bound = 1;
    while (!state.reaches(goal_.share) && !offers.empty()) {
      Offer best = offers.top();
      offers.pop();
      if (best.at != added.size()) {
        offers.push({state.gain(best.product), best.product, added.size()});
        continue;
      }
      state.add(best.product);
      added.push_back(best.product);
      if (added.size() == next_bound) {
        raise_bound(state);
        next_bound *= 2;
      }
    }
    take_out(added);
    return added;
  }

  std::vector<std::uint32_t> by_sales() const {
    std::vector<std::uint32_t> order = candidates_;
    std::stable_sort(order.begin(), order.end(), [&](std::uint32_t left, std::uint32_t right) {
      return store_.product_value[left] > store_.product_value[right];
    });
    RangeState state = empty();
    std::vector<std::uint32_t> added;
    for (const std::uint32_t product : order) {
      if (state.reaches(goal_.share)) break;
      state.add(product);
      added.push_back(product);
    }
    take_out(added);
    return added;
  }

  // Products that the later ones made needless, last first. A range is built anew for each, so only the last few hundred are tried.
  void take_out(std::vector<std::uint32_t>& added) const {
    constexpr std::size_t kTriedMax = 200;
    const std::size_t stop = added.size() > kTriedMax ? added.size() - kTriedMax : 0;
    for (std::size_t place = added.size(); place-- > stop;) {
      std::vector<std::uint32_t> fewer = added;
      fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(place));
      if (state_of(fewer).reaches(goal_.share)) added = std::move(fewer);
    }
  }

  // Branch and bound for smaller ranges, one product fewer at a time. False when it gave up before it had proved anything.
  bool improve(std::vector<std::uint32_t>& best) {
    // Each node copies what every customer keeps: of a large store fewer are looked at, so that the answer comes in seconds.
    const std::size_t nodes_max = std::clamp<std::size_t>(200'000'000 / (store_.customers + 1), 100, 50'000);
    std::size_t nodes = 0;
    while (!best.empty() && best.size() > added_at_least_) {
      std::vector<std::uint32_t> chosen;
      nodes = 0;
      if (search(empty(), candidates_, best.size() - 1, chosen, nodes, nodes_max)) {
        best = chosen;
        continue;
      }
      return nodes < nodes_max;
    }
    return true;
  }
  bool search(RangeState state, std::vector<std::uint32_t> open, std::size_t slots, std::vector<std::uint32_t>& chosen,
              std::size_t& nodes, std::size_t nodes_max) {
    if (state.reaches(goal_.share)) return true;
    if (slots == 0 || ++nodes >= nodes_max) return false;
    std::vector<std::pair<double, std::uint32_t>> offers;
    std::vector<double> gains;
    for (const std::uint32_t product : open) {
      offers.emplace_back(state.gain(product), product);
      gains.push_back(offers.back().first);
    }
    std::sort(offers.begin(), offers.end(), [](const auto& left, const auto& right) {
      return left.first != right.first ? left.first > right.first : left.second < right.second;
    });
    open.clear();
    for (const auto& [gain, product] : offers) open.push_back(product);
    // Each open product is taken in turn; those before it are then out for good.
    for (std::size_t place = 0; place < open.size() && nodes < nodes_max; ++place) {
      std::vector<double> rest;
      for (std::size_t later = place; later < offers.size(); ++later) rest.push_back(offers[later].first);
      if (most_with(state, std::move(rest), slots) < goal_.share - kWhisker) return false;
      RangeState with = state;
      with.add(open[place]);
      chosen.push_back(open[place]);
      if (search(std::move(with), {open.begin() + static_cast<std::ptrdiff_t>(place) + 1, open.end()}, slots - 1,
                 chosen, nodes, nodes_max))
        return true;
      chosen.pop_back();
    }
    return false;
  }

  const Store& store_;
  const AssortmentGoal& goal_;
  std::vector<std::uint32_t> always_, candidates_;
  std::size_t added_at_least_ = 0;
};

Result<void> check(const AssortmentGoal& goal) {
  const auto share = [](double value) { return value > 0 && value <= 1; };
  if (!share(goal.share) || !share(goal.customer_threshold))
    return invalid("the shares to keep lie above 0 and up to 1");
  if (goal.exact_up_to > 24) return invalid("at most 24 products can be decided exactly");
  return {};
}

}  // namespace

Result<Assortment> smallest_range(std::span<const ProductValue> sales, std::span<const Substitute> substitutes,
                                  const AssortmentGoal& goal) {
  if (auto checked = check(goal); !checked) return tl::unexpected(checked.error());
  return store_of(sales, substitutes).map([&](const Store& store) { return Search(store, goal).run(); });
}

std::vector<std::uint32_t> best_sellers(std::span<const ProductValue> sales, std::size_t size) {
  const auto store = store_of(sales, {});
  if (!store) return {};
  std::vector<std::uint32_t> order;
  for (std::uint32_t product = 0; product < store->product_value.size(); ++product)
    if (store->product_value[product] > 0) order.push_back(product);
  std::stable_sort(order.begin(), order.end(), [&](std::uint32_t left, std::uint32_t right) {
    return store->product_value[left] > store->product_value[right];
  });
  if (order.size() > size) order.resize(size);
  return order;
}

Result<CutEffect> effect_of_range(std::span<const ProductValue> sales, std::span<const Substitute> substitutes,
                                  std::span<const std::uint32_t> range, double customer_threshold) {
  AssortmentGoal goal;
  goal.customer_threshold = customer_threshold;
  if (auto checked = check(goal); !checked) return tl::unexpected(checked.error());
  return store_of(sales, substitutes).map([&](const Store& store) {
    RangeState state(store, Keep::Customers, customer_threshold);
    for (const std::uint32_t product : range)
      if (product < store.product_value.size()) state.add(product);
    CutEffect effect{state.value_kept(), state.customers_kept(), {}};
    for (std::uint32_t customer = 0; customer < store.customer_value.size(); ++customer) {
      const double value = store.customer_value[customer], lost = value - state.left_to(customer);
      if (lost > kWhisker * value) effect.touched.push_back({customer, value, lost, state.is_kept(customer)});
    }
    std::stable_sort(effect.touched.begin(), effect.touched.end(),
                     [](const TouchedCustomer& left, const TouchedCustomer& right) { return left.lost > right.lost; });
    return effect;
  });
}

}  // namespace habitue::models
