#include "insight/products/purchased_products.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <tuple>

#include "insight/fold_lists.hpp"
#include "insight/products/order_reader.hpp"
#include "insight/retention/sums.hpp"
#include "knowledge/settlement.hpp"

namespace habitue::insight::products {
namespace {

using knowledge::Earned;
using knowledge::Economics;
using knowledge::PurchaseEvent;
using knowledge::Reference;

// What one person did, before the lists of products are read.
struct Somebody {
  PersonId person;
  std::vector<PurchaseEvent> purchases;
  std::vector<Earned> earned;
  std::vector<journey::Event> refusals;
};
struct Lists {
  std::vector<Somebody> people;
  knowledge::NotAdded not_added;
  void merge(Lists& other) {
    std::move(other.people.begin(), other.people.end(), std::back_inserter(people));
    not_added.merge(other.not_added);
  }
  void reserve(std::span<const Lists> parts) {
    std::size_t size = 0;
    for (const Lists& part : parts) size += part.people.size();
    people.reserve(size);
  }
};

journey::KindFilter filter_of(const journey::Snapshot& snapshot, const std::vector<std::string>& names) {
  std::vector<std::uint8_t> wanted(snapshot.kinds().size());
  for (const std::string& name : names)
    if (const auto kind = snapshot.find_kind(name)) wanted[kind->value] = 1;
  return journey::KindFilter(wanted);
}

Result<Lists> read_people(const Economics& economics, const Question& question, const Lens& lens, AudienceSide side) {
  const Customers& customers = economics.customers();
  const journey::KindFilter refusals = filter_of(customers.snapshot(), customers.business().products.refused);
  return fold_lists<Lists>(customers, question, lens, [&](Lists& into, const Person& person) {
    if (!retention::on_side(person.audience, side)) return;
    thread_local std::vector<std::uint32_t> rows;
    Somebody one{person.journey.person(), customers.purchase_events(person.journey, question.as_of), {}, {}};
    economics.earned(person.journey, question.as_of, one.earned, into.not_added);
    person.journey.until(question.as_of).visit_kinds(refusals, rows, [&](const journey::Event& event) {
      one.refusals.push_back(event);
      return true;
    });
    if (!one.purchases.empty() || !one.earned.empty() || !one.refusals.empty()) into.people.push_back(std::move(one));
  });
}

// An order by its name: the event that tells its lines, and what was given back of it, by product.
struct Order {
  journey::Event event;
  UtcMicros at;
  std::vector<std::pair<std::uint32_t, double>> given_back;
};

class Builder {
 public:
  Builder(const Economics& economics, const OrderReader& reader, PurchasedProducts& into)
      : economics_(economics),
        customers_(economics.customers()),
        reader_(reader),
        currency_(knowledge::properties_of(customers_.snapshot(), customers_.business().money.currency)),
        order_id_(knowledge::properties_of(customers_.snapshot(), customers_.business().money.order_id)),
        margin_share_(customers_.business().margin.share),
        into_(into) {}

  void add(const Somebody& one) {
    customer_ = static_cast<std::uint32_t>(into_.people.size());
    into_.people.push_back(one.person);
    orders_.clear();
    order_index_.clear();
    for (const Earned& move : one.earned)
      if (move.revenue_minor > 0) add_order(move.event, move.at);
    for (const PurchaseEvent& purchase : one.purchases) add_order(purchase.event, purchase.at);
    for (const Earned& move : one.earned) add_move(move);
    for (const PurchaseEvent& purchase : one.purchases) add_purchase(purchase);
    for (const journey::Event& event : one.refusals)
      if (reader_.is_flat(event)) {
        reader_.lines_of(event, event.at, names_, lines_);
        into_.refused.push_back({customer_, lines_.front().product});
      }
  }
  const ProductNames& names() const { return names_; }

