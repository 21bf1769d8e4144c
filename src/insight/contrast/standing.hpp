// Where people stand in a contrast: whether they take part, and in which group.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "insight/contrast/contrast.hpp"
#include "insight/fold.hpp"
#include "insight/retention/acts.hpp"

namespace habitue::insight::contrast {

/// What one pass over journeys reads again and again: no allocation in steady state.
struct ActScratch {
  std::vector<retention::Act> acts;
  std::vector<std::uint8_t> step_of, asked;  // By act of an instant: which step it serves; whether it was tried.
};

/// Of At::Outcome: how long somebody can be seen without the outcome.
struct Exposure {
  std::chrono::microseconds through;  ///< The last age at which they are known to be there without it.
  bool came;                          ///< To the outcome, a microsecond later; else the horizon or as_of ends it.
};

/// The conditions of a contrast bound to the customers, who must live as long. Read-only; safe from any thread.
class Standings {
 public:
  /// Errors: InvalidInput for a spec out of its bounds; NotFound for unknown names.
  static Result<Standings> bind(const Customers& customers, const Question& question, const ContrastSpec& spec);

  const Lens& lens() const { return lens_; }
  const std::vector<std::string>& left_out() const { return left_out_; }
  const std::vector<std::string>& warnings() const { return warnings_; }

  /// Nothing for births outside the period. Of At::Landmark who stands where; of At::Outcome who can be in no risk
  /// set, and for the others `exposure`, with NotCompared, or NotAmong for whom no set is made. `birth` is told when there is one.
  std::optional<ContrastCell::Who> of(const Person& person, ActScratch& scratch, UtcMicros& birth,
                                      std::optional<Exposure>& exposure) const;
  /// Whether the question looks at somebody, by what is known at the moment.
  bool is_among(const journey::Journey& journey, UtcMicros moment) const;
  /// Puts the acts of somebody into the scratch, as `of` does.
  void read_acts(const Person& person, ActScratch& scratch) const;
  /// How many of the steps are taken from birth up to the landmark, by the acts that were read last.
  std::uint16_t steps_reached(ActScratch& scratch, UtcMicros birth, UtcMicros landmark) const;

 private:
  Standings(const Customers& customers, const Question& question, const ContrastSpec& spec, Lens lens)
      : customers_(&customers), question_(&question), spec_(&spec), lens_(std::move(lens)) {}
  Result<void> bind_acts();
  Result<void> bind_groups();
  void bind_creation();
  Result<criteria::Evaluator> evaluator_of(criteria::Expression& said);
  std::optional<UtcMicros> creation(const journey::Journey& journey) const;
  ContrastCell::Who by_outcome(const ActScratch& scratch, UtcMicros birth, std::size_t birth_act) const;
  ContrastCell::Who by_criteria(const Person& person) const;
  ContrastCell::Who exposed(const Person& person, const ActScratch& scratch, UtcMicros birth, std::size_t birth_act,
                            std::optional<Exposure>& exposure) const;
  UtcMicros horizon(UtcMicros birth) const;

  const Customers* customers_;
  const Question* question_;
  const ContrastSpec* spec_;
  Lens lens_;
  std::optional<retention::ActReader> acts_;
  std::optional<criteria::Evaluator> first_, second_, among_;
  std::vector<std::string> left_out_, warnings_;
  std::optional<journey::EventKind> creation_kind_;
  std::vector<journey::Property> creations_;
};

}  // namespace habitue::insight::contrast
