// Contrast: which traits and behaviours tell two groups of people apart at the same age.
//
// Everybody is looked at over the same stretch of their life, from birth to birth + age: their landmark. What is told apart, the outcome,
// is counted after it. Who looked at the whole journey instead would find that those who stay do more of everything, as they had more
// time to: immortal time (Suissa 2008, American Journal of Epidemiology 167). The landmark method is that of [ACG83]: Anderson,
// Cain and Gelber (1983), Analysis of survival by tumor response, Journal of Clinical Oncology 1, 710-719.
//
// Where people come to the outcome at ages of their own, as leavers do, each can instead be compared at that age with others who were
// still there at it: risk sets, [PB78] Prentice and Breslow (1978), Retrospective studies and failure time models, Biometrika 65,
// 153-158; [LG96] Langholz and Goldstein (1996), Risk set sampling in epidemiologic cohort studies, Statistical Science 11, 35-53.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "insight/contrast/statistics.hpp"
#include "insight/fold.hpp"
#include "insight/funnel/comparison.hpp"
#include "insight/question.hpp"
#include "insight/retention/asked.hpp"

namespace habitue::insight {

enum class ContrastBirth : std::uint8_t {
  FirstEvent,  ///< The person's first event in all of the data.
  FirstOf,     ///< The first act of `born_with`; who never did is not born. What happened before it is in no window.
  Creation     ///< The moment that the first identify call with a trait `createdAt` or `created_at` tells.
};
enum class ContrastGroups : std::uint8_t {
  Outcome,  ///< First: did the outcome after the landmark and within the horizon. Second: did not.
  People    ///< First and second by criteria on people at as_of.
};
/// At which age people are looked at.
enum class ContrastAt : std::uint8_t {
  Landmark,  ///< All at birth + age.
  /// Of groups by outcome: each who did it at the age at which they did, beside others who were there at that age without it. First:
  /// who did it; second: with whom they are compared. Nobody is in two sets.
  Outcome
};
enum class ContrastHorizon : std::uint8_t { Landmark, Birth };  ///< From when `within` is counted.
enum class ContrastOdds : std::uint8_t {
  Corrected,  ///< Haldane and Anscombe: 0.5 is added to each cell.
  Posthog     ///< 1 is added, and support_min is the less of 25 people and 2 % of all, as PostHog's correlation has it.
};

/// Holds something equal: the groups are compared within each of its values, and the differences pooled.
struct ContrastStratify {
  enum class Of : std::uint8_t {
    Trait,   ///< As known at the landmark.
    Channel  ///< First touch.
  };
  Of of = Of::Channel;
  std::string name = {};  ///< Of a trait.
};

/// The question's period bounds births.
struct ContrastSpec {
  ContrastBirth birth = ContrastBirth::FirstEvent;
  ActTest born_with = {};                                 ///< Of FirstOf. Nothing: purchases.
  std::chrono::microseconds age = std::chrono::days{14};  ///< The window's length; its end is in it. At most 100 years.

  ContrastGroups groups = ContrastGroups::Outcome;
  ActTest outcome = {};                                      ///< Of Outcome. Nothing: purchases.
  std::chrono::microseconds within = std::chrono::days{90};  ///< Of Outcome: the horizon, its end is in it.
  ContrastHorizon counted_from = ContrastHorizon::Landmark;

  ContrastAt at = ContrastAt::Landmark;
  /// Of At::Outcome: what somebody did is read up to so long before the outcome, so that leaving is not found to be its own cause.
  /// Above 0, at most age.
  std::chrono::microseconds lead = std::chrono::days{7};
  /// Of At::Outcome: at most so many others beside each, 1 to 20; more say little more and leave fewer sets. Nothing: as many as
  /// there are for each, at most 5.
  std::optional<std::uint32_t> controls = {};
  std::uint32_t seed = 1;  ///< Of At::Outcome: others are drawn by lot.

  std::optional<criteria::Expression> first = {};   ///< Of People: required.
  std::optional<criteria::Expression> second = {};  ///< Of People. Nothing: whoever is surely not in the first.

  /// Only people who match at the landmark, by what is known then: subscribers, when leaving is the outcome. A filter of the question
  /// is of as_of instead, and so may tell the future.
  std::optional<criteria::Expression> among = {};

  std::optional<std::vector<std::string>> traits = {};  ///< Nothing: all that identify calls bear.
  /// Of events: each kind with its frequent values is looked at too. At most 15; pages and screens are told by name anyway.
  std::vector<std::string> properties = {};
  std::vector<std::uint32_t> cuts = {2, 3, 5, 10};  ///< Each kind at least so often. At most 8, from 2.
  std::size_t values_max = 10;     ///< Values of a trait or of a kind's property that are looked at. 1 to 100.
  std::uint32_t support_min = 10;  ///< People of both groups who have it, and who have it not; less is not tested.

