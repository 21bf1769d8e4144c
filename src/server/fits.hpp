// What is learnt and kept: which kinds there are, how each is made again, and which of those kept answers a question.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json.hpp>

#include "insight/forecast/forecast.hpp"
#include "insight/propensity/propensity.hpp"
#include "insight/question.hpp"
#include "server/asking.hpp"
#include "workspace/fits.hpp"

namespace habitue::server {

struct MadeFit {
  std::string bytes;
  bool usable = false;  ///< Its check passed.
  bool learnt = false;  ///< There was enough to learn from, whatever the check says.
  std::uint64_t customers = 0, purchases = 0;
};

/// One kind. `asked` is the part of the question that the fit depends on, as JSON with all its fields in one order.
struct FitKind {
  std::string_view name;
  /// Errors: InvalidInput with the pointer of what is wrong.
  Result<std::string> (*asked)(const boost::json::value& question, const Zone& zone);
  Result<MadeFit> (*make)(const knowledge::Customers& customers, const insight::Question& question,
                          std::string_view asked);
  /// What the fit says of itself. Errors: Corrupt.
  Result<boost::json::object> (*show)(const knowledge::Customers& customers, std::string_view bytes);
  /// Why it should be made again, or empty.
  Result<std::string> (*moved)(const knowledge::Customers& customers, const insight::Question& question,
                               std::string_view bytes);
};
const std::vector<FitKind>& fit_kinds();
/// What a fit of forecasts is asked for: the part of the question that it depends on.
std::string forecast_text(const insight::ForecastSpec& spec);
/// The same of propensity.
std::string propensity_text(const insight::PropensitySpec& spec);
/// Errors: InvalidInput with the kinds there are.
Result<const FitKind*> fit_kind(std::string_view name);

/// Makes a fit as of the question's moment and keeps it. Errors: those of making; Unavailable when it cannot be written.
Result<workspace::FitHead> make_and_keep(workspace::Workspace& workspace, const workspace::View& view,
                                         const insight::Question& question, const FitKind& kind,
                                         const std::string& asked, std::string why);

/// The kept fit that answers this question for a moment: of everybody, usable, from at most 92 days before it, of the rules in force. Nothing
/// when there is none: then one is made for the answer.
std::optional<workspace::FitHead> kept_fit(const Call& call, const Asked& asked, UtcMicros as_of, std::string_view kind,
                                           std::string_view asked_text);

/// The fingerprint of a configuration.
std::string rules_of(const config::Business& business);

/// Makes again what has moved since it was made, and the first fit of a forecast where there is enough to learn from: of each question of
/// which a fit is kept. Returns those made. Errors: of the first that failed; the others are made.
Result<std::vector<workspace::FitHead>> refresh_fits(workspace::Workspace& workspace, UtcMicros as_of,
                                                     const Cancellation* cancellation, unsigned threads);

}  // namespace habitue::server
