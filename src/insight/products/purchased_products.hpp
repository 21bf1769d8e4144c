// Which products people bought, gave back and refused, and what money came with each: the table that all questions about products read.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "insight/fold.hpp"
#include "knowledge/economics.hpp"

namespace habitue::insight {

/// What is counted: products, or the categories that they are of.
enum class ProductsBy : std::uint8_t { Product, Category };

}  // namespace habitue::insight

namespace habitue::insight::products {

struct Product {
  std::string id;
  std::string name;      ///< As it was told last; empty when never.
  std::string category;  ///< Likewise.
};

/// A product in a purchase that counts, less what was given back of it; once a purchase.
struct Bought {
  std::uint32_t customer = 0, product = 0;
  UtcMicros at{};
  double quantity = 0;
  std::optional<double> unit_minor;  ///< Price of one unit, in the business's currency.
};

inline constexpr std::uint32_t kOfNoProduct = UINT32_MAX;

/// Money received, or given back when `back`, for a product; of kOfNoProduct what a move says beyond its lines.
struct Moved {
  std::uint32_t customer = 0, product = 0;
  UtcMicros at{};
  std::int64_t revenue_minor = 0;  ///< Below zero when it went back.
  std::optional<std::int64_t> margin_minor;
  bool back = false;
};

struct Purchase {
  std::uint32_t customer = 0;
  UtcMicros at{};
};
struct Refused {
  std::uint32_t customer = 0, product = 0;
};

/// Everything up to as_of, of everybody whom the question looks at; customers and products are numbered from 0.
struct PurchasedProducts {
  std::vector<PersonId> people;  ///< With a purchase, a move of money or a refusal.
  std::vector<Product>
      products;  ///< By id. Of categories the id is the category; the empty one stands for products of none.
  std::vector<Bought> bought;       ///< By customer, moment and product.
  std::vector<Moved> moved;         ///< By customer, in order of time.
  std::vector<Purchase> purchases;  ///< That count, with or without products; by customer and moment.
  std::vector<Refused> refused;
  std::uint64_t without_products = 0;  ///< Purchases that tell of none.
  knowledge::NotAdded not_added;

  std::optional<std::uint32_t> find(std::string_view id) const;
};

/// One pass, and the lists of products that were not read before. The money adds up to that of the money questions, which is checked.
Result<PurchasedProducts> read_purchased_products(const knowledge::Economics& economics, const Question& question,
                                                  const Lens& lens, AudienceSide side, ProductsBy by);

/// What each question about products begins with.
struct AskedOfProducts {
  knowledge::Economics economics;
  PurchasedProducts table;
  static Result<AskedOfProducts> of(const Customers& customers, const Question& question, AudienceSide side,
                                    ProductsBy by);
};

inline bool is_cancelled(const Question& question) {
  return question.cancellation != nullptr && question.cancellation->cancelled();
}
/// The people of some customers' numbers, sorted, each once.
std::vector<PersonId> people_of_numbers(const PurchasedProducts& table, std::vector<std::uint32_t> customers);
/// As it is called, or its code where it has no name.
std::string_view shown_name(const Product& product);

}  // namespace habitue::insight::products
