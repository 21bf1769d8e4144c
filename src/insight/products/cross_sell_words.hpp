// What a check of recommendations and a recommendation say, in French and English.
#pragma once

#include <string>
#include <string_view>

#include "insight/products/cross_sell.hpp"
#include "models/association/pairs.hpp"

namespace habitue::insight::products {

/// `language` is "fr" or "en".
std::string check_sentence(const RecommendCheck& check, std::uint32_t recommended, std::string_view language);
/// Why a product is proposed: after `because` with its pair; or `again`, with how many of 100 baskets hold it anew; or as many buy it.
std::string reason_sentence(std::string_view product, std::string_view because, const models::OrderedPair& pair,
                            std::string_view language);
std::string again_sentence(std::string_view product, double share_of_baskets, std::string_view language);
std::string popular_sentence(std::string_view product, std::uint64_t buyers, std::string_view language);

}  // namespace habitue::insight::products
