// How likely each customer is to do something within a time: buy again, leave, upgrade. A rule, a law of purchases or of contracts, a
// regression and boosted trees compete on people and months that none of them had seen; the simplest that does as well as the best
// answers, with its probabilities made true and its reasons in words. Where none tells more than the share of everybody, nothing is
// told, and the answer says so (LIF-15, HLT-14).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "insight/question.hpp"
#include "insight/reports.hpp"
#include "insight/retention/asked.hpp"
#include "models/boosting/probability_model.hpp"
#include "models/calibration/calibrators.hpp"

namespace habitue::insight {

enum class PropensityOutcome : std::uint8_t {
  BuyingAgain,  ///< Of who has bought: another purchase.
  /// Of purchases: none by who is a customer and not dormant. Of subscriptions: the end of the last one by who has one.
  Leaving,
  Upgrading,  ///< What recurs each month grows, or `outcome_event` happens.
};

struct PropensitySpec {
  PropensityOutcome outcome = PropensityOutcome::BuyingAgain;
  /// Of Upgrading alone: a condition on one event, by whoever is known; else what recurs must grow.
  ActTest outcome_event = {};
  std::uint32_t horizon_days = 90;  ///< 7 to 730.
  std::uint32_t rows_max = 10'000;  ///< People learnt from at each moment of the past, drawn evenly: 500 to 100,000.
  std::vector<std::string> leave_out = {};  ///< Names of events and traits that are not looked at; at most 200.
  std::uint64_t seed = 1;
  std::uint32_t offset = 0,
                limit = 20;  ///< Which people are shown, the likeliest first; at most 10,000 from 1,000,000 on.
  AudienceSide side = AudienceSide::All;  ///< Whose.
  bool anew = false;                      ///< Fitted for this answer, even where a fit is kept that could give it.
};

enum class PropensityMethod : std::uint8_t {
  Alike,        ///< The share of everybody.
  Rule,         ///< By how recent the last purchase or event is; of subscriptions by stage.
  Probability,  ///< A law of purchases (NBD, BG/NBD, MBG/NBD), or the hazard of ending by the age of the contract.
  Regression,
  Trees,
};

/// How good chances were, on people and months that nothing had learnt from. Intervals of 95 %.
struct PropensityScores {
  std::optional<double> auc, auc_low, auc_high;  ///< Hanley and McNeil (1982).
  double log_loss = 0, log_loss_low = 0, log_loss_high = 0;
  double brier = 0, brier_low = 0, brier_high = 0;
  double calibration_error = 0;  ///< Mean difference of the chance told from how often it came, by tenths.
  /// Log loss less that of the best, on the same people: above nothing by more than chance when `behind_low` is.
  double behind = 0, behind_low = 0, behind_high = 0;
};
struct PropensityModel {
  PropensityMethod method = PropensityMethod::Alike;
  std::string name;                        ///< Of a law: "MBG/NBD", "discrete hazard".
  std::optional<PropensityScores> scores;  ///< Nothing where it could not be learnt.
  bool used = false;
};

enum class PropensityVerdict : std::uint8_t { Passed, Failed, NotPossible };
enum class PropensityReason : std::uint8_t {
  NobodyEligible,     ///< Nobody could do it at a moment looked back to.
  TooShort,           ///< Three and a half horizons of past are needed.
  TooFewPeople,       ///< Fewer than 100 at the moment of the check, or in all to learn from.
  TooFewOutcomes,     ///< Fewer than 25 who did it, or who did not.
  NoBetterThanAlike,  ///< The share of everybody tells as much.
  Unreliable,         ///< Chances were off by more than a tenth.
};
struct PropensityReliability {
  double lowest = 0, highest = 0, mean_told = 0, share_that_came = 0, low = 0, high = 0;
  std::uint64_t people = 0;
};
/// Of the people of the check those told the highest chances.
struct PropensityTop {
  double share = 0;  ///< Of the people.
  std::uint64_t people = 0, came = 0;
  double precision = 0, precision_low = 0, precision_high = 1;  ///< Of them, who did it; 95 % Wilson.
  double caught = 0;                                            ///< Of all who did it.
  std::optional<double> median_days;  ///< From the moment of the check until they did it, where it has a moment.
};
struct PropensityCut {
  LocalDay day;  ///< What was known at its end.
  bool check = false;
  std::uint64_t eligible = 0, looked_at = 0, came = 0;  ///< `came` of those looked at.
};
struct PropensityWeight {
  std::string what_en, what_fr;
  double weight = 0;  ///< Mean of how far it moved the log-odds, either way, of the people of the check.
};
struct PropensityCheck {
  PropensityVerdict verdict = PropensityVerdict::NotPossible;
  std::vector<PropensityReason> reasons;
  std::vector<PropensityCut> cuts;  ///< The last one is that of the check.
  std::vector<PropensityModel> models;
  PropensityMethod used = PropensityMethod::Alike;
  std::vector<PropensityReliability> reliability;  ///< Of the method used.
  std::vector<PropensityTop> tops;
  std::vector<PropensityWeight> weights;  ///< What it looked at most; of regression and trees.
};

/// What one column of the table of people is.
enum class PropensityFact : std::uint8_t {
  DaysSinceFirst,
  DaysSinceLastEvent,
  Events,      ///< In the last `days`.
  ActiveDays,  ///< Share of the last 90 days, or of all since the first.
  Purchases,   ///< In the last `days`; 0: ever.
  DaysSincePurchase,
  DaysSinceFirstPurchase,
  MeanGap,
  LastGap,
  GapTrend,  ///< Last gap over the mean of those before.
  Overdue,   ///< Days since the last purchase over the mean gap.
  Money,     ///< Received less given back, in whole units; in the last `days`, 0: ever.
  MeanMoney,
  Costs,  ///< Resources spent on them: how many, in the last `days`; 0: ever.
  CostMoney,
  Monthly,
  MonthlyGrowth,  ///< What recurs now over what it was when the subscription began, less 1.
  AtRisk,
  SubscriberDays,
  Kind,  ///< Events of one kind in the last `days`; 0: ever.
  DaysSinceKind,
  Stage,  ///< 1 in the stage `value`, else 0; the next likewise.
  Role,
  Channel,
  Trait,
  TraitNumber,
};
struct PropensityColumn {
  PropensityFact fact = PropensityFact::DaysSinceFirst;
  std::uint32_t days = 0;
  std::string name = {}, value = {};
};
struct PropensityRule {
  std::uint32_t column = 0;    ///< Whose number is compared; of stages the first of them.
  std::vector<double> edges;   ///< Ascending: band i holds what is at most edges[i]. Empty: by stage.
  std::vector<double> shares;  ///< One a band, or a stage; the last is of who has no number, or no such stage.
};

/// All that was learnt. The same question on the same data gives the same, for any number of threads.
struct PropensityFit {
  PropensityOutcome outcome = PropensityOutcome::BuyingAgain;
  std::string outcome_event;  ///< Its text; empty when there is none.
  std::uint32_t horizon_days = 0;
  UtcMicros as_of{};  ///< Nothing later was seen.
  PropensityCheck check;
  std::vector<PropensityColumn> columns;
  PropensityRule rule;
  models::TrainedModel model;  ///< Of regression and trees.
  models::BetaCalibrator calibrator;
  double share = 0;  ///< Of everybody who was learnt from.
  std::vector<std::string> warnings;
};

/// Errors: InvalidInput for a number out of range, an event to upgrading alone, or a question that the business's model has no answer to.
Result<PropensityFit> fit_propensity(const Customers& customers, const Question& question, const PropensitySpec& spec);

/// For keeping a fit: versioned, with a checksum.
std::string bytes_of(const PropensityFit& fit);
/// Errors: Corrupt when the bytes are no fit, are damaged, or of a later version.
Result<PropensityFit> propensity_fit_of(std::string_view bytes);

struct PropensityTotals {
  std::uint64_t people = 0;
  double expected = 0;  ///< Of them, to do it.
};
struct PropensityBand {
  double low = 0, high = 0;  ///< Chances from `low` to below `high`; the last one includes 1.
  ByAudience<PropensityTotals> totals;
};
struct PropensityCause {
  std::string what_en, what_fr;  ///< "last purchase 12 days ago".
  std::optional<double> points;  ///< By how much it moves the chance, of 100.
};
struct PropensityCustomer {
  PersonId person{0};
  std::string key;  ///< Of the person, for whoever gives them keys.
  double probability = 0;
  std::vector<PropensityCause> causes;  ///< At most three, the strongest first.
  std::string sentence_en, sentence_fr;
};
struct PropensityReport {
  PropensityCheck check;
  UtcMicros fitted_as_of{};
  std::optional<std::uint64_t> fit;      ///< The kept fit that answered; nothing when it was made for this answer.
  std::string sentence_en, sentence_fr;  ///< What the check says, and which method answers and why.
  /// Nothing unless the check passed; bands and people likewise.
  std::optional<ByAudience<PropensityTotals>> totals;
  std::vector<PropensityBand> bands;
  std::vector<PropensityCustomer> customers;
  std::vector<std::string> warnings;
};

/// Errors: InvalidInput when the fit is of another question or saw later days than as_of.
Result<PropensityReport> score_propensity(const Customers& customers, const Question& question,
                                          const PropensitySpec& spec, const PropensityFit& fit);
/// What the fit says of itself: an answer without totals or people.
PropensityReport report_of(const PropensityFit& fit);
/// Both.
Result<PropensityReport> ask_propensity(const Customers& customers, const Question& question,
                                        const PropensitySpec& spec);

struct PropensityCell {
  std::optional<std::uint32_t> band = {};  ///< Its place in `bands`; nothing: everybody who could do it.
  AudienceSide side = AudienceSide::All;
};
/// Sorted; exactly as many as the number of an answer by the same fit. Errors: NotFound when there is no such band, or nothing is told.
Result<std::vector<PersonId>> people_of_propensity(const Customers& customers, const Question& question,
                                                   const PropensitySpec& spec, const PropensityCell& cell,
                                                   const PropensityFit* kept = nullptr);

}  // namespace habitue::insight
