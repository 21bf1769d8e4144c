// The pass that leaves lists of each person, to be evaluated afterwards.
#pragma once

#include <vector>

#include "insight/fold.hpp"

namespace habitue::insight {

inline tl::unexpected<Error> was_cancelled() { return fail(ErrorKind::Conflict, "the question was cancelled"); }

/// As fold_people, for lists that grow with people: `void merge(const Lists&)` appends, and `void reserve(std::span<const Lists>)` makes
/// room for all parts. A part is let go when it is merged. Errors: Conflict when cancelled, also between two merges.
template <class Lists, class Visit>
Result<Lists> fold_lists(const Customers& customers, const Question& question, const Lens& lens, const Visit& visit) {
  std::vector<Lists> parts(kParts);
  const auto cancelled = [&] { return question.cancellation != nullptr && question.cancellation->cancelled(); };
  auto done = for_each_part(customers, question, [&](std::size_t part) {
    Lists& lists = parts[part];
    customers.snapshot().for_each_journey(part, kParts, [&](const journey::Journey& journey) {
      if (cancelled()) return;
      if (const auto person = lens.admit(journey)) visit(lists, *person);
    });
  });
  if (!done) return tl::unexpected(done.error());
  Lists whole;
  whole.reserve(parts);
  for (Lists& part : parts) {
    if (cancelled()) return was_cancelled();
    whole.merge(part);
    part = Lists{};
  }
  return whole;
}

}  // namespace habitue::insight
