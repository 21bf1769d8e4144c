// Resolves an expression's names against a snapshot and lays it out for evaluation.
#include <algorithm>
#include <atomic>

#include <fmt/format.h>

#include "base/text.hpp"
#include "criteria/bound.hpp"

namespace habitue::criteria {
namespace {

class Binder {
 public:
  Binder(const Expression& expression, const journey::Snapshot& snapshot)
      : expression_(expression), snapshot_(snapshot) {
    for (const std::string& kind : snapshot.kinds()) kind_names_.push_back(kind);
    property_names_ = snapshot.property_names();
  }

  Result<void> run(Evaluator::Bound& out) {
    out_ = &out;
    out.expression = expression_;
    out.identify = snapshot_.find_kind(journey::kIdentifyKind);
    out.group = snapshot_.find_kind(journey::kGroupKind);
    out.group_id = snapshot_.find_property(journey::kGroupIdProperty);
    out.root = node(out.expression.root());
    subscribe();
    if (unresolved_.empty()) return {};
    return invalid(
        fmt::format("in cohort \"{}\": cohorts are saved and may change, so they cannot be named here, where "
                    "what is said must stand by itself",
                    unresolved_.front()));
  }

 private:
  using Type = BoundNode::Type;

  void warn(std::string message) {
    if (std::find(out_->warnings.begin(), out_->warnings.end(), message) == out_->warnings.end())
      out_->warnings.push_back(std::move(message));
  }

  std::optional<journey::Property> property(const std::string& name) {
    const auto found = snapshot_.find_property(name);
    if (!found) {
      const std::vector<std::string_view> names(property_names_.begin(), property_names_.end());
      const std::string_view nearest = nearest_word(name, names);
      warn(fmt::format("no data has a property '{}' yet{}", name,
                       nearest.empty() ? "" : fmt::format(": did you mean '{}'?", nearest)));
    }
    return found;
  }

  std::uint32_t condition(const Node& source) {
    BoundCondition bound_condition;
    const auto parts_of = [&](const std::vector<NodeRef>& parts) {
      for (const NodeRef& part : parts) bound_condition.parts.push_back(condition(*part));
    };
    if (const auto* all = std::get_if<All>(&source.form)) {
      bound_condition.type = BoundCondition::Type::All;
      parts_of(all->parts);
    } else if (const auto* any = std::get_if<Any>(&source.form)) {
      bound_condition.type = BoundCondition::Type::Any;
      parts_of(any->parts);
    } else if (const auto* negation = std::get_if<Not>(&source.form)) {
      bound_condition.type = BoundCondition::Type::Not;
      bound_condition.parts.push_back(condition(*negation->part));
    } else {
      const auto& leaf = std::get<ValueTest>(source.form);
      bound_condition.property = property(leaf.name);
      bound_condition.test = bound(leaf.test);
      if (bound_condition.property) bound_condition.known.begin();
    }
    out_->conditions.push_back(std::move(bound_condition));
    return static_cast<std::uint32_t>(out_->conditions.size() - 1);
  }

  BoundPattern pattern(const Pattern& source) {
    BoundPattern out;
    out.any = source.events.empty();
    for (const std::string& event : source.events) {
      if (const auto kind = snapshot_.find_kind(event)) {
        out.kinds.push_back(*kind);
        continue;
      }
      const std::string_view nearest = nearest_word(event, kind_names_);
      warn(fmt::format("no event is called '{}' yet{}", event,
                       nearest.empty() ? "" : fmt::format(": did you mean '{}'?", nearest)));
    }
    std::sort(out.kinds.begin(), out.kinds.end());
    if (source.where) out.where = condition(*source.where);
    return out;
  }

  BoundWindow window(const Window& source) {
    BoundWindow out{source, kNone};
    if (source.anchor) {
      out.anchor = static_cast<std::uint32_t>(out_->anchors.size());
      Anchor anchor{pattern(*source.anchor), source.edge};
      out_->anchors.push_back(std::move(anchor));
    }
    return out;
  }

