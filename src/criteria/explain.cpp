// Why a person is inside or outside: the leaves that decided, each with what was found.
#include <fmt/format.h>

#include "criteria/checks.hpp"
#include "criteria/printer.hpp"
#include "criteria/run.hpp"
#include "criteria/wording.hpp"

namespace habitue::criteria {
namespace {

class Explainer {
 public:
  Explainer(const Evaluator::Bound& bound, const journey::Journey& journey, UtcMicros as_of, const Wording& wording)
      : bound_(bound), as_of_(as_of), wording_(wording), run_(bound, journey, as_of, Run::Gather::Everything) {}

  std::vector<Evaluator::Reason> reasons() {
    tell(bound_.root);
    return std::move(reasons_);
  }

 private:
  // Of a list those parts decide whose answer is the list's: the one outside of an `and`, all when all are inside.
  void tell(std::uint32_t index) {
    const BoundNode& of = bound_.nodes[index];
    if (of.type != BoundNode::Type::All && of.type != BoundNode::Type::Any && of.type != BoundNode::Type::Not) {
      const Verdict verdict = run_.node(index);
      reasons_.push_back({text_of(*of.source), verdict, found(of, verdict)});
      return;
    }
    const Verdict verdict = run_.node(index);
    for (const std::uint32_t part : of.parts)
      if (of.type == BoundNode::Type::Not || run_.node(part) == verdict) tell(part);
  }

  std::string shown(const journey::Value& value) const {
    SpellingBuffer buffer;
    if (value.type == journey::Value::Type::Number) return wording_.number(value.number);
    const std::string_view spelling = spelling_of(value, buffer);
    // An empty text is a value: shown as one, or it would read as missing.
    return spelling.empty() && value ? wording_.quoted("") : std::string(spelling);
  }

  std::string found(const BoundNode& of, Verdict verdict) {
    if (of.type == BoundNode::Type::Everyone) return wording_.everyone();
    if (of.type == BoundNode::Type::Slot)
      return wording_.found_value(std::get<ValueTest>(of.source->form), shown(run_.slot(of.index)));
    if (of.type == BoundNode::Type::Role || of.type == BoundNode::Type::Stage)
      return wording_.found_value(std::get<ValueTest>(of.source->form), run_.fact(of.type));

    if (of.type == BoundNode::Type::Members)
      return wording_.in_cohort(std::get<InCohort>(of.source->form).name, verdict != Verdict::Inside);

    const EventLeaf& leaf = bound_.leaves[of.index];
    const LeafState& state = run_.leaf(of.index);
    if (leaf.sequence != nullptr) return wording_.found_sequence(state.found);
    if (leaf.moment != nullptr) {
      if (!state.at) return wording_.found_none(leaf.moment->events, Window{});
      return wording_.found_moment(*leaf.moment, bound_.zone.day_of(*state.at),
                                   days_between(*state.at, as_of_, bound_.zone));
    }
    if (leaf.edge != nullptr)
      return state.at ? wording_.found_edge_value(*leaf.edge, shown(state.value))
                      : wording_.found_none(leaf.edge->events, leaf.edge->window);
    const Measure& measure = *leaf.measure;
    if (state.count == 0) return wording_.found_none(measure.events, measure.window);
    if (!takes_property(measure.what) || measure.what == Measure::What::Distinct)
      return wording_.found_count(measure, state.count);
    if (state.valued == 0 && measure.what != Measure::What::Sum)
      return wording_.found_value({ValueTest::Of::Property, measure.property, {}}, {});
    return wording_.found_number(measure, measured_number(measure, state), state.count);
  }

  const Evaluator::Bound& bound_;
  UtcMicros as_of_;
  const Wording& wording_;
  Run run_;
  std::vector<Evaluator::Reason> reasons_;
};

}  // namespace

std::vector<Evaluator::Reason> Evaluator::explain(const journey::Journey& journey, UtcMicros as_of,
                                                  std::string_view language) const {
  return Explainer(*bound_, journey, as_of, Wording::of(language)).reasons();
}

}  // namespace habitue::criteria
