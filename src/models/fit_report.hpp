// What a fit says of itself, whatever the model: its parameters with their errors, and whether they can be believed. A fit
// always answers: what is wrong with the data is a finding, put in words by whoever shows it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace habitue::models {

enum class FitVerdict : std::uint8_t {
  Interior,    ///< The maximum lies inside the parameter space: the model is what it says.
  Boundary,    ///< The data push a parameter to an edge: a simpler model says the same. `findings` say which.
  TooFewData,  ///< Nothing can be learnt: the estimates are those of the priors.
};
std::string_view name_of(FitVerdict verdict);  ///< "interior", "boundary", "too_few_data"

/// What is particular about the data of a fit. Each has a sentence in docs and on the page.
enum class FitFinding : std::uint8_t {
  NoCustomers,          ///< Nobody to learn from.
  FewCustomers,         ///< Fewer than the model needs for its errors to mean much.
  NoRepeatPurchases,    ///< Nobody bought twice: rates are those of the priors.
  AllAlike,             ///< Histories are identical, or as regular as one rate allows: no difference between customers.
  NoDropoutDetectable,  ///< No leaving can be told from a pause: the nested model without leaving says the same.
  EverybodyLeavesAtOnce,    ///< Leaving at the first chance explains the data best.
  SpendMeanUndefined,       ///< The tail of spend is too heavy for a mean: a prior keeps it finite.
  SpendMovesWithFrequency,  ///< Those who buy often spend otherwise: the independence of the two does not hold.
  EffectNotEstimable,  ///< A column tells the outcome exactly or repeats another: the penalty alone keeps its effect finite.
  NotConverged,        ///< The search ended before the gradient was flat.
  LeavingAlike,        ///< Everybody leaves with the same chance: differences in leaving cannot be seen.
  LeavingUncertain,  ///< Some leave, but who and how soon is free within a factor of ten: the parameters of leaving mean little.
  SpendNotPositive,  ///< Some spend is nought or negative: those customers were left out.
  LessThanAYear,     ///< The purchases cover less than a year: no season can be told.
};
std::string_view name_of(FitFinding finding);  ///< "no_customers", ...

struct Estimate {
  std::string name;  ///< As in the paper: "r", "alpha", ...
  double value;
  std::optional<double> standard_error;  ///< From the curvature at the maximum; none at an edge.
};

struct FitReport {
  FitVerdict verdict = FitVerdict::TooFewData;
  std::vector<FitFinding> findings{};
  std::vector<Estimate> estimates{};
  double log_likelihood = 0;  ///< Of the data at the estimates, priors left out.
  std::uint64_t observations = 0;
  std::uint64_t distinct = 0;     ///< Rows after identical histories were merged.
  std::uint32_t evaluations = 0;  ///< Of the likelihood, all starts together.
};

}  // namespace habitue::models
