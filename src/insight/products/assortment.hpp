// The smallest range that keeps what matters, and whom a cut would touch (OFF-07). What sells most is not what holds customers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "insight/products/purchased_products.hpp"
#include "insight/question.hpp"

namespace habitue::insight {

enum class AssortmentKeeps : std::uint8_t { Customers, Margin };

/// Of those who bought `gone`, the share of its value that `stays` would keep.
struct AssortmentSubstitute {
  std::string gone, stays;  ///< Codes.
  double keeps = 0.5;       ///< 0 to 1.
};

struct AssortmentSpec {
  AssortmentKeeps keeps = AssortmentKeeps::Customers;
  double share = 0.9;                    ///< Of customers, or of value, that the range has to keep: above 0, to 1.
  double customer_threshold = 0.8;       ///< A customer is kept with at least this share of their value: above 0, to 1.
  std::vector<std::string> always = {};  ///< Codes that stay whatever they bring; at most 1,000.
  std::vector<AssortmentSubstitute> substitutes = {};  ///< As the business knows them; at most 10,000.
  bool guess = true;  ///< Substitutes are guessed from behaviour within a category, where none is given for a product.
  std::vector<std::string> cut = {};      ///< Codes to drop: whom it touches is told; at most 1,000.
  std::uint32_t limit = 50;               ///< Of products and customers that are shown; at most 10,000.
  AudienceSide side = AudienceSide::All;  ///< Whose purchases.
};

struct AssortmentProduct {
  std::string id, name, category;
  std::int64_t value_minor = 0;
  std::uint64_t buyers = 0;
};
struct AssortmentRange {
  std::uint64_t size = 0;
  double customers_kept = 0;  ///< Share.
  double value_kept = 0;      ///< Share.
};
struct AssortmentCustomer {
  PersonId person{0};
  std::string key;                               ///< Of the person, for whoever gives them keys.
  std::int64_t value_minor = 0, lost_minor = 0;  ///< Before the cut, and what of it would go, substitutes counted.
  bool is_kept = true;
};
struct AssortmentCut {
  AssortmentRange left;       ///< What stays keeps so much.
  std::uint64_t touched = 0;  ///< Customers who lose anything.
  std::uint64_t no_longer_kept = 0;
  std::int64_t lost_minor = 0;
};
struct AssortmentReport {
  Currency currency;
  bool value_is_revenue = false;  ///< Margin is not known: value is revenue.
  std::uint64_t products = 0, buyers = 0;
  std::int64_t value_minor = 0;  ///< Of all; a product of a customer that brought less than nothing counts as nothing.
  std::optional<AssortmentRange> range;         ///< Nothing when no product brought anything.
  bool is_smallest = false;                     ///< Proved: no smaller range reaches the goal.
  std::uint64_t size_at_least = 0;              ///< No range of fewer products does.
  std::vector<AssortmentProduct> kept;          ///< In the order in which it is worth building up; `limit` at most.
  std::vector<AssortmentProduct> dropped;       ///< Of the rest those of most value.
  std::optional<AssortmentRange> best_sellers;  ///< The same number of products by value sold, `always` aside.
  std::uint64_t substitutes_given = 0, substitutes_guessed = 0;
  std::optional<AssortmentCut> cut;
  std::vector<AssortmentCustomer> customers;  ///< By the cut, who would lose most first.
  std::string sentence_en, sentence_fr;
  std::vector<std::string> warnings;
};
/// Purchases of the question's period. Errors: InvalidInput for a value out of its range; NotFound for a code that nobody bought.
Result<AssortmentReport> ask_assortment(const Customers& customers, const Question& question,
                                        const AssortmentSpec& spec);

struct AssortmentCell {
  enum class Who : std::uint8_t { Touched, NoLongerKept };
  Who who = Who::Touched;
};
/// Whom the cut would touch. Sorted; exactly as many as the number.
Result<std::vector<PersonId>> people_of_assortment(const Customers& customers, const Question& question,
                                                   const AssortmentSpec& spec, const AssortmentCell& cell);

}  // namespace habitue::insight