  FalseDiscovery adjustment = FalseDiscovery::BenjaminiHochberg;
  double false_discoveries_max = 0.05;  ///< The share of findings that may be false.
  ContrastOdds odds = ContrastOdds::Corrected;
  /// Findings that correlate (phi) or overlap (Jaccard) so much, or are of one event, trait or channel, are shown as one. Above 1:
  /// nothing is.
  double alike_from = 0.8;
  std::optional<ContrastStratify> stratify = {};
  std::vector<criteria::Expression> steps =
      {};                                 ///< Newcomers' steps in their order, for where they are stuck. At most 32.
  AudienceSide side = AudienceSide::All;  ///< Of whom the effects are computed. Counts are told for each part.
  std::size_t limit = 50;                 ///< Groups of facts shown, the surest first. 1 to 1,000.
};

/// A fact of somebody's window.
struct ContrastFeature {
  enum class Kind : std::uint8_t {
    Did,          ///< `event` happened.
    AtLeast,      ///< `event` happened `times` times or more.
    WithValue,    ///< `event` happened with `property` = `value`.
    Trait,        ///< `property` is `value`, as last known at the landmark.
    Channel,      ///< The first touch is `value`.
    ActiveDays,   ///< A number: days of 24 hours from birth in which something happened.
    DaysToFirst,  ///< A number: to the first `event`, of those who did it; read to a thousandth of the window.
    TraitNumber   ///< A number: `property`, of those for whom it is known.
  };
  Kind kind = Kind::Did;
  std::string event = {}, property = {};
  std::uint32_t times = 0;
  ShownValue value = {};
  bool is_number() const { return kind >= Kind::ActiveDays; }
  friend bool operator==(const ContrastFeature&, const ContrastFeature&) = default;
};

/// People by whether they have it. Of a number: for whom it is known.
struct ContrastCounts {
  std::uint64_t first_with = 0, first_without = 0, second_with = 0, second_without = 0;
};
/// Where everybody stands who was born in the period: the parts add up to `born`. Checked at each run.
struct ContrastStanding {
  std::uint64_t born = 0;
  std::uint64_t first = 0, second = 0;
  std::uint64_t too_young = 0;   ///< The landmark is after as_of.
  std::uint64_t not_among = 0;   ///< Did not match `among` at the landmark, or it cannot be told.
  std::uint64_t had_before = 0;  ///< Had the outcome up to the landmark.
  std::uint64_t not_over =
      0;  ///< The horizon ends after as_of, whether they did it yet or not: else those who did would weigh too much.
  std::uint64_t in_both = 0, in_neither = 0, cannot_tell = 0;  ///< Of groups by criteria.
  std::uint64_t not_compared =
      0;                         ///< Of At::Outcome: were not drawn, or did it when nobody else was there at their age.
  std::uint64_t never_born = 0;  ///< Not in `born`: without the event, or the moment, of birth.
};

/// The same difference within strata.
struct ContrastWithin {
  std::optional<Estimate> odds;  ///< Mantel and Haenszel (1959), interval of Robins, Breslow and Greenland (1986).
  double p_value = 1;
  std::optional<double> homogeneity_p;  ///< Breslow and Day (1980), Tarone (1985): that strata agree.
  std::size_t strata = 0;               ///< That tell anything.
  bool vanishes = false;       ///< A finding whose pooled interval has 1 in it, or lies on the other side of it.
  bool strata_differ = false;  ///< homogeneity_p < 0.05: one pooled figure does not speak for all strata.
};

/// Who is beside whom, of At::Outcome. There are as many sets as people in the first group.
struct ContrastSets {
  std::uint32_t controls = 0;  ///< At most so many others in a set.
  std::uint64_t smaller = 0;   ///< Sets with fewer.
  /// The ages at which the outcome came, in days: the first, the middle and the last of them. Nothing when there is no set.
  std::optional<double> age_least, age_median, age_most;
};

struct ContrastNumber {
  std::optional<double> first_median, second_median;
  /// P(one of the first group has more than one of the second), ties as half. 0.5: no difference. (Mann and Whitney 1947.)
  Estimate superiority;
  Estimate cliffs_delta;  ///< 2 superiority - 1.
  std::optional<Estimate> mean_difference =
      {};  ///< Of risk sets: somebody's number less the mean of those beside them.
};

/// One fact, with all that is needed to judge it. Of risk sets: differences are those within sets, as a mean over sets with its interval
/// from how they vary between sets; odds are Mantel and Haenszel's, and stand for the ratio of the rates at which those who have it and
/// those who have it not come to the outcome [PB78].
struct ContrastLine {
  ContrastFeature feature;
  ByAudience<ContrastCounts> counts;
  TwoShares shares;  ///< Who has it in the first and in the second group; difference with interval (Newcombe 1998).
  std::optional<Estimate> odds;  ///< Not of numbers; nothing in risk sets that all tell the same.
  std::optional<Estimate> phi;   ///< Not of numbers, nor of risk sets.
  /// Of those who have it, and who do not: how many are in the first group. Of nobody in risk sets, where it only tells how many
  /// were drawn.
  Share first_if_with, first_if_without;
  std::optional<ContrastNumber> number;
  double p_value = 1;     ///< Fisher exact or two proportions; of numbers Mann-Whitney.
  double adjusted_p = 1;  ///< Over all facts tested.
  bool too_few = true;    ///< Under 30 people in a group: no finding.
  bool finding = false;   ///< adjusted_p is at most false_discoveries_max, and not too few.
  bool skewed = false;    ///< One group is ten times as large as the other, or more.
  std::optional<ContrastWithin> within;
  std::string name_en, name_fr;          ///< `Workshop Watched 3 times or more`.
  std::string sentence_en, sentence_fr;  ///< What it says, with its numbers.
};
struct ContrastAlike {
  ContrastLine line;
  bool same_subject = false;    ///< Of the same event, trait, or of channels, as the one above.
  double phi = 0, jaccard = 0;  ///< With the one above; 0 of numbers.
};
struct ContrastGroup {
  ContrastLine line;                 ///< Of those that say the same, the one with the surest effect.
  std::vector<ContrastAlike> alike;  ///< The others, surest first.
};

/// Stuck at a step: reached the one before and not this one up to the landmark, against those who went on.
struct ContrastStep {
  std::string step;
  std::uint64_t reached_before = 0;  ///< Of the first step: everybody who takes part.
  std::uint64_t stuck = 0;
  Share stuck_share;
  ByAudience<ContrastCounts> counts;  ///< With: stuck; without: went on.
  /// Share of the first group among those stuck, and among those who went on. Of risk sets: share of those stuck in the first
  /// group, and in the second.
  TwoShares outcome;
  std::optional<Estimate> odds;  ///< Nothing: one of the groups is all on one side, in risk sets.
  double adjusted_p = 1;         ///< Over the steps.
  bool finding = false;
  std::optional<ContrastWithin> within;
  /// People more, or fewer if negative, in the first group if those stuck were as those who went on: stuck x difference. No promise.
  double people_concerned = 0;
  std::string sentence_en, sentence_fr;
};

struct ContrastReport {
  ByAudience<ContrastStanding> people;
  std::optional<ContrastSets> sets;  ///< Of At::Outcome.
  std::uint64_t tested = 0;          ///< Facts, among which false discoveries are kept rare.
  std::uint64_t not_tested = 0;      ///< Too few have them, or have them not.
  std::uint64_t findings = 0;
  std::vector<ContrastGroup>
      groups;  ///< The surest effect first: by that end of the interval that is nearest to no effect.
  std::uint64_t more_groups = 0;  ///< Not shown.
  std::vector<ContrastStep> steps;
  std::optional<std::size_t> blocked_step;  ///< The finding that concerns most people for sure.
  std::vector<std::string> left_out;        ///< Events and traits that define the groups: they would only say so again.
  std::vector<std::string> cautions_en, cautions_fr;
  std::vector<std::string> warnings;
};
/// Errors: InvalidInput for a spec out of its bounds; NotFound for an unknown hypothesis, property or trait; Conflict when cancelled.
Result<ContrastReport> ask_contrast(const Customers& customers, const Question& question, const ContrastSpec& spec);

struct ContrastCell {
  enum class Who : std::uint8_t {
    First,
    Second,
    TooYoung,
    NotAmong,
    HadBefore,
    NotOver,
    InBoth,
    InNeither,
    CannotTell,
    NeverBorn,
    NotCompared
  };
  Who who = Who::First;
  std::optional<ContrastFeature> feature = {};  ///< Of First and Second, with `has`.
  std::optional<std::size_t> step = {};         ///< Of First and Second: has it: stuck at it; has it not: went on.
  bool has = true;
  AudienceSide side = AudienceSide::All;
};
/// Sorted; exactly as many as the number. Errors: those of ask_contrast, and NotFound for a feature that nobody has.
Result<std::vector<PersonId>> people_of_contrast(const Customers& customers, const Question& question,
                                                 const ContrastSpec& spec, const ContrastCell& cell);

}  // namespace habitue::insight
