#include "intake/line_kinds.hpp"

#include <algorithm>
#include <array>

#include "base/fingerprint.hpp"
#include "base/text.hpp"

namespace habitue::intake {
namespace {

struct Words {
  LineKind kind;
  std::string_view word;
};
// Whole codes or whole names, folded.
constexpr std::array<Words, 40> kWhole = {{{LineKind::Shipping, "post"},
                                           {LineKind::Shipping, "postage"},
                                           {LineKind::Shipping, "dot"},
                                           {LineKind::Shipping, "dotcom postage"},
                                           {LineKind::Shipping, "c2"},
                                           {LineKind::Shipping, "carriage"},
                                           {LineKind::Shipping, "shipping"},
                                           {LineKind::Shipping, "delivery"},
                                           {LineKind::Shipping, "frais de port"},
                                           {LineKind::Shipping, "livraison"},
                                           {LineKind::Shipping, "port"},
                                           {LineKind::Shipping, "frais de livraison"},
                                           {LineKind::Shipping, "expedition"},
                                           {LineKind::Discount, "discount"},
                                           {LineKind::Discount, "remise"},
                                           {LineKind::Discount, "rabais"},
                                           {LineKind::Discount, "reduction"},
                                           {LineKind::Discount, "ristourne"},
                                           {LineKind::Fee, "bank charges"},
                                           {LineKind::Fee, "amazonfee"},
                                           {LineKind::Fee, "amazon fee"},
                                           {LineKind::Fee, "cruk"},
                                           {LineKind::Fee, "cruk commission"},
                                           {LineKind::Fee, "commission"},
                                           {LineKind::Fee, "frais bancaires"},
                                           {LineKind::Fee, "frais de banque"},
                                           {LineKind::Fee, "paypal fee"},
                                           {LineKind::Fee, "stripe fee"},
                                           {LineKind::Adjustment, "adjust bad debt"},
                                           {LineKind::Adjustment, "bad debt"},
                                           {LineKind::Adjustment, "adjust"},
                                           {LineKind::Adjustment, "adjustment"},
                                           {LineKind::Adjustment, "creance irrecouvrable"},
                                           {LineKind::Adjustment, "regularisation"},
                                           {LineKind::Manual, "manual"},
                                           {LineKind::Sample, "samples"},
                                           {LineKind::Sample, "sample"},
                                           {LineKind::Sample, "echantillon"},
                                           {LineKind::Voucher, "gift card"},
                                           {LineKind::Voucher, "carte cadeau"}}};

constexpr std::array<std::string_view, 9> kNames = {"",       "shipping", "discount", "fee",  "adjustment",
                                                    "manual", "sample",   "voucher",  "other"};

}  // namespace

std::string_view name_of(LineKind kind) { return kNames[static_cast<std::size_t>(kind)]; }

LineKind guess_line_kind(std::string_view code, std::string_view name) {
  const std::string words[2] = {folded(trimmed(code.substr(0, 64))), folded(trimmed(name.substr(0, 64)))};
  for (const std::string& text : words)
    for (const Words& known : kWhole)
      if (text == known.word) return known.kind;
  if (words[1].find("gift voucher") != std::string::npos || words[1].starts_with("bon cadeau") ||
      words[0].starts_with("gift_"))
    return LineKind::Voucher;
  return LineKind::Product;
}

LineKinds::LineKinds(const std::map<std::string, std::string>& told) {
  for (const auto& [code, word] : told) {
    const auto known = std::find(kNames.begin(), kNames.end(), std::string_view(word));
    told_[code] = word == "product" || word.empty() ? LineKind::Product
                  : known == kNames.end()           ? LineKind::Other
                                                    : static_cast<LineKind>(known - kNames.begin());
  }
}

LineKind LineKinds::of(std::string_view code, std::string_view name) {
  if (!told_.empty())
    if (const auto found = told_.find(std::string(code)); found != told_.end()) return found->second;
  // A code of digits is a product's: judging by the name alone is for those that have other codes or none.
  if (!code.empty() && code.front() >= '0' && code.front() <= '9') return LineKind::Product;
  const std::uint64_t key = fingerprint(name, fingerprint(code));
  const auto [entry, is_new] = judged_.try_emplace(key, LineKind::Product);
  if (is_new) entry->second = guess_line_kind(code, name);
  return entry->second;
}

}  // namespace habitue::intake