 private:
  Reference order_of(const journey::Event& event) const {
    for (const journey::Property& property : order_id_)
      if (const Reference reference = Reference::of(property.at(event))) return reference;
    return {};
  }
  Currency currency_of(const journey::Event& event) const {
    return knowledge::first_currency(currency_, event, economics_.exchange().currency());
  }
  std::int64_t minor(double amount, const journey::Event& event) const {
    const auto money = money_of(amount, currency_of(event));
    return money ? economics_.exchange().in_business(*money, event.at).value_or(0) : 0;
  }

  void add_order(const journey::Event& event, UtcMicros at) {
    const Reference reference = order_of(event);
    if (!reference) return;
    reader_.lines_of(event, at, names_, lines_);
    if (lines_.empty()) return;
    const auto place = static_cast<std::uint32_t>(orders_.size());
    if (order_index_.find_or_add(reference, place) == place) orders_.push_back({event, at, {}});
  }
  Order* find_order(const journey::Event& event) {
    const Reference reference = order_of(event);
    const auto place = reference ? order_index_.find(reference) : std::nullopt;
    return place ? &orders_[*place] : nullptr;
  }

  // What each line brought of a move, the rest belonging to no product: postage, discounts, roundings, what has no lines at all.
  void add_move(const Earned& move) {
    const bool back = move.revenue_minor < 0;
    reader_.lines_of(move.event, move.at, names_, lines_);
    Order* const order = find_order(move.event);
    if (back && order != nullptr)
      for (const Line& line : lines_)
        if (line.is_product) order->given_back.emplace_back(line.product, std::abs(line.quantity));
    const journey::Event* told_by = &move.event;
    bool is_share = false;  // The move is some of an order that another event tells.
    if (lines_.empty() && order != nullptr) {
      reader_.lines_of(order->event, order->at, names_, lines_);
      told_by = &order->event;
      is_share = true;
    }
    amounts_.assign(lines_.size(), 0);
    std::int64_t told = 0;
    for (std::size_t at = 0; at < lines_.size(); ++at) {
      if (lines_[at].amount) amounts_[at] = minor(*lines_[at].amount, *told_by);
      if (back || is_share) amounts_[at] = std::abs(amounts_[at]);
      told += amounts_[at];
    }
    const std::int64_t size = std::abs(move.revenue_minor);
    std::int64_t whole = told;
    if (is_share)
      if (const auto price = economics_.price_of({order->at, order->event}); price && *price > 0) whole = *price;
    double scale = 1;
    // Less went back than the lines say: a refund that was cut to what was paid.
    if (is_share || (back && told > size))
      scale = whole == 0 ? 0 : static_cast<double>(size) / static_cast<double>(whole);

    std::int64_t revenue_left = move.revenue_minor;
    std::optional<std::int64_t> margin_left = move.margin_minor;
    bool costs_told = false;
    for (std::size_t at = 0; at < lines_.size(); ++at) {
      const Line& line = lines_[at];
      if (!line.is_product) continue;
      std::int64_t amount = scale == 1 ? amounts_[at] : std::llround(static_cast<double>(amounts_[at]) * scale);
      if (line.is_whole) amount = size;
      if (back) amount = -amount;
      std::optional<std::int64_t> margin;
      if (line.cost) {
        costs_told = true;
        margin = !back           ? amount - std::llround(static_cast<double>(minor(*line.cost, *told_by)) * scale)
                 : margin_share_ ? std::llround(static_cast<double>(amount) * *margin_share_)
                                 : amount;
      } else if (move.margin_minor && line.is_whole) {
        margin = move.margin_minor;
      } else if (move.margin_minor) {
        margin = std::llround(static_cast<double>(*move.margin_minor) * static_cast<double>(amount) /
                              static_cast<double>(move.revenue_minor));
      }
      into_.moved.push_back({customer_, line.product, move.at, amount, margin, back});
      revenue_left -= amount;
      if (margin_left && margin) *margin_left -= *margin;
    }
    if (costs_told) {
      margin_left = std::nullopt;
      if (revenue_left == 0) margin_left = 0;
      if (margin_share_) margin_left = std::llround(static_cast<double>(revenue_left) * *margin_share_);
    }
    if (revenue_left != 0 || margin_left.value_or(0) != 0 || lines_.empty())
      into_.moved.push_back({customer_, kOfNoProduct, move.at, revenue_left, margin_left, back});
  }

