// What is bought after what and together with what, and what to propose to whom (OFF-05, OFF-06). What is proposed is judged first: made with
// all but the last part of the history, it has to meet what came then more often than the products that everybody buys.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "insight/products/purchased_products.hpp"
#include "insight/question.hpp"

namespace habitue::insight {

struct CrossSellSpec {
  ProductsBy by = ProductsBy::Product;
  std::uint32_t buyers_least = 20;  ///< Of either product of a pair: 2 to 1,000,000.
  double discovery_rate = 0.05;   ///< Of the pairs given at most this share is expected to be chance: above 0, to 0.5.
  double held_out = 0.25;         ///< The last share of the history, by which recommendations are judged: 0.1 to 0.5.
  std::uint32_t recommended = 3;  ///< Products for each when they are judged: 1 to 20.
  std::uint32_t limit = 30;       ///< Of each list that is shown; at most 1,000.
  AudienceSide side = AudienceSide::All;  ///< Whose purchases.
};

struct NamedProduct {
  std::string id, name;
};
struct CrossSellPair {
  NamedProduct first, then;
  std::uint64_t customers = 0;  ///< Bought `then` for the first time in a basket after that with their first `first`.
  std::uint64_t not_yet = 0;    ///< Bought `first`, and `then` never: whom to tell.
  double support = 0;           ///< customers / all customers.
  double confidence = 0;        ///< customers / those who bought `first` and had not bought `then` by then.
  double lift = 0;              ///< Of the rate at later baskets, over that of anybody who had not bought it yet.
  double p_value = 1, adjusted = 1;
  double delay_p25_days = 0, delay_median_days = 0, delay_p75_days = 0;  ///< From the first to the other.
};
struct CrossSellSequence {
  NamedProduct first, then, last;
  std::uint64_t customers = 0;
  double confidence = 0, lift = 0;  ///< Lift over those who bought `then` whatever came before.
  double p_value = 1, adjusted = 1;
};
struct CrossSellBasket {
  NamedProduct first, second;
  std::uint64_t baskets = 0;
  double support = 0, lift = 0;
  double p_value = 1, adjusted = 1;
};

enum class RecommendVerdict : std::uint8_t { Passed, Failed, NotPossible };
enum class RecommendReason : std::uint8_t {
  NoProducts,           ///< No purchase tells its products.
  TooFewCustomers,      ///< Fewer than 50 came back after the split and bought something new.
  NoBetterThanPopular,  ///< What everybody buys meets as much.
};
struct RecommendCheck {
  RecommendVerdict verdict = RecommendVerdict::NotPossible;
  std::vector<RecommendReason> reasons;
  std::optional<LocalDay> split;                   ///< Judged by what was bought from this day on.
  std::uint64_t customers = 0;                     ///< Bought before and something new after.
  double recommended = 0;                          ///< Share of them of whom at least one recommendation was met.
  double popular = 0;                              ///< The same of the products most bought, those they had left out.
  double difference_low = 0, difference_high = 0;  ///< 95 % of the difference.
};

struct CrossSellReport {
  std::uint64_t customers = 0, baskets = 0, products = 0;
  std::uint64_t tests = 0;  ///< Pairs that could be tested: the correction counts them all.
  std::uint64_t pairs_found = 0, sequences_found = 0, basket_pairs_found = 0;  ///< Shown or not.
  std::vector<CrossSellPair> pairs;                                            ///< The surest first.
  std::vector<CrossSellSequence> sequences;
  std::vector<CrossSellBasket> basket_pairs;
  RecommendCheck check;
  std::string sentence_en, sentence_fr;  ///< What the check says, in words.
  std::vector<std::string> warnings;
};
/// Purchases of the question's period. Errors: InvalidInput for a value out of its range.
Result<CrossSellReport> ask_cross_sell(const Customers& customers, const Question& question, const CrossSellSpec& spec);

struct CrossSellCell {
  enum class Who : std::uint8_t { NotYet, Followed };
  std::string first, then;  ///< Codes of products, or names of categories.
  Who who = Who::NotYet;
};
/// Of any two products, whether the pair was found or not. Sorted; exactly as many as the number. Errors: NotFound for a product nobody bought.
Result<std::vector<PersonId>> people_of_cross_sell(const Customers& customers, const Question& question,
                                                   const CrossSellSpec& spec, const CrossSellCell& cell);

struct RecommendedProduct {
  std::string id, name, category;
  bool again = false;                    ///< They have it, and goods are consumed.
  std::optional<NamedProduct> because;   ///< What they bought after which it is bought.
  std::string sentence_en, sentence_fr;  ///< Why.
};
struct RecommendationsReport {
  RecommendCheck check;
  std::string sentence_en, sentence_fr;      ///< What the check says, in words.
  std::uint64_t owned = 0, refused = 0;      ///< Products, or categories, that they have and that they refused.
  std::vector<RecommendedProduct> products;  ///< The best first; none unless the check passed.
};

/// What was learnt as of a moment of everybody, asked for each person. Safe from any thread.
class Recommendations {
 public:
  /// Learns from everybody, whatever the filter of the question. `customers` is not kept. Errors: as those of ask_cross_sell.
  static Result<Recommendations> learn(const Customers& customers, const Question& question, ProductsBy by);
  Recommendations(Recommendations&&) noexcept;
  Recommendations& operator=(Recommendations&&) noexcept;
  ~Recommendations();
  /// At most `count`, never what they refused, and what they have only where goods are consumed.
  RecommendationsReport of(PersonId person, std::size_t count) const;

 private:
  struct Learnt;
  explicit Recommendations(std::unique_ptr<Learnt> learnt);
  std::unique_ptr<Learnt> learnt_;
};

}  // namespace habitue::insight
