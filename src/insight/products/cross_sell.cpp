#include "insight/products/cross_sell.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "insight/fold_lists.hpp"
#include "insight/forecast/for_rows.hpp"
#include "insight/products/baskets.hpp"
#include "insight/products/cross_sell_words.hpp"

namespace habitue::insight {
namespace {

using models::OrderedPair;
using models::PurchaseTable;
using products::PurchasedProducts;

constexpr double kMicrosADay = 86'400e6;

Result<void> check_spec(const CrossSellSpec& spec) {
  if (spec.buyers_least < 2 || spec.buyers_least > 1'000'000)
    return invalid(fmt::format("buyers_least is from 2 to 1000000; this is {}", spec.buyers_least));
  if (!(spec.discovery_rate > 0 && spec.discovery_rate <= 0.5))
    return invalid(fmt::format("discovery_rate is above 0, to 0.5; this is {}", spec.discovery_rate));
  if (!(spec.held_out >= 0.1 && spec.held_out <= 0.5))
    return invalid(fmt::format("held_out is a share from 0.1 to 0.5; this is {}", spec.held_out));
  if (spec.recommended < 1 || spec.recommended > 20)
    return invalid(fmt::format("recommended is from 1 to 20; this is {}", spec.recommended));
  if (spec.limit > 1'000) return invalid(fmt::format("limit is at most 1000; this is {}", spec.limit));
  return {};
}

// Who bought the first and never the other. Buyers are by customer.
std::uint64_t without(const PurchaseTable& table, std::uint32_t first, std::uint32_t then) {
  std::uint64_t both = 0;
  const auto others = table.buyers_of(then);
  auto other = others.begin();
  for (const PurchaseTable::First& one : table.buyers_of(first)) {
    while (other != others.end() && other->other < one.other) ++other;
    both += other != others.end() && other->other == one.other ? 1 : 0;
  }
  return table.buyers_of(first).size() - both;
}

NamedProduct named(const PurchasedProducts& table, std::uint32_t product) {
  return {table.products[product].id, table.products[product].name};
}

CrossSellPair pair_of(const PurchasedProducts& products, const PurchaseTable& table, const OrderedPair& pair) {
  return {.first = named(products, pair.first),
          .then = named(products, pair.then),
          .customers = pair.customers,
          .not_yet = without(table, pair.first, pair.then),
          .support = pair.support,
          .confidence = pair.confidence,
          .lift = pair.lift,
          .p_value = pair.p_value,
          .adjusted = pair.adjusted,
          .delay_p25_days = pair.delay.lower_quartile / kMicrosADay,
          .delay_median_days = pair.delay.median / kMicrosADay,
          .delay_p75_days = pair.delay.upper_quartile / kMicrosADay};
}

Result<void> fill(CrossSellReport& report, const PurchasedProducts& products, const Question& question,
                  const std::vector<models::ProductPurchase>& purchases, const CrossSellSpec& spec) {
  const auto table = PurchaseTable::from(purchases);
  if (!table) return tl::unexpected(table.error());
  const models::PairOptions options{.buyers_least = spec.buyers_least,
                                    .discovery_rate = spec.discovery_rate,
                                    .threads = forecast::threads_of(question)};
  const auto pairs = models::find_pairs(*table, options);
  if (!pairs) return tl::unexpected(pairs.error());
  if (products::is_cancelled(question)) return was_cancelled();
  const auto sequences = models::find_sequences(*table, pairs->pairs, 500, options);
  if (!sequences) return tl::unexpected(sequences.error());
  if (products::is_cancelled(question)) return was_cancelled();
  const auto baskets = models::find_basket_pairs(purchases, options);
  if (!baskets) return tl::unexpected(baskets.error());

  report.customers = table->buyers();
  report.baskets = table->buyers() + table->later_baskets();
  for (std::uint32_t product = 0; product < table->products(); ++product)
    report.products += table->buyers_of(product).empty() ? 0 : 1;
  report.tests = static_cast<std::uint64_t>(pairs->tests);
  report.pairs_found = pairs->pairs.size();
  report.sequences_found = sequences->size();
  report.basket_pairs_found = baskets->size();
  for (std::size_t at = 0; at < std::min<std::size_t>(spec.limit, pairs->pairs.size()); ++at)
    report.pairs.push_back(pair_of(products, *table, pairs->pairs[at]));
  for (std::size_t at = 0; at < std::min<std::size_t>(spec.limit, sequences->size()); ++at) {
    const models::Sequence& one = (*sequences)[at];
    report.sequences.push_back({named(products, one.first), named(products, one.then), named(products, one.last),
                                one.customers, one.confidence, one.lift, one.p_value, one.adjusted});
  }
  for (std::size_t at = 0; at < std::min<std::size_t>(spec.limit, baskets->size()); ++at) {
    const models::BasketPair& one = (*baskets)[at];
    report.basket_pairs.push_back({named(products, one.first), named(products, one.second), one.baskets, one.support,
                                   one.lift, one.p_value, one.adjusted});
  }
  return {};
}

}  // namespace

Result<CrossSellReport> ask_cross_sell(const Customers& customers, const Question& question,
                                       const CrossSellSpec& spec) {
  if (auto sound = check_spec(spec); !sound) return tl::unexpected(sound.error());
  const auto asked = products::AskedOfProducts::of(customers, question, spec.side, spec.by);
  if (!asked) return tl::unexpected(asked.error());
  CrossSellReport report;
  const auto purchases = products::purchases_of(asked->table, question.period);
  if (!purchases.empty())
    if (auto filled = fill(report, asked->table, question, purchases, spec); !filled)
      return tl::unexpected(filled.error());
  auto check = products::judge(question, customers.zone(), purchases,
                               {spec.buyers_least, spec.discovery_rate, spec.held_out, spec.recommended});
  if (!check) return tl::unexpected(check.error());
  report.check = *std::move(check);
  report.sentence_en = products::check_sentence(report.check, spec.recommended, "en");
  report.sentence_fr = products::check_sentence(report.check, spec.recommended, "fr");
  if (asked->table.without_products > 0 && !asked->table.products.empty())
    report.warnings.push_back(fmt::format("{} of {} purchases tell no product, and are left out",
                                          asked->table.without_products, asked->table.purchases.size()));
  return report;
}

Result<std::vector<PersonId>> people_of_cross_sell(const Customers& customers, const Question& question,
                                                   const CrossSellSpec& spec, const CrossSellCell& cell) {
  if (auto sound = check_spec(spec); !sound) return tl::unexpected(sound.error());
  const auto asked = products::AskedOfProducts::of(customers, question, spec.side, spec.by);
  if (!asked) return tl::unexpected(asked.error());
  const auto first = asked->table.find(cell.first), then = asked->table.find(cell.then);
  if (!first || !then)
    return fail(ErrorKind::NotFound, fmt::format("nobody bought \"{}\"", first ? cell.then : cell.first));
  const auto table = PurchaseTable::from(products::purchases_of(asked->table, question.period));
  if (!table) return tl::unexpected(table.error());
  std::vector<std::uint32_t> found;
  if (*first < table->products())
    for (const PurchaseTable::First& one : table->buyers_of(*first)) {
      const auto owned = table->products_of(one.other);
      const auto other = std::find_if(owned.begin(), owned.end(),
                                      [&](const PurchaseTable::First& each) { return each.other == *then; });
      const bool not_yet = other == owned.end(), followed = !not_yet && other->basket > one.basket;
      if (cell.who == CrossSellCell::Who::NotYet ? not_yet : followed) found.push_back(one.other);
    }
  return products::people_of_numbers(asked->table, std::move(found));
}

}  // namespace habitue::insight
