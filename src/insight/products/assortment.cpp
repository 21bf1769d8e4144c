#include "insight/products/assortment.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include <fmt/format.h>

#include "insight/fold_lists.hpp"
#include "insight/products/baskets.hpp"
#include "models/assortment/assortment.hpp"

namespace habitue::insight {
namespace {

using models::ProductValue;
using models::Substitute;
using products::kOfNoProduct;
using products::PurchasedProducts;

Result<void> check_spec(const AssortmentSpec& spec) {
  if (!(spec.share > 0 && spec.share <= 1))
    return invalid(fmt::format("share is above 0, to 1; this is {}", spec.share));
  if (!(spec.customer_threshold > 0 && spec.customer_threshold <= 1))
    return invalid(fmt::format("customer_threshold is above 0, to 1; this is {}", spec.customer_threshold));
  if (spec.always.size() > 1'000 || spec.cut.size() > 1'000)
    return invalid("at most 1000 products stay always, and as many are cut");
  if (spec.substitutes.size() > 10'000) return invalid("at most 10000 substitutes are given");
  for (const AssortmentSubstitute& one : spec.substitutes)
    if (!(one.keeps >= 0 && one.keeps <= 1)) return invalid(fmt::format("keeps is from 0 to 1; this is {}", one.keeps));
  if (spec.limit > 10'000) return invalid(fmt::format("limit is at most 10000; this is {}", spec.limit));
  return {};
}

Result<std::vector<std::uint32_t>> numbers_of(const PurchasedProducts& table, const std::vector<std::string>& ids) {
  std::vector<std::uint32_t> numbers;
  for (const std::string& id : ids) {
    const auto number = table.find(id);
    if (!number) return fail(ErrorKind::NotFound, fmt::format("nobody bought a product \"{}\"", id));
    numbers.push_back(*number);
  }
  return numbers;
}

// What the search works on: who brought how much with what, and what replaces what.
struct Store {
  std::vector<ProductValue> sales;
  std::vector<Substitute> substitutes;
  std::vector<double> value;          // By product.
  std::vector<std::uint64_t> buyers;  // Likewise.
  std::uint64_t given = 0, guessed = 0;
  bool value_is_revenue = false;
};

Result<Store> store_of(const PurchasedProducts& table, const Question& question, const AssortmentSpec& spec) {
  Store store;
  const auto in_period = [&](const products::Moved& move) {
    return move.product != kOfNoProduct && move.at >= question.period.from && move.at < question.period.to;
  };
  // Margin of some products and revenue of others would compare what cannot be compared.
  for (const products::Moved& move : table.moved)
    store.value_is_revenue = store.value_is_revenue || (in_period(move) && !move.margin_minor);
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::int64_t> sums;
  for (const products::Moved& move : table.moved)
    if (in_period(move))
      sums[{move.customer, move.product}] += store.value_is_revenue ? move.revenue_minor : *move.margin_minor;
  store.value.resize(table.products.size());
  store.buyers.resize(table.products.size());
  for (const auto& [of, minor] : sums) {
    if (minor <= 0) continue;
    store.sales.push_back({of.first, of.second, static_cast<double>(minor)});
    store.value[of.second] += static_cast<double>(minor);
    ++store.buyers[of.second];
  }
  std::set<std::uint32_t> told;
  for (const AssortmentSubstitute& one : spec.substitutes) {
    const auto pair = numbers_of(table, {one.gone, one.stays});
    if (!pair) return tl::unexpected(pair.error());
    store.substitutes.push_back({(*pair)[0], (*pair)[1], one.keeps});
    told.insert((*pair)[0]);
  }
  store.given = store.substitutes.size();
  if (!spec.guess) return store;
  // Only products of a known category are compared; the others are each of one of their own.
  std::map<std::string, std::uint32_t> categories;
  std::vector<std::uint32_t> category;
  std::uint32_t next = 0;
  for (const products::Product& product : table.products) {
    if (product.category.empty()) {
      category.push_back(next++);
      continue;
    }
    const auto [known, is_new] = categories.try_emplace(product.category, next);
    next += is_new ? 1 : 0;
    category.push_back(known->second);
  }
  const auto guessed = models::guess_substitutes(products::purchases_of(table, question.period), category);
  if (!guessed) return tl::unexpected(guessed.error());
  for (const Substitute& one : *guessed)
    if (!told.contains(one.gone)) store.substitutes.push_back(one);
  store.guessed = store.substitutes.size() - store.given;
  return store;
}

AssortmentProduct shown(const PurchasedProducts& table, const Store& store, std::uint32_t product) {
  const products::Product& of = table.products[product];
  return {of.id, of.name, of.category, std::llround(store.value[product]), store.buyers[product]};
}

Result<models::CutEffect> effect_of_cut(const PurchasedProducts& table, const Store& store, const AssortmentSpec& spec,
                                        std::size_t& left) {
  const auto gone = numbers_of(table, spec.cut);
  if (!gone) return tl::unexpected(gone.error());
  const std::set<std::uint32_t> dropped(gone->begin(), gone->end());
  std::vector<std::uint32_t> range;
  for (std::uint32_t product = 0; product < store.value.size(); ++product)
    if (store.value[product] > 0 && !dropped.contains(product)) range.push_back(product);
  left = range.size();
  return models::effect_of_range(store.sales, store.substitutes, range, spec.customer_threshold);
}

Result<void> find_range(AssortmentReport& report, const PurchasedProducts& table, const Store& store,
                        const AssortmentSpec& spec) {
  const auto always = numbers_of(table, spec.always);
  if (!always) return tl::unexpected(always.error());
  const auto found = models::smallest_range(
      store.sales, store.substitutes,
      {.keep = spec.keeps == AssortmentKeeps::Margin ? models::Keep::Value : models::Keep::Customers,
       .share = spec.share,
       .customer_threshold = spec.customer_threshold,
       .always = *always});
  if (!found) return tl::unexpected(found.error());
  report.range = AssortmentRange{found->range.size(), found->customers_kept, found->value_kept};
  report.is_smallest = found->is_smallest;
  report.size_at_least = found->size_at_least;
  for (std::size_t at = 0; at < std::min<std::size_t>(spec.limit, found->range.size()); ++at)
    report.kept.push_back(shown(table, store, found->range[at]));
  const std::set<std::uint32_t> in(found->range.begin(), found->range.end());
  std::vector<std::uint32_t> rest;
  for (std::uint32_t product = 0; product < store.value.size(); ++product)
    if (store.value[product] > 0 && !in.contains(product)) rest.push_back(product);
  std::stable_sort(rest.begin(), rest.end(),
                   [&](std::uint32_t left, std::uint32_t right) { return store.value[left] > store.value[right]; });
  for (std::size_t at = 0; at < std::min<std::size_t>(spec.limit, rest.size()); ++at)
    report.dropped.push_back(shown(table, store, rest[at]));
  const auto plain = models::best_sellers(store.sales, found->range.size());
  const auto kept = models::effect_of_range(store.sales, store.substitutes, plain, spec.customer_threshold);
  if (!kept) return tl::unexpected(kept.error());
  report.best_sellers = AssortmentRange{plain.size(), kept->customers_kept, kept->value_kept};
  return {};
}

std::string percent(double share, bool french) {
  std::string text = fmt::format("{:.1f}", share * 100);
  if (french) text[text.size() - 2] = ',';
  return text + (french ? "\u00a0%" : " %");
}

std::string sentence(const AssortmentReport& report, bool french) {
  if (!report.range)
    return french ? "Aucune gamme n'est proposée : aucun produit n'a rien rapporté dans la période."
                  : "No range is proposed: no product brought anything in the period.";
  const AssortmentRange &range = *report.range, &plain = *report.best_sellers;
  const char* const proved = french ? (report.is_smallest ? "; aucune plus petite n'y arrive" : "")
                                    : (report.is_smallest ? "; no smaller one does" : "");
  if (french)
    return fmt::format(
        "{} produits sur {} gardent {} des clients et {} de la valeur{}. Les {} meilleures ventes en gardent {} et {}.",
        range.size, report.products, percent(range.customers_kept, true), percent(range.value_kept, true), proved,
        plain.size, percent(plain.customers_kept, true), percent(plain.value_kept, true));
  return fmt::format(
      "{} products of {} keep {} of the customers and {} of the value{}. The {} best sellers keep {} and {}.",
      range.size, report.products, percent(range.customers_kept, false), percent(range.value_kept, false), proved,
      plain.size, percent(plain.customers_kept, false), percent(plain.value_kept, false));
}

}  // namespace

Result<AssortmentReport> ask_assortment(const Customers& customers, const Question& question,
                                        const AssortmentSpec& spec) {
  if (auto sound = check_spec(spec); !sound) return tl::unexpected(sound.error());
  const auto asked = products::AskedOfProducts::of(customers, question, spec.side, ProductsBy::Product);
  if (!asked) return tl::unexpected(asked.error());
  const PurchasedProducts& table = asked->table;
  const auto store = store_of(table, question, spec);
  if (!store) return tl::unexpected(store.error());
  if (products::is_cancelled(question)) return was_cancelled();
  AssortmentReport report;
  report.currency = customers.business().currency;
  report.value_is_revenue = store->value_is_revenue;
  report.substitutes_given = store->given;
  report.substitutes_guessed = store->guessed;
  std::set<std::uint32_t> people;
  for (const ProductValue& sale : store->sales) people.insert(sale.customer);
  report.buyers = people.size();
  double value = 0;
  for (const double of_product : store->value) {
    report.products += of_product > 0 ? 1 : 0;
    value += of_product;
  }
  report.value_minor = std::llround(value);
  if (!store->sales.empty()) {
    if (auto found = find_range(report, table, *store, spec); !found) return tl::unexpected(found.error());
    if (products::is_cancelled(question)) return was_cancelled();
    if (!spec.cut.empty()) {
      std::size_t left = 0;
      const auto effect = effect_of_cut(table, *store, spec, left);
      if (!effect) return tl::unexpected(effect.error());
      AssortmentCut& cut = report.cut.emplace();
      cut.left = {left, effect->customers_kept, effect->value_kept};
      cut.touched = effect->touched.size();
      double lost = 0;
      for (const models::TouchedCustomer& one : effect->touched) {
        cut.no_longer_kept += one.is_kept ? 0 : 1;
        lost += one.lost;
        if (report.customers.size() < spec.limit)
          report.customers.push_back(
              {table.people[one.customer], {}, std::llround(one.value), std::llround(one.lost), one.is_kept});
      }
      cut.lost_minor = std::llround(lost);
    }
  }
  report.sentence_en = sentence(report, false);
  report.sentence_fr = sentence(report, true);
  if (store->value_is_revenue && report.range)
    report.warnings.push_back("the margin of some products is not known, so value is revenue for all: see [margin]");
  if (spec.guess && store->guessed > 0)
    report.warnings.push_back(
        fmt::format("{} substitutes are guessed from what customers did: what the business knows of its products, "
                    "given in `substitutes`, should replace them",
                    store->guessed));
  return report;
}

Result<std::vector<PersonId>> people_of_assortment(const Customers& customers, const Question& question,
                                                   const AssortmentSpec& spec, const AssortmentCell& cell) {
  if (auto sound = check_spec(spec); !sound) return tl::unexpected(sound.error());
  const auto asked = products::AskedOfProducts::of(customers, question, spec.side, ProductsBy::Product);
  if (!asked) return tl::unexpected(asked.error());
  const auto store = store_of(asked->table, question, spec);
  if (!store) return tl::unexpected(store.error());
  if (spec.cut.empty() || store->sales.empty()) return std::vector<PersonId>{};
  std::size_t left = 0;
  const auto effect = effect_of_cut(asked->table, *store, spec, left);
  if (!effect) return tl::unexpected(effect.error());
  std::vector<std::uint32_t> touched;
  for (const models::TouchedCustomer& one : effect->touched)
    if (cell.who == AssortmentCell::Who::Touched || !one.is_kept) touched.push_back(one.customer);
  return products::people_of_numbers(asked->table, std::move(touched));
}

}  // namespace habitue::insight
