#include "insight/products/cross_sell_words.hpp"

#include <cmath>

#include <fmt/format.h>

namespace habitue::insight::products {
namespace {

// A share in words: "31.5 %", in French with a comma.
std::string percent(double share, bool french) {
  std::string text = fmt::format("{:.1f}", share * 100);
  if (french) {
    if (const auto point = text.find('.'); point != std::string::npos) text[point] = ',';
  }
  return text + (french ? "\u00a0%" : " %");
}
std::string number(double value, int digits, bool french) {
  std::string text = fmt::format("{:.{}f}", value, digits);
  if (const auto point = text.find('.'); french && point != std::string::npos) text[point] = ',';
  return text;
}

}  // namespace

std::string check_sentence(const RecommendCheck& check, std::uint32_t recommended, std::string_view language) {
  const bool french = language == "fr";
  if (check.verdict == RecommendVerdict::NotPossible) {
    if (!check.reasons.empty() && check.reasons.front() == RecommendReason::NoProducts)
      return french ? "Rien n'est recommandé : aucun achat ne dit de quels produits il est."
                    : "Nothing is recommended: no purchase tells which products it is of.";
    return french ? fmt::format(
                        "Rien n'est recommandé : {} client(s) sont revenus dans la dernière partie de l'historique "
                        "acheter "
                        "quelque chose de nouveau, et il en faut 50 pour juger.",
                        check.customers)
                  : fmt::format(
                        "Nothing is recommended: {} customer(s) came back in the last part of the history and bought "
                        "something new, and it takes 50 to judge by.",
                        check.customers);
  }
  const std::string split = check.split ? format_day(*check.split) : std::string();
  const std::string met =
      french
          ? fmt::format(
                "Faites avec ce qui était connu avant le {}, {} recommandation(s) par personne ont touché juste "
                "pour {} des {} clients revenus depuis, et les produits les plus achetés pour {} "
                "(différence de {} à {} points, à 95\u00a0%)",
                split, recommended, percent(check.recommended, true), check.customers, percent(check.popular, true),
                number(check.difference_low * 100, 1, true), number(check.difference_high * 100, 1, true))
          : fmt::format(
                "Made with what was known before {}, {} recommendation(s) each met what was bought since by {} "
                "of the {} customers who came back, and the products most bought by {} (difference {} to {} "
                "points, at 95 %)",
                split, recommended, percent(check.recommended, false), check.customers, percent(check.popular, false),
                number(check.difference_low * 100, 1, false), number(check.difference_high * 100, 1, false));
  if (check.verdict == RecommendVerdict::Passed) return met + (french ? " : elles font mieux." : ": they do better.");
  return met + (french ? " : rien n'est recommandé, car proposer à tous les produits les plus achetés vaut autant."
                       : ": nothing is recommended, as proposing to all what is most bought does as well.");
}

std::string reason_sentence(std::string_view product, std::string_view because, const models::OrderedPair& pair,
                            std::string_view language) {
  if (language == "fr")
    return fmt::format(
        "Après {}, {} client(s) ont acheté {} : {} fois plus souvent que les autres, la moitié en {} jours au plus.",
        because, pair.customers, product, number(pair.lift, 1, true), std::llround(pair.delay.median));
  return fmt::format("After {}, {} customer(s) bought {}: {} times as often as others, half of them within {} days.",
                     because, pair.customers, product, number(pair.lift, 1, false), std::llround(pair.delay.median));
}

std::string again_sentence(std::string_view product, double share_of_baskets, std::string_view language) {
  if (language == "fr")
    return fmt::format("{} se rachète : qui en a en reprend dans {} des paniers suivants.", product,
                       percent(share_of_baskets, true));
  return fmt::format("{} is bought again: those who have it take it in {} of their later baskets.", product,
                     percent(share_of_baskets, false));
}

std::string popular_sentence(std::string_view product, std::uint64_t buyers, std::string_view language) {
  if (language == "fr") return fmt::format("{} est souvent acheté : par {} client(s).", product, buyers);
  return fmt::format("{} is bought often: by {} customer(s).", product, buyers);
}

}  // namespace habitue::insight::products
