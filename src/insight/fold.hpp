// The one pass that every question makes: people through the lens, in parts that worker threads share. Parts are cut and
// merged in the same way whatever the number of threads, so that the answer does not depend on it.
#pragma once

#include <atomic>
#include <functional>
#include <optional>
#include <vector>

#include "insight/question.hpp"
#include "knowledge/customers.hpp"

namespace habitue::insight {

using knowledge::Customers;

/// One person as a question sees them: all of the journey, for evaluators that cut at other moments than as_of, and the verdict.
struct Person {
  journey::Journey journey;
  criteria::Verdict audience;  ///< At as_of, under the hypothesis of the question.
  /// Their events of the kinds that the pass was asked for, when it was asked for some alone.
  const journey::Selection* selected = nullptr;
};

/// The lens of a question: who is looked at, and on which side of the audience they are.
class Lens {
 public:
  /// Errors: NotFound for an unknown hypothesis, with the nearest that exists; InvalidInput when the period ends before it begins.
  static Result<Lens> of(const Customers& customers, const Question& question);
  /// Nothing for people who are not known yet at as_of, or not inside the filter.
  std::optional<Person> admit(const journey::Journey& journey) const;
  /// The same for people who are known at as_of, as one of their events tells.
  std::optional<Person> admit_known(const journey::Journey& journey) const;
  /// What the filter says of somebody known at as_of; Inside when there is none.
  criteria::Verdict filter(const journey::Journey& journey) const;
  criteria::Verdict audience(const journey::Journey& journey) const;
  bool knows(const journey::Journey& journey) const;
  /// Whether everybody known at as_of is admitted and inside, so that nobody need be looked at.
  bool is_clear() const;

 private:
  Lens(const Customers& customers, UtcMicros as_of) : customers_(&customers), as_of_(as_of) {}
  const Customers* customers_;
  UtcMicros as_of_;
  const config::Hypothesis* hypothesis_ = nullptr;
  std::optional<criteria::Evaluator> filter_;
};

/// More parts than cores, so that one heavy part does not keep the others waiting.
inline constexpr std::size_t kParts = 64;

/// As many threads as the question allows and the people are worth.
unsigned worker_count(const Customers& customers, const Question& question);

/// Calls `work` for every part, on as many threads as the question allows. Errors: Conflict when cancelled. What `work` throws, such as
/// std::bad_alloc where a MemoryBudget is passed, is thrown once all threads have ended.
Result<void> for_each_part(const Customers& customers, const Question& question,
                           const std::function<void(std::size_t part)>& work);

/// Figures: default or copied from `empty`, with `void merge(const Figures&)`. `visit(figures, person)` is called for everybody
/// whom the lens admits, from several threads but never twice at once for the same figures.
template <class Figures, class Visit>
Result<Figures> fold_people(const Customers& customers, const Question& question, const Lens& lens,
                            const Figures& empty, const Visit& visit) {
  std::vector<Figures> parts(kParts, empty);
  auto done = for_each_part(customers, question, [&](std::size_t part) {
    Figures& figures = parts[part];
    customers.snapshot().for_each_journey(part, kParts, [&](const journey::Journey& journey) {
      if (question.cancellation != nullptr && question.cancellation->cancelled()) return;
      if (const auto person = lens.admit(journey)) visit(figures, *person);
    });
  });
  if (!done) return tl::unexpected(done.error());
  Figures whole = empty;
  for (const Figures& part : parts) whole.merge(part);
  return whole;
}

/// Figures for each part of the audience while people are counted; `all` is made of the parts at the end.
template <class Figures>
void merge_parts(ByAudience<Figures>& into, const ByAudience<Figures>& from) {
  into.inside.merge(from.inside);
  into.outside.merge(from.outside);
  into.unknown.merge(from.unknown);
}

/// The whole of the parts, which therefore add up to it.
template <class Figures>
void add_up(ByAudience<Figures>& figures, const Figures& empty = {}) {
  figures.all = empty;
  figures.all.merge(figures.inside);
  figures.all.merge(figures.outside);
  figures.all.merge(figures.unknown);
}

/// The Error of an identity that does not hold: our fault, never to be shown as a figure.
tl::unexpected<Error> broken_identity(std::string_view what);

}  // namespace habitue::insight
