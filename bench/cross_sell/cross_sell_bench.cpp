// What follows what, on a real shop and on one of tens of thousands of products: seconds, memory, and whether what is learnt until August 2011
// is bought from September on. Its peer there is the list of what is bought most.
#include <sys/resource.h>

#include <chrono>
#include <cmath>
#include <iostream>
#include <map>

#include "models/association/recommend.hpp"
#include "models/folds.hpp"
#include "models/shared_table.hpp"
#include "report.hpp"

namespace {

using namespace habitue;
using namespace habitue::models;

using Purchases = std::vector<ProductPurchase>;

template <class Work>
double seconds_of(Work&& work) {
  const auto started = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
}

double peak_mebibytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

Purchases online_retail() {
  std::map<std::string, std::uint32_t, std::less<>> customers, products;
  const auto number_of = [](auto& known, std::string_view name) {
    return known.try_emplace(std::string(name), static_cast<std::uint32_t>(known.size())).first->second;
  };
  Purchases purchases;
  read_shared("examples/online_retail/online_retail_2010_2011.csv.gz", [&](const auto& cell) {
    if (cell.size() < 8 || cell[6].empty() || cell[0].front() == 'C' || number(cell[3]) <= 0 || number(cell[5]) <= 0)
      return;
    const std::string_view day = cell[4];
    const double at = number(day.substr(0, 4)) * 372 + number(day.substr(5, 2)) * 31 + number(day.substr(8, 2));
    purchases.push_back({number_of(customers, cell[6]), static_cast<std::int64_t>(at), number_of(products, cell[1])});
  });
  return purchases;
}

// 30,000 products of which few sell most, 100,000 customers with five baskets of six.
Purchases invented() {
  Purchases purchases;
  for (std::uint32_t customer = 0; customer < 100'000; ++customer)
    for (std::uint32_t line = 0; line < 30; ++line) {
      const double rank = std::pow(30'000, unit_at(7, customer * 32ull + line)) - 1;
      purchases.push_back({customer, line / 6, static_cast<std::uint32_t>(rank)});
    }
  return purchases;
}

void measure(bench::Report& report, const std::string& name, const PurchaseTable& table) {
  for (const unsigned threads : {1u, 2u}) {
    OrderedPairs found;
    const double seconds = seconds_of([&] { found = *find_pairs(table, {.threads = threads}); });
    report.add({.name = fmt::format("{}: {:.0f} pairs tested, {} kept, {} threads", name, found.tests,
                                    found.pairs.size(), threads),
                .ours = seconds,
                .unit = "s"});
  }
}

}  // namespace

int main() {
  bench::Report report("cross_sell");
  const Purchases all = online_retail();
  if (all.empty()) {
    std::cerr << "examples/online_retail is not there\n";
    return 1;
  }
  Purchases before, after;
  for (const ProductPurchase& one : all) (one.at < 2011 * 372 + 9 * 31 + 1 ? before : after).push_back(one);
  const PurchaseTable table = *PurchaseTable::from(before);
  measure(report, "Online Retail", table);
  const OrderedPairs pairs = *find_pairs(table);
  const Recommender recommender(table, pairs.pairs);
  for (const std::size_t count : {5u, 10u}) {
    const HitRates rates = *judge_recommendations(table, recommender, after, count);
    report.add({.name = fmt::format("Online Retail: hit rate of {} for {} customers, beside most bought", count,
                                    rates.customers),
                .ours = rates.recommended,
                .peer = rates.popular,
                .unit = "share"});
    report.add({.name = fmt::format("  95 % of the difference, {:+.3f} to", rates.difference_low),
                .ours = rates.difference_high,
                .unit = "share"});
  }
  const PurchaseTable large = *PurchaseTable::from(invented());
  measure(report, "30,000 products, 3 million lines", large);
  report.add({.name = "peak memory of all of these", .ours = peak_mebibytes(), .unit = "MiB"});
  return report.finish();
}
