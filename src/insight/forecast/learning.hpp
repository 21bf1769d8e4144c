// What fitting and asking share: the question checked, and learning from records that have been read.
#pragma once

#include "insight/forecast/fit.hpp"

namespace habitue::insight::forecast {

/// Errors: InvalidInput for a horizon, discount, coverage or limit out of range.
Result<void> check_spec(const ForecastSpec& spec);
/// Errors: InvalidInput for a fit, where there is one, that has seen more than the question may.
Result<void> check_kept(const ForecastFit* kept, const Question& question);

/// What is counted and foretold, without words; the records are of occasions.
ForecastOccasions occasions_told(const PurchaseRecords& records, const ForecastSpec& spec);

/// `records` are those of question.as_of.
Result<ForecastFit> learn_from(const knowledge::Economics& economics, const Question& question, const Lens& lens,
                               const ForecastSpec& spec, const PurchaseRecords& records);

/// The fit that answers a question: one that is kept, or one made for it.
class FitInHand {
 public:
  /// Errors: InvalidInput for a kept one that has seen more than the question may; those of learn_from.
  static Result<FitInHand> of(const ForecastFit* kept, const knowledge::Economics& economics, const Question& question,
                              const Lens& lens, const ForecastSpec& spec, const PurchaseRecords& records);
  const ForecastFit& operator*() const { return kept_ != nullptr ? *kept_ : made_; }
  const ForecastFit* operator->() const { return &**this; }

 private:
  const ForecastFit* kept_ = nullptr;
  ForecastFit made_;
};

}  // namespace habitue::insight::forecast
