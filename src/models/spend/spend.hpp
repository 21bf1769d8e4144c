// What a customer spends on a purchase: his own mean, learnt from a few purchases and from everybody else's.
//
//   GammaGamma  each purchase gamma(p, nu), nu over customers gamma(q, v); spend is independent of how often one buys.
//               Fader, Hardie & Lee (2005), "RFM and CLV", JMR 42; Hardie, note 025.
//   LogNormal   the logarithm of a purchase is normal(mu_i, sigma), mu_i over customers normal(mu + slope ln x, tau): those who buy
//               often may spend more or less on each. Chosen when the data say so.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <span>
#include <variant>
#include <vector>

#include "base/result.hpp"
#include "models/fit_report.hpp"

namespace habitue::models {

/// The purchases of one customer whose amounts count (usually the repeat ones), in one currency.
struct SpendHistory {
  std::uint32_t x = 0;    ///< How many.
  double mean = 0;        ///< Their mean amount.
  double mean_ln = 0;     ///< Mean of the amounts' logarithms; LogNormal needs it.
  double squares_ln = 0;  ///< Sum of squared differences from mean_ln; LogNormal needs it.
};

struct GammaGamma {
  double p = 1, q = 2, v = 1;
};
struct LogNormalSpend {
  double mu = 0, sigma = 1, tau = 1, slope = 0;
};
using SpendModel = std::variant<GammaGamma, LogNormalSpend>;

struct SpendFit {
  SpendModel model{};
  FitReport report{};
  double correlation = 0;      ///< Of ln x and ln mean over customers with a purchase.
  std::uint64_t left_out = 0;  ///< Customers whose mean is not a positive number.
  std::optional<std::vector<double>> covariance =
      std::nullopt;  ///< Of ln p, ln(q - 1), ln v; or mu, ln sigma, ln tau, slope.
};

struct SpendFitOptions {
  unsigned threads = 1;
  const std::atomic<bool>* stop = nullptr;
};

/// GammaGamma by maximum likelihood, q kept above 1 (at and below there is no mean spend) by its parametrisation and a prior that is
/// flat where spend has a usable tail. Customers without purchases say nothing and count for nothing; those whose mean spend is not
/// positive are left out and counted. Errors: Unavailable when stopped.
Result<SpendFit> fit_gamma_gamma(std::span<const SpendHistory> histories, const SpendFitOptions& options = {});
Result<SpendFit> fit_log_normal_spend(std::span<const SpendHistory> histories, const SpendFitOptions& options = {});

/// GammaGamma, or LogNormal when the correlation is at least 0.25 either way and beyond chance (1 %; CDNOW has 0.19), with finding
/// SpendMovesWithFrequency. The histories then need their logarithms; without them (all nought) GammaGamma stays, with the finding.
Result<SpendFit> fit_spend(std::span<const SpendHistory> histories, const SpendFitOptions& options = {});

/// Mean spend of a purchase of this customer, given what he spent; of one of whom nothing is known, the population's mean.
/// Errors of both: InvalidInput for a negative, infinite or missing amount, for impossible parameters, or a probability outside (0, 1).
Result<double> expected_spend(const SpendModel& model, const SpendHistory& history);
/// What his own mean spend lies below with this probability.
Result<double> spend_quantile(const SpendModel& model, const SpendHistory& history, double probability);

}  // namespace habitue::models
