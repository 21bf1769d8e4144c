// Logarithms of ratios of gamma functions, where the difference of two logarithms would lose every digit.
#pragma once

namespace habitue::models {

/// ln(Gamma(z) / Gamma(z + a)) for z > 0, a >= 0, to about 1e-11 for any size of either.
double log_gamma_ratio(double z, double a);
/// ln(1 - exp(x)) for x < 0, by Mächler (2012), Accurately computing log(1 - exp(-|a|)).
double log1m_exp(double x);

}  // namespace habitue::models
