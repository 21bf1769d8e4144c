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

/// Flows have no switches: their period is that of the question.
struct FlowsSpec {};
/// As knowledge::Stage, and who was not here yet.
enum class FlowEnd : std::uint8_t { Prospect, Trial, New, Active, AtRisk, Dormant, Back, Occasional, Lost, Absent };
struct FlowCell {
  /// Nothing: any. `from` alone, or `to` alone: the stock of that stage before, or after.
  std::optional<FlowEnd> from = {}, to = {};
  AudienceSide side = AudienceSide::All;
};
/// Sorted; exactly as many as the number.
Result<std::vector<PersonId>> people_of_flow(const Customers& customers, const Question& question,
                                             const FlowsSpec& spec, const FlowCell& cell);

/// Of the business's zone. Weeks begin on Monday unless a question says otherwise; hours are whole hours of the wall clock.
enum class Bucket : std::uint8_t { Day, Week, Month, Hour };

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

/// The same people in the same order, however many, one at a time: a row is made when it is asked for. Takes 16 bytes a person.
class PeopleList {
 public:
  /// `customers` outlives the list, and so does what the question points to. Errors: as those of ask_people.
  static Result<PeopleList> of(const Customers& customers, const Question& question, const PeopleSearch& search);
  PeopleList(PeopleList&&) noexcept;
  ~PeopleList();
  std::uint64_t matched() const;  ///< In all, as in PeopleReport.
  std::uint64_t unknown() const;
  std::uint64_t rows() const;  ///< That are still to come.
  /// Nothing after the last one. Errors: Conflict when cancelled.
  Result<std::optional<PersonRow>> next();

 private:
  struct State;
  explicit PeopleList(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace habitue::insight
