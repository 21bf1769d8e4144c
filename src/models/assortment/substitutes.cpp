#include <algorithm>
#include <map>
#include <tuple>

#include "models/assortment/assortment.hpp"

namespace habitue::models {
namespace {

// One product of one customer: where its purchases lie, sorted by moment.
struct Run {
  std::uint32_t product;
  std::size_t begin, end;
};

}  // namespace

Result<std::vector<Substitute>> guess_substitutes(std::span<const ProductPurchase> purchases,
                                                  std::span<const std::uint32_t> category,
                                                  const SubstituteOptions& options) {
  if (!(options.ceiling >= 0 && options.ceiling <= 1 && options.least >= 0 && options.prior_buyers >= 0 &&
        options.prior_buyers <= 1e9))
    return invalid("a ceiling lies between 0 and 1, the other options are at least 0");
  for (const ProductPurchase& one : purchases)
    if (one.product >= category.size()) return invalid("each product has a category");
  std::vector<ProductPurchase> sorted(purchases.begin(), purchases.end());
  const auto key = [&](const ProductPurchase& one) {
    return std::tuple(one.customer, category[one.product], one.product, one.at);
  };
  std::sort(sorted.begin(), sorted.end(),
            [&](const ProductPurchase& left, const ProductPurchase& right) { return key(left) < key(right); });

  std::vector<double> buyers(category.size(), 0.0);
  std::map<std::pair<std::uint32_t, std::uint32_t>, double>
      apart;  // Customers who bought the second in a basket without the first.
  std::vector<Run> runs;
  for (std::size_t place = 0; place < sorted.size();) {
    const auto customer = sorted[place].customer, own = category[sorted[place].product];
    runs.clear();
    while (place < sorted.size() && sorted[place].customer == customer && category[sorted[place].product] == own) {
      const std::size_t begin = place;
      while (place < sorted.size() && sorted[place].customer == customer &&
             sorted[place].product == sorted[begin].product)
        ++place;
      runs.push_back({sorted[begin].product, begin, place});
      ++buyers[sorted[begin].product];
    }
    const auto by_moment = [](const ProductPurchase& left, const ProductPurchase& right) { return left.at < right.at; };
    for (const Run& gone : runs)
      for (const Run& stays : runs) {
        if (gone.product == stays.product) continue;
        const auto at = [&](std::size_t index) { return sorted.begin() + static_cast<std::ptrdiff_t>(index); };
        // In no other basket: every moment of `stays` is one of `gone`.
        if (!std::includes(at(gone.begin), at(gone.end), at(stays.begin), at(stays.end), by_moment))
          ++apart[{gone.product, stays.product}];
      }
  }
  std::vector<Substitute> found;
  for (const auto& [pair, customers] : apart) {
    const double keeps = options.ceiling * customers / (buyers[pair.first] + options.prior_buyers);
    if (keeps >= options.least) found.push_back({pair.first, pair.second, keeps});
  }
  return found;
}

}  // namespace habitue::models
