#include "insight/criteria_counts.hpp"

#include "insight/fold.hpp"

namespace habitue::insight {

Result<CriteriaCounts> count_criteria(const Customers& customers, const Question& question,
                                      const criteria::Evaluator& evaluator) {
  Question everybody = question;
  everybody.filter.reset();
  const auto lens = Lens::of(customers, everybody);
  if (!lens) return tl::unexpected(lens.error());
  const auto cancelled = [&] { return question.cancellation != nullptr && question.cancellation->cancelled(); };
  std::vector<CriteriaCounts> parts(kParts);
  auto done = for_each_part(customers, question, [&](std::size_t part) {
    CriteriaCounts counts;
    customers.snapshot().for_each_journey(part, kParts, [&](const journey::Journey& journey) {
      if (cancelled() || !lens->knows(journey)) return;
      switch (evaluator.evaluate(journey, question.as_of)) {
        case criteria::Verdict::Inside: ++counts.inside; break;
        case criteria::Verdict::Outside: ++counts.outside; break;
        case criteria::Verdict::Unknown: ++counts.unknown; break;
      }
    });
    parts[part] = counts;
  });
  if (!done) return tl::unexpected(done.error());
  CriteriaCounts whole;
  for (const CriteriaCounts& part : parts) {
    whole.inside += part.inside;
    whole.outside += part.outside;
    whole.unknown += part.unknown;
  }
  return whole;
}

}  // namespace habitue::insight
