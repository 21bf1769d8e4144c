// Lines on invoices that are no products: postage, discounts, fees, corrections in the books.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <unordered_map>

namespace habitue::intake {

enum class LineKind : std::uint8_t { Product, Shipping, Discount, Fee, Adjustment, Manual, Sample, Voucher, Other };

/// `shipping`, ...; empty for products. Other kinds that a mapping names keep their own word and are products otherwise.
std::string_view name_of(LineKind kind);

/// By code and name, in English and French: POST/POSTAGE, D/Discount, Frais de port, AMAZONFEE, "Adjust bad debt".
LineKind guess_line_kind(std::string_view code, std::string_view name);

/// Remembers what it has judged: a shop has thousands of products and millions of lines.
class LineKinds {
 public:
  explicit LineKinds(const std::map<std::string, std::string>& told);
  LineKind of(std::string_view code, std::string_view name);

 private:
  std::unordered_map<std::string, LineKind> told_;
  std::unordered_map<std::uint64_t, LineKind> judged_;
};

/// Entries that concern the business and no customer when nobody is named: its own fees and corrections.
inline bool is_bookkeeping(LineKind kind) { return kind == LineKind::Fee || kind == LineKind::Adjustment; }

}  // namespace habitue::intake