  std::uint32_t slot(bool of_account, const std::string& name) {
    for (std::size_t i = 0; i < out_->slots.size(); ++i)
      if (out_->slots[i].of_account == of_account && out_->slots[i].name == name) return static_cast<std::uint32_t>(i);
    const bool is_id = of_account && name == journey::kGroupIdProperty;
    out_->slots.push_back({of_account, is_id ? out_->group_id : property(name), name});
    const auto index = static_cast<std::uint32_t>(out_->slots.size() - 1);
    if (is_id) out_->account_slot = index;
    return index;
  }

  void value_test(const ValueTest& source, BoundNode& out) {
    out.test = bound(source.test);
    switch (source.of) {
      case ValueTest::Of::Role: out.type = Type::Role; return;
      case ValueTest::Of::Stage: out.type = Type::Stage; return;
      case ValueTest::Of::Account: out.index = slot(true, std::string(journey::kGroupIdProperty)); break;
      case ValueTest::Of::AccountTrait: out.index = slot(true, source.name); break;
      default: out.index = slot(false, source.name); break;
    }
    out.type = Type::Slot;
  }

  void event_leaf(const Node& source, BoundNode& out) {
    EventLeaf leaf;
    leaf.source = &source;
    if ((leaf.measure = std::get_if<Measure>(&source.form))) {
      leaf.patterns.push_back(pattern(leaf.measure->events));
      if (!leaf.measure->property.empty()) leaf.property = property(leaf.measure->property);
      leaf.window = window(leaf.measure->window);
      leaf.is_of_one_event = is_did(*leaf.measure) && leaf.measure->window.kind == Window::Kind::Always;
      if (leaf.measure->what == Measure::What::Distinct) leaf.place = out_->distinct_count++;
      const BoundPattern& counted = leaf.patterns.front();
      if (leaf.measure->what == Measure::What::Count && !counted.any && counted.where == kNone &&
          leaf.window.anchor == kNone) {
        std::vector<std::uint8_t> wanted(snapshot_.kinds().size());
        for (const journey::EventKind kind : counted.kinds) wanted[kind.value] = 1;
        leaf.counted = journey::KindFilter(wanted);
      }
    } else if ((leaf.moment = std::get_if<Moment>(&source.form))) {
      leaf.patterns.push_back(pattern(leaf.moment->events));
      leaf.window = window(leaf.moment->window);
    } else if ((leaf.edge = std::get_if<EdgeValue>(&source.form))) {
      leaf.patterns.push_back(pattern(leaf.edge->events));
      leaf.property = property(leaf.edge->property);
      leaf.test = bound(leaf.edge->test);
      leaf.window = window(leaf.edge->window);
    } else {
      leaf.sequence = &std::get<Sequence>(source.form);
      for (const Pattern& step : leaf.sequence->steps) leaf.patterns.push_back(pattern(step));
      if (leaf.sequence->without) leaf.patterns.push_back(pattern(*leaf.sequence->without));
      leaf.window = window(leaf.sequence->window);
      leaf.place = out_->sequence_count++;
    }
    out.type = Type::Events;
    out.index = static_cast<std::uint32_t>(out_->leaves.size());
    out_->leaves.push_back(std::move(leaf));
  }

