// The pass for figures of many cells. Sums of integers do not depend on their order, so a worker thread keeps one set of
// figures for all the parts that it takes: memory grows with threads, where fold_people has figures for each of the 64 parts.
#pragma once

#include <algorithm>
#include <memory>
#include <mutex>
#include <vector>

#include "insight/fold.hpp"

namespace habitue::insight::retention {

inline bool on_side(criteria::Verdict verdict, AudienceSide side) {
  switch (side) {
    case AudienceSide::All: return true;
    case AudienceSide::Inside: return verdict == criteria::Verdict::Inside;
    case AudienceSide::Outside: return verdict == criteria::Verdict::Outside;
    case AudienceSide::Unknown: break;
  }
  return verdict == criteria::Verdict::Unknown;
}

/// Figures: copied from `empty`, with a `merge` whose result does not depend on the order of merges. `visit(figures, part)` is called for
/// each of the kParts parts, never twice at once for the same figures. Errors: Conflict when cancelled.
template <class Figures, class Visit>
Result<Figures> fold_parts(const Customers& customers, const Question& question, const Figures& empty,
                           const Visit& visit) {
  std::mutex mutex;
  std::vector<std::unique_ptr<Figures>> idle;
  const auto take = [&]() -> std::unique_ptr<Figures> {
    const std::lock_guard lock(mutex);
    if (idle.empty()) return nullptr;
    auto figures = std::move(idle.back());
    idle.pop_back();
    return figures;
  };
  auto done = for_each_part(customers, question, [&](std::size_t part) {
    std::unique_ptr<Figures> figures = take();
    if (figures == nullptr) figures = std::make_unique<Figures>(empty);
    visit(*figures, part);
    const std::lock_guard lock(mutex);
    idle.push_back(std::move(figures));
  });
  if (!done) return tl::unexpected(done.error());
  Figures whole = empty;
  for (const auto& figures : idle) whole.merge(*figures);
  return whole;
}

/// The same by person: `visit(figures, person)` as in fold_people. With `wanted` (by kind, 1 or 0) only people with events of these
/// kinds are visited, with those.
template <class Figures, class Visit>
Result<Figures> fold_sums(const Customers& customers, const Question& question, const Lens& lens, const Figures& empty,
                          const Visit& visit, std::span<const std::uint8_t> wanted = {}) {
  return fold_parts(customers, question, empty, [&](Figures& figures, std::size_t part) {
    const auto look_at = [&](const journey::Journey& journey, const journey::Selection* selected) {
      if (question.cancellation != nullptr && question.cancellation->cancelled()) return;
      const bool is_known = selected != nullptr && selected->at(0) <= question.as_of;
      auto person = is_known ? lens.admit_known(journey) : lens.admit(journey);
      if (!person) return;
      person->selected = selected;
      visit(figures, *person);
    };
    if (wanted.empty())
      customers.snapshot().for_each_journey(part, kParts,
                                            [&](const journey::Journey& journey) { look_at(journey, nullptr); });
    else
      customers.snapshot().for_each_selection(part, kParts, wanted, [&](const journey::SelectionBlock& block) {
        for (const journey::SelectionBlock::Of& of : block.people) {
          const journey::Selection selected = block.selection(of);
          look_at(block.journey(of), &selected);
        }
      });
  });
}

/// The people for whom `belongs(person)` is true, on the audience's side, sorted.
template <class Belongs>
Result<std::vector<PersonId>> people_who(const Customers& customers, const Question& question, const Lens& lens,
                                         AudienceSide side, const Belongs& belongs) {
  struct Found {
    std::vector<PersonId> people;
    void merge(const Found& other) { people.insert(people.end(), other.people.begin(), other.people.end()); }
  };
  auto found = fold_sums(customers, question, lens, Found{}, [&](Found& into, const Person& person) {
    if (on_side(person.audience, side) && belongs(person)) into.people.push_back(person.journey.person());
  });
  if (!found) return tl::unexpected(found.error());
  std::sort(found->people.begin(), found->people.end());
  return std::move(found->people);
}

}  // namespace habitue::insight::retention
