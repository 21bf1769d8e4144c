#include "models/purchases/law.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace habitue::models {

std::string_view name_of(Leaving leaving) {
  constexpr std::array<std::string_view, 4> kNames{"never", "after_repeat_purchase", "after_any_purchase",
                                                   "at_any_time"};
  return kNames[static_cast<std::size_t>(leaving)];
}

std::string name_of(const PurchaseLaw& law) {
  constexpr std::array<std::string_view, 4> kLeaving{"", "BG/", "MBG/", "Pareto/"};
  const std::string_view leaving = kLeaving[static_cast<std::size_t>(law.leaving)];
  return law.k == 1 ? fmt::format("{}NBD", leaving) : fmt::format("{}CNBD-{}", leaving, law.k);
}

namespace {

constexpr double kShapeLeast = 1e-9, kShapeMost = 1e12, kScaleLeast = 1e-15, kScaleMost = 1e15;

}  // namespace

PurchaseLaw within_bounds(PurchaseLaw law) {
  law.r = std::clamp(law.r, kShapeLeast, kShapeMost);
  law.alpha = std::clamp(law.alpha, kScaleLeast, kScaleMost);
  if (law.leaving == Leaving::Never) return law;
  law.a = std::clamp(law.a, kShapeLeast, kShapeMost);
  law.b = law.leaving == Leaving::AtAnyTime ? std::clamp(law.b, kScaleLeast, kScaleMost)
                                            : std::clamp(law.b, kShapeLeast, kShapeMost);
  return law;
}

Result<void> check_law(const PurchaseLaw& law) {
  const auto shape = [](double parameter) { return parameter >= kShapeLeast && parameter <= kShapeMost; };
  const auto scale = [](double parameter) { return parameter >= kScaleLeast && parameter <= kScaleMost; };
  const bool any_time = law.leaving == Leaving::AtAnyTime;
  const bool leaving = law.leaving == Leaving::Never || (shape(law.a) && (any_time ? scale(law.b) : shape(law.b)));
  const bool regularity = law.k >= 1 && law.k <= (any_time ? 1U : 6U);
  if (shape(law.r) && scale(law.alpha) && leaving && regularity) return {};
  return invalid(
      fmt::format("not a law of purchases: {} with r {}, alpha {}, a {}, b {} (shapes between 1e-9 and 1e12, scales "
                  "between 1e-15 and 1e15; k 1 to 6)",
                  name_of(law), law.r, law.alpha, law.a, law.b));
}

Result<void> check_model(const PurchaseModel& model) {
  double shares = 0;
  for (const auto& [share, law] : model.kinds) {
    if (const auto checked = check_law(law); !checked) return checked;
    if (!(share > 0)) return invalid("the share of a kind of customers is above 0");
    shares += share;
  }
  if (std::abs(shares - 1) > 1e-9)
    return invalid(fmt::format("shares of kinds of customers add up to {}, not 1", shares));
  return {};
}

PurchaseLaw in_longer_unit(PurchaseLaw law, double factor) {
  law.alpha /= factor;
  if (law.leaving == Leaving::AtAnyTime) law.b /= factor;
  return law;
}

}  // namespace habitue::models
