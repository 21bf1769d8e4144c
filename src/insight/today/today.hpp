// Today: what changed and matters, at most seven lines, each with its reason, its size and what to do. A count of the last days is told
// when the periods of the same length before, with their trend, do not explain it, at a chance that allows for how many counts are looked
// at. Most days nothing passes, and then the answer says so.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "insight/question.hpp"
#include "insight/reports.hpp"

namespace habitue::insight {

struct TodaySpec {
  std::uint32_t period_days = 7;             ///< The last days, compared with as many before them: 1 to 92.
  AudienceSide side = AudienceSide::Inside;  ///< Whose changes; what would have misled is seen from inside alone.
  std::uint32_t limit = 7;                   ///< Lines at most: 1 to 7.
};

enum class TodayKind : std::uint8_t {
  Silence,           ///< Nothing happened in the last days: no figure below rests on anything new.
  ImportFailed,      ///< An import stopped, or rejected rows.
  LeavingCause,      ///< More people left for a reason, or could not be charged.
  StageMoved,        ///< More or fewer people than usual came to a stage.
  CustomersToCall,   ///< Customers of value who are in doubt since these days.
  PollutedFigure,    ///< A figure of everybody changed, and did not inside.
  Spike,             ///< Far more arrivals than the days around explain.
  AcquisitionAlert,  ///< The month that ended: a new client costs more than is allowed.
};
enum class TodayMove : std::uint8_t {
  Arrived,        ///< Known for the first time.
  FirstPurchase,  ///< A prospect, or nobody before, and a customer now.
  AtRisk,
  Left,  ///< Dormant or lost now.
  Returned
};
/// Where the page shows more.
enum class TodayScreen : std::uint8_t { Cycle, Audience, Client, People, Data };

/// Who is behind a line. Given back as it came.
struct TodayCell {
  TodayKind kind = TodayKind::StageMoved;
  std::optional<TodayMove> move = {};             ///< Of a stage or a polluted figure.
  std::optional<std::string> cause = {};          ///< Of leaving: the text of the reason; empty when none is told.
  bool payment_failed = false;                    ///< Of leaving: that the money could not be taken.
  std::optional<std::string> channel = {};        ///< Of a spike; empty: all channels rose.
  std::optional<LocalDay> first = {}, last = {};  ///< Of a spike its days; of acquisition the first day of the month.
  AudienceSide side = AudienceSide::All;
};
enum class TodayMoney : std::uint8_t {
  SpentLastYear,  ///< What these people paid in the 365 days up to as_of.
  SpentInAll,     ///< What they ever paid.
  CostOfOne       ///< What one new client cost.
};
struct TodayFinding {
  TodayKind kind = TodayKind::StageMoved;
  std::optional<TodayCell> cell;  ///< Nothing where no people are behind it.
  AudienceSide side = AudienceSide::All;
  std::uint64_t people = 0;                   ///< Exactly as many as the cell lists; of an import its rejected rows.
  std::optional<double> expected, low, high;  ///< People, from the periods before; 95 %.
  std::optional<double> chance;               ///< That chance alone differs as much.
  std::optional<std::int64_t> money_minor;    ///< At stake.
  std::optional<TodayMoney> money;            ///< What that is.
  double weight = 0;                          ///< The lines with most are shown: see README.md.
  TodayScreen screen = TodayScreen::Cycle;
  std::string sentence_en, sentence_fr, reason_en, reason_fr, action_en, action_fr;
};
enum class TodayVerdict : std::uint8_t {
  Told,
  NothingMatters,
  TooEarly,  ///< Fewer than six periods before: no count can be said to have changed.
  NobodyYet  ///< Nothing has happened up to as_of.
};
struct TodayReport {
  TodayVerdict verdict = TodayVerdict::NobodyYet;
  Currency currency;
  UtcMicros from, to;          ///< The last days: after the first moment, up to the second.
  std::uint32_t compared = 0;  ///< Periods before, of the same length.
  std::uint32_t tests = 0;     ///< Counts that were looked at.
  std::optional<UtcMicros> last_event_at;
  std::string sentence_en, sentence_fr;
  std::vector<TodayFinding> findings;  ///< Most weight first.
  std::uint64_t left_out = 0;          ///< Found, and of less weight than those.
  std::vector<std::string> warnings;
};

/// An import, as the workspace's history tells it.
struct TodayImport {
  std::string file_name;
  bool finished = true;
  std::uint64_t rows = 0, rejected = 0;
  UtcMicros at;  ///< When it ended, or began where it has not.
};

/// Errors: InvalidInput for a number out of range; those of Lens::of; Conflict when cancelled.
Result<TodayReport> ask_today(const Customers& customers, const Question& question, const TodaySpec& spec,
                              const std::vector<TodayImport>& imports = {});
/// Sorted; exactly as many as TodayFinding::people. Errors: InvalidInput for a cell that no finding has.
Result<std::vector<PersonId>> people_of_today(const Customers& customers, const Question& question,
                                              const TodaySpec& spec, const TodayCell& cell);

}  // namespace habitue::insight
