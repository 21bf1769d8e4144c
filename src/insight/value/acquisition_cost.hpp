// What a new client costs, by cohort, channel and period; whether that pays back, and when it begins to cost more than is allowed
// (WHO-09).
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "insight/question.hpp"
#include "insight/reports.hpp"
#include "insight/value/periods.hpp"

namespace habitue::insight {

struct AcquisitionSpec {
  Bucket bucket = Bucket::Month;
  std::chrono::weekday week_start = std::chrono::Monday;
  /// With the value still to come of the clients over so many days, 7 to 3,650 (see forecast.hpp); 0: without.
  std::uint32_t lifetime_days = 0;
  double discount_a_year = 0.1;  ///< Of that value.
};

/// Of those who became clients in the row. Amounts are minor units of the business's currency.
struct AcquisitionFigures {
  std::uint64_t clients = 0;          ///< An account that is charged is one.
  std::int64_t give_aways_minor = 0;  ///< Given to them before they paid.
  /// (marketing + give-aways) / clients, of all marketing of the row: inside the audience, what a client whom one wants costs.
  /// Nothing without clients, and where no cost at all is told.
  std::optional<std::int64_t> cost_of_one_minor;
  std::int64_t margin_minor = 0;  ///< What they brought since, up to as_of, all together.
  /// [k]: mean of one client within k + 1 months; only months that are over for all of them, at most payback_months.
  std::vector<std::int64_t> margin_of_one_minor;
  std::optional<std::uint32_t>
      payback_months;                    ///< The first in which that reaches the cost of one; nothing while none does.
  std::optional<double> margin_to_cost;  ///< Margin so far / cost of all.
  /// Margin so far and what is still to come of it, all together. Nothing unless asked for and told: see AcquisitionLifetime.
  std::optional<std::int64_t> lifetime_minor;
  std::optional<double> lifetime_to_cost;
};
enum class LifetimeVerdict : std::uint8_t {
  Told,
  NotChecked,  ///< The forecast did not pass its check.
  Accounts     ///< Clients are accounts, whose purchases to come are not foretold.
};
struct AcquisitionLifetime {
  LifetimeVerdict verdict = LifetimeVerdict::Told;
  std::uint32_t days = 0;
  std::string sentence_en, sentence_fr;
};
struct AcquisitionCost {
  std::int64_t marketing_minor = 0;
  ByAudience<AcquisitionFigures> figures;
};
struct AcquisitionPeriod {
  LocalDay start;
  UtcMicros from, to;
  bool complete = true;
  AcquisitionCost cost;
  /// What one may cost: see AcquisitionReport::allowed. Nothing while not known.
  std::optional<std::int64_t> allowed_minor;
  bool exceeds = false;  ///< The alert: the period is over, and one client costs more than is allowed.
  /// Where the cost of one was to be expected from the complete periods before: mean -+ 2 standard deviations of one more. Nothing
  /// with fewer than three.
  std::optional<std::int64_t> expected_low_minor, expected_high_minor;
  bool unusual = false;  ///< Outside of it.
};
struct AcquisitionChannel {
  std::string channel;   ///< First touch of the clients, and what marketing names; empty: marketing that names none.
  AcquisitionCost cost;  ///< Of all periods.
  std::vector<AcquisitionCost> periods;  ///< As those of the report.
};
/// Over complete periods with new clients.
struct AcquisitionSpread {
  std::uint32_t periods = 0;
  std::int64_t mean_minor = 0, standard_deviation_minor = 0;
  double coefficient_of_variation = 0;  ///< Standard deviation / mean: how little one can rely on the mean.
};
struct AcquisitionReport {
  Currency currency;
  std::uint32_t payback_months = 12;
  enum class Allowed : std::uint8_t {
    Config,          ///< acquisition.cost_max.
    EarlierClients,  ///< The mean margin within payback_months of those whose first months were over at the period's end.
  } allowed = Allowed::Config;
  std::vector<AcquisitionPeriod> periods;
  std::vector<AcquisitionChannel> channels;  ///< By clients, then by name.
  AcquisitionCost total;
  std::optional<AcquisitionSpread> spread;      ///< Nothing with fewer than two such periods.
  std::optional<UtcMicros> first_alert;         ///< AcquisitionPeriod::from of the first that exceeds.
  bool margin_is_revenue = false;               ///< Margin is not known, and revenue stands for it.
  std::optional<AcquisitionLifetime> lifetime;  ///< Nothing unless asked for.
  AmountsLeftOut not_added;
  std::vector<std::string> warnings;
};
struct ForecastFit;  // insight/forecast/fit.hpp

/// `kept`: a fit for the value to come; made for this answer where there is none. Errors: InvalidInput for lifetime_days or a discount out of
/// range.
Result<AcquisitionReport> ask_acquisition(const Customers& customers, const Question& question,
                                          const AcquisitionSpec& spec, const ForecastFit* kept = nullptr);

struct AcquisitionCell {
  std::optional<UtcMicros> period = {};     ///< AcquisitionPeriod::from; nothing: all.
  std::optional<std::string> channel = {};  ///< Nothing: any.
  AudienceSide side = AudienceSide::All;
};
/// The new clients, of an account its first member. Sorted; exactly as many as the number. Errors: NotFound for a period that the
/// report does not have.
Result<std::vector<PersonId>> people_of_acquisition(const Customers& customers, const Question& question,
                                                    const AcquisitionSpec& spec, const AcquisitionCell& cell);

}  // namespace habitue::insight
