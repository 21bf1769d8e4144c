#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "insight/products/baskets.hpp"
#include "insight/products/cross_sell.hpp"
#include "insight/products/cross_sell_words.hpp"

namespace habitue::insight {

struct Recommendations::Learnt {
  products::PurchasedProducts table;
  std::unordered_map<std::uint64_t, std::uint32_t> numbers;  // Customers by person.
  std::vector<std::vector<std::uint32_t>> owned, refused;    // By customer.
  std::vector<std::uint64_t> buyers;                         // By product.
  std::vector<double>
      again;  // By product: the share of baskets after the first with it that hold it anew; for ordering shrunk.
  bool consumed = false;
  RecommendCheck check;
  std::uint32_t judged_with = 3;
  std::optional<models::Recommender> recommender;
};

namespace {

using models::OrderedPair;

// Of each product the share of later baskets that hold it anew.
std::vector<double> again_rates(const std::vector<models::ProductPurchase>& purchases, std::size_t products) {
  std::vector<double> baskets(products), anew(products);
  std::vector<bool> had(products);
  for (std::size_t at = 0; at < purchases.size();) {
    const std::uint32_t customer = purchases[at].customer;
    std::vector<std::uint32_t> owned;
    while (at < purchases.size() && purchases[at].customer == customer) {
      const std::int64_t moment = purchases[at].at;
      const std::size_t before = owned.size();
      for (std::size_t of = 0; of < before; ++of) baskets[owned[of]] += 1;
      for (; at < purchases.size() && purchases[at].customer == customer && purchases[at].at == moment; ++at) {
        const std::uint32_t product = purchases[at].product;
        if (had[product]) {
          anew[product] += 1;
          continue;
        }
        owned.push_back(product);
        had[product] = true;
      }
    }
    for (const std::uint32_t product : owned) had[product] = false;
  }
  for (std::size_t product = 0; product < products; ++product)
    anew[product] = (anew[product] + 0.5) / (baskets[product] + 1);
  return anew;
}

}  // namespace

Recommendations::Recommendations(std::unique_ptr<Learnt> learnt) : learnt_(std::move(learnt)) {}
Recommendations::Recommendations(Recommendations&&) noexcept = default;
Recommendations& Recommendations::operator=(Recommendations&&) noexcept = default;
Recommendations::~Recommendations() = default;

Result<Recommendations> Recommendations::learn(const Customers& customers, const Question& question, ProductsBy by) {
  Question of_all = question;
  of_all.filter.reset();
  auto asked = products::AskedOfProducts::of(customers, of_all, AudienceSide::All, by);
  if (!asked) return tl::unexpected(asked.error());
  auto learnt = std::make_unique<Learnt>();
  learnt->table = std::move(asked->table);
  learnt->consumed = customers.business().products.consumed;
  const auto purchases = products::purchases_of(learnt->table, {});
  const CrossSellSpec defaults;
  auto check =
      products::judge(of_all, customers.zone(), purchases,
                      {defaults.buyers_least, defaults.discovery_rate, defaults.held_out, defaults.recommended});
  if (!check) return tl::unexpected(check.error());
  learnt->check = *std::move(check);
  learnt->judged_with = defaults.recommended;

  const products::PurchasedProducts& table = learnt->table;
  learnt->owned.resize(table.people.size());
  learnt->refused.resize(table.people.size());
  learnt->buyers.resize(table.products.size());
  for (std::uint32_t customer = 0; customer < table.people.size(); ++customer)
    learnt->numbers.emplace(table.people[customer].value, customer);
  for (const products::Bought& one : table.bought) {
    std::vector<std::uint32_t>& owned = learnt->owned[one.customer];
    if (std::find(owned.begin(), owned.end(), one.product) != owned.end()) continue;
    owned.push_back(one.product);
    ++learnt->buyers[one.product];
  }
  for (const products::Refused& one : table.refused) learnt->refused[one.customer].push_back(one.product);
  for (std::vector<std::uint32_t>& refused : learnt->refused) {
    std::sort(refused.begin(), refused.end());
    refused.erase(std::unique(refused.begin(), refused.end()), refused.end());
  }
  learnt->again = again_rates(purchases, table.products.size());
  if (learnt->check.verdict == RecommendVerdict::Passed) {
    const auto whole = models::PurchaseTable::from(purchases);
    if (!whole) return tl::unexpected(whole.error());
    const auto pairs = models::find_pairs(
        *whole, {.buyers_least = defaults.buyers_least, .discovery_rate = defaults.discovery_rate, .threads = 1});
    if (!pairs) return tl::unexpected(pairs.error());
    learnt->recommender.emplace(*whole, pairs->pairs);
  }
  return Recommendations(std::move(learnt));
}

RecommendationsReport Recommendations::of(PersonId person, std::size_t count) const {
  const Learnt& learnt = *learnt_;
  RecommendationsReport report;
  report.check = learnt.check;
  report.sentence_en = products::check_sentence(learnt.check, learnt.judged_with, "en");
  report.sentence_fr = products::check_sentence(learnt.check, learnt.judged_with, "fr");
  static const std::vector<std::uint32_t> kNone;
  const auto number = learnt.numbers.find(person.value);
  const std::vector<std::uint32_t>& owned = number == learnt.numbers.end() ? kNone : learnt.owned[number->second];
  const std::vector<std::uint32_t>& refused = number == learnt.numbers.end() ? kNone : learnt.refused[number->second];
  report.owned = owned.size();
  report.refused = refused.size();
  if (!learnt.recommender) return report;

  struct Candidate {
    models::Recommendation one;
    bool again;
  };
  std::vector<Candidate> candidates;
  for (models::Recommendation& one : learnt.recommender->recommend(owned, refused, count))
    candidates.push_back({std::move(one), false});
  if (learnt.consumed)
    for (const std::uint32_t product : owned)
      if (!learnt.table.products[product].id.empty() && !std::binary_search(refused.begin(), refused.end(), product))
        candidates.push_back({{product, learnt.again[product], std::nullopt}, true});
  std::sort(candidates.begin(), candidates.end(), [](const Candidate& left, const Candidate& right) {
    return left.one.score != right.one.score ? left.one.score > right.one.score : left.one.product < right.one.product;
  });
  if (candidates.size() > count) candidates.resize(count);
  for (const Candidate& each : candidates) {
    const products::Product& product = learnt.table.products[each.one.product];
    RecommendedProduct& told = report.products.emplace_back();
    told.id = product.id;
    told.name = product.name;
    told.category = product.category;
    told.again = each.again;
    const std::string_view name = products::shown_name(product);
    if (each.one.because) {
      OrderedPair pair = *each.one.because;
      pair.delay.median /= 86'400e6;
      const products::Product& first = learnt.table.products[pair.first];
      told.because = NamedProduct{first.id, first.name};
      told.sentence_en = products::reason_sentence(name, products::shown_name(first), pair, "en");
      told.sentence_fr = products::reason_sentence(name, products::shown_name(first), pair, "fr");
    } else if (each.again) {
      told.sentence_en = products::again_sentence(name, learnt.again[each.one.product], "en");
      told.sentence_fr = products::again_sentence(name, learnt.again[each.one.product], "fr");
    } else {
      told.sentence_en = products::popular_sentence(name, learnt.buyers[each.one.product], "en");
      told.sentence_fr = products::popular_sentence(name, learnt.buyers[each.one.product], "fr");
    }
  }
  return report;
}

}  // namespace habitue::insight
