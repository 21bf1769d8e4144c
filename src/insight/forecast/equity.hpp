// What the customers of a company are worth at two dates, and where the difference comes from (POR-10): what was, what models have learnt
// since, who is new, who grew or shrank, who was lost, what is.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "insight/forecast/fit.hpp"

namespace habitue::insight {

struct EquitySpec {
  std::uint32_t horizon_days = 365;       ///< From each date on: 7 to 3,650.
  double discount_a_year = 0.1;           ///< 0 to 1.
  std::uint32_t offset = 0, limit = 20;   ///< Which customers are shown, those who moved most first; at most 10,000.
  AudienceSide side = AudienceSide::All;  ///< Whose.
  std::string occasions{};                ///< As ForecastSpec::occasions: at each date those are counted that are over.
};

/// Of customers, how many, and minor units of the business's currency.
struct EquityLine {
  std::uint64_t customers = 0;
  std::int64_t minor = 0;
};
/// opening + revised + fresh + grown + shrunk + lost = closing, to the last unit: checked at each run. Amounts are changes.
struct EquityFigures {
  EquityLine opening, revised, fresh, grown, shrunk, lost, closing;
  std::int64_t received_minor = 0;  ///< Between the dates, for comparison: no part of the sum.
};
enum class EquityMove : std::uint8_t {
  Fresh,   ///< First bought between the dates.
  Grown,   ///< Worth more than at the first date.
  Shrunk,  ///< Worth less, or the same.
  Lost     ///< Became dormant, or all that was bought was given back.
};
struct EquityCustomer {
  PersonId person{0};
  std::string key;
  EquityMove move = EquityMove::Grown;
  std::int64_t opening_minor = 0, closing_minor = 0;  ///< Both by the models of the second date.
};
enum class EquityVerdict : std::uint8_t {
  Told,
  NoOpening,  ///< The forecast of the first date did not pass its check.
  NoClosing,  ///< That of the last date did not.
  NoAmounts   ///< Too few customers tell what they pay.
};
struct EquityReport {
  Currency currency;
  UtcMicros opening_at{}, closing_at{};
  EquityVerdict verdict =
      EquityVerdict::NoClosing;  ///< No figure unless the forecasts of both dates passed their checks.
  bool margin_is_revenue = false;
  std::string sentence_en, sentence_fr;
  std::string opening_check_en, opening_check_fr, closing_check_en, closing_check_fr;  ///< What each check says.
  std::optional<ByAudience<EquityFigures>> figures;
  std::vector<EquityCustomer> customers;
  std::vector<std::string> warnings;
};

/// Fits that are kept, for both dates; either may be null, and is made then.
struct EquityFits {
  const ForecastFit* opening = nullptr;
  const ForecastFit* closing = nullptr;
};
/// The dates are the ends of the question's period: from (what was known before it began) and to, at most as_of.
struct EquityDates {
  UtcMicros opening{}, closing{};
};
/// Errors: InvalidInput without a beginning, or where nothing lies between the dates.
Result<EquityDates> equity_dates(const Question& question);

/// Errors: InvalidInput for a horizon, discount or limit out of range, and those of equity_dates.
Result<EquityReport> ask_equity(const Customers& customers, const Question& question, const EquitySpec& spec,
                                const EquityFits& kept = {});

struct EquityCell {
  EquityMove move = EquityMove::Grown;
  AudienceSide side = AudienceSide::All;
};
/// Who is behind a line; sorted. Errors: Conflict where the forecasts did not pass.
Result<std::vector<PersonId>> people_of_equity(const Customers& customers, const Question& question,
                                               const EquitySpec& spec, const EquityCell& cell,
                                               const EquityFits& kept = {});

}  // namespace habitue::insight
