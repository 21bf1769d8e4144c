// The pass of a contrast: where each person stands, and what is known of their window, in a few bytes a fact.
#pragma once

#include <array>
#include <span>
#include <string_view>
#include <vector>

#include "insight/breakdown.hpp"
#include "insight/contrast/contrast.hpp"

namespace habitue::insight::contrast {

/// What people did in their windows, of one kind.
struct DidKind {
  std::uint16_t kind;
  std::uint16_t times;  ///< At most 65,535.
  std::uint16_t first;  ///< When the first was, in kMoments parts of the window.
};
inline constexpr std::uint32_t kMoments = 1024;
/// A kind's property, or a trait, with a value.
struct Valued {
  std::uint16_t property;  ///< Index into Facts::properties or Facts::traits.
  std::uint16_t kind;      ///< Of a property: the event's.
  std::uint64_t cell;      ///< Bits of journey::Cell.
};

/// Somebody who takes part.
struct Taker {
  PersonId person;
  std::uint8_t group;    ///< 0: the first; 1: the second.
  std::uint8_t verdict;  ///< criteria::Verdict.
  std::uint16_t steps;   ///< How many are reached.
  std::uint16_t active_days;
  std::chrono::microseconds window;  ///< From birth to where facts end.
  std::uint32_t set;                 ///< Of risk sets: which; else 0.
  std::string_view channel;
  std::uint64_t stratum;                            ///< Cell bits, of a trait.
  std::uint32_t kinds_end, values_end, traits_end;  ///< Where theirs end in the lists of the part.
};
struct Part {
  std::vector<Taker> takers;
  std::vector<DidKind> kinds;
  std::vector<Valued> values, traits;
  std::array<ContrastStanding, 3> standing;  ///< By verdict.
};

/// The windows of all people. Views of the snapshot and of the customers.
struct Gathered {
  std::vector<Part> parts;  ///< In their order.
  std::vector<std::string> traits;
  std::vector<std::string> properties;  ///< Those asked for, and last the name of pages when there are any.
  std::vector<ValueReader> trait_readers, property_readers;
  std::optional<ValueReader> stratum_reader;  ///< Of a trait.
  std::optional<ContrastSets> sets;           ///< Of risk sets.
  std::vector<std::string> left_out;
  std::vector<std::uint8_t> left_out_kinds;  ///< By kind.
  std::vector<std::string> warnings;
};

/// Calls `visit(part, taker, index)` for everybody.
template <class Visit>
void for_each_taker(const Gathered& gathered, const Visit& visit) {
  for (const Part& part : gathered.parts)
    for (std::size_t index = 0; index < part.takers.size(); ++index) visit(part, part.takers[index], index);
}
/// What is of one of them in a list of the part.
template <class Fact, class End>
std::span<const Fact> of_taker(const std::vector<Fact>& facts, const Part& part, std::size_t index, End end) {
  const std::size_t first = index == 0 ? 0 : part.takers[index - 1].*end;
  return {facts.data() + first, part.takers[index].*end - first};
}

/// Counts somebody of whom it is known where they stand.
void count(ContrastCell::Who who, ContrastStanding& into);
void add(ContrastStanding& into, const ContrastStanding& from);
/// Checks the spec and makes the pass.
Result<Gathered> gather(const Customers& customers, const Question& question, const ContrastSpec& spec);
/// People of a standing, who take no part.
Result<std::vector<PersonId>> people_standing(const Customers& customers, const Question& question,
                                              const ContrastSpec& spec, ContrastCell::Who who, AudienceSide side);

/// Errors: InvalidInput for a spec out of its bounds.
Result<void> check(const ContrastSpec& spec);
inline constexpr std::size_t kTraitsMax = 256;
inline constexpr std::uint32_t kControlsMax = 20;
/// Which names on identify calls are traits: those that some call known at as_of bears. Sorted.
Result<std::vector<std::string>> traits_there_are(const Customers& customers, const Question& question);

}  // namespace habitue::insight::contrast
