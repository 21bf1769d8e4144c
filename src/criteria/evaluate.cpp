#include "criteria/run.hpp"

namespace habitue::criteria {
namespace {

// The expression about one event: see Evaluator::matches.
Verdict of_event(const Evaluator::Bound& bound, std::uint32_t index, const journey::Event& event) {
  const BoundNode& of = bound.nodes[index];
  switch (of.type) {
    case BoundNode::Type::Everyone: return Verdict::Inside;
    case BoundNode::Type::Not: return negated(of_event(bound, of.parts[0], event));
    case BoundNode::Type::All:
    case BoundNode::Type::Any: {
      const Verdict decides = of.type == BoundNode::Type::All ? Verdict::Outside : Verdict::Inside;
      Verdict verdict = negated(decides);
      for (const std::uint32_t part : of.parts) {
        const Verdict one = of_event(bound, part, event);
        if (one == decides) return decides;
        if (one == Verdict::Unknown) verdict = Verdict::Unknown;
      }
      return verdict;
    }
    case BoundNode::Type::Events: {
      const EventLeaf& leaf = bound.leaves[of.index];
      return leaf.is_of_one_event ? verdict_of(bound.matches(leaf.patterns[0], event)) : Verdict::Unknown;
    }
    default: return Verdict::Unknown;
  }
}

}  // namespace

Verdict Evaluator::evaluate(const journey::Journey& journey, UtcMicros as_of) const {
  return Run(*bound_, journey, as_of, Run::Gather::Enough).node(bound_->root);
}

bool Evaluator::matches(const journey::Event& event) const {
  return of_event(*bound_, bound_->root, event) == Verdict::Inside;
}

}  // namespace habitue::criteria
