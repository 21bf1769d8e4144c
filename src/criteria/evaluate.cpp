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

void Evaluator::matches(const journey::Segment& segment, std::span<const std::uint32_t> rows, std::uint8_t* met) const {
  const auto event_at = [&](std::size_t place) {
    return journey::Event{{}, &segment, rows[place], segment.kind(rows[place])};
  };
  const BoundNode& root = bound_->nodes[bound_->root];
  const EventLeaf* const leaf = root.type == BoundNode::Type::Events ? &bound_->leaves[root.index] : nullptr;
  const std::uint32_t where = leaf != nullptr && leaf->is_of_one_event ? leaf->patterns[0].where : kNone;
  const BoundCondition* const of = where == kNone ? nullptr : &bound_->conditions[where];
  if (of == nullptr || of->type != BoundCondition::Type::Property || !of->property ||
      of->property->index() >= segment.properties().size()) {
    for (std::size_t place = 0; place < rows.size(); ++place) met[place] = matches(event_at(place)) ? 1 : 0;
    return;
  }
  // One property decides, which nearly all conditions are: its column is read for all of them.
  thread_local std::vector<journey::Cell> cells;
  if (cells.size() < rows.size()) cells.resize(rows.size());
  journey::read_cells(segment.properties()[of->property->index()], rows, cells.data());
  journey::EventKind kind{UINT16_MAX};
  bool is_named = false;
  for (std::size_t place = 0; place < rows.size(); ++place) {
    if (const journey::EventKind here = segment.kind(rows[place]); place == 0 || here != kind) {
      kind = here;
      is_named = leaf->patterns[0].has(kind);
    }
    const journey::Cell cell = cells[place];
    std::optional<Verdict> verdict;
    if (cell.type() == journey::Value::Type::Text) verdict = of->known.find(cell.code());
    if (!verdict) verdict = bound_->judge_cell(*of, event_at(place), cell);
    met[place] = is_named && *verdict == Verdict::Inside ? 1 : 0;
  }
}

}  // namespace habitue::criteria