  void add_purchase(const PurchaseEvent& purchase) {
    into_.purchases.push_back({customer_, purchase.at});
    reader_.lines_of(purchase.event, purchase.at, names_, lines_);
    Order* const order = find_order(purchase.event);
    // Only what went back of this very order, and each piece of it once.
    static const std::vector<std::pair<std::uint32_t, double>> kNothing;
    const auto& back = order != nullptr ? order->given_back : kNothing;
    const std::size_t begin = into_.bought.size();
    bool any = false;
    for (const Line& line : lines_) {
      if (!line.is_product || !(line.quantity > 0)) continue;
      any = true;
      auto known = std::find_if(into_.bought.begin() + static_cast<std::ptrdiff_t>(begin), into_.bought.end(),
                                [&](const Bought& one) { return one.product == line.product; });
      if (known == into_.bought.end())
        known = into_.bought.insert(known, {customer_, line.product, purchase.at, 0, std::nullopt});
      const std::optional<std::int64_t> whole = line.is_whole ? economics_.price_of(purchase) : std::nullopt;
      const double before = known->unit_minor.value_or(0) * known->quantity;
      known->quantity += line.quantity;
      if (line.amount)
        known->unit_minor = (before + static_cast<double>(minor(*line.amount, purchase.event))) / known->quantity;
      if (whole) known->unit_minor = static_cast<double>(*whole) / known->quantity;
    }
    into_.without_products += any ? 0 : 1;
    for (std::size_t at = begin; at < into_.bought.size(); ++at)
      for (const auto& gone : back)
        if (gone.first == into_.bought[at].product) into_.bought[at].quantity -= gone.second;
    into_.bought.erase(std::remove_if(into_.bought.begin() + static_cast<std::ptrdiff_t>(begin), into_.bought.end(),
                                      [](const Bought& one) { return !(one.quantity > 1e-9); }),
                       into_.bought.end());
  }

