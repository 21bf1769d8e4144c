// The questions about products and scenarios and their answers, described: see describe.hpp.
#pragma once

#include "insight/products/assortment.hpp"
#include "insight/products/cross_sell.hpp"
#include "insight/products/products.hpp"
#include "server/described/shared.hpp"
#include "server/described/value.hpp"

namespace habitue::insight {

HABITUE_DESCRIBE_ENUM(ProductsBy, Product, Category)

// Products.
HABITUE_DESCRIBE(ProductsSpec, (by, limit, side))
HABITUE_DESCRIBE(ProductFigures, (buyers, purchases, quantity, revenue_minor, refunded_minor, refunds, margin_minor,
                                  revenue_without_margin_minor))
HABITUE_DESCRIBE(ProductLine, (id, name, category, figures, first, again, again_same))
HABITUE_DESCRIBE(ProductsReport, (currency, products, lines, others, of_no_product, total, purchases_without_products,
                                  not_added, warnings))
HABITUE_DESCRIBE_ENUM(ProductsCell::Who, Buyers, First, Again, AgainSame, GaveBack)
HABITUE_DESCRIBE(ProductsCell, (product, who))

// Cross-sell.
HABITUE_DESCRIBE(CrossSellSpec, (by, buyers_least, discovery_rate, held_out, recommended, limit, side))
HABITUE_DESCRIBE(NamedProduct, (id, name))
HABITUE_DESCRIBE(CrossSellPair, (first, then, customers, not_yet, support, confidence, lift, p_value, adjusted,
                                 delay_p25_days, delay_median_days, delay_p75_days))
HABITUE_DESCRIBE(CrossSellSequence, (first, then, last, customers, confidence, lift, p_value, adjusted))
HABITUE_DESCRIBE(CrossSellBasket, (first, second, baskets, support, lift, p_value, adjusted))
HABITUE_DESCRIBE_ENUM(RecommendVerdict, Passed, Failed, NotPossible)
HABITUE_DESCRIBE_ENUM(RecommendReason, NoProducts, TooFewCustomers, NoBetterThanPopular)
HABITUE_DESCRIBE(RecommendCheck,
                 (verdict, reasons, split, customers, recommended, popular, difference_low, difference_high))
HABITUE_DESCRIBE(CrossSellReport,
                 (customers, baskets, products, tests, pairs_found, sequences_found, basket_pairs_found, pairs,
                  sequences, basket_pairs, check, sentence_en, sentence_fr, warnings))
HABITUE_DESCRIBE_ENUM(CrossSellCell::Who, NotYet, Followed)
HABITUE_DESCRIBE(CrossSellCell, (first, then, who))
HABITUE_DESCRIBE(RecommendedProduct, (id, name, category, again, because, sentence_en, sentence_fr))
HABITUE_DESCRIBE(RecommendationsReport, (check, sentence_en, sentence_fr, owned, refused, products))

// Assortment.
HABITUE_DESCRIBE_ENUM(AssortmentKeeps, Customers, Margin)
HABITUE_DESCRIBE(AssortmentSubstitute, (gone, stays, keeps))
HABITUE_DESCRIBE(AssortmentSpec, (keeps, share, customer_threshold, always, substitutes, guess, cut, limit, side))
HABITUE_DESCRIBE(AssortmentProduct, (id, name, category, value_minor, buyers))
HABITUE_DESCRIBE(AssortmentRange, (size, customers_kept, value_kept))
HABITUE_DESCRIBE(AssortmentCustomer, (key, value_minor, lost_minor, is_kept))
HABITUE_DESCRIBE(AssortmentCut, (left, touched, no_longer_kept, lost_minor))
HABITUE_DESCRIBE(AssortmentReport, (currency, value_is_revenue, products, buyers, value_minor, range, is_smallest,
                                    size_at_least, kept, dropped, best_sellers, substitutes_given, substitutes_guessed,
                                    cut, customers, sentence_en, sentence_fr, warnings))
HABITUE_DESCRIBE_ENUM(AssortmentCell::Who, Touched, NoLongerKept)
HABITUE_DESCRIBE(AssortmentCell, (who))

}  // namespace habitue::insight
