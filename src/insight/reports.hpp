// The questions of the first screens. Each is one pass over the journeys, in parts that worker threads share; the answer
// does not depend on how many. Errors of each: NotFound for an unknown hypothesis; Conflict when cancelled.
#pragma once

#include <array>
#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "insight/question.hpp"
#include "knowledge/customers.hpp"

namespace habitue::insight {

using knowledge::Balance;
using knowledge::Customers;

// --- Who is your client? ------------------------------------------------------------------------------------------

struct RoleFigures {
  std::array<std::uint64_t, knowledge::kRoles> people{};      ///< By Role.
  std::array<std::vector<Balance>, knowledge::kRoles> money;  ///< Of the people of each role, by currency.
  std::uint64_t total = 0;                                    ///< People.
  std::uint64_t took_part = 0;                                ///< Wide: people who did the wanted act.
  /// Whom the side may charge: people, or on a side that charges accounts the accounts, and people of none. An account is
  /// inside the audience when one of its members is, else unknown when one is.
  std::uint64_t parties = 0;
  std::uint64_t has_paid = 0;  ///< Strict: parties from whom money was received, net, above zero.

  std::vector<Balance> balances() const;  ///< Of all roles.
};
struct RolesOfSide {
  std::string side;
  config::Charged charged;
  std::string members;  ///< Who is on it, as people write criteria; empty when everyone is.
  ByAudience<RoleFigures> figures;
};
struct RolesReport {
  std::vector<RolesOfSide> sides;
  std::string wanted_act;            ///< Its name; empty when config defines none.
  std::string wanted_act_criterion;  ///< Its text, as people write it.
  std::vector<Balance> of_nobody;    ///< Money of events that name nobody.
  std::uint64_t payments_of_nobody = 0;
  std::uint64_t people = 0;  ///< Known at as_of; each counted once.
  /// The audit of WHO-02, of parties: who paid though nobody there is supposed to, and who is supposed to and did not.
  std::uint64_t paid_not_supposed = 0, supposed_not_paid = 0;
};
Result<RolesReport> ask_roles(const Customers& customers, const Question& question);

// --- Life cycle -----------------------------------------------------------------------------------------------------

struct StageFigures {
  std::array<std::uint64_t, knowledge::kStages> people{};
  std::uint64_t repeat = 0;  ///< Of the new: with two purchases or more.
  std::uint64_t total = 0;
};
struct StagesReport {
  ByAudience<StageFigures> figures;
};
Result<StagesReport> ask_stages(const Customers& customers, const Question& question);

/// From stage to stage between period.from and period.to (which as_of bounds). The row and column kStages is "not here yet".
struct FlowsReport {
  using Matrix = std::array<std::array<std::uint64_t, knowledge::kStages + 1>, knowledge::kStages + 1>;
  UtcMicros from, to;
  ByAudience<Matrix> flows;                ///< [stage at from][stage at to].
  ByAudience<StageFigures> before, after;  ///< Stocks: rows and columns of the matrix add up to them.
};
Result<FlowsReport> ask_flows(const Customers& customers, const Question& question);

/// Of the business's zone. Weeks begin on Monday unless a question says otherwise; hours are whole hours of the wall clock.
enum class Bucket : std::uint8_t { Day, Week, Month, Hour };

/// How long dormant people have been idle at the end of a period: 1, 2 to 3, 4 to 7, and 8 periods or more.
inline constexpr std::array<std::uint32_t, 4> kIdleBands{1, 2, 4, 8};

enum class Birth : std::uint8_t {
  FirstActivity,  ///< The first activity in all of the data: the identities hold.
  /// The moment that the first identify call with a trait `createdAt` or `created_at` tells. Somebody may be active before:
  /// such people are active in the period before that in which they are new, and `fresh_active_before` counts them.
  Creation
};

/// active = new + retained + resurrected; active before = retained + churned (+ fresh_active_before); everybody who was ever
/// active up to the period's end = active + dormant. Checked at each run.
struct GrowthPeriod {
  LocalDay start;
  UtcMicros from, to;  ///< From the first moment to just before the second.
  std::uint64_t fresh = 0, retained = 0, resurrected = 0, churned = 0;
  std::uint64_t fresh_active_before = 0;  ///< New, yet active in the period before; 0 when birth is the first activity.
  std::optional<double> quick_ratio;      ///< (new + resurrected) / churned; nothing when nobody churned.
  std::array<std::uint64_t, kIdleBands.size()> dormant{};  ///< The stock, by kIdleBands: who churned is in the first.
  bool complete = true;                                    ///< False for a period that as_of cuts.
};
struct GrowthSpec {
  Bucket bucket = Bucket::Month;
  std::vector<std::string> events;  ///< What counts as active; purchases when empty.
  Birth birth = Birth::FirstActivity;
  std::chrono::weekday week_start = std::chrono::Monday;
};
struct GrowthReport {
  Bucket bucket;
  std::vector<std::string> events;  ///< What counts as active; purchases when empty was asked.
  Birth birth = Birth::FirstActivity;
  ByAudience<std::vector<GrowthPeriod>> periods;
  /// Active people of whom no creation is known: they are left out, as they can be neither new nor come back. 0 when birth
  /// is the first activity.
  ByAudience<std::uint64_t> without_creation = {};
};
Result<GrowthReport> ask_growth(const Customers& customers, const Question& question, const GrowthSpec& spec);
Result<GrowthReport> ask_growth(const Customers& customers, const Question& question, Bucket bucket,
                                const std::vector<std::string>& events);

struct GrowthCell {
  enum class Who : std::uint8_t { Active, Fresh, Retained, Resurrected, Churned, Dormant };
  UtcMicros period;  ///< GrowthPeriod::from.
  Who who = Who::Active;
  std::size_t idle_band = 0;  ///< Of Dormant: index into kIdleBands.
  AudienceSide side = AudienceSide::All;
};
/// Sorted; exactly as many as the number. Errors: NotFound when the report has no such period.
Result<std::vector<PersonId>> people_of_growth(const Customers& customers, const Question& question,
                                               const GrowthSpec& spec, const GrowthCell& cell);

// --- AARRR and what outsiders do to it ------------------------------------------------------------------------------

struct StepFigures {
  std::uint64_t people = 0;  ///< Of the cohort, reached this step up to as_of.
  Share of_previous, of_first;
  std::optional<double> median_days;  ///< From acquisition.
};
struct AarrrFigures {
  std::vector<StepFigures> steps;  ///< In the order of config.
  std::vector<Balance> balances;   ///< Money of the cohort up to as_of.
};
struct AarrrReport {
  std::vector<std::string> steps;
  ByAudience<AarrrFigures> figures;  ///< The cohort: who was acquired in the period.
};
Result<AarrrReport> ask_aarrr(const Customers& customers, const Question& question);

struct PollutedStep {
  std::string step;
  Share overall, inside;  ///< The rate from the step before.
  double pollution = 0;   ///< overall.value - inside.value.
  Share outsiders;        ///< Outside among those who reached the step before (acquisition: among all).
  std::optional<Money> gain_overall, gain_inside;  ///< What one more point of the rate would bring, other rates equal.
};
struct PollutionReport {
  std::vector<PollutedStep> steps;
  std::optional<std::size_t> weakest_overall, weakest_inside;  ///< Index of the step whose improvement brings most.
  bool weakest_flips = false;
  Share outsiders, unknown;  ///< Among the acquired.
  std::string sentence_en, sentence_fr;
};
Result<PollutionReport> ask_pollution(const Customers& customers, const Question& question);

// --- Where people come from -----------------------------------------------------------------------------------------

enum class ChannelVerdict : std::uint8_t { Exclusive, Mixed, Vain, TooFew };
struct ChannelFigures {
  std::string channel;
  std::uint64_t inside = 0, outside = 0, unknown = 0;
  Share purity;            ///< inside / (inside + outside).
  ChannelVerdict verdict;  ///< Exclusive: low >= 0.8. Vain: high <= 0.3. TooFew: interval wider than 0.5. Else mixed.
  std::uint64_t clients = 0;
  std::vector<Balance> balances;
};
struct ChannelsReport {
  std::vector<ChannelFigures> channels;  ///< By people acquired in the period, most first.
};
Result<ChannelsReport> ask_channels(const Customers& customers, const Question& question);

/// Days on which far more people came than the days around explain (AUD-11).
struct Spike {
  LocalDay first, last;
  std::string channel;  ///< The channel that rose; empty when all did.
  std::uint64_t people = 0;
  double expected = 0;  ///< From the median of the weeks before, same days of the week.
  Share inside;
};
struct SpikesReport {
  std::vector<Spike> spikes;  ///< Largest excess first.
};
Result<SpikesReport> ask_spikes(const Customers& customers, const Question& question);

// --- People ---------------------------------------------------------------------------------------------------------

enum class PeopleOrder : std::uint8_t { LastSeen, NetMoney, Purchases };
struct PersonRow {
  PersonId person;
  knowledge::Role role;
  knowledge::Stage stage;
  std::vector<Balance> balances;
  std::uint32_t purchases = 0;
  std::optional<UtcMicros> last_seen_at;
  std::string_view channel;
  criteria::Verdict audience;
};
struct PeopleReport {
  std::uint64_t matched = 0, unknown = 0;  ///< Inside the filter; those for whom it cannot be told.
  std::vector<PersonRow> rows;
};
struct PeopleSearch {
  AudienceSide side = AudienceSide::All;
  PeopleOrder order = PeopleOrder::LastSeen;
  std::size_t offset = 0, limit = 50;
  std::optional<std::vector<PersonId>> among;  ///< Only these, such as those whose identifiers a search found.
};
/// People in the filter (question.filter) and on the audience's side, in order, from `offset`, at most `limit`.
Result<PeopleReport> ask_people(const Customers& customers, const Question& question, const PeopleSearch& search);

}  // namespace habitue::insight