  const Economics& economics_;
  const Customers& customers_;
  const OrderReader& reader_;
  knowledge::Properties currency_, order_id_;
  std::optional<double> margin_share_;
  PurchasedProducts& into_;
  ProductNames names_;
  std::uint32_t customer_ = 0;
  std::vector<Order> orders_;
  knowledge::ReferenceIndex order_index_;
  std::vector<Line> lines_;
  std::vector<std::int64_t> amounts_;
};

// Numbers products (or their categories) by their codes, whatever came first.
void number_products(const ProductNames& names, ProductsBy by, PurchasedProducts& table) {
  const auto& told = names.all();
  std::vector<std::uint32_t> order(told.size()), number(told.size());
  std::iota(order.begin(), order.end(), 0U);
  const auto key = [&](std::uint32_t product) -> const std::string& {
    return by == ProductsBy::Category ? told[product].category : told[product].id;
  };
  std::sort(order.begin(), order.end(),
            [&](std::uint32_t left, std::uint32_t right) { return key(left) < key(right); });
  for (const std::uint32_t product : order) {
    if (table.products.empty() || table.products.back().id != key(product)) {
      const ProductNames::Told& of = told[product];
      table.products.push_back(by == ProductsBy::Category ? Product{of.category, of.category, of.category}
                                                          : Product{of.id, of.name, of.category});
    }
    number[product] = static_cast<std::uint32_t>(table.products.size() - 1);
  }
  for (Bought& one : table.bought) one.product = number[one.product];
  for (Moved& one : table.moved)
    if (one.product != kOfNoProduct) one.product = number[one.product];
  for (Refused& one : table.refused) one.product = number[one.product];
  std::sort(table.bought.begin(), table.bought.end(), [](const Bought& left, const Bought& right) {
    return std::tie(left.customer, left.at, left.product, left.quantity, left.unit_minor) <
           std::tie(right.customer, right.at, right.product, right.quantity, right.unit_minor);
  });
  // Several products of a category, or one told by two purchases of one moment, are one thing bought.
  std::vector<Bought> once;
  for (const Bought& one : table.bought) {
    if (once.empty() || std::tie(once.back().customer, once.back().at, once.back().product) !=
                            std::tie(one.customer, one.at, one.product)) {
      once.push_back(one);
      continue;
    }
    Bought& same = once.back();
    if (same.unit_minor && one.unit_minor)
      same.unit_minor =
          (*same.unit_minor * same.quantity + *one.unit_minor * one.quantity) / (same.quantity + one.quantity);
    else
      same.unit_minor.reset();
    same.quantity += one.quantity;
  }
  table.bought = std::move(once);
}

}  // namespace

std::optional<std::uint32_t> PurchasedProducts::find(std::string_view id) const {
  const auto found =
      std::lower_bound(products.begin(), products.end(), id,
                       [](const Product& product, std::string_view wanted) { return product.id < wanted; });
  if (found == products.end() || found->id != id) return std::nullopt;
  return static_cast<std::uint32_t>(found - products.begin());
}

Result<PurchasedProducts> read_purchased_products(const Economics& economics, const Question& question,
                                                  const Lens& lens, AudienceSide side, ProductsBy by) {
  const Customers& customers = economics.customers();
  auto lists = read_people(economics, question, lens, side);
  if (!lists) return tl::unexpected(lists.error());
  OrderReader reader(customers);
  std::vector<EventSeq> events;
  for (const Somebody& one : lists->people) {
    const auto want = [&](const journey::Event& event) {
      if (!reader.is_flat(event)) events.push_back(customers.snapshot().seq_of(event));
    };
    for (const PurchaseEvent& purchase : one.purchases) want(purchase.event);
    for (const Earned& move : one.earned) want(move.event);
  }
  std::sort(events.begin(), events.end());
  events.erase(std::unique(events.begin(), events.end()), events.end());
  if (auto loaded = reader.load(std::move(events), question.cancellation); !loaded)
    return tl::unexpected(loaded.error());

  PurchasedProducts table;
  Builder builder(economics, reader, table);
  std::int64_t earned = 0, allotted = 0;
  std::size_t done = 0;
  for (const Somebody& one : lists->people) {
    if (done++ % 1'024 == 0 && is_cancelled(question)) return was_cancelled();
    for (const Earned& move : one.earned) earned += move.revenue_minor;
    builder.add(one);
  }
  for (const Moved& move : table.moved) allotted += move.revenue_minor;
  if (earned != allotted) return broken_identity("money by product and money received less given back");
  number_products(builder.names(), by, table);
  table.not_added = std::move(lists->not_added);
  return table;
}

Result<AskedOfProducts> AskedOfProducts::of(const Customers& customers, const Question& question, AudienceSide side,
                                            ProductsBy by) {
  auto lens = Lens::of(customers, question);
  if (!lens) return tl::unexpected(lens.error());
  auto economics = Economics::bind(customers);
  if (!economics) return tl::unexpected(economics.error());
  auto table = read_purchased_products(*economics, question, *lens, side, by);
  if (!table) return tl::unexpected(table.error());
  return AskedOfProducts{*std::move(economics), *std::move(table)};
}

std::vector<PersonId> people_of_numbers(const PurchasedProducts& table, std::vector<std::uint32_t> customers) {
  std::vector<PersonId> people;
  for (const std::uint32_t customer : customers) people.push_back(table.people[customer]);
  std::sort(people.begin(), people.end());
  people.erase(std::unique(people.begin(), people.end()), people.end());
  return people;
}

std::string_view shown_name(const Product& product) { return product.name.empty() ? product.id : product.name; }

}  // namespace habitue::insight::products
