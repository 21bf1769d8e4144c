// Retention: of the people who started in a period, how many came back later. Cohorts are whole calendar periods of the company's
// zone, in rows; columns are periods after the start. Who started in the question's period is counted (widened to whole calendar
// periods, as growth does); who came back is seen up to as_of.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "insight/breakdown.hpp"
#include "insight/question.hpp"
#include "insight/reports.hpp"
#include "insight/retention/asked.hpp"

namespace habitue::insight {

struct RetentionSpec {
  ActTest start;     ///< What puts people in a cohort. Default: a purchase.
  ActTest comeback;  ///< What counts as coming back. Default: a purchase.

  enum class CohortBy : std::uint8_t {
    Recurring,  ///< Everybody who started in a period is in its cohort, from the first start there: in many cohorts.
    FirstMatching,  ///< By the first start (see first_in): in one cohort at most.
    FirstEver  ///< The same, when it is also the first event ever of a kind that `start` names, whatever its properties.
  };
  CohortBy cohort_by = CohortBy::FirstMatching;
  enum class FirstIn : std::uint8_t { AllData, Period };  ///< Where the first start is looked for.
  FirstIn first_in = FirstIn::AllData;

  enum class Clock : std::uint8_t {
    Calendar,  ///< Column k is the k-th calendar period after the cohort's. A summer-time day is a day.
    Elapsed,  ///< Column k is counted from the start: hours of 3,600 s, days of 24 h, weeks of 7 and months of 30 such days.
    OwnCycle  ///< As Elapsed, with each person's own time between two comebacks as the period (RetentionRhythm).
  };
  Clock clock = Clock::Calendar;
  Bucket unit = Bucket::Month;  ///< Of cohorts; and of columns but in OwnCycle.
  std::chrono::weekday week_start = std::chrono::Monday;
  bool floor_to_hour = false;  ///< Elapsed: count from the beginning of the start's hour (UTC), as Amplitude does.
  std::uint32_t cycles_min =
      2;  ///< OwnCycle: intervals that a person must have for an own cycle; others have the company's.

  enum class Return : std::uint8_t { On, OnOrAfter, Brackets };
  Return counting = Return::On;
  std::size_t columns = 12;  ///< With column 0; 1 to 400. Not of Brackets.
  std::vector<std::uint32_t>
      brackets;  ///< Sizes, in periods; column 0 is period 0, then each bracket follows the one before.
  /// A person is counted in a column when at least so many comebacks fall into it: into its period, into its bracket, or into
  /// all of the time from it on.
  std::uint32_t occurrences_min = 1;

  enum class Relative : std::uint8_t { Cohort, ColumnZero, PreviousColumn };
  Relative relative = Relative::Cohort;  ///< What RetentionCell::relative is in proportion to.
  enum class Mean : std::uint8_t {
    People,         ///< Of all people who had the chance: whose own column was over at as_of.
    CompleteCells,  ///< Of the people of complete cells alone (Mixpanel). Differs from People only off the Calendar clock.
    SimpleOfCells  ///< The plain mean of the shares of complete cells (PostHog's "simple"); its band is that of People.
  };
  Mean mean = Mean::People;

