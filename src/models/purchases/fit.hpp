// Laws of purchases learnt from histories. A fit always answers: when the data say less than the law asks for, the verdict says so
// and which simpler law says the same.
#pragma once

#include <atomic>
#include <optional>
#include <span>
#include <vector>

#include "models/fit_report.hpp"
#include "models/purchases/history.hpp"
#include "models/purchases/law.hpp"

namespace habitue::models {

enum class Priors : std::uint8_t {
  /// Flat while rates and scales (times in mean times observed) are between 1/100 and 100, odds a / b of leaving and a + b between
  /// 1/1000 and 1000; falling like a normal of one unit of the logarithm beyond. Where the maximum lies inside it is that of the likelihood itself, to the last digit. With fewer than
  /// 10 customers or 5 repeat buyers, a normal of 1.5 units around plain habits.
  Weak,
  None,  ///< The likelihood alone; on a ridge the answer is far out.
};

struct FitOptions {
  Leaving leaving = Leaving::AfterAnyPurchase;
  std::uint32_t k = 1;  ///< Regularity; 1 with AtAnyTime.
  Priors priors = Priors::Weak;
  unsigned threads = 1;  ///< The answer does not depend on it.
  const std::atomic<bool>* stop = nullptr;
};

struct PurchaseFit {
  PurchaseModel model{};  ///< In the unit of the histories.
  FitReport report{};
  /// Of the logarithms of the parameters in `report.estimates`, row by row; none at an edge.
  std::optional<std::vector<double>> covariance = std::nullopt;
  /// With verdict Boundary: the law that has fewer parameters and the same likelihood, when the family has one (NBD where no leaving
  /// can be detected). `model` is then that law.
  std::optional<PurchaseLaw> nested = std::nullopt;
};

/// Errors: InvalidInput when k is not possible; Unavailable when stopped.
Result<PurchaseFit> fit_purchases(const HistoryTable& table, const FitOptions& options = {});

/// The regularity of the highest likelihood from options.k to 6. Errors as `fit_purchases`, and InvalidInput with AtAnyTime.
Result<PurchaseFit> fit_regularity(const HistoryTable& table, const FitOptions& options = {});

}  // namespace habitue::models
