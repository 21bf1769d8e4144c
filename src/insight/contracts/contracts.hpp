// How long subscriptions last: counted, explained, and projected beyond what was seen. A contract is a time during which somebody had
// at least one subscription; who comes back has another. Nothing is projected that a projection made in the past would have missed
// (HLT-01).
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "insight/question.hpp"
#include "insight/reports.hpp"

namespace habitue::insight {

struct ContractsSpec {
  enum class By : std::uint8_t {
    Nothing,
    Cohort,  ///< The month in which a contract began.
    Trait    ///< As told when it began, or before.
  };
  By by = By::Nothing;
  std::string trait = {};
  std::uint32_t values = 8;       ///< Curves beside that of all, of most contracts: 1 to 60.
  Bucket bucket = Bucket::Month;  ///< Of churn.
  std::chrono::weekday week_start = std::chrono::Monday;
  std::uint32_t period_days = 30;           ///< Of a renewal, for hazards and projections: 7 to 366.
  std::uint32_t horizon_days = 90;          ///< In which leaving is foretold: 7 to 730.
  std::uint32_t ahead = 12;                 ///< Periods projected beyond the longest contract: 1 to 120.
  double discount_a_year = 0.1;             ///< 0 to 1.
  std::vector<std::string> leave_out = {};  ///< Names of events and traits that are no factors; at most 200.
  AudienceSide side = AudienceSide::All;    ///< Whose contracts; churn is told for each part.
};

struct ContractsPoint {
  double days = 0;
  std::uint64_t at_risk = 0;               ///< Watched as long.
  double survival = 1, low = 1, high = 1;  ///< Kaplan-Meier, 95 % on the log(-log) scale.
};
struct ContractsCurve {
  std::string value;  ///< Of the cohort or trait; empty: of all, or where none was told.
  std::uint64_t contracts = 0, ended = 0;
  double observed_days = 0;            ///< The longest: nothing is known beyond.
  std::optional<double> median_days;   ///< By which half have ended; nothing while more than half run.
  std::vector<ContractsPoint> points;  ///< At the end of each period.
};
/// opening + begun - left = closing.
struct ContractsChurn {
  std::uint64_t opening = 0, begun = 0, left = 0, closing = 0;     ///< People with a contract that runs.
  std::int64_t opening_monthly_minor = 0, left_monthly_minor = 0;  ///< What they paid a month when the period began.
  std::optional<double> people_share, money_share;                 ///< left of opening.
};
struct ContractsPeriod {
  LocalDay start;
  UtcMicros from, to;
  bool complete = true;
  ByAudience<ContractsChurn> churn;
};
struct ContractsFactor {
  std::string what_en, what_fr;
  /// How many times as likely to end at any age: of a number for one standard deviation more, else for having it. 95 %.
  double hazard_ratio = 1, low = 1, high = 1;
  double p_value = 1;
  double changes_p_value = 1;  ///< That the ratio is the same before and after the median end.
  bool proportional = true;    ///< Not below 0.01; else the ratio is a mean of what changes with age.
};
struct ContractsFactors {
  std::string verdict;  ///< "interior", "boundary", "too_few_data".
  std::vector<std::string> findings;
  std::optional<double> concordance;     ///< 0.5 is chance.
  std::vector<ContractsFactor> factors;  ///< The strongest first.
};
struct ContractsHazard {
  std::uint32_t period = 0;  ///< From 1.
  std::uint64_t at_risk = 0, ended = 0;
  double share = 0, modelled = 0;
};
/// Leaving within the horizon, by the age of the contract.
struct ContractsLeaving {
  std::uint64_t people = 0;  ///< Whose contract runs.
  double expected = 0;       ///< Of them, to leave.
};
enum class ContractsVerdict : std::uint8_t { Passed, Failed, NotPossible };
struct ContractsReliability {
  double lowest = 0, highest = 0, mean_told = 0, share_that_left = 0, low = 0, high = 0;
  std::uint64_t people = 0;
};
enum class ContractsLeavingReason : std::uint8_t {
  TooFew,     ///< Fewer than 50 contracts ran at the moment looked back to, or 20 had ended by then.
  Biased,     ///< The number foretold missed what came by more than a quarter, and by more than chance.
  Unreliable  ///< Chances were off by more than a tenth, by tenths of the people.
};
/// Leaving as foretold a horizon ago, beside who has left since.
struct ContractsLeavingCheck {
  ContractsVerdict verdict = ContractsVerdict::NotPossible;
  std::vector<ContractsLeavingReason> reasons;
  std::optional<LocalDay> checked_on;                  ///< The day as of which it is foretold.
  std::uint64_t people = 0;                            ///< Whose contract ran then.
  double foretold = 0;                                 ///< Of them, to leave.
  std::uint64_t came = 0;                              ///< Of them, who left.
  std::optional<double> level;                         ///< foretold of came.
  double reliability_error = 0;                        ///< Mean distance of the chances from what came, by tenths.
  std::vector<ContractsReliability> reliability = {};  ///< By tenths of the people, as far as ties allow.
};
enum class ContractsReason : std::uint8_t {
  NoContracts,
  TooFew,      ///< Fewer than 50 contracts, or 20 that ended, now or at the moment looked back to.
  TooShort,    ///< Less than six periods were seen.
  MissedPast,  ///< Made then, it would have missed the share still there by more than a twentieth.
};
struct ContractsModel {
  std::string name;  ///< "shifted beta-geometric" or "beta-discrete-Weibull".
  std::string verdict;
  double alpha = 0, beta = 0, c = 1;
  double log_likelihood = 0;
  std::optional<double> missed_by;  ///< Mean distance from the counted share at the ages not seen then.
  bool used = false;
};
struct ContractsProjected {
  std::uint32_t period = 0;
  std::optional<double> counted;  ///< Kaplan-Meier.
  double projected = 0;
};
struct ContractsProjection {
  ContractsVerdict verdict = ContractsVerdict::NotPossible;
  std::vector<ContractsReason> reasons;
  std::optional<LocalDay> checked_on;  ///< The day as of which the checked projection is made.
  std::uint32_t ages_checked = 0;      ///< Periods of age that were not seen then and are now.
  std::vector<ContractsModel> models;
  std::vector<ContractsProjected> points;  ///< Nothing unless it passed.
};
/// What is left of the contracts that run in the next five years. Only where the projection passed.
struct ContractsWorth {
  std::uint64_t people = 0;
  std::int64_t monthly_minor = 0;
  double days_left = 0;          ///< Of one, as a mean.
  std::int64_t value_minor = 0;  ///< Margin of their renewals, discounted to as_of.
};
struct ContractsReport {
  Currency currency;
  bool margin_is_revenue = false;  ///< [margin] gives no share.
  ContractsCurve all;
  std::vector<ContractsCurve> curves;
  std::vector<ContractsPeriod> periods;
  ContractsFactors factors;
  std::vector<ContractsHazard> hazards;
  ContractsLeavingCheck leaving_check;
  std::optional<ByAudience<ContractsLeaving>> leaving;  ///< Nothing unless that passed.
  ContractsProjection projection;
  std::optional<ByAudience<ContractsWorth>> worth;
  std::string sentence_en, sentence_fr;
  std::vector<std::string> warnings;
};
/// Errors: InvalidInput for a number out of range or a trait without its name; NotFound for one that nobody has.
Result<ContractsReport> ask_contracts(const Customers& customers, const Question& question, const ContractsSpec& spec);

struct ContractsCell {
  enum class Who : std::uint8_t {
    Everybody,  ///< Who ever had a contract.
    Running,    ///< At as_of, or at the end of the period.
    Opening,    ///< When the period began.
    Begun,
    Left
  };
  Who who = Who::Everybody;
  std::optional<UtcMicros> period = {};   ///< ContractsPeriod::from; of Opening, Begun and Left.
  std::optional<std::string> value = {};  ///< Of a curve; of Everybody and Running.
  AudienceSide side = AudienceSide::All;
};
/// Sorted. Errors: NotFound when the report has no such period; InvalidInput for a cell that needs one.
Result<std::vector<PersonId>> people_of_contracts(const Customers& customers, const Question& question,
                                                  const ContractsSpec& spec, const ContractsCell& cell);

}  // namespace habitue::insight
