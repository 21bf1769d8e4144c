// Forecasts in sentences, French and English.
#pragma once

#include <string>
#include <string_view>

#include "insight/forecast/fit.hpp"

namespace habitue::insight::forecast {

/// `1234.50 EUR`, with the decimal sign of the language.
std::string amount_text(std::int64_t minor, Currency currency, bool french);
/// What the check says, and what follows from it.
std::string check_sentence(const ForecastReport& report, std::string_view language);
/// Puts a season into words, and tells its months.
void tell_season(ForecastSeason& season);
/// What the last model of the fit says of each column; nothing where it does not go by them.
std::vector<ForecastEffect> effects_of(const ForecastFit& fit);
/// Puts what moves customers into words.
void tell_covariates(ForecastCovariates& covariates);
/// Says what is counted.
void tell_occasions(ForecastOccasions& occasions);
/// One customer's forecast: what it rests on, and what it says.
std::string customer_sentence(const ForecastCustomer& customer, const ForecastReport& report, const ForecastSpec& spec,
                              std::string_view language);

}  // namespace habitue::insight::forecast