  /// A property is that of the start that put the person in the cohort: one person, one value in a cohort.
  std::optional<Breakdown> breakdown;
  bool same_value_on_return = false;  ///< Only comebacks with the start's value count (PostHog). The total counts all.
};

struct RetentionCell {
  std::uint64_t people = 0;        ///< Of the cohort: came back in this column, as known at as_of.
  std::uint64_t had_chance = 0;    ///< Of the cohort: the column was over for them at as_of.
  std::uint64_t returned = 0;      ///< Came back, of those who had the chance.
  Share share;                     ///< people of the cohort's size. Not to be read as final unless complete.
  std::optional<double> relative;  ///< people over the people of the reference; nothing over nobody.
  bool begun = false;     ///< For at least one person; false: nothing can have happened, and nothing may be shown.
  bool complete = false;  ///< Over for everybody in the cohort, and the cohort's own period is over.
};
struct RetentionCohort {
  UtcMicros from, to;  ///< From the first moment to just before the second.
  LocalDay start;      ///< The first day.
  std::uint64_t size = 0;
  bool complete = false;  ///< Its period is over at as_of.
  std::vector<RetentionCell> cells;
};

/// A point of the mean curve. The band is pointwise and of 95 %: Wilson's interval at the effective number of people, p(1-p) over
/// the variance of the ratio of sums over people (Cochran 1977, Sampling Techniques, 3rd ed., section 3.12; Dean and Pagano 2015, Journal of
/// Survey Statistics and Methodology 3), as one person may be in many cohorts. When each is in one it is Wilson's own.
struct RetentionMean {
  std::optional<Share> share;  ///< returned of had_chance; nothing when nobody had the chance.
  double effective_people = 0;
  std::optional<double> relative;
};

enum class Flattening : std::uint8_t { TooFewData, StillFalling, Flattens };
/// Where the mean curve goes (flatten.hpp says how): the level that it falls to, and whether it is there.
struct RetentionFloor {
  Flattening verdict = Flattening::TooFewData;
  std::optional<double> level, low, high;  ///< Of the model with a floor, with a 95 % profile-likelihood interval.
  std::optional<double> still_to_fall;  ///< Expected fall from the last column to the level, as a share of the cohort.
  double weight_of_floor = 0;  ///< 0 to 1: evidence for a floor, as Akaike weights of the models that have one.
};

struct RetentionFigures {
  std::vector<RetentionCohort> cohorts;
  std::vector<RetentionMean> mean;  ///< By column.
  RetentionFloor floor;
  std::uint64_t people = 0;  ///< In at least one cohort.
};

/// The cycles of OwnCycle.
struct RetentionRhythm {
  std::chrono::microseconds company{};  ///< Period of those who have too few intervals.
  std::uint64_t people = 0;             ///< With an own cycle. 0: nobody has, and the company's is the unit asked for.
  double shrinkage = 0;                 ///< Intervals that weigh as much as the company's cycle does.
};

struct RetentionValue {
  ShownValue value;
  ByAudience<RetentionFigures> figures;
};
struct RetentionReport {
  struct Column {
    std::uint32_t first = 0;
    std::optional<std::uint32_t> last;  ///< Periods after the start, both included; nothing: without end.
  };
  std::vector<Column> columns;
  ByAudience<RetentionFigures> total;
  std::vector<RetentionValue>
      values;  ///< Of the breakdown: most people first, "other" last. Sizes add up to the total's.
  std::optional<RetentionRhythm> rhythm;
  std::vector<std::string> warnings;  ///< What conditions name and no data has.
};

/// Errors: InvalidInput for a spec out of its bounds; NotFound for an unknown hypothesis or property; Conflict when cancelled.
Result<RetentionReport> ask_retention(const Customers& customers, const Question& question, const RetentionSpec& spec);

/// A number of the report.
struct RetentionCellOf {
  std::optional<UtcMicros> cohort = {};  ///< RetentionCohort::from; nothing: of all cohorts together, each person once.
  std::optional<std::size_t> column = {};  ///< Nothing: everybody in the cohort.
  enum class Who : std::uint8_t {
    CameBack,          ///< RetentionCell::people
    DidNot,            ///< size - people
    ReturnedOfChance,  ///< RetentionCell::returned
    HadChance          ///< RetentionCell::had_chance
  };
  Who who = Who::CameBack;
  AudienceSide side = AudienceSide::All;
  ShownValue value = {};
};
/// The people behind a number, sorted: exactly as many. Errors: those of ask_retention, and NotFound for a cell that is not there.
Result<std::vector<PersonId>> people_of_retention(const Customers& customers, const Question& question,
                                                  const RetentionSpec& spec, const RetentionCellOf& cell);

}  // namespace habitue::insight
