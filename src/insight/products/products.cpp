#include "insight/products/products.hpp"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

namespace habitue::insight {
namespace {

using products::Bought;
using products::kOfNoProduct;
using products::Moved;
using products::Purchase;
using products::PurchasedProducts;

Result<void> check_spec(const ProductsSpec& spec) {
  if (spec.limit > 10'000) return invalid(fmt::format("limit is at most 10000; this is {}", spec.limit));
  return {};
}

// What one customer did with one product.
struct Standing {
  std::uint32_t product = 0;
  std::uint64_t purchases = 0;  // In the period.
  double quantity = 0;
  UtcMicros first_at{};  // In the period.
  bool first = false, again = false, again_same = false;
};

// Calls `visit(customer, bought, purchases)` for each customer of the table, with what is theirs.
template <class Visit>
void for_each_customer(const PurchasedProducts& table, const Visit& visit) {
  std::size_t bought = 0, purchase = 0;
  for (std::uint32_t customer = 0; customer < table.people.size(); ++customer) {
    const std::size_t bought_from = bought, purchase_from = purchase;
    while (bought < table.bought.size() && table.bought[bought].customer == customer) ++bought;
    while (purchase < table.purchases.size() && table.purchases[purchase].customer == customer) ++purchase;
    visit(customer, std::span(table.bought).subspan(bought_from, bought - bought_from),
          std::span(table.purchases).subspan(purchase_from, purchase - purchase_from));
  }
}

void read_standings(std::span<const Bought> bought, std::span<const Purchase> purchases, const Period& period,
                    std::vector<Standing>& standings) {
  standings.clear();
  for (const Bought& one : bought) {
    if (one.at < period.from || one.at >= period.to) continue;
    auto known = std::find_if(standings.begin(), standings.end(),
                              [&](const Standing& each) { return each.product == one.product; });
    if (known == standings.end()) {
      known = standings.insert(known, Standing{});
      known->product = one.product;
      known->first_at = one.at;
      known->first = purchases.front().at == one.at;
      known->again = purchases.back().at > one.at;
    }
    ++known->purchases;
    known->quantity += one.quantity;
  }
  for (Standing& each : standings)
    each.again_same = std::any_of(bought.begin(), bought.end(), [&](const Bought& one) {
      return one.product == each.product && one.at > each.first_at;
    });
}

struct Counts {
  ProductFigures figures;
  std::uint64_t first = 0, again = 0, again_same = 0;
};

void add_money(ProductFigures& figures, const Moved& move) {
  figures.revenue_minor += move.revenue_minor;
  if (move.margin_minor)
    figures.margin_minor += *move.margin_minor;
  else
    figures.revenue_without_margin_minor += move.revenue_minor;
  if (!move.back) return;
  figures.refunded_minor -= move.revenue_minor;
  ++figures.refunds;
}
void add(ProductFigures& into, const ProductFigures& figures) {
  into.buyers += figures.buyers;
  into.purchases += figures.purchases;
  into.quantity += figures.quantity;
  into.revenue_minor += figures.revenue_minor;
  into.refunded_minor += figures.refunded_minor;
  into.refunds += figures.refunds;
  into.margin_minor += figures.margin_minor;
  into.revenue_without_margin_minor += figures.revenue_without_margin_minor;
}

bool in(const Period& period, UtcMicros at) { return at >= period.from && at < period.to; }

}  // namespace

Result<ProductsReport> ask_products(const Customers& customers, const Question& question, const ProductsSpec& spec) {
  if (auto sound = check_spec(spec); !sound) return tl::unexpected(sound.error());
  const auto asked = products::AskedOfProducts::of(customers, question, spec.side, spec.by);
  if (!asked) return tl::unexpected(asked.error());
  const PurchasedProducts& table = asked->table;
  ProductsReport report;
  report.currency = customers.business().currency;
  report.purchases_without_products = table.without_products;

  std::vector<Counts> counts(table.products.size());
  std::uint64_t newcomers = 0;
  std::vector<Standing> standings;
  for_each_customer(table, [&](std::uint32_t, std::span<const Bought> bought, std::span<const Purchase> purchases) {
    if (purchases.empty()) return;
    newcomers += in(question.period, purchases.front().at) ? 1 : 0;
    const auto here = static_cast<std::uint64_t>(std::count_if(
        purchases.begin(), purchases.end(), [&](const Purchase& one) { return in(question.period, one.at); }));
    report.total.buyers += here > 0 ? 1 : 0;
    report.total.purchases += here;
    read_standings(bought, purchases, question.period, standings);
    for (const Standing& each : standings) {
      Counts& of = counts[each.product];
      ++of.figures.buyers;
      of.figures.purchases += each.purchases;
      of.figures.quantity += each.quantity;
      of.first += each.first ? 1 : 0;
      of.again += each.again ? 1 : 0;
      of.again_same += each.again_same ? 1 : 0;
    }
  });
  for (const Moved& move : table.moved) {
    if (!in(question.period, move.at)) continue;
    add_money(move.product == kOfNoProduct ? report.of_no_product : counts[move.product].figures, move);
    const ProductFigures before = report.total;
    add_money(report.total, move);
    // Lines of one refund are one refund.
    report.total.refunds = before.refunds;
  }
  std::vector<std::uint32_t> order;
  for (std::uint32_t product = 0; product < counts.size(); ++product) {
    const ProductFigures& of = counts[product].figures;
    if (of.buyers > 0 || of.revenue_minor != 0 || of.refunds > 0) order.push_back(product);
  }
  std::stable_sort(order.begin(), order.end(), [&](std::uint32_t left, std::uint32_t right) {
    return counts[left].figures.revenue_minor > counts[right].figures.revenue_minor;
  });
  report.products = order.size();
  ProductFigures sum = report.of_no_product;
  for (std::size_t rank = 0; rank < order.size(); ++rank) {
    const Counts& of = counts[order[rank]];
    add(sum, of.figures);
    report.total.quantity += of.figures.quantity;
    if (rank >= spec.limit) {
      add(report.others, of.figures);
      continue;
    }
    const products::Product& product = table.products[order[rank]];
    report.lines.push_back({product.id, product.name, product.category, of.figures, share_of(of.first, newcomers),
                            share_of(of.again, of.figures.buyers), share_of(of.again_same, of.figures.buyers)});
  }
  // Of each customer and moment the refund is one, however many products it is of.
  const Moved* last = nullptr;
  for (const Moved& move : table.moved) {
    if (!move.back || !in(question.period, move.at)) continue;
    if (last == nullptr || last->customer != move.customer || last->at != move.at) ++report.total.refunds;
    last = &move;
  }
  if (sum.revenue_minor != report.total.revenue_minor || sum.margin_minor != report.total.margin_minor ||
      sum.refunded_minor != report.total.refunded_minor)
    return broken_identity("money of all products together and of each");

  report.not_added = left_out_of(table.not_added);
  add_warnings(report.not_added, report.warnings);
  if (table.products.empty())
    report.warnings.push_back(
        "no purchase tells which products it is of: name the properties that do in [products] of habitue.toml");
  else if (table.without_products > 0)
    report.warnings.push_back(
        fmt::format("{} of {} purchases tell no product", table.without_products, table.purchases.size()));
  return report;
}

Result<std::vector<PersonId>> people_of_products(const Customers& customers, const Question& question,
                                                 const ProductsSpec& spec, const ProductsCell& cell) {
  if (auto sound = check_spec(spec); !sound) return tl::unexpected(sound.error());
  const auto asked = products::AskedOfProducts::of(customers, question, spec.side, spec.by);
  if (!asked) return tl::unexpected(asked.error());
  const PurchasedProducts& table = asked->table;
  const auto product = table.find(cell.product);
  if (!product)
    return fail(ErrorKind::NotFound,
                fmt::format("nobody bought a {} \"{}\"",
                            spec.by == ProductsBy::Category ? "product of category" : "product", cell.product));
  std::vector<std::uint32_t> people;
  using Who = ProductsCell::Who;
  if (cell.who == Who::GaveBack) {
    for (const Moved& move : table.moved)
      if (move.product == *product && move.back && in(question.period, move.at)) people.push_back(move.customer);
    return products::people_of_numbers(table, std::move(people));
  }
  std::vector<Standing> standings;
  for_each_customer(table,
                    [&](std::uint32_t customer, std::span<const Bought> bought, std::span<const Purchase> purchases) {
                      read_standings(bought, purchases, question.period, standings);
                      for (const Standing& each : standings)
                        if (each.product == *product &&
                            (cell.who == Who::Buyers || (cell.who == Who::First && each.first) ||
                             (cell.who == Who::Again && each.again) || (cell.who == Who::AgainSame && each.again_same)))
                          people.push_back(customer);
                    });
  return products::people_of_numbers(table, std::move(people));
}

}  // namespace habitue::insight
