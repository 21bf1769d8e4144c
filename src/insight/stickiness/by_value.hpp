// What stickiness, frequency and intervals share: acts of a person, told apart by the values of a breakdown.
#pragma once

#include <algorithm>
#include <optional>
#include <span>
#include <vector>

#include <fmt/format.h>

#include "insight/retention/acts.hpp"
#include "insight/retention/sums.hpp"
#include "insight/retention/values.hpp"

namespace habitue::insight::stickiness {

/// Acts of a question, read and labelled. Read-only; safe from any thread.
class Acts {
 public:
  /// Reads the acts of `span`; counts values by those of them that meet condition 0 before `values_to`. Errors: those of Lens,
  /// ActReader and ShownValues.
  static Result<Acts> bind(const Customers& customers, const Question& question, std::span<const ActTest> tests,
                           const std::optional<Breakdown>& breakdown, Period span, UtcMicros values_to) {
    auto lens = Lens::of(customers, question);
    if (!lens) return tl::unexpected(lens.error());
    auto reader = retention::ActReader::bind(customers, tests);
    if (!reader) return tl::unexpected(reader.error());
    Acts acts{*std::move(lens), {}, *std::move(reader), span, question.as_of};
    auto values = retention::ShownValues::rank(customers, question, acts.lens, breakdown,
                                               [&](const Person& person, std::vector<std::uint32_t>& rows) {
                                                 thread_local std::vector<retention::Act> read;
                                                 acts.reader.read(person, span, question.as_of, read);
                                                 for (const retention::Act& act : read)
                                                   if (act.at < values_to && (act.met & 1U) != 0)
                                                     rows.push_back(act.row);
                                               });
    if (!values) return tl::unexpected(values.error());
    acts.values = *std::move(values);
    return acts;
  }

  void read(const Person& person, std::vector<retention::Act>& acts) const {
    reader.read(person, span, as_of, acts);
    values.label(person, as_of, acts);
  }

  /// Calls `visit(slot)` for the total, and for each value that one of the acts has, once.
  template <class Visit>
  void for_each_slot(const std::vector<retention::Act>& acts, const Visit& visit) const {
    visit(std::size_t{0});
    if (values.reader() == nullptr) return;
    thread_local std::vector<std::size_t> slots;
    slots.clear();
    for (const retention::Act& act : acts)
      if (const std::size_t slot = values.slot_of(act.value);
          slot != retention::ShownValues::kNoSlot && std::find(slots.begin(), slots.end(), slot) == slots.end())
        slots.push_back(slot);
    for (const std::size_t slot : slots) visit(slot);
  }
  bool is_of(const retention::Act& act, std::size_t slot) const {
    return slot == 0 || values.slot_of(act.value) == slot;
  }

  Lens lens;
  retention::ShownValues values;
  retention::ActReader reader;
  Period span;
  UtcMicros as_of;
};

/// Figures for each value of a breakdown; the first are of the total.
template <class Figures>
struct BySlot {
  std::vector<Figures> of;
  void merge(const BySlot& other) {
    for (std::size_t slot = 0; slot < of.size(); ++slot) of[slot].merge(other.of[slot]);
  }
};
template <class Figures>
struct Tally {
  ByAudience<BySlot<Figures>> parts;
  void merge(const Tally& other) { merge_parts(parts, other.parts); }
};

/// `visit(figures_by_slot, person)` for everybody; the whole is made of the parts.
template <class Figures, class Visit>
Result<ByAudience<BySlot<Figures>>> fold_by_slot(const Customers& customers, const Question& question, const Acts& acts,
                                                 const Figures& empty_figures, const Visit& visit) {
  const BySlot<Figures> none{std::vector<Figures>(acts.values.slots(), empty_figures)};
  auto tally = retention::fold_sums(
      customers, question, acts.lens, Tally<Figures>{{none, none, none, none}},
      [&](Tally<Figures>& into, const Person& person) { visit(into.parts.of(person.audience).of, person); });
  if (!tally) return tl::unexpected(tally.error());
  add_up(tally->parts, none);
  return std::move(tally->parts);
}

/// The same slot of every part, as `shape` makes it.
template <class Into, class Figures, class Shape>
ByAudience<Into> shape_slot(ByAudience<BySlot<Figures>>& parts, std::size_t slot, const Shape& shape) {
  ByAudience<Into> into;
  into.inside = shape(parts.inside.of[slot]);
  into.outside = shape(parts.outside.of[slot]);
  into.unknown = shape(parts.unknown.of[slot]);
  into.all = shape(parts.all.of[slot]);
  return into;
}

/// The people on a side for whom `belongs(acts, read, slot)` is true of what was read of them and of the value's slot, sorted.
template <class Belongs>
Result<std::vector<PersonId>> people_by_acts(const Customers& customers, const Question& question,
                                             const Result<Acts>& acts, const ShownValue& value, AudienceSide side,
                                             const Belongs& belongs) {
  if (!acts) return tl::unexpected(acts.error());
  const auto slot = acts->values.slot(value);
  if (!slot) return tl::unexpected(slot.error());
  return retention::people_who(customers, question, acts->lens, side, [&](const Person& person) {
    thread_local std::vector<retention::Act> read;
    acts->read(person, read);
    return belongs(*acts, read, *slot);
  });
}

}  // namespace habitue::insight::stickiness
