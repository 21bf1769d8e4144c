// Where people stand before each offer (WHO-06): how many at each phase and for how long, how many get from phase to phase, and the
// moves since an earlier moment. Moves add up to the change of each phase, which is checked each time it is asked.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "insight/question.hpp"
#include "insight/reports.hpp"

namespace habitue::insight {

/// A phase, or not known yet.
enum class AidaPlace : std::uint8_t { NotYet, None, Attention, Interest, Desire, Action };

struct AidaSpec {
  std::string offer;  ///< By its name; empty: each of config's.
};

struct AidaPhaseFigures {
  AidaPlace phase = AidaPlace::None;
  std::uint64_t before = 0, came = 0, left = 0, now = 0;  ///< now = before + came - left.
  std::uint64_t at_least = 0;                             ///< Now at this phase or a later one.
  std::optional<Share> reached;  ///< at_least, of that of the phase before. Nothing of `none`, where everybody is.
  Share went_on;                 ///< Of `before`, who is at a later phase now.
  Share fell_back;               ///< Of `before`, who is at an earlier one.
  /// How long those who are here now have been, without a break: quartiles in days of 24 hours. Nothing of `none`, nor of nobody.
  std::optional<double> quartile1_days, median_days, quartile3_days;
};
struct AidaMove {
  AidaPlace from = AidaPlace::NotYet, to = AidaPlace::None;  ///< The same where they stayed.
  std::uint64_t people = 0;
};
struct AidaFigures {
  std::uint64_t before = 0, newcomers = 0, now = 0;  ///< now = before + newcomers.
  std::vector<AidaPhaseFigures> phases;              ///< From none to action.
  std::vector<AidaMove> moves;                       ///< Of somebody, the largest first.
};
struct AidaOffer {
  std::string offer, label_en, label_fr;
  ByAudience<AidaFigures> figures;
};

enum class AidaAnswer : std::uint8_t { Told, NoOffers, Nobody };
struct AidaReport {
  UtcMicros from_at{}, at{};  ///< The two moments.
  AidaAnswer verdict = AidaAnswer::NoOffers;
  std::vector<AidaOffer> offers;  ///< In the order of config.
  std::string sentence_en, sentence_fr;
  std::vector<std::string> warnings;
};
/// The earlier moment is just before the period's start; without one it is the end of the day 30 days before as_of. At either moment
/// phases are those of what was known then. Errors: NotFound for an unknown offer, with the nearest; InvalidInput for a period that does
/// not start before as_of; those of Lens::of; Conflict when cancelled.
Result<AidaReport> ask_aida(const Customers& customers, const Question& question, const AidaSpec& spec);

struct AidaCell {
  enum class Who : std::uint8_t { Now, Before, Came, Left, AtLeast, WentOn, FellBack, Moved };
  std::string offer;               ///< May be left out where there is one.
  Who who = Who::Now;              ///< Moved: from `from` to `phase`.
  std::optional<AidaPlace> phase;  ///< Left out: any.
  std::optional<AidaPlace> from;   ///< Of `moved`; left out: any.
  AudienceSide side = AudienceSide::All;
};
/// Sorted; exactly as many as the number. Errors: those of ask_aida; InvalidInput for a `from` without `moved`.
Result<std::vector<PersonId>> people_of_aida(const Customers& customers, const Question& question, const AidaSpec& spec,
                                             const AidaCell& cell);

}  // namespace habitue::insight