  std::uint32_t node(const Node& source) {
    BoundNode out;
    out.source = &source;
    const auto parts_of = [&](const std::vector<NodeRef>& parts) {
      for (const NodeRef& part : parts) out.parts.push_back(node(*part));
    };
    if (const auto* all = std::get_if<All>(&source.form)) {
      out.type = Type::All;
      parts_of(all->parts);
    } else if (const auto* any = std::get_if<Any>(&source.form)) {
      out.type = Type::Any;
      parts_of(any->parts);
    } else if (const auto* negation = std::get_if<Not>(&source.form)) {
      out.type = Type::Not;
      out.parts.push_back(node(*negation->part));
    } else if (const auto* member = std::get_if<InCohort>(&source.form)) {
      // A live cohort is its expression, asked at the same moment and in the same pass.
      if (member->live) return node(*member->live);
      if (member->people == nullptr) unresolved_.push_back(member->name);
      out.type = Type::Members;
      out.people = member->people.get();
    } else if (const auto* value = std::get_if<ValueTest>(&source.form)) {
      value_test(*value, out);
    } else if (!std::holds_alternative<Everyone>(source.form)) {
      event_leaf(source, out);
    }
    out.by_cost = out.parts;
    std::stable_sort(out.by_cost.begin(), out.by_cost.end(),
                     [&](auto left, auto right) { return cost(left) < cost(right); });
    out_->nodes.push_back(std::move(out));
    return static_cast<std::uint32_t>(out_->nodes.size() - 1);
  }

  // Traits stop at the last identify event, events read the window, a role or a stage reads the whole journey.
  int cost(std::uint32_t index) const {
    const BoundNode& of = out_->nodes[index];
    switch (of.type) {
      case Type::Everyone:
      case Type::Members: return 0;
      case Type::Slot: return 1;
      case Type::Events: return 2;
      case Type::Role:
      case Type::Stage: return 3;
      default: break;
    }
    int most = 0;
    for (const std::uint32_t part : of.parts) most = std::max(most, cost(part));
    return most;
  }

  void subscribe() {
    std::vector<std::vector<Subscription>> of_kind(snapshot_.kinds().size());
    for (std::uint32_t leaf = 0; leaf < out_->leaves.size(); ++leaf) {
      for (std::uint32_t i = 0; i < out_->leaves[leaf].patterns.size(); ++i) {
        const BoundPattern& of = out_->leaves[leaf].patterns[i];
        if (of.any) out_->of_any_kind.push_back({leaf, i});
        for (const journey::EventKind kind : of.kinds) of_kind[kind.value].push_back({leaf, i});
      }
    }
    std::vector<std::uint8_t> subscribed;
    for (const std::vector<Subscription>& list : of_kind) {
      subscribed.push_back(list.empty() ? 0 : 1);
      out_->first_of_kind.push_back(static_cast<std::uint32_t>(out_->subscriptions.size()));
      out_->subscriptions.insert(out_->subscriptions.end(), list.begin(), list.end());
    }
    out_->first_of_kind.push_back(static_cast<std::uint32_t>(out_->subscriptions.size()));
    out_->subscribed = journey::KindFilter(subscribed);
    static std::atomic<std::uint64_t> last_number{0};
    out_->number = ++last_number;
  }

  const Expression& expression_;
  const journey::Snapshot& snapshot_;
  std::vector<std::string_view> kind_names_;
  std::vector<std::string> property_names_;
  std::vector<std::string> unresolved_;
  Evaluator::Bound* out_ = nullptr;
};

}  // namespace

Result<Evaluator> Evaluator::bind(const Expression& expression, const journey::Snapshot& snapshot, const Zone& zone,
                                  const Facts* facts) {
  auto bound_expression = std::make_unique<Bound>();
  bound_expression->zone = zone;
  bound_expression->facts = facts;
  if (auto done = Binder(expression, snapshot).run(*bound_expression); !done) return tl::unexpected(done.error());
  return Evaluator(std::move(bound_expression));
}

Evaluator::Evaluator(std::unique_ptr<Bound> bound) : bound_(std::move(bound)) {}
Evaluator::~Evaluator() = default;
Evaluator::Evaluator(Evaluator&&) noexcept = default;
Evaluator& Evaluator::operator=(Evaluator&&) noexcept = default;

const std::vector<std::string>& Evaluator::warnings() const { return bound_->warnings; }

}  // namespace habitue::criteria
