// What an action did, and whom it moves: people whom a lot sent to one of two arms, what each did within a time, and whether choosing by
// who they were would have moved more. On data in which somebody chose, an uplift is a difference between those chosen and the rest:
// where the arms are not as large as the lot should have made them, nothing is concluded (LIF-13, OFF-04).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "insight/question.hpp"
#include "insight/reports.hpp"
#include "insight/retention/asked.hpp"

namespace habitue::insight {

enum class UpliftMeasure : std::uint8_t {
  Happens,  ///< Whether the outcome came within the time.
  Money,    ///< Received less given back within the time, in the business's currency.
};
enum class UpliftLearner : std::uint8_t { TwoModels, TransformedOutcome, HonestTrees };

struct UpliftSpec {
  ActTest treated = {},
          control = {};  ///< Conditions on the event that says which arm somebody was sent to; both are needed.
  ActTest outcome = {};  ///< A condition on one event, or nothing: a purchase. Of Happens alone.
  UpliftMeasure measure = UpliftMeasure::Happens;
  std::uint32_t within_days = 14;  ///< After being sent to an arm: 1 to 365.
  double treated_share = 0.5;      ///< That the lot should have treated: 0.01 to 0.99.
  UpliftLearner learner = UpliftLearner::TwoModels;
  /// That the experiment was planned for, in both arms: 200 to 1,000,000,000. To be chosen before the first look.
  std::uint64_t planned_people = 10'000;
  std::uint32_t rows_max = 50'000;          ///< People learnt from, drawn evenly: 500 to 1,000,000.
  std::vector<std::string> leave_out = {};  ///< Names of events and traits that are not looked at; at most 200.
  std::uint64_t seed = 1;
  AudienceSide side = AudienceSide::All;  ///< Of whom it is asked who is moved.
};

struct UpliftArm {
  std::uint64_t people = 0;
  std::uint64_t came = 0;  ///< Did it, or brought money.
  double mean = 0;         ///< Share who did it, or money of one, in whole units.
};
struct UpliftEffect {
  UpliftArm treated, control;
  /// Mean of the treated less that of the others, with its 95 % interval (normal, unequal variances); nothing below two people an arm.
  std::optional<double> difference, low, high, p_value;
  /// The same, and true at all looks together for whoever looks again and again; nothing below 100 people an arm.
  std::optional<double> anytime_low, anytime_high, anytime_p_value;
};
enum class UpliftVerdict : std::uint8_t {
  ByScore,      ///< Who is moved can be told: treat them from the top.
  Everybody,    ///< It cannot, and the action does good on average.
  Nobody,       ///< It cannot, and no good can be told from chance.
  NotPossible,  ///< Nothing can be concluded.
};
enum class UpliftReason : std::uint8_t {
  NobodyAssigned,
  TooFewPeople,    ///< Fewer than 100 in an arm.
  TooFewOutcomes,  ///< Fewer than 25 did it in all, or all did.
  UnequalArms,  ///< The arms are not as large as the lot would make them (p below 0.001): it was no lot, or people were lost.
};
struct UpliftBootstrap {
  double value = 0, low = 0, high = 0;  ///< 95 %, by resampled people and by how they were dealt.
};
struct UpliftPoint {
  double share = 0;        ///< Of the people, those moved most first.
  double incremental = 0;  ///< Outcomes that treating them adds, for each person of the whole.
};
struct UpliftFact {
  std::string what_en, what_fr;  ///< "size: 5.1 against 3.2 of the rest".
};
/// A tenth of the people by score.
struct UpliftTenth {
  double lowest = 0, highest = 0;  ///< Scores: by how much more they are expected to do it when treated.
  UpliftEffect effect;
};
struct UpliftGain {
  double share = 0;             ///< Of the people treated: the best by score.
  double per_thousand = 0;      ///< Outcomes (or money) that it adds, of a thousand people.
  double chosen_by_chance = 0;  ///< What treating as many by lot adds.
};
struct UpliftReport {
  Currency currency;
  /// Sent to an arm within the period, each once.
  std::uint64_t assigned_treated = 0, assigned_control = 0;
  std::uint64_t to_both = 0;     ///< Sent to both arms: set aside.
  std::uint64_t still_open = 0;  ///< Their time is not over at as_of: set aside.
  double unequal_p_value = 1;    ///< That a lot of `treated_share` makes arms so far from it.
  ByAudience<UpliftEffect> effect;
  UpliftVerdict verdict = UpliftVerdict::NotPossible;
  std::vector<UpliftReason> reasons;
  std::string sentence_en, sentence_fr;
  std::uint64_t learnt_from = 0;  ///< People of the side, at most rows_max.
  std::optional<UpliftBootstrap> qini, auuc;
  std::vector<UpliftPoint> curve;
  std::vector<UpliftTenth> tenths;                  ///< Those moved most first.
  std::vector<UpliftFact> most_moved, least_moved;  ///< What sets the first and the last third apart; only ByScore.
  std::vector<UpliftGain> gains;                    ///< Only ByScore.
  std::optional<double> share_to_target;            ///< Treating more than that adds nothing; only ByScore.
  std::vector<std::string> warnings;
};
/// Errors: InvalidInput without both arms, for a number out of range, or a condition that is not of one event.
Result<UpliftReport> ask_uplift(const Customers& customers, const Question& question, const UpliftSpec& spec);

struct UpliftCell {
  enum class Who : std::uint8_t { Treated, Control, ToBoth, StillOpen };
  std::optional<Who> who = {};              ///< Nothing: both arms.
  bool came = false;                        ///< Only those who did it.
  std::optional<std::uint32_t> tenth = {};  ///< Its place in `tenths`; of those learnt from.
  AudienceSide side = AudienceSide::All;    ///< When they were sent to an arm.
};
/// Sorted; exactly as many as the number. Errors: NotFound when there is no such tenth.
Result<std::vector<PersonId>> people_of_uplift(const Customers& customers, const Question& question,
                                               const UpliftSpec& spec, const UpliftCell& cell);

}  // namespace habitue::insight
